//! An answer to a form, from what a stranger sends to the lead that it becomes.

use std::collections::BTreeMap;

use actix_web::web::{BytesMut, Payload};
use futures::StreamExt as _;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::business::crm::Lead;
use crate::business::crm::form::{FormField, FormState, LeadForm};
use crate::business::engine::{EngineError, Op, Record, Via, read};
use crate::ids::{RecordId, TenantId};
use crate::scope::{Right, Scope};

use super::Forms;

/// Bytes of an answer.
const LARGEST: usize = 32 * 1024;
/// Characters of a line, and of a message.
const LINE: usize = 300;
const LONG: usize = 10_000;
/// A field that people do not see, and programs fill in.
pub(super) const TRAP: &str = "homepage";
/// A field with what makes an answer that is sent twice one answer.
pub(super) const ONCE: &str = "once";
/// A field with the address of the page on which the form was.
pub(super) const PAGE: &str = "page";

/// A form that takes answers.
pub(super) struct Open {
    pub id: RecordId,
    pub tenant: TenantId,
    pub form: LeadForm,
    /// BCP 47, of the business.
    pub locale: String,
}

/// What someone has sent, by name of field.
pub(super) type Sent = BTreeMap<String, String>;

impl Forms {
    /// A form that takes answers; whatever else there is, is not there.
    pub(super) async fn open(&self, tenant: TenantId, id: RecordId) -> Option<Open> {
        let engine = &self.engine;
        engine.identity.check_open(tenant).await.ok()?;
        let locale = engine.identity.tenant(tenant).await.ok()?.profile.locale;
        let found = engine.get(&Scope::system(tenant), Some(LeadForm::KIND), id, Right::View).await.ok()?;
        let stored = found.record;
        let is_open = stored.deleted_at.is_none()
            && serde_json::from_value::<FormState>(stored.state.clone().into()).ok()? == FormState::Open;
        let form = read(&stored.fields).ok()?;
        is_open.then_some(Open { id, tenant, form, locale })
    }

    /// Makes a lead of an answer.
    pub(super) async fn take(&self, open: &Open, sent: &Sent) -> Result<(), EngineError> {
        let faults = open.faults(sent);
        if !faults.is_empty() {
            return Err(EngineError::Faults(faults));
        }
        if sent.get(TRAP).is_some_and(|text| !text.is_empty()) {
            // A program is not told that it was found out.
            return Ok(());
        }
        let op = Op::Create { kind: Lead::KIND.to_owned(), id: None, fields: open.lead(sent), owner: None };
        let batch = sent.get(ONCE).and_then(|once| Uuid::try_parse(once).ok()).map(|once| open.batch(once));
        let system = Scope::system(open.tenant);
        self.engine.commit_via(&system, Via::Form, batch, vec![op]).await.map(|_| ())
    }
}

impl Open {
    /// The fields that it asks, and whether each must be filled in.
    pub fn fields(&self) -> Vec<(&'static str, bool)> {
        let asked = |field: &&FormField| self.form.asks.contains(field) || self.form.needs.contains(field);
        let of = |field: &FormField| (field.name(), self.form.needs.contains(field));
        std::iter::once(("name", true)).chain(FormField::ALL.iter().filter(asked).map(of)).collect()
    }

    fn faults(&self, sent: &Sent) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (name, required) in self.fields() {
            let text = sent.get(name).map(|text| text.trim()).unwrap_or_default();
            let most = if name == "message" { LONG } else { LINE };
            if required && text.is_empty() {
                faults.push((name.to_owned(), "is needed".to_owned()));
            } else if text.chars().count() > most {
                faults.push((name.to_owned(), format!("has at most {most} characters")));
            }
        }
        faults
    }

    fn lead(&self, sent: &Sent) -> Map<String, Value> {
        let mut lead = Map::new();
        for (name, _) in self.fields() {
            if let Some(text) = sent.get(name).map(|text| text.trim()).filter(|text| !text.is_empty()) {
                lead.insert(name.to_owned(), text.into());
            }
        }
        let page =
            sent.get(PAGE).map(|page| page.chars().filter(|sign| !sign.is_control()).take(LINE).collect());
        let page = page.filter(|page: &String| !page.is_empty());
        let also = [
            ("form", Some(json!(self.id))),
            ("source", self.form.source.map(|source| json!(source))),
            ("tags", self.form.tags.as_ref().map(|tags| json!(tags))),
            ("came_from", page.map(Value::from)),
        ];
        lead.extend(also.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        lead
    }

    /// What a stranger chooses names a batch of this form only.
    fn batch(&self, once: Uuid) -> Uuid {
        let hash = blake3::hash(format!("crm.form {} {once}", self.id).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// Whether a site may show the form and answer it.
    pub fn welcomes(&self, origin: &str) -> bool {
        self.form.origins.as_ref().is_some_and(|origins| origins.0.iter().any(|known| known == origin))
    }
}

/// The body of an answer; none when it is too large or cut short.
pub(super) async fn body(mut payload: Payload) -> Option<BytesMut> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.ok()?;
        if body.len() + piece.len() > LARGEST {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    Some(body)
}

/// Reads an answer as a page or a program sends it; what is no text is left out.
pub(super) fn parse(is_json: bool, body: &[u8]) -> Option<Sent> {
    if !is_json {
        return serde_urlencoded::from_bytes::<Vec<(String, String)>>(body)
            .ok()
            .map(|all| all.into_iter().collect());
    }
    let all: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let text = |(name, value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    };
    Some(all.into_iter().filter_map(text).collect())
}

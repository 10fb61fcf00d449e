//! A new record, and the checks that every record passes.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::{Field, Holds};
use crate::business::engine::kind::Kind;
use crate::business::engine::record::Stored;
use crate::business::engine::rights::Access;
use crate::business::engine::value;
use crate::ids::{RecordId, UserId};

use super::Done;
use super::work::{Cause, Work};

impl Work<'_> {
    pub(super) async fn create(
        &mut self,
        cause: &Cause<'_>,
        kind: &str,
        id: Option<RecordId>,
        fields: &Map<String, Value>,
        owner: Option<UserId>,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let kind = self.catalog.kind(kind)?;
        let access = self.access(cause.scope, &kind.name).await?;
        if !access.policy.create {
            return Err(EngineError::Forbidden(format!("make {}", kind.plural.to_lowercase())));
        }
        let id = id.unwrap_or_else(|| RecordId::at(self.now));
        if self.find(id).await?.is_some() {
            return Err(EngineError::Conflict("a record with this id is there already".into()));
        }
        let fields = read(&kind, &access, fields, Map::new())?;
        self.check(cause, &kind, &fields, &Map::new()).await?;
        self.check_person(owner).await?;
        let now = self.now;
        let record = Stored {
            id,
            kind: kind.name.clone(),
            version: 0,
            seq: 0,
            state: kind.first_state().to_owned(),
            owner,
            created_at: now,
            created_by: cause.scope.user(),
            updated_at: now,
            updated_by: cause.scope.user(),
            deleted_at: None,
            merged_into: None,
            fields,
        };
        done.touch(self.stage(cause, "created", record));
        Ok(())
    }

    /// Checks a record as a whole: what is required, the type's own rule, and whether the links lead
    /// somewhere.
    pub(super) async fn check(
        &mut self,
        cause: &Cause<'_>,
        kind: &Kind,
        fields: &Map<String, Value>,
        before: &Map<String, Value>,
    ) -> Result<(), EngineError> {
        let missing = kind.fields.iter().filter(|field| field.required && !fields.contains_key(&field.name));
        let faults: Vec<_> = missing.map(|field| (field.name.clone(), "is needed".to_owned())).collect();
        if !faults.is_empty() {
            return Err(EngineError::Faults(faults));
        }
        if let Some(check) = kind.check {
            check(fields).map_err(|(field, fault)| EngineError::Faults(vec![(field, fault)]))?;
        }
        for field in &kind.fields {
            let Some(value) = fields.get(&field.name).filter(|value| before.get(&field.name) != Some(*value))
            else {
                continue;
            };
            match &field.holds {
                Holds::Link { to, .. } => self.check_link(cause, field, to, value).await?,
                Holds::Person => {
                    let id = value.as_str().and_then(|text| text.parse().ok());
                    self.check_person(id)
                        .await
                        .map_err(|_| EngineError::fault(&field.name, "is nobody here"))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn check_link(
        &mut self,
        cause: &Cause<'_>,
        field: &Field,
        to: &str,
        value: &Value,
    ) -> Result<(), EngineError> {
        let nowhere = || EngineError::fault(&field.name, "leads nowhere");
        let id =
            value.as_str().and_then(|text| Uuid::try_parse(text).ok()).map(RecordId).ok_or_else(nowhere)?;
        let target = self.find(id).await?.filter(|target| target.kind == to && target.deleted_at.is_none());
        let target = target.ok_or_else(nowhere)?;
        let access = self.access(cause.scope, to).await?;
        // One who may not see it does not learn that it is there.
        access.right(target.owner).map(|_| ()).ok_or_else(nowhere)
    }

    pub(super) async fn check_person(&mut self, person: Option<UserId>) -> Result<(), EngineError> {
        let Some(person) = person else { return Ok(()) };
        if self.catalog.is_person(self.tx, person).await? {
            return Ok(());
        }
        Err(EngineError::fault("owner", "is nobody here"))
    }
}

/// The fields that a caller writes, over those that were there.
pub(super) fn read(
    kind: &Kind,
    access: &Access,
    set: &Map<String, Value>,
    mut fields: Map<String, Value>,
) -> Result<Map<String, Value>, EngineError> {
    let mut faults = Vec::new();
    for (name, value) in set {
        let fault = match kind.field(name).filter(|_| !access.is_hidden(name)) {
            None => Some("is no field of this type".to_owned()),
            Some(field) => match value::parse(&field.holds, value) {
                Ok(parsed) if parsed.as_ref() == fields.get(name) => None,
                Ok(_) if access.is_read_only(name) => Some("may not be changed by you".to_owned()),
                Ok(Some(parsed)) => {
                    fields.insert(name.clone(), parsed);
                    None
                }
                Ok(None) => {
                    fields.remove(name);
                    None
                }
                Err(fault) => Some(fault),
            },
        };
        faults.extend(fault.map(|fault| (name.clone(), fault)));
    }
    if faults.is_empty() { Ok(fields) } else { Err(EngineError::Faults(faults)) }
}

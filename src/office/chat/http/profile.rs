//! How each person is seen and told in chat.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::ids::{Timestamp, UserId};
use crate::office::notify::messages::{self as notify, DoNotDisturb};
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Scope;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::profiles::{Profile, StatusJson};
use super::super::service::Chat;
use super::super::store::people;

/// How often a change without a version is tried when others write at the same time.
const TRIES: usize = 5;

#[derive(OpenApi)]
#[openapi(paths(change_me))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(change_me);
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMeChange)]
struct MeChange {
    /// The version that the change is made of: another one is answered with 409 `changed_meanwhile`.
    version: Option<i64>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<StatusJson>)]
    status: Option<Option<StatusJson>>,
    /// A pause of notifications.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>, format = DateTime)]
    dnd_until: Option<Option<Timestamp>>,
    /// The quiet hours of notifications.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    dnd_from: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    dnd_to: Option<Option<String>>,
    keywords: Option<Vec<String>>,
    sections: Option<Vec<String>>,
}

/// What was written.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMeVersion)]
struct MeVersion {
    version: i64,
}

impl MeChange {
    fn apply(self, mine: &mut Profile, quiet: &mut DoNotDisturb) -> Result<(), ChatError> {
        mine.status = self.status.unwrap_or(mine.status.take());
        quiet.until = self.dnd_until.unwrap_or(quiet.until);
        quiet.from = self.dnd_from.unwrap_or(quiet.from.take());
        quiet.to = self.dnd_to.unwrap_or(quiet.to.take());
        if let Some(words) = self.keywords {
            mine.keywords = words.iter().map(|word| word.trim().to_lowercase()).collect();
            mine.keywords.retain(|word| !word.is_empty());
        }
        mine.sections = self.sections.unwrap_or(std::mem::take(&mut mine.sections));
        let status = mine.status.as_ref();
        let long = |text: &str, most| text.chars().count() > most || text.contains('\0');
        let mut times = quiet.from.iter().chain(&quiet.to);
        let is_time =
            |time: &String| time.len() == 5 && chrono::NaiveTime::parse_from_str(time, "%H:%M").is_ok();
        let wrong = if status.is_some_and(|it| long(&it.text, 100) || long(&it.emoji, 60)) {
            "a status has at most 100 characters"
        } else if mine.keywords.len() > 50 || mine.keywords.iter().any(|word| long(word, 50)) {
            "at most 50 keywords of 50 characters"
        } else if mine.sections.len() > 50 || mine.sections.iter().any(|name| long(name, 80)) {
            "at most 50 sections of 80 characters"
        } else if !times.all(is_time) {
            "a time of the day is written as 22:00"
        } else if quiet.from.is_some() != quiet.to.is_some() {
            "quiet hours have a beginning and an end"
        } else {
            return Ok(());
        };
        Err(ChatError::invalid(wrong))
    }
}

/// Changes how the caller is seen and told; only what is named.
#[utoipa::path(put, path = "/api/v1/chat/me", tag = "chat", request_body = MeChange,
    responses((status = 200, body = MeVersion), (status = 409, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[put("/chat/me")]
async fn change_me(scope: Scoped, body: Json<MeChange>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let change = body.into_inner();
    let apply = |mine: &mut Profile, quiet: &mut DoNotDisturb| change.clone().apply(mine, quiet);
    let version = chat.change_profile(&scope, change.version, apply).await?;
    Ok(HttpResponse::Ok().json(MeVersion { version }))
}

type Written = Option<(Profile, Option<DoNotDisturb>)>;

impl Chat {
    /// Changes how someone is seen and told, and tells it; the version that was known keeps another device's
    /// change from being lost.
    pub(in super::super) async fn change_profile(
        &self,
        scope: &Scope,
        known: Option<i64>,
        change: impl Fn(&mut Profile, &mut DoNotDisturb) -> Result<(), ChatError>,
    ) -> Result<i64, ChatError> {
        let me = person(scope)?;
        let profiles = self.profiles.of(scope.tenant);
        profiles.load(&self.store, scope.tenant).await?;
        let mut written = None;
        for _ in 0..TRIES {
            written = self.write_profile(scope, me, known, &change).await?;
            if written.is_some() || known.is_some() {
                break;
            }
        }
        let (mine, quiet) = written.ok_or(ChatError::Stale)?;
        profiles.put(me, mine.clone());
        let hub = self.hubs.of(scope.tenant);
        let status = mine.status_at(self.clock.now());
        hub.signal("status", &serde_json::json!({ "user": me, "status": status }));
        let told = serde_json::json!({
            "sections": mine.sections, "keywords": mine.keywords, "version": mine.version,
        });
        hub.tell(me, "chat.sections", &told);
        if let Some(quiet) = quiet {
            notify::tell_do_not_disturb(&hub, me, &quiet);
        }
        Ok(mine.version)
    }

    /// Writes what a person has changed, with their quiet hours if they are others now; nothing when another
    /// device was faster.
    async fn write_profile(
        &self,
        scope: &Scope,
        me: UserId,
        known: Option<i64>,
        change: impl Fn(&mut Profile, &mut DoNotDisturb) -> Result<(), ChatError>,
    ) -> Result<Written, ChatError> {
        let mut tx = self.store.begin(scope).await?;
        let mut mine = people::profile(&mut tx, me).await?.map(Profile::from).unwrap_or_default();
        if known.is_some_and(|known| known != mine.version) {
            return Ok(None);
        }
        let before = notify::do_not_disturb(&mut tx, me).await?;
        let mut quiet = before.clone();
        change(&mut mine, &mut quiet)?;
        mine.version += 1;
        if !people::put_profile(&mut tx, mine.row(me)).await? {
            return Ok(None);
        }
        let differs = quiet != before;
        if differs {
            notify::set_do_not_disturb(&mut tx, me, &quiet, self.clock.now()).await?;
        }
        tx.commit().await?;
        Ok(Some((mine, differs.then_some(quiet))))
    }
}

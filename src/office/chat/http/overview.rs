//! The overview: everything that a client shows at first.

use std::collections::HashMap;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::ids::{RoomId, Timestamp, UserId};
use crate::office::notify::messages as notify;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::protocols::ws::live::hub::Presence;
use crate::scope::Scope;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::json::RoomStateJson;
use super::super::profiles::StatusJson;
use super::super::service::Chat;
use super::super::store::{people, rooms, threads};

#[derive(OpenApi)]
#[openapi(paths(overview), components(schemas(OverviewJson, MeJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(overview);
}

/// Everything that a client shows at first.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatOverview)]
struct OverviewJson {
    /// All rooms that the caller is in.
    rooms: Vec<RoomStateJson>,
    /// Names of the caller's sections, in order.
    sections: Vec<String>,
    drafts: Vec<DraftJson>,
    /// Followed threads with replies that are not read.
    threads_unread: i64,
    /// Who is there; who is not named is offline.
    #[schema(value_type = HashMap<String, String>)]
    presence: HashMap<UserId, &'static str>,
    #[schema(value_type = HashMap<String, StatusJson>)]
    statuses: HashMap<UserId, StatusJson>,
    me: MeJson,
    emoji: Vec<EmojiJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatDraft)]
struct DraftJson {
    room: RoomId,
    #[schema(required = true)]
    thread: Option<i64>,
    text: String,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// How the caller wants to be seen and told.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMe)]
struct MeJson {
    #[schema(required = true)]
    status: Option<StatusJson>,
    /// A pause of notifications.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    dnd_until: Option<Timestamp>,
    /// Time of the day, such as `22:00`: the quiet hours of notifications.
    #[schema(required = true)]
    dnd_from: Option<String>,
    #[schema(required = true)]
    dnd_to: Option<String>,
    keywords: Vec<String>,
    /// Of status, sections and keywords; it grows with every change.
    version: i64,
    /// Set while a moderator lets the caller only read.
    #[schema(required = true)]
    muted: Option<MutedJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatMuted)]
struct MutedJson {
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    until: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatEmojiName)]
struct EmojiJson {
    name: String,
    hash: String,
}

/// Reads everything that a client shows at first: rooms, what waits in them, drafts, presence.
#[utoipa::path(get, path = "/api/v1/chat/overview", tag = "chat",
    responses((status = 200, body = OverviewJson), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/overview")]
async fn overview(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(chat.overview(&scope).await?))
}

impl Chat {
    async fn overview(&self, scope: &Scope) -> Result<OverviewJson, ChatError> {
        let me = person(scope)?;
        let profiles = self.profiles.of(scope.tenant);
        profiles.load(&self.store, scope.tenant).await?;
        let now = self.clock.now();
        let mut tx = self.store.read(scope).await?;
        let rooms = rooms::joined(&mut tx, me).await?;
        let drafts = people::drafts(&mut tx, me).await?;
        let threads_unread = threads::unread(&mut tx, me).await?;
        let emoji = people::emoji(&mut tx).await?;
        let quiet = notify::do_not_disturb(&mut tx, me).await?;
        let mine = profiles.get(me);
        let muted = profiles.require_voice(scope, now).err().map(|_| profiles.muted_until(me));
        let word = |presence| if presence == Presence::Online { "online" } else { "away" };
        let present = self.hubs.of(scope.tenant).present();
        Ok(OverviewJson {
            rooms,
            drafts: drafts.into_iter().map(DraftJson::from).collect(),
            threads_unread,
            presence: present.into_iter().map(|(user, presence)| (user, word(presence))).collect(),
            statuses: profiles.statuses(now),
            emoji: emoji.into_iter().map(|row| EmojiJson { name: row.name, hash: row.hash }).collect(),
            sections: mine.sections.clone(),
            me: MeJson {
                status: mine.status_at(now),
                dnd_until: quiet.until.filter(|until| *until > now),
                dnd_from: quiet.from,
                dnd_to: quiet.to,
                version: mine.version,
                keywords: mine.keywords,
                muted: muted.map(|until| MutedJson { until }),
            },
        })
    }
}

impl From<people::DraftRow> for DraftJson {
    fn from(row: people::DraftRow) -> Self {
        let thread = (row.thread_seq != 0).then_some(row.thread_seq);
        Self { room: row.room_id, thread, text: row.body, updated_at: row.updated_at }
    }
}

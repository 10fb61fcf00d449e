//! What each person has of their own in chat: the overview, read positions, threads, drafts, saved messages.

use std::collections::HashMap;

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::office::identity::LIVE_TICKET;
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::protocols::ws::live::hub::Presence;
use crate::scope::{Right, Scope};

use super::super::error::ChatError;
use super::super::json::{MessageJson, RoomStateJson};
use super::super::profiles::{Profile, StatusJson};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::{messages, people, rooms, threads};
use super::super::text::TEXT_LIMIT;
use super::rooms::person;

#[derive(OpenApi)]
#[openapi(
    paths(overview, set_read, follow, followed, saved, save, unsave, draft, change_me, live_ticket, live),
    components(schemas(OverviewJson, ThreadJson, MeJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(overview)
        .service(set_read)
        .service(follow)
        .service(followed)
        .service(saved)
        .service(save)
        .service(unsave)
        .service(draft)
        .service(change_me)
        .service(live_ticket)
        .service(live);
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
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    dnd_until: Option<Timestamp>,
    /// Time of the day, such as `22:00`.
    #[schema(required = true)]
    dnd_from: Option<String>,
    #[schema(required = true)]
    dnd_to: Option<String>,
    keywords: Vec<String>,
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
        let mine = profiles.get(me);
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
                dnd_until: mine.dnd_until,
                dnd_from: mine.dnd_from,
                dnd_to: mine.dnd_to,
                keywords: mine.keywords,
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

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatReadPosition)]
struct ReadPosition {
    /// The last message that was read; a lower one marks as unread from there.
    seq: i64,
    thread: Option<i64>,
}

/// Says how far the caller has read a room or a thread.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/read", tag = "chat", params(("room" = RoomId, Path)),
    request_body = ReadPosition, responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[put("/chat/rooms/{room}/read")]
async fn set_read(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<ReadPosition>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.set_read(&scope, *room, body.seq, body.thread).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatFollow)]
struct Follow {
    following: bool,
    #[serde(default)]
    muted: bool,
}

/// Follows a thread or not.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/threads/{seq}", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)), request_body = Follow,
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[put("/chat/rooms/{room}/threads/{seq}")]
async fn follow(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    body: Json<Follow>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    let me = person(&scope)?;
    let mut tx = chat.store.begin(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::Edit).await?;
    messages::get(&mut tx, room, seq).await?.ok_or(ChatError::NoMessage)?;
    threads::set_following(&mut tx, room, seq, me, body.following, body.muted).await?;
    tx.commit().await?;
    let told = serde_json::json!({ "room": room, "thread": seq, "following": body.following });
    chat.hubs.of(scope.tenant).tell(me, "chat.thread", &told);
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ThreadsQuery {
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
    /// Only threads with replies that are not read.
    #[serde(default)]
    unread: bool,
}

/// A thread that the caller follows.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatThread)]
struct ThreadJson {
    root: MessageJson,
    last_reply: MessageJson,
    unread: i64,
    read_seq: i64,
    following: bool,
}

/// Lists the threads that the caller follows, those with the latest replies first.
#[utoipa::path(get, path = "/api/v1/chat/threads", tag = "chat", params(ThreadsQuery),
    responses((status = 200, body = Page<ThreadJson>), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/threads")]
async fn followed(
    scope: Scoped,
    query: Query<ThreadsQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let me = person(&scope)?;
    let mut tx = chat.store.read(&scope).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let rows = threads::followed(&mut tx, me, query.unread, before, i64::from(limit) + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor(row.last_reply_seq));
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        let root = messages::get_json(&mut tx, row.room_id, row.thread_seq).await?;
        let Some(root) = root else { continue };
        let last = root.replies.as_ref().map_or(root.seq, |replies| replies.last_seq);
        let Some(last_reply) = messages::get_json(&mut tx, row.room_id, last).await? else { continue };
        let (unread, read_seq) = (row.unread, row.read_seq);
        items.push(ThreadJson { root, last_reply, unread, read_seq, following: true });
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: page.next_cursor }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct SavedQuery {
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Timestamp>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists the messages that the caller has saved, the last saved first.
#[utoipa::path(get, path = "/api/v1/chat/saved", tag = "chat", params(SavedQuery),
    responses((status = 200, body = Page<MessageJson>), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/saved")]
async fn saved(scope: Scoped, query: Query<SavedQuery>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let me = person(&scope)?;
    let mut tx = chat.store.read(&scope).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let rows = people::saved(&mut tx, me, before, i64::from(limit) + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor(row.at));
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        // A right that is gone takes what was saved along.
        if rights::room(&mut tx, &scope, row.room_id, Right::View).await.is_ok() {
            items.extend(messages::get_json(&mut tx, row.room_id, row.seq).await?);
        }
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: page.next_cursor }))
}

/// Saves a message for the caller.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/messages/{seq}/saved", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[put("/chat/rooms/{room}/messages/{seq}/saved")]
async fn save(scope: Scoped, path: Path<(RoomId, i64)>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let at = chat.clock.now();
    set_saved(&scope, path.into_inner(), Some(at), &chat).await
}

/// Forgets a saved message.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/messages/{seq}/saved", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[delete("/chat/rooms/{room}/messages/{seq}/saved")]
async fn unsave(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    set_saved(&scope, path.into_inner(), None, &chat).await
}

async fn set_saved(
    scope: &Scope,
    (room, seq): (RoomId, i64),
    at: Option<Timestamp>,
    chat: &Chat,
) -> Result<HttpResponse, ApiError> {
    let me = person(scope)?;
    let mut tx = chat.store.begin(scope).await?;
    rights::room(&mut tx, scope, room, Right::View).await?;
    messages::get(&mut tx, room, seq).await?.ok_or(ChatError::NoMessage)?;
    people::set_saved(&mut tx, me, room, seq, at).await?;
    tx.commit().await?;
    let told = serde_json::json!({ "room": room, "seq": seq, "saved": at.is_some() });
    chat.hubs.of(scope.tenant).tell(me, "chat.saved", &told);
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatDraftText)]
struct DraftText {
    thread: Option<i64>,
    /// An empty text forgets the draft.
    text: String,
}

/// Keeps what the caller has begun to write in a room.
#[utoipa::path(put, path = "/api/v1/chat/drafts/{room}", tag = "chat", params(("room" = RoomId, Path)),
    request_body = DraftText, responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[put("/chat/drafts/{room}")]
async fn draft(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<DraftText>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let me = person(&scope)?;
    if body.text.chars().count() > TEXT_LIMIT || body.text.contains('\0') {
        return Err(ChatError::Invalid(format!("a draft has at most {TEXT_LIMIT} characters")).into());
    }
    let thread = body.thread.unwrap_or(0);
    let mut tx = chat.store.begin(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::View).await?;
    people::put_draft(&mut tx, me, *room, thread, &body.text, chat.clock.now()).await?;
    tx.commit().await?;
    let told = serde_json::json!({ "room": *room, "thread": body.thread, "text": body.text });
    chat.hubs.of(scope.tenant).tell(me, "chat.draft", &told);
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMeChange)]
struct MeChange {
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<StatusJson>)]
    status: Option<Option<StatusJson>>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>, format = DateTime)]
    dnd_until: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    dnd_from: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    dnd_to: Option<Option<String>>,
    keywords: Option<Vec<String>>,
    sections: Option<Vec<String>>,
}

impl MeChange {
    fn apply(self, mine: &mut Profile) -> Result<(), ChatError> {
        mine.status = self.status.unwrap_or(mine.status.take());
        mine.dnd_until = self.dnd_until.unwrap_or(mine.dnd_until);
        mine.dnd_from = self.dnd_from.unwrap_or(mine.dnd_from.take());
        mine.dnd_to = self.dnd_to.unwrap_or(mine.dnd_to.take());
        if let Some(words) = self.keywords {
            mine.keywords = words.iter().map(|word| word.trim().to_lowercase()).collect();
            mine.keywords.retain(|word| !word.is_empty());
        }
        mine.sections = self.sections.unwrap_or(std::mem::take(&mut mine.sections));
        let status = mine.status.as_ref();
        let long = |text: &str, most| text.chars().count() > most || text.contains('\0');
        let times = mine.dnd_from.iter().chain(&mine.dnd_to);
        let wrong = if status.is_some_and(|it| long(&it.text, 100) || long(&it.emoji, 60)) {
            "a status has at most 100 characters"
        } else if mine.keywords.len() > 50 || mine.keywords.iter().any(|word| long(word, 50)) {
            "at most 50 keywords of 50 characters"
        } else if mine.sections.len() > 50 || mine.sections.iter().any(|name| long(name, 80)) {
            "at most 50 sections of 80 characters"
        } else if times.into_iter().any(|time| chrono::NaiveTime::parse_from_str(time, "%H:%M").is_err()) {
            "a time of the day is written as 22:00"
        } else {
            return Ok(());
        };
        Err(ChatError::invalid(wrong))
    }
}

/// Changes how the caller is seen and told; only what is named.
#[utoipa::path(put, path = "/api/v1/chat/me", tag = "chat", request_body = MeChange,
    responses((status = 204), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[put("/chat/me")]
async fn change_me(scope: Scoped, body: Json<MeChange>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let me = person(&scope)?;
    let profiles = chat.profiles.of(scope.tenant);
    profiles.load(&chat.store, scope.tenant).await?;
    let mut mine = profiles.get(me);
    body.into_inner().apply(&mut mine)?;
    let mut tx = chat.store.begin(&scope).await?;
    people::put_profile(&mut tx, mine.row(me)).await?;
    tx.commit().await?;
    profiles.put(me, mine.clone());
    let hub = chat.hubs.of(scope.tenant);
    let status = mine.status_at(chat.clock.now());
    hub.signal("status", &serde_json::json!({ "user": me, "status": status }));
    hub.tell(me, "chat.sections", &serde_json::json!({ "sections": mine.sections }));
    Ok(HttpResponse::NoContent().finish())
}

/// Opens one live socket.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveTicket)]
struct TicketJson {
    ticket: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Issues a ticket with which one live socket can be opened once, as the caller.
#[utoipa::path(post, path = "/api/v1/live/ticket", tag = "live", responses((status = 201, body = TicketJson)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/live/ticket")]
async fn live_ticket(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let (ticket, expires_at) = chat.identity.issue_ticket(&scope, LIVE_TICKET, Uuid::nil())?;
    Ok(HttpResponse::Created().json(TicketJson { ticket, expires_at }))
}

/// Upgrades to a WebSocket that speaks the live protocol (docs/live-protocol.md).
#[utoipa::path(get, path = "/api/v1/live", tag = "live",
    params(("v" = Option<u32>, Query, description = "version of the protocol: 1"),
        ("ticket" = Option<String>, Query, description = "instead of a cookie or a header")),
    responses((status = 101, description = "the connection speaks the live protocol"),
        (status = 426, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/live")]
async fn live(_: Scoped) -> HttpResponse {
    // A request with an `Upgrade` header never comes here: `ws/live/upgrade.rs` takes it.
    crate::protocols::http::upgrade::required()
}

//! What each person has of their own in chat: the overview, read positions, threads, drafts, saved messages.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{RoomId, Timestamp};
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::profiles::{Profile, StatusJson};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::{messages, people, threads};
use super::super::text::TEXT_LIMIT;

#[derive(OpenApi)]
#[openapi(
    paths(set_read, follow, followed, saved, save, unsave, draft, change_me),
    components(schemas(ThreadJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(set_read)
        .service(follow)
        .service(followed)
        .service(saved)
        .service(save)
        .service(unsave)
        .service(draft)
        .service(change_me);
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
    let body = body.into_inner();
    chat.change_profile(&scope, |mine| body.apply(mine)).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl Chat {
    /// Changes how someone is seen and told.
    pub(in super::super) async fn change_profile(
        &self,
        scope: &Scope,
        change: impl FnOnce(&mut Profile) -> Result<(), ChatError>,
    ) -> Result<(), ChatError> {
        let me = person(scope)?;
        let profiles = self.profiles.of(scope.tenant);
        profiles.load(&self.store, scope.tenant).await?;
        let mut mine = profiles.get(me);
        change(&mut mine)?;
        let mut tx = self.store.begin(scope).await?;
        people::put_profile(&mut tx, mine.row(me)).await?;
        tx.commit().await?;
        profiles.put(me, mine.clone());
        let hub = self.hubs.of(scope.tenant);
        let status = mine.status_at(self.clock.now());
        hub.signal("status", &serde_json::json!({ "user": me, "status": status }));
        hub.tell(me, "chat.sections", &serde_json::json!({ "sections": mine.sections }));
        Ok(())
    }
}

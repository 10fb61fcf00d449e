//! Messages: read, say, change, react, pin.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{RoomId, Timestamp};
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::page::Page;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};
use crate::store::TenantTx;

use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::messages::Change;
use super::super::rights;
use super::super::service::{Chat, NewMessage};
use super::super::store::messages::{self, Around, MessageRow};
use super::super::store::rooms;

#[derive(OpenApi)]
#[openapi(
    paths(
        history,
        post_message,
        read_message,
        change_message,
        delete_message,
        react,
        unreact,
        pin,
        unpin,
        pins
    ),
    components(schemas(MessageJson, HistoryJson, MessagesJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(history)
        .service(post_message)
        .service(read_message)
        .service(change_message)
        .service(delete_message)
        .service(react)
        .service(unreact)
        .service(pin)
        .service(unpin)
        .service(pins);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct HistoryQuery {
    /// Messages before this number.
    before: Option<i64>,
    /// Messages after this number.
    after: Option<i64>,
    /// Messages around this number, it included.
    around: Option<i64>,
    /// Messages around the first one at or after this moment.
    #[param(value_type = Option<String>)]
    at: Option<Timestamp>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
    /// The replies of this message, it first.
    thread: Option<i64>,
    /// Messages of this topic only.
    topic: Option<String>,
}

/// A part of a room's history, in order.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatHistory)]
struct HistoryJson {
    messages: Vec<MessageJson>,
    has_before: bool,
    has_after: bool,
    /// Where to go on from on the live socket.
    cursor: i64,
}

/// Reads a part of a room's history: the newest, or before, after or around a number or a moment.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/messages", tag = "chat",
    params(("room" = RoomId, Path), HistoryQuery),
    responses((status = 200, body = HistoryJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/messages")]
async fn history(
    scope: Scoped,
    room: Path<RoomId>,
    query: Query<HistoryQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = i64::from(Page::<()>::limit(query.limit)?);
    let mut tx = chat.store.read(&scope).await?;
    let row = rights::room(&mut tx, &scope, *room, Right::View).await?;
    let cursor = row.changed.max(rooms::last_change(&mut tx, *room).await?);
    let around = match (query.around, query.at) {
        (Some(seq), _) => Some(seq),
        (None, Some(at)) => Some(messages::at(&mut tx, *room, at).await?.unwrap_or(i64::MAX)),
        (None, None) => None,
    };
    let wanted = Wanted { room: *room, thread: query.thread, topic: query.topic.as_deref(), limit };
    let part = match (around, query.before, query.after) {
        (Some(seq), _, _) => wanted.around(&mut tx, seq).await?,
        (None, Some(seq), _) => wanted.one(&mut tx, Around::Before(seq)).await?,
        (None, None, Some(seq)) => wanted.one(&mut tx, Around::After(seq)).await?,
        (None, None, None) => wanted.one(&mut tx, Around::Newest).await?,
    };
    let messages = messages::with_reactions(&mut tx, *room, part.rows).await?;
    let (has_before, has_after) = (part.has_before, part.has_after);
    Ok(HttpResponse::Ok().json(HistoryJson { messages, has_before, has_after, cursor }))
}

/// Which messages are wanted.
struct Wanted<'a> {
    room: RoomId,
    thread: Option<i64>,
    topic: Option<&'a str>,
    limit: i64,
}

struct Part {
    rows: Vec<MessageRow>,
    has_before: bool,
    has_after: bool,
}

impl Wanted<'_> {
    async fn one(&self, tx: &mut TenantTx, around: Around) -> Result<Part, ChatError> {
        let limit = self.limit + 1;
        let mut rows = messages::history(tx, self.room, around, self.thread, self.topic, limit).await?;
        let more = rows.len() as i64 > self.limit;
        let forwards = matches!(around, Around::After(_));
        if more && forwards {
            rows.pop();
        } else if more {
            rows.remove(0);
        }
        // A thread begins with its root.
        if let (Some(root), false) = (self.thread, more && !forwards)
            && !matches!(around, Around::After(seq) if seq >= root)
        {
            let root = messages::get(tx, self.room, root).await?.ok_or(ChatError::NoMessage)?;
            rows.insert(0, root);
        }
        let (has_before, has_after) = match around {
            Around::Newest => (more, false),
            Around::Before(_) => (more, true),
            Around::After(seq) => (seq > 0, more),
        };
        Ok(Part { rows, has_before, has_after })
    }

    /// Half of the limit before a message, half of it from there on.
    async fn around(&self, tx: &mut TenantTx, seq: i64) -> Result<Part, ChatError> {
        let half = Self { limit: (self.limit / 2).max(1), ..*self };
        let before = half.one(tx, Around::Before(seq)).await?;
        let after = half.one(tx, Around::After(seq.saturating_sub(1))).await?;
        let mut rows = before.rows;
        let last = rows.last().map_or(0, |row| row.seq);
        rows.extend(after.rows.into_iter().filter(|row| row.seq > last));
        Ok(Part { rows, has_before: before.has_before, has_after: after.has_after })
    }
}

/// Says something.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/messages", tag = "chat",
    params(("room" = RoomId, Path)), request_body = NewMessage,
    responses((status = 201, body = MessageJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[post("/chat/rooms/{room}/messages")]
async fn post_message(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<NewMessage>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let message = chat.post(&scope, *room, body.into_inner()).await?;
    Ok(HttpResponse::Created().json(message))
}

/// Reads one message.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/messages/{seq}", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)),
    responses((status = 200, body = MessageJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/messages/{seq}")]
async fn read_message(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::View).await?;
    let found = messages::get_json(&mut tx, room, seq).await?.ok_or(ChatError::NoMessage)?;
    Ok(HttpResponse::Ok().json(found))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMessageChange)]
struct MessageChange {
    text: Option<String>,
    /// Null takes the message out of its topic.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    topic: Option<Option<String>>,
}

/// Gives a message another text or another topic.
#[utoipa::path(patch, path = "/api/v1/chat/rooms/{room}/messages/{seq}", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)), request_body = MessageChange,
    responses((status = 200, body = MessageJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[patch("/chat/rooms/{room}/messages/{seq}")]
async fn change_message(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    body: Json<MessageChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    let MessageChange { text, topic } = body.into_inner();
    let mut changed = None;
    if let Some(topic) = topic {
        changed = chat.change(&scope, room, seq, Change::Topic(topic)).await?;
    }
    if let Some(text) = text {
        changed = chat.change(&scope, room, seq, Change::Edit { text, files: false }).await?;
    }
    let changed = changed.ok_or_else(|| ChatError::invalid("there is nothing to change"))?;
    Ok(HttpResponse::Ok().json(changed))
}

/// Deletes a message; its place in the room stays.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/messages/{seq}", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[delete("/chat/rooms/{room}/messages/{seq}")]
async fn delete_message(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    done(&chat, &scope, room, seq, Change::Delete).await
}

async fn done(
    chat: &Chat,
    scope: &Scope,
    room: RoomId,
    seq: i64,
    change: Change,
) -> Result<HttpResponse, ApiError> {
    chat.change(scope, room, seq, change).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Reacts to a message with an emoji or the `:name:` of an own one.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/messages/{seq}/reactions/{emoji}", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path), ("emoji" = String, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[put("/chat/rooms/{room}/messages/{seq}/reactions/{emoji}")]
async fn react(
    scope: Scoped,
    path: Path<(RoomId, i64, String)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq, emoji) = path.into_inner();
    done(&chat, &scope, room, seq, Change::React { emoji, on: true }).await
}

/// Takes a reaction back.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/messages/{seq}/reactions/{emoji}", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path), ("emoji" = String, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[delete("/chat/rooms/{room}/messages/{seq}/reactions/{emoji}")]
async fn unreact(
    scope: Scoped,
    path: Path<(RoomId, i64, String)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq, emoji) = path.into_inner();
    done(&chat, &scope, room, seq, Change::React { emoji, on: false }).await
}

/// Pins a message to its room.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/messages/{seq}/pin", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[put("/chat/rooms/{room}/messages/{seq}/pin")]
async fn pin(scope: Scoped, path: Path<(RoomId, i64)>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    done(&chat, &scope, room, seq, Change::Pin(true)).await
}

/// Takes a pin off.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/messages/{seq}/pin", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[delete("/chat/rooms/{room}/messages/{seq}/pin")]
async fn unpin(scope: Scoped, path: Path<(RoomId, i64)>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    done(&chat, &scope, room, seq, Change::Pin(false)).await
}

/// Some messages.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMessages)]
struct MessagesJson {
    messages: Vec<MessageJson>,
}

/// Lists the pinned messages of a room, the last pinned first.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/pins", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 200, body = MessagesJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/pins")]
async fn pins(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::View).await?;
    let rows = messages::pinned(&mut tx, *room).await?;
    let messages = messages::with_reactions(&mut tx, *room, rows).await?;
    Ok(HttpResponse::Ok().json(MessagesJson { messages }))
}

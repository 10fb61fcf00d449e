//! Messages: read, say, change, react, pin.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::ids::RoomId;
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};

use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::messages::Change;
use super::super::rights;
use super::super::service::{Chat, NewMessage};
use super::super::store::messages;

#[derive(OpenApi)]
#[openapi(
    paths(post_message, read_message, change_message, delete_message, react, unreact, pin, unpin, pins),
    components(schemas(MessageJson, MessagesJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
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
    Ok(HttpResponse::Ok().json(chat.message(&scope, room, seq).await?))
}

impl Chat {
    async fn message(&self, scope: &Scope, room: RoomId, seq: i64) -> Result<MessageJson, ChatError> {
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        messages::get_json(&mut tx, room, seq).await?.ok_or(ChatError::NoMessage)
    }
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
    /// Which messages of its topic go along.
    #[serde(default)]
    topic_of: TopicOf,
}

/// Which messages of a topic are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatTopicOf)]
enum TopicOf {
    #[default]
    One,
    /// This one and those after it.
    Later,
    All,
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
    let MessageChange { text, topic, topic_of } = body.into_inner();
    let mut changed = None;
    if let Some(to) = topic {
        let change = match topic_of {
            TopicOf::One => Change::Topic(to),
            TopicOf::Later => Change::Retopic { from: String::new(), since: seq, to },
            TopicOf::All => Change::Retopic { from: String::new(), since: 0, to },
        };
        changed = match chat.change(&scope, room, seq, change).await? {
            None => chat.message(&scope, room, seq).await.map(Some)?,
            changed => changed,
        };
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

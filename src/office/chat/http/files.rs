//! Files of rooms and the business's own emoji.

use actix_web::web::{Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::RoomId;
use crate::protocols::http::file;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Right};

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::json::FileJson;
use super::super::rights;
use super::super::service::{Chat, is_emoji_name};
use super::super::store::people::{self, EmojiRow, FileRow};

/// Bytes of a file.
const FILE: usize = 25 << 20;
/// Bytes of an emoji.
const EMOJI: usize = 256 << 10;

#[derive(OpenApi)]
#[openapi(
    paths(upload, download, list_emoji, add_emoji, remove_emoji, emoji_image),
    components(schemas(FileJson, AllEmojiJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(upload)
        .service(download)
        .service(list_emoji)
        .service(add_emoji)
        .service(remove_emoji)
        .service(emoji_image);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct NameQuery {
    /// The file's name, up to 200 characters.
    #[serde(default)]
    name: String,
}

/// Adds a file to a room, to be named in a message; the body is the file.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/files", tag = "chat",
    params(("room" = RoomId, Path), NameQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileJson), (status = 413, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[post("/chat/rooms/{room}/files")]
async fn upload(
    scope: Scoped,
    room: Path<RoomId>,
    query: Query<NameQuery>,
    request: HttpRequest,
    payload: Payload,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    // The right is checked before the first byte is read.
    rights::room(&mut tx, &scope, *room, Right::Edit).await?;
    drop(tx);
    chat.require_voice(&scope).await?;
    let media_type = file::media_type(&request)?;
    let bytes = file::read(payload, FILE).await?;
    let (size, pixels) = (bytes.len() as i64, file::pixels(&media_type, &bytes));
    let hash = chat.store.blobs().put(&scope, bytes).await?;
    let (width, height) = pixels.unzip();
    let row =
        FileRow { hash: hash.to_string(), name: file::name(&query.name), media_type, size, width, height };
    let mut tx = chat.store.begin(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::Edit).await?;
    people::add_file(&mut tx, *room, &row, scope.user(), chat.clock.now()).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(FileJson::from(row)))
}

/// Gives a file of a room.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/files/{hash}", tag = "chat",
    params(("room" = RoomId, Path), ("hash" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/files/{hash}")]
async fn download(
    scope: Scoped,
    path: Path<(RoomId, String)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, hash) = path.into_inner();
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::View).await?;
    let row = people::file(&mut tx, room, &hash).await?.ok_or(ChatError::NoEntry)?;
    drop(tx);
    let hash = row.hash.parse().map_err(|_| ChatError::Damaged("file"))?;
    let bytes = chat.store.blobs().get(&scope, &hash).await?;
    Ok(file::serve(&row.name, &row.media_type, bytes))
}

/// The business's own emoji.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatEmojiList)]
struct AllEmojiJson {
    emoji: Vec<OwnEmojiJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatOwnEmoji)]
struct OwnEmojiJson {
    name: String,
    hash: String,
}

/// Lists the business's own emoji.
#[utoipa::path(get, path = "/api/v1/chat/emoji", tag = "chat",
    responses((status = 200, body = AllEmojiJson), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/emoji")]
async fn list_emoji(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    let rows = people::emoji(&mut tx).await?;
    let emoji = rows.into_iter().map(|row| OwnEmojiJson { name: row.name, hash: row.hash }).collect();
    Ok(HttpResponse::Ok().json(AllEmojiJson { emoji }))
}

/// Adds an emoji; the body is its image.
#[utoipa::path(post, path = "/api/v1/chat/emoji", tag = "chat", params(NameQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = OwnEmojiJson), (status = 409, body = Problem)),
    extensions(("x-right" = json!("chat.channels"))))]
#[post("/chat/emoji")]
async fn add_emoji(
    scope: Scoped,
    query: Query<NameQuery>,
    request: HttpRequest,
    payload: Payload,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let me = person(&scope)?;
    scope.require(Permission::ChatChannels).map_err(ChatError::from)?;
    let media_type = file::media_type(&request)?;
    let name = query.into_inner().name;
    if !is_emoji_name(&name) {
        return Err(ChatError::invalid("an emoji's name has 1 to 50 small letters, digits, - and _").into());
    }
    let bytes = file::read(payload, EMOJI).await?;
    if file::pixels(&media_type, &bytes).is_none_or(|(width, height)| width > 1_024 || height > 1_024) {
        return Err(ChatError::invalid("an emoji is an image of at most 1 024 pixels").into());
    }
    let hash = chat.store.blobs().put(&scope, bytes).await?.to_string();
    let row = EmojiRow { name, hash, media_type };
    let mut tx = chat.store.begin(&scope).await?;
    people::add_emoji(&mut tx, &row, Some(me), chat.clock.now()).await?;
    tx.commit().await?;
    let told = serde_json::json!({ "name": row.name, "hash": row.hash });
    chat.hubs.of(scope.tenant).tell_all("chat.emoji", &told);
    Ok(HttpResponse::Created().json(OwnEmojiJson { name: row.name, hash: row.hash }))
}

/// Takes an emoji away; where it was used its name is shown.
#[utoipa::path(delete, path = "/api/v1/chat/emoji/{name}", tag = "chat", params(("name" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[delete("/chat/emoji/{name}")]
async fn remove_emoji(scope: Scoped, name: Path<String>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage).map_err(ChatError::from)?;
    let mut tx = chat.store.begin(&scope).await?;
    if !people::remove_emoji(&mut tx, &name).await? {
        return Err(ChatError::NoEntry.into());
    }
    tx.commit().await?;
    let told = serde_json::json!({ "name": *name, "hash": null });
    chat.hubs.of(scope.tenant).tell_all("chat.emoji", &told);
    Ok(HttpResponse::NoContent().finish())
}

/// Gives the image of an emoji.
#[utoipa::path(get, path = "/api/v1/chat/emoji/{name}/image", tag = "chat", params(("name" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/emoji/{name}/image")]
async fn emoji_image(scope: Scoped, name: Path<String>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    let known = people::emoji(&mut tx).await?;
    drop(tx);
    let row = known.into_iter().find(|row| row.name == *name).ok_or(ChatError::NoEntry)?;
    let hash = row.hash.parse().map_err(|_| ChatError::Damaged("emoji"))?;
    let bytes = chat.store.blobs().get(&scope, &hash).await?;
    Ok(file::serve(&row.name, &row.media_type, bytes))
}

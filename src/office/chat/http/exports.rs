//! Gives away what was said.

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, get};
use futures::stream;
use utoipa::OpenApi;

use crate::ids::RoomId;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::super::error::ChatError;
use super::super::export::{self, Pieces};
use super::super::rights;
use super::super::service::Chat;

#[derive(OpenApi)]
#[openapi(paths(everything, of_room))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(everything).service(of_room);
}

/// Gives everything that was said in the business, private rooms and conversations too, as a ZIP of JSON
/// lines: `export.json`, `people.ndjson`, `rooms.ndjson`, `rooms/ROOM.ndjson`, `emoji.ndjson`, `files/HASH`.
#[utoipa::path(get, path = "/api/v1/chat/export", tag = "chat",
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), (status = 403, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[get("/chat/export")]
async fn everything(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let pieces = export::business(chat.store.clone(), scope.0.clone(), chat.clock.now())?;
    tracing::info!(tenant = %scope.tenant, user = ?scope.user(), "everything that was said is exported");
    Ok(answer("application/zip", "chat.zip", pieces))
}

/// Gives what was said in a room as JSON lines: first `{"room": …}` with its members, then its messages.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/export", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/export")]
async fn of_room(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await.map_err(ChatError::from)?;
    let row = rights::room(&mut tx, &scope, *room, Right::View).await?;
    drop(tx);
    let pieces = export::room(chat.store.clone(), scope.0.clone(), row);
    Ok(answer("application/x-ndjson", "room.ndjson", pieces))
}

pub(super) fn answer(media_type: &'static str, name: &str, pieces: Pieces) -> HttpResponse {
    let pieces = stream::unfold(pieces, async |mut pieces| {
        let piece = pieces.recv().await?;
        Some((piece.map_err(ApiError::from), pieces))
    });
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(pieces))
}

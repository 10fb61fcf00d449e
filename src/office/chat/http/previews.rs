//! Previews of links: taken away.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use crate::ids::RoomId;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::super::service::Chat;

#[derive(OpenApi)]
#[openapi(paths(remove_preview))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(remove_preview);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct LinkQuery {
    /// The link as the preview names it.
    url: String,
}

/// Takes the preview of a link away from a message, for good: for its author and who manages the room.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/messages/{seq}/previews", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path), LinkQuery),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[delete("/chat/rooms/{room}/messages/{seq}/previews")]
async fn remove_preview(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    query: Query<LinkQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    chat.remove_preview(&scope, room, seq, query.into_inner().url).await?;
    Ok(HttpResponse::NoContent().finish())
}

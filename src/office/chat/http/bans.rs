//! Who may not be in a room, for those who manage it.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, put};
use utoipa::OpenApi;

use crate::ids::{RoomId, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::super::rights;
use super::super::service::Chat;
use super::super::store::bans;
use super::moderation::{BansJson, Sanction};

#[derive(OpenApi)]
#[openapi(paths(bans_of_room, ban, lift_ban), components(schemas(BansJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(bans_of_room).service(ban).service(lift_ban);
}

/// Lists who may not be in a room.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/bans", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 200, body = BansJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[get("/chat/rooms/{room}/bans")]
async fn bans_of_room(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::Manage).await?;
    Ok(HttpResponse::Ok().json(BansJson { bans: bans::of_room(&mut tx, *room).await? }))
}

/// Takes someone out of a channel and keeps them out, until a moment or until it is lifted.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/bans/{user}", tag = "chat",
    params(("room" = RoomId, Path), ("user" = UserId, Path)), request_body = Sanction,
    responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[put("/chat/rooms/{room}/bans/{user}")]
async fn ban(
    scope: Scoped,
    path: Path<(RoomId, UserId)>,
    body: Json<Sanction>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, user) = path.into_inner();
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::Manage).await?;
    drop(tx);
    chat.ban(&scope, room, user, &body.reason, body.until).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets someone come back to a channel; one who is not banned may already.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/bans/{user}", tag = "chat",
    params(("room" = RoomId, Path), ("user" = UserId, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[delete("/chat/rooms/{room}/bans/{user}")]
async fn lift_ban(
    scope: Scoped,
    path: Path<(RoomId, UserId)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, user) = path.into_inner();
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::Manage).await?;
    drop(tx);
    chat.lift_ban(&scope, room, user).await?;
    Ok(HttpResponse::NoContent().finish())
}

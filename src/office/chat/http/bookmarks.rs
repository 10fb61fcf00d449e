//! Links at the top of a room.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::RoomId;
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};

use super::super::bookmarks::{Bookmarks, BookmarksJson, EditedBookmark, NewBookmark};
use super::super::error::ChatError;
use super::super::messages::{BookmarkChange, ChangeBookmarks};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::bookmarks;

#[derive(OpenApi)]
#[openapi(paths(list, add, edit, remove, rule), components(schemas(BookmarksJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list).service(add).service(edit).service(remove).service(rule);
}

/// Lists the bookmarks of a room, in their order.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/bookmarks", tag = "chat",
    operation_id = "list_bookmarks", params(("room" = RoomId, Path)),
    responses((status = 200, body = BookmarksJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/bookmarks")]
async fn list(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::View).await?;
    let known = Bookmarks {
        list: bookmarks::list(&mut tx, *room).await?,
        managers_only: bookmarks::managers_only(&mut tx, *room).await?,
    };
    Ok(HttpResponse::Ok().json(BookmarksJson::from(&known)))
}

async fn changed(
    chat: &Chat,
    scope: &Scope,
    room: RoomId,
    change: BookmarkChange,
) -> Result<BookmarksJson, ChatError> {
    let change = ChangeBookmarks { scope: scope.clone(), change };
    chat.room(scope, room).await?.send(change).await.map_err(|_| ChatError::Busy)?
}

/// Adds a bookmark to a room, behind the others; a room has at most 50.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/bookmarks", tag = "chat",
    operation_id = "add_bookmark", params(("room" = RoomId, Path)), request_body = NewBookmark,
    responses((status = 201, body = BookmarksJson), (status = 403, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[post("/chat/rooms/{room}/bookmarks")]
async fn add(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<NewBookmark>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let all = changed(&chat, &scope, *room, BookmarkChange::Add(body.into_inner())).await?;
    Ok(HttpResponse::Created().json(all))
}

/// Changes a bookmark or its place; only what is named.
#[utoipa::path(patch, path = "/api/v1/chat/rooms/{room}/bookmarks/{bookmark}", tag = "chat",
    operation_id = "edit_bookmark", params(("room" = RoomId, Path), ("bookmark" = Uuid, Path)),
    request_body = EditedBookmark,
    responses((status = 200, body = BookmarksJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[patch("/chat/rooms/{room}/bookmarks/{bookmark}")]
async fn edit(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    body: Json<EditedBookmark>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, id) = path.into_inner();
    let all = changed(&chat, &scope, room, BookmarkChange::Edit(id, body.into_inner())).await?;
    Ok(HttpResponse::Ok().json(all))
}

/// Takes a bookmark away.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/bookmarks/{bookmark}", tag = "chat",
    operation_id = "remove_bookmark", params(("room" = RoomId, Path), ("bookmark" = Uuid, Path)),
    responses((status = 200, body = BookmarksJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[delete("/chat/rooms/{room}/bookmarks/{bookmark}")]
async fn remove(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(changed(&chat, &scope, room, BookmarkChange::Remove(id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatBookmarkRule)]
struct Rule {
    managers_only: bool,
}

/// Says who changes the bookmarks of a room: everyone in it, or only those who manage it.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/bookmarks/rule", tag = "chat",
    operation_id = "rule_bookmarks", params(("room" = RoomId, Path)), request_body = Rule,
    responses((status = 200, body = BookmarksJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[put("/chat/rooms/{room}/bookmarks/rule")]
async fn rule(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<Rule>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let change = BookmarkChange::ManagersOnly(body.managers_only);
    Ok(HttpResponse::Ok().json(changed(&chat, &scope, *room, change).await?))
}

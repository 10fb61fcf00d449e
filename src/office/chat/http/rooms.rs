//! Rooms: look for, make, change, enter, leave.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, patch, post};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::RoomId;
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Right, Scope};

use super::super::begin::{self, NewRoom, channel_name, person};
use super::super::error::ChatError;
use super::super::json::{RoomJson, RoomStateJson};
use super::super::messages::ChangeRoom;
use super::super::model::{Level, MemberRole, RoomKind};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::rooms::{self, Browse};

#[derive(OpenApi)]
#[openapi(
    paths(browse, create, read, change),
    components(schemas(RoomJson, RoomStateJson, RoomKind, MemberRole, Level))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(browse).service(create).service(read).service(change);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct BrowseQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<String>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
    /// Text that the name or the description holds.
    q: Option<String>,
    /// Whether to list archived channels instead.
    #[serde(default)]
    archived: bool,
}

/// Lists the channels that the caller may see, by name.
#[utoipa::path(get, path = "/api/v1/chat/rooms", tag = "chat", params(BrowseQuery),
    responses((status = 200, body = Page<RoomStateJson>), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/rooms")]
async fn browse(
    scope: Scoped,
    query: Query<BrowseQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let user = person(&scope)?;
    let Query(BrowseQuery { cursor, q, archived, .. }) = query;
    let mut tx = chat.store.read(&scope).await?;
    let wanted = Browse {
        public: scope.require(Permission::ChatChannels).is_ok(),
        query: q.as_deref().map(str::trim).filter(|text| !text.is_empty()),
        archived,
        after: cursor.map(|cursor| cursor.0),
        limit: i64::from(limit) + 1,
    };
    let found = rooms::browse(&mut tx, user, wanted).await?;
    let name = |state: &RoomStateJson| Cursor(state.room.name.clone().unwrap_or_default());
    Ok(HttpResponse::Ok().json(Page::cut(found, limit, name)))
}

/// Makes a room; for a conversation that is there already, answers with it.
#[utoipa::path(post, path = "/api/v1/chat/rooms", tag = "chat", request_body = NewRoom,
    responses((status = 201, body = RoomStateJson), (status = 200, body = RoomStateJson),
        (status = 409, body = Problem)),
    extensions(("x-right" = json!("chat.channels"))))]
#[post("/chat/rooms")]
async fn create(scope: Scoped, body: Json<NewRoom>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let (state, made) = chat.make_room(&scope, body.into_inner()).await?;
    let answer = if made { HttpResponse::Created() } else { HttpResponse::Ok() }.json(state);
    Ok(answer)
}

/// Reads a room as the caller sees it.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 200, body = RoomStateJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}")]
async fn read(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(chat.state(&scope, *room).await?))
}

impl Chat {
    /// A room as the person sees it.
    pub(in super::super) async fn state(
        &self,
        scope: &Scope,
        room: RoomId,
    ) -> Result<RoomStateJson, ChatError> {
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        rooms::state(&mut tx, person(scope)?, room).await
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatRoomChange)]
struct RoomChange {
    name: Option<String>,
    description: Option<String>,
    private: Option<bool>,
    archived: Option<bool>,
    /// Days after which messages are deleted; null keeps them.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<i64>)]
    retention_days: Option<Option<i64>>,
}

/// Changes a channel; only what is named.
#[utoipa::path(patch, path = "/api/v1/chat/rooms/{room}", tag = "chat", params(("room" = RoomId, Path)),
    request_body = RoomChange,
    responses((status = 200, body = RoomStateJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[patch("/chat/rooms/{room}")]
async fn change(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<RoomChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    if body.retention_days.flatten().is_some_and(|days| !(1..=36_500).contains(&days)) {
        return Err(ChatError::invalid("messages are kept for 1 to 36 500 days").into());
    }
    let change = ChangeRoom {
        scope: scope.0.clone(),
        name: body.name.as_deref().map(channel_name).transpose()?,
        description: body.description.as_deref().map(begin::description).transpose()?,
        private: body.private,
        archived: body.archived,
        retention_days: body.retention_days,
    };
    chat.room(&scope, *room).await?.send(change).await.map_err(|_| ChatError::Busy)??;
    Ok(HttpResponse::Ok().json(chat.state(&scope, *room).await?))
}

//! Who is in a room, and how they want to be told of it.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{RoomId, Timestamp, UserId};
use crate::office::identity::messages::AccountKind;
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};

use super::super::begin::{NAME, person};
use super::super::error::ChatError;
use super::super::json::RoomStateJson;
use super::super::messages::{PutMembers, RemoveMember, SetAttention};
use super::super::model::{Level, MemberRole};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::members::{self, Preferences};
use super::super::store::rooms;

#[derive(OpenApi)]
#[openapi(
    paths(join, leave, list_members, put_member, remove_member, preferences),
    components(schemas(MemberJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(join)
        .service(leave)
        .service(list_members)
        .service(put_member)
        .service(remove_member)
        .service(preferences);
}

/// Enters a public channel.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/join", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 200, body = RoomStateJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[post("/chat/rooms/{room}/join")]
async fn join(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let me = person(&scope)?;
    let state = chat.state(&scope, *room).await?;
    if state.membership.is_none() {
        chat.put_members(&scope, *room, &[me], MemberRole::Member).await?;
    }
    Ok(HttpResponse::Ok().json(chat.state(&scope, *room).await?))
}

impl Chat {
    pub(in super::super) async fn put_members(
        &self,
        scope: &Scope,
        room: RoomId,
        users: &[UserId],
        role: MemberRole,
    ) -> Result<(), ChatError> {
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        let people = members::names(&mut tx, users).await?;
        if people.len() != users.len() {
            return Err(ChatError::invalid("this person is not in the business"));
        }
        drop(tx);
        let put = PutMembers { scope: scope.clone(), people, role };
        self.room(scope, room).await?.send(put).await.map_err(|_| ChatError::Busy)?
    }
}

/// Leaves a channel or a group conversation.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/leave", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[post("/chat/rooms/{room}/leave")]
async fn leave(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let remove = RemoveMember { scope: scope.0.clone(), user: person(&scope)? };
    chat.room(&scope, *room).await?.send(remove).await.map_err(|_| ChatError::Busy)??;
    Ok(HttpResponse::NoContent().finish())
}

/// Someone in a room.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMember)]
struct MemberJson {
    user: UserId,
    name: String,
    email: String,
    role: MemberRole,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    kind: AccountKind,
    /// Of a bot: an emoji, or the `:name:` of an own one.
    picture: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct MembersQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<(String, UserId)>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists who is in a room, by name.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/members", tag = "chat",
    params(("room" = RoomId, Path), MembersQuery),
    responses((status = 200, body = Page<MemberJson>), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/members")]
async fn list_members(
    scope: Scoped,
    room: Path<RoomId>,
    query: Query<MembersQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::View).await?;
    let after = query.cursor.as_ref().map(|Cursor((name, id))| (name.as_str(), *id));
    let rows = members::members(&mut tx, *room, after, i64::from(limit) + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor((row.name.clone(), row.user_id)));
    Ok(HttpResponse::Ok().json(page.map(|row| MemberJson {
        user: row.user_id,
        role: row.role.parse().unwrap_or(MemberRole::Member),
        name: row.name,
        email: row.email,
        joined_at: row.joined_at,
        kind: if row.kind == "person" { AccountKind::Person } else { AccountKind::Bot },
        picture: row.picture,
    })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatMemberRole)]
struct RoleJson {
    role: MemberRole,
}

/// Adds someone to a channel, or gives them another role.
#[utoipa::path(put, path = "/api/v1/chat/rooms/{room}/members/{user}", tag = "chat",
    params(("room" = RoomId, Path), ("user" = UserId, Path)), request_body = RoleJson,
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[put("/chat/rooms/{room}/members/{user}")]
async fn put_member(
    scope: Scoped,
    path: Path<(RoomId, UserId)>,
    body: Json<RoleJson>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, user) = path.into_inner();
    chat.put_members(&scope, room, &[user], body.role).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes someone out of a channel.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/members/{user}", tag = "chat",
    params(("room" = RoomId, Path), ("user" = UserId, Path)),
    responses((status = 204), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[delete("/chat/rooms/{room}/members/{user}")]
async fn remove_member(
    scope: Scoped,
    path: Path<(RoomId, UserId)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, user) = path.into_inner();
    let remove = RemoveMember { scope: scope.0.clone(), user };
    chat.room(&scope, room).await?.send(remove).await.map_err(|_| ChatError::Busy)??;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatPreferences)]
struct PreferencesJson {
    level: Option<Level>,
    muted: Option<bool>,
    starred: Option<bool>,
    /// Null takes the room out of its section.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    section: Option<Option<String>>,
}

/// Says how the caller wants to be told of a room; only what is named changes.
#[utoipa::path(patch, path = "/api/v1/chat/rooms/{room}/preferences", tag = "chat",
    params(("room" = RoomId, Path)), request_body = PreferencesJson,
    responses((status = 200, body = RoomStateJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:edit"))))]
#[patch("/chat/rooms/{room}/preferences")]
async fn preferences(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<PreferencesJson>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let PreferencesJson { level, muted, starred, section } = body.into_inner();
    if section.iter().flatten().any(|name| name.trim().is_empty() || name.chars().count() > NAME) {
        return Err(ChatError::invalid("a section's name has 1 to 80 characters").into());
    }
    let state = chat.prefer(&scope, *room, Preferences { level, muted, starred, section }).await?;
    Ok(HttpResponse::Ok().json(state))
}

impl Chat {
    /// Writes down how someone wants to be told of a room.
    pub(in super::super) async fn prefer(
        &self,
        scope: &Scope,
        room: RoomId,
        wanted: Preferences,
    ) -> Result<RoomStateJson, ChatError> {
        let me = person(scope)?;
        let mut tx = self.store.begin(scope).await?;
        if !members::set_preferences(&mut tx, me, room, wanted).await? {
            return Err(ChatError::NoRoom);
        }
        let state = rooms::state(&mut tx, me, room).await?;
        tx.commit().await?;
        if let Some(wants) = &state.membership {
            let set = SetAttention { user: me, level: wants.level, muted: wants.muted };
            self.set_attention(scope, room, set).await;
        }
        self.hubs.of(scope.tenant).tell(me, "chat.preferences", &serde_json::json!({ "room": state }));
        Ok(state)
    }
}

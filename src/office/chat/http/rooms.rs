//! Rooms: look for, make, change, enter, leave.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{RoomId, Timestamp, UserId};
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Right, Scope};

use super::super::error::ChatError;
use super::super::json::{RoomJson, RoomStateJson};
use super::super::messages::{ChangeRoom, PutMembers, RemoveMember};
use super::super::model::{Level, MemberRole, RoomKind};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::rooms::{self, Browse, Preferences, RoomRow};

/// Characters of a channel's name.
const NAME: usize = 80;
/// Characters of a description.
const DESCRIPTION: usize = 1_000;
/// People of a group conversation.
const GROUP: usize = 20;
/// People who are added at once.
const ADDED: usize = 1_000;

#[derive(OpenApi)]
#[openapi(
    paths(browse, create, read, change, join, leave, members, put_member, remove_member, preferences),
    components(schemas(RoomJson, RoomStateJson, MemberJson, RoomKind, MemberRole, Level))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(browse)
        .service(create)
        .service(read)
        .service(change)
        .service(join)
        .service(leave)
        .service(members)
        .service(put_member)
        .service(remove_member)
        .service(preferences);
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

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatRoom)]
struct NewRoom {
    kind: RoomKind,
    /// Of a channel: 1 to 80 characters.
    name: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    private: bool,
    /// The others; the caller is always in it.
    #[serde(default)]
    members: Vec<UserId>,
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

impl Chat {
    async fn make_room(&self, scope: &Scope, new: NewRoom) -> Result<(RoomStateJson, bool), ChatError> {
        let me = person(scope)?;
        scope.require(Permission::ChatChannels)?;
        let mut people = vec![me];
        people.extend(new.members.iter().filter(|user| **user != me));
        people.sort_unstable();
        people.dedup();
        let name = check_new(&new, people.len())?;
        let mut tx = self.store.begin(scope).await?;
        if rooms::names(&mut tx, &people).await?.len() != people.len() {
            return Err(ChatError::invalid("one of these people is not in the business"));
        }
        let conversation = new.kind != RoomKind::Channel;
        let together = conversation.then(|| rooms::people_text(&people));
        if let Some(known) = rooms::find_like(&mut tx, name.as_deref(), together.as_deref()).await? {
            if !conversation {
                return Err(ChatError::NameTaken);
            }
            return Ok((rooms::state(&mut tx, me, known).await?, false));
        }
        let now = self.clock.now();
        let row = RoomRow {
            id: RoomId::at(now),
            kind: new.kind.as_str().to_owned(),
            name,
            description: description(&new.description)?,
            private: new.private || conversation,
            people: together,
            retention_days: None,
            created_by: Some(me),
            created_at: now,
            archived_at: None,
            changed: 0,
        };
        let id = row.id;
        let mut statements = vec![rooms::put(scope.tenant, &row)];
        for user in &people {
            let role = if conversation || *user == me { MemberRole::Owner } else { MemberRole::Member };
            statements.push(rooms::put_member(scope.tenant, id, *user, role, 0, now));
        }
        for statement in statements {
            tx.execute(statement.sql, statement.args).await?;
        }
        let state = rooms::state(&mut tx, me, id).await?;
        let mut told = Vec::new();
        for user in &people {
            told.push((*user, rooms::state(&mut tx, *user, id).await?));
        }
        tx.commit().await?;
        let hub = self.hubs.of(scope.tenant);
        for (user, state) in told {
            hub.tell(user, "chat.joined", &serde_json::json!({ "room": state }));
        }
        Ok((state, true))
    }
}

fn check_new(new: &NewRoom, people: usize) -> Result<Option<String>, ChatError> {
    let wrong = match new.kind {
        RoomKind::Channel if people > ADDED => Some("add at most 1 000 people at once"),
        RoomKind::Channel => return channel_name(new.name.as_deref().unwrap_or_default()).map(Some),
        _ if new.name.is_some() => Some("a conversation has no name"),
        RoomKind::Direct if people > 2 => Some("a direct conversation has one or two people"),
        RoomKind::Group if !(3..=GROUP).contains(&people) => Some("a group conversation has 3 to 20 people"),
        _ => None,
    };
    wrong.map_or(Ok(None), |wrong| Err(ChatError::invalid(wrong)))
}

fn channel_name(name: &str) -> Result<String, ChatError> {
    let name = name.trim().trim_start_matches('#').to_lowercase();
    let plain =
        |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | ' ' | '&' | '/' | '+');
    if name.is_empty() || name.chars().count() > NAME || !name.chars().all(plain) {
        return Err(ChatError::invalid(
            "a channel's name has 1 to 80 letters, digits, spaces, hyphens, dots and underscores",
        ));
    }
    Ok(name)
}

fn description(text: &str) -> Result<String, ChatError> {
    if text.chars().count() > DESCRIPTION || text.contains('\0') {
        return Err(ChatError::invalid("a description has at most 1 000 characters"));
    }
    Ok(text.trim().to_owned())
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
    async fn state(&self, scope: &Scope, room: RoomId) -> Result<RoomStateJson, ChatError> {
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
        description: body.description.as_deref().map(description).transpose()?,
        private: body.private,
        archived: body.archived,
        retention_days: body.retention_days,
    };
    chat.room(&scope, *room).await?.send(change).await.map_err(|_| ChatError::Busy)??;
    Ok(HttpResponse::Ok().json(chat.state(&scope, *room).await?))
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
    async fn put_members(
        &self,
        scope: &Scope,
        room: RoomId,
        users: &[UserId],
        role: MemberRole,
    ) -> Result<(), ChatError> {
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        let people = rooms::names(&mut tx, users).await?;
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
async fn members(
    scope: Scoped,
    room: Path<RoomId>,
    query: Query<MembersQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::View).await?;
    let after = query.cursor.as_ref().map(|Cursor((name, id))| (name.as_str(), *id));
    let rows = rooms::members(&mut tx, *room, after, i64::from(limit) + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor((row.name.clone(), row.user_id)));
    Ok(HttpResponse::Ok().json(page.map(|row| MemberJson {
        user: row.user_id,
        role: row.role.parse().unwrap_or(MemberRole::Member),
        name: row.name,
        email: row.email,
        joined_at: row.joined_at,
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
    let me = person(&scope)?;
    let PreferencesJson { level, muted, starred, section } = body.into_inner();
    if section.iter().flatten().any(|name| name.trim().is_empty() || name.chars().count() > NAME) {
        return Err(ChatError::invalid("a section's name has 1 to 80 characters").into());
    }
    let mut tx = chat.store.begin(&scope).await?;
    let wanted = Preferences { level, muted, starred, section };
    if !rooms::set_preferences(&mut tx, me, *room, wanted).await? {
        return Err(ChatError::NoRoom.into());
    }
    let state = rooms::state(&mut tx, me, *room).await?;
    tx.commit().await?;
    chat.hubs.of(scope.tenant).tell(me, "chat.preferences", &serde_json::json!({ "room": state }));
    Ok(HttpResponse::Ok().json(state))
}

/// The person who asks; the program itself is in no room.
pub(super) fn person(scope: &Scope) -> Result<UserId, ChatError> {
    scope.user().ok_or(ChatError::NotMember)
}

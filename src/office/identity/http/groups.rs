//! Groups of people.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{GroupId, UserId};
use crate::office::identity::Identity;
use crate::office::identity::groups::{Group, Member};
use crate::office::identity::messages::PersonName;
use crate::office::identity::nesting::{GroupChange, Handle};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Permission;

use super::{UserJson, fault};

#[derive(OpenApi)]
#[openapi(
    paths(list_groups, create_group, change_group, delete_group, list_group_people),
    components(schemas(GroupJson, MemberJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_groups)
        .service(create_group)
        .service(change_group)
        .service(delete_group)
        .service(list_group_people);
}

/// A group of people, addressed together.
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
struct GroupJson {
    id: GroupId,
    name: String,
    /// By which it is mentioned, without the @.
    handle: String,
    members: Vec<MemberJson>,
}

/// What is directly in a group.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GroupMember)]
struct MemberJson {
    kind: MemberKind,
    id: Uuid,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GroupMemberKind)]
enum MemberKind {
    User,
    Group,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGroup {
    /// 1 to 200 characters.
    name: String,
    /// 1 to 64 lower case letters, digits, dots, hyphens and underscores; one of a kind.
    handle: String,
    /// Up to 2000; groups in groups are at most 8 deep and never inside of themselves.
    #[serde(default)]
    members: Vec<MemberJson>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GroupChange)]
struct GroupChangeJson {
    name: Option<String>,
    handle: Option<String>,
    /// In place of those that are in it.
    members: Option<Vec<MemberJson>>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<String>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

impl From<MemberJson> for Member {
    fn from(json: MemberJson) -> Self {
        match json.kind {
            MemberKind::User => Self::User(UserId(json.id)),
            MemberKind::Group => Self::Group(GroupId(json.id)),
        }
    }
}

impl From<Member> for MemberJson {
    fn from(member: Member) -> Self {
        let kind = match member {
            Member::User(_) => MemberKind::User,
            Member::Group(_) => MemberKind::Group,
        };
        Self { kind, id: member.id() }
    }
}

impl From<Group> for GroupJson {
    fn from(group: Group) -> Self {
        let Group { id, name, handle, members } = group;
        Self { id, name, handle, members: members.into_iter().map(MemberJson::from).collect() }
    }
}

/// Lists the groups of the caller's business by handle.
#[utoipa::path(get, path = "/api/v1/groups", tag = "groups", params(ListQuery),
    responses((status = 200, body = Page<GroupJson>), (status = 403, body = Problem)),
    extensions(("x-right" = json!("people.list"))))]
#[get("/groups")]
async fn list_groups(
    scope: Scoped,
    query: Query<ListQuery>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<GroupJson>::limit(query.limit)?;
    let after = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let groups = identity.list_groups(&scope, after, limit).await?;
    let page = Page::cut(groups, limit, |group| Cursor(group.handle.clone()));
    Ok(HttpResponse::Ok().json(page.map(GroupJson::from)))
}

/// Makes a group.
#[utoipa::path(post, path = "/api/v1/groups", tag = "groups", request_body = NewGroup,
    responses((status = 201, body = GroupJson), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "`handle_taken` or `group_limit`"),
        (status = 422, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[post("/groups")]
async fn create_group(
    scope: Scoped,
    body: Json<NewGroup>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::PeopleManage)?;
    let name = PersonName::parse(&body.name).map_err(fault("$.name"))?;
    let handle = Handle::parse(&body.handle).map_err(fault("$.handle"))?;
    let members = body.members.iter().copied().map(Member::from).collect();
    let group = identity.add_group(&scope, name, handle, members).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/groups/{}", group.id)))
        .json(GroupJson::from(group)))
}

/// Changes a group's name, handle or members.
#[utoipa::path(patch, path = "/api/v1/groups/{id}", tag = "groups", params(("id" = GroupId, Path)),
    request_body = GroupChangeJson,
    responses((status = 200, body = GroupJson), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`handle_taken`, `group_cycle` or `group_limit`")),
    extensions(("x-right" = json!("people.manage"))))]
#[patch("/groups/{id}")]
async fn change_group(
    scope: Scoped,
    id: Path<GroupId>,
    body: Json<GroupChangeJson>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::PeopleManage)?;
    let body = body.into_inner();
    let change = GroupChange {
        name: body.name.as_deref().map(PersonName::parse).transpose().map_err(fault("$.name"))?,
        handle: body.handle.as_deref().map(Handle::parse).transpose().map_err(fault("$.handle"))?,
        members: body.members.map(|members| members.into_iter().map(Member::from).collect()),
    };
    let group = identity.change_group(&scope, *id, change).await?;
    Ok(HttpResponse::Ok().json(GroupJson::from(group)))
}

/// Deletes a group; its people stay.
#[utoipa::path(delete, path = "/api/v1/groups/{id}", tag = "groups", params(("id" = GroupId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[delete("/groups/{id}")]
async fn delete_group(
    scope: Scoped,
    id: Path<GroupId>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    identity.delete_group(&scope, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Everyone in the group who can sign in, those of the groups in it too, each once.
#[utoipa::path(get, path = "/api/v1/groups/{id}/people", tag = "groups", params(("id" = GroupId, Path)),
    responses((status = 200, body = Page<UserJson>), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    extensions(("x-right" = json!("people.list"))))]
#[get("/groups/{id}/people")]
async fn list_group_people(
    scope: Scoped,
    id: Path<GroupId>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let people = identity.people_of_group(&scope, *id).await?;
    let items = people.into_iter().map(UserJson::from).collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: None }))
}

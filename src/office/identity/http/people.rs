//! The people of a tenant.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::UserId;
use crate::office::identity::messages::{ChangePerson, NewPerson, Password, PersonName, Status};
use crate::office::identity::{EmailAddress, Identity, IdentityError};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Role};

use super::{UserJson, fault};

#[derive(OpenApi)]
#[openapi(paths(list, create, change))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list).service(create).service(change);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Text that the name or the email address holds.
    q: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<(String, UserId)>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUser)]
struct NewUserJson {
    email: String,
    /// 1 to 200 characters.
    name: String,
    role: Role,
    /// 10 to 1024 characters; without one, a password is made up.
    #[schema(format = Password)]
    password: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct CreatedUser {
    user: UserJson,
    /// Only when it was made up; it is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserChange {
    name: Option<String>,
    role: Option<Role>,
    status: Option<Status>,
    #[schema(format = Password)]
    password: Option<String>,
}

/// Lists the people of the caller's business by name.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(ListQuery),
    responses((status = 200, body = Page<UserJson>), (status = 401, body = Problem)),
    extensions(("x-right" = json!("people.list"))))]
#[get("/people")]
async fn list(
    scope: Scoped,
    query: Query<ListQuery>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<UserJson>::limit(query.limit)?;
    let after = query.cursor.as_ref().map(|cursor| cursor.0.clone());
    let people = identity.list_people(&scope, query.q.as_deref(), after, limit).await?;
    let page = Page::cut(people, limit, |person| Cursor((person.name.clone(), person.id)));
    Ok(HttpResponse::Ok().json(page.map(UserJson::from)))
}

/// Makes an account.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = NewUserJson,
    responses((status = 201, body = CreatedUser), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[post("/people")]
async fn create(
    scope: Scoped,
    body: Json<NewUserJson>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::PeopleManage)?;
    let new = NewPerson {
        email: EmailAddress::parse(&body.email).map_err(fault("$.email"))?,
        name: PersonName::parse(&body.name).map_err(fault("$.name"))?,
        role: body.role,
        password: password(body.password.as_deref())?,
    };
    let (person, made_up) = identity.add_person(&scope, new).await?;
    let location = format!("/api/v1/people/{}", person.id);
    let password = made_up.map(|password| password.as_str().to_owned());
    Ok(HttpResponse::Created()
        .insert_header(("Location", location))
        .json(CreatedUser { user: person.into(), password }))
}

/// Changes a person's name, role, status or password.
#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", params(("id" = UserId, Path)),
    request_body = UserChange,
    responses((status = 200, body = UserJson), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[patch("/people/{id}")]
async fn change(
    scope: Scoped,
    id: Path<UserId>,
    body: Json<UserChange>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::PeopleManage)?;
    let change = ChangePerson {
        name: body.name.as_deref().map(PersonName::parse).transpose().map_err(fault("$.name"))?,
        role: body.role,
        status: body.status,
        password: password(body.password.as_deref())?,
    };
    let person = identity.change_person(&scope, *id, change).await?;
    Ok(HttpResponse::Ok().json(UserJson::from(person)))
}

fn password(text: Option<&str>) -> Result<Option<Password>, IdentityError> {
    text.map(Password::parse).transpose().map_err(fault("$.password"))
}

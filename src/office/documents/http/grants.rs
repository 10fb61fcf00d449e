//! Who may do what with a document.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::ids::{DocumentId, UserId};
use crate::office::identity::grants::{self, GrantRow};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::super::error::DocumentError;
use super::super::news;
use super::super::store::{self, OBJECT_KIND};
use super::Documents;

#[derive(OpenApi)]
#[openapi(paths(list_grants, put_grant, remove_grant), components(schemas(GrantJson, GranteeJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_grants).service(put_grant).service(remove_grant);
}

/// A right of one person.
#[derive(Serialize, ToSchema)]
#[schema(as = Grant)]
struct GrantJson {
    user: GranteeJson,
    right: Right,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Grantee)]
struct GranteeJson {
    id: UserId,
    name: String,
    email: String,
}

#[derive(Serialize, ToSchema)]
struct Grants {
    items: Vec<GrantJson>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    right: Right,
}

impl From<GrantRow> for GrantJson {
    fn from(row: GrantRow) -> Self {
        let right = row.right();
        Self { user: GranteeJson { id: row.user_id, name: row.name, email: row.email }, right }
    }
}

/// Lists everyone who holds a right to the document.
#[utoipa::path(get, path = "/api/v1/documents/{id}/grants", tag = "documents", params(("id" = DocumentId, Path)),
    responses((status = 200, body = Grants)), extensions(("x-right" = json!("document:view"))))]
#[get("/documents/{id}/grants")]
async fn list_grants(
    scope: Scoped,
    id: Path<DocumentId>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = documents.store.read(&scope).await?;
    store::find(&mut tx, &scope, *id, Right::View).await?;
    let rows = grants::list(&mut tx, OBJECT_KIND, id.0).await?;
    Ok(HttpResponse::Ok().json(Grants { items: rows.into_iter().map(GrantJson::from).collect() }))
}

/// Gives a person a right, in place of the one they hold.
#[utoipa::path(put, path = "/api/v1/documents/{id}/grants/{user_id}", tag = "documents",
    params(("id" = DocumentId, Path), ("user_id" = UserId, Path)), request_body = NewGrant,
    responses((status = 200, body = GrantJson), (status = 409, body = Problem)),
    extensions(("x-right" = json!("document:manage"))))]
#[put("/documents/{id}/grants/{user_id}")]
async fn put_grant(
    scope: Scoped,
    path: Path<(DocumentId, UserId)>,
    body: Json<NewGrant>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let (id, user) = path.into_inner();
    let mut tx = documents.store.begin(&scope).await?;
    let row = store::find(&mut tx, &scope, id, Right::Manage).await?;
    refuse_owner(row.owner_id, user)?;
    let now = documents.clock.now();
    let known = grants::right_of(&mut tx, OBJECT_KIND, id.0, user).await?.is_some();
    grants::put(&mut tx, OBJECT_KIND, id.0, user, body.right, now).await?;
    let rows = grants::list(&mut tx, OBJECT_KIND, id.0).await?;
    if !known {
        news::shared(&mut tx, &scope, &row, &rows, user, now).await?;
    }
    tx.commit().await?;
    let grant = rows.into_iter().find(|row| row.user_id == user).ok_or(DocumentError::NotFound)?;
    Ok(HttpResponse::Ok().json(GrantJson::from(grant)))
}

/// Takes a person's right away; open connections end within a second.
#[utoipa::path(delete, path = "/api/v1/documents/{id}/grants/{user_id}", tag = "documents",
    params(("id" = DocumentId, Path), ("user_id" = UserId, Path)),
    responses((status = 204), (status = 409, body = Problem)),
    extensions(("x-right" = json!("document:manage"))))]
#[delete("/documents/{id}/grants/{user_id}")]
async fn remove_grant(
    scope: Scoped,
    path: Path<(DocumentId, UserId)>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let (id, user) = path.into_inner();
    let mut tx = documents.store.begin(&scope).await?;
    let row = store::find(&mut tx, &scope, id, Right::Manage).await?;
    refuse_owner(row.owner_id, user)?;
    grants::remove(&mut tx, OBJECT_KIND, id.0, user, documents.clock.now()).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

fn refuse_owner(owner: UserId, user: UserId) -> Result<(), DocumentError> {
    if owner == user { Err(DocumentError::OwnerKeepsRight) } else { Ok(()) }
}

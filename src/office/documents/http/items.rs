//! Documents as a list: make, name, throw away, take back.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{DocumentId, Timestamp};
use crate::office::identity::SYNC_TICKET;
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::protocols::http::upgrade;
use crate::scope::{Permission, Right};

use super::super::error::DocumentError;
use super::super::store::{self, Filter};
use super::{DocumentJson, Documents};

const TITLE_LIMIT: usize = 200;

#[derive(OpenApi)]
#[openapi(
    paths(list, create, read, rename, trash, restore, ticket, sync),
    components(schemas(DocumentJson, TicketJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(rename)
        .service(trash)
        .service(restore)
        .service(ticket)
        .service(sync);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<(Timestamp, DocumentId)>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
    /// Text that the title holds.
    q: Option<String>,
    /// Whether to list the trash.
    #[serde(default)]
    trash: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDocument {
    /// 1 to 200 characters.
    title: String,
}

/// Lists the documents that the caller may see, the last written first.
#[utoipa::path(get, path = "/api/v1/documents", tag = "documents", params(ListQuery),
    responses((status = 200, body = Page<DocumentJson>), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/documents")]
async fn list(
    scope: Scoped,
    query: Query<ListQuery>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let user = scope.user().ok_or(DocumentError::NotFound)?;
    let limit = Page::<DocumentJson>::limit(query.limit)?;
    let mut tx = documents.store.read(&scope).await?;
    let filter = Filter {
        trash: query.trash,
        query: query.q.as_deref().filter(|text| !text.is_empty()),
        before: query.cursor.as_ref().map(|cursor| cursor.0),
        limit: i64::from(limit) + 1,
    };
    let rows = store::list(&mut tx, user, filter).await?;
    let page = Page::cut(rows, limit, |row| Cursor((row.updated_at, row.id)));
    Ok(HttpResponse::Ok().json(page.try_map(DocumentJson::try_from)?))
}

/// Makes an empty document that the caller manages.
#[utoipa::path(post, path = "/api/v1/documents", tag = "documents", request_body = NewDocument,
    responses((status = 201, body = DocumentJson), (status = 422, body = Problem)),
    extensions(("x-right" = json!("documents.create"))))]
#[post("/documents")]
async fn create(
    scope: Scoped,
    body: Json<NewDocument>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::DocumentsCreate)?;
    let user = scope.user().ok_or(DocumentError::NotFound)?;
    let title = title(&body.title)?;
    let now = documents.clock.now();
    let id = DocumentId::at(now);
    let mut tx = documents.store.begin(&scope).await?;
    store::create(&mut tx, id, title, user, now).await?;
    let row = store::find(&mut tx, &scope, id, Right::Manage).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/documents/{id}")))
        .json(DocumentJson::try_from(row)?))
}

/// Reads a document's entry.
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "documents", params(("id" = DocumentId, Path)),
    responses((status = 200, body = DocumentJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("document:view"))))]
#[get("/documents/{id}")]
async fn read(
    scope: Scoped,
    id: Path<DocumentId>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = documents.store.read(&scope).await?;
    let row = store::find(&mut tx, &scope, *id, Right::View).await?;
    Ok(HttpResponse::Ok().json(DocumentJson::try_from(row)?))
}

/// Gives a document another title.
#[utoipa::path(patch, path = "/api/v1/documents/{id}", tag = "documents", params(("id" = DocumentId, Path)),
    request_body = NewDocument,
    responses((status = 200, body = DocumentJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("document:edit"))))]
#[patch("/documents/{id}")]
async fn rename(
    scope: Scoped,
    id: Path<DocumentId>,
    body: Json<NewDocument>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let title = title(&body.title)?;
    let mut tx = documents.store.begin(&scope).await?;
    store::find(&mut tx, &scope, *id, Right::Edit).await?;
    store::rename(&mut tx, *id, title, documents.clock.now()).await?;
    let row = store::find(&mut tx, &scope, *id, Right::Edit).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok().json(DocumentJson::try_from(row)?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TrashQuery {
    /// Deletes a document that is in the trash for ever, with its history and files.
    #[serde(default)]
    forever: bool,
}

/// Moves a document to the trash, or deletes it from there for ever.
#[utoipa::path(delete, path = "/api/v1/documents/{id}", tag = "documents",
    params(("id" = DocumentId, Path), TrashQuery),
    responses((status = 204), (status = 409, body = Problem)),
    extensions(("x-right" = json!("document:manage"))))]
#[delete("/documents/{id}")]
async fn trash(
    scope: Scoped,
    id: Path<DocumentId>,
    query: Query<TrashQuery>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let now = documents.clock.now();
    let mut tx = documents.store.begin(&scope).await?;
    let row = store::find(&mut tx, &scope, *id, Right::Manage).await?;
    match (query.forever, row.deleted_at) {
        (true, None) => return Err(DocumentError::NotInTrash.into()),
        (true, Some(_)) => store::purge(&mut tx, *id, now).await?,
        (false, None) => store::set_trashed(&mut tx, *id, true, now).await?,
        (false, Some(_)) => {}
    }
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a document back from the trash.
#[utoipa::path(post, path = "/api/v1/documents/{id}/restore", tag = "documents",
    params(("id" = DocumentId, Path)),
    responses((status = 200, body = DocumentJson)),
    extensions(("x-right" = json!("document:manage"))))]
#[post("/documents/{id}/restore")]
async fn restore(
    scope: Scoped,
    id: Path<DocumentId>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = documents.store.begin(&scope).await?;
    if store::find(&mut tx, &scope, *id, Right::Manage).await?.deleted_at.is_some() {
        store::set_trashed(&mut tx, *id, false, documents.clock.now()).await?;
    }
    let row = store::find(&mut tx, &scope, *id, Right::Manage).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok().json(DocumentJson::try_from(row)?))
}

/// Opens one sync connection.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct TicketJson {
    ticket: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Issues a ticket with which one sync connection can be opened once, as the caller.
#[utoipa::path(post, path = "/api/v1/documents/{id}/ticket", tag = "documents",
    params(("id" = DocumentId, Path)), responses((status = 201, body = TicketJson)),
    extensions(("x-right" = json!("document:view"))))]
#[post("/documents/{id}/ticket")]
async fn ticket(
    scope: Scoped,
    id: Path<DocumentId>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = documents.store.read(&scope).await?;
    store::right_to(&mut tx, &scope, *id).await?;
    drop(tx);
    let (ticket, expires_at) = documents.identity.issue_ticket(&scope, SYNC_TICKET, id.0)?;
    Ok(HttpResponse::Created().json(TicketJson { ticket, expires_at }))
}

/// Upgrades to a WebSocket that speaks the y-websocket protocol (docs/sync-protocol.md).
#[utoipa::path(get, path = "/api/v1/documents/{id}/sync", tag = "documents",
    params(("id" = DocumentId, Path),
        ("ticket" = Option<String>, Query, description = "instead of a cookie or a header"),
        ("acks" = Option<String>, Query, description = "1: tell what is stored")),
    responses((status = 101, description = "the connection speaks y-websocket"), (status = 426, body = Problem)),
    extensions(("x-right" = json!("document:view"))))]
#[get("/documents/{id}/sync")]
async fn sync(
    scope: Scoped,
    id: Path<DocumentId>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    // A request with an `Upgrade` header never comes here: `upgrade.rs` takes it.
    let mut tx = documents.store.read(&scope).await?;
    store::right_to(&mut tx, &scope, *id).await?;
    drop(tx);
    Ok(upgrade::required())
}

fn title(text: &str) -> Result<&str, DocumentError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TITLE_LIMIT || text.chars().any(char::is_control) {
        return Err(DocumentError::Invalid("a title has 1 to 200 characters and no control characters"));
    }
    Ok(text)
}

//! A document's history: list, look at, restore.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{DocumentId, Timestamp, VersionId};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::super::error::DocumentError;
use super::super::messages::{GetState, Restore};
use super::super::store::{self, NewVersion, VersionRow};
use super::Documents;

const LABEL_LIMIT: usize = 200;

#[derive(OpenApi)]
#[openapi(paths(list_versions, take_version, read_state, restore_version), components(schemas(VersionJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_versions).service(take_version).service(read_state).service(restore_version);
}

/// A point in a document's history.
#[derive(Serialize, ToSchema)]
#[schema(as = Version)]
struct VersionJson {
    id: VersionId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Who wrote since the version before.
    #[schema(value_type = Vec<super::PersonJson>)]
    authors: serde_json::Value,
    #[schema(required = true)]
    label: Option<String>,
    /// Bytes of its state.
    size: i64,
}

impl From<VersionRow> for VersionJson {
    fn from(row: VersionRow) -> Self {
        let VersionRow { id, label, authors, size, created_at, .. } = row;
        Self { id, created_at, authors, label, size }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<VersionId>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVersionJson {
    /// Up to 200 characters.
    label: Option<String>,
}

/// Lists version points, newest first.
#[utoipa::path(get, path = "/api/v1/documents/{id}/versions", tag = "documents",
    params(("id" = DocumentId, Path), ListQuery), responses((status = 200, body = Page<VersionJson>)),
    extensions(("x-right" = json!("document:view"))))]
#[get("/documents/{id}/versions")]
async fn list_versions(
    scope: Scoped,
    id: Path<DocumentId>,
    query: Query<ListQuery>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<VersionJson>::limit(query.limit)?;
    let mut tx = documents.store.read(&scope).await?;
    store::find(&mut tx, &scope, *id, Right::View).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let rows = store::versions(&mut tx, *id, before, i64::from(limit) + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor(row.id));
    Ok(HttpResponse::Ok().json(page.map(VersionJson::from)))
}

/// Takes a version point now.
#[utoipa::path(post, path = "/api/v1/documents/{id}/versions", tag = "documents",
    params(("id" = DocumentId, Path)), request_body = NewVersionJson,
    responses((status = 201, body = VersionJson), (status = 422, body = Problem)),
    extensions(("x-right" = json!("document:edit"))))]
#[post("/documents/{id}/versions")]
async fn take_version(
    scope: Scoped,
    id: Path<DocumentId>,
    body: Json<NewVersionJson>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let label = body.label.as_deref().map(str::trim).filter(|label| !label.is_empty());
    if label.is_some_and(|label| label.chars().count() > LABEL_LIMIT) {
        return Err(DocumentError::Invalid("a label has up to 200 characters").into());
    }
    let mut tx = documents.store.read(&scope).await?;
    store::find(&mut tx, &scope, *id, Right::Edit).await?;
    drop(tx);
    let row = documents.take_version(&scope, *id, label).await?;
    Ok(HttpResponse::Created().json(VersionJson::from(row)))
}

/// The document at that point, as one Yjs update in v1 encoding.
#[utoipa::path(get, path = "/api/v1/documents/{id}/versions/{version_id}/state", tag = "documents",
    params(("id" = DocumentId, Path), ("version_id" = VersionId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")),
    extensions(("x-right" = json!("document:view"))))]
#[get("/documents/{id}/versions/{version_id}/state")]
async fn read_state(
    scope: Scoped,
    path: Path<(DocumentId, VersionId)>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = path.into_inner();
    let mut tx = documents.store.read(&scope).await?;
    store::find(&mut tx, &scope, id, Right::View).await?;
    let state = store::version_state(&mut tx, id, version).await?.ok_or(DocumentError::NotFound)?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(state))
}

/// Makes the document what it was then; everyone who has it open sees it as an edit.
#[utoipa::path(post, path = "/api/v1/documents/{id}/versions/{version_id}/restore", tag = "documents",
    params(("id" = DocumentId, Path), ("version_id" = VersionId, Path)), responses((status = 204)),
    extensions(("x-right" = json!("document:edit"))))]
#[post("/documents/{id}/versions/{version_id}/restore")]
async fn restore_version(
    scope: Scoped,
    path: Path<(DocumentId, VersionId)>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = path.into_inner();
    let author = scope.user().ok_or(DocumentError::NotFound)?;
    let mut tx = documents.store.read(&scope).await?;
    store::find(&mut tx, &scope, id, Right::Edit).await?;
    let state = store::version_state(&mut tx, id, version).await?.ok_or(DocumentError::NotFound)?;
    drop(tx);
    // What is there now stays in the history.
    documents.take_version(&scope, id, None).await?;
    let live = documents.live(scope.tenant, id).await?;
    live.send(Restore { state, author }).await.map_err(|_| DocumentError::Busy)??;
    Ok(HttpResponse::NoContent().finish())
}

impl Documents {
    async fn take_version(
        &self,
        scope: &crate::scope::Scope,
        id: DocumentId,
        label: Option<&str>,
    ) -> Result<VersionRow, DocumentError> {
        let live = self.live(scope.tenant, id).await?;
        let (state, written) = live.send(GetState).await.map_err(|_| DocumentError::Busy)??;
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        store::note_written(&mut tx, id, &written.authors, written.seq, written.at).await?;
        let version = NewVersion {
            id: VersionId::at(now),
            document: id,
            seq: written.seq,
            label,
            state: &state,
            at: now,
        };
        let row = store::add_version(&mut tx, version).await?;
        tx.commit().await?;
        Ok(row)
    }
}

//! Files in a document: images and attachments, under the document's rights.

use actix_web::web::{Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::DocumentId;
use crate::protocols::http::file;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::super::error::DocumentError;
use super::super::store::{self, FileRow};
use super::Documents;

#[derive(OpenApi)]
#[openapi(paths(upload, download), components(schemas(FileJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(upload).service(download);
}

/// A file in a document.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
struct FileJson {
    /// Its BLAKE3 hash, in hexadecimal.
    id: String,
    /// Where it is, on the same origin.
    url: String,
    name: String,
    media_type: String,
    /// In bytes.
    size: i64,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct UploadQuery {
    /// The file's name, up to 200 characters.
    #[serde(default)]
    name: String,
}

/// Adds a file to a document; the body is the file.
#[utoipa::path(post, path = "/api/v1/documents/{id}/files", tag = "documents",
    params(("id" = DocumentId, Path), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileJson), (status = 413, body = Problem)),
    extensions(("x-right" = json!("document:edit"))))]
#[post("/documents/{id}/files")]
async fn upload(
    scope: Scoped,
    id: Path<DocumentId>,
    query: Query<UploadQuery>,
    request: HttpRequest,
    payload: Payload,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let by = scope.user().ok_or(DocumentError::NotFound)?;
    let mut tx = documents.store.read(&scope).await?;
    // The right is checked before the first byte is read.
    store::find(&mut tx, &scope, *id, Right::Edit).await?;
    drop(tx);
    let media_type = file::media_type(&request)?;
    let bytes = file::read(payload, documents.limits.file_bytes).await?;
    let size = bytes.len() as i64;
    let hash = documents.store.blobs().put(&scope, bytes).await?;
    let file = FileRow { hash: hash.to_string(), name: file::name(&query.name), media_type, size };
    let mut tx = documents.store.begin(&scope).await?;
    store::find(&mut tx, &scope, *id, Right::Edit).await?;
    store::add_file(&mut tx, *id, &file, by, documents.clock.now()).await?;
    tx.commit().await?;
    let url = format!("/api/v1/documents/{}/files/{}", *id, file.hash);
    let FileRow { hash: file_id, name, media_type, size } = file;
    Ok(HttpResponse::Created().json(FileJson { id: file_id, url, name, media_type, size }))
}

/// Gives a file of a document.
#[utoipa::path(get, path = "/api/v1/documents/{id}/files/{file_id}", tag = "documents",
    params(("id" = DocumentId, Path), ("file_id" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")),
    extensions(("x-right" = json!("document:view"))))]
#[get("/documents/{id}/files/{file_id}")]
async fn download(
    scope: Scoped,
    path: Path<(DocumentId, String)>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let (id, file_id) = path.into_inner();
    let mut tx = documents.store.read(&scope).await?;
    store::find(&mut tx, &scope, id, Right::View).await?;
    let file = store::file(&mut tx, id, &file_id).await?.ok_or(DocumentError::NotFound)?;
    drop(tx);
    let hash = file.hash.parse().map_err(|_| DocumentError::Damaged("file"))?;
    let bytes = documents.store.blobs().get(&scope, &hash).await?;
    Ok(file::serve(&file.name, &file.media_type, bytes))
}

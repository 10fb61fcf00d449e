//! Files in a document: images and attachments, under the document's rights.

use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::DocumentId;
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
    let media_type = media_type(&request)?;
    let bytes = read(payload, documents.limits.file_bytes).await?;
    let size = bytes.len() as i64;
    let hash = documents.store.blobs().put(&scope, bytes).await?;
    let file = FileRow { hash: hash.to_string(), name: file_name(&query.name), media_type, size };
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
    let shown = matches!(file.media_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp");
    let disposition = if shown { "inline" } else { "attachment" };
    Ok(HttpResponse::Ok()
        .content_type(if shown { file.media_type.as_str() } else { "application/octet-stream" })
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("{disposition}; filename*=UTF-8''{}", quoted(&file.name)),
        ))
        // A file is what a stranger uploaded: it runs nothing and frames nothing.
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .body(bytes))
}

/// Reads the body as far as the limit allows, never more.
async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, DocumentError> {
    use futures::StreamExt as _;
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| DocumentError::Invalid("the upload was cut short"))?;
        if bytes.len() + chunk.len() > limit {
            return Err(DocumentError::FileTooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() {
        return Err(DocumentError::Invalid("the file is empty"));
    }
    Ok(bytes.into())
}

fn media_type(request: &HttpRequest) -> Result<String, DocumentError> {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let value = value.unwrap_or("application/octet-stream").split(';').next().unwrap_or_default().trim();
    if value.len() > 100 || !value.contains('/') {
        return Err(DocumentError::Invalid("the content type is not a media type"));
    }
    Ok(value.to_ascii_lowercase())
}

fn file_name(name: &str) -> String {
    let safe = |letter: &char| !letter.is_control() && !matches!(letter, '/' | '\\');
    let name: String = name.chars().filter(safe).take(200).collect();
    if name.is_empty() { "file".into() } else { name }
}

/// RFC 8187: a file name as a header may carry it.
fn quoted(name: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

//! Files of records.

use actix_web::web::{Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::engine::commit::{NewFile, Op};
use crate::business::engine::error::EngineError;
use crate::business::engine::service::Engine;
use crate::business::engine::store::files::{self as rows, FileRow};
use crate::ids::{RecordId, Timestamp, UserId, uuid_at};
use crate::protocols::http::file;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

use super::batch;

/// Bytes of a file.
const FILE: usize = 25 << 20;

#[derive(OpenApi)]
#[openapi(paths(files, upload, download, remove), components(schemas(FileJson, FilesJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(files).service(upload).service(download).service(remove);
}

/// A file of a record.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordFile)]
struct FileJson {
    id: Uuid,
    name: String,
    media_type: String,
    /// In bytes.
    size: i64,
    /// Of a picture, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i64>,
    #[schema(required = true)]
    added_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
}

impl From<FileRow> for FileJson {
    fn from(row: FileRow) -> Self {
        let FileRow { id, name, media_type, size, width, height, added_by, added_at, .. } = row;
        Self { id, name, media_type, size, width, height, added_by, added_at }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordFiles)]
struct FilesJson {
    items: Vec<FileJson>,
}

/// Lists the files of a record, the latest first; there are at most 200.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}/files", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 200, body = FilesJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}/files")]
async fn files(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let mut tx = engine.store.read(&scope).await?;
    engine.find(&mut tx, &scope, Some(&kind), id, Right::View).await?;
    let items = rows::all(&mut tx, id).await?.into_iter().map(FileJson::from).collect();
    Ok(HttpResponse::Ok().json(FilesJson { items }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct FileQuery {
    /// The file's name, up to 200 characters.
    #[serde(default)]
    name: String,
}

/// Adds a file to a record; the body is the file, of at most 25 MiB. Sent again with the same `Idempotency-Key`, it is
/// added once.
#[utoipa::path(post, path = "/api/v1/records/{kind}/{id}/files", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileJson), (status = 404, body = Problem), (status = 413, body = Problem)),
    extensions(("x-right" = json!("record:edit"))))]
#[post("/records/{kind}/{id}/files")]
async fn upload(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    query: Query<FileQuery>,
    request: HttpRequest,
    payload: Payload,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, record) = path.into_inner();
    // The right is checked before the first byte is read.
    engine.get(&scope, Some(&kind), record, Right::Edit).await?;
    let media_type = file::media_type(&request)?;
    let batch = batch(&request)?.unwrap_or_else(|| uuid_at(engine.clock.now()));
    let bytes = file::read(payload, FILE).await?;
    let (size, pixels) = (bytes.len() as i64, file::pixels(&media_type, &bytes));
    let hash = engine.store.blobs().put(&scope, bytes).await?.to_string();
    let id = batch;
    let new = NewFile { id, hash, name: file::name(&query.name), media_type, size, pixels };
    engine.commit(&scope, Some(batch), vec![Op::AddFile { record, file: new }]).await?;
    let mut tx = engine.store.read(&scope).await?;
    let row =
        rows::find(&mut tx, id).await?.filter(|row| row.record == record).ok_or(EngineError::NoEntry)?;
    Ok(HttpResponse::Created().json(FileJson::from(row)))
}

/// Gives a file of a record.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}/files/{file}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), ("file" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}/files/{file}")]
async fn download(
    scope: Scoped,
    path: Path<(String, RecordId, Uuid)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, record, id) = path.into_inner();
    let mut tx = engine.store.read(&scope).await?;
    engine.find(&mut tx, &scope, Some(&kind), record, Right::View).await?;
    let found = rows::find(&mut tx, id).await?;
    drop(tx);
    let row =
        found.filter(|row| row.record == record && row.removed_at.is_none()).ok_or(EngineError::NoEntry)?;
    let hash = row.hash.parse().map_err(|_| EngineError::Damaged("file"))?;
    let bytes = engine.store.blobs().get(&scope, &hash).await?;
    Ok(file::serve(&row.name, &row.media_type, bytes))
}

/// Takes a file away from a record; undone, it is there again.
#[utoipa::path(delete, path = "/api/v1/records/{kind}/{id}/files/{file}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), ("file" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:edit"))))]
#[delete("/records/{kind}/{id}/files/{file}")]
async fn remove(
    scope: Scoped,
    path: Path<(String, RecordId, Uuid)>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, record, file) = path.into_inner();
    engine.get(&scope, Some(&kind), record, Right::Edit).await?;
    engine.commit(&scope, batch(&request)?, vec![Op::RemoveFile { record, file }]).await?;
    Ok(HttpResponse::NoContent().finish())
}

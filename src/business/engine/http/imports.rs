//! Records from tables.

use std::fs::File;

use actix_web::web::{Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post, put};
use futures::StreamExt as _;
use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::import::{
    self, About, Dates, Duplicates, Import, Numbers, Progress, Settings, State,
};
use crate::business::engine::service::Engine;
use crate::error::ErrorKind;
use crate::protocols::http::file;
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

/// Bytes of a file.
const LARGEST: u64 = 64 << 20;

#[derive(OpenApi)]
#[openapi(
    paths(begin, list, read, set, run, end, errors),
    components(schemas(Import, About, State, Progress, Settings, Duplicates, Numbers, Dates))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(begin).service(list).service(errors).service(read).service(set).service(run).service(end);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct NameQuery {
    /// The file's name, up to 200 characters.
    #[serde(default)]
    name: String,
}

/// Takes in a CSV or XLSX file, up to 64 MiB, and suggests what its columns are.
#[utoipa::path(post, path = "/api/v1/records/{kind}/imports", tag = "records",
    params(("kind" = String, Path), NameQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Import), (status = 413, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("records:edit"))))]
#[post("/records/{kind}/imports")]
async fn begin(
    scope: Scoped,
    kind: Path<String>,
    query: Query<NameQuery>,
    payload: Payload,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    // The right is checked before the first byte is read.
    engine.may_import(&scope, &kind).await?;
    let file = spool(payload).await?;
    let import = engine.begin_import(&scope, &kind, &file::name(&query.name), file).await?;
    Ok(HttpResponse::Created().json(import))
}

/// Writes the body to a file without a name, gone with the last who holds it.
async fn spool(mut payload: Payload) -> Result<File, ApiError> {
    let broken = |error: std::io::Error| ApiError::from(EngineError::Store(error.into()));
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(broken)?);
    let mut size = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::invalid("the upload was cut short"))?;
        size += chunk.len() as u64;
        if size > LARGEST {
            return Err(ApiError::new(ErrorKind::TooLarge, format!("a file has at most {LARGEST} bytes")));
        }
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)?;
    let mut file = file.into_std().await;
    std::io::Seek::rewind(&mut file).map_err(broken)?;
    Ok(file)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Uuid>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists one's own imports of a type, the latest first; administrators see all.
#[utoipa::path(get, path = "/api/v1/records/{kind}/imports", tag = "records",
    params(("kind" = String, Path), ListQuery),
    responses((status = 200, body = Page<Import>), (status = 404, body = Problem)),
    extensions(("x-right" = json!("records:view"))))]
#[get("/records/{kind}/imports")]
async fn list(
    scope: Scoped,
    kind: Path<String>,
    query: Query<ListQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let before = query.cursor.as_ref().map_or(Uuid::max(), |cursor| cursor.0);
    let rows = engine.imports(&scope, &kind, before, i64::from(limit) + 1).await?;
    Ok(HttpResponse::Ok().json(Page::cut(rows, limit, |import| Cursor(import.id))))
}

/// Tells what an import is and how far it has come.
#[utoipa::path(get, path = "/api/v1/records/{kind}/imports/{import}", tag = "records",
    params(("kind" = String, Path), ("import" = Uuid, Path)),
    responses((status = 200, body = Import), (status = 404, body = Problem)),
    extensions(("x-right" = json!("import:edit"))))]
#[get("/records/{kind}/imports/{import}")]
async fn read(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(engine.import(&scope, &kind, id).await?))
}

/// Says how the rows become records: what each column is, what tells that a record is there already, how numbers
/// and days are written.
#[utoipa::path(put, path = "/api/v1/records/{kind}/imports/{import}", tag = "records",
    params(("kind" = String, Path), ("import" = Uuid, Path)), request_body = Settings,
    responses((status = 200, body = Import), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)),
    extensions(("x-right" = json!("import:edit"))))]
#[put("/records/{kind}/imports/{import}")]
async fn set(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    body: Json<Settings>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(engine.set_import(&scope, &kind, id, body.into_inner()).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RunQuery {
    /// Whether to tell only what would become of the rows.
    #[serde(default)]
    dry: bool,
}

/// Begins a run, or goes on with one that was cut off; its state tells how far it is.
#[utoipa::path(post, path = "/api/v1/records/{kind}/imports/{import}/run", tag = "records",
    params(("kind" = String, Path), ("import" = Uuid, Path), RunQuery),
    responses((status = 202, body = Import), (status = 404, body = Problem), (status = 409, body = Problem)),
    extensions(("x-right" = json!("import:edit"))))]
#[post("/records/{kind}/imports/{import}/run")]
async fn run(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    query: Query<RunQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    Ok(HttpResponse::Accepted().json(engine.run_import(&scope, &kind, id, query.dry).await?))
}

/// Takes back everything that an import did; one that did nothing, or was taken back, is removed.
#[utoipa::path(delete, path = "/api/v1/records/{kind}/imports/{import}", tag = "records",
    params(("kind" = String, Path), ("import" = Uuid, Path)),
    responses((status = 202, body = Import), (status = 204), (status = 404, body = Problem),
        (status = 409, body = Problem)),
    extensions(("x-right" = json!("import:edit"))))]
#[delete("/records/{kind}/imports/{import}")]
async fn end(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    Ok(match engine.end_import(&scope, &kind, id).await? {
        Some(import) => HttpResponse::Accepted().json(import),
        None => HttpResponse::NoContent().finish(),
    })
}

/// Gives the rows that were left out as CSV, each with what is wrong with it.
#[utoipa::path(get, path = "/api/v1/records/{kind}/imports/{import}/errors", tag = "records",
    params(("kind" = String, Path), ("import" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem)),
    extensions(("x-right" = json!("import:edit"))))]
#[get("/records/{kind}/imports/{import}/errors")]
async fn errors(
    scope: Scoped,
    path: Path<(String, Uuid)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let import = engine.import(&scope, &kind, id).await?;
    let pieces = import::faults(engine.as_ref().clone(), scope.0, &import);
    Ok(super::export::file("text/csv; charset=utf-8", &format!("{kind}-errors.csv"), pieces))
}

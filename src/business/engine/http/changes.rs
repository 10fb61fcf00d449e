//! Making, changing and deleting records, and what else can be done with them.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, delete, patch, post};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use crate::business::engine::commit::{Done, Op, Overwritten};
use crate::business::engine::error::EngineError;
use crate::business::engine::json::RecordJson;
use crate::business::engine::service::Engine;
use crate::ids::{RecordId, UserId};
use crate::protocols::http::json::{Json, named};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};

use super::batch;

#[derive(OpenApi)]
#[openapi(
    paths(create, change, remove, restore, run, merge),
    components(schemas(NewRecord, RecordChange, ChangedJson, Overwritten, MergeIn))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(create).service(change).service(remove).service(restore).service(run).service(merge);
}

/// A record to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRecord {
    /// Made by the client, when it wants to know it before the answer.
    id: Option<RecordId>,
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// The caller unless told.
    owner: Option<UserId>,
}

/// Fields to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecordChange {
    /// The version that the client has seen. Fields that others have changed since stay theirs, unless they are
    /// written now: then the answer tells what was there.
    version: Option<i64>,
    /// By name; null empties a field, what is left out stays.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<UserId>)]
    owner: Option<Option<UserId>>,
}

/// A record after a change.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangedRecord)]
struct ChangedJson {
    record: RecordJson,
    /// What others had written since the version that the client saw, where it has written now.
    overwritten: Vec<Overwritten>,
    /// Other records that were made or changed with it, as far as the caller may see them.
    others: Vec<RecordJson>,
}

/// Makes a record.
#[utoipa::path(post, path = "/api/v1/records/{kind}", tag = "records", params(("kind" = String, Path)),
    request_body = NewRecord,
    responses((status = 201, body = ChangedJson), (status = 422, body = Problem)),
    extensions(("x-right" = json!("records:edit"))))]
#[post("/records/{kind}")]
async fn create(
    scope: Scoped,
    kind: Path<String>,
    request: HttpRequest,
    body: Json<NewRecord>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let NewRecord { id, fields, owner } = body.into_inner();
    known(&engine, &scope, &kind).await?;
    let op = Op::Create { kind: kind.into_inner(), id, fields, owner };
    let done = engine.commit(&scope, batch(&request)?, vec![op]).await?;
    Ok(HttpResponse::Created().json(answer(&engine, &scope, done, None).await?))
}

/// Changes fields of a record.
#[utoipa::path(patch, path = "/api/v1/records/{kind}/{id}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)), request_body = RecordChange,
    responses((status = 200, body = ChangedJson), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("record:edit"))))]
#[patch("/records/{kind}/{id}")]
async fn change(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    request: HttpRequest,
    body: Json<RecordChange>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let RecordChange { version, fields, owner } = body.into_inner();
    let op = Op::Change { id, base: version, set: fields, owner };
    one(&engine, &scope, &kind, id, &request, op).await
}

/// Deletes a record; it can be restored.
#[utoipa::path(delete, path = "/api/v1/records/{kind}/{id}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 200, body = ChangedJson), (status = 404, body = Problem), (status = 409, body = Problem)),
    extensions(("x-right" = json!("record:manage"))))]
#[delete("/records/{kind}/{id}")]
async fn remove(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    one(&engine, &scope, &kind, id, &request, Op::Delete(id)).await
}

/// Gets a deleted record back.
#[utoipa::path(post, path = "/api/v1/records/{kind}/{id}/restore", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 200, body = ChangedJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:manage"))))]
#[post("/records/{kind}/{id}/restore")]
async fn restore(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    one(&engine, &scope, &kind, id, &request, Op::Restore(id)).await
}

/// Does with a record what its type knows beyond changing fields.
#[utoipa::path(post, path = "/api/v1/records/{kind}/{id}/commands/{command}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), ("command" = String, Path)),
    request_body = Value,
    responses((status = 200, body = ChangedJson), (status = 404, body = Problem), (status = 409, body = Problem)),
    extensions(("x-right" = json!("record:edit"))))]
#[post("/records/{kind}/{id}/commands/{command}")]
async fn run(
    scope: Scoped,
    path: Path<(String, RecordId, String)>,
    request: HttpRequest,
    body: Json<Value>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id, command) = path.into_inner();
    let op = Op::Run { id, command, params: body.into_inner() };
    one(&engine, &scope, &kind, id, &request, op).await
}

/// The record that becomes part of another.
#[derive(Deserialize, ToSchema)]
#[schema(as = RecordMerge)]
#[serde(deny_unknown_fields)]
struct MergeIn {
    from: RecordId,
}

/// Makes another record of the type part of this one; undone as a batch, they are two again.
#[utoipa::path(post, path = "/api/v1/records/{kind}/{id}/merge", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)), request_body = MergeIn,
    responses((status = 200, body = ChangedJson), (status = 404, body = Problem), (status = 409, body = Problem)),
    extensions(("x-right" = json!("record:edit"))))]
#[post("/records/{kind}/{id}/merge")]
async fn merge(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    request: HttpRequest,
    body: Json<MergeIn>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, into) = path.into_inner();
    one(&engine, &scope, &kind, into, &request, Op::Merge { into, from: body.from }).await
}

/// Refuses a type that the caller does not know.
async fn known(engine: &Engine, scope: &Scope, kind: &str) -> Result<(), EngineError> {
    let mut tx = engine.store.read(scope).await?;
    engine.kind(&mut tx, scope, kind).await.map(|_| ())
}

/// One operation on one record of the type that the path names.
async fn one(
    engine: &Engine,
    scope: &Scope,
    kind: &str,
    id: RecordId,
    request: &HttpRequest,
    op: Op,
) -> Result<HttpResponse, ApiError> {
    engine.get(scope, Some(kind), id, Right::View).await?;
    let done = engine.commit(scope, batch(request)?, vec![op]).await?;
    Ok(HttpResponse::Ok().json(answer(engine, scope, done, Some(id)).await?))
}

/// The records of an answer as the caller may see them, `id` or else the first before the others.
async fn answer(
    engine: &Engine,
    scope: &Scope,
    done: Done,
    id: Option<RecordId>,
) -> Result<ChangedJson, EngineError> {
    let id = id.or(done.records.first().map(|record| record.id));
    let mut tx = engine.store.read(scope).await?;
    let (mut first, mut others) = (None, Vec::new());
    for record in &done.records {
        let Ok((_, access)) = engine.kind(&mut tx, scope, &record.kind).await else { continue };
        if Some(record.id) == id {
            first = Some(RecordJson::of(record, &access.policy.hidden));
        } else if access.require(scope, Right::View, record).is_ok() {
            others.push(RecordJson::of(record, &access.policy.hidden));
        }
    }
    let record = first.ok_or(EngineError::NoRecord)?;
    Ok(ChangedJson { record, overwritten: done.overwritten, others })
}

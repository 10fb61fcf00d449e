//! What has happened to records, and undoing it.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::engine::commit::{Kept, Op, Undo};
use crate::business::engine::event::{Event, Via};
use crate::business::engine::service::Engine;
use crate::business::engine::store::events::{self, Wanted};
use crate::ids::{RecordId, Timestamp, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Right};

use super::batch;

#[derive(OpenApi)]
#[openapi(paths(history, undo), components(schemas(UndoIn, UndoneJson, Kept)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(history).service(undo);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct HistoryQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists what has happened to a record, the latest first.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}/history", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), HistoryQuery),
    responses((status = 200, body = Page<Event>), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}/history")]
async fn history(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    query: Query<HistoryQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let limit = Page::<()>::limit(query.limit)?;
    let mut tx = engine.store.read(&scope).await?;
    let found = engine.find(&mut tx, &scope, Some(&kind), id, Right::View).await?;
    let before = query.cursor.map_or(i64::MAX, |cursor| cursor.0);
    let mut rows = events::before(&mut tx, Wanted::Record(id), before, i64::from(limit) + 1).await?;
    for event in &mut rows {
        event.changes.retain(|field, _| !found.access.is_hidden(field));
    }
    Ok(HttpResponse::Ok().json(Page::cut(rows, limit, |event| Cursor(event.seq))))
}

/// What is to be undone: one of these.
#[derive(Deserialize, ToSchema)]
#[schema(as = RecordUndo)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum UndoIn {
    /// Everything that one request or import did.
    Batch(Uuid),
    /// One event, by its number.
    Event(i64),
    /// Everything that one person did since a moment; the caller, or anyone for administrators.
    Person {
        user: UserId,
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
    },
}

/// What was undone.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordsUndone)]
struct UndoneJson {
    /// Under which the undoing can be undone.
    batch: Uuid,
    /// How many records are as they were.
    records: usize,
    /// What could not be undone since it was changed again.
    kept: Vec<Kept>,
}

/// Takes back a change, a request, an import, or everything that one person did.
///
/// The caller needs the rights that the opposite changes need.
#[utoipa::path(post, path = "/api/v1/record-undo", tag = "records", request_body = UndoIn,
    responses((status = 200, body = UndoneJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/record-undo")]
async fn undo(
    scope: Scoped,
    request: HttpRequest,
    body: Json<UndoIn>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let what = match body.into_inner() {
        UndoIn::Batch(batch) => Undo::Batch(batch),
        UndoIn::Event(seq) => Undo::Event(seq),
        UndoIn::Person { user, since } => {
            if scope.user() != Some(user) {
                scope.require(Permission::TenantManage)?;
            }
            Undo::Person(user, since)
        }
    };
    let batch = batch(&request)?.unwrap_or_else(|| crate::ids::uuid_at(engine.clock.now()));
    let done = engine.commit_via(&scope, Via::Undo, Some(batch), vec![Op::Undo(what)]).await?;
    Ok(HttpResponse::Ok().json(UndoneJson { batch, records: done.records.len(), kept: done.kept }))
}

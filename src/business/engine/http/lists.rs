//! Lists of records, one record, totals.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::filter::{FilterJson, Meaning, Op};
use crate::business::engine::history;
use crate::business::engine::json::RecordJson;
use crate::business::engine::list::{Ask, MarkJson};
use crate::business::engine::live::Watch;
use crate::business::engine::service::Engine;
use crate::business::engine::store::{events, lists};
use crate::business::engine::value::Key;
use crate::business::engine::watchers::View;
use crate::ids::{RecordId, Timestamp};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

/// Records of one page; more than of other lists, since they fill tables.
const MOST: u32 = 500;
/// Records are counted up to here.
const COUNTED: i64 = 100_000;

#[derive(OpenApi)]
#[openapi(
    paths(list, totals, read),
    components(schemas(RecordJson, RecordsJson, FilterJson, Op, TotalsJson, TotalJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list).service(totals).service(read);
}

/// What every list is asked for with.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A `RecordFilter` as JSON text.
    filter: Option<String>,
    /// Words that the record holds, each at least from its beginning.
    q: Option<String>,
    /// Names of fields with commas between them; `-` before a name turns the order round.
    sort: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<MarkJson>>,
    /// 1 to 500, 50 unless told.
    limit: Option<u32>,
    /// Whether to list what was deleted instead.
    #[serde(default)]
    deleted: bool,
    /// The list as it was at this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// Whether to count all records of the list, up to 100 000.
    #[serde(default)]
    count: bool,
    /// Whether the answer names a topic of the live socket that tells of every change.
    #[serde(default)]
    live: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Records)]
struct RecordsJson {
    items: Vec<RecordJson>,
    next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    /// The last event that the list has seen.
    seq: i64,
    /// A topic of the live socket, as long as someone listens to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
}

pub(super) fn parse(filter: Option<&str>, q: Option<String>, sort: Option<&str>) -> Result<Ask, ApiError> {
    let from_json = |text: &str| {
        serde_json::from_str(text)
            .map_err(|error| ApiError::invalid(format!("the filter cannot be read: {error}")))
    };
    let sort =
        sort.unwrap_or_default().split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Ok(Ask { filter: filter.map(from_json).transpose()?, search: q, sort, deleted: false, as_of: None })
}

/// Lists the records of a type that the caller may see.
#[utoipa::path(get, path = "/api/v1/records/{kind}", tag = "records", params(("kind" = String, Path), ListQuery),
    responses((status = 200, body = RecordsJson), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("records:view"))))]
#[get("/records/{kind}")]
async fn list(
    scope: Scoped,
    name: Path<String>,
    query: Query<ListQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let query = query.into_inner();
    let limit = query.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::invalid(format!("a limit is a number from 1 to {MOST}")));
    }
    let mut ask = parse(query.filter.as_deref(), query.q, query.sort.as_deref())?;
    (ask.deleted, ask.as_of) = (query.deleted, query.as_of);
    let mut tx = engine.store.read(&scope).await?;
    let (kind, access) = engine.kind(&mut tx, &scope, &name).await?;
    let listing = ask.listing(&kind, &access, Meaning { scope: &scope, now: engine.clock.now() })?;
    // Before the list is read, so that nothing happens between the two.
    let topic = match query.live {
        false => None,
        true => {
            let mut hidden = access.policy.hidden.clone();
            hidden.sort_unstable();
            let view = View { kind: kind.name.clone(), filter: listing.filter.clone(), hidden };
            let watch = Watch { view, kind: kind.clone() };
            let recorder = engine.recorder(&scope).await?;
            let id: Uuid = recorder.send(watch).await.map_err(|_| EngineError::Busy)??;
            Some(format!("list:{id}"))
        }
    };
    let seq = events::head(&mut tx).await?;
    let mark = query.cursor.map(|cursor| cursor.0.read(&listing.order)).transpose()?;
    let rows = engine.list(&mut tx, &kind, &listing, &ask, mark.as_ref(), i64::from(limit)).await?;
    let count = if query.count { Some(lists::count(&mut tx, &listing, COUNTED).await?) } else { None };
    let page = Page::cut(rows, limit, |row| Cursor(MarkJson::of(&kind, row, &listing.order)));
    let items = page.items.iter().map(|row| RecordJson::of(row, &access.policy.hidden)).collect();
    Ok(HttpResponse::Ok().json(RecordsJson { items, next_cursor: page.next_cursor, count, seq, topic }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct TotalsQuery {
    /// A `RecordFilter` as JSON text.
    filter: Option<String>,
    /// Words that the record holds.
    q: Option<String>,
    /// The field whose values make the groups; `state` and `owner` are possible.
    by: Option<String>,
    /// A field of numbers or amounts to add up.
    sum: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordTotals)]
struct TotalsJson {
    items: Vec<TotalJson>,
}

/// One group of records.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordTotal)]
struct TotalJson {
    /// The value that they share, as it sorts: of a choice its place, of a day its number.
    key: serde_json::Value,
    count: i64,
    /// In minor units, or millionths of a number.
    sum: Option<i64>,
    currency: Option<String>,
}

/// Counts and adds up the records of a list in groups.
#[utoipa::path(get, path = "/api/v1/records/{kind}/totals", tag = "records", params(("kind" = String, Path), TotalsQuery),
    responses((status = 200, body = TotalsJson), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("records:view"))))]
#[get("/records/{kind}/totals")]
async fn totals(
    scope: Scoped,
    kind: Path<String>,
    query: Query<TotalsQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let TotalsQuery { filter, q, by, sum } = query.into_inner();
    let ask = parse(filter.as_deref(), q, None)?;
    let groups = engine.totals(&scope, &kind, &ask, by.as_deref(), sum.as_deref()).await?;
    let total = |group: lists::Group| TotalJson {
        key: match group.key {
            None => serde_json::Value::Null,
            Some(Key::Text(text)) => text.into(),
            Some(Key::Number(number)) => number.into(),
        },
        count: group.count,
        sum: group.sum,
        currency: group.currency,
    };
    Ok(HttpResponse::Ok().json(TotalsJson { items: groups.into_iter().map(total).collect() }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ReadQuery {
    /// The record as it was at this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// The record as it was after this event.
    seq: Option<i64>,
}

/// Reads a record, now or as it was.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), ReadQuery),
    responses((status = 200, body = RecordJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}")]
async fn read(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    query: Query<ReadQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let mut tx = engine.store.read(&scope).await?;
    let found = engine.find(&mut tx, &scope, Some(&kind), id, Right::View).await?;
    let seq = match (query.seq, query.as_of) {
        (Some(seq), _) => Some(seq),
        (None, Some(at)) => Some(events::seq_at(&mut tx, at).await?),
        (None, None) => None,
    };
    let record = match seq {
        None => found.record,
        Some(seq) => history::record_at(&mut tx, found.record, seq).await?.ok_or(EngineError::NoRecord)?,
    };
    Ok(HttpResponse::Ok().json(RecordJson::of(&record, &found.access.policy.hidden)))
}

//! Webhooks of records, and what was told to them.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::engine::hooks::{HookChange, HookFound, NewHook, Wants};
use crate::business::engine::service::Engine;
use crate::ids::Timestamp;
use crate::office::webhooks::messages::DeliveryJson;
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Permission;

#[derive(OpenApi)]
#[openapi(
    paths(hooks, add_hook, change_hook, remove_hook, deliveries, replay, replay_dead),
    components(schemas(HookJson, HooksJson, NewHookIn, HookChangeIn, Wants, ReplayedJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(hooks).service(add_hook).service(change_hook).service(remove_hook);
    config.service(deliveries).service(replay).service(replay_dead);
}

/// An address that is told of what happens to records.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordHook)]
struct HookJson {
    id: Uuid,
    name: String,
    url: String,
    wants: Wants,
    /// Whether its filter still fits its type; nothing passes one that does not.
    fits: bool,
    active: bool,
    /// Why it was switched off: `failing` for three days, or `gone`.
    #[schema(required = true)]
    stopped: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    failing_since: Option<Timestamp>,
    /// Events that have not come to its queue yet: there is room for 100 at a time.
    behind: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// What signs the requests. Only when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<HookFound> for HookJson {
    fn from(HookFound { hook, endpoint, fits, behind }: HookFound) -> Self {
        Self {
            id: hook.id,
            name: endpoint.name,
            url: endpoint.url,
            wants: hook.wants,
            fits,
            active: endpoint.active,
            stopped: endpoint.stopped,
            failing_since: endpoint.failing_since,
            behind,
            created_at: endpoint.created_at,
            secret: None,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordHooks)]
struct HooksJson {
    items: Vec<HookJson>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRecordHook)]
struct NewHookIn {
    /// 1 to 80 characters.
    name: String,
    url: String,
    #[serde(default)]
    wants: Wants,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordHookChange)]
struct HookChangeIn {
    name: Option<String>,
    url: Option<String>,
    active: Option<bool>,
    wants: Option<Wants>,
}

/// Lists the webhooks of records, the oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "hooks",
    responses((status = 200, body = HooksJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[get("/webhooks")]
async fn hooks(scope: Scoped, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let items = engine.hooks(&scope).await?.into_iter().map(HookJson::from).collect();
    Ok(HttpResponse::Ok().json(HooksJson { items }))
}

/// Makes a webhook of records; its secret is shown this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "hooks", request_body = NewHookIn,
    responses((status = 201, body = HookJson), (status = 403, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[post("/webhooks")]
async fn add_hook(
    scope: Scoped,
    body: Json<NewHookIn>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let NewHookIn { name, url, wants } = body.into_inner();
    let (found, secret) = engine.add_hook(&scope, NewHook { name, url, wants }).await?;
    Ok(HttpResponse::Created().json(HookJson { secret: Some(secret), ..found.into() }))
}

/// Changes a webhook of records; only what is named.
#[utoipa::path(patch, path = "/api/v1/webhooks/{hook}", tag = "hooks", params(("hook" = Uuid, Path)),
    request_body = HookChangeIn,
    responses((status = 200, body = HookJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[patch("/webhooks/{hook}")]
async fn change_hook(
    scope: Scoped,
    id: Path<Uuid>,
    body: Json<HookChangeIn>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let HookChangeIn { name, url, active, wants } = body.into_inner();
    let found = engine.change_hook(&scope, *id, HookChange { name, url, active, wants }).await?;
    Ok(HttpResponse::Ok().json(HookJson::from(found)))
}

/// Takes a webhook of records away, with what waits for it.
#[utoipa::path(delete, path = "/api/v1/webhooks/{hook}", tag = "hooks", params(("hook" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[delete("/webhooks/{hook}")]
async fn remove_hook(scope: Scoped, id: Path<Uuid>, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    engine.remove_hook(&scope, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ToldQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists what a webhook of records was told, is to be told, or could not be, the youngest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{hook}/deliveries", tag = "hooks",
    params(("hook" = Uuid, Path), ToldQuery),
    responses((status = 200, body = Page<DeliveryJson>), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[get("/webhooks/{hook}/deliveries")]
async fn deliveries(
    scope: Scoped,
    id: Path<Uuid>,
    query: Query<ToldQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let limit = Page::<()>::limit(query.limit)?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let told = engine.hook_deliveries(&scope, *id, before, i64::from(limit) + 1).await?;
    Ok(HttpResponse::Ok().json(Page::cut(told, limit, |one| Cursor(one.seq))))
}

/// How much is told once more.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordHookReplay)]
struct ReplayedJson {
    replayed: usize,
}

/// Tells a webhook of records once more what was told or given up.
#[utoipa::path(post, path = "/api/v1/webhooks/{hook}/deliveries/{delivery}/replay", tag = "hooks",
    params(("hook" = Uuid, Path), ("delivery" = Uuid, Path)),
    responses((status = 202, body = ReplayedJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[post("/webhooks/{hook}/deliveries/{delivery}/replay")]
async fn replay(
    scope: Scoped,
    path: Path<(Uuid, Uuid)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let (id, delivery) = path.into_inner();
    let replayed = engine.replay_hook(&scope, id, Some(delivery)).await?;
    Ok(HttpResponse::Accepted().json(ReplayedJson { replayed }))
}

/// Tells a webhook of records once more all that was given up, in its order.
#[utoipa::path(post, path = "/api/v1/webhooks/{hook}/replay", tag = "hooks", params(("hook" = Uuid, Path)),
    responses((status = 202, body = ReplayedJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[post("/webhooks/{hook}/replay")]
async fn replay_dead(scope: Scoped, id: Path<Uuid>, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let replayed = engine.replay_hook(&scope, *id, None).await?;
    Ok(HttpResponse::Accepted().json(ReplayedJson { replayed }))
}

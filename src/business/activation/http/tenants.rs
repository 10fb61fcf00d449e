//! The businesses of an installation, for its operator.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use crate::actors::Tenants;
use crate::business::activation::saga::Activation;
use crate::ids::TenantId;
use crate::office::identity::messages::{Status, TenantJson};
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::require_platform;

#[derive(OpenApi)]
#[openapi(paths(list, suspend, resume, remove))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list).service(suspend).service(resume).service(remove);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<TenantId>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists the businesses in the order of their making.
#[utoipa::path(get, path = "/api/v1/tenants", tag = "platform", params(ListQuery),
    responses((status = 200, body = Page<TenantJson>), (status = 403, body = Problem)),
    extensions(("x-right" = json!("platform.manage"))))]
#[get("/tenants")]
async fn list(
    scope: Scoped,
    query: Query<ListQuery>,
    activation: Data<Activation>,
) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    let limit = Page::<TenantJson>::limit(query.limit)?;
    let after = query.cursor.as_ref().map(|cursor| cursor.0);
    let rows = activation.identity.list_tenants(after, limit + 1).await?;
    let page = Page::cut(rows, limit, |tenant| Cursor(tenant.id));
    Ok(HttpResponse::Ok().json(page.map(TenantJson::from)))
}

/// Suspends a business: nobody may sign in, and open sessions and connections end.
#[utoipa::path(post, path = "/api/v1/tenants/{id}/suspend", tag = "platform", params(("id" = TenantId, Path)),
    responses((status = 200, body = TenantJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("platform.manage"))))]
#[post("/tenants/{id}/suspend")]
async fn suspend(
    scope: Scoped,
    id: Path<TenantId>,
    activation: Data<Activation>,
    tenants: Data<Tenants>,
) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    let tenant = activation.identity.set_tenant_status(*id, Status::Suspended).await?;
    tenants.stop(*id).await;
    Ok(HttpResponse::Ok().json(TenantJson::from(tenant)))
}

/// Lets the people of a suspended business sign in again.
#[utoipa::path(post, path = "/api/v1/tenants/{id}/resume", tag = "platform", params(("id" = TenantId, Path)),
    responses((status = 200, body = TenantJson), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("platform.manage"))))]
#[post("/tenants/{id}/resume")]
async fn resume(
    scope: Scoped,
    id: Path<TenantId>,
    activation: Data<Activation>,
) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    let tenant = activation.identity.set_tenant_status(*id, Status::Active).await?;
    Ok(HttpResponse::Ok().json(TenantJson::from(tenant)))
}

/// Deletes a business with everything in it, for ever.
#[utoipa::path(delete, path = "/api/v1/tenants/{id}", tag = "platform", params(("id" = TenantId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("platform.manage"))))]
#[delete("/tenants/{id}")]
async fn remove(
    scope: Scoped,
    id: Path<TenantId>,
    activation: Data<Activation>,
    tenants: Data<Tenants>,
) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    // Nobody comes in any more before the first row goes.
    activation.identity.set_tenant_status(*id, Status::Suspended).await?;
    tenants.stop(*id).await;
    activation.identity.delete_tenant(*id).await?;
    Ok(HttpResponse::NoContent().finish())
}

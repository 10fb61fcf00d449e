//! Routes for administrators.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use utoipa::OpenApi;

use crate::actors::{Observation, Tenants};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Role};

#[derive(OpenApi)]
#[openapi(paths(actors), components(schemas(Observation)))]
pub struct Api;

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, tenants: Tenants) {
    config.app_data(Data::new(tenants)).service(actors);
}

/// The tree of live actors: of the caller's business, for a platform administrator of all.
#[utoipa::path(get, path = "/api/v1/admin/actors", tag = "admin",
    responses((status = 200, body = Observation), (status = 403, body = Problem)),
    extensions(("x-right" = json!("actors.observe"))))]
#[get("/admin/actors")]
async fn actors(scope: Scoped, tenants: Data<Tenants>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::ActorsObserve)?;
    let of = (scope.role != Role::PlatformAdmin).then_some(scope.tenant);
    Ok(HttpResponse::Ok().json(tenants.observe(of).await))
}

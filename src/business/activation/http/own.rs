//! What a business sees and switches of its own activation.

use std::collections::BTreeMap;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get, patch};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::business::activation::connect::{self, DomainJson};
use crate::business::activation::lists::MODULES;
use crate::business::activation::saga::Activation;
use crate::business::engine::Engine;
use crate::office::identity::messages::TenantJson;
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Fault, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Permission;

#[derive(OpenApi)]
#[openapi(paths(switch, domains))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(switch).service(domains);
}

/// The domains of a business.
#[derive(Serialize, ToSchema)]
struct TenantDomains {
    items: Vec<DomainJson>,
}

/// Switches modules on and off for everyone, with the next request. What is switched off keeps its data.
#[utoipa::path(patch, path = "/api/v1/tenant/modules", tag = "tenant",
    request_body = std::collections::HashMap<String, bool>,
    responses((status = 200, body = TenantJson), (status = 403, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[patch("/tenant/modules")]
async fn switch(
    scope: Scoped,
    body: Json<BTreeMap<String, bool>>,
    activation: Data<Activation>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let switches = body.into_inner();
    let unknown = switches.keys().filter(|name| !MODULES.contains(&name.as_str()));
    let fault = |name: &String| Fault { path: format!("$.{name}"), message: "is no module".into() };
    let faults: Vec<_> = unknown.map(fault).collect();
    if !faults.is_empty() {
        return Err(ApiError::faults(faults));
    }
    let tenant = activation.identity.switch_modules(scope.tenant, &MODULES, switches).await?;
    engine.refresh(&scope).await?;
    Ok(HttpResponse::Ok().json(TenantJson::from(tenant)))
}

/// Lists the domains of the business, with what is to be entered for them in DNS.
#[utoipa::path(get, path = "/api/v1/tenant/domains", tag = "tenant",
    responses((status = 200, body = TenantDomains), (status = 403, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[get("/tenant/domains")]
async fn domains(scope: Scoped, activation: Data<Activation>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let mut tx = activation.store.read(&scope).await?;
    Ok(HttpResponse::Ok().json(TenantDomains { items: connect::told(&mut tx).await? }))
}

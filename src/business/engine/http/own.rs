//! Types, fields and policies of a tenant's own.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, put};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::business::engine::rights::{Policy, Subject};
use crate::business::engine::service::Engine;
use crate::business::engine::store::catalog::{OwnField, OwnKind};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Permission;

#[derive(OpenApi)]
#[openapi(
    paths(put_kind, put_field, policies, put_policy, remove_policy),
    components(schemas(OwnKind, OwnField, PoliciesJson, PolicyJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(put_kind).service(put_field).service(policies).service(put_policy).service(remove_policy);
}

/// Makes a type of the business' own, or changes how it is called and shown.
#[utoipa::path(put, path = "/api/v1/record-kinds/{kind}", tag = "records", params(("kind" = String, Path)),
    request_body = OwnKind,
    responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[put("/record-kinds/{kind}")]
async fn put_kind(
    scope: Scoped,
    kind: Path<String>,
    body: Json<OwnKind>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    engine.put_kind(&scope, &kind, body.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Adds a field to a type, or changes it.
#[utoipa::path(put, path = "/api/v1/record-kinds/{kind}/fields/{field}", tag = "records",
    params(("kind" = String, Path), ("field" = String, Path)), request_body = OwnField,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[put("/record-kinds/{kind}/fields/{field}")]
async fn put_field(
    scope: Scoped,
    path: Path<(String, String)>,
    body: Json<OwnField>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let (kind, field) = path.into_inner();
    engine.put_field(&scope, &kind, &field, body.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordPolicies)]
struct PoliciesJson {
    items: Vec<PolicyJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordPolicyOf)]
struct PolicyJson {
    kind: String,
    /// `role:tenant_user` or `group:ID`.
    subject: String,
    policy: Policy,
}

/// Lists who may do what with records, where that is not what their role gives.
#[utoipa::path(get, path = "/api/v1/record-policies", tag = "records",
    responses((status = 200, body = PoliciesJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[get("/record-policies")]
async fn policies(scope: Scoped, engine: Data<Engine>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let mut tx = engine.store.read(&scope).await?;
    let catalog = engine.catalog(&mut tx).await?;
    let named = |subject: &Subject| match subject {
        Subject::Role(role) => format!("role:{role}"),
        Subject::Group(group) => format!("group:{group}"),
    };
    let json = |(kind, subject, policy): &(String, Subject, Policy)| PolicyJson {
        kind: kind.clone(),
        subject: named(subject),
        policy: policy.clone(),
    };
    Ok(HttpResponse::Ok().json(PoliciesJson { items: catalog.policies.iter().map(json).collect() }))
}

/// Says what a role or group may do with records of a type.
#[utoipa::path(put, path = "/api/v1/record-policies/{kind}/{subject}", tag = "records",
    params(("kind" = String, Path), ("subject" = String, Path)), request_body = Policy,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[put("/record-policies/{kind}/{subject}")]
async fn put_policy(
    scope: Scoped,
    path: Path<(String, String)>,
    body: Json<Policy>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let (kind, subject) = path.into_inner();
    engine.put_policy(&scope, &kind, &subject, Some(body.into_inner())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets the role's own rights apply again.
#[utoipa::path(delete, path = "/api/v1/record-policies/{kind}/{subject}", tag = "records",
    params(("kind" = String, Path), ("subject" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[delete("/record-policies/{kind}/{subject}")]
async fn remove_policy(
    scope: Scoped,
    path: Path<(String, String)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let (kind, subject) = path.into_inner();
    engine.put_policy(&scope, &kind, &subject, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

//! The description of the API, put together from what the features say of their routes.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, SecurityRequirement};

use super::problem::{Fault, Problem};

mod page;

/// Name of the extension that states which right an operation needs.
pub const RIGHT: &str = "x-right";

#[derive(utoipa::OpenApi)]
#[openapi(paths(document, browse), components(schemas(Problem, Fault)))]
struct Own;

/// Merges the parts and adds what all routes share.
#[must_use]
pub fn assemble(parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Kontor")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The office and the business of a company. Errors are problem+json (RFC 9457); `x-right` of an \
             operation names the right that it needs.",
        ))
        .build();
    let mut api = OpenApiBuilder::new().info(info).build();
    api.merge(Own::openapi());
    for part in parts {
        api.merge(part);
    }
    let components = api.components.get_or_insert_with(Default::default);
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("kontor_session"))),
    );
    let none: [String; 0] = [];
    api.security = Some(vec![
        SecurityRequirement::new("bearer", none.clone()),
        SecurityRequirement::new("cookie", none),
    ]);
    for operation in operations(&mut api) {
        open_if_public(operation);
        name_apart(operation);
    }
    api
}

/// The routes of the description itself.
pub fn configure(config: &mut ServiceConfig) {
    config.service(document).service(browse);
}

fn operations(api: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    api.paths.paths.values_mut().flat_map(|item| {
        let all = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        all.into_iter().flatten()
    })
}

/// An operation that is open to everyone needs neither token nor cookie.
fn open_if_public(operation: &mut Operation) {
    let right = operation.extensions.as_ref().and_then(|extensions| extensions.get(RIGHT));
    if right.and_then(serde_json::Value::as_str) == Some("public") {
        operation.security = Some(Vec::new());
    }
}

/// Two features may both have a `list`: the tag tells them apart.
fn name_apart(operation: &mut Operation) {
    if let (Some(id), Some(tag)) = (&operation.operation_id, operation.tags.iter().flatten().next()) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation",
    responses((status = 200, body = serde_json::Value)), extensions(("x-right" = json!("public"))))]
#[get("/api/openapi.json")]
async fn document(api: Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(api.get_ref())
}

/// This document, to be read by people.
#[utoipa::path(get, path = "/api/docs", tag = "operation",
    responses((status = 200, body = String, content_type = "text/html")),
    extensions(("x-right" = json!("public"))))]
#[get("/api/docs")]
async fn browse(api: Data<OpenApi>) -> HttpResponse {
    let api = serde_json::to_value(api.get_ref()).unwrap_or_default();
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page::render(&api))
}

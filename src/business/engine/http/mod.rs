//! Routes of records: the same for every type, built in or made by a tenant.

mod changes;
mod dashboards;
mod export;
mod files;
mod history;
mod hooks;
mod imports;
mod kinds;
mod lists;
mod own;
mod talk;
mod views;

use actix_web::HttpRequest;
use actix_web::web::{Data, ServiceConfig};
use utoipa::OpenApi as _;
use uuid::Uuid;

use crate::protocols::http::problem::ApiError;

use super::service::Engine;

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, engine: Engine) {
    config.app_data(Data::new(engine));
    kinds::configure(config);
    own::configure(config);
    views::configure(config);
    dashboards::configure(config);
    export::configure(config);
    imports::configure(config);
    hooks::configure(config);
    history::configure(config);
    talk::configure(config);
    files::configure(config);
    lists::configure(config);
    changes::configure(config);
}

/// The OpenAPI description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = kinds::Api::openapi();
    all.merge(own::Api::openapi());
    all.merge(views::Api::openapi());
    all.merge(dashboards::Api::openapi());
    all.merge(export::Api::openapi());
    all.merge(imports::Api::openapi());
    all.merge(hooks::Api::openapi());
    all.merge(history::Api::openapi());
    all.merge(talk::Api::openapi());
    all.merge(files::Api::openapi());
    all.merge(lists::Api::openapi());
    all.merge(changes::Api::openapi());
    all
}

/// The key with which a request is answered once, however often it is sent.
fn batch(request: &HttpRequest) -> Result<Option<Uuid>, ApiError> {
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().and_then(|text| Uuid::try_parse(text).ok());
    key.map(Some).ok_or_else(|| ApiError::invalid("an Idempotency-Key is a UUID"))
}

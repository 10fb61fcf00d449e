//! Looking before an activation, and taking its samples away after it.

use actix_web::web::{Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::business::activation::preview::Preview;
use crate::business::activation::saga::Activation;
use crate::business::activation::{ActivationError, parse};
use crate::business::engine::Engine;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::{ActivationJson, require_platform};

#[derive(OpenApi)]
#[openapi(paths(preview, remove_samples))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(preview).service(remove_samples);
}

/// What was taken away.
#[derive(Serialize, ToSchema)]
struct SamplesRemoved {
    removed: usize,
    /// To be undone, as any other batch, to get them back.
    batch: Uuid,
}

/// Tells what an activation would make, change and leave; nothing is written.
#[utoipa::path(post, path = "/api/v1/activations/plan", tag = "platform", request_body = ActivationJson,
    responses((status = 200, body = Preview), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem, description = "Every fault with its path")),
    extensions(("x-right" = json!("platform.manage"))))]
#[post("/activations/plan")]
async fn preview(scope: Scoped, body: Bytes, activation: Data<Activation>) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    let plan = parse(&body)?;
    Ok(HttpResponse::Ok().json(activation.preview(&plan).await?))
}

/// Deletes the records to look at that an activation has made.
#[utoipa::path(delete, path = "/api/v1/activations/{slug}/samples", tag = "platform",
    params(("slug" = String, Path)),
    responses((status = 200, body = SamplesRemoved), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)),
    extensions(("x-right" = json!("platform.manage"))))]
#[delete("/activations/{slug}/samples")]
async fn remove_samples(
    scope: Scoped,
    slug: Path<String>,
    activation: Data<Activation>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    let there = activation.identity.tenant_by_slug(&slug).await?;
    let tenant = there.ok_or_else(|| ActivationError::NoBusiness(slug.into_inner()))?;
    let (removed, batch) = engine.remove_samples(tenant.id).await?;
    Ok(HttpResponse::Ok().json(SamplesRemoved { removed, batch }))
}

//! Whether the server lives, whether it can serve, and what it counts.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::error::ErrorKind;
use crate::store::Store;

use super::problem::{ApiError, Problem};

/// Upper bounds of the latency histograms, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// What the health routes look at.
pub struct Health {
    pub store: Store,
    pub metrics: PrometheusHandle,
    pub draining: AtomicBool,
}

#[derive(OpenApi)]
#[openapi(paths(live, ready, metrics), components(schemas(Status)))]
pub struct Api;

#[derive(Serialize, ToSchema)]
struct Status {
    status: &'static str,
}

/// Begins to count, once per process.
///
/// # Errors
/// `ApiError` when another part of the process counts already in its own way.
pub fn count() -> Result<PrometheusHandle, ApiError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let failed = |error: &dyn std::error::Error| ApiError::new(ErrorKind::Internal, error.to_string());
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).map_err(|error| failed(&error))?;
    let handle = builder.install_recorder().map_err(|error| failed(&error))?;
    Ok(HANDLE.get_or_init(|| handle).clone())
}

pub fn configure(config: &mut ServiceConfig) {
    config.service(live).service(ready).service(metrics);
}

/// Answers as long as the process runs.
#[utoipa::path(get, path = "/health/live", tag = "operation", responses((status = 200, body = Status)),
    extensions(("x-right" = json!("public"))))]
#[get("/health/live")]
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Status { status: "live" })
}

/// Answers 200 when requests can be served: the database answers and no stop is under way.
#[utoipa::path(get, path = "/health/ready", tag = "operation",
    responses((status = 200, body = Status), (status = 503, body = Problem)),
    extensions(("x-right" = json!("public"))))]
#[get("/health/ready")]
async fn ready(health: Data<Health>) -> Result<HttpResponse, ApiError> {
    if health.draining.load(Ordering::Relaxed) {
        return Err(ApiError::new(ErrorKind::Busy, "the server is stopping"));
    }
    health.store.ready().await?;
    Ok(HttpResponse::Ok().json(Status { status: "ready" }))
}

/// The server's counters, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain")),
    extensions(("x-right" = json!("public"))))]
#[get("/metrics")]
async fn metrics(health: Data<Health>) -> HttpResponse {
    health.metrics.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(health.metrics.render())
}

//! Legal holds.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::protocols::http::json::Json;
use crate::protocols::http::page::Page;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Permission;

use super::super::error::ChatError;
use super::super::holds::{HoldJson, NewHoldJson};
use super::super::service::Chat;
use super::super::store::audit::{self, AuditRow};
use super::exports::answer;
use super::moderation::{AuditQuery, audit_page};

#[derive(OpenApi)]
#[openapi(
    paths(list_holds, place_hold, release_hold, export_hold, list_hold_audit),
    components(schemas(HoldsJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_hold_audit)
        .service(list_holds)
        .service(place_hold)
        .service(release_hold)
        .service(export_hold);
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatHolds)]
struct HoldsJson {
    holds: Vec<HoldJson>,
}

/// Lists legal holds, those in force first.
#[utoipa::path(get, path = "/api/v1/chat/holds", tag = "chat",
    responses((status = 200, body = HoldsJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("chat.holds"))))]
#[get("/chat/holds")]
async fn list_holds(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(HoldsJson { holds: chat.holds(&scope).await? }))
}

/// Places a legal hold: until it is released nothing that it covers is destroyed.
#[utoipa::path(post, path = "/api/v1/chat/holds", tag = "chat", request_body = NewHoldJson,
    responses((status = 201, body = HoldJson), (status = 403, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("chat.holds"))))]
#[post("/chat/holds")]
async fn place_hold(
    scope: Scoped,
    body: Json<NewHoldJson>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Created().json(chat.place_hold(&scope, body.into_inner()).await?))
}

/// Releases a legal hold; retention then takes what it held.
#[utoipa::path(post, path = "/api/v1/chat/holds/{hold}/release", tag = "chat", params(("hold" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)),
    extensions(("x-right" = json!("chat.holds"))))]
#[post("/chat/holds/{hold}/release")]
async fn release_hold(scope: Scoped, hold: Path<Uuid>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    chat.release_hold(&scope, *hold).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives everything that a hold covers as JSON lines: `{"hold": …}`, `{"room": …}` before its messages,
/// `{"message": …, "versions": […]}` with what each message said before.
#[utoipa::path(get, path = "/api/v1/chat/holds/{hold}/export", tag = "chat", params(("hold" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = 404, body = Problem)),
    extensions(("x-right" = json!("chat.holds"))))]
#[get("/chat/holds/{hold}/export")]
async fn export_hold(scope: Scoped, hold: Path<Uuid>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let pieces = chat.export_hold(&scope, *hold).await?;
    Ok(answer("application/x-ndjson", "hold.ndjson", pieces))
}

/// Lists who has placed, read and released holds, the latest first.
#[utoipa::path(get, path = "/api/v1/chat/holds/audit", tag = "chat", params(AuditQuery),
    responses((status = 200, body = Page<AuditRow>), (status = 403, body = Problem)),
    extensions(("x-right" = json!("chat.holds"))))]
#[get("/chat/holds/audit")]
async fn list_hold_audit(
    scope: Scoped,
    query: Query<AuditQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::ChatHolds).map_err(ChatError::from)?;
    audit_page(&chat, &scope, audit::HOLDS, &query).await
}

//! The way to the live socket.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::Timestamp;
use crate::office::identity::LIVE_TICKET;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::super::service::Chat;

#[derive(OpenApi)]
#[openapi(paths(live_ticket, live))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(live_ticket).service(live);
}

/// Opens one live socket.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveTicket)]
struct TicketJson {
    ticket: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Issues a ticket with which one live socket can be opened once, as the caller.
#[utoipa::path(post, path = "/api/v1/live/ticket", tag = "live", responses((status = 201, body = TicketJson)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/live/ticket")]
async fn live_ticket(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let (ticket, expires_at) = chat.identity.issue_ticket(&scope, LIVE_TICKET, Uuid::nil())?;
    Ok(HttpResponse::Created().json(TicketJson { ticket, expires_at }))
}

/// Upgrades to a WebSocket that speaks the live protocol (docs/live-protocol.md).
#[utoipa::path(get, path = "/api/v1/live", tag = "live",
    params(("v" = Option<u32>, Query, description = "version of the protocol: 1"),
        ("ticket" = Option<String>, Query, description = "instead of a cookie or a header")),
    responses((status = 101, description = "the connection speaks the live protocol"),
        (status = 426, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/live")]
async fn live(_: Scoped) -> HttpResponse {
    // A request with an `Upgrade` header never comes here: `ws/live/upgrade.rs` takes it.
    crate::protocols::http::upgrade::required()
}

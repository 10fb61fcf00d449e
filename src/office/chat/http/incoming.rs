//! The addresses that are their own right: incoming webhooks, and the answers of commands. They answer
//! like Slack's, in plain words.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{BytesMut, Data, Path, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use futures::StreamExt as _;
use utoipa::OpenApi;

use super::super::hooks::incoming::{Refused, Request};
use super::super::hooks::payload::PAYLOAD;
use super::super::service::Chat;

#[derive(OpenApi)]
#[openapi(paths(take_incoming, take_answer))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(take_incoming).service(take_answer);
}

/// Takes a message for a room, in the form of Slack's incoming webhooks (docs/webhooks.md).
#[utoipa::path(post, path = "/api/v1/hooks/{key}", tag = "hooks",
    params(("key" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "what comes again with it appears once"),
        ("X-Kontor-Signature" = Option<String>, Header, description = "for hooks that want to be signed; \
            `X-Slack-Signature` is the same"),
        ("X-Kontor-Request-Timestamp" = Option<String>, Header)),
    responses((status = 200, description = "`ok`"), (status = 400, description = "`invalid_payload`, `no_text`"),
        (status = 403, description = "`invalid_signature`, `signature_already_used`"),
        (status = 404, description = "`no_service`"), (status = 410, description = "`channel_is_archived`"),
        (status = 413, description = "`payload_too_large`"), (status = 429, description = "`rate_limited`")),
    extensions(("x-right" = json!("public"))))]
#[post("/hooks/{key}")]
async fn take_incoming(
    request: HttpRequest,
    key: Path<String>,
    payload: Payload,
    chat: Data<Chat>,
) -> HttpResponse {
    let Some(body) = read(payload).await else { return too_large() };
    let headers = request.headers();
    let asked = Request {
        key: &key,
        content_type: text(headers, "content-type").unwrap_or_default(),
        idempotency: text(headers, "idempotency-key"),
        timestamp: text(headers, "x-kontor-request-timestamp")
            .or_else(|| text(headers, "x-slack-request-timestamp")),
        signature: text(headers, "x-kontor-signature").or_else(|| text(headers, "x-slack-signature")),
        body: &body,
    };
    answer(&request, &chat, chat.take_incoming(&asked).await)
}

/// Takes a later answer of a command, at most five within half an hour.
#[utoipa::path(post, path = "/api/v1/hooks/answers/{key}", tag = "hooks", params(("key" = String, Path)),
    responses((status = 200, description = "`ok`"), (status = 400, description = "`invalid_payload`, `no_text`"),
        (status = 404, description = "`expired_url`, `used_url`"),
        (status = 413, description = "`payload_too_large`")),
    extensions(("x-right" = json!("public"))))]
#[post("/hooks/answers/{key}")]
async fn take_answer(
    request: HttpRequest,
    key: Path<String>,
    payload: Payload,
    chat: Data<Chat>,
) -> HttpResponse {
    let Some(body) = read(payload).await else { return too_large() };
    let kind = text(request.headers(), "content-type").unwrap_or_default();
    answer(&request, &chat, chat.take_answer(&key, kind, &body).await)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The body; none when it is too large or cut short.
async fn read(mut payload: Payload) -> Option<BytesMut> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.ok()?;
        if body.len() + piece.len() > PAYLOAD {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    Some(body)
}

fn too_large() -> HttpResponse {
    plain(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large")
}

fn plain(status: StatusCode, word: &str) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(word.to_owned())
}

fn answer(request: &HttpRequest, chat: &Chat, outcome: Result<(), Refused>) -> HttpResponse {
    let Err(refused) = outcome else { return plain(StatusCode::OK, "ok") };
    let mut wait = None;
    let status = match &refused {
        Refused::NoService | Refused::Expired => {
            // Who guesses addresses is slowed down.
            let address = chat.identity.claims(request.head()).address;
            match chat.hook_limits.address(address) {
                Ok(()) => StatusCode::NOT_FOUND,
                Err(error) => {
                    wait = error.retry_after;
                    StatusCode::TOO_MANY_REQUESTS
                }
            }
        }
        Refused::Used => StatusCode::NOT_FOUND,
        Refused::Archived => StatusCode::GONE,
        Refused::Payload(_) | Refused::Key | Refused::NoThread => StatusCode::BAD_REQUEST,
        Refused::Signature(_) | Refused::Replayed => StatusCode::FORBIDDEN,
        Refused::TooMany(seconds) => {
            wait = Some(*seconds);
            StatusCode::TOO_MANY_REQUESTS
        }
        Refused::Busy => {
            wait = Some(1);
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let limited = status == StatusCode::TOO_MANY_REQUESTS;
    let word = if limited { "rate_limited".to_owned() } else { refused.to_string() };
    let mut answer = plain(status, &word);
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

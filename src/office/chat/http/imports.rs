//! Takes in what was said in other systems.

use std::fs::File;

use actix_web::http::header::ACCEPT;
use actix_web::web::{Bytes, Data, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::channel::oneshot;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use utoipa::{IntoParams, OpenApi};

use crate::error::ErrorKind;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Scope};

use super::super::error::ChatError;
use super::super::import::report::{ImportProgress, Report};
use super::super::import::{Format, Importer, Options, nameless};
use super::super::service::Chat;

/// Bytes of a file that is imported.
const LARGEST: u64 = 32 << 30;

#[derive(OpenApi)]
#[openapi(paths(slack, mattermost), components(schemas(Report, ImportProgress)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(slack).service(mattermost);
}

#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ImportQuery {
    /// Whether a public channel is merged into the public channel of its name, instead of getting an ending.
    #[serde(default)]
    merge: bool,
}

/// Imports the ZIP of a Slack workspace export; sent again, it adds nothing twice.
#[utoipa::path(post, path = "/api/v1/chat/imports/slack", tag = "chat", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses((status = 200, body = Report, description = "With `Accept: application/x-ndjson` lines of progress \
        come before `{\"result\": …}` or `{\"error\": …}`"),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[post("/chat/imports/slack")]
async fn slack(
    scope: Scoped,
    query: Query<ImportQuery>,
    request: HttpRequest,
    payload: Payload,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    take_in(scope.0, Options { format: Format::Slack, merge: query.merge }, &request, payload, &chat).await
}

/// Imports the JSON lines of a Mattermost bulk export, or a ZIP of them and their attachments.
#[utoipa::path(post, path = "/api/v1/chat/imports/mattermost", tag = "chat", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Report, description = "As of the import from Slack"),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[post("/chat/imports/mattermost")]
async fn mattermost(
    scope: Scoped,
    query: Query<ImportQuery>,
    request: HttpRequest,
    payload: Payload,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    take_in(scope.0, Options { format: Format::Mattermost, merge: query.merge }, &request, payload, &chat)
        .await
}

async fn take_in(
    scope: Scope,
    options: Options,
    request: &HttpRequest,
    payload: Payload,
    chat: &Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    // The right is checked before the first byte is read.
    scope.require(Permission::TenantManage).map_err(ChatError::from)?;
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let streams = accepts.contains("application/x-ndjson");
    let file = spool(payload).await?;
    let Chat { store, clock, identity, .. } = chat.as_ref().clone();
    let importer = Importer { store, clock, identity, live: Some(chat.as_ref().clone()) };
    let (lines, heard) = unbounded::<Result<Bytes, ApiError>>();
    let (done, result) = oneshot::channel();
    // A task of its own: it comes to its end even when nobody listens any more.
    actix_rt::spawn(async move {
        let progress = lines.clone();
        let mut listener = move |step: &ImportProgress| {
            if streams {
                send(&progress, step);
            }
        };
        let outcome = importer.import(&scope, file, options, &mut listener).await;
        if let Err(error) = &outcome {
            tracing::warn!(tenant = %scope.tenant, %error, "an import of chat has failed");
        }
        match outcome {
            outcome if !streams => drop(done.send(outcome)),
            Ok(report) => send(&lines, &serde_json::json!({ "result": report })),
            Err(error) => send(&lines, &serde_json::json!({ "error": ApiError::from(error).problem() })),
        }
    });
    if streams {
        return Ok(HttpResponse::Ok().content_type("application/x-ndjson").streaming(heard.map(|line| line)));
    }
    let report = result.await.map_err(|_| ChatError::Busy)??;
    Ok(HttpResponse::Ok().json(report))
}

fn send(lines: &UnboundedSender<Result<Bytes, ApiError>>, line: &impl Serialize) {
    let mut text = serde_json::to_vec(line).unwrap_or_default();
    text.push(b'\n');
    // A listener that has gone is not waited for.
    let _ = lines.unbounded_send(Ok(text.into()));
}

/// Writes the body to a file that nobody else can see and that is gone with the last who holds it.
async fn spool(mut payload: Payload) -> Result<File, ApiError> {
    let broken = |error: std::io::Error| ApiError::from(ChatError::Store(error.into()));
    let mut file = tokio::fs::File::from_std(nameless().map_err(broken)?);
    let mut size = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::invalid("the upload was cut short"))?;
        size += chunk.len() as u64;
        if size > LARGEST {
            return Err(ApiError::new(ErrorKind::TooLarge, format!("a file has at most {LARGEST} bytes")));
        }
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)?;
    Ok(file.into_std().await)
}

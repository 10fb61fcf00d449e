//! Errors as problem+json (RFC 9457).

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use utoipa::ToSchema;

use crate::error::ErrorKind;
use crate::scope::Denied;
use crate::store::StoreError;

use super::request_log;

/// An error as a client sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind in one stable word.
    pub code: String,
    /// What happened.
    pub detail: String,
    /// Finds the request in the server's log.
    pub request_id: String,
    /// Every fault of the request, by JSON path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// Businesses to choose from, when a sign-in opens several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub tenants: Option<serde_json::Value>,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON path: `$.users[0].email`.
    pub path: String,
    pub message: String,
}

/// An error on its way to a client.
#[derive(Clone, Debug)]
pub struct ApiError {
    pub kind: ErrorKind,
    pub code: &'static str,
    pub detail: String,
    pub errors: Vec<Fault>,
    /// Seconds after which the same request may succeed.
    pub retry_after: Option<u64>,
    pub tenants: Option<serde_json::Value>,
}

impl ApiError {
    #[must_use]
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        let retry_after = (kind == ErrorKind::Busy).then_some(1);
        Self { kind, code: code(kind), detail: detail.into(), errors: Vec::new(), retry_after, tenants: None }
    }

    /// A request that is wrong in itself.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, detail)
    }

    /// A request with these faults.
    #[must_use]
    pub fn faults(errors: Vec<Fault>) -> Self {
        let detail = match errors.len() {
            1 => "the request has a fault".to_owned(),
            count => format!("the request has {count} faults"),
        };
        Self { errors, ..Self::invalid(detail) }
    }

    /// Too many requests; the next may come after `seconds`.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(ErrorKind::TooMany, "too many requests, wait a moment")
        }
    }

    #[must_use]
    pub fn with_code(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    #[must_use]
    pub fn problem(&self) -> Problem {
        let status = self.status_code();
        Problem {
            kind: format!("/problems/{}", self.code),
            title: self.kind.to_string(),
            status: status.as_u16(),
            code: self.code.to_owned(),
            // What went wrong inside is for the log.
            detail: if self.kind == ErrorKind::Internal {
                "something went wrong".into()
            } else {
                self.detail.clone()
            },
            request_id: request_log::current_id(),
            errors: self.errors.clone(),
            tenants: self.tenants.clone(),
        }
    }

    /// Writes the answer to a connection that has left the HTTP server, and ends it.
    pub async fn write_to(&self, mut io: TcpStream) {
        let status = self.status_code();
        let body = serde_json::to_string(&self.problem()).unwrap_or_default();
        let retry = self.retry_after.map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
        let answer = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n{retry}Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len()
        );
        // A client that has gone away does not want the answer.
        let _ = io.write_all(answer.as_bytes()).await;
        let _ = io.shutdown().await;
    }
}

fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unauthenticated => "unauthenticated",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Conflict => "conflict",
        ErrorKind::Invalid => "invalid",
        ErrorKind::TooLarge => "too_large",
        ErrorKind::TooMany => "too_many_requests",
        ErrorKind::Busy => "busy",
        ErrorKind::Internal => "internal",
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self.kind {
            ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            ErrorKind::Forbidden => StatusCode::FORBIDDEN,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if self.kind == ErrorKind::Internal {
            tracing::error!(detail = %self.detail, "a request failed");
        }
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        answer
            .content_type("application/problem+json")
            .body(serde_json::to_string(&self.problem()).unwrap_or_default())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if error.kind() == ErrorKind::Busy {
            tracing::warn!(%error, "the store did not answer");
            return Self::new(ErrorKind::Busy, "the store is not reachable, try again");
        }
        Self::new(error.kind(), error.to_string())
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self::new(denied.kind(), denied.to_string())
    }
}

//! A request's id, its line in the log and its figures.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::actors::Clock;
use crate::ids::uuid_at;

tokio::task_local! {
    static REQUEST_ID: String;
}

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const ID_LIMIT: usize = 64;

/// The id of the request that this task answers; empty outside of one.
#[must_use]
pub fn current_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// Gives the request an id, and logs and counts its answer.
///
/// # Errors
/// What the inner service answers with.
pub async fn middleware<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let clock = request.app_data::<Data<Clock>>().map(|clock| clock.get_ref().clone());
    let Some(clock) = clock else { return next.call(request).await };
    let id = given_id(&request).unwrap_or_else(|| uuid_at(clock.now()).to_string());
    let began = clock.monotonic();
    let method = request.method().to_string();
    let path = without_keys(request.path());
    let header = HeaderValue::from_str(&id);
    let mut response = REQUEST_ID.scope(id.clone(), next.call(request)).await?;
    let took = clock.monotonic().saturating_sub(began);
    let status = response.status().as_u16();
    let route = response.request().match_pattern().unwrap_or_else(|| "other".into());
    tracing::info!(request_id = %id, %method, %path, status, ms = took.as_secs_f64() * 1e3, "request");
    let labels = [("method", method), ("route", route), ("status", status.to_string())];
    metrics::counter!("kontor_http_requests_total", &labels).increment(1);
    metrics::histogram!("kontor_http_request_seconds", &labels).record(took.as_secs_f64());
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    Ok(response)
}

/// An id from a proxy in front, if it is one that is safe to log.
fn given_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(HEADER)?.to_str().ok()?;
    let safe = id.len() <= ID_LIMIT && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (safe && !id.is_empty()).then(|| id.to_owned())
}

/// The path without keys of ours (`kh1.TENANT.SECRET`): whoever reads the log could use them.
fn without_keys(path: &str) -> String {
    let is_key = |part: &str| part.starts_with('k') && part.get(2..4) == Some("1.");
    let parts =
        path.split('/').map(|part| if is_key(part) { part.get(..4).unwrap_or_default() } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_logged() {
        let check = |path: &str, expected: &str| assert_eq!(without_keys(path), expected);
        check("/api/v1/hooks/kh1.AAAA.secret", "/api/v1/hooks/kh1.");
        check("/api/v1/hooks/answers/ka1.AAAA.secret", "/api/v1/hooks/answers/ka1.");
        check("/api/v1/chat/rooms", "/api/v1/chat/rooms");
        check("/k/ké1.x//", "/k/ké1.x//");
    }
}

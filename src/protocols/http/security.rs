//! Headers that keep a browser from doing what no page of ours asks for.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "geolocation=(), payment=(), usb=(), interest-cohort=()"),
];

/// Whether browsers reach this installation by HTTPS.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// For everything that is no page: nothing may load, nothing may run.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds the headers to every answer; a page brings a policy of its own.
///
/// # Errors
/// What the inner service answers with.
pub async fn middleware<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let https = request.app_data::<Data<Https>>().is_some_and(|https| https.0);
    let mut response = next.call(request).await?;
    add(response.headers_mut());
    if https {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    Ok(response)
}

fn add(headers: &mut HeaderMap) {
    // A page that other sites may show says which ones in its policy, for which the older header has no words.
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let is_shown = policy.is_some_and(|policy| policy.contains("frame-ancestors 'self' http"));
    for (name, value) in HEADERS {
        if name == header::X_FRAME_OPTIONS && is_shown {
            continue;
        }
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
    }
}

/// The policy of a page whose own scripts and styles carry `nonce`.
#[must_use]
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self' blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

//! The browser suite: built into the binary, compressed beforehand, cached for good.

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::ErrorKind;

use super::problem::ApiError;
use super::security;

#[derive(RustEmbed)]
#[folder = "web/dist/"]
#[allow_missing = true]
struct Web;

const PLACE_OF_NONCE: &str = "__CSP_NONCE__";

/// Answers every GET that no route takes: a file, or the page that finds its route in the browser.
///
/// # Errors
/// `ApiError` for other methods, for unknown routes of the API and for missing files.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.path().trim_start_matches('/');
    let unknown = || ApiError::new(ErrorKind::NotFound, "there is nothing here");
    if request.method() != "GET" && request.method() != "HEAD" || path.starts_with("api/") {
        return Err(unknown());
    }
    if !path.is_empty() && path != "index.html" && Web::get(path).is_some() {
        return file(&request, path).ok_or_else(unknown);
    }
    // A name with an ending is a file that is missing, not a route of the page.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) && path != "index.html" {
        return Err(unknown());
    }
    page()
}

/// A file as it is, or the compressed one beside it that the client takes.
fn file(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let accepts = |name: &str| {
        let mut offers = accepted.unwrap_or_default().split(',');
        offers.any(|offer| offer.trim().split(';').next() == Some(name) && !offer.contains("q=0,"))
    };
    let variants = [("br", "br"), ("gz", "gzip")];
    let packed = variants.into_iter().find_map(|(ending, encoding)| {
        let found = accepts(encoding).then(|| Web::get(&format!("{path}.{ending}"))).flatten()?;
        Some((found, Some(encoding)))
    });
    let (found, encoding) = match packed {
        Some(packed) => packed,
        None => (Web::get(path)?, None),
    };
    let mut answer = HttpResponse::Ok();
    answer.content_type(media_type(path)).insert_header((header::VARY, "Accept-Encoding"));
    // Names under assets/ carry a hash of what they hold.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert_header((header::CACHE_CONTROL, cache));
    if path == "sw.js" {
        // The service worker fetches what it keeps; for a script of its own the policy is its own.
        answer.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'self'"));
    }
    if let Some(encoding) = encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    Some(answer.body(bytes(found)))
}

fn bytes(file: EmbeddedFile) -> bytes::Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(data) => bytes::Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => data.into(),
    }
}

fn page() -> Result<HttpResponse, ApiError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string()))?;
    let nonce = STANDARD.encode(random);
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(ContentType::html())
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, security::page_policy(&nonce)));
    let Some(index) = Web::get("index.html") else {
        return Ok(answer.body(
            "<!doctype html><title>Kontor</title><p>The web app is not built. Run <code>script/run</code>, \
             or <code>npm ci && npm run build</code> in <code>web/</code>, and build the server again.</p>",
        ));
    };
    Ok(answer.body(String::from_utf8_lossy(&index.data).replace(PLACE_OF_NONCE, &nonce)))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

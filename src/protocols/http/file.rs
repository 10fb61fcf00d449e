//! Files that people upload and get back: the same care on every surface.

use actix_web::http::header;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures::StreamExt as _;

use crate::error::ErrorKind;

use super::problem::ApiError;

/// Types that a browser shows by itself and that run nothing.
const SHOWN: [&str; 10] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "audio/webm",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    "video/webm",
];

/// Reads the body as far as the limit allows, never more.
///
/// # Errors
/// `ApiError` of kind `TooLarge` past the limit, `Invalid` for a body that is empty or cut short.
pub async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::invalid("the upload was cut short"))?;
        if bytes.len() + chunk.len() > limit {
            return Err(ApiError::new(ErrorKind::TooLarge, format!("a file has at most {limit} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() {
        return Err(ApiError::invalid("the file is empty"));
    }
    Ok(bytes.into())
}

/// The media type that the client gave, without parameters.
///
/// # Errors
/// `ApiError` when it is none.
pub fn media_type(request: &HttpRequest) -> Result<String, ApiError> {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let value = value.unwrap_or("application/octet-stream").split(';').next().unwrap_or_default().trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte);
    if value.len() > 100 || !value.contains('/') || !value.bytes().all(plain) {
        return Err(ApiError::invalid("the content type is not a media type"));
    }
    Ok(value.to_ascii_lowercase())
}

/// Width and height of an image, as its header says.
#[must_use]
pub fn pixels(media_type: &str, bytes: &[u8]) -> Option<(i64, i64)> {
    if !media_type.starts_with("image/") {
        return None;
    }
    let size = imagesize::blob_size(bytes).ok()?;
    Some((i64::try_from(size.width).ok()?, i64::try_from(size.height).ok()?))
}

/// A name without what could lead out of a folder; at most 200 characters.
#[must_use]
pub fn name(name: &str) -> String {
    let safe = |letter: &char| !letter.is_control() && !matches!(letter, '/' | '\\');
    let name: String = name.chars().filter(safe).take(200).collect();
    if name.is_empty() { "file".into() } else { name }
}

/// Gives a file back. It is what a stranger uploaded: it runs nothing and frames nothing.
#[must_use]
pub fn serve(name: &str, media_type: &str, bytes: Bytes) -> HttpResponse {
    let shown = SHOWN.contains(&media_type);
    let disposition = if shown { "inline" } else { "attachment" };
    HttpResponse::Ok()
        .content_type(if shown { media_type } else { "application/octet-stream" })
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("{disposition}; filename*=UTF-8''{}", quoted(name)),
        ))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .body(bytes)
}

/// RFC 8187: a file name as a header may carry it.
fn quoted(name: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

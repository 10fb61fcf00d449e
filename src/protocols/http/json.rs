//! JSON bodies, queries and paths that tell what is wrong with them.

use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, JsonConfig, PathConfig, PayloadConfig, QueryConfig, ServiceConfig};
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ErrorKind;

use super::problem::{ApiError, Fault};

/// A field that may be left out, null or a value: `#[serde(default, deserialize_with = "named")]`.
///
/// # Errors
/// As the value's own.
pub fn named<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Largest JSON body, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// A JSON body; what does not fit its type is answered with the path of the fault.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = is_json(request);
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !declared {
                return Err(ApiError::invalid("the body must have the content type application/json"));
            }
            let body = body.await.map_err(|error| match error.as_response_error().status_code() {
                actix_web::http::StatusCode::PAYLOAD_TOO_LARGE => too_large(),
                _ => ApiError::invalid("the body was cut short"),
            })?;
            parse(&body).map(Self)
        })
    }
}

/// Reads JSON; the fault's path is told as `$.a[0].b`.
///
/// # Errors
/// `ApiError` of kind `Invalid`.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = match error.path().to_string().as_str() {
            "." => String::from("$"),
            path => format!("$.{path}"),
        };
        let message = plain(&error.inner().to_string());
        ApiError::faults(vec![Fault { path, message }])
    })?;
    reader.end().map_err(|_| ApiError::invalid("something follows the JSON value"))?;
    Ok(value)
}

/// Makes actix-web's own extractors answer with problems too.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(PayloadConfig::new(BODY_LIMIT))
        .app_data(JsonConfig::default().limit(BODY_LIMIT).error_handler(|error, _| json_error(&error).into()))
        .app_data(QueryConfig::default().error_handler(|error, _| query_error(&error).into()))
        .app_data(PathConfig::default().error_handler(|error, _| path_error(&error).into()));
}

fn is_json(request: &HttpRequest) -> bool {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
    })
}

fn too_large() -> ApiError {
    ApiError::new(ErrorKind::TooLarge, format!("a JSON body has at most {BODY_LIMIT} bytes"))
}

fn json_error(error: &JsonPayloadError) -> ApiError {
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => too_large(),
        JsonPayloadError::ContentType => {
            ApiError::invalid("the body must have the content type application/json")
        }
        other => ApiError::invalid(plain(&other.to_string())),
    }
}

fn query_error(error: &QueryPayloadError) -> ApiError {
    ApiError::invalid(format!("the query of the address is wrong: {error}"))
}

/// An id that is none names nothing.
fn path_error(_: &PathError) -> ApiError {
    ApiError::new(ErrorKind::NotFound, "there is nothing here")
}

/// serde_json's position in the text helps nobody who did not write the text by hand.
fn plain(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

//! One request on its way to an endpoint, and what the answer means.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use uuid::Uuid;

use crate::ids::Timestamp;
use crate::protocols::http::outbound::{Answer, GuardedClient, Limits, OutboundError};

use super::sign;

/// Longest wait that an endpoint can ask for.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A request to be signed and sent.
pub struct Request<'a> {
    pub url: &'a str,
    pub form: bool,
    pub secret: &'a str,
    /// What it is about: the kind of the event, or the purpose of the endpoint.
    pub event: &'a str,
    pub delivery: Uuid,
    pub attempt: i64,
    pub body: String,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered(u16, Bytes),
    /// The endpoint says that it is gone for good, or its address may not be asked.
    Gone(Option<u16>, String),
    /// Tried again, not before so long if it says so.
    Later(Option<u16>, String, Option<Duration>),
}

impl Request<'_> {
    /// Signs and sends.
    pub async fn send(
        self,
        client: &GuardedClient,
        limits: Limits,
        now: Timestamp,
    ) -> Result<Answer, OutboundError> {
        let body = if self.form { with_token(self.secret, &self.body) } else { self.body };
        let timestamp = now.timestamp();
        let signature = sign::sign(self.secret, timestamp, body.as_bytes());
        let kind = if self.form { "application/x-www-form-urlencoded" } else { "application/json" };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        // Under Slack's names too, so that the libraries of receivers verify them.
        for name in ["x-kontor-signature", "x-slack-signature"] {
            set(name, &signature);
        }
        for name in ["x-kontor-request-timestamp", "x-slack-request-timestamp"] {
            set(name, &timestamp.to_string());
        }
        set("x-kontor-delivery", &self.delivery.to_string());
        set("x-kontor-event", self.event);
        set("x-kontor-attempt", &self.attempt.to_string());
        client.post(self.url, headers, Bytes::from(body), limits).await
    }
}

/// The form with Slack's verification token, which is nowhere stored.
fn with_token(secret: &str, form: &str) -> String {
    format!("token={}&{form}", sign::token(secret))
}

/// What the answer of an endpoint means.
#[must_use]
pub fn outcome(answer: Result<Answer, OutboundError>) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error @ (OutboundError::Refused | OutboundError::Address(_))) => {
            return Outcome::Gone(None, error.to_string());
        }
        Err(error) => return Outcome::Later(None, error.to_string(), None),
    };
    match answer.status {
        status @ 200..300 => Outcome::Delivered(status, answer.body),
        410 => Outcome::Gone(Some(410), "the endpoint is gone".into()),
        status => Outcome::Later(Some(status), format!("status {status}"), retry_after(&answer)),
    }
}

/// Seconds; a date is left to our own back-off.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let seconds = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(PATIENCE))
}

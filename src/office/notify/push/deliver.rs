//! One push on its way to its push service, and what the answer means.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::TimeDelta;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};

use crate::ids::Timestamp;
use crate::protocols::http::outbound::{Answer, GuardedClient, Limits, Longer, OutboundError};

use super::encrypt;
use super::keys::Vapid;
use super::store::Due;

/// What is older is not worth a push any more.
pub const LIFE: TimeDelta = TimeDelta::hours(24);
/// Longest wait that a push service can ask for.
const PATIENCE: Duration = Duration::from_secs(6 * 3600);

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The browser has ended the subscription.
    Gone,
    /// The push service does not want this message, now or ever.
    Refused(u16),
    /// It may take it later; not before so long, if it says so.
    Later(Option<Duration>),
}

/// Sends a push.
pub async fn deliver(client: &GuardedClient, vapid: &Vapid, push: &Due, now: Timestamp) -> Outcome {
    // Someone who was suspended meanwhile hears no more, and their browsers are forgotten.
    if !push.is_welcome() {
        return Outcome::Gone;
    }
    let Some(receiver) = push.receiver() else { return Outcome::Gone };
    let Ok(body) = encrypt::encrypt(&receiver, push.payload.as_bytes()) else { return Outcome::Refused(0) };
    let Some(headers) = headers(vapid, push, now) else { return Outcome::Gone };
    let limits =
        Limits { bytes: 4096, longer: Longer::Cut, time: Duration::from_secs(15), ..Limits::default() };
    outcome(client.post(&push.endpoint, headers, Bytes::from(body), limits).await)
}

/// TTL, Urgency and Topic of RFC 8030, 5.2 to 5.4.
fn headers(vapid: &Vapid, push: &Due, now: Timestamp) -> Option<HeaderMap> {
    let origin = Url::parse(&push.endpoint).ok()?.origin().ascii_serialization();
    let left = (push.created_at + LIFE - now).num_seconds().max(0);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert("ttl", HeaderValue::from(left));
    headers.insert("urgency", HeaderValue::from_static(if push.urgent { "high" } else { "normal" }));
    if let Some(bundle) = &push.bundle {
        // At most 32 signs of base64url, and nothing that tells the push service what it is about.
        let topic = BASE64_URL_SAFE_NO_PAD.encode(&blake3::hash(bundle.as_bytes()).as_bytes()[..24]);
        headers.insert("topic", HeaderValue::from_str(&topic).ok()?);
    }
    let mut authorization = HeaderValue::from_str(&vapid.authorization(&origin, now)).ok()?;
    authorization.set_sensitive(true);
    headers.insert(AUTHORIZATION, authorization);
    Some(headers)
}

/// What the answer of a push service means.
#[must_use]
pub fn outcome(answer: Result<Answer, OutboundError>) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        // An address that may not be asked will not become one that may.
        Err(OutboundError::Refused | OutboundError::Address(_)) => return Outcome::Gone,
        Err(_) => return Outcome::Later(None),
    };
    match answer.status {
        200..300 => Outcome::Delivered,
        404 | 410 => Outcome::Gone,
        408 | 425 | 429 | 500.. => Outcome::Later(retry_after(&answer)),
        status => Outcome::Refused(status),
    }
}

/// Seconds; a date is left to our own back-off.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let seconds = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(PATIENCE))
}

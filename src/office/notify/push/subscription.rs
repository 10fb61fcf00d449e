//! What a browser says of its subscription: `PushSubscription.toJSON()`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use p256::PublicKey;
use serde::Deserialize;

use crate::protocols::http::outbound::{Policy, addresses};

use super::super::error::NotifyError;
use super::encrypt::Receiver;

/// Longest address of a push service.
const ENDPOINT: usize = 2_000;

/// base64url with or without padding: browsers write both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `PushSubscription.toJSON()` (W3C Push API).
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = PushSubscription)]
pub struct SubscriptionJson {
    /// Address of the push service, which stands for the browser.
    pub endpoint: String,
    /// Milliseconds since 1970. Not used: a subscription that has ended is gone at its next push.
    #[serde(rename = "expirationTime", default)]
    pub expiration_time: Option<f64>,
    pub keys: KeysJson,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = PushSubscriptionKeys)]
pub struct KeysJson {
    /// Public key of the browser, P-256, base64url.
    pub p256dh: String,
    /// 16 secret bytes, base64url.
    pub auth: String,
}

/// A subscription that has the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub endpoint: String,
    pub receiver: Receiver,
}

impl Subscription {
    /// Reads a subscription; the address has to be one that may be asked, by HTTPS.
    ///
    /// # Errors
    /// `NotifyError::Invalid` names the field.
    pub fn parse(json: &SubscriptionJson, policy: Policy) -> Result<Self, NotifyError> {
        let invalid = |field, message| NotifyError::Invalid { field, message };
        let wrong = || invalid("$.endpoint", "must be the https address of a push service");
        let url = addresses::parse(&json.endpoint, policy).map_err(|_| wrong())?;
        if json.endpoint.len() > ENDPOINT || (url.scheme() != "https" && !policy.loopback) {
            return Err(wrong());
        }
        let wrong = || invalid("$.keys.p256dh", "must be a point of P-256 in base64url");
        let point = BASE64.decode(&json.keys.p256dh).map_err(|_| wrong())?;
        // Only the uncompressed form goes into the derivation of the keys.
        if point.len() != 65 {
            return Err(wrong());
        }
        let public = PublicKey::from_sec1_bytes(&point).map_err(|_| wrong())?;
        let wrong = || invalid("$.keys.auth", "must be 16 bytes in base64url");
        let auth = BASE64.decode(&json.keys.auth).map_err(|_| wrong())?;
        let auth = auth.try_into().map_err(|_| wrong())?;
        Ok(Self { endpoint: url.into(), receiver: Receiver { public, auth } })
    }

    /// Reads the bytes of a subscription as JSON.
    ///
    /// # Errors
    /// As `parse`.
    pub fn read(bytes: &[u8], policy: Policy) -> Result<Self, NotifyError> {
        let wrong = |_| NotifyError::Invalid { field: "$", message: "must be a PushSubscription" };
        Self::parse(&serde_json::from_slice(bytes).map_err(wrong)?, policy)
    }
}

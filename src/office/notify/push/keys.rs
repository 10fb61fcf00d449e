//! The key by which push services know a business (RFC 8292, VAPID).
//!
//! Each business has its own, sealed with the tenant's key: it moves with an export, and so do the
//! subscriptions, which are bound to it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;

use crate::ids::Timestamp;
use crate::scope::Scope;
use crate::store::{Store, args, row};

use super::super::error::NotifyError;
use super::encrypt::{fresh_key, point};

const PURPOSE: &str = "push key";
/// A signature is good for half of the day that RFC 8292 allows: clocks differ.
const GOOD: TimeDelta = TimeDelta::hours(12);

row! {
    struct KeyRow {
        public: Vec<u8>,
        sealed: Vec<u8>,
    }
}

/// The key of a business.
#[derive(Clone)]
pub struct Vapid {
    key: SigningKey,
    public: String,
    /// Whom a push service may write to; the address of the installation.
    contact: Option<String>,
}

/// The public key of a business, base64url; made at the first use.
///
/// # Errors
/// `NotifyError` when the store is not reachable.
pub async fn public_key(store: &Store, scope: &Scope) -> Result<String, NotifyError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(load_or_make(store, scope).await?.public))
}

async fn load_or_make(store: &Store, scope: &Scope) -> Result<KeyRow, NotifyError> {
    let sql = "SELECT public, sealed FROM push_keys WHERE tenant_id = $1";
    let mut tx = store.read(scope).await?;
    if let Some(row) = tx.optional(sql, args![scope.tenant]).await? {
        return Ok(row);
    }
    drop(tx);
    let key = fresh_key()?;
    let mut tx = store.begin(scope).await?;
    let sealed = store.secrets().seal(&mut tx, PURPOSE, &key.to_bytes()).await?;
    tx.execute(
        "INSERT INTO push_keys (tenant_id, public, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        args![scope.tenant, point(&key.public_key()), sealed],
    )
    .await?;
    // Read again: another request may have been the first.
    let row = tx.one(sql, args![scope.tenant]).await?;
    tx.commit().await?;
    Ok(row)
}

impl Vapid {
    /// The key of a business, made at the first use.
    ///
    /// # Errors
    /// `NotifyError` when the store is not reachable or what is in it is no key.
    pub async fn load(store: &Store, scope: &Scope, contact: Option<String>) -> Result<Self, NotifyError> {
        let row = load_or_make(store, scope).await?;
        let mut tx = store.read(scope).await?;
        let bytes = store.secrets().unseal(&mut tx, PURPOSE, &row.sealed).await?;
        let key = SecretKey::from_slice(&bytes).map_err(|_| NotifyError::Damaged("push key"))?;
        Ok(Self::new(&key, contact))
    }

    #[must_use]
    pub fn new(key: &SecretKey, contact: Option<String>) -> Self {
        let public = BASE64_URL_SAFE_NO_PAD.encode(point(&key.public_key()));
        Self { key: SigningKey::from(key), public, contact }
    }

    /// The `Authorization` for a push service, named by its origin (RFC 8292, 2 and 3).
    #[must_use]
    pub fn authorization(&self, origin: &str, now: Timestamp) -> String {
        let encode = |json: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let mut claims = json!({ "aud": origin, "exp": (now + GOOD).timestamp() });
        if let Some(contact) = &self.contact {
            claims["sub"] = json!(contact);
        }
        let head = encode(json!({ "typ": "JWT", "alg": "ES256" }));
        let text = format!("{head}.{}", encode(claims));
        let signature: Signature = self.key.sign(text.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={text}.{signature}, k={}", self.public)
    }
}

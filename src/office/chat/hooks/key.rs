//! Addresses that are their own right: `kh1.TENANT.SECRET` posts into a room, `ka1.…` answers a command.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::ids::TenantId;
use crate::store::StoreError;

/// Of the address of an incoming webhook.
pub const HOOK: &str = "kh1";
/// Of the address that answers a command.
pub const ANSWER: &str = "ka1";
const SECRET: usize = 32;

/// The SHA-256 of a key: all that is kept of it.
pub type KeyHash = [u8; 32];

/// Where others reach this installation; set once it listens.
#[derive(Clone, Default)]
pub struct BaseUrl(Arc<OnceLock<String>>);

impl BaseUrl {
    /// Sets it, once.
    pub fn set(&self, url: &str) {
        // A second start in one process does not happen.
        let _ = self.0.set(url.trim_end_matches('/').to_owned());
    }

    /// An address below it.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.get().map(String::as_str).unwrap_or_default())
    }
}

/// Makes a key; returns its hash and its text, which is shown once.
///
/// # Errors
/// `StoreError::Unavailable` when the machine has no random numbers.
pub fn make(prefix: &str, tenant: TenantId) -> Result<(KeyHash, String), StoreError> {
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let (tenant, secret) = (encode(tenant.0.as_bytes()), encode(&secret));
    let text = format!("{prefix}.{tenant}.{secret}");
    Ok((hash(&text), text))
}

/// Reads a key; tells nothing about whether it is still good.
#[must_use]
pub fn parse(prefix: &str, text: &str) -> Option<(TenantId, KeyHash)> {
    let mut parts = text.splitn(3, '.');
    if parts.next()? != prefix {
        return None;
    }
    let tenant: [u8; 16] = decode(parts.next()?)?;
    let _: [u8; SECRET] = decode(parts.next()?)?;
    Some((TenantId(Uuid::from_bytes(tenant)), hash(text)))
}

/// The hash of something that is to be recognised and not kept.
#[must_use]
pub fn mark(kind: &str, text: &str) -> KeyHash {
    hash(&format!("{kind}:{text}"))
}

fn hash(text: &str) -> KeyHash {
    Sha256::digest(text.as_bytes()).into()
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_were_made_and_nothing_else_is() {
        let tenant = TenantId(Uuid::from_u128(7));
        let (made, text) = make(HOOK, tenant).unwrap();
        assert_eq!(parse(HOOK, &text), Some((tenant, made)));
        assert_eq!(parse(ANSWER, &text), None);
        for wrong in ["", "kh1", "kh1..", "kh1.x.y", &text[..text.len() - 1], &format!("{text}A")] {
            assert_eq!(parse(HOOK, wrong), None, "{wrong}");
        }
    }
}

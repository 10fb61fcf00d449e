//! Session tokens: `kt1.<tenant>.<secret>`, both in base64url.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::ids::TenantId;

use super::error::IdentityError;

const PREFIX: &str = "kt1";
const SECRET: usize = 32;

/// The SHA-256 of a token: all that is kept of it.
pub type TokenHash = [u8; 32];

/// A token that has the right form.
pub struct SessionToken {
    pub tenant: TenantId,
    pub hash: TokenHash,
}

impl SessionToken {
    /// Makes a token; returns its text, which is shown once.
    pub fn make(tenant: TenantId) -> Result<(Self, String), IdentityError> {
        let secret: [u8; SECRET] = random()?;
        let text = format!("{PREFIX}.{}.{}", encode(tenant.0.as_bytes()), encode(&secret));
        Ok((Self { tenant, hash: hash(&text) }, text))
    }

    /// Reads a token; tells nothing about whether it is still good.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        if parts.next()? != PREFIX {
            return None;
        }
        let tenant: [u8; 16] = decode(parts.next()?)?;
        let _: [u8; SECRET] = decode(parts.next()?)?;
        Some(Self { tenant: TenantId(Uuid::from_bytes(tenant)), hash: hash(text) })
    }
}

/// The hash by which a token is found.
pub fn hash(text: &str) -> TokenHash {
    Sha256::digest(text.as_bytes()).into()
}

/// Bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], IdentityError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| IdentityError::Damaged("source of random numbers"))?;
    Ok(bytes)
}

pub fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

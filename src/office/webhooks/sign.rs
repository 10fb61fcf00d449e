//! Signatures of webhooks, as Slack documents them: `v0=` and the HMAC-SHA256 of `v0:TIMESTAMP:BODY`, in
//! hexadecimal.

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ids::Timestamp;

/// How far the clocks of the two sides may be apart, and how long a request may be on its way.
pub const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// Of a secret's own derivations: Slack's verification token.
const TOKEN: &[u8] = b"kontor verification token";

/// Why a signature is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    #[error("the request has no signature or no timestamp")]
    Missing,
    #[error("the timestamp is older or younger than five minutes")]
    Stale,
    #[error("the signature is wrong")]
    Wrong,
}

/// The signature of a body that is sent at `timestamp`, in seconds since 1970.
#[must_use]
pub fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let mac = mac(secret, &[b"v0:", timestamp.to_string().as_bytes(), b":", body]);
    format!("v0={}", blake3::Hash::from(mac).to_hex())
}

/// Checks the signature of a request; the comparison takes the same time wherever it fails.
///
/// # Errors
/// `BadSignature` says what is wrong with it.
pub fn verify(
    secret: &str,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), BadSignature> {
    let (timestamp, signature) = timestamp.zip(signature).ok_or(BadSignature::Missing)?;
    let seconds: i64 = timestamp.trim().parse().map_err(|_| BadSignature::Missing)?;
    let sent = Timestamp::from_timestamp(seconds, 0).ok_or(BadSignature::Stale)?;
    if (now - sent).abs() > WINDOW {
        return Err(BadSignature::Stale);
    }
    let given = signature.trim().strip_prefix("v0=").ok_or(BadSignature::Wrong)?;
    let given = blake3::Hash::from_hex(given).map_err(|_| BadSignature::Wrong)?;
    let expected = mac(secret, &[b"v0:", seconds.to_string().as_bytes(), b":", body]);
    // `Hash` compares in constant time.
    if given == blake3::Hash::from(expected) { Ok(()) } else { Err(BadSignature::Wrong) }
}

/// The token in the body by which older receivers know the sender.
#[must_use]
pub fn token(secret: &str) -> String {
    blake3::Hash::from(mac(secret, &[TOKEN])).to_hex()[..24].to_owned()
}

fn mac(secret: &str, parts: &[&[u8]]) -> [u8; 32] {
    // A key of HMAC has any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Slack's own documentation.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn signatures_are_those_of_the_documentation() {
        assert_eq!(sign(SECRET, 1_531_420_618, BODY.as_bytes()), SIGNATURE);
        let check = |timestamp, signature, now, expected| {
            let found = verify(SECRET, timestamp, signature, BODY.as_bytes(), at(now));
            assert_eq!(found, expected, "{timestamp:?} {signature:?} at {now}");
        };
        let (then, signed) = (Some("1531420618"), Some(SIGNATURE));
        check(then, signed, 1_531_420_618, Ok(()));
        check(then, signed, 1_531_420_918, Ok(()));
        check(then, signed, 1_531_420_919, Err(BadSignature::Stale));
        check(then, signed, 1_531_420_317, Err(BadSignature::Stale));
        check(None, signed, 1_531_420_618, Err(BadSignature::Missing));
        check(then, None, 1_531_420_618, Err(BadSignature::Missing));
        check(Some("soon"), signed, 1_531_420_618, Err(BadSignature::Missing));
        check(Some("9223372036854775807"), signed, 1_531_420_618, Err(BadSignature::Stale));
        check(Some("1531420619"), signed, 1_531_420_618, Err(BadSignature::Wrong));
        for wrong in ["", "v0=", "v1=00", "v0=zz", &SIGNATURE[..66], &SIGNATURE.replace("a2", "a3")] {
            check(then, Some(wrong), 1_531_420_618, Err(BadSignature::Wrong));
        }
    }
}

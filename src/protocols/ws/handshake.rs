//! The opening handshake of RFC 6455, section 4.2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Why a request cannot become a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    #[error("the request does not ask for a WebSocket")]
    NotWebSocket,
    #[error("only version 13 of the protocol is spoken here")]
    Version,
    #[error("the key of the handshake is missing or is not 16 bytes in base64")]
    Key,
}

/// The headers that the handshake looks at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer<'a> {
    pub upgrade: Option<&'a str>,
    pub version: Option<&'a str>,
    pub key: Option<&'a str>,
}

/// Checks the client's offer and writes the answer that switches protocols.
///
/// # Errors
/// `HandshakeError` says what is wrong with the offer.
pub fn accept(offer: Offer<'_>) -> Result<String, HandshakeError> {
    if !offer.upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        return Err(HandshakeError::NotWebSocket);
    }
    if offer.version != Some("13") {
        return Err(HandshakeError::Version);
    }
    let key = offer.key.ok_or(HandshakeError::Key)?;
    if STANDARD.decode(key).map(|bytes| bytes.len()) != Ok(16) {
        return Err(HandshakeError::Key);
    }
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    Ok(format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        STANDARD.encode(digest)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: Offer<'_> =
        Offer { upgrade: Some("websocket"), version: Some("13"), key: Some("dGhlIHNhbXBsZSBub25jZQ==") };

    #[test]
    fn the_sample_of_the_rfc_is_answered_as_the_rfc_says() {
        assert!(accept(OFFER).unwrap().contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    }

    #[test]
    fn other_offers_are_refused() {
        let check = |offer, error| assert_eq!(accept(offer), Err(error));
        check(Offer { upgrade: Some("h2c"), ..OFFER }, HandshakeError::NotWebSocket);
        check(Offer { version: Some("8"), ..OFFER }, HandshakeError::Version);
        check(Offer { key: Some("c2hvcnQ="), ..OFFER }, HandshakeError::Key);
        check(Offer { key: None, ..OFFER }, HandshakeError::Key);
    }
}

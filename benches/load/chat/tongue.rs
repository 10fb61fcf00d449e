//! How each server is spoken to over its WebSocket.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

/// A protocol of chat.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// docs/live-protocol.md.
    Live,
    /// Engine.IO 4 with Socket.IO 5.
    SocketIo,
    /// RFC 7395 with XEP-0045.
    Xmpp,
}

/// Every message carries this and its number in digits.
const MARK: &[u8] = b"zq";
const DIGITS: usize = 7;

impl Tongue {
    /// The text of a message: about as long as people write, with its number in it.
    pub fn text(number: usize) -> String {
        format!(
            "zq{number:07} Could you look at the second draft before we meet the people from Lisbon tomorrow?"
        )
    }

    /// What says something in a room.
    pub fn post(self, room: &str, number: usize) -> String {
        let text = Self::text(number);
        match self {
            Self::Live => {
                let id = uuid::Uuid::from_u128((0x7000_8000_0000_0000_0000 << 48) | fresh());
                let params = json!({ "room": room, "text": text });
                json!({ "op": "command", "id": id, "name": "chat.post", "params": params }).to_string()
            }
            Self::SocketIo => format!("42{number}{}", json!(["post", room, text])),
            Self::Xmpp => format!(
                "<message xmlns=\"jabber:client\" type=\"groupchat\" to=\"{room}\" id=\"p{number}\">\
                 <body>{text}</body></message>"
            ),
        }
    }

    /// Calls `found` with the number of every message that a frame delivers. An acknowledgement is none.
    pub fn delivered(self, payload: &[u8], mut found: impl FnMut(usize)) {
        let prefix: &[u8] = match self {
            Self::Live => br#"{"op":"events","topic":"room:"#,
            Self::SocketIo => br#"42["message""#,
            Self::Xmpp => b"<message",
        };
        if !payload.starts_with(prefix) {
            return;
        }
        let mut rest = payload;
        while let Some(start) = memchr::memmem::find(rest, MARK) {
            rest = &rest[start + MARK.len()..];
            let digits = rest.get(..DIGITS).and_then(|digits| std::str::from_utf8(digits).ok());
            if let Some(number) = digits.and_then(|digits| digits.parse().ok()) {
                found(number);
            }
        }
    }

    /// What must be answered so that the server takes the client for alive.
    pub fn answer(self, payload: &[u8]) -> Option<&'static [u8]> {
        (self == Self::SocketIo && payload == b"2").then_some(b"3")
    }
}

/// A number that no other command of this run has.
fn fresh() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(0);
    let started = u128::from(std::process::id());
    (started << 40) | u128::from(LAST.fetch_add(1, Ordering::Relaxed))
}

/// SASL PLAIN (RFC 4616).
pub fn plain(user: &str, password: &str) -> String {
    BASE64_STANDARD.encode(format!("\0{user}\0{password}"))
}

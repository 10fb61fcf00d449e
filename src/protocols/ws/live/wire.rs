//! The messages of the live socket as JSON.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::UserId;
use crate::protocols::http::problem::Problem;
use crate::protocols::ws::frame::{self, Opcode};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// What a client says.
#[derive(Debug, Deserialize, PartialEq, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
#[schema(as = LiveClientMessage)]
pub enum ClientMessage {
    Subscribe {
        topics: Vec<TopicFrom>,
    },
    Unsubscribe {
        topics: Vec<String>,
    },
    Command {
        id: Uuid,
        name: String,
        #[serde(default)]
        params: Value,
        #[serde(default)]
        resent: bool,
    },
    Ping,
}

/// A topic and how far the client knows it.
#[derive(Debug, Deserialize, PartialEq, ToSchema)]
#[schema(as = LiveTopicFrom)]
pub struct TopicFrom {
    pub topic: String,
    pub after: Option<i64>,
}

/// What the server says.
#[derive(Serialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
#[schema(as = LiveServerMessage)]
pub enum ServerMessage<'a> {
    Welcome { version: u32, user: UserId, heartbeat: u64 },
    Subscribed { topic: &'a str, cursor: i64, resumed: bool },
    Refused { topic: &'a str, code: &'a str, detail: &'a str },
    Events { topic: &'a str, events: &'a [Value] },
    Signal { topic: &'a str, kind: &'a str, data: &'a Value },
    Ended { topic: &'a str, code: &'a str },
    Done { id: Uuid, result: &'a Value },
    Failed { id: Uuid, error: &'a Problem },
    Pong,
    Beat,
}

impl ServerMessage<'_> {
    /// The message as a frame that any number of clients can share.
    #[must_use]
    pub fn frame(&self) -> Bytes {
        // Nothing in a message can fail to become JSON: its keys are strings.
        frame::encode(Opcode::Text, &serde_json::to_vec(self).unwrap_or_default())
    }
}

/// Messages that leave together as one frame.
#[must_use]
pub fn frame(messages: &[ServerMessage<'_>]) -> Bytes {
    match messages {
        [one] => one.frame(),
        all => frame::encode(Opcode::Text, &serde_json::to_vec(all).unwrap_or_default()),
    }
}

/// A frame of events that are JSON already: `events` is the inside of the array.
#[must_use]
pub fn events_frame(topic: &str, events: &[u8]) -> Bytes {
    let mut text = Vec::with_capacity(events.len() + topic.len() + 48);
    text.extend_from_slice(br#"{"op":"events","topic":""#);
    // Names of topics are made of letters, digits, colons and hyphens: nothing to escape.
    text.extend_from_slice(topic.as_bytes());
    text.extend_from_slice(br#"","events":["#);
    text.extend_from_slice(events);
    text.extend_from_slice(b"]}");
    frame::encode(Opcode::Text, &text)
}

/// Reads one message of a client.
///
/// # Errors
/// What is wrong with it, for the reason of the close frame.
pub fn parse(text: &[u8]) -> Result<ClientMessage, Malformed> {
    let text = std::str::from_utf8(text).map_err(|_| Malformed::Utf8)?;
    serde_json::from_str(text).map_err(|_| Malformed::Json)
}

/// Why a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    Utf8,
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_and_what_is_unknown_in_them_is_ignored() {
        let check = |text: &str, expected| assert_eq!(parse(text.as_bytes()), expected);
        check(r#"{"op":"ping","later":1}"#, Ok(ClientMessage::Ping));
        let topics = vec![TopicFrom { topic: "me".into(), after: None }];
        check(r#"{"op":"subscribe","topics":[{"topic":"me"}]}"#, Ok(ClientMessage::Subscribe { topics }));
        check(r#"{"op":"dance"}"#, Err(Malformed::Json));
        check("[", Err(Malformed::Json));
        assert_eq!(parse(&[0xff]), Err(Malformed::Utf8));
    }

    #[test]
    fn events_are_the_same_however_they_are_written() {
        let event = serde_json::json!({ "seq": 1 });
        let one = ServerMessage::Events { topic: "me", events: std::slice::from_ref(&event) }.frame();
        assert_eq!(one, events_frame("me", event.to_string().as_bytes()));
    }
}

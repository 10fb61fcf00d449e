//! One live socket: what a client subscribes to and what it wants done.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::join_all;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::ErrorKind;
use crate::ids::UserId;
use crate::protocols::http::problem::ApiError;
use crate::protocols::ws::inbox::Incoming;
use crate::protocols::ws::outlet::{Close, Outlet};
use crate::protocols::ws::pace::Pace;
use crate::protocols::ws::socket::Backend;
use crate::scope::Scope;

use super::asyncapi::{Entry, Nothing};
use super::hub::{ME, PEOPLE, Place, Presence};
use super::wire::{self, ClientMessage, Malformed, ServerMessage, TopicFrom};
use super::{Command, Listener, Live, Subscription};

/// Messages that a client may send in a second, and twice that at once.
const MESSAGES_PER_SECOND: u32 = 30;
/// Topics that one socket may hear.
const TOPICS: usize = 1_000;
/// Topics that one message may name.
const TOPICS_AT_ONCE: usize = 200;
/// Characters of a topic's name.
const NAME: usize = 100;

const TOO_FAST: Close = Close { code: 4429, reason: "too many messages in a short time" };
const NOT_TEXT: Close = Close { code: 4400, reason: "messages are JSON in text frames" };
const NOT_UTF8: Close = Close { code: 1007, reason: "the message is not UTF-8" };

/// One live socket.
pub struct LiveSession {
    live: Live,
    scope: Scope,
    outlet: Arc<Outlet>,
    place: Place,
    topics: HashMap<String, Subscription>,
    pace: Pace,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = LiveSetPresence)]
struct SetPresence {
    state: Presence,
}

/// What the socket itself takes and says.
#[must_use]
pub fn live_api() -> Vec<Entry> {
    vec![
        Entry::command::<SetPresence, Nothing>("presence.set", "whether somebody sits there; never answered"),
        Entry::signal::<Present>(PEOPLE, "presence", "somebody came, went or has gone quiet"),
    ]
}

/// Who is there.
#[derive(ToSchema)]
#[schema(as = LivePresence)]
#[expect(dead_code, reason = "described here, made in the hub")]
struct Present {
    user: UserId,
    /// `online`, `away` or `offline`.
    state: String,
}

impl LiveSession {
    #[must_use]
    pub fn new(live: Live, scope: Scope, place: Place, outlet: Arc<Outlet>) -> Self {
        let pace = Pace::new(MESSAGES_PER_SECOND, live.clock.monotonic());
        Self { live, scope, outlet, place, topics: HashMap::new(), pace }
    }

    async fn subscribe(&mut self, topics: Vec<TopicFrom>) {
        if topics.len() > TOPICS_AT_ONCE {
            let detail = format!("a message names at most {TOPICS_AT_ONCE} topics");
            return topics.iter().for_each(|from| self.refuse(&from.topic, "too_many", &detail));
        }
        for from in topics {
            // The one before ends first: each topic is heard once.
            self.topics.remove(&from.topic);
            if self.topics.len() >= TOPICS {
                let detail = format!("a socket hears at most {TOPICS} topics");
                self.refuse(&from.topic, "too_many", &detail);
                continue;
            }
            if from.topic == ME || from.topic == PEOPLE {
                self.hear_hub(&from.topic);
                continue;
            }
            match self.find(&from).await {
                Ok(subscription) => drop(self.topics.insert(from.topic, subscription)),
                Err(error) => self.refuse(&from.topic, error.code, &error.problem().detail),
            }
        }
    }

    /// What the hub tells needs no actor: it is of the moment.
    fn hear_hub(&mut self, topic: &str) {
        if topic == PEOPLE {
            self.place.listen_to_people(true);
        }
        let topic: &str = topic;
        self.outlet.push(ServerMessage::Subscribed { topic, cursor: 0, resumed: false }.frame());
        self.topics.insert(topic.to_owned(), Box::new(()));
    }

    async fn find(&self, from: &TopicFrom) -> Result<Subscription, ApiError> {
        let unknown = || ApiError::new(ErrorKind::NotFound, "there is no such topic");
        let (prefix, _) = from.topic.split_once(':').ok_or_else(unknown)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-');
        if from.topic.len() > NAME || !from.topic.bytes().all(plain) {
            return Err(unknown());
        }
        let feature = self.live.features.iter().find(|feature| feature.prefix() == prefix);
        let listener = Listener {
            scope: self.scope.clone(),
            topic: from.topic.clone(),
            after: from.after,
            outlet: self.outlet.clone(),
        };
        feature.ok_or_else(unknown)?.subscribe(listener).await
    }

    /// The topic's name came from the client and is told back cut off.
    fn refuse(&self, topic: &str, code: &str, detail: &str) {
        let topic: String = topic.chars().take(NAME).collect();
        self.outlet.push(ServerMessage::Refused { topic: &topic, code, detail }.frame());
    }

    fn unsubscribe(&mut self, topics: &[String]) {
        for topic in topics {
            self.topics.remove(topic);
            if topic == PEOPLE {
                self.place.listen_to_people(false);
            }
        }
    }

    fn command(&self, command: Command) -> impl Future<Output = ()> + use<> {
        let (live, outlet, id) = (self.live.clone(), self.outlet.clone(), command.id);
        let silent = command.name == "chat.typing" || command.name == "presence.set";
        if command.name == "presence.set"
            && let Ok(set) = SetPresence::deserialize(&command.params)
        {
            self.place.set_presence(set.state);
        }
        async move {
            let result = match command.name.as_str() {
                "presence.set" => Ok(Value::Null),
                name => {
                    let speaks = |prefix: &&str| name.starts_with(prefix);
                    match live.features.iter().find(|feature| feature.commands().iter().any(speaks)) {
                        Some(feature) => feature.command(command).await,
                        None => Err(ApiError::invalid("there is no such command")),
                    }
                }
            };
            match result {
                Ok(_) if silent => {}
                Ok(result) => outlet.push(ServerMessage::Done { id, result: &result }.frame()),
                Err(error) => outlet.push(ServerMessage::Failed { id, error: &error.problem() }.frame()),
            }
        }
    }
}

impl Backend for LiveSession {
    async fn receive(&mut self, messages: Vec<Incoming>) -> Result<(), Close> {
        if !self.pace.take(messages.len(), self.live.clock.monotonic()) {
            return Err(TOO_FAST);
        }
        let mut commands = Vec::new();
        for message in messages {
            let Incoming::Text(text) = message else { return Err(NOT_TEXT) };
            match wire::parse(&text) {
                Ok(ClientMessage::Subscribe { topics }) => self.subscribe(topics).await,
                Ok(ClientMessage::Unsubscribe { topics }) => self.unsubscribe(&topics),
                Ok(ClientMessage::Command { id, name, params, resent }) => {
                    let (scope, hub) = (self.scope.clone(), self.place.hub().clone());
                    commands.push(self.command(Command { scope, hub, id, name, params, resent }));
                }
                Ok(ClientMessage::Ping) => self.outlet.push(ServerMessage::Pong.frame()),
                Err(Malformed::Utf8) => return Err(NOT_UTF8),
                Err(Malformed::Json) => return Err(NOT_TEXT),
            }
        }
        // Side by side, so that what came together is stored together.
        join_all(commands).await;
        Ok(())
    }

    async fn rejoin(&mut self) -> Result<(), Close> {
        // Actors tell `ended` when they go, and the client subscribes again.
        Ok(())
    }

    fn heartbeat(&self) -> Option<Bytes> {
        Some(ServerMessage::Beat.frame())
    }
}

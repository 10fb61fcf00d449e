//! A client of the live socket (docs/live-protocol.md).

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::Client;
use crate::live_api;

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(10);

/// One live socket.
pub struct Live {
    socket: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>,
    /// Messages that came and were not asked for yet.
    waiting: Vec<Value>,
}

impl Live {
    /// Connects as this person.
    pub async fn open(address: &str, client: &Client) -> Self {
        let mut request = format!("ws://{address}/api/v1/live?v=1").into_client_request().unwrap();
        let bearer = format!("Bearer {}", client.token()).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let (socket, _) = connect_async(request).await.unwrap();
        let mut live = Self { socket, waiting: Vec::new() };
        assert_eq!(live.next(|message| message["op"] == "welcome").await["version"], 1);
        live
    }

    pub async fn send(&mut self, message: Value) {
        self.send_raw(Message::Text(message.to_string().into())).await;
    }

    pub async fn send_raw(&mut self, message: Message) {
        // A connection that the server has closed shows in `closed`.
        let _ = self.socket.send(message).await;
    }

    /// Subscribes to one topic and returns how that was answered.
    pub async fn subscribe(&mut self, topic: &str, after: Option<i64>) -> Value {
        self.send(json!({ "op": "subscribe", "topics": [{ "topic": topic, "after": after }] })).await;
        let answers = |message: &Value| {
            (message["op"] == "subscribed" || message["op"] == "refused") && message["topic"] == topic
        };
        self.next(answers).await
    }

    /// Sends a command and returns how it was answered.
    pub async fn command(&mut self, id: uuid::Uuid, name: &str, params: Value, resent: bool) -> Value {
        let command = json!({ "op": "command", "id": id, "name": name, "params": params, "resent": resent });
        self.send(command).await;
        let id = id.to_string();
        self.next(move |message| message["id"] == id.as_str()).await
    }

    /// The next event of a topic of this kind.
    pub async fn event(&mut self, topic: &str, kind: &str) -> Value {
        let is = |event: &Value| event["kind"] == kind;
        let holds = |message: &Value| {
            message["topic"] == topic
                && (is(message) || message["events"].as_array().is_some_and(|events| events.iter().any(is)))
        };
        let mut message = self.next(holds).await;
        let Some(events) = message["events"].as_array_mut() else { return message };
        let index = events.iter().position(is).unwrap();
        let event = events.remove(index);
        if !events.is_empty() {
            self.waiting.insert(0, message);
        }
        event
    }

    /// The first message that is so; those before it wait.
    pub async fn next(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.waiting.iter().position(&is) {
            return self.waiting.remove(index);
        }
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let frame = self.socket.next().await.expect("the server has ended the connection").unwrap();
                let Message::Text(text) = frame else { continue };
                let first = self.waiting.len();
                let came = messages(&text);
                came.iter().for_each(live_api::check);
                self.waiting.extend(came);
                if let Some(index) = self.waiting[first..].iter().position(&is) {
                    return self.waiting.remove(first + index);
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("it did not come; these did: {:?}", self.waiting))
    }

    /// Forgets what came and was not asked for.
    pub fn skip(&mut self) {
        self.waiting.clear();
    }

    /// Whether nothing more of this kind comes within a moment.
    pub async fn hears_nothing(&mut self, topic: &str) -> bool {
        let quiet = tokio::time::timeout(Duration::from_millis(300), async {
            while let Some(Ok(frame)) = self.socket.next().await {
                let Message::Text(text) = frame else { continue };
                for message in messages(&text) {
                    if message["topic"] == topic {
                        return message;
                    }
                    self.waiting.push(message);
                }
            }
            Value::Null
        });
        match quiet.await {
            Err(_) => !self.waiting.iter().any(|message| message["topic"] == topic),
            Ok(heard) => heard.is_null(),
        }
    }

    /// Waits until the server closes the connection.
    pub async fn closed(&mut self) -> Option<CloseFrame> {
        let closed = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(frame))) => return frame,
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        });
        closed.await.expect("the server does not close the connection")
    }
}

/// The messages of one frame: one, or several that left together.
fn messages(text: &str) -> Vec<Value> {
    match serde_json::from_str(text).unwrap() {
        Value::Array(all) => all,
        one => vec![one],
    }
}

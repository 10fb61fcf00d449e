//! Webhooks in both directions, slash commands, and bots.

mod commands;
pub mod endpoint;
mod incoming;
mod outgoing;

mod bots;

use std::time::Duration;

use kontor::actors::Clock;
use serde_json::{Value, json};

use crate::harness::{Client, Engine, TestServer};

/// A server that may ask addresses of this machine.
pub async fn server_on(engine: Engine) -> TestServer {
    TestServer::start_with(engine, Clock::system(), |settings| settings.outbound.loopback = true).await
}

/// Declares a test on both databases, with a server that may ask this machine.
#[macro_export]
macro_rules! on_both_outbound {
    ($name:ident, |$server:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "some tests need nothing of their file")]
            use super::*;

            async fn test($server: $crate::harness::TestServer) {
                $body
                $server.finish().await;
            }

            #[test]
            fn on_sqlite() {
                let engine = $crate::harness::Engine::Sqlite;
                actix_rt::System::new()
                    .block_on(async { test($crate::chat_hooks::server_on(engine).await).await });
            }

            #[test]
            fn on_postgres() {
                let engine = $crate::harness::Engine::Postgres;
                actix_rt::System::new()
                    .block_on(async { test($crate::chat_hooks::server_on(engine).await).await });
            }
        }
    };
}

/// The body of an answer with this status.
async fn value(answer: reqwest::Response, status: u16) -> Value {
    let (url, found) = (answer.url().clone(), answer.status().as_u16());
    let body = answer.text().await.unwrap();
    assert_eq!(found, status, "{url}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

async fn channel(owner: &Client, name: &str, members: &[&Client]) -> String {
    let members: Vec<_> = members.iter().map(|client| client.user_id()).collect();
    let new = json!({ "kind": "channel", "name": name, "members": members });
    let room = value(owner.post("/chat/rooms", new).await, 201).await;
    room["id"].as_str().unwrap().to_owned()
}

async fn say(client: &Client, room: &str, text: &str) -> Value {
    value(client.post(&format!("/chat/rooms/{room}/messages"), json!({ "text": text })).await, 201).await
}

async fn messages(client: &Client, room: &str) -> Vec<Value> {
    let page = value(client.get(&format!("/chat/rooms/{room}/messages?limit=200")).await, 200).await;
    page["messages"].as_array().unwrap().clone()
}

async fn texts(client: &Client, room: &str) -> Vec<String> {
    messages(client, room).await.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

/// Waits for what must happen; the limit only ends a test that has failed.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..1500 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain until {what}");
}

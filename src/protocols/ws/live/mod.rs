//! The live socket: one WebSocket per client on which it hears of everything that it may see.
//!
//! `docs/live-protocol.md` describes the messages. What a topic is and what a command does is for
//! the features to say: each implements `Feature`, `app.rs` joins them.

pub mod asyncapi;
pub mod hub;
pub mod listeners;
pub mod session;
pub mod upgrade;
pub mod wire;

use std::any::Any;
use std::sync::Arc;

use futures::future::LocalBoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::Clock;
use crate::protocols::http::problem::ApiError;
use crate::scope::Scope;

use super::outlet::Outlet;
use hub::{Hub, Hubs};

/// Someone who wants to hear a topic.
pub struct Listener {
    pub scope: Scope,
    /// The whole name of the topic.
    pub topic: String,
    /// The client's cursor, when it has heard the topic before.
    pub after: Option<i64>,
    pub outlet: Arc<Outlet>,
}

/// Something that a client wants done.
pub struct Command {
    pub scope: Scope,
    pub hub: Arc<Hub>,
    /// Made by the client; the same when the command is sent again.
    pub id: Uuid,
    pub name: String,
    pub params: Value,
    /// Whether the client has sent it before and heard no answer.
    pub resent: bool,
}

/// Ends a subscription when it is dropped.
pub type Subscription = Box<dyn Any>;

/// A part of the program that speaks on the live socket.
pub trait Feature: Send + Sync {
    /// What the names of its topics begin with, such as `room` in `room:ID`.
    fn prefix(&self) -> &'static str;

    /// The names of its commands begin with one of these, such as `chat.`.
    fn commands(&self) -> &'static [&'static str];

    /// Checks the right and begins to push frames to the listener's outlet, `subscribed` first.
    fn subscribe(&self, listener: Listener) -> LocalBoxFuture<'static, Result<Subscription, ApiError>>;

    /// Carries a command out; answers once it is stored.
    fn command(&self, command: Command) -> LocalBoxFuture<'static, Result<Value, ApiError>>;
}

/// What all live sockets share.
#[derive(Clone)]
pub struct Live {
    pub features: Arc<[Arc<dyn Feature>]>,
    pub hubs: Hubs,
    pub clock: Clock,
}

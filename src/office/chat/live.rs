//! Rooms on the live socket: topics and commands.

use std::sync::Arc;

use actix::Addr;
use futures::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::ids::RoomId;
use crate::office::notify::messages as notify;
use crate::protocols::http::problem::ApiError;
use crate::protocols::ws::live::{Command, Feature, Listener, Subscription};
use crate::scope::Scope;

use super::error::ChatError;
use super::hooks::commands::Given;
use super::messages::{ListenerId, Subscribe, Typing, Unsubscribe};
use super::room::Room;
use super::service::{Chat, NewMessage};
use super::store::{members, threads};

/// Chat as a feature of the live socket.
pub struct ChatLive(pub Chat);

/// Ends the subscription when it is dropped.
struct Heard {
    room: Addr<Room>,
    id: ListenerId,
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.room.do_send(Unsubscribe(self.id));
    }
}

#[derive(Deserialize)]
struct InRoom {
    room: RoomId,
}

#[derive(Deserialize)]
struct TypingIn {
    room: RoomId,
    thread: Option<i64>,
}

#[derive(Deserialize)]
struct ReadUpTo {
    room: RoomId,
    seq: i64,
    thread: Option<i64>,
}

impl Feature for ChatLive {
    fn prefix(&self) -> &'static str {
        "room"
    }

    fn commands(&self) -> &'static [&'static str] {
        &["chat."]
    }

    fn subscribe(&self, listener: Listener) -> LocalBoxFuture<'static, Result<Subscription, ApiError>> {
        let chat = self.0.clone();
        Box::pin(async move {
            let id = listener.topic.strip_prefix("room:").and_then(|id| id.parse().ok());
            let room = chat.room(&listener.scope, id.ok_or(ChatError::NoRoom)?).await?;
            let id = room.send(Subscribe(listener)).await.map_err(|_| ChatError::Busy)??;
            Ok(Box::new(Heard { room, id }) as Subscription)
        })
    }

    fn command(&self, command: Command) -> LocalBoxFuture<'static, Result<Value, ApiError>> {
        let chat = self.0.clone();
        Box::pin(async move {
            let Command { scope, id, name, params, resent, .. } = command;
            match name.as_str() {
                "chat.post" => {
                    let InRoom { room } = read(&params)?;
                    let mut message: NewMessage = read(&without_room(params))?;
                    (message.command_id, message.resent) = (Some(id), resent);
                    let message = chat.post(&scope, room, message).await?;
                    Ok(json!({ "message": message }))
                }
                "chat.command" => {
                    let InRoom { room } = read(&params)?;
                    let mut given: Given = read(&without_room(params))?;
                    (given.command_id, given.resent) = (Some(id), resent);
                    Ok(json!(chat.command(&scope, room, &given).await?))
                }
                "chat.typing" => {
                    let TypingIn { room, thread } = read(&params)?;
                    let typing = Typing { scope: scope.clone(), thread };
                    chat.room(&scope, room).await?.send(typing).await.map_err(|_| ChatError::Busy)?;
                    Ok(Value::Null)
                }
                "chat.read" => {
                    let ReadUpTo { room, seq, thread } = read(&params)?;
                    chat.set_read(&scope, room, seq, thread).await?;
                    Ok(Value::Null)
                }
                _ => Err(ApiError::invalid("there is no such command")),
            }
        })
    }
}

impl Chat {
    /// Writes down how far someone has read, and tells their other devices.
    pub async fn set_read(
        &self,
        scope: &Scope,
        room: RoomId,
        seq: i64,
        thread: Option<i64>,
    ) -> Result<(), ChatError> {
        let user = scope.user().ok_or(ChatError::NotMember)?;
        let seq = seq.max(0);
        let mut tx = self.store.begin(scope).await?;
        let told = match thread {
            Some(thread) => {
                members::role_of(&mut tx, room, user).await?.ok_or(ChatError::NoRoom)?;
                threads::set_read(&mut tx, room, thread, user, seq).await?;
                json!({ "room": room, "thread": thread, "read_seq": seq, "unread": 0, "mentions": 0 })
            }
            None => {
                let state = members::set_read(&mut tx, user, room, seq).await?.ok_or(ChatError::NoRoom)?;
                let (unread, mentions) = (state.unread, state.mentions);
                json!({ "room": room, "thread": null, "read_seq": seq, "unread": unread, "mentions": mentions })
            }
        };
        let (group, now) = (format!("room:{room}"), self.clock.now());
        for statement in notify::read_statements(scope.tenant, user, &group, now) {
            tx.run(statement).await?;
        }
        tx.commit().await?;
        self.hubs.of(scope.tenant).tell(user, "chat.read", &told);
        if let Some(env) = self.tenants.peek(scope.tenant) {
            notify::announce_read(&env.bus(), scope.tenant, user, &group, now);
        }
        Ok(())
    }
}

fn without_room(mut params: Value) -> Value {
    if let Value::Object(fields) = &mut params {
        fields.remove("room");
    }
    params
}

fn read<T: DeserializeOwned>(params: &Value) -> Result<T, ApiError> {
    T::deserialize(params).map_err(|error| ApiError::invalid(format!("the parameters: {error}")))
}

/// Chat as the live socket takes it.
#[must_use]
pub fn feature(chat: Chat) -> Arc<dyn Feature> {
    Arc::new(ChatLive(chat))
}

//! What endpoints answer: to an outgoing webhook at once, to a command for half an hour.

use futures::future::LocalBoxFuture;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::actors::TenantEnv;
use crate::ids::{RoomId, UserId, uuid_at};
use crate::office::identity::Identity;
use crate::office::webhooks::messages::{Answered, TakesAnswers, endpoint};
use crate::scope::Scope;
use crate::store::StoreError;

use super::super::error::ChatError;
use super::super::room::Room;
use super::super::service::Chat;
use super::super::store::{commands, hooks, members};
use super::incoming::{Refused, Speech, closed, speak};
use super::key;
use super::outgoing::PURPOSE;
use super::payload::{self, Said};

/// How often an answer address may be used.
const USES: i64 = 5;

/// Posts what the endpoints of rooms answer.
pub struct HookAnswers(pub Identity);

impl TakesAnswers for HookAnswers {
    fn purpose(&self) -> &'static str {
        PURPOSE
    }

    fn take(
        &self,
        tenant: &TenantEnv,
        answered: Answered,
    ) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        let (tenant, identity) = (tenant.clone(), self.0.clone());
        Box::pin(async move {
            // Only JSON is an answer: the page of a proxy is none.
            let is_json = answered.answer.trim_ascii_start().starts_with(b"{");
            let Some(said) = is_json.then(|| payload::read_answer(&answered.answer).ok()).flatten() else {
                return Ok(());
            };
            match post_answer(&tenant, &identity, answered, said).await {
                // Posted before a crash, or the room has no place for it any more.
                Ok(()) | Err(ChatError::Store(StoreError::Conflict)) => Ok(()),
                Err(ChatError::Store(error)) => Err(error),
                Err(ChatError::Busy) => Err(StoreError::Unavailable("the room is recovering".into())),
                Err(error) => {
                    tracing::info!(%error, "the answer of a webhook was not posted");
                    Ok(())
                }
            }
        })
    }
}

async fn post_answer(
    tenant: &TenantEnv,
    identity: &Identity,
    answered: Answered,
    said: Said,
) -> Result<(), ChatError> {
    let (store, id) = (&tenant.store, tenant.tenant);
    let mut tx = store.read(&Scope::system(id)).await?;
    let Some(hook) = hooks::find_outgoing(&mut tx, answered.endpoint).await? else { return Ok(()) };
    let name = endpoint(&mut tx, hook.id).await?.name;
    drop(tx);
    // The mark is stored with the message: an answer that comes again appears once.
    let mark = key::mark("delivery", &answered.delivery.to_string());
    let speech = Speech {
        id: hook.id,
        name: said.name.unwrap_or(name),
        icon: said.icon.unwrap_or(hook.icon),
        text: said.text,
        thread: thread_of(&answered.request),
        also: vec![hooks::see(id, hook.id, &mark, tenant.clock.now())],
    };
    let room = tenant.registrar::<Room>().locate(hook.room_id).await.map_err(|_| ChatError::Busy)?;
    speak(store, identity, id, (hook.room_id, room), speech).await.map(|_| ())
}

/// The thread of the message that was told.
fn thread_of(request: &str) -> Option<i64> {
    if let Ok(event) = serde_json::from_str::<Value>(request) {
        return Option::deserialize(&event["message"]["thread"]).ok().flatten();
    }
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(request).ok()?;
    fields.into_iter().find(|(name, _)| name == "thread_seq").and_then(|(_, seq)| seq.parse().ok())
}

impl Chat {
    /// Takes what comes to the answer address of a command.
    ///
    /// # Errors
    /// `Refused` says why it is not taken.
    pub async fn take_answer(&self, key: &str, content_type: &str, body: &[u8]) -> Result<(), Refused> {
        let (tenant, hash) = key::parse(key::ANSWER, key).ok_or(Refused::Expired)?;
        self.identity.check_open(tenant).await.map_err(|error| closed(error, Refused::Expired))?;
        let said = payload::read(content_type, body)?;
        let (scope, now) = (Scope::system(tenant), self.clock.now());
        let mut tx = self.store.begin(&scope).await?;
        let call = commands::by_hash(&mut tx, &hash).await?.filter(|call| call.until > now);
        let call = call.ok_or(Refused::Expired)?;
        let is_there = members::role_of(&mut tx, call.room_id, call.user_id).await?.is_some();
        let command = commands::find(&mut tx, call.command_id).await?.filter(|_| is_there);
        let command = command.ok_or(Refused::Expired)?;
        if !commands::use_answer(&mut tx, &hash, USES).await? {
            return Err(Refused::Used);
        }
        tx.commit().await?;
        let in_channel = said.in_channel;
        let speech = Speech {
            id: command.id,
            name: said.name.unwrap_or(command.name),
            icon: said.icon.unwrap_or(command.icon),
            text: said.text,
            thread: call.thread_seq,
            also: Vec::new(),
        };
        if !in_channel {
            self.whisper(&scope, call.user_id, call.room_id, &speech);
            return Ok(());
        }
        let room = self.room(&scope, call.room_id).await?;
        speak(&self.store, &self.identity, tenant, (call.room_id, room), speech).await?;
        Ok(())
    }

    /// Tells one person something that is stored nowhere.
    fn whisper(&self, scope: &Scope, user: UserId, room: RoomId, speech: &Speech) {
        let now = self.clock.now();
        let told = json!({
            "id": uuid_at(now), "room": room, "thread": speech.thread, "name": speech.name,
            "icon": speech.icon, "text": speech.text, "at": now,
        });
        self.hubs.of(scope.tenant).tell(user, "chat.ephemeral", &told);
    }
}

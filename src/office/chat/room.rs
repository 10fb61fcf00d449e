//! The actor `Room`: what is said in one room, in one order.
//!
//! What happens gets the next number, is stored, told to everyone who listens, and acknowledged, in
//! this order. While one batch is on its way to the store, the next one gathers.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::{Bus, Clock};
use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::office::identity::Identity;
use crate::office::notify::messages::{Added, announce};
use crate::office::webhooks::messages as webhooks;
use crate::protocols::ws::live::hub::Hub;
use crate::protocols::ws::live::listeners::Listeners;
use crate::protocols::ws::live::wire;
use crate::scope::{Action, Object, Right, Scope, authorize};
use crate::store::{Statement, Store, StoreError};

use super::bookmarks::Bookmarks;
use super::error::ChatError;
use super::hooks::outgoing::Outgoing;
use super::json::{EventJson, MessageJson, RepliesJson};
use super::model::{Level, MemberRole, RoomKind};
use super::previews;
use super::profiles::Profiles;
use super::rights;
use super::store::messages;
use super::store::rooms::RoomRow;
use super::text;

/// What every room of a tenant shares.
pub struct RoomEnv {
    pub tenant: TenantId,
    pub store: Store,
    pub clock: Clock,
    pub hub: Arc<Hub>,
    pub profiles: Arc<Profiles>,
    pub bus: Bus,
    /// Whether links get previews.
    pub previews: bool,
    pub identity: Identity,
}

/// One room in memory.
pub struct Room {
    pub(super) id: RoomId,
    pub(super) env: Arc<RoomEnv>,
    pub(super) leave: Box<dyn Fn()>,
    pub(super) row: RoomRow,
    pub(super) kind: RoomKind,
    pub(super) members: HashMap<UserId, Member>,
    /// Who may not be in it; those whose time is over are let out by the planner.
    pub(super) banned: HashSet<UserId>,
    pub(super) bookmarks: Bookmarks,
    pub(super) listeners: Listeners,
    /// The number that was given last.
    pub(super) seq: i64,
    /// The number up to which everything is stored.
    pub(super) stored: i64,
    /// Has its number, waits to be sent to the store.
    batch: Vec<Pending>,
    committing: bool,
    /// Commands of the last messages: one that is sent again is answered and not carried out.
    pub(super) commands: VecDeque<(UserId, Uuid, i64)>,
    /// Replies of threads that were written to lately.
    pub(super) threads: HashMap<i64, RepliesJson>,
    /// Who else is told of what people say.
    pub(super) outgoing: Outgoing,
    pub(super) idle_armed: bool,
    /// Who changes the previews of a message waits for who does it now.
    pub(super) previewing: Arc<tokio::sync::Mutex<()>>,
    /// Set by `Shutdown`: answer when everything is stored.
    pub(super) stopping: Option<tokio::sync::oneshot::Sender<()>>,
}

/// Someone in the room.
pub struct Member {
    pub name: String,
    pub role: MemberRole,
    pub level: Level,
    pub muted: bool,
}

impl Member {
    /// Someone who has just come.
    #[must_use]
    pub fn new(name: String, role: MemberRole) -> Self {
        Self { name, role, level: Level::All, muted: false }
    }
}

/// Something that has happened and is not stored yet.
pub(super) struct Pending {
    pub seq: i64,
    pub statements: Vec<Statement>,
    pub told: Told,
    /// What single people hear on their own topic.
    pub personal: Vec<(UserId, &'static str, Value)>,
    /// Notifications that are written with it.
    pub notices: Vec<Added>,
    /// Whether webhooks are queued with it.
    pub hooks: bool,
    /// Applies it to the room and answers who asked.
    pub done: Done,
}

impl Pending {
    pub(super) fn new(seq: i64, statements: Vec<Statement>, told: Told, done: Done) -> Self {
        Self { seq, statements, told, personal: Vec::new(), notices: Vec::new(), hooks: false, done }
    }
}

pub(super) type Done = Box<dyn FnOnce(&mut Room, Result<Option<MessageJson>, ChatError>)>;

/// How the listeners hear of it.
pub(super) enum Told {
    /// This event.
    Event(Vec<u8>),
    /// As the message is once it is stored.
    Message { by: Option<UserId>, message: i64 },
}

/// The room leaves memory when nobody has listened for so long.
const IDLE: Duration = Duration::from_secs(60);
/// Things that one commit stores.
const BATCH: usize = 256;

impl Actor for Room {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.arm_idle(ctx);
    }
}

impl Room {
    pub(super) fn new(env: Arc<RoomEnv>, row: RoomRow, kind: RoomKind, leave: Box<dyn Fn()>) -> Self {
        Self {
            id: row.id,
            env,
            leave,
            kind,
            listeners: Listeners::new(format!("room:{}", row.id)),
            seq: row.changed,
            stored: row.changed,
            row,
            members: HashMap::new(),
            banned: HashSet::new(),
            bookmarks: Bookmarks::default(),
            batch: Vec::new(),
            committing: false,
            commands: VecDeque::new(),
            threads: HashMap::new(),
            outgoing: Outgoing::default(),
            idle_armed: false,
            previewing: Arc::default(),
            stopping: None,
        }
    }

    /// The right that someone holds on the room.
    pub(super) fn right_of(&self, scope: &Scope) -> Option<Right> {
        if scope.user().is_some_and(|user| self.banned.contains(&user)) {
            return None;
        }
        let member = scope.user().and_then(|user| self.members.get(&user));
        rights::held(scope, self.kind, self.row.private, member.map(|member| member.role))
    }

    /// Refuses who lacks a right on the room.
    pub(super) fn require(&self, scope: &Scope, right: Right) -> Result<(), ChatError> {
        let object = Object::Granted { tenant: self.env.tenant, right: self.right_of(scope) };
        Ok(authorize(scope, Action::On(right), object)?)
    }

    /// Refuses what may not happen in an archived room, by someone who is not in it or who may not write.
    pub(super) fn require_member(&self, scope: &Scope) -> Result<UserId, ChatError> {
        self.require(scope, Right::View).map_err(|_| ChatError::NoRoom)?;
        self.require_voice(scope)?;
        if self.row.archived_at.is_some() {
            return Err(ChatError::Archived);
        }
        scope.user().filter(|user| self.members.contains_key(user)).ok_or(ChatError::NotMember)
    }

    /// Refuses who may only read for a while, in the whole business.
    pub(super) fn require_voice(&self, scope: &Scope) -> Result<(), ChatError> {
        self.env.profiles.require_voice(scope, self.env.clock.now())
    }

    pub(super) fn next_seq(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }

    /// Adds something that has its number, and sends it to the store as soon as that is free.
    pub(super) fn push(&mut self, pending: Pending, ctx: &mut Context<Self>) {
        self.batch.push(pending);
        self.commit(ctx);
    }

    /// Asks for previews of what a message links to.
    pub(super) fn want_previews(&self, message: &MessageJson) {
        let links = if self.env.previews { text::previewed(&message.text) } else { Vec::new() };
        if !links.is_empty() {
            previews::announce(
                &self.env.bus,
                &self.env.clock,
                self.env.tenant,
                (self.id, message.seq),
                links,
            );
        }
    }

    pub(super) fn is_busy(&self) -> bool {
        self.committing || !self.batch.is_empty()
    }

    /// Sends what has gathered to the store, unless a batch is on its way already.
    fn commit(&mut self, ctx: &mut Context<Self>) {
        if self.committing || self.batch.is_empty() {
            return;
        }
        self.committing = true;
        let count = self.batch.len().min(BATCH);
        let mut batch: Vec<Pending> = self.batch.drain(..count).collect();
        let statements = batch.iter_mut().map(|pending| std::mem::take(&mut pending.statements)).collect();
        let wanted = batch.iter().map(|pending| pending.told.message()).collect();
        let write = write(self.env.clone(), self.id, statements, wanted);
        ctx.spawn(write.into_actor(self).map(move |written, act, ctx| act.committed(batch, written, ctx)));
    }

    fn committed(&mut self, batch: Vec<Pending>, written: Vec<Written>, ctx: &mut Context<Self>) {
        self.committing = false;
        let lost = written.iter().find_map(|one| match one {
            Err(StoreError::Conflict) | Ok(_) => None,
            Err(error) => Some(error.clone()),
        });
        if let Some(error) = lost {
            // Nobody can tell what is stored. The next incarnation starts from the store, and the
            // clients, which were told nothing, ask again.
            tracing::warn!(room = %self.id, %error, "what happened in a room was not stored");
            for pending in batch.into_iter().chain(std::mem::take(&mut self.batch)) {
                (pending.done)(self, Err(error.clone().into()));
            }
            return ctx.stop();
        }
        let mut events = Vec::new();
        let mut answers = Vec::new();
        for (pending, written) in batch.into_iter().zip(written) {
            if let Ok(message) = &written {
                self.stored = pending.seq;
                pending.told.write(&mut events, pending.seq, self.env.clock.now(), message.as_ref());
                announce(&self.env.bus, self.env.tenant, &pending.notices, self.env.clock.now());
                if pending.hooks {
                    webhooks::announce(&self.env.bus, self.env.tenant, self.env.clock.now());
                }
                for (user, kind, data) in &pending.personal {
                    self.env.hub.tell(*user, kind, data);
                }
            }
            answers.push((pending.done, written));
        }
        if !events.is_empty() {
            self.listeners.broadcast(&wire::events_frame(self.listeners.topic(), &events));
        }
        for (done, written) in answers {
            done(self, written.map_err(ChatError::from));
        }
        self.commit(ctx);
        self.stop_if_done(ctx);
    }

    /// Leaves memory when nobody has listened for a while.
    pub(super) fn arm_idle(&mut self, ctx: &mut Context<Self>) {
        if !self.listeners.is_empty() || std::mem::replace(&mut self.idle_armed, true) {
            return;
        }
        ctx.run_later(IDLE, |act, _| {
            act.idle_armed = false;
            if act.listeners.is_empty() && !act.is_busy() {
                (act.leave)();
            }
        });
    }

    /// Ends the actor once a shutdown was asked for and everything is stored.
    pub(super) fn stop_if_done(&mut self, ctx: &mut Context<Self>) {
        if self.stopping.is_none() || self.is_busy() {
            return;
        }
        if let Some(done) = self.stopping.take() {
            // Who asked has gone: the actor ends all the same.
            let _ = done.send(());
        }
        ctx.stop();
    }
}

/// What became of one pending thing: stored, and the message as it is now if it was asked for.
type Written = Result<Option<MessageJson>, StoreError>;

/// Stores everything in one commit. When one of them is refused, each for itself, so that the others
/// are not its victims.
async fn write(
    env: Arc<RoomEnv>,
    room: RoomId,
    statements: Vec<Vec<Statement>>,
    wanted: Vec<Option<i64>>,
) -> Vec<Written> {
    let scope = Scope::system(env.tenant);
    let together = env.store.write(&scope, statements.concat()).await;
    let mut results = Vec::with_capacity(statements.len());
    for own in statements {
        results.push(match &together {
            Err(StoreError::Conflict) => env.store.write(&scope, own).await,
            other => other.clone(),
        });
    }
    if wanted.iter().all(Option::is_none) {
        return results.into_iter().map(|result| result.map(|()| None)).collect();
    }
    let mut written = Vec::with_capacity(results.len());
    for (result, seq) in results.into_iter().zip(wanted) {
        written.push(match (result, seq) {
            (Ok(()), Some(seq)) => read(&env, room, seq).await,
            (result, _) => result.map(|()| None),
        });
    }
    written
}

async fn read(env: &RoomEnv, room: RoomId, seq: i64) -> Written {
    let mut tx = env.store.read(&Scope::system(env.tenant)).await?;
    messages::get_json(&mut tx, room, seq).await
}

impl Told {
    /// The message that has to be read again.
    fn message(&self) -> Option<i64> {
        match self {
            Self::Event(_) => None,
            Self::Message { message, .. } => Some(*message),
        }
    }

    /// Adds the event to those that leave together.
    fn write(self, events: &mut Vec<u8>, seq: i64, at: Timestamp, message: Option<&MessageJson>) {
        let event = match (self, message) {
            (Self::Event(event), _) => event,
            (Self::Message { by, .. }, Some(message)) => {
                event_json(seq, CHANGED, at, by, ChangedJson { message })
            }
            (Self::Message { .. }, None) => return,
        };
        if !events.is_empty() {
            events.push(b',');
        }
        events.extend_from_slice(&event);
    }
}

/// The event that a message is another than before.
pub(super) const CHANGED: &str = "chat.changed";

#[derive(Serialize)]
pub(super) struct ChangedJson<'a> {
    pub message: &'a MessageJson,
}

/// One event as JSON.
pub(super) fn event_json(
    seq: i64,
    kind: &str,
    at: Timestamp,
    by: Option<UserId>,
    data: impl Serialize,
) -> Vec<u8> {
    // Nothing in an event can fail to become JSON.
    serde_json::to_vec(&EventJson { seq, kind, at, by, data }).unwrap_or_default()
}

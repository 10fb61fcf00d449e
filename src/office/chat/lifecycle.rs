//! How a `Room` comes into memory and leaves it, and how clients begin to listen.

use std::sync::Arc;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{AsyncContext as _, Context, Handler, Response};
use futures::future::LocalBoxFuture;
use serde_json::json;

use crate::actors::{Observation, Observe, Passivator, Registered, Shutdown};
use crate::ids::RoomId;
use crate::protocols::ws::live::wire;
use crate::scope::{Right, Scope};
use crate::store::StoreError;

use super::bookmarks::Bookmarks;
use super::error::ChatError;
use super::hooks::outgoing::Outgoing;
use super::json::PostedJson;
use super::messages::{ListenerId, Subscribe, Unsubscribe};
use super::room::{CHANGED, ChangedJson, Member, Room, RoomEnv, event_json};
use super::speak::POSTED;
use super::store::{bans, bookmarks, members, messages, rooms};

/// Events that are told to a client that comes back; one that missed more reads the state anew.
const MISSED: i64 = 500;
/// People that a room holds.
pub(super) const PEOPLE: usize = 10_000;
/// Connections that may listen to one room.
const LISTENERS: usize = 20_000;

impl Registered for Room {
    const KIND: &'static str = "room";
    type Id = RoomId;
    type Env = Arc<RoomEnv>;
    type LoadError = ChatError;

    fn load(
        env: Self::Env,
        id: RoomId,
        me: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, ChatError>> {
        Box::pin(async move {
            env.profiles.load(&env.store, env.tenant).await?;
            let mut tx = env.store.read(&Scope::system(env.tenant)).await?;
            let row = rooms::find(&mut tx, id).await?.ok_or(ChatError::NoRoom)?;
            let last = rooms::last_change(&mut tx, id).await?;
            let people = members::members(&mut tx, id, None, PEOPLE as i64).await?;
            let banned = bans::of_room(&mut tx, id).await?;
            let list = bookmarks::list(&mut tx, id).await?;
            let managers_only = bookmarks::managers_only(&mut tx, id).await?;
            let outgoing = Outgoing::load(&mut tx, &env.identity, id).await?;
            drop(tx);
            let kind = row.kind()?;
            let mut room = Self::new(env, row, kind, Box::new(move || me.passivate()));
            room.banned = banned.into_iter().map(|ban| ban.user_id).collect();
            room.bookmarks = Bookmarks { list, managers_only };
            room.seq = room.seq.max(last);
            room.stored = room.seq;
            room.outgoing = outgoing;
            for person in people {
                let role = person.role.parse().map_err(|_| ChatError::Damaged("role in a room"))?;
                let level = person.level.parse().map_err(|_| ChatError::Damaged("level in a room"))?;
                let member = Member { name: person.name, role, level, muted: person.muted };
                room.members.insert(person.user_id, member);
            }
            Ok(room)
        })
    }
}

impl Handler<Subscribe> for Room {
    type Result = Result<ListenerId, ChatError>;

    fn handle(&mut self, Subscribe(listener): Subscribe, ctx: &mut Context<Self>) -> Self::Result {
        self.require(&listener.scope, Right::View).map_err(|_| ChatError::NoRoom)?;
        if self.stopping.is_some() {
            return Err(ChatError::Busy);
        }
        if self.listeners.len() >= LISTENERS {
            return Err(ChatError::Full { limit: LISTENERS });
        }
        let id = self.listeners.add(listener.scope.user(), listener.outlet);
        let upto = self.stored;
        match listener.after {
            Some(after) if after == upto => self.listeners.release(id, upto, true, None),
            Some(after) if after < upto && upto - after <= MISSED * 4 => {
                let room = (self.row.changed > after).then(|| (self.row.changed, self.room_event()));
                let missed = missed(self.env.clone(), self.id, (after, upto), room);
                ctx.spawn(missed.into_actor(self).map(move |missed, act, _| match missed {
                    Ok(Some(events)) => {
                        let frame = wire::events_frame(act.listeners.topic(), &events);
                        act.listeners.release(id, upto, true, Some(frame));
                    }
                    _ => act.listeners.release(id, upto, false, None),
                }));
            }
            _ => self.listeners.release(id, upto, false, None),
        }
        Ok(id)
    }
}

/// What happened after one number and up to another, as events in their order, with the event of the
/// room itself if it has changed meanwhile; none when it is too much.
async fn missed(
    env: Arc<RoomEnv>,
    room: RoomId,
    (after, upto): (i64, i64),
    room_event: Option<(i64, Vec<u8>)>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut tx = env.store.read(&Scope::system(env.tenant)).await?;
    let rows = messages::changed(&mut tx, room, after, upto, MISSED + 1).await?;
    if rows.len() as i64 > MISSED {
        return Ok(None);
    }
    let changes: Vec<i64> = rows.iter().map(|row| row.changed).collect();
    let found = messages::with_reactions(&mut tx, room, rows).await?;
    let mut events: Vec<(i64, Vec<u8>)> = room_event.into_iter().collect();
    for (changed, message) in changes.into_iter().zip(&found) {
        let (at, by) = (message.edited_at.unwrap_or(message.created_at), message.author);
        let event = if message.seq > after {
            event_json(changed, POSTED, at, by, PostedJson { message, root: None })
        } else {
            event_json(changed, CHANGED, at, None, ChangedJson { message })
        };
        events.push((changed, event));
    }
    events.sort_by_key(|(seq, _)| *seq);
    let events: Vec<Vec<u8>> = events.into_iter().map(|(_, event)| event).collect();
    Ok(Some(events.join(&b',')))
}

impl Handler<Unsubscribe> for Room {
    type Result = ();

    fn handle(&mut self, Unsubscribe(id): Unsubscribe, ctx: &mut Context<Self>) {
        self.listeners.remove(id);
        self.arm_idle(ctx);
    }
}

impl Handler<Shutdown> for Room {
    type Result = Response<()>;

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) -> Self::Result {
        let (done, stopped) = tokio::sync::oneshot::channel();
        self.stopping = Some(done);
        // In a turn of its own, so that the answer is on its way before the actor ends.
        ctx.run_later(std::time::Duration::ZERO, |act, ctx| act.stop_if_done(ctx));
        Response::fut(async {
            // A dropped sender means that the actor has ended, which is what was asked for.
            let _ = stopped.await;
        })
    }
}

impl Handler<Observe> for Room {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Self::Result {
        let state = if self.is_busy() { "writing" } else { "quiet" };
        Observation::of(self.id, "room", state).with(json!({
            "members": self.members.len(), "listeners": self.listeners.len(), "last_seq": self.stored,
        }))
    }
}

#[cfg(debug_assertions)]
impl Handler<super::messages::Crash> for Room {
    type Result = ();

    fn handle(&mut self, _: super::messages::Crash, _: &mut Context<Self>) {
        panic!("a test asked the room to crash");
    }
}

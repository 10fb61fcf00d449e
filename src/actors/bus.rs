//! The event bus of one tenant: what happened, told to whoever subscribed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix::dev::SendError;
use actix::{Actor, ActorContext, Addr, AsyncContext, Context, Handler, Message, Recipient, WrapFuture};
use tokio::sync::Notify;
use uuid::Uuid;

use super::child::{ChildSpec, Restart};
use super::clock::Clock;
use super::messages::{Observation, Observe, Shutdown};
use crate::ids::{TenantId, Timestamp};

/// Something that happened in a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub tenant: TenantId,
    /// Events of one entity arrive in the order in which they were written.
    pub entity: Uuid,
    /// Grows with each event of an entity; the same number twice is the same event delivered twice.
    pub seq: i64,
    /// Feature and past tense: `document.created`.
    pub kind: String,
    pub data: serde_json::Value,
    pub at: Timestamp,
}

/// Brings an event to a subscriber.
#[derive(Clone, Debug)]
pub struct Published(
    pub Arc<Event>,
    /// How many events were dropped right before this one because the subscriber was too slow.
    pub u64,
);

impl Message for Published {
    type Result = ();
}

/// Which events a subscriber wants.
#[derive(Clone, Copy, Debug)]
pub enum Kinds {
    All,
    /// Those whose kind is one of these, or begins with one that ends in a dot: `"document."`.
    Only(&'static [&'static str]),
}

/// Tells a tenant's events to its subscribers; cheap to clone, usable from every thread.
///
/// A subscriber with a full mailbox gets a queue of its own in the bus and holds up nobody. When
/// [`BEHIND`] events wait there, the oldest are dropped, and the next it gets says how many it missed:
/// what it needs to know is in the store.
#[derive(Clone)]
pub struct Bus(Arc<Hub>);

/// How many events may wait for one slow subscriber.
pub const BEHIND: usize = 1024;

/// How long `deliver` waits for slow subscribers before it lets them miss events.
const PATIENCE: Duration = Duration::from_secs(1);

impl Bus {
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self(Arc::new(Hub { clock, room: Notify::new(), state: Mutex::default() }))
    }

    /// The bus as the first child of its tenant.
    #[must_use]
    pub fn child(&self) -> ChildSpec {
        let bus = self.clone();
        ChildSpec::actor("bus", Restart::Permanent, move || Courier { bus: bus.clone() })
    }

    /// Tells `to` of every event from now on, until its actor has ended.
    pub fn subscribe(&self, to: Recipient<Published>) {
        self.subscribe_to(Kinds::All, to);
    }

    /// The same for some events only.
    pub fn subscribe_to(&self, kinds: Kinds, to: Recipient<Published>) {
        let mut state = self.0.state();
        state.subscribers.retain(|subscriber| subscriber.to.connected());
        state.last_id += 1;
        let id = state.last_id;
        state.subscribers.push(Subscriber { id, kinds, to, behind: VecDeque::new(), slow: false, missed: 0 });
    }

    /// Tells an event without waiting for anyone.
    pub fn publish(&self, event: Arc<Event>) {
        let mut state = self.0.state();
        let State { subscribers, courier, missed, .. } = &mut *state;
        subscribers.retain_mut(|subscriber| {
            if subscriber.kinds.include(&event.kind) && !subscriber.slow {
                match subscriber.to.try_send(Published(event.clone(), 0)) {
                    Ok(()) => return true,
                    Err(SendError::Closed(_)) => return false,
                    Err(SendError::Full(_)) => {}
                }
                subscriber.slow = true;
                if let Some(courier) = courier {
                    courier.do_send(CatchUp(subscriber.id));
                }
            }
            if subscriber.kinds.include(&event.kind) {
                *missed += subscriber.queue(event.clone());
            }
            subscriber.to.connected()
        });
    }

    /// Tells an event once slow subscribers have room for it, or when they had a second to make it.
    pub async fn deliver(&self, event: Arc<Event>) {
        let room = async {
            loop {
                // Made before the check, so that room made in between is not overlooked.
                let made = self.0.room.notified();
                if !self.0.state().is_full(&event.kind) {
                    return;
                }
                made.await;
            }
        };
        if self.0.clock.timeout(PATIENCE, room).await.is_none() {
            tracing::warn!(kind = event.kind, "a subscriber is too slow and misses events");
        }
        self.publish(event);
    }
}

impl Kinds {
    fn include(self, kind: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(wanted) => {
                wanted.iter().any(|want| kind == *want || want.ends_with('.') && kind.starts_with(want))
            }
        }
    }
}

struct Hub {
    clock: Clock,
    /// Told when a slow subscriber has handled an event.
    room: Notify,
    state: Mutex<State>,
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct State {
    subscribers: Vec<Subscriber>,
    last_id: u64,
    courier: Option<Addr<Courier>>,
    missed: u64,
}

impl State {
    fn is_full(&self, kind: &str) -> bool {
        let mut subscribers = self.subscribers.iter();
        subscribers.any(|to| to.behind.len() >= BEHIND && to.kinds.include(kind) && to.to.connected())
    }

    fn next_for(&mut self, id: u64) -> Option<(Recipient<Published>, Published)> {
        let subscriber = self.subscribers.iter_mut().find(|subscriber| subscriber.id == id)?;
        let Some(event) = subscriber.behind.pop_front() else {
            subscriber.slow = false;
            return None;
        };
        Some((subscriber.to.clone(), Published(event, std::mem::take(&mut subscriber.missed))))
    }
}

struct Subscriber {
    id: u64,
    kinds: Kinds,
    to: Recipient<Published>,
    /// What waits for it while the courier brings it one event after the other.
    behind: VecDeque<Arc<Event>>,
    slow: bool,
    missed: u64,
}

impl Subscriber {
    /// Adds to what waits and tells how many events were dropped for it.
    fn queue(&mut self, event: Arc<Event>) -> u64 {
        self.behind.push_back(event);
        if self.behind.len() <= BEHIND {
            return 0;
        }
        self.behind.pop_front();
        self.missed += 1;
        1
    }
}

/// Brings events to slow subscribers, to each at its own pace.
pub(super) struct Courier {
    bus: Bus,
}

/// Asks the courier to bring a subscriber what waits for it.
struct CatchUp(u64);

impl Message for CatchUp {
    type Result = ();
}

impl Actor for Courier {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        let mut state = self.bus.0.state();
        state.courier = Some(ctx.address());
        // What an earlier courier left undone.
        for slow in state.subscribers.iter().filter(|subscriber| subscriber.slow) {
            ctx.notify(CatchUp(slow.id));
        }
    }
}

impl Handler<CatchUp> for Courier {
    type Result = ();

    fn handle(&mut self, CatchUp(id): CatchUp, ctx: &mut Context<Self>) {
        let bus = self.bus.clone();
        let catch_up = async move {
            loop {
                let next = bus.0.state().next_for(id);
                let Some((to, event)) = next else { break };
                if to.send(event).await.is_err() && !to.connected() {
                    bus.0.state().subscribers.retain(|subscriber| subscriber.id != id);
                }
                bus.0.room.notify_waiters();
            }
        };
        ctx.spawn(catch_up.into_actor(self));
    }
}

impl Handler<Shutdown> for Courier {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Courier {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        let state = self.bus.0.state();
        let behind: usize = state.subscribers.iter().map(|subscriber| subscriber.behind.len()).sum();
        Observation::of("bus", "bus", "running").with(serde_json::json!({
            "subscribers": state.subscribers.len(), "behind": behind, "missed": state.missed,
        }))
    }
}

#[cfg(test)]
impl Bus {
    pub(super) fn courier(&self) -> Option<Addr<Courier>> {
        self.0.state().courier.clone()
    }
}

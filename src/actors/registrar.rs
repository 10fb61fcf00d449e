//! The handle to a sharded registry: one `Registry<A>` per arbiter, chosen by the hash of the id.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix::{Addr, Context, Handler, Message, MessageResult, ResponseFuture};
use actix_rt::ArbiterHandle;
use futures::future::join_all;
use tokio::sync::oneshot;

use super::arbiters::Arbiters;
use super::clock::Clock;
use super::entry::{Answer, Entry, Waiter};
use super::messages::{Observation, Observe, Shutdown};
use super::registry::{Registered, Registry};
use crate::error::ErrorKind;

/// Finds the actor of an id, wherever it lives. It stays valid when the registry behind it starts
/// again.
pub struct Registrar<A: Registered>(Arc<Shards<A>>);

/// Why there is no actor for an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocateError<E: std::error::Error + 'static> {
    #[error("it could not be loaded")]
    Load(#[source] E),
    /// It failed again and again; others are not affected.
    #[error("it failed repeatedly and rests for {retry_after:?}")]
    CrashLoop { retry_after: Duration },
    /// The registry stops, or is being started again.
    #[error("its registry is closed")]
    Closed,
}

impl<E: std::error::Error + 'static> LocateError<E> {
    /// What it means to a caller, where `load` tells that of the actor's own error.
    pub fn kind(&self, load: impl FnOnce(&E) -> ErrorKind) -> ErrorKind {
        match self {
            Self::Load(error) => load(error),
            Self::CrashLoop { .. } | Self::Closed => ErrorKind::Busy,
        }
    }
}

impl<A: Registered> Registrar<A> {
    /// A handle whose registry is not started yet.
    #[must_use]
    pub fn new(arbiters: Arbiters) -> Self {
        let shards = RwLock::new(Box::default());
        Self(Arc::new(Shards { arbiters, shards, live: Arc::default() }))
    }

    /// The actor of an id; loads it when nobody else has. Callers at the same time share one load.
    ///
    /// # Errors
    /// `LocateError` when it cannot be loaded, rests after repeated failures, or the registry stops.
    pub async fn locate(&self, id: A::Id) -> Result<Addr<A>, LocateError<A::LoadError>> {
        let shard = self.shard(&id).ok_or(LocateError::Closed)?;
        let (reply, answer) = oneshot::channel();
        shard.send(Locate { id, reply }).await.map_err(|_| LocateError::Closed)?;
        answer.await.unwrap_or(Err(LocateError::Closed))
    }

    /// The actor of an id if it runs; loads nothing.
    pub async fn peek(&self, id: A::Id) -> Option<Addr<A>> {
        let shard = self.shard(&id)?;
        let (reply, answer) = oneshot::channel();
        shard.send(Peek { id, reply }).await.ok()?;
        answer.await.ok()
    }

    /// Ends the actor of an id and waits until it has ended; at once if there is none.
    pub async fn stop(&self, id: A::Id) {
        let Some(shard) = self.shard(&id) else { return };
        let (done, ended) = oneshot::channel();
        if shard.send(Stop { id, done }).await.is_ok() {
            // A dropped sender means that there was nothing to end.
            let _ = ended.await;
        }
    }

    /// The thread on which the actor of an id lives, or would.
    #[must_use]
    pub fn arbiter_of(&self, id: &A::Id) -> ArbiterHandle {
        self.0.arbiters.of(id).clone()
    }

    /// All actors that run now.
    pub async fn live(&self) -> Vec<(A::Id, Addr<A>)> {
        let shards = self.0.shards.read().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = shards.iter().map(|shard| shard.send(List(PhantomData)));
        join_all(asked).await.into_iter().flatten().flatten().collect()
    }

    /// How many actors are loading, running or ending.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.live.load(Ordering::Relaxed)
    }

    /// A picture of all threads' actors, or of the first hundred of each.
    pub async fn observe(&self, asked: Observe, clock: &Clock) -> Observation {
        let shards = self.0.shards.read().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = shards.iter().map(|shard| asked.child(shard.clone().recipient(), clock));
        let shards = join_all(asked).await;
        let figures: Vec<_> = shards.iter().map(|shard| shard.detail.clone()).collect();
        let detail = serde_json::json!({ "live": self.count(), "threads": figures });
        let children = shards.into_iter().flat_map(|shard| shard.children).collect();
        Observation { children, ..Observation::of(A::KIND, "registry", "running").with(detail) }
    }

    pub(super) fn arbiters(&self) -> &Arbiters {
        &self.0.arbiters
    }

    pub(super) fn live_counter(&self) -> Arc<AtomicUsize> {
        self.0.live.clone()
    }

    pub(super) fn open(&self, shards: Box<[Addr<Registry<A>>]>) {
        *self.0.shards.write().unwrap_or_else(PoisonError::into_inner) = shards;
    }

    pub(super) fn close(&self) {
        self.open(Box::default());
    }

    pub(super) fn shard(&self, id: &A::Id) -> Option<Addr<Registry<A>>> {
        let shards = self.0.shards.read().unwrap_or_else(PoisonError::into_inner);
        shards.get(self.0.arbiters.index_of(id)).cloned()
    }
}

impl<A: Registered> Clone for Registrar<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Shards<A: Registered> {
    arbiters: Arbiters,
    /// One per arbiter, in their order; empty while closed.
    shards: RwLock<Box<[Addr<Registry<A>>]>>,
    live: Arc<AtomicUsize>,
}

struct Locate<A: Registered> {
    id: A::Id,
    reply: oneshot::Sender<Answer<A>>,
}

struct Peek<A: Registered> {
    id: A::Id,
    reply: oneshot::Sender<Addr<A>>,
}

struct Stop<A: Registered> {
    id: A::Id,
    done: oneshot::Sender<()>,
}

/// Asks for all that run.
struct List<A>(PhantomData<fn(A)>);

impl<A: Registered> Message for List<A> {
    type Result = Vec<(A::Id, Addr<A>)>;
}

impl<A: Registered> Message for Locate<A> {
    type Result = ();
}

impl<A: Registered> Message for Peek<A> {
    type Result = ();
}

impl<A: Registered> Message for Stop<A> {
    type Result = ();
}

impl<A: Registered> Handler<Locate<A>> for Registry<A> {
    type Result = ();

    fn handle(&mut self, Locate { id, reply }: Locate<A>, _: &mut Context<Self>) {
        self.locate(id, Waiter(reply));
    }
}

impl<A: Registered> Handler<Peek<A>> for Registry<A> {
    type Result = ();

    fn handle(&mut self, Peek { id, reply }: Peek<A>, _: &mut Context<Self>) {
        if let Some(Entry::Live(live)) = self.entries.get(&id) {
            // Who asked may have gone.
            let _ = reply.send(live.addr.clone());
        }
    }
}

impl<A: Registered> Handler<List<A>> for Registry<A> {
    type Result = MessageResult<List<A>>;

    fn handle(&mut self, _: List<A>, _: &mut Context<Self>) -> Self::Result {
        let mut list = Vec::new();
        for (id, entry) in &self.entries {
            if let Entry::Live(live) = entry {
                list.push((id.clone(), live.addr.clone()));
            }
        }
        MessageResult(list)
    }
}

impl<A: Registered> Handler<Stop<A>> for Registry<A> {
    type Result = ();

    fn handle(&mut self, Stop { id, done }: Stop<A>, _: &mut Context<Self>) {
        self.stop(&id, Some(done));
    }
}

impl<A: Registered> Handler<Shutdown> for Registry<A> {
    type Result = ();

    /// Ends all actors at the same time, each within `A::SHUTDOWN`, and then the registry.
    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        self.closing = true;
        let ids: Vec<A::Id> = self.entries.keys().cloned().collect();
        for id in ids {
            if matches!(self.entries.get(&id), Some(Entry::Live(_))) {
                self.stop(&id, None);
            }
        }
        self.end_when_empty(ctx);
    }
}

/// How many actors one registry lists when it is observed; its figures count all.
const LISTED: usize = 100;

impl<A: Registered> Handler<Observe> for Registry<A> {
    type Result = ResponseFuture<Observation>;

    fn handle(&mut self, asked: Observe, _: &mut Context<Self>) -> Self::Result {
        let (mut counts, mut children) = ([0_usize; 3], Vec::new());
        for (id, entry) in &self.entries {
            let (place, state, live) = match entry {
                Entry::Loading(_) => (0, "loading", None),
                Entry::Live(live) => (1, "running", Some(live.addr.clone())),
                Entry::Ending(_) => (2, "ending", None),
            };
            counts[place] += 1;
            if children.len() < LISTED {
                let (id, clock) = (id.to_string(), self.clock.clone());
                children.push(async move {
                    match live {
                        Some(addr) => Observation { id, ..asked.child(addr.recipient(), &clock).await },
                        None => Observation::of(id, A::KIND, state),
                    }
                });
            }
        }
        let detail = serde_json::json!({
            "loading": counts[0], "running": counts[1], "ending": counts[2], "failed": self.crashes.count(),
        });
        let picture = Observation::of(A::KIND, "registry", "running").with(detail);
        Box::pin(async move { Observation { children: join_all(children).await, ..picture } })
    }
}

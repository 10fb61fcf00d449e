//! One actor per id, started when someone asks for it and passivated when it is idle.

use std::collections::{HashMap, VecDeque};
use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, Message, StreamHandler, WeakAddr};
use futures::channel::mpsc;
use futures::future::LocalBoxFuture;
use tokio::sync::oneshot;

use super::clock::Clock;
use super::crashes::Crashes;
use super::entry::{Ending, Entry, Loading, Located, Waiter};
use super::messages::{ActorExited, Child, Exit, Shutdown};
pub use super::registrar::{LocateError, Registrar};
use super::watch::{Label, Panicked, Started, guarded, start_watched};

/// An actor of which a registry holds one per id.
pub trait Registered: Child {
    /// What observers call it, such as `document`.
    const KIND: &'static str;
    /// How long one may take to flush before it is cut off.
    const SHUTDOWN: Duration = Duration::from_secs(5);
    type Id: Clone + Eq + Hash + Display + Send + 'static;
    /// What all of them need: the store, the clock, …
    type Env: Clone + Send + 'static;
    type LoadError: Clone + Send + std::error::Error + 'static;

    /// Builds the actor from what the store holds. It starts already loaded, and an idle one asks
    /// `me` for its passivation.
    fn load(
        env: Self::Env,
        id: Self::Id,
        me: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, Self::LoadError>>;
}

/// Lets an idle actor ask its registry to put it to sleep.
pub struct Passivator<A: Registered> {
    id: A::Id,
    registry: WeakAddr<Registry<A>>,
}

impl<A: Registered> Passivator<A> {
    /// Asks for passivation: the registry sends `Shutdown`, parks who asks for the id meanwhile, and
    /// gives them the next incarnation.
    pub fn passivate(&self) {
        // A registry that has ended has sent Shutdown already.
        if let Some(registry) = self.registry.upgrade() {
            registry.do_send(Passivate(self.id.clone()));
        }
    }
}

impl<A: Registered> Clone for Passivator<A> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), registry: self.registry.clone() }
    }
}

/// The actors of one kind that live on one thread.
///
/// Loading, running and ending are states of one entry, changed in one place, so that no message
/// falls between two maps.
pub struct Registry<A: Registered> {
    pub(super) env: A::Env,
    pub(super) clock: Clock,
    pub(super) entries: HashMap<A::Id, Entry<A>>,
    pub(super) crashes: Crashes<A::Id>,
    /// Brings what was loaded; not the mailbox, since an actor on its way may not change threads.
    loads: mpsc::UnboundedSender<Load<A>>,
    inbox: Option<mpsc::UnboundedReceiver<Load<A>>>,
    me: Option<WeakAddr<Self>>,
    live: Arc<AtomicUsize>,
    /// When to cut off those that do not end, in the order of time.
    deadlines: VecDeque<(Duration, A::Id)>,
    pub(super) closing: bool,
}

impl<A: Registered> Registry<A> {
    /// An empty registry; `live` counts its actors beyond its own life.
    pub(super) fn new(env: A::Env, clock: Clock, live: Arc<AtomicUsize>) -> Self {
        let (loads, inbox) = mpsc::unbounded();
        Self {
            env,
            entries: HashMap::new(),
            crashes: Crashes::new(clock.jitter()),
            clock,
            loads,
            inbox: Some(inbox),
            me: None,
            live,
            deadlines: VecDeque::new(),
            closing: false,
        }
    }

    /// Answers with the actor of an id, now or when it is loaded.
    pub(super) fn locate(&mut self, id: A::Id, waiter: Waiter<A>) {
        if self.closing {
            waiter.answer(Err(LocateError::Closed));
            return;
        }
        match self.entries.get_mut(&id) {
            Some(Entry::Live(live)) if live.addr.connected() => waiter.answer(Ok(live.addr.clone())),
            Some(Entry::Live(_)) => {
                // It has just failed, and its report is on the way.
                self.stop(&id, None);
                self.locate(id, waiter);
            }
            Some(Entry::Loading(loading)) => loading.waiters.push(waiter),
            Some(Entry::Ending(ending)) => ending.next.push(waiter),
            None => self.load(id, vec![waiter]),
        }
    }

    /// Asks an actor to end; `done` hears when it has.
    pub(super) fn stop(&mut self, id: &A::Id, done: Option<oneshot::Sender<()>>) {
        let deadline = self.clock.monotonic() + A::SHUTDOWN;
        match self.entries.remove(id) {
            None => drop(done),
            Some(Entry::Loading(mut loading)) => {
                loading.stops.extend(done);
                self.entries.insert(id.clone(), Entry::Loading(loading));
            }
            Some(Entry::Ending(mut ending)) => {
                ending.done.extend(done);
                self.entries.insert(id.clone(), Entry::Ending(ending));
            }
            Some(Entry::Live(live)) => {
                live.addr.do_send(Shutdown);
                let done = done.into_iter().collect();
                let ending = Ending { live, deadline, next: Vec::new(), done };
                self.entries.insert(id.clone(), Entry::Ending(Box::new(ending)));
                self.deadlines.push_back((deadline, id.clone()));
                if self.deadlines.len() == 1 {
                    self.watch_deadline();
                }
            }
        }
    }

    /// Starts to load the actor of an id that has no entry.
    fn load(&mut self, id: A::Id, waiters: Vec<Waiter<A>>) {
        if let Some(retry_after) = self.crashes.wait(&id, self.clock.monotonic()) {
            return Located::<A>::Err(LocateError::CrashLoop { retry_after }).give(waiters);
        }
        let Some(registry) = self.me.clone() else { return };
        self.entries.insert(id.clone(), Entry::Loading(Box::new(Loading { waiters, stops: Vec::new() })));
        let me = Passivator { id: id.clone(), registry };
        let (loads, env, presence) = (self.loads.clone(), self.env.clone(), Presence::new(&self.live));
        actix_rt::spawn(async move {
            let (label, load_id) = (Label::of(A::KIND, id.clone()), id.clone());
            let outcome = guarded(label, async move { A::load(env, load_id, me).await }).await;
            // A registry that has ended has no use for it.
            let _ = loads.unbounded_send(Load { id, outcome, presence });
        });
    }

    fn loaded(&mut self, Load { id, outcome, presence }: Load<A>) {
        let Some(Entry::Loading(loading)) = self.entries.remove(&id) else { return };
        let Loading { waiters, stops } = *loading;
        let error = match outcome {
            _ if self.closing => LocateError::Closed,
            Ok(Ok(actor)) => {
                let live = self.launch(id.clone(), actor, presence);
                Located::Ok(live.addr.clone()).give(waiters);
                self.entries.insert(id.clone(), Entry::Live(live));
                for done in stops {
                    self.stop(&id, Some(done));
                }
                return;
            }
            Ok(Err(error)) => LocateError::Load(error),
            Err(Panicked) => {
                LocateError::CrashLoop { retry_after: self.crashes.note(id, self.clock.monotonic()) }
            }
        };
        // Before the answer, so that who gets it finds the count right.
        drop(presence);
        Located::<A>::Err(error).give(waiters);
    }

    fn launch(&self, id: A::Id, actor: A, presence: Presence) -> Started<A> {
        let registry = self.me.clone();
        let label = Label::of(A::KIND, id.clone());
        start_watched(label, actor, move |exit| {
            drop(presence);
            // A registry that has ended does not care.
            if let Some(registry) = registry.and_then(|registry| registry.upgrade()) {
                registry.do_send(ActorExited { id, exit });
            }
        })
    }

    fn ended(&mut self, id: A::Id, exit: Exit) {
        let Some(entry) = self.entries.remove(&id) else { return };
        if exit.failed() {
            tracing::warn!(kind = A::KIND, %id, ?exit, "an actor failed; the next caller gets a fresh one");
            self.crashes.note(id.clone(), self.clock.monotonic());
        }
        let Entry::Ending(ending) = entry else { return };
        for done in ending.done {
            // Who waited for the end may have gone.
            let _ = done.send(());
        }
        if self.closing {
            Located::<A>::Err(LocateError::Closed).give(ending.next);
        } else if !ending.next.is_empty() {
            self.load(id, ending.next);
        }
    }

    /// Lets the earliest deadline wake this registry.
    fn watch_deadline(&self) {
        let Some((deadline, _)) = self.deadlines.front() else { return };
        let sleep = self.clock.sleep(deadline.saturating_sub(self.clock.monotonic()));
        let Some(me) = self.me.clone() else { return };
        actix_rt::spawn(async move {
            sleep.await;
            if let Some(registry) = me.upgrade() {
                registry.do_send(CutOff);
            }
        });
    }

    fn cut_off_overdue(&mut self) {
        let now = self.clock.monotonic();
        while let Some((deadline, id)) = self.deadlines.pop_front() {
            if deadline > now {
                self.deadlines.push_front((deadline, id));
                break;
            }
            if let Some(Entry::Ending(ending)) = self.entries.get(&id)
                && ending.deadline == deadline
            {
                tracing::error!(kind = A::KIND, %id, "did not stop in time and is cut off");
                ending.live.abort.abort();
            }
        }
        self.watch_deadline();
    }

    /// Ends the registry once it is closing and empty.
    pub(super) fn end_when_empty(&mut self, ctx: &mut Context<Self>) {
        if self.closing && self.entries.is_empty() {
            ctx.stop();
        }
    }
}

// Nothing in it is pinned in place: ids and environments are only stored.
impl<A: Registered> Unpin for Registry<A> {}

impl<A: Registered> Actor for Registry<A> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.me = Some(ctx.address().downgrade());
        if let Some(inbox) = self.inbox.take() {
            ctx.add_stream(inbox);
        }
    }
}

impl<A: Registered> StreamHandler<Load<A>> for Registry<A> {
    fn handle(&mut self, load: Load<A>, ctx: &mut Context<Self>) {
        self.loaded(load);
        self.end_when_empty(ctx);
    }
}

impl<A: Registered> Handler<Passivate<A>> for Registry<A> {
    type Result = ();

    fn handle(&mut self, Passivate(id): Passivate<A>, _: &mut Context<Self>) {
        if matches!(self.entries.get(&id), Some(Entry::Live(_))) {
            self.stop(&id, None);
        }
    }
}

impl<A: Registered> Handler<ActorExited<A::Id>> for Registry<A> {
    type Result = ();

    fn handle(&mut self, ActorExited { id, exit }: ActorExited<A::Id>, ctx: &mut Context<Self>) {
        self.ended(id, exit);
        self.end_when_empty(ctx);
    }
}

impl<A: Registered> Handler<CutOff> for Registry<A> {
    type Result = ();

    fn handle(&mut self, _: CutOff, _: &mut Context<Self>) {
        self.cut_off_overdue();
    }
}

impl<A: Registered> Drop for Registry<A> {
    /// Lets no actor outlive a registry that panicked: its successor would start a second one.
    fn drop(&mut self) {
        for entry in self.entries.values() {
            if let Entry::Live(live) = entry {
                live.addr.do_send(Shutdown);
            }
        }
    }
}

/// What became of a load.
pub(super) struct Load<A: Registered> {
    id: A::Id,
    outcome: Result<Result<A, A::LoadError>, Panicked>,
    presence: Presence,
}

/// An idle actor asks to be put to sleep.
pub(super) struct Passivate<A: Registered>(A::Id);

impl<A: Registered> Message for Passivate<A> {
    type Result = ();
}

/// Some that were asked to end may be overdue.
pub(super) struct CutOff;

impl Message for CutOff {
    type Result = ();
}

/// Counts one actor while it lives.
pub(super) struct Presence(Arc<AtomicUsize>);

impl Presence {
    fn new(live: &Arc<AtomicUsize>) -> Self {
        live.fetch_add(1, Ordering::Relaxed);
        Self(live.clone())
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

//! The registry that these tests use: notes, kept on a shelf beyond the life of their actors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use actix::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Message, MessageResult, WrapFuture,
};
use futures::future::LocalBoxFuture;
use tokio::sync::Semaphore;

use super::*;

/// What notes hold beyond the life of their actors: the store of these tests.
#[derive(Default)]
pub(super) struct Shelf {
    pub loads: AtomicUsize,
    pub kept: Mutex<HashMap<u32, Vec<String>>>,
}

#[derive(Clone)]
pub(super) struct NoteEnv {
    pub shelf: Arc<Shelf>,
    /// Loads and flushes wait here when a test closes it.
    pub gate: Arc<Semaphore>,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("there is no such note")]
pub(super) struct NoNote;

/// A note, or whatever its id says: 404 does not exist, 500 panics on load, 501 panics on flush, 502
/// never ends.
pub(super) struct NoteActor {
    id: u32,
    env: NoteEnv,
    me: Passivator<Self>,
    lines: Vec<String>,
}

impl Actor for NoteActor {
    type Context = Context<Self>;
}

impl Registered for NoteActor {
    const KIND: &'static str = "note";
    type Id = u32;
    type Env = NoteEnv;
    type LoadError = NoNote;

    fn load(env: NoteEnv, id: u32, me: Passivator<Self>) -> LocalBoxFuture<'static, Result<Self, NoNote>> {
        Box::pin(async move {
            env.shelf.loads.fetch_add(1, Ordering::Relaxed);
            let _open = env.gate.acquire().await.unwrap();
            match id {
                404 => return Err(NoNote),
                500 => panic!("injected"),
                _ => {}
            }
            let lines = env.shelf.kept.lock().unwrap().get(&id).cloned().unwrap_or_default();
            let env = env.clone();
            Ok(Self { id, env, me, lines })
        })
    }
}

pub(super) struct Write(pub String);

impl Message for Write {
    type Result = ();
}

pub(super) struct Read;

impl Message for Read {
    type Result = Vec<String>;
}

pub(super) struct Sleep;

impl Message for Sleep {
    type Result = ();
}

pub(super) struct Where;

impl Message for Where {
    type Result = std::thread::ThreadId;
}

impl Handler<Write> for NoteActor {
    type Result = ();

    fn handle(&mut self, Write(line): Write, _: &mut Context<Self>) {
        self.lines.push(line);
    }
}

impl Handler<Read> for NoteActor {
    type Result = MessageResult<Read>;

    fn handle(&mut self, _: Read, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.lines.clone())
    }
}

impl Handler<Sleep> for NoteActor {
    type Result = ();

    fn handle(&mut self, _: Sleep, _: &mut Context<Self>) {
        self.me.passivate();
    }
}

impl Handler<Where> for NoteActor {
    type Result = MessageResult<Where>;

    fn handle(&mut self, _: Where, _: &mut Context<Self>) -> Self::Result {
        MessageResult(std::thread::current().id())
    }
}

breakable!([] NoteActor);

impl Handler<Shutdown> for NoteActor {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        match self.id {
            501 => panic!("injected"),
            502 => return,
            _ => {}
        }
        let (env, id, lines) = (self.env.clone(), self.id, self.lines.clone());
        let flush = async move {
            let _open = env.gate.acquire().await.unwrap();
            env.shelf.kept.lock().unwrap().insert(id, lines);
        };
        ctx.wait(flush.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl Handler<Observe> for NoteActor {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of(self.id, "note", "running")
    }
}

pub(super) struct Library {
    pub notes: Registrar<NoteActor>,
    pub env: NoteEnv,
    pub clock: Clock,
    pub hand: ClockHand,
    pub top: Addr<Supervisor>,
    pub arbiters: Arbiters,
}

impl Library {
    pub(super) async fn open(threads: usize) -> Self {
        let (clock, hand) = clock();
        let env = NoteEnv { shelf: Arc::default(), gate: Arc::new(Semaphore::new(10_000)) };
        let arbiters = Arbiters::start(threads).unwrap();
        let notes = Registrar::new(arbiters.clone());
        let for_all = env.clone();
        let registry = sharded_registry("notes", notes.clone(), clock.clone(), move || for_all.clone());
        let intensity = Intensity { restarts: 3, within: Duration::from_secs(60) };
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let supervisor =
            Supervisor::new("top", Strategy::OneForOne, intensity, vec![registry], clock.clone())
                .tells_when_ready(ready);
        let top = start_watched(Label::new("top"), supervisor, |_| ()).addr;
        is_ready.await.unwrap();
        Self { notes, env, clock, hand, top, arbiters }
    }

    pub(super) async fn note(&self, id: u32) -> Addr<NoteActor> {
        self.notes.locate(id).await.unwrap()
    }

    pub(super) async fn close_gate(&self) {
        self.env.gate.acquire_many(10_000).await.unwrap().forget();
    }

    pub(super) fn open_gate(&self) {
        self.env.gate.add_permits(10_000);
    }

    pub(super) fn loads(&self) -> usize {
        self.env.shelf.loads.load(Ordering::Relaxed)
    }

    /// Waits until an actor that was told to end has ended.
    pub(super) async fn gone(addr: &Addr<NoteActor>) {
        eventually(|| !addr.connected()).await;
    }
}

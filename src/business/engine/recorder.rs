//! The actor `Recorder`: the one who writes records of a tenant.
//!
//! What is asked for while one batch is on its way to the store gathers and is decided together: one
//! transaction, one commit. After it everyone who looks is told, and the rules of the modules follow.

use std::collections::VecDeque;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler, Message, Response};
use futures::future::LocalBoxFuture;
use serde_json::json;
use tokio::sync::oneshot;

use crate::actors::{Bus, Clock, Observation, Observe, Passivator, Registered, Shutdown};
use crate::ids::TenantId;
use crate::office::identity::Identity;
use crate::store::Store;

use super::catalog::Catalogs;
use super::commit::{Done, Task};
use super::days::Awaited;
use super::error::EngineError;
use super::watchers::Watchers;
use super::write::{Written, follow, write};

/// What the recorder of every tenant works with.
#[derive(Clone)]
pub struct RecorderEnv {
    pub store: Store,
    pub clock: Clock,
    pub identity: Identity,
    pub catalogs: Catalogs,
    /// Where the queue of webhooks hears that there is something; none for who writes nothing.
    pub bus: Option<Bus>,
    pub days: Awaited,
}

/// The one who writes records of a tenant.
pub struct Recorder {
    pub(super) tenant: TenantId,
    pub(super) env: RecorderEnv,
    leave: Box<dyn Fn()>,
    queue: VecDeque<Waiting>,
    writing: bool,
    pub(super) watchers: Watchers,
    written: u64,
    idle_armed: bool,
    stopping: Option<oneshot::Sender<()>>,
}

type Answer = Result<Done, EngineError>;

struct Waiting {
    task: Task,
    answer: oneshot::Sender<Answer>,
}

/// Asks for a task; answered when it is stored.
pub struct Commit(pub Task);

impl Message for Commit {
    type Result = Answer;
}

/// Tasks that wait; who asks for more is told to come again.
const WAITING: usize = 10_000;
/// Operations of one transaction.
const TOGETHER: usize = 500;
/// The recorder leaves memory when nobody has looked or written for so long.
const IDLE: Duration = Duration::from_secs(60);

impl Registered for Recorder {
    const KIND: &'static str = "recorder";
    type Id = TenantId;
    type Env = RecorderEnv;
    type LoadError = EngineError;

    fn load(
        env: RecorderEnv,
        tenant: TenantId,
        me: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, EngineError>> {
        Box::pin(async move {
            // What rules have not answered before the last end.
            follow(&env, tenant).await?;
            Ok(Self {
                tenant,
                env,
                leave: Box::new(move || me.passivate()),
                queue: VecDeque::new(),
                writing: false,
                watchers: Watchers::default(),
                written: 0,
                idle_armed: false,
                stopping: None,
            })
        })
    }
}

impl Actor for Recorder {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.arm_idle(ctx);
    }
}

impl Recorder {
    /// Takes what waits to the store, unless something is on its way already.
    fn go_on(&mut self, ctx: &mut Context<Self>) {
        if self.writing || self.queue.is_empty() {
            return;
        }
        self.writing = true;
        let mut ops = 0;
        let fits = |waiting: &&Waiting| {
            ops += waiting.task.ops.len();
            ops <= TOGETHER
        };
        let count = self.queue.iter().take_while(fits).count().max(1);
        let (tasks, answers): (Vec<_>, Vec<_>) =
            self.queue.drain(..count).map(|waiting| (waiting.task, waiting.answer)).unzip();
        let work = write(self.env.clone(), self.tenant, tasks);
        ctx.spawn(work.into_actor(self).map(move |written, act, ctx| act.written(written, answers, ctx)));
    }

    fn written(&mut self, written: Written, answers: Vec<oneshot::Sender<Answer>>, ctx: &mut Context<Self>) {
        self.writing = false;
        self.written += written.happened.len() as u64;
        self.watchers.tell(&written.happened);
        for (answer, result) in answers.into_iter().zip(written.results) {
            // Who has gone away does not want the answer.
            let _ = answer.send(result);
        }
        self.go_on(ctx);
        self.arm_idle(ctx);
        self.stop_if_done(ctx);
    }

    fn is_busy(&self) -> bool {
        self.writing || !self.queue.is_empty()
    }

    pub(super) fn arm_idle(&mut self, ctx: &mut Context<Self>) {
        if std::mem::replace(&mut self.idle_armed, true) {
            return;
        }
        let before = self.written;
        ctx.run_later(IDLE, move |act, ctx| {
            act.idle_armed = false;
            act.watchers.forget_unwatched();
            if act.is_busy() || act.written != before || !act.watchers.is_empty() {
                act.arm_idle(ctx);
            } else {
                (act.leave)();
            }
        });
    }

    fn stop_if_done(&mut self, ctx: &mut Context<Self>) {
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

impl Handler<Commit> for Recorder {
    type Result = Response<Answer>;

    fn handle(&mut self, Commit(task): Commit, ctx: &mut Context<Self>) -> Self::Result {
        if self.stopping.is_some() || self.queue.len() >= WAITING {
            return Response::reply(Err(EngineError::Busy));
        }
        let (answer, done) = oneshot::channel();
        self.queue.push_back(Waiting { task, answer });
        self.go_on(ctx);
        Response::fut(async move { done.await.unwrap_or(Err(EngineError::Busy)) })
    }
}

impl Handler<Shutdown> for Recorder {
    type Result = Response<()>;

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) -> Self::Result {
        let (done, stopped) = oneshot::channel();
        self.stopping = Some(done);
        // In a turn of its own, so that the answer is on its way before the actor ends.
        ctx.run_later(Duration::ZERO, |act, ctx| act.stop_if_done(ctx));
        Response::fut(async {
            // A dropped sender means that the actor has ended, which is what was asked for.
            let _ = stopped.await;
        })
    }
}

impl Handler<Observe> for Recorder {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Self::Result {
        let state = if self.is_busy() { "writing" } else { "quiet" };
        Observation::of(self.tenant, "recorder", state).with(json!({
            "waiting": self.queue.len(), "written": self.written, "lists": self.watchers.lists(),
        }))
    }
}

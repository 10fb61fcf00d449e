//! A sharded registry as one supervised child.

use std::time::Duration;

use actix::{Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Context, Handler};
use actix::{ResponseFuture, StreamHandler, WrapFuture};
use futures::channel::mpsc;

use super::child::{ChildSpec, StartError};
use super::clock::Clock;
use super::messages::{Exit, Observation, Observe, Shutdown};
use super::policy::Restart;
use super::registrar::Registrar;
use super::registry::{Registered, Registry};
use super::watch::{Label, exit_with, start_watched};

/// The registry behind `registrar`: one shard per arbiter, started and stopped together.
pub fn sharded_registry<A: Registered>(
    id: &'static str,
    registrar: Registrar<A>,
    clock: Clock,
    env: impl Fn() -> A::Env + 'static,
) -> ChildSpec {
    let build = move || Shards::start(registrar.clone(), clock.clone(), env());
    ChildSpec::starting(id, Restart::Permanent, build).shutdown(A::SHUTDOWN + GRACE)
}

/// What a shard may take beyond the time of its actors.
const GRACE: Duration = Duration::from_secs(1);

/// Starts the shards and ends when they have ended.
struct Shards<A: Registered> {
    registrar: Registrar<A>,
    clock: Clock,
    shards: Vec<Addr<Registry<A>>>,
    running: usize,
    exits: Option<mpsc::UnboundedReceiver<Exit>>,
    closing: bool,
}

impl<A: Registered> Shards<A> {
    async fn start(registrar: Registrar<A>, clock: Clock, env: A::Env) -> Result<Self, StartError> {
        let (exited, exits) = mpsc::unbounded();
        let mut shards = Vec::new();
        for index in 0..registrar.arbiters().count() {
            let (exited, clock) = (exited.clone(), clock.clone());
            let (env, live) = (env.clone(), registrar.live_counter());
            let start = move || {
                let registry = Registry::<A>::new(env, clock, live);
                let report = move |exit| {
                    // Nobody listens once the child has been cut off.
                    let _ = exited.unbounded_send(exit);
                };
                start_watched(Label::of("registry", A::KIND), registry, report).addr
            };
            shards.push(registrar.arbiters().run_on(index, start).await?);
        }
        registrar.open(shards.clone().into());
        let running = shards.len();
        Ok(Self { registrar, clock, shards, running, exits: Some(exits), closing: false })
    }

    fn close(&mut self) {
        self.closing = true;
        self.registrar.close();
        for shard in &self.shards {
            shard.do_send(Shutdown);
        }
    }

    /// Ends once no actor is left that a successor could collide with, or when that takes too long.
    fn end(&self, ctx: &mut Context<Self>) {
        let (live, clock) = (self.registrar.clone(), self.clock.clone());
        let until = clock.monotonic() + A::SHUTDOWN;
        let gone = async move {
            while live.count() > 0 && clock.monotonic() < until {
                clock.sleep(Duration::from_millis(5)).await;
            }
        };
        ctx.spawn(gone.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl<A: Registered> Actor for Shards<A> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        if let Some(exits) = self.exits.take() {
            ctx.add_stream(exits);
        }
    }
}

impl<A: Registered> StreamHandler<Exit> for Shards<A> {
    fn handle(&mut self, exit: Exit, ctx: &mut Context<Self>) {
        self.running -= 1;
        if !self.closing {
            // Half a registry is none: the others end, and the supervisor starts all of them again.
            exit_with(if exit.failed() { exit } else { Exit::GaveUp });
            self.close();
        }
        if self.running == 0 {
            self.end(ctx);
        }
    }

    /// The last report is not the end: `end` decides.
    fn finished(&mut self, _: &mut Context<Self>) {}
}

impl<A: Registered> Handler<Shutdown> for Shards<A> {
    type Result = ();

    fn handle(&mut self, _: Shutdown, _: &mut Context<Self>) {
        self.close();
    }
}

impl<A: Registered> Handler<Observe> for Shards<A> {
    type Result = ResponseFuture<Observation>;

    fn handle(&mut self, asked: Observe, _: &mut Context<Self>) -> Self::Result {
        let (registrar, clock) = (self.registrar.clone(), self.clock.clone());
        Box::pin(async move { registrar.observe(asked, &clock).await })
    }
}

impl<A: Registered> Drop for Shards<A> {
    /// Lets no shard outlive a child that was cut off.
    fn drop(&mut self) {
        if !self.closing {
            self.close();
        }
    }
}

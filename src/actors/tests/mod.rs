//! Decisions of the supervision, without sockets.

mod alarms;
mod bus;
mod clock;
mod installation;
mod library;
mod memory;
mod outbox;
mod registry;
mod supervisor;
mod tenants;
mod watch;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use actix::{Actor, ActorContext, Addr, AsyncContext, Context, Handler, Message};
use chrono::DateTime;

use super::*;

/// A clock that stands still, and its hand.
fn clock() -> (Clock, ClockHand) {
    Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
}

/// What happened, in order.
type Journal = Rc<RefCell<Vec<String>>>;

fn taken(journal: &Journal) -> Vec<String> {
    std::mem::take(&mut journal.borrow_mut())
}

/// Lets everything that is ready on this thread run.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Waits for something that another thread or a timer brings about.
async fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..5_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it did not come to pass");
}

/// Panics in the handler of the actor that gets it.
struct Boom;

impl Message for Boom {
    type Result = ();
}

macro_rules! breakable {
    ($([$($param:tt)*] $actor:ty),* $(,)?) => {$(
        impl<$($param)*> Handler<Boom> for $actor {
            type Result = ();

            fn handle(&mut self, _: Boom, _: &mut Context<Self>) {
                panic!("injected");
            }
        }
    )*};
}

use breakable;

breakable!([] Worker, [] Supervisor, [] crate::actors::bus::Courier, [] tenant::Tenant, [A: Registered] Registry<A>);

/// Ends the actor that gets it, as if its work were done.
struct Finish;

impl Message for Finish {
    type Result = ();
}

/// The addresses of the workers, by name, as they start.
type Roll = Rc<RefCell<HashMap<&'static str, Addr<Worker>>>>;

/// An actor that notes its start and stop and enters its address into the roll.
struct Worker {
    name: &'static str,
    journal: Journal,
    roll: Roll,
    /// Whether it ignores `Shutdown`.
    stuck: bool,
}

impl Actor for Worker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.journal.borrow_mut().push(format!("start {}", self.name));
        self.roll.borrow_mut().insert(self.name, ctx.address());
    }
}

impl Handler<Shutdown> for Worker {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        if !self.stuck {
            self.journal.borrow_mut().push(format!("stop {}", self.name));
            ctx.stop();
        }
    }
}

impl Handler<Observe> for Worker {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of(self.name, "worker", "running")
    }
}

impl Handler<Finish> for Worker {
    type Result = ();

    fn handle(&mut self, _: Finish, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

//! What every supervised actor understands, and how actors end.

use std::time::Duration;

use actix::dev::{MessageResponse, OneshotSender};
use actix::{Actor, Context, Handler, Message, Recipient};
use serde::Serialize;

use super::clock::Clock;

/// Asks an actor to flush and then to stop; its end is the answer.
#[derive(Clone, Copy, Debug)]
pub struct Shutdown;

/// Asks an actor for a small picture of itself.
///
/// It carries the time that is left, a little less at each level, so that one stuck actor makes only
/// its own picture late and not that of everyone above it.
#[derive(Clone, Copy, Debug)]
pub struct Observe {
    within: Duration,
}

/// A small picture of an actor and of those it supervises.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Observation {
    pub id: String,
    /// What sort of actor it is, such as `document`.
    pub kind: String,
    /// `running`, `busy` (no answer in time), `starting`, `stopped`, …
    pub state: String,
    /// How often its supervisor has started it again.
    pub restarts: u32,
    /// Figures that only this kind of actor has.
    pub detail: serde_json::Value,
    #[schema(no_recursion)]
    pub children: Vec<Observation>,
}

/// Tells a supervisor how one of its actors ended.
#[derive(Clone, Debug)]
pub struct ActorExited<Id: 'static> {
    pub id: Id,
    pub exit: Exit,
}

/// How an actor ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It stopped by itself or because it was asked to.
    Normal,
    /// It panicked.
    Panicked,
    /// It is a supervisor whose children failed too often, or an actor that cannot go on.
    GaveUp,
    /// It was cut off because it did not stop in time.
    Killed,
}

/// An actor that can be supervised.
pub trait Child: Actor<Context = Context<Self>> + Handler<Shutdown> + Handler<Observe> {}

impl<A> Child for A where A: Actor<Context = Context<A>> + Handler<Shutdown> + Handler<Observe> {}

impl Default for Observe {
    fn default() -> Self {
        Self { within: Duration::from_secs(1) }
    }
}

impl Message for Shutdown {
    type Result = ();
}

impl Message for Observe {
    type Result = Observation;
}

impl<Id: 'static> Message for ActorExited<Id> {
    type Result = ();
}

impl<A: Actor> MessageResponse<A, Observe> for Observation {
    fn handle(self, _: &mut A::Context, reply: Option<OneshotSender<Self>>) {
        if let Some(reply) = reply {
            // Who asked may have gone.
            let _ = reply.send(self);
        }
    }
}

impl Exit {
    /// Whether this end is a failure.
    #[must_use]
    pub fn failed(self) -> bool {
        self != Self::Normal
    }
}

impl Observation {
    /// A picture without figures.
    #[must_use]
    pub fn of(id: impl ToString, kind: &str, state: &str) -> Self {
        Self { id: id.to_string(), kind: kind.into(), state: state.into(), ..Self::default() }
    }

    /// The same with figures.
    #[must_use]
    pub fn with(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

impl Observe {
    /// Asks a child for its picture; one that does not answer in time is `busy`.
    pub(super) async fn child(self, child: Recipient<Observe>, clock: &Clock) -> Observation {
        let asked = Self { within: self.within.mul_f64(0.8) };
        match clock.timeout(asked.within, child.send(asked)).await {
            Some(Ok(observation)) => observation,
            Some(Err(_)) => Observation { state: "ended".into(), ..Observation::default() },
            None => Observation { state: "busy".into(), ..Observation::default() },
        }
    }
}

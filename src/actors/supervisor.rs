//! The supervisor: starts children in order, restarts them by its strategy, stops them in reverse.

use std::cell::RefCell;
use std::rc::Rc;

use actix::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Recipient, ResponseFuture,
    WrapFuture,
};
use futures::channel::mpsc;
use futures::future::join_all;
use tokio::sync::oneshot;

use super::child::ChildSpec;
use super::clock::Clock;
use super::family::{Family, Order};
use super::messages::{Observation, Observe, Shutdown};
use super::policy::{Backoff, Intensity, Strategy};
use super::watch::exit_with;

/// An actor that keeps others running.
///
/// Past its intensity it stops them and exits with `Exit::GaveUp`, about which its parent decides.
pub struct Supervisor {
    id: String,
    clock: Clock,
    family: Option<Family>,
    board: Board,
    orders: mpsc::UnboundedSender<Order>,
}

impl Supervisor {
    /// A supervisor of `children`, which start in list order once the actor runs.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        strategy: Strategy,
        intensity: Intensity,
        children: Vec<ChildSpec>,
        clock: Clock,
    ) -> Self {
        let (orders, inbox) = mpsc::unbounded();
        let family = Family::new(strategy, intensity, children, clock.clone(), orders.clone(), inbox);
        let board = family.board();
        Self { id: id.into(), clock, family: Some(family), board, orders }
    }

    /// The same supervisor with other waits before restarts.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        if let Some(family) = &mut self.family {
            family.backoff = backoff;
        }
        self
    }

    /// The same supervisor, which tells `ready` once all children have started.
    #[must_use]
    pub fn tells_when_ready(mut self, ready: oneshot::Sender<()>) -> Self {
        if let Some(family) = &mut self.family {
            family.ready = Some(ready);
        }
        self
    }
}

impl Actor for Supervisor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        let Some(family) = self.family.take() else { return };
        let life = family.run().into_actor(self).map(|exit, _, ctx| {
            exit_with(exit);
            ctx.stop();
        });
        ctx.spawn(life);
    }
}

impl Handler<Shutdown> for Supervisor {
    type Result = ();

    fn handle(&mut self, _: Shutdown, _: &mut Context<Self>) {
        // A closed channel means that the family has ended, and this actor ends with it.
        let _ = self.orders.unbounded_send(Order::Shutdown);
    }
}

impl Handler<Observe> for Supervisor {
    type Result = ResponseFuture<Observation>;

    fn handle(&mut self, asked: Observe, _: &mut Context<Self>) -> Self::Result {
        let board = self.board.borrow();
        let pictures: Vec<_> = board.iter().map(|child| child.picture(asked, &self.clock)).collect();
        let picture = Observation::of(&self.id, "supervisor", "running");
        Box::pin(async move { Observation { children: join_all(pictures).await, ..picture } })
    }
}

/// What the supervisor's actor shows of the children that its family keeps.
pub(super) type Board = Rc<RefCell<Vec<Notice>>>;

/// One child on the board.
pub(super) struct Notice {
    pub id: &'static str,
    pub state: &'static str,
    pub restarts: u32,
    pub child: Option<Recipient<Observe>>,
}

impl Notice {
    fn picture(&self, asked: Observe, clock: &Clock) -> impl Future<Output = Observation> + use<> {
        let (id, state, restarts) = (self.id, self.state, self.restarts);
        let (child, clock) = (self.child.clone(), clock.clone());
        async move {
            let mut picture = match child {
                Some(child) => asked.child(child, &clock).await,
                None => Observation { state: state.into(), ..Observation::default() },
            };
            picture.id = id.into();
            picture.restarts = restarts;
            picture
        }
    }
}

//! What a registry knows about one id.

use std::time::Duration;

use actix::Addr;
use tokio::sync::oneshot;

use super::registrar::LocateError;
use super::registry::Registered;
use super::watch::Started;

/// The state of one id; small, since there may be very many.
pub(super) enum Entry<A: Registered> {
    Loading(Box<Loading<A>>),
    Live(Started<A>),
    Ending(Box<Ending<A>>),
}

/// An actor that is being built from the store.
pub(super) struct Loading<A: Registered> {
    pub waiters: Vec<Waiter<A>>,
    /// Those who want it ended as soon as it runs.
    pub stops: Vec<oneshot::Sender<()>>,
}

/// An actor that was asked to stop.
pub(super) struct Ending<A: Registered> {
    pub live: Started<A>,
    pub deadline: Duration,
    /// Those who get the next incarnation.
    pub next: Vec<Waiter<A>>,
    /// Those who wait for the end.
    pub done: Vec<oneshot::Sender<()>>,
}

pub(super) type Answer<A> = Result<Addr<A>, LocateError<<A as Registered>::LoadError>>;

/// Someone who asked for an actor.
pub(super) struct Waiter<A: Registered>(pub oneshot::Sender<Answer<A>>);

impl<A: Registered> Waiter<A> {
    pub(super) fn answer(self, answer: Answer<A>) {
        // Who asked may have gone.
        let _ = self.0.send(answer);
    }
}

/// One answer for all who wait for the same actor.
pub(super) enum Located<A: Registered> {
    Ok(Addr<A>),
    Err(LocateError<A::LoadError>),
}

impl<A: Registered> Located<A> {
    pub(super) fn give(self, waiters: Vec<Waiter<A>>) {
        for waiter in waiters {
            waiter.answer(match &self {
                Self::Ok(addr) => Ok(addr.clone()),
                Self::Err(error) => Err(error.clone()),
            });
        }
    }
}

//! What a supervisor knows about a child: how to start it, and when to start it again.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix::Recipient;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, ready};
use tokio::task::AbortHandle;

use super::clock::Clock;
use super::messages::{Child, Exit, Observe, Shutdown};
pub use super::policy::Restart;
use super::policy::{Intensity, Strategy};
use super::supervisor::Supervisor;
use super::watch::{Label, start_watched};

/// Why a child could not be started.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// A child of a supervisor.
pub struct ChildSpec {
    /// Its name among its siblings, in kebab-case.
    pub id: &'static str,
    pub restart: Restart,
    /// How long it may take to stop before it is cut off.
    pub shutdown: Duration,
    start: Start,
}

impl ChildSpec {
    /// A child; `build` makes a fresh actor for every start, so no damaged state survives.
    #[must_use]
    pub fn actor<A: Child>(id: &'static str, restart: Restart, build: impl Fn() -> A + 'static) -> Self {
        Self::starting(id, restart, move || ready(Ok(build())))
    }

    /// The same for an actor that takes time to build or that may fail to.
    #[must_use]
    pub fn starting<A, F>(id: &'static str, restart: Restart, build: impl Fn() -> F + 'static) -> Self
    where
        A: Child,
        F: Future<Output = Result<A, StartError>> + 'static,
    {
        let start = move |report: Report| -> StartFuture {
            let building = build();
            async move {
                let started = start_watched(Label::new(id), building.await?, report);
                // Its `started` runs before the next sibling is built, or whoever waits for all goes on.
                tokio::task::yield_now().await;
                Ok(ChildHandle {
                    shutdown: started.addr.clone().recipient(),
                    observe: started.addr.recipient(),
                    abort: started.abort,
                })
            }
            .boxed_local()
        };
        Self { id, restart, shutdown: Duration::from_secs(5), start: Box::new(start) }
    }

    /// A supervisor as a child; `children` makes a fresh list for every start.
    #[must_use]
    pub fn supervisor(
        id: &'static str,
        strategy: Strategy,
        intensity: Intensity,
        clock: Clock,
        children: impl Fn() -> Vec<ChildSpec> + 'static,
    ) -> Self {
        let build = move || Supervisor::new(id, strategy, intensity, children(), clock.clone());
        Self::actor(id, Restart::Permanent, build).shutdown(Duration::from_secs(10))
    }

    /// The same child with another time to stop.
    #[must_use]
    pub fn shutdown(mut self, shutdown: Duration) -> Self {
        self.shutdown = shutdown;
        self
    }

    /// Builds and starts a fresh actor; a panic while building is an error.
    pub(super) async fn start(&self, report: Report) -> Result<ChildHandle, StartError> {
        AssertUnwindSafe(async { (self.start)(report).await })
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err("its start panicked".into()))
    }
}

pub(super) type Report = Box<dyn FnOnce(Exit)>;

/// A running child.
pub(super) struct ChildHandle {
    pub shutdown: Recipient<Shutdown>,
    pub observe: Recipient<Observe>,
    pub abort: AbortHandle,
}

type Start = Box<dyn Fn(Report) -> StartFuture>;
type StartFuture = LocalBoxFuture<'static, Result<ChildHandle, StartError>>;

//! The root of all actors: one supervisor for the whole program, and the orderly end of it.

use std::time::Duration;

use actix::Addr;
use tokio::sync::watch;

use super::child::ChildSpec;
use super::clock::Clock;
use super::messages::{Exit, Observation, Observe, Shutdown};
use super::policy::{Intensity, Strategy};
use super::supervisor::Supervisor;
use super::watch::{Label, install_panic_hook, start_watched};

/// The root supervisor; cheap to clone. Its end is the end of the program.
#[derive(Clone)]
pub struct Root {
    supervisor: Addr<Supervisor>,
    abort: tokio::task::AbortHandle,
    clock: Clock,
    exit: watch::Receiver<Option<Exit>>,
}

/// Limits multiply through the levels, so the top is small.
const INTENSITY: Intensity = Intensity { restarts: 3, within: Duration::from_secs(60) };

/// How long the program may take to stop.
pub const STOP_WITHIN: Duration = Duration::from_secs(10);

impl Root {
    /// Starts the root on this thread, which has to run an actix `System`; its children start in list
    /// order and stop in reverse, so what takes connections comes last.
    ///
    /// # Errors
    /// `Exit::GaveUp` when they do not start.
    pub async fn start(children: Vec<ChildSpec>, clock: Clock) -> Result<Self, Exit> {
        install_panic_hook();
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let supervisor = Supervisor::new("root", Strategy::OneForOne, INTENSITY, children, clock.clone())
            .tells_when_ready(ready);
        let (told, exit) = watch::channel(None);
        let started = start_watched(Label::new("root"), supervisor, move |exit| {
            told.send_replace(Some(exit));
        });
        let root = Self { supervisor: started.addr, abort: started.abort, clock, exit };
        match is_ready.await {
            Ok(()) => Ok(root),
            Err(_) => Err(root.ended().await),
        }
    }

    /// Waits until the root has ended, by itself or because it was stopped.
    pub async fn ended(&self) -> Exit {
        let mut exit = self.exit.clone();
        // The sender lives in the report of the root's task, which tells before it goes.
        exit.wait_for(Option::is_some).await.ok().and_then(|exit| *exit).unwrap_or(Exit::Killed)
    }

    /// Stops all children in reverse order, flushes included, and cuts off what takes longer than
    /// [`STOP_WITHIN`] in all.
    pub async fn stop(&self) -> Exit {
        self.supervisor.do_send(Shutdown);
        if let Some(exit) = self.clock.timeout(STOP_WITHIN, self.ended()).await {
            return exit;
        }
        tracing::error!("the actors did not stop in time and are cut off");
        self.abort.abort();
        self.ended().await
    }

    /// The tree of all actors.
    pub async fn observe(&self) -> Observation {
        let asked = self.supervisor.send(Observe::default());
        match self.clock.timeout(Duration::from_secs(1), asked).await {
            Some(Ok(observation)) => observation,
            Some(Err(_)) => Observation::of("root", "supervisor", "ended"),
            None => Observation::of("root", "supervisor", "busy"),
        }
    }
}

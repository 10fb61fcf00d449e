//! Runs actors so that their end is always known and a panic ends one actor, never a thread.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Once;
use std::task::{self, Poll};

use actix::dev::ContextFut;
use actix::{Actor, Addr, Context};
use futures::FutureExt;
use tokio::task::AbortHandle;

use super::messages::Exit;

/// What an actor is called in logs: its kind and, if it is one of many, its id.
#[derive(Clone)]
pub struct Label {
    kind: &'static str,
    id: Option<Rc<dyn fmt::Display>>,
}

/// An actor that was just started.
pub struct Started<A: Actor> {
    pub addr: Addr<A>,
    /// Cuts the actor off where it stands; the report says `Exit::Killed`.
    pub abort: AbortHandle,
}

/// Runs an actor on this thread and reports exactly once how it ended.
///
/// One task runs the actor and watches it: watching a `JoinHandle` from a second task would cost every
/// actor several hundred bytes more and tell the same.
pub fn start_watched<A, R>(label: Label, actor: A, report: R) -> Started<A>
where
    A: Actor<Context = Context<A>>,
    R: FnOnce(Exit) + 'static,
{
    let context = Context::new().into_future(actor);
    let addr = context.address();
    let run = Run { context: Some(context), report: Some(report) };
    let task = actix_rt::spawn(ACTOR.scope(Identity { label, exit: Cell::new(Exit::Normal) }, run));
    Started { addr, abort: task.abort_handle() }
}

/// Sets how the running actor's end is reported once it stops; for one that cannot go on.
pub fn exit_with(exit: Exit) {
    // Outside of a watched actor there is nobody to report to.
    let _ = ACTOR.try_with(|identity| identity.exit.set(exit));
}

/// The label of the actor that this task runs.
#[must_use]
pub fn current_actor() -> Option<Label> {
    ACTOR.try_with(|identity| identity.label.clone()).ok()
}

/// Makes panics inside actors appear in the log with the actor's name.
pub fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| match current_actor() {
            // Without a log it goes where panics go.
            Some(actor) if tracing::enabled!(tracing::Level::ERROR) => tracing::error!(
                %actor,
                location = info.location().map(tracing::field::display),
                panic = panic_text(info.payload()),
                "an actor panicked"
            ),
            _ => previous(info),
        }));
    });
}

impl Label {
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self { kind, id: None }
    }

    #[must_use]
    pub fn of(kind: &'static str, id: impl fmt::Display + 'static) -> Self {
        Self { kind, id: Some(Rc::new(id)) }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "{} {id}", self.kind),
            None => f.write_str(self.kind),
        }
    }
}

/// Something panicked; the panic hook has logged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it panicked")]
pub struct Panicked;

/// Runs `work` under a label; a panic in it is an error and nothing more.
pub(super) async fn guarded<F: Future>(label: Label, work: F) -> Result<F::Output, Panicked> {
    let identity = Identity { label, exit: Cell::new(Exit::Normal) };
    ACTOR.scope(identity, AssertUnwindSafe(work).catch_unwind()).await.map_err(|_| Panicked)
}

/// What a panic said.
pub(super) fn panic_text(payload: &dyn Any) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "(no text)"
    }
}

tokio::task_local! {
    static ACTOR: Identity;
}

struct Identity {
    label: Label,
    exit: Cell<Exit>,
}

/// The task of one actor.
struct Run<A: Actor<Context = Context<A>>, R: FnOnce(Exit)> {
    context: Option<ContextFut<A, Context<A>>>,
    report: Option<R>,
}

// Nothing in it is pinned in place: an actor is `Unpin`, and the report is only called.
impl<A: Actor<Context = Context<A>>, R: FnOnce(Exit)> Unpin for Run<A, R> {}

impl<A: Actor<Context = Context<A>>, R: FnOnce(Exit)> Run<A, R> {
    fn end(&mut self, exit: Exit) {
        let context = self.context.take();
        // The destructor of the actor's state may panic as well.
        let dropped = panic::catch_unwind(AssertUnwindSafe(|| drop(context)));
        let exit = if dropped.is_err() { Exit::Panicked } else { exit };
        if let Some(report) = self.report.take() {
            report(exit);
        }
    }
}

impl<A: Actor<Context = Context<A>>, R: FnOnce(Exit)> Future for Run<A, R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let run = self.get_mut();
        let Some(context) = run.context.as_mut() else { return Poll::Ready(()) };
        let exit = match panic::catch_unwind(AssertUnwindSafe(|| context.poll_unpin(cx))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(())) => ACTOR.try_with(|identity| identity.exit.get()).unwrap_or(Exit::Normal),
            Err(_) => Exit::Panicked,
        };
        run.end(exit);
        Poll::Ready(())
    }
}

impl<A: Actor<Context = Context<A>>, R: FnOnce(Exit)> Drop for Run<A, R> {
    fn drop(&mut self) {
        if self.report.is_some() {
            self.end(Exit::Killed);
        }
    }
}

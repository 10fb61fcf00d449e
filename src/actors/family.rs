//! The life of a supervisor's children, as one loop that handles one thing after the other.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc;
use tokio::sync::oneshot;

use super::child::{ChildHandle, ChildSpec};
use super::clock::Clock;
use super::messages::{Exit, Shutdown};
use super::policy::{Backoff, Intensity, Jitter, RestartLog, Strategy};
use super::supervisor::{Board, Notice};

/// What a family is told.
pub(super) enum Order {
    /// The child at a place has ended; its incarnation tells whether that is news.
    Ended {
        place: usize,
        incarnation: u64,
        exit: Exit,
    },
    Shutdown,
}

/// The children of one supervisor.
pub(super) struct Family {
    pub backoff: Backoff,
    pub ready: Option<oneshot::Sender<()>>,
    strategy: Strategy,
    restarts: RestartLog,
    clock: Clock,
    jitter: Jitter,
    members: Vec<Member>,
    board: Board,
    orders: mpsc::UnboundedSender<Order>,
    inbox: mpsc::UnboundedReceiver<Order>,
    /// Ends that were not asked for and that nothing was done about yet.
    failures: VecDeque<(usize, Exit)>,
    incarnations: u64,
    closing: bool,
}

struct Member {
    spec: ChildSpec,
    running: Option<(u64, ChildHandle)>,
}

/// The supervisor has to end with `Exit::GaveUp`.
struct GiveUp;

impl Family {
    pub(super) fn new(
        strategy: Strategy,
        intensity: Intensity,
        children: Vec<ChildSpec>,
        clock: Clock,
        orders: mpsc::UnboundedSender<Order>,
        inbox: mpsc::UnboundedReceiver<Order>,
    ) -> Self {
        let notice = |spec: &ChildSpec| Notice { id: spec.id, state: "stopped", restarts: 0, child: None };
        let board = Rc::new(RefCell::new(children.iter().map(notice).collect()));
        Self {
            backoff: Backoff::default(),
            ready: None,
            strategy,
            restarts: RestartLog::new(intensity),
            jitter: clock.jitter(),
            clock,
            members: children.into_iter().map(|spec| Member { spec, running: None }).collect(),
            board,
            orders,
            inbox,
            failures: VecDeque::new(),
            incarnations: 0,
            closing: false,
        }
    }

    pub(super) fn board(&self) -> Board {
        self.board.clone()
    }

    /// Starts the children and keeps them until the supervisor is asked to stop or gives up.
    pub(super) async fn run(mut self) -> Exit {
        self.start(0..self.members.len()).await;
        loop {
            if self.closing {
                self.stop(0..self.members.len()).await;
                return Exit::Normal;
            }
            if let Some((place, exit)) = self.failures.pop_front() {
                if self.recover(place, exit).await.is_err() {
                    tracing::error!(child = self.members[place].spec.id, "restarts too often, gives up");
                    self.stop(0..self.members.len()).await;
                    return Exit::GaveUp;
                }
                continue;
            }
            self.tell_ready();
            match self.inbox.next().await {
                Some(order) => self.absorb(order),
                // The supervisor's actor holds a sender, and this runs inside of it.
                None => self.closing = true,
            }
        }
    }

    /// Does what the rules say about a child that ended by itself.
    async fn recover(&mut self, place: usize, exit: Exit) -> Result<(), GiveUp> {
        let Member { spec, running } = &self.members[place];
        // A group restart may have brought it back already.
        if running.is_some() || !spec.restart.applies(exit.failed()) {
            return Ok(());
        }
        let earlier = self.restarts.admit(self.clock.monotonic()).ok_or(GiveUp)?;
        let delay = self.backoff.delay(earlier, &mut self.jitter);
        tracing::warn!(child = spec.id, ?exit, ?delay, "a child ended and is started again");
        let group = self.strategy.affected(place, self.members.len());
        self.stop(group.clone()).await;
        self.pause(delay).await;
        if !self.closing {
            for member in group.clone() {
                self.board.borrow_mut()[member].restarts += 1;
            }
            self.start(group).await;
        }
        Ok(())
    }

    /// Starts children in order. One that fails to start counts as one that failed at once; those
    /// after it wait for it, unless they do not depend on each other.
    async fn start(&mut self, places: Range<usize>) {
        for place in places {
            if self.closing {
                return;
            }
            self.incarnations += 1;
            let incarnation = self.incarnations;
            let orders = self.orders.clone();
            let report = Box::new(move |exit| {
                // A family that has ended does not care.
                let _ = orders.unbounded_send(Order::Ended { place, incarnation, exit });
            });
            self.show(place, "starting");
            match self.members[place].spec.start(report).await {
                Ok(handle) => {
                    self.members[place].running = Some((incarnation, handle));
                    self.show(place, "running");
                }
                Err(error) => {
                    tracing::warn!(child = self.members[place].spec.id, %error, "a child failed to start");
                    self.show(place, "failed");
                    self.failures.push_back((place, Exit::Panicked));
                    if self.strategy != Strategy::OneForOne && self.members[place].spec.restart.applies(true)
                    {
                        return;
                    }
                }
            }
        }
    }

    /// Stops children in reverse order, each within its own time.
    async fn stop(&mut self, places: Range<usize>) {
        for place in places.rev() {
            let Some((_, handle)) = &self.members[place].running else { continue };
            handle.shutdown.do_send(Shutdown);
            self.show(place, "stopping");
            let deadline = self.clock.sleep(self.members[place].spec.shutdown);
            tokio::pin!(deadline);
            while self.members[place].running.is_some() {
                tokio::select! {
                    order = self.inbox.next() => if let Some(order) = order { self.absorb(order) },
                    () = &mut deadline => self.cut_off(place),
                }
            }
            // It ended because it was asked to.
            self.failures.retain(|(failed, _)| *failed != place);
            self.show(place, "stopped");
        }
    }

    fn cut_off(&mut self, place: usize) {
        if let Some((_, handle)) = self.members[place].running.take() {
            tracing::error!(child = self.members[place].spec.id, "did not stop in time and is cut off");
            handle.abort.abort();
        }
    }

    /// Waits before a restart, still hearing what happens.
    async fn pause(&mut self, delay: Duration) {
        let pause = self.clock.sleep(delay);
        tokio::pin!(pause);
        while !self.closing {
            tokio::select! {
                order = self.inbox.next() => if let Some(order) = order { self.absorb(order) },
                () = &mut pause => return,
            }
        }
    }

    fn absorb(&mut self, order: Order) {
        match order {
            Order::Shutdown => self.closing = true,
            Order::Ended { place, incarnation, exit } => {
                let running = &mut self.members[place].running;
                if running.as_ref().is_some_and(|(current, _)| *current == incarnation) {
                    *running = None;
                    self.failures.push_back((place, exit));
                    self.show(place, "ended");
                }
            }
        }
    }

    fn show(&self, place: usize, state: &'static str) {
        let notice = &mut self.board.borrow_mut()[place];
        notice.state = state;
        notice.child = self.members[place].running.as_ref().map(|(_, handle)| handle.observe.clone());
    }

    fn tell_ready(&mut self) {
        if let Some(ready) = self.ready.take() {
            // Who waited for it may have gone.
            let _ = ready.send(());
        }
    }
}

impl Drop for Family {
    /// Lets no child outlive a supervisor that panicked or was cut off.
    fn drop(&mut self) {
        for member in self.members.iter().rev() {
            if let Some((_, handle)) = &member.running {
                handle.shutdown.do_send(Shutdown);
            }
        }
    }
}

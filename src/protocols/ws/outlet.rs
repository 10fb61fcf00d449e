//! The way from an actor to one client: a bounded queue of encoded frames.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::task::AtomicWaker;

use super::frame;

/// A code and a reason with which a connection is closed (RFC 6455, section 7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    pub reason: &'static str,
}

impl Close {
    pub const GOING_AWAY: Self = Self { code: 1001, reason: "the server is going away, reconnect" };
    pub const RESTART: Self = Self { code: 1012, reason: "the service restarts, reconnect" };
    pub const TOO_SLOW: Self = Self { code: 4408, reason: "the client reads too slowly or is silent" };

    /// The frame that says so.
    #[must_use]
    pub fn frame(&self) -> Bytes {
        frame::encode_close(self.code, self.reason)
    }
}

/// What the socket finds in the outlet.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Frames were moved into the socket's own queue.
    Frames,
    /// Nothing more will come; say this and close.
    Close(Close),
    /// The actor behind the outlet has ended; the session should join its next incarnation.
    Detached,
}

/// A bounded queue of encoded frames between an actor and the task that owns the socket.
pub struct Outlet {
    state: Mutex<State>,
    waker: AtomicWaker,
}

struct State {
    frames: VecDeque<Bytes>,
    queued: usize,
    /// The largest frame since the queue was empty: a large document alone makes nobody slow.
    largest: usize,
    limit: usize,
    close: Option<Close>,
    detached: bool,
}

impl Outlet {
    /// An outlet that holds at most `limit` bytes for a client that does not read.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let state =
            State { frames: VecDeque::new(), queued: 0, largest: 0, limit, close: None, detached: false };
        Self { state: Mutex::new(state), waker: AtomicWaker::new() }
    }

    /// Queues a frame. A client that lets the queue grow past its limit is closed.
    pub fn push(&self, frame: Bytes) {
        {
            let mut state = self.lock();
            if state.close.is_some() {
                return;
            }
            state.queued += frame.len();
            state.largest = state.largest.max(frame.len());
            state.frames.push_back(frame);
            if state.queued > state.limit + state.largest {
                state.frames = VecDeque::new();
                state.close = Some(Close::TOO_SLOW);
            }
        }
        self.waker.wake();
    }

    /// Closes the connection after the frames that are queued.
    pub fn close(&self, close: Close) {
        self.lock().close.get_or_insert(close);
        self.waker.wake();
    }

    /// Tells the session that the actor has ended.
    pub fn detach(&self) {
        self.lock().detached = true;
        self.waker.wake();
    }

    /// Moves what is queued into `sending`, or tells how the connection ends.
    pub fn poll_take(&self, cx: &mut Context<'_>, sending: &mut VecDeque<Bytes>) -> Poll<Outgoing> {
        self.waker.register(cx.waker());
        let mut state = self.lock();
        if !state.frames.is_empty() {
            (state.queued, state.largest) = (0, 0);
            if sending.is_empty() {
                std::mem::swap(sending, &mut state.frames);
            } else {
                sending.append(&mut state.frames);
            }
            return Poll::Ready(Outgoing::Frames);
        }
        if let Some(close) = state.close {
            return Poll::Ready(Outgoing::Close(close));
        }
        if state.detached {
            state.detached = false;
            return Poll::Ready(Outgoing::Detached);
        }
        // An idle connection keeps no buffer.
        state.frames = VecDeque::new();
        Poll::Pending
    }

    /// Tells how the connection ends, if it does; for a socket that cannot write now.
    pub fn poll_close(&self, cx: &mut Context<'_>) -> Poll<Close> {
        self.waker.register(cx.waker());
        self.lock().close.map_or(Poll::Pending, Poll::Ready)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held leaves the queue whole: every change is one statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(outlet: &Outlet, sending: &mut VecDeque<Bytes>) -> Poll<Outgoing> {
        outlet.poll_take(&mut Context::from_waker(std::task::Waker::noop()), sending)
    }

    #[test]
    fn frames_leave_in_order_and_before_the_close() {
        let outlet = Outlet::new(100);
        outlet.push(Bytes::from_static(b"one"));
        outlet.push(Bytes::from_static(b"two"));
        outlet.close(Close::RESTART);
        let mut sending = VecDeque::new();
        assert_eq!(take(&outlet, &mut sending), Poll::Ready(Outgoing::Frames));
        assert_eq!(sending, ["one", "two"]);
        assert_eq!(take(&outlet, &mut sending), Poll::Ready(Outgoing::Close(Close::RESTART)));
    }

    #[test]
    fn a_client_that_does_not_read_is_closed_and_its_frames_freed() {
        let outlet = Outlet::new(10);
        for _ in 0..4 {
            outlet.push(Bytes::from_static(b"six666"));
        }
        let mut sending = VecDeque::new();
        assert_eq!(take(&outlet, &mut sending), Poll::Ready(Outgoing::Close(Close::TOO_SLOW)));
        assert!(sending.is_empty());
    }

    #[test]
    fn a_detached_outlet_says_so_once() {
        let outlet = Outlet::new(10);
        outlet.detach();
        let mut sending = VecDeque::new();
        assert_eq!(take(&outlet, &mut sending), Poll::Ready(Outgoing::Detached));
        assert_eq!(take(&outlet, &mut sending), Poll::Pending);
    }
}

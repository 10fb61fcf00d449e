//! The connections that are in a document.

use std::sync::Arc;

use bytes::Bytes;

use crate::ids::{SessionId, UserId};
use crate::protocols::ws::outlet::{Close, Outlet};
use crate::protocols::ws::sync;
use crate::scope::Right;

use super::batch::Batch;

/// One connection in one incarnation of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub u32);

/// One connection.
pub struct Member {
    pub id: MemberId,
    pub user: UserId,
    pub session: Option<SessionId>,
    pub right: Right,
    /// Whether the client wants to know what is stored.
    pub acks: bool,
    /// Writes taken from this connection, over all incarnations of the document.
    pub received: u64,
    /// After a rejoin nothing counts as stored before the client has answered a step 1: writes may
    /// have ended with the incarnation before this one.
    pub unsure: bool,
    outlet: Attached,
}

/// An outlet whose session learns when the document lets go of it.
struct Attached(Arc<Outlet>);

impl Drop for Attached {
    fn drop(&mut self) {
        self.0.detach();
    }
}

impl Member {
    #[must_use]
    pub fn new(id: MemberId, user: UserId, right: Right, outlet: Arc<Outlet>) -> Self {
        let outlet = Attached(outlet);
        Self { id, user, session: None, right, acks: false, received: 0, unsure: false, outlet }
    }

    pub fn send(&self, frame: Bytes) {
        self.outlet.0.push(frame);
    }

    fn send_some(&self, frames: Bytes) {
        if !frames.is_empty() {
            self.send(frames);
        }
    }

    pub fn close(&self, close: Close) {
        self.outlet.0.close(close);
    }
}

/// All connections, in the order in which they came.
#[derive(Default)]
pub struct Members {
    list: Vec<Member>,
    last: u32,
}

impl Members {
    /// The id for the next connection.
    pub fn next_id(&mut self) -> MemberId {
        self.last += 1;
        MemberId(self.last)
    }

    pub fn add(&mut self, member: Member) {
        // Invariant: ids only grow, so the list is sorted by id.
        self.list.push(member);
    }

    pub fn remove(&mut self, id: MemberId) -> Option<Member> {
        let index = self.position(id)?;
        let member = self.list.remove(index);
        if self.list.is_empty() {
            self.list = Vec::new();
        }
        Some(member)
    }

    #[must_use]
    pub fn get(&self, id: MemberId) -> Option<&Member> {
        self.position(id).map(|index| &self.list[index])
    }

    pub fn get_mut(&mut self, id: MemberId) -> Option<&mut Member> {
        self.position(id).map(|index| &mut self.list[index])
    }

    fn position(&self, id: MemberId) -> Option<usize> {
        self.list.binary_search_by_key(&id, |member| member.id).ok()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.list.iter()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.list.iter_mut()
    }

    /// Gives everyone the same frame.
    pub fn broadcast(&self, frame: &Bytes) {
        for member in &self.list {
            member.send(frame.clone());
        }
    }

    /// Gives everyone the updates of a stored batch, except to each those it wrote itself.
    pub fn deliver(&self, batch: &Batch) {
        let writers: Vec<MemberId> = batch.runs.iter().map(|run| run.member).collect();
        if self.list.iter().all(|member| writers.iter().all(|writer| *writer == member.id)) {
            return;
        }
        let (frames, ends) = batch.frames();
        for member in &self.list {
            if !writers.contains(&member.id) {
                member.send(frames.clone());
                continue;
            }
            // Everything between the member's own runs, in as few pieces as possible.
            let (mut start, mut run_start) = (0, 0);
            for (writer, end) in writers.iter().zip(&ends) {
                if *writer == member.id {
                    member.send_some(frames.slice(start..run_start));
                    start = *end;
                }
                run_start = *end;
            }
            member.send_some(frames.slice(start..));
        }
    }

    /// Tells each writer what is stored, and lets the answers go that waited for it.
    pub fn acknowledge(&mut self, batch: &mut Batch) {
        for (id, count) in batch.saved.drain(..) {
            if let Some(member) = self.get(id).filter(|member| member.acks) {
                member.send(sync::saved(count));
            }
        }
        for (id, frame) in batch.held.drain(..) {
            if let Some(member) = self.get(id) {
                member.send(frame);
            }
        }
        for waiting in batch.waiting.drain(..) {
            // A connection that has ended meanwhile does not wait any more.
            let _ = waiting.send(());
        }
    }
}

//! Who listens to a topic on the live socket.

use std::sync::Arc;

use bytes::Bytes;

use crate::ids::UserId;
use crate::protocols::ws::outlet::Outlet;

use super::wire::ServerMessage;
/// Names one of the listeners of a topic.
pub type ListenerId = u64;

/// All listeners of one incarnation of a topic.
pub struct Listeners {
    topic: String,
    list: Vec<Listener>,
    last_id: ListenerId,
}

struct Listener {
    id: ListenerId,
    user: Option<UserId>,
    outlet: Arc<Outlet>,
    /// What happened while it hears of what it has missed.
    held: Option<Vec<Bytes>>,
}

impl Listeners {
    #[must_use]
    pub fn new(topic: String) -> Self {
        Self { topic, list: Vec::new(), last_id: 0 }
    }

    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds someone who hears nothing before `release`.
    pub fn add(&mut self, user: Option<UserId>, outlet: Arc<Outlet>) -> ListenerId {
        self.last_id += 1;
        // Invariant: ids only grow, so the list is sorted by id.
        self.list.push(Listener { id: self.last_id, user, outlet, held: Some(Vec::new()) });
        self.last_id
    }

    /// Says how far the listener is, and gives it what it has missed and what happened meanwhile.
    pub fn release(&mut self, id: ListenerId, cursor: i64, resumed: bool, missed: Option<Bytes>) {
        let Ok(index) = self.list.binary_search_by_key(&id, |listener| listener.id) else { return };
        let listener = &mut self.list[index];
        let subscribed = ServerMessage::Subscribed { topic: &self.topic, cursor, resumed };
        listener.outlet.push(subscribed.frame());
        for frame in missed.into_iter().chain(listener.held.take().into_iter().flatten()) {
            listener.outlet.push(frame);
        }
    }

    pub fn remove(&mut self, id: ListenerId) {
        if let Ok(index) = self.list.binary_search_by_key(&id, |listener| listener.id) {
            self.list.remove(index);
        }
        if self.list.is_empty() {
            self.list = Vec::new();
        }
    }

    /// Gives everyone the same frame.
    pub fn broadcast(&mut self, frame: &Bytes) {
        for listener in &mut self.list {
            match &mut listener.held {
                Some(held) => held.push(frame.clone()),
                None => listener.outlet.push(frame.clone()),
            }
        }
    }

    /// Ends what a person hears who may hear it no more.
    pub fn revoke(&mut self, is_out: impl Fn(UserId) -> bool) {
        let frame = ServerMessage::Ended { topic: &self.topic, code: "revoked" }.frame();
        self.list.retain(|listener| {
            let out = listener.user.is_some_and(&is_out);
            if out {
                listener.outlet.push(frame.clone());
            }
            !out
        });
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        let frame = ServerMessage::Ended { topic: &self.topic, code: "restart" }.frame();
        for listener in &self.list {
            listener.outlet.push(frame.clone());
        }
    }
}

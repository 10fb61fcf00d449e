//! What a `Document` is asked and told.

use std::sync::Arc;

use actix::{Message, MessageResponse};
use bytes::Bytes;

use crate::ids::{SessionId, Timestamp, UserId};
use crate::protocols::ws::outlet::Outlet;
use crate::scope::Right;

use super::error::DocumentError;
use super::members::MemberId;

/// A connection comes in.
#[derive(Message)]
#[rtype(result = "Result<MemberId, DocumentError>")]
pub struct Join {
    pub user: UserId,
    pub session: Option<SessionId>,
    pub right: Right,
    pub outlet: Arc<Outlet>,
    pub acks: bool,
    /// Writes that the connection has sent to earlier incarnations.
    pub received: u64,
}

/// A connection has ended.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Leave {
    pub member: MemberId,
}

/// What one connection said, in order.
#[derive(Message)]
#[rtype(result = "Result<(), DocumentError>")]
pub struct Speak {
    pub member: MemberId,
    pub requests: Vec<Request>,
}

/// One thing that a connection says.
#[derive(Debug)]
pub enum Request {
    /// "This is what I have": a state vector. Answered with what is missing, and asked back.
    Step1(Bytes),
    /// An answer to the document's step 1.
    Step2(Bytes),
    Update(Bytes),
    Awareness(Bytes),
    QueryAwareness,
}

/// Sets the right of a person's connections; none closes them.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct SetRight {
    pub user: UserId,
    pub right: Option<Right>,
}

/// A sign-in session has ended: the connections that it opened end too.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct EndSession {
    pub session: SessionId,
}

/// Who is connected, by which sessions; each pair once.
#[derive(Message)]
#[rtype(result = "People")]
pub struct ListPeople;

#[derive(MessageResponse, Debug)]
pub struct People(pub Vec<(UserId, Option<SessionId>)>);

/// The document was deleted or moved to the trash: everyone leaves.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CloseAll;

/// Gives the whole document as one update, when all of it is stored, and who wrote it last.
#[derive(Message)]
#[rtype(result = "Result<(Bytes, Written), DocumentError>")]
pub struct GetState;

/// Who wrote since the last snapshot, up to which entry of the log, and when.
#[derive(Clone, Debug)]
pub struct Written {
    pub authors: Vec<UserId>,
    pub seq: i64,
    pub at: Timestamp,
}

/// Makes the document what it was in an earlier state, as an edit by `author`.
#[derive(Message)]
#[rtype(result = "Result<(), DocumentError>")]
pub struct Restore {
    pub state: Bytes,
    pub author: UserId,
}

/// Ends the actor by a panic, as a test of what is around it.
#[cfg(debug_assertions)]
#[derive(Message)]
#[rtype(result = "()")]
pub struct Crash;

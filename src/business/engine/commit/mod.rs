//! Changes of records: what is asked for, decided against what is stored, written in one transaction.

mod ask;
mod change;
mod circle;
mod command;
mod create;
mod delete;
mod files;
mod merge;
mod settle;
mod undo;
mod work;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RecordId, Timestamp, UserId};
use crate::scope::Scope;

use super::event::{Event, Via};
use super::record::Stored;

pub use work::Work;

/// Operations of one task.
pub const OPS: usize = 1_000;

/// Everything that one caller wants done: all of it, or nothing.
#[derive(Clone, Debug)]
pub struct Task {
    pub scope: Scope,
    pub via: Via,
    /// Under which it can be undone.
    pub batch: Uuid,
    /// Whether the caller made the batch: sent again, it is answered and not carried out again.
    pub named: bool,
    pub ops: Vec<Op>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    Create {
        kind: String,
        /// Made by the client, when it wants to know it before the answer.
        id: Option<RecordId>,
        fields: Map<String, Value>,
        /// The caller unless told.
        owner: Option<UserId>,
    },
    Change {
        id: RecordId,
        /// The version that the client has seen; fields that others have changed since are told.
        base: Option<i64>,
        /// By name; null empties a field.
        set: Map<String, Value>,
        owner: Option<Option<UserId>>,
    },
    Run {
        id: RecordId,
        command: String,
        params: Value,
    },
    Delete(RecordId),
    Restore(RecordId),
    /// Makes one record part of another of its type.
    Merge {
        into: RecordId,
        from: RecordId,
    },
    AddFile {
        record: RecordId,
        file: NewFile,
    },
    RemoveFile {
        record: RecordId,
        file: Uuid,
    },
    Undo(Undo),
    /// The day in a field has come; only the program itself says so.
    Come {
        id: RecordId,
        field: String,
    },
    /// Operations that belong together and are left out when one of them is refused; the task goes on.
    Try(Vec<Op>),
}

/// A file whose bytes are stored already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub id: Uuid,
    pub hash: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    /// Width and height of a picture.
    pub pixels: Option<(i64, i64)>,
}

/// What is to be undone.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    /// Everything that one request or import did.
    Batch(Uuid),
    /// One event.
    Event(i64),
    /// Everything that one person did since a moment.
    Person(UserId, Timestamp),
}

/// What became of a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// The records that it touched, as they are now, in the order of the operations.
    pub records: Vec<Arc<Stored>>,
    /// What others had written where the caller has written now.
    pub overwritten: Vec<Overwritten>,
    /// What could not be undone since it was changed again.
    pub kept: Vec<Kept>,
    /// What was tried and left out.
    pub refused: Vec<Refused>,
}

/// An `Op::Try` that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its place among the operations of the task.
    pub place: usize,
    pub why: String,
}

/// A value of someone else that was replaced.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RecordOverwritten)]
pub struct Overwritten {
    pub record: RecordId,
    pub field: String,
    pub value: Value,
    pub by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A change that was not undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RecordKept)]
pub struct Kept {
    pub record: RecordId,
    /// Empty when it is the record as a whole.
    pub field: String,
    pub why: &'static str,
}

/// An event that is stored, with the record before and after it.
#[derive(Clone, Debug)]
pub struct Happened {
    pub event: Arc<Event>,
    pub before: Option<Arc<Stored>>,
    pub after: Arc<Stored>,
}

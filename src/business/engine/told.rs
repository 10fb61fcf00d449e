//! What clients hear of records on the live socket, as types: they are sent as they are described.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{RecordId, UserId};
use crate::protocols::ws::live::asyncapi::{Entry, Nothing};

use super::event::Via;
use super::json::RecordJson;

#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordPut)]
pub(super) struct Put {
    pub record: RecordJson,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordGone)]
pub(super) struct Gone {
    pub id: RecordId,
}

/// Without values: not everyone who looks may see all of them.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordChanged)]
pub(super) struct Changed<'a> {
    pub version: i64,
    pub name: &'a str,
    pub by: Option<UserId>,
    pub via: Via,
    /// Names of the fields that have changed.
    pub fields: Vec<&'a String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordPeople)]
pub(super) struct People {
    pub people: Vec<Looking>,
}

/// Someone who looks at a record.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordLooking)]
pub(super) struct Looking {
    pub user: UserId,
    /// The field that they are in.
    pub field: Option<String>,
}

/// Read the comments again.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordCommented)]
pub(super) struct Said {}

#[derive(Deserialize, ToSchema)]
#[schema(as = LiveRecordFocus)]
pub(super) struct Focus {
    pub record: RecordId,
    #[serde(default)]
    pub field: Option<String>,
}

/// The event that tells of what people save.
pub(super) const SAVED: &str = "record.saved";

/// What the person sees of what is saved for a type is other than before: read it again.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveRecordSaved)]
pub(super) struct Saved<'a> {
    pub kind: &'a str,
}

/// Everything that records say on the live socket.
#[must_use]
pub fn live_api() -> Vec<Entry> {
    const LIST: &str = "list:ID";
    const RECORD: &str = "record:ID";
    vec![
        Entry::event::<Put>(LIST, "record.put", "the list shows this record, as it is now"),
        Entry::event::<Gone>(LIST, "record.gone", "the list shows this record no more"),
        Entry::event::<Changed>(RECORD, "record.changed", "the record is another than before; read it again"),
        Entry::signal::<People>(RECORD, "record.people", "who looks at the record, and where in it they are"),
        Entry::signal::<Said>(RECORD, "record.commented", "comments of the record are others than before"),
        Entry::event::<Saved>("me", SAVED, "views or dashboards that the person sees are others than before"),
        Entry::command::<Focus, Nothing>("record.focus", "in which field of a record the person is"),
    ]
}

//! What clients hear of notifications on the live socket, as types: the description is made of them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::NotificationId;
use crate::protocols::ws::live::asyncapi::Entry;

use super::messages::{ADDED, DoNotDisturb, NotificationJson, QUIET, READ, UNREAD};

#[derive(Serialize, ToSchema)]
#[schema(as = LiveNotification)]
struct Added {
    notification: NotificationJson,
    unread: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LiveNotificationsRead)]
struct Marked {
    /// Null for all of them.
    #[schema(required = true)]
    ids: Option<Vec<NotificationId>>,
    unread: i64,
}

/// Everything that notifications say on the live socket.
#[must_use]
pub fn live_api() -> Vec<Entry> {
    vec![
        Entry::event::<Added>("me", ADDED, "a notification was written"),
        Entry::event::<Marked>("me", READ, "notifications were read"),
        Entry::event::<Marked>("me", UNREAD, "notifications were marked as unread"),
        Entry::event::<DoNotDisturb>("me", QUIET, "when the person does not want to be disturbed"),
    ]
}

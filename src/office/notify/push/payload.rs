//! What a push says: JSON for the service worker of the web app.

use serde_json::json;

use crate::ids::{NotificationId, Timestamp};

use super::super::messages::NewNotification;
use super::super::store::cut;

/// Bytes that every push service takes, encrypted in one record of 4096 (RFC 8030, 7.2; RFC 8291, 4).
const MOST: usize = 3_800;

/// The payload of one notification.
#[must_use]
pub fn of(id: NotificationId, new: &NewNotification, now: Timestamp) -> String {
    let mut letters = 300;
    loop {
        let payload = json!({
            "id": id, "kind": new.kind, "place": new.place, "link": new.link, "created_at": now,
            "actor_name": cut(&new.actor_name, 100), "title": cut(&new.title, 120), "body": cut(&new.body, letters),
            "group": new.group,
        })
        .to_string();
        // Signs of four bytes make the text longer than its count of letters says.
        if payload.len() <= MOST || letters == 0 {
            return payload;
        }
        letters /= 2;
    }
}

//! The text of a digest: what happened, by place, oldest first.

use std::fmt::Write as _;

use super::messages::{NotificationJson, Place};
use super::store::cut;

/// Lines of one place; the rest is counted.
const LINES: usize = 20;
/// Characters of what was said.
const EXCERPT: usize = 120;

/// The digest of some notifications; none when there is nothing to tell.
#[must_use]
pub fn build(notifications: &[NotificationJson]) -> Option<String> {
    if notifications.is_empty() {
        return None;
    }
    let mut text = String::new();
    for place in Place::ALL {
        let of_place: Vec<_> = notifications.iter().filter(|one| one.place == place).collect();
        if of_place.is_empty() {
            continue;
        }
        let heading = match place {
            Place::Chat => "Chat",
            Place::Documents => "Documents",
            Place::Business => "Business",
        };
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{heading}\n");
        for one in of_place.iter().take(LINES) {
            let _ = writeln!(text, "{}", line(one));
        }
        if let Some(more @ 1..) = of_place.len().checked_sub(LINES) {
            let _ = writeln!(text, "… and {more} more");
        }
        text.push('\n');
    }
    Some(text.trim_end().to_owned() + "\n")
}

fn line(one: &NotificationJson) -> String {
    let at = one.created_at.format("%Y-%m-%d %H:%M UTC");
    let said = cut(&one.body.replace('\n', " "), EXCERPT);
    let said = if said.is_empty() { said } else { format!(": {said}") };
    format!("- {at}  {}{said}\n  {}", one.title, one.link)
}

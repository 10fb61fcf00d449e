//! What follows from a change of a record in the same commit: with it, it is there and is undone.

use chrono::NaiveDate;

use super::command::{Ask, Known};
use super::event::Event;
use super::record::Stored;
use super::rule::Answer;

/// A record that has changed, or of which something was told.
pub struct Changed<'a> {
    pub event: &'a Event,
    /// As it was before the change; `None` for a new one.
    pub before: Option<&'a Stored>,
    /// As it is when the consequence is drawn.
    pub now: &'a Stored,
    /// The day on which the business is.
    pub today: NaiveDate,
}

/// Something that follows from changes of records of one type. It is asked after every change, those that follow
/// from others too, so it changes nothing where everything is as it should be.
pub trait Consequence: Send + Sync + 'static {
    /// The type whose changes it looks at.
    fn kind(&self) -> &'static str;

    /// What it has to know; `None` when nothing follows.
    fn asks(&self, changed: &Changed<'_>) -> Option<Vec<Ask>>;

    /// What it has to know when it knows what it asked first; the answers come after those.
    fn asks_more(&self, _changed: &Changed<'_>, _known: &Known) -> Vec<Ask> {
        Vec::new()
    }

    /// What follows.
    fn answer(&self, changed: &Changed<'_>, known: &Known) -> Vec<Answer>;
}

impl Changed<'_> {
    /// Whether one of these fields is another than before; for a new or restored record, all are.
    #[must_use]
    pub fn touches(&self, fields: &[&str]) -> bool {
        match self.event.name.as_str() {
            "created" | "restored" => true,
            "changed" => fields.iter().any(|field| self.event.changes.contains_key(*field)),
            _ => false,
        }
    }
}

//! What a module does when something has happened: it reads the stream of events and answers with changes.

use serde_json::{Map, Value};

use crate::ids::RecordId;

use super::command::{Ask, Known, New};
use super::event::Event;

/// An answer to events. Each event is given to each rule once, in order: what the rule does and how far it
/// has come are stored in one transaction.
pub trait Rule: Send + Sync + 'static {
    /// Its name, never changed: the cursor is kept under it.
    fn name(&self) -> &'static str;

    /// The names of events that it wants, such as `crm.deal.won`.
    fn wants(&self) -> &'static [&'static str];

    /// What it has to know beside the event.
    fn asks(&self, _event: &Event) -> Vec<Ask> {
        Vec::new()
    }

    /// What follows from the event; ids that are made of the event's keep a replay from making things twice.
    fn answer(&self, event: &Event, known: &Known) -> Vec<Answer>;
}

/// What a rule does.
#[derive(Clone, Debug)]
pub enum Answer {
    Create(New),
    Change(RecordId, Map<String, Value>),
}

/// The id of something that a rule makes in answer to an event: the same each time.
#[must_use]
pub fn made_by(rule: &dyn Rule, event: &Event, number: u8) -> RecordId {
    let hash = blake3::hash(format!("{} {} {number}", rule.name(), event.seq).as_bytes());
    let mut bytes = *event.record.0.as_bytes();
    // The time of the event's record stays in front, so that ids sort as others do.
    bytes[7..].copy_from_slice(&hash.as_bytes()[..9]);
    RecordId(
        uuid::Builder::from_bytes(bytes)
            .with_version(uuid::Version::SortRand)
            .with_variant(uuid::Variant::RFC4122)
            .into_uuid(),
    )
}

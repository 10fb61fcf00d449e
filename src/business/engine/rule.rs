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

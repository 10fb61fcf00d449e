//! What a module does when something has happened: it reads the stream of events and answers with changes.

use serde_json::{Map, Value};

use crate::ids::{RecordId, UserId};
use crate::office::notify::messages::{Kind as Why, NewNotification, Place};

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
    /// Gives a record to someone.
    Own(RecordId, UserId),
    Tell(Tell),
}

/// Someone to be told of a record, with the commit.
#[derive(Clone, Debug)]
pub struct Tell {
    pub user: UserId,
    pub record: RecordId,
    pub kind: &'static str,
    pub title: String,
    pub body: String,
}

impl Tell {
    /// As the person reads it.
    pub(super) fn notification(&self) -> NewNotification {
        NewNotification {
            user: self.user,
            kind: Why::Reminder,
            actor: None,
            actor_name: String::new(),
            title: self.title.clone(),
            body: self.body.clone(),
            place: Place::Business,
            // A point in an address is that of a file.
            link: format!("/business/{}/{}", self.kind.replace('.', "-"), self.record),
            group: Some(format!("record:{}", self.record)),
        }
    }
}

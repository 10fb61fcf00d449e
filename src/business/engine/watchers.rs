//! Everything that is looked at in one tenant, and what is told of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::ids::{RecordId, UserId};
use crate::protocols::ws::live::listeners::{ListenerId, Listeners};
use crate::protocols::ws::live::wire::{ServerMessage, events_frame};

use super::commit::Happened;
use super::filter::Filter;
use super::json::RecordJson;
use super::kind::Kind;
use super::record::Seen;
use super::rights::Access;
use super::told::{Changed, Gone, Looking, People, Put, Said};

/// Which records of a type a list shows, and to whom alike: all who may see the same of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct View {
    pub kind: String,
    /// That of the list and that of the access.
    pub filter: Filter,
    /// Fields that these people do not see.
    pub hidden: Vec<String>,
}

/// Everything that is looked at in one tenant.
#[derive(Default)]
pub struct Watchers {
    pub(super) lists: HashMap<Uuid, List>,
    pub(super) ids: HashMap<View, Uuid>,
    pub(super) records: HashMap<RecordId, Looked>,
}

/// A list that is looked at.
pub(super) struct List {
    pub view: View,
    pub kind: Arc<Kind>,
    pub listeners: Listeners,
    /// Whether a minute has passed without anyone.
    pub unwatched: bool,
}

/// A record that is looked at, and where in it each person is.
pub(super) struct Looked {
    pub listeners: Listeners,
    pub people: BTreeMap<ListenerId, (UserId, Option<String>)>,
}

impl Watchers {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.records.is_empty()
    }

    #[must_use]
    pub fn lists(&self) -> usize {
        self.lists.len()
    }

    /// Lets lists go that nobody has looked at for a while.
    pub fn forget_unwatched(&mut self) {
        let is_watched =
            |list: &mut List| !(list.listeners.is_empty() && std::mem::replace(&mut list.unwatched, true));
        self.lists.retain(|_, list| is_watched(list));
        self.ids.retain(|_, id| self.lists.contains_key(id));
    }

    /// Tells everyone of what they look at, each in one frame.
    pub fn tell(&mut self, happened: &[Happened]) {
        self.tell_lists(happened);
        self.tell_records(happened);
    }

    fn tell_lists(&mut self, happened: &[Happened]) {
        let mut told: HashMap<Uuid, Vec<u8>> = HashMap::new();
        for one in happened {
            let concerns = |list: &List| list.view.kind == one.after.kind && !list.listeners.is_empty();
            let mut lists = self.lists.iter().filter(|(_, list)| concerns(list)).peekable();
            let Some(kind) = lists.peek().map(|(_, list)| list.kind.clone()) else { continue };
            // Made once for all lists of the type.
            let after = Seen::new(&kind, &one.after);
            let before = one.before.as_ref().map(|before| Seen::new(&kind, before));
            for (id, list) in lists {
                list.tell(one, before.as_ref(), &after, told.entry(*id).or_default());
            }
        }
        for (id, events) in told {
            if let Some(list) = self.lists.get_mut(&id) {
                send(&mut list.listeners, &events);
            }
        }
    }

    fn tell_records(&mut self, happened: &[Happened]) {
        let mut touched: HashMap<RecordId, Vec<u8>> = HashMap::new();
        for one in happened.iter().filter(|one| self.records.contains_key(&one.after.id)) {
            let event = &one.event;
            let fields = event.changes.keys().collect();
            let (version, name, by, via) = (event.version, event.name.as_str(), event.actor, event.via);
            let data = Changed { version, name, by, via, fields };
            add(touched.entry(one.after.id).or_default(), event.seq, "record.changed", &data);
        }
        for (id, events) in touched {
            if let Some(looked) = self.records.get_mut(&id) {
                send(&mut looked.listeners, &events);
            }
        }
    }

    /// Tells those who look at a record that something was said about it.
    pub fn tell_said(&mut self, record: RecordId) {
        if let Some(looked) = self.records.get_mut(&record) {
            let data = json!(Said {});
            let topic = looked.listeners.topic();
            let frame = ServerMessage::Signal { topic, kind: "record.commented", data: &data }.frame();
            looked.listeners.broadcast(&frame);
        }
    }

    /// Ends every list and record: who looks asks again, with the rights of now.
    pub fn end_all(&mut self) {
        // Dropped listeners are told.
        *self = Self::default();
    }
}

impl List {
    /// Adds what an event is to those who look at the list.
    fn tell(&self, one: &Happened, before: Option<&Seen>, after: &Seen, events: &mut Vec<u8>) {
        let shows = |seen: &Seen| seen.record.deleted_at.is_none() && self.view.filter.passes(seen);
        if shows(after) {
            let record = RecordJson::of(&one.after, &self.view.hidden);
            add(events, one.event.seq, "record.put", &Put { record });
        } else if before.is_some_and(shows) {
            add(events, one.event.seq, "record.gone", &Gone { id: one.after.id });
        }
    }
}

fn send(listeners: &mut Listeners, events: &[u8]) {
    if !events.is_empty() {
        let frame = events_frame(listeners.topic(), events);
        listeners.broadcast(&frame);
    }
}

/// Adds an event to the inside of an array.
fn add(events: &mut Vec<u8>, seq: i64, kind: &str, data: &impl Serialize) {
    if !events.is_empty() {
        events.push(b',');
    }
    let event = json!({ "seq": seq, "kind": kind, "data": data });
    // JSON that was made here always becomes text.
    let _ = serde_json::to_writer(events, &event);
}

impl View {
    /// Whether it shows someone with this access just what they may see.
    pub(super) fn is_for(&self, access: &Access) -> bool {
        let mut hidden = access.policy.hidden.clone();
        hidden.sort_unstable();
        let filter = access.filter();
        hidden == self.hidden && (filter == Filter::everything() || self.filter.includes(&filter))
    }
}

impl Looked {
    pub(super) fn tell_people(&mut self) {
        let looking =
            |(user, field): &(UserId, Option<String>)| Looking { user: *user, field: field.clone() };
        let data = json!(People { people: self.people.values().map(looking).collect() });
        let frame =
            ServerMessage::Signal { topic: self.listeners.topic(), kind: "record.people", data: &data }
                .frame();
        self.listeners.broadcast(&frame);
    }
}

//! A record as it is stored, and what a filter sees of it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::ids::{RecordId, Timestamp, UserId};

use super::event::{Changes, ValueChange, difference};
use super::field::Slot;
use super::filter::{Facts, Place};
use super::kind::Kind;
use super::value::{self, Key};

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub id: RecordId,
    /// Its type.
    pub kind: String,
    /// How often it was changed; 1 for a new one.
    pub version: i64,
    /// The event that changed it last.
    pub seq: i64,
    pub state: String,
    pub owner: Option<UserId>,
    pub created_at: Timestamp,
    pub created_by: Option<UserId>,
    pub updated_at: Timestamp,
    pub updated_by: Option<UserId>,
    pub deleted_at: Option<Timestamp>,
    /// The record that it became part of.
    pub merged_into: Option<RecordId>,
    pub fields: Map<String, Value>,
}

/// A record as filters see it: its keys are made once.
pub struct Seen {
    pub kind: Arc<Kind>,
    pub record: Arc<Stored>,
    keys: HashMap<Slot, Key>,
    words: String,
}

impl Stored {
    /// What differs from an earlier form, state and owner included; everything when there was none.
    #[must_use]
    pub fn changes_since(&self, before: Option<&Self>) -> Changes {
        let none = Map::new();
        let mut changes = difference(before.map_or(&none, |before| &before.fields), &self.fields);
        let mut also = |name: &str, of: fn(&Self) -> Value| {
            let (old, new) = (before.map_or(Value::Null, of), of(self));
            if old != new {
                changes.insert(name.to_owned(), ValueChange { old, new });
            }
        };
        also("state", |record| record.state.clone().into());
        also("owner", |record| record.owner.map_or(Value::Null, |owner| owner.to_string().into()));
        changes
    }
}

impl Seen {
    #[must_use]
    pub fn new(kind: &Arc<Kind>, record: &Arc<Stored>) -> Self {
        Self {
            keys: value::keys(kind, &record.fields).collect(),
            words: value::words(kind, &record.fields),
            kind: kind.clone(),
            record: record.clone(),
        }
    }
}

impl Facts for Seen {
    fn key(&self, place: Place) -> Option<Key> {
        match place {
            Place::Slot(slot) => self.keys.get(&slot).cloned(),
            other => key(&self.record, other),
        }
    }

    fn has(&self, field: &str, value: &str) -> bool {
        let many = self.record.fields.get(field).and_then(Value::as_array);
        many.is_some_and(|many| many.iter().any(|one| one == value))
    }

    fn has_any(&self, field: &str) -> bool {
        self.record.fields.contains_key(field)
    }

    fn words(&self) -> &str {
        &self.words
    }
}

/// The key of what every record has; `None` for fields.
#[must_use]
pub fn key(record: &Stored, place: Place) -> Option<Key> {
    match place {
        Place::Slot(_) => None,
        Place::Id => Some(Key::Text(record.id.to_string())),
        Place::State => Some(Key::Text(record.state.clone())),
        Place::Owner => record.owner.map(|owner| Key::Text(owner.to_string())),
        Place::CreatedAt => Some(Key::Number(record.created_at.timestamp_micros())),
        Place::UpdatedAt => Some(Key::Number(record.updated_at.timestamp_micros())),
    }
}

/// The key of any place.
#[must_use]
pub fn key_at(kind: &Kind, record: &Stored, place: Place) -> Option<Key> {
    let Place::Slot(slot) = place else { return key(record, place) };
    let field = kind.fields.iter().find(|field| field.slot == Some(slot))?;
    value::key(&field.holds, record.fields.get(&field.name)?)
}

//! What has happened to records: the one stream that history, undo, live lists and modules read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RecordId, Timestamp, UserId};

/// Something that has happened to one record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RecordEvent)]
pub struct Event {
    /// Its number among the events of all records of the tenant.
    pub seq: i64,
    pub record: RecordId,
    pub kind: String,
    /// The version that the record has since.
    pub version: i64,
    /// `created`, `changed`, `deleted`, `restored`, `merged`, or what a command calls it.
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub actor: Option<UserId>,
    /// The way by which it came.
    pub via: Via,
    /// Everything that one request or import did has the same.
    pub batch: Uuid,
    /// By name of field; `state` and `owner` among them.
    #[schema(value_type = std::collections::HashMap<String, ValueChange>)]
    pub changes: Changes,
}

/// What was there and what is there now, by name of field.
pub type Changes = std::collections::BTreeMap<String, ValueChange>;

/// A value before and after; null when there was or is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordValueChange)]
pub struct ValueChange {
    #[serde(default)]
    pub old: Value,
    #[serde(default)]
    pub new: Value,
}

/// The way by which a change came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordVia)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Someone in the app or through the API.
    Person,
    Import,
    /// Something that was done is undone.
    Undo,
    /// A module answers to what has happened.
    Rule,
    /// The activation of the business.
    Activation,
    /// A stranger who filled in a form.
    Form,
}

impl Event {
    /// The id of something that is made in answer to the event: the same each time it is answered.
    #[must_use]
    pub fn id_for(&self, what: &str) -> RecordId {
        let hash = blake3::hash(format!("{what} {}", self.seq).as_bytes());
        // The time of the event's record stays in front, so that ids sort as others do.
        let mut bytes = *self.record.0.as_bytes();
        bytes[6..].copy_from_slice(&hash.as_bytes()[..10]);
        let id = uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand);
        RecordId(id.with_variant(uuid::Variant::RFC4122).into_uuid())
    }

    /// What a command has told with it.
    #[must_use]
    pub fn data(&self) -> Option<&Value> {
        self.changes.get("data").map(|change| &change.new)
    }
}

impl Via {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Import => "import",
            Self::Undo => "undo",
            Self::Rule => "rule",
            Self::Activation => "activation",
            Self::Form => "form",
        }
    }
}

impl std::str::FromStr for Via {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Person, Self::Import, Self::Undo, Self::Rule, Self::Activation, Self::Form];
        all.into_iter().find(|via| via.as_str() == text).ok_or(())
    }
}

/// What differs between two sets of fields.
#[must_use]
pub fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Changes {
    let mut changes = Changes::new();
    for (name, new) in after {
        let old = before.get(name).cloned().unwrap_or_default();
        if old != *new {
            changes.insert(name.clone(), ValueChange { old, new: new.clone() });
        }
    }
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        changes.insert(name.clone(), ValueChange { old: old.clone(), new: Value::Null });
    }
    changes
}

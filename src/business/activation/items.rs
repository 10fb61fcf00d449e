//! What becomes of each thing that a document names.

use serde::Serialize;
use utoipa::ToSchema;

use crate::business::engine::{Fate, SeedItem, SeedWhat};

use super::saga::Step;

/// One thing, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActivationItem)]
pub struct Item {
    pub fate: Fate,
    /// `module`, `person`, `field`, `record`, `sample`, `integration`, `domain` and the like.
    pub what: &'static str,
    pub name: String,
    /// Of a field or a record: its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActivationPlannedStep)]
pub struct PlannedStep {
    pub step: Step,
    pub items: Vec<Item>,
}

impl Item {
    pub fn new(fate: Fate, what: &'static str, name: impl Into<String>) -> Self {
        Self { fate, what, name: name.into(), kind: None }
    }
}

impl From<SeedItem> for Item {
    fn from(item: SeedItem) -> Self {
        let what = match item.what {
            SeedWhat::Field => "field",
            SeedWhat::Record => "record",
            SeedWhat::Sample => "sample",
        };
        Self { fate: item.fate, what, name: item.title, kind: Some(item.kind) }
    }
}

/// How many are made, changed and left, in words; nothing when there are none.
pub fn told(items: &[Item]) -> Option<String> {
    let count = |fate| items.iter().filter(|item| item.fate == fate).count();
    let all = [(Fate::Make, "made"), (Fate::Change, "changed"), (Fate::Leave, "left")];
    let parts: Vec<_> = all
        .into_iter()
        .filter(|(fate, _)| count(*fate) > 0)
        .map(|(fate, word)| format!("{} {word}", count(fate)))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

//! Records and fields with which a business begins: checked before anything is written, made in one
//! transaction, and found again when the same document comes once more.

mod apply;
mod check;
mod compare;
mod resolve;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::ids::Timestamp;
use crate::scope::Scope;

use super::catalog::Catalogs;
use super::store::catalog::OwnField;

pub use apply::all_new;
pub use check::{SeedFault, check};

/// Records of all seeds of one business, and its own fields among them.
pub const SEEDS: usize = 1_000;

/// Fields of one's own and records, as a document names them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seeds {
    /// Fields of the business' own: by type, then by name (`x_…`).
    pub fields: BTreeMap<String, BTreeMap<String, OwnField>>,
    /// Records that the business works with.
    pub records: Vec<SeedRecord>,
    /// Records to look at, which are removed again in one call.
    pub samples: Vec<SeedRecord>,
}

/// One record. Links are `@key` of another one, people `@admin`; days may be `+7d`, moments `+7d 10:00`,
/// both counted from the moment of making; amounts without a currency are in that of the business.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeedRecord {
    /// By which it is found again and others link to it: small letters, digits and `_`.
    pub key: String,
    /// Its type: `crm.deal`.
    pub kind: String,
    pub fields: Map<String, Value>,
}

/// Seeds with the name of where they come from: the same key of two places is two records.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedPack {
    pub name: String,
    pub seeds: Seeds,
}

/// For whom and when seeds are made.
#[derive(Clone, Copy)]
pub struct Seeding<'a> {
    pub catalogs: &'a Catalogs,
    /// The administrator, who owns what is made.
    pub scope: &'a Scope,
    /// Modules that are switched on: what belongs to others is not made.
    pub on: &'a BTreeMap<String, bool>,
    pub currency: &'a str,
    pub now: Timestamp,
}

/// What becomes of something that a document names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = ActivationFate)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Make,
    Change,
    Leave,
}

/// What becomes of one field or record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedItem {
    pub fate: Fate,
    /// The type.
    pub kind: String,
    /// The name of the field, or the title of the record.
    pub title: String,
    pub what: SeedWhat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedWhat {
    Field,
    Record,
    Sample,
}

//! What a file names and the business knows: records by title, address or values, people by address.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::business::engine::catalog::Catalog;
use crate::business::engine::error::EngineError;
use crate::business::engine::field::{Field, Holds};
use crate::business::engine::kind::Kind;
use crate::business::engine::record::Stored;
use crate::business::engine::rights::Access;
use crate::business::engine::store::records;
use crate::business::engine::value::{fold, key};
use crate::ids::{RecordId, UserId};
use crate::office::identity::{self, EmailAddress};
use crate::scope::Scope;
use crate::store::TenantTx;

/// Names that are remembered.
const REMEMBERED: usize = 20_000;
/// Records with the same key that are looked at.
const SAME: i64 = 50;

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    One(RecordId),
    None,
    Several,
}

/// Finds what rows name, as the caller may see it.
pub struct Known {
    scope: Scope,
    catalog: Arc<Catalog>,
    accesses: HashMap<String, Arc<Access>>,
    links: HashMap<(String, String), Found>,
    people: HashMap<String, Option<UserId>>,
}

impl Known {
    pub fn new(scope: Scope, catalog: Arc<Catalog>) -> Self {
        let (accesses, links, people) = Default::default();
        Self { scope, catalog, accesses, links, people }
    }

    /// A record of a type by its id, title or address.
    pub async fn link(&mut self, tx: &mut TenantTx, to: &str, name: &str) -> Result<Found, EngineError> {
        if let Ok(id) = name.parse() {
            return Ok(Found::One(id));
        }
        let asked = (to.to_owned(), fold(name));
        if let Some(found) = self.links.get(&asked) {
            return Ok(*found);
        }
        let Ok(kind) = self.catalog.kind(to) else { return Ok(Found::None) };
        let titles = kind.fields.iter().filter(|field| field.name == kind.title);
        let addresses = kind.fields.iter().filter(|field| field.holds == Holds::Email && name.contains('@'));
        let mut found = Found::None;
        for field in titles.chain(addresses) {
            let like = self.like(tx, &kind, field, &Value::from(name)).await?;
            let same = like
                .iter()
                .filter(|record| record.fields.get(&field.name).is_some_and(|value| value == name));
            let exact: Vec<_> = same.collect();
            found = match (&exact[..], &like[..]) {
                ([one], _) => Found::One(one.id),
                (_, []) => Found::None,
                (_, [one]) => Found::One(one.id),
                _ => Found::Several,
            };
            if found != Found::None {
                break;
            }
        }
        self.remember(to, name, found);
        Ok(found)
    }

    /// Notes what a name leads to from now on.
    pub fn remember(&mut self, to: &str, name: &str, found: Found) {
        if self.links.len() >= REMEMBERED {
            self.links.clear();
        }
        self.links.insert((to.to_owned(), fold(name)), found);
    }

    /// Forgets the names of records.
    pub fn forget(&mut self) {
        self.links.clear();
    }

    /// Someone by id or address.
    pub async fn person(&mut self, tx: &mut TenantTx, name: &str) -> Result<Option<UserId>, EngineError> {
        if let Ok(id) = name.parse() {
            return Ok(Some(id));
        }
        if let Some(found) = self.people.get(name) {
            return Ok(*found);
        }
        let found = match EmailAddress::parse(name) {
            Ok(address) => identity::person_at(tx, &address).await?,
            Err(_) => None,
        };
        if self.people.len() >= REMEMBERED {
            self.people.clear();
        }
        self.people.insert(name.to_owned(), found);
        Ok(found)
    }

    /// The oldest record whose values in these fields are those of the row.
    pub async fn same(
        &mut self,
        tx: &mut TenantTx,
        kind: &Kind,
        by: &[&Field],
        fields: &Map<String, Value>,
    ) -> Result<Option<RecordId>, EngineError> {
        let Some((first, rest)) = by.split_first() else { return Ok(None) };
        let Some(value) = fields.get(&first.name) else { return Ok(None) };
        let like = self.like(tx, kind, first, value).await?;
        let is_same = |record: &&Stored| {
            rest.iter().all(|field| alike(record.fields.get(&field.name), fields.get(&field.name)))
        };
        Ok(like.iter().find(is_same).map(|record| record.id))
    }

    /// A record that the caller may see, by its id.
    pub async fn by_id(&mut self, tx: &mut TenantTx, kind: &Kind, id: RecordId) -> Result<bool, EngineError> {
        let access = self.access(tx, &kind.name).await?;
        let found = records::get(tx, id)
            .await?
            .filter(|record| record.kind == kind.name && record.deleted_at.is_none());
        Ok(found.is_some_and(|record| access.right(record.owner).is_some()))
    }

    /// Records that the caller may see with this value in a field, without regard to case and accents.
    async fn like(
        &mut self,
        tx: &mut TenantTx,
        kind: &Kind,
        field: &Field,
        value: &Value,
    ) -> Result<Vec<Stored>, EngineError> {
        let access = self.access(tx, &kind.name).await?;
        let (Some(slot), Some(key)) = (field.slot, key(&field.holds, value)) else { return Ok(Vec::new()) };
        if access.is_hidden(&field.name) {
            return Ok(Vec::new());
        }
        let mut found = records::with_key(tx, kind, slot, &key, SAME).await?;
        found.retain(|record| {
            access.right(record.owner).is_some() && alike(record.fields.get(&field.name), Some(value))
        });
        Ok(found)
    }

    async fn access(&mut self, tx: &mut TenantTx, kind: &str) -> Result<Arc<Access>, EngineError> {
        if let Some(access) = self.accesses.get(kind) {
            return Ok(access.clone());
        }
        let access = Arc::new(self.catalog.access(tx, &self.scope, kind).await?);
        self.accesses.insert(kind.to_owned(), access.clone());
        Ok(access)
    }
}

/// Whether two values are the same but for case and accents.
fn alike(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::String(one)), Some(Value::String(other))) => fold(one.trim()) == fold(other.trim()),
        (one, other) => one.is_some() && one == other,
    }
}

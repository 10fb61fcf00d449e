//! What commands, rules and consequences ask, answered as it will be.

use std::sync::Arc;

use serde_json::Value;

use crate::business::engine::command::{Ask, Found, Known};
use crate::business::engine::error::EngineError;
use crate::business::engine::field::{Field, Slot};
use crate::business::engine::kind::Kind;
use crate::business::engine::record::Stored;
use crate::business::engine::store::records;
use crate::business::engine::value::{self, Key};
use crate::ids::UserId;
use crate::office::identity::groups;

use super::work::{Entry, Work};

/// Records that are looked at for the oldest: some of them may just be becoming others.
const FIRST: usize = 5;
/// Records that are worked on together.
const EACH: usize = 5_000;

impl Work<'_> {
    /// Reads what was asked for.
    pub(in crate::business::engine) async fn known(&mut self, asks: &[Ask]) -> Result<Known, EngineError> {
        let mut all = Vec::with_capacity(asks.len());
        for ask in asks {
            all.push(match ask {
                Ask::Record(id) => {
                    Found::Records(self.find(*id).await?.map(|found| (*found).clone()).into_iter().collect())
                }
                Ask::Where { kind, field, value } => {
                    Found::Records(self.find_by(kind, field, value, FIRST).await?)
                }
                Ask::Each { kind, field, value } => {
                    let found = self.find_by(kind, field, value, EACH + 1).await?;
                    if found.len() > EACH {
                        return Err(EngineError::TooMany { what: "what belongs to one record", limit: EACH });
                    }
                    Found::Records(found)
                }
                Ask::People(handle) => Found::People(self.people_of(handle).await?),
            });
        }
        Ok(Known(all))
    }

    async fn people_of(&mut self, handle: &str) -> Result<Vec<UserId>, EngineError> {
        match groups::by_handle(self.tx, handle).await? {
            Some(group) => Ok(groups::people_of(self.tx, group).await?),
            None => Ok(Vec::new()),
        }
    }

    async fn find_by(
        &mut self,
        kind: &str,
        field: &str,
        wanted: &Value,
        limit: usize,
    ) -> Result<Vec<Stored>, EngineError> {
        let Ok(kind) = self.catalog.kind(kind) else { return Ok(Vec::new()) };
        let Some(field) = kind.field(field) else { return Ok(Vec::new()) };
        let (Some(slot), Some(key)) = (field.slot, value::key(&field.holds, wanted)) else {
            return Ok(Vec::new());
        };
        self.load(&kind, slot, &key, limit).await?;
        let is_it = |now: &&Arc<Stored>| {
            now.kind == kind.name && now.deleted_at.is_none() && key_of(field, now).as_ref() == Some(&key)
        };
        let found = self.entries.values().filter_map(|entry| entry.now.as_ref()).filter(is_it);
        Ok(found.map(|now| (**now).clone()).collect())
    }

    /// Reads records by a key; nobody else changes them, so that it is done once where all of them came.
    async fn load(&mut self, kind: &Kind, slot: Slot, key: &Key, limit: usize) -> Result<(), EngineError> {
        let asked = (kind.name.clone(), slot, key.clone());
        if self.asked.contains(&asked) {
            return Ok(());
        }
        let found =
            records::with_key(self.tx, kind, slot, key, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
        if found.len() < limit {
            self.asked.insert(asked);
        }
        for stored in found.into_iter().map(Arc::new) {
            let entry = || Entry { stored: Some(stored.clone()), now: Some(stored.clone()) };
            self.entries.entry(stored.id).or_insert_with(entry);
        }
        Ok(())
    }
}

fn key_of(field: &Field, record: &Stored) -> Option<Key> {
    value::key(&field.holds, record.fields.get(&field.name)?)
}

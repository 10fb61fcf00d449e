//! Deleting a record and getting it back.

use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::{Holds, OnDelete};
use crate::business::engine::record::Stored;
use crate::business::engine::store::records::{self, Referrer};
use crate::ids::RecordId;
use crate::scope::Right;

use super::Done;
use super::work::{Cause, Work};

/// Records that one deletion touches.
const REACH: usize = 5_000;

impl Work<'_> {
    pub(super) async fn delete(
        &mut self,
        cause: &Cause<'_>,
        id: RecordId,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let (record, ..) = self.take(cause, id, Right::Manage).await?;
        if record.deleted_at.is_some() {
            done.touch(record);
            return Ok(());
        }
        // Those that follow, each once: a circle of links ends.
        let mut gone = vec![id];
        let mut place = 0;
        while let Some(id) = gone.get(place).copied() {
            place += 1;
            for referrer in self.referrers(id).await? {
                if gone.contains(&referrer.record) {
                    continue;
                }
                match self.on_delete(&referrer) {
                    OnDelete::Clear => self.clear(cause, &referrer, id).await?,
                    OnDelete::Follow => gone.push(referrer.record),
                    OnDelete::Refuse => return Err(self.needed(referrer.record).await?),
                }
                if gone.len() > REACH {
                    return Err(EngineError::TooMany { what: "a deletion", limit: REACH });
                }
            }
        }
        for id in gone {
            let Some(record) = self.find(id).await?.filter(|record| record.deleted_at.is_none()) else {
                continue;
            };
            let after = Stored { deleted_at: Some(self.now), ..(*record).clone() };
            done.touch(self.stage(cause, "deleted", after));
        }
        Ok(())
    }

    pub(super) async fn restore(
        &mut self,
        cause: &Cause<'_>,
        id: RecordId,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let (record, ..) = self.take(cause, id, Right::Manage).await?;
        if record.deleted_at.is_none() {
            done.touch(record);
            return Ok(());
        }
        let after = Stored { deleted_at: None, merged_into: None, ..(*record).clone() };
        done.touch(self.stage(cause, "restored", after));
        Ok(())
    }

    /// Who refers to a record, as it is stored and as it was decided.
    pub(super) async fn referrers(&mut self, id: RecordId) -> Result<Vec<Referrer>, EngineError> {
        let stored = records::referrers(self.tx, id, REACH as i64 + 1).await?;
        let mut all = Vec::with_capacity(stored.len());
        for one in stored.into_iter().chain(self.staged_referrers(id)) {
            let now = self.find(one.record).await?;
            let still = now.is_some_and(|now| {
                now.deleted_at.is_none() && now.fields.get(&one.field) == Some(&Value::from(id.to_string()))
            });
            let known =
                all.iter().any(|known: &Referrer| known.record == one.record && known.field == one.field);
            if still && !known {
                all.push(one);
            }
        }
        if all.len() > REACH {
            return Err(EngineError::TooMany { what: "a record that others refer to", limit: REACH });
        }
        Ok(all)
    }

    fn staged_referrers(&self, id: RecordId) -> Vec<Referrer> {
        let wanted = Value::from(id.to_string());
        let of = |record: &Stored| {
            let fields = record.fields.iter().filter(|(_, value)| **value == wanted);
            fields
                .map(|(field, _)| Referrer {
                    record: record.id,
                    kind: record.kind.clone(),
                    field: field.clone(),
                })
                .collect::<Vec<_>>()
        };
        let mut all: Vec<Referrer> = self.happened.iter().flat_map(|one| of(&one.after)).collect();
        all.retain(|one| matches!(self.holds(one), Some(Holds::Link { .. })));
        all
    }

    fn holds(&self, referrer: &Referrer) -> Option<&Holds> {
        Some(&self.catalog.kinds.get(&referrer.kind)?.field(&referrer.field)?.holds)
    }

    fn on_delete(&self, referrer: &Referrer) -> OnDelete {
        match self.holds(referrer) {
            Some(Holds::Link { on_delete, .. }) => *on_delete,
            _ => OnDelete::Clear,
        }
    }

    /// Empties the link of a record that stays; one that it needs keeps the deletion from happening.
    async fn clear(
        &mut self,
        cause: &Cause<'_>,
        referrer: &Referrer,
        id: RecordId,
    ) -> Result<(), EngineError> {
        let is_required = self
            .catalog
            .kinds
            .get(&referrer.kind)
            .and_then(|kind| kind.field(&referrer.field))
            .is_some_and(|field| field.required);
        let Some(record) = self.find(referrer.record).await? else { return Ok(()) };
        if is_required {
            return Err(self.needed(id).await?);
        }
        let mut after = (*record).clone();
        after.fields.remove(&referrer.field);
        self.stage(cause, "changed", after);
        Ok(())
    }

    async fn needed(&mut self, id: RecordId) -> Result<EngineError, EngineError> {
        let record = self.find(id).await?.ok_or(EngineError::NoRecord)?;
        let title = self.catalog.kinds.get(&record.kind).map(|kind| kind.title_of(&record.fields).to_owned());
        Ok(EngineError::Needed { id, title: title.unwrap_or_default() })
    }
}

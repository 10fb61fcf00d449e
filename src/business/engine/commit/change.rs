//! A change of fields. Two who change different fields of one record are both right; of the same field the
//! last one, who is told what was there.

use serde_json::{Map, Value};

use crate::business::engine::error::EngineError;
use crate::business::engine::event::Event;
use crate::business::engine::record::Stored;
use crate::business::engine::store::events::{self, Wanted};
use crate::ids::{RecordId, UserId};
use crate::scope::Right;

use super::create::read;
use super::work::{Cause, Work};
use super::{Done, Overwritten};

/// Events that are looked through for what others have changed meanwhile.
const MEANWHILE: i64 = 1_000;

impl Work<'_> {
    pub(super) async fn change(
        &mut self,
        cause: &Cause<'_>,
        id: RecordId,
        base: Option<i64>,
        set: &Map<String, Value>,
        owner: Option<Option<UserId>>,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let (record, kind, access) = self.take(cause, id, Right::Edit).await?;
        if record.deleted_at.is_some() {
            return Err(EngineError::Conflict("the record is deleted; restore it first".into()));
        }
        if base.is_some_and(|base| base > record.version || base < 1) {
            return Err(EngineError::Conflict("the record has no such version".into()));
        }
        let fields = read(&kind, &access, set, record.fields.clone())?;
        let owner = owner.unwrap_or(record.owner);
        if fields == record.fields && owner == record.owner {
            done.touch(record);
            return Ok(());
        }
        self.check(cause, &kind, &fields, &record.fields).await?;
        if owner != record.owner {
            self.check_person(owner).await?;
        }
        if let Some(base) = base.filter(|base| *base < record.version) {
            let lost = self.overwritten(&record, base, set).await?;
            // What the access hides is not told.
            done.overwritten.extend(
                lost.into_iter()
                    .filter(|lost| lost.by != cause.scope.user() && !access.is_hidden(&lost.field)),
            );
        }
        let after = Stored { fields, owner, ..(*record).clone() };
        done.touch(self.stage(cause, "changed", after));
        Ok(())
    }

    /// What others wrote since a version into the fields that are written now.
    async fn overwritten(
        &mut self,
        record: &Stored,
        base: i64,
        set: &Map<String, Value>,
    ) -> Result<Vec<Overwritten>, EngineError> {
        let stored = events::before(self.tx, Wanted::Record(record.id), i64::MAX, MEANWHILE).await?;
        let here = self.happened.iter().map(|one| &*one.event).filter(|event| event.record == record.id);
        let mut later: Vec<&Event> = here.rev().chain(&stored).filter(|event| event.version > base).collect();
        later.sort_by_key(|event| std::cmp::Reverse(event.seq));
        let mut lost = Vec::new();
        for (field, new) in set {
            let Some(event) = later.iter().find(|event| event.changes.contains_key(field)) else { continue };
            let value = record.fields.get(field).cloned().unwrap_or_default();
            if value != *new {
                let field = field.clone();
                lost.push(Overwritten { record: record.id, field, value, by: event.actor, at: event.at });
            }
        }
        Ok(lost)
    }
}

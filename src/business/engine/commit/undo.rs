//! Undo: an event, a batch, or everything that one person did. It is a change like any other, so it can be
//! undone itself.

use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::event::Event;
use crate::business::engine::record::Stored;
use crate::business::engine::store::events::{self, Wanted};
use crate::scope::Right;

use super::files::{ADDED, REMOVED};
use super::work::{Cause, Work};
use super::{Done, Kept, Undo};

/// Events that one undo takes back.
const MOST: usize = 200_000;
const PAGE: i64 = 1_000;

impl Work<'_> {
    pub(super) async fn undo(
        &mut self,
        cause: &Cause<'_>,
        what: &Undo,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let wanted = match what {
            Undo::Batch(batch) => Wanted::Batch(*batch),
            Undo::Person(person, since) => Wanted::Actor(*person, *since),
            Undo::Event(seq) => {
                let found = events::after(self.tx, Wanted::All, seq - 1, 1).await?;
                let event = found.into_iter().find(|event| event.seq == *seq).ok_or(EngineError::NoEntry)?;
                return self.undo_one(cause, &event, done).await;
            }
        };
        let (mut last, mut count) = (i64::MAX, 0);
        loop {
            let page = events::before(self.tx, wanted, last, PAGE).await?;
            let Some(earliest) = page.last() else { break };
            last = earliest.seq;
            for event in &page {
                self.undo_one(cause, event, done).await?;
            }
            count += page.len();
            if count > MOST {
                return Err(EngineError::TooMany { what: "an undo", limit: MOST });
            }
        }
        if count == 0 {
            Err(EngineError::Conflict("there is nothing of this to undo".into()))
        } else {
            Ok(())
        }
    }

    async fn undo_one(
        &mut self,
        cause: &Cause<'_>,
        event: &Event,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let id = event.record;
        let is_whole = matches!(event.name.as_str(), "created" | "deleted" | "merged" | "restored");
        let (record, _, access) =
            self.take(cause, id, if is_whole { Right::Manage } else { Right::Edit }).await?;
        if matches!(event.name.as_str(), ADDED | REMOVED) {
            if self.undo_file(cause, &record, event).await? {
                done.touch(record);
            }
            return Ok(());
        }
        let is_gone = record.deleted_at.is_some();
        match (event.name.as_str(), is_gone) {
            ("created" | "restored", false) => return self.delete(cause, id, done).await,
            ("deleted" | "merged", true) => return self.restore(cause, id, done).await,
            ("changed", false) => {}
            ("changed", true) => {
                done.kept.push(Kept { record: id, field: String::new(), why: "it was deleted since" });
                return Ok(());
            }
            // It was undone already, or it left the record as it was.
            _ => return Ok(()),
        }
        let mut after = (*record).clone();
        for (field, change) in &event.changes {
            if access.is_read_only(field) {
                done.kept.push(Kept { record: id, field: field.clone(), why: "you may not change it" });
            } else if !put(&mut after, field, &change.new, &change.old) {
                done.kept.push(Kept { record: id, field: field.clone(), why: "it was changed again" });
            }
        }
        let now = if after == *record { record } else { self.stage(cause, "changed", after) };
        done.touch(now);
        Ok(())
    }
}

/// Puts a value back where the one that replaced it still stands.
fn put(record: &mut Stored, field: &str, new: &Value, old: &Value) -> bool {
    match field {
        "state" if record.state == new.as_str().unwrap_or_default() => {
            record.state = old.as_str().unwrap_or_default().to_owned();
        }
        "owner" if record.owner.map(|owner| owner.to_string()).as_deref() == new.as_str() => {
            record.owner = old.as_str().and_then(|text| text.parse().ok());
        }
        "state" | "owner" => return false,
        _ if record.fields.get(field).unwrap_or(&Value::Null) != new => return false,
        _ if old.is_null() => drop(record.fields.remove(field)),
        _ => drop(record.fields.insert(field.to_owned(), old.clone())),
    }
    true
}

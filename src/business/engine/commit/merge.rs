//! Two records that are the same thing become one; undone as a whole, they are two again.

use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::record::Stored;
use crate::ids::RecordId;
use crate::scope::Right;

use super::Done;
use super::work::{Cause, Work};

impl Work<'_> {
    /// What `into` leaves open is taken from `from`, what has several values gets both, and whatever
    /// referred to `from` refers to `into`.
    pub(super) async fn merge(
        &mut self,
        cause: &Cause<'_>,
        into: RecordId,
        from: RecordId,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let (target, kind, _) = self.take(cause, into, Right::Edit).await?;
        let source = self.take(cause, from, Right::Manage).await.map_err(|error| match error {
            EngineError::NoRecord => EngineError::fault("from", "leads nowhere"),
            other => other,
        });
        let (source, ..) = source?;
        let one_kind = target.kind == source.kind && into != from;
        if !one_kind || target.deleted_at.is_some() || source.deleted_at.is_some() {
            return Err(EngineError::Conflict("only two different records of one type become one".into()));
        }
        let mut fields = target.fields.clone();
        let itself = [Value::from(into.to_string()), Value::from(from.to_string())];
        // One of the two refers to the other: what is one thing does not refer to itself.
        fields.retain(|_, value| !itself.contains(value));
        for (name, value) in source.fields.iter().filter(|(_, value)| !itself.contains(value)) {
            let many = kind.field(name).is_some_and(|field| field.holds.is_many());
            match (fields.get_mut(name), value) {
                (Some(Value::Array(mine)), Value::Array(theirs)) if many => {
                    mine.extend(
                        theirs
                            .iter()
                            .filter(|one| {
                                !target.fields[name].as_array().is_some_and(|all| all.contains(one))
                            })
                            .cloned(),
                    );
                }
                (None, value) => drop(fields.insert(name.clone(), value.clone())),
                _ => {}
            }
        }
        for referrer in self.referrers(from).await? {
            let Some(record) = self.find(referrer.record).await? else { continue };
            let mut after = (*record).clone();
            after.fields.insert(referrer.field, into.to_string().into());
            if after.id == into {
                // One of the two referred to the other.
                continue;
            }
            self.stage(cause, "changed", after);
        }
        self.take_files(cause, from, &target).await?;
        let gone = Stored { deleted_at: Some(self.now), merged_into: Some(into), ..(*source).clone() };
        self.stage(cause, "merged", gone);
        if fields == target.fields {
            done.touch(target);
        } else {
            done.touch(self.stage(cause, "changed", Stored { fields, ..(*target).clone() }));
        }
        Ok(())
    }
}

//! Links that never come back to where they began: what waits for itself waits for ever.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::Holds;
use crate::ids::RecordId;

use super::work::{Cause, Work};

/// Records of one chain of links.
const LONGEST: usize = 1_000;
/// Records of a circle that are named from each end.
const NAMED: usize = 3;

impl Work<'_> {
    /// Refuses a circle in what was decided since: it is looked at as a whole, so that two who change places may
    /// stand in a circle in between.
    pub(super) async fn refuse_circles(
        &mut self,
        cause: &Cause<'_>,
        since: usize,
    ) -> Result<(), EngineError> {
        for (id, field) in self.linked_since(since) {
            if let Some(circle) = self.circle(id, &field).await? {
                let names = self.names(cause, &circle).await?;
                return Err(EngineError::fault(&field, format!("would go in a circle: {names}")));
            }
        }
        Ok(())
    }

    /// The links without circles that were written since.
    fn linked_since(&self, since: usize) -> BTreeSet<(RecordId, String)> {
        let mut all = BTreeSet::new();
        for one in &self.happened[since..] {
            let Some(kind) = self.catalog.kinds.get(&one.event.kind) else { continue };
            let is_back = one.event.name == "restored";
            let acyclic =
                kind.fields.iter().filter(|field| matches!(field.holds, Holds::Link { acyclic: true, .. }));
            let written = acyclic.filter(|field| is_back || one.event.changes.contains_key(&field.name));
            all.extend(written.map(|field| (one.event.record, field.name.clone())));
        }
        all
    }

    /// The records that a link comes by on its way back to where it began.
    async fn circle(&mut self, from: RecordId, field: &str) -> Result<Option<Vec<RecordId>>, EngineError> {
        let (mut chain, mut seen, mut at) = (vec![from], HashSet::from([from]), from);
        while let Some(next) = self.follow(at, field).await? {
            if next == from {
                return Ok(Some(chain));
            }
            // An older circle to which this one leads is not its fault.
            if !seen.insert(next) {
                return Ok(None);
            }
            if chain.len() >= LONGEST {
                return Err(EngineError::TooMany { what: "a chain of links", limit: LONGEST });
            }
            chain.push(next);
            at = next;
        }
        Ok(None)
    }

    async fn follow(&mut self, id: RecordId, field: &str) -> Result<Option<RecordId>, EngineError> {
        let record = self.find(id).await?.filter(|record| record.deleted_at.is_none());
        let link = record.as_ref().and_then(|record| record.fields.get(field)).and_then(Value::as_str);
        Ok(link.and_then(|link| link.parse().ok()))
    }

    /// The titles of a circle, back to the first; those that the caller may not see stay unnamed.
    async fn names(&mut self, cause: &Cause<'_>, circle: &[RecordId]) -> Result<String, EngineError> {
        let mut names = Vec::new();
        for (place, id) in circle.iter().chain(circle.first()).enumerate() {
            let is_named = place < NAMED || place + NAMED > circle.len();
            if is_named {
                names.push(self.name(cause, *id).await?);
            } else if place == NAMED {
                names.push("…".into());
            }
        }
        Ok(names.join(" → "))
    }

    async fn name(&mut self, cause: &Cause<'_>, id: RecordId) -> Result<String, EngineError> {
        let Some(record) = self.find(id).await? else { return Ok("…".into()) };
        let kind = self.catalog.kind(&record.kind)?;
        let access = self.access(cause.scope, &record.kind).await?;
        let is_seen = access.right(record.owner).is_some() && !access.is_hidden(&kind.title);
        Ok(if is_seen { format!("“{}”", kind.title_of(&record.fields)) } else { "…".into() })
    }
}

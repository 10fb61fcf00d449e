//! What has to be true of everything that a task has decided: its consequences are drawn, and no link goes in a
//! circle.

use crate::business::engine::consequence::Changed;
use crate::business::engine::error::EngineError;
use crate::ids::RecordId;
use crate::scope::Scope;

use super::work::{Cause, Work};
use super::{Done, Happened};

/// Changes that follow from one task.
const FOLLOW: usize = 10_000;

impl Work<'_> {
    /// Draws the consequences of what was decided since, and of what follows from it.
    pub(super) async fn settle(
        &mut self,
        cause: &Cause<'_>,
        since: usize,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let most = self.happened.len() + FOLLOW;
        while self.settled < self.happened.len() {
            let happened = self.happened[self.settled].clone();
            self.settled += 1;
            self.follow_up(cause, &happened, done).await?;
            if self.happened.len() > most {
                return Err(EngineError::TooMany { what: "what follows from a change", limit: FOLLOW });
            }
        }
        self.refuse_circles(cause, since).await
    }

    async fn follow_up(
        &mut self,
        cause: &Cause<'_>,
        happened: &Happened,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let (catalog, event) = (self.catalog, &happened.event);
        let system = Scope::system(cause.scope.tenant);
        let inner = Cause { scope: &system, via: cause.via, batch: cause.batch };
        for consequence in catalog.consequences(&event.kind) {
            let Some(now) = self.find(event.record).await?.filter(|now| now.deleted_at.is_none()) else {
                return Ok(());
            };
            let (before, today) = (happened.before.as_deref(), self.today());
            let changed = Changed { event, before, now: &now, today };
            let Some(asks) = consequence.asks(&changed) else { continue };
            let mut known = self.known(&asks).await?;
            let more = self.known(&consequence.asks_more(&changed, &known)).await?;
            known.0.extend(more.0);
            for answer in consequence.answer(&changed, &known) {
                self.one_answer(&inner, answer, done).await?;
            }
        }
        Ok(())
    }

    /// A day that was waited for has come: it is taken off the record, and what was waited for it follows.
    pub(super) async fn come(
        &mut self,
        cause: &Cause<'_>,
        id: RecordId,
        field: &str,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let Some(record) = self.find(id).await?.filter(|record| record.deleted_at.is_none()) else {
            return Ok(());
        };
        let day = record.fields.get(field).and_then(|day| day.as_str()?.parse::<chrono::NaiveDate>().ok());
        if cause.scope.user().is_some() || day.is_none_or(|day| day > self.today()) {
            // It was put off since.
            return Ok(());
        }
        let mut after = (*record).clone();
        after.fields.remove(field);
        let name = format!("{}.{field}", record.kind);
        let now = self.stage(cause, "changed", after);
        self.publish(cause, &name, &now, serde_json::json!({ "day": day }));
        done.touch(now);
        Ok(())
    }
}

//! A command of a module: asks, decides, and what it decided is written with everything that follows.

use std::sync::Arc;

use serde_json::Value;

use crate::business::engine::command::{Around, Decision};
use crate::business::engine::error::EngineError;
use crate::business::engine::event::Via;
use crate::business::engine::kind::Kind;
use crate::business::engine::record::Stored;
use crate::business::engine::rule::Answer;
use crate::ids::RecordId;
use crate::scope::{Right, Scope};

use super::Done;
use super::work::{Cause, Work};

impl Work<'_> {
    pub(super) async fn run(
        &mut self,
        cause: &Cause<'_>,
        id: RecordId,
        command: &str,
        params: &Value,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let (record, kind, _) = self.take(cause, id, Right::Edit).await?;
        if record.deleted_at.is_some() {
            return Err(EngineError::Conflict("the record is deleted; restore it first".into()));
        }
        let handler = self.catalog.command(&record.kind, command).ok_or(EngineError::NoEntry)?;
        let around = Around { now: self.now, by: cause.scope.user() };
        let asks = (handler.ask)(params, &record, around)?;
        let known = self.known(&asks).await?;
        let decision = (handler.run)(params, &record, around, &known)?;
        let now = self.carry_out(cause, &record, &kind, decision, done).await?;
        done.records.retain(|known| known.id != id);
        done.records.insert(0, now);
        Ok(())
    }

    /// Writes what a command decided about a record.
    async fn carry_out(
        &mut self,
        cause: &Cause<'_>,
        record: &Arc<Stored>,
        kind: &Kind,
        decision: Decision,
        done: &mut Done,
    ) -> Result<Arc<Stored>, EngineError> {
        // What a command makes in another module is part of the command. It comes first: the record may link to it.
        let system = Scope::system(cause.scope.tenant);
        let inner = Cause { scope: &system, via: cause.via, batch: cause.batch };
        for new in decision.created {
            self.create(&inner, &new.kind, Some(new.id), &new.fields, new.owner, done).await?;
        }
        for (id, set) in decision.changed {
            self.change(&inner, id, None, &set, None, done).await?;
        }
        let mut after = (**record).clone();
        if let Some(fields) = decision.fields {
            // Fields of the tenant's own are none of the struct's.
            after.fields.retain(|name, _| kind.field(name).is_some_and(|field| field.custom));
            after.fields.extend(fields);
            self.check(cause, kind, &after.fields, &record.fields).await?;
        }
        after.state = decision.state.unwrap_or(after.state);
        let now = if after == **record { record.clone() } else { self.stage(cause, "changed", after) };
        for (name, data) in decision.published {
            self.publish(cause, name, &now, data);
        }
        Ok(now)
    }

    /// Does what a rule answers, as the program itself.
    pub(in crate::business::engine) async fn answer(
        &mut self,
        cause: (&Scope, uuid::Uuid),
        answers: Vec<Answer>,
    ) -> Result<(), EngineError> {
        let cause = Cause { scope: cause.0, via: Via::Rule, batch: cause.1 };
        let here = self.here();
        let result = self.all_answers(&cause, answers).await;
        if result.is_err() {
            self.back_to(here);
        }
        result
    }

    async fn all_answers(&mut self, cause: &Cause<'_>, answers: Vec<Answer>) -> Result<(), EngineError> {
        let (mut done, since) = (Done::default(), self.happened.len());
        for answer in answers {
            self.one_answer(cause, answer, &mut done).await?;
        }
        self.settle(cause, since, &mut done).await
    }

    pub(super) async fn one_answer(
        &mut self,
        cause: &Cause<'_>,
        answer: Answer,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        match answer {
            // It was made before: the rule reads the event again.
            Answer::Create(new) if self.find(new.id).await?.is_some() => Ok(()),
            Answer::Create(new) => {
                self.create(cause, &new.kind, Some(new.id), &new.fields, new.owner, done).await
            }
            Answer::Change(id, set) => self.change(cause, id, None, &set, None, done).await,
            Answer::Own(id, user) => {
                let none = serde_json::Map::new();
                self.change(cause, id, None, &none, Some(Some(user)), done).await
            }
            Answer::Tell(tell) => {
                self.tells.push((self.happened.len(), tell));
                Ok(())
            }
        }
    }
}

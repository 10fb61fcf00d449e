//! Tasks on their way: what they have decided so far, over what is stored.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;
use uuid::Uuid;

use crate::business::engine::catalog::Catalog;
use crate::business::engine::error::EngineError;
use crate::business::engine::event::{Changes, Event, Via};
use crate::business::engine::field::Slot;
use crate::business::engine::kind::Kind;
use crate::business::engine::record::Stored;
use crate::business::engine::rights::Access;
use crate::business::engine::rule::Tell;
use crate::business::engine::store::files::FileRow;
use crate::business::engine::store::{events, files, records};
use crate::business::engine::value::Key;
use crate::ids::{RecordId, Timestamp};
use crate::office::notify::messages as notify;
use crate::scope::{Right, Scope};
use crate::store::{StoreError, TenantTx};

use super::{Done, Happened, Op, Refused, Task};

/// One transaction of any number of tasks. Nothing is written before `flush`, so that a task that is refused
/// leaves nothing behind.
pub struct Work<'a> {
    pub(super) tx: &'a mut TenantTx,
    pub(super) catalog: &'a Catalog,
    pub(super) now: Timestamp,
    /// The number of the last event.
    seq: i64,
    pub(super) entries: BTreeMap<RecordId, Entry>,
    pub(super) happened: Vec<Happened>,
    cursors: Vec<(&'static str, i64)>,
    /// Files as they will be, the last one of an id.
    pub(super) files: Vec<FileRow>,
    /// How much of what has happened has had its consequences.
    pub(super) settled: usize,
    zone: Tz,
    /// Who is told with the commit, and after how much of what has happened.
    pub(super) tells: Vec<(usize, Tell)>,
    /// What was asked for and is in `entries` as a whole.
    pub(super) asked: HashSet<(String, Slot, Key)>,
    accesses: HashMap<(Option<crate::ids::UserId>, String), Arc<Access>>,
}

/// A record as it is stored and as it will be.
pub(super) struct Entry {
    pub stored: Option<Arc<Stored>>,
    pub now: Option<Arc<Stored>>,
}

/// A point to which a refused task goes back.
pub(super) struct Here {
    seq: i64,
    happened: usize,
    files: usize,
}

/// Who does what, for the events.
pub(super) struct Cause<'a> {
    pub scope: &'a Scope,
    pub via: Via,
    pub batch: Uuid,
}

impl<'a> Work<'a> {
    /// Begins; until the transaction ends nobody else changes records of the tenant.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn begin(
        tx: &'a mut TenantTx,
        catalog: &'a Catalog,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let seq = events::lock_head(tx).await?;
        let (entries, happened, cursors) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (settled, zone, accesses) = (0, Tz::UTC, HashMap::new());
        let (tells, asked, files) = (Vec::new(), HashSet::new(), Vec::new());
        Ok(Self {
            tx,
            catalog,
            now,
            seq,
            entries,
            happened,
            cursors,
            files,
            settled,
            zone,
            tells,
            asked,
            accesses,
        })
    }

    /// Where the business is: its days begin at midnight there.
    #[must_use]
    pub fn in_zone(mut self, zone: Tz) -> Self {
        self.zone = zone;
        self
    }

    /// The day on which the business is.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// Decides one task: all of its operations, or none.
    ///
    /// # Errors
    /// Why it is refused; what other tasks have decided stays.
    pub async fn apply(&mut self, task: &Task) -> Result<Done, EngineError> {
        if task.named
            && let Some(done) = self.done_before(task.batch).await?
        {
            return Ok(done);
        }
        let here = self.here();
        let result = self.operations(task).await;
        if result.is_err() {
            self.back_to(here);
        }
        result
    }

    /// Where the work stands.
    pub(super) fn here(&self) -> Here {
        Here { seq: self.seq, happened: self.happened.len(), files: self.files.len() }
    }

    /// Takes back what was decided since.
    pub(super) fn back_to(&mut self, here: Here) {
        for gone in self.happened.drain(here.happened..).rev() {
            if let Some(entry) = self.entries.get_mut(&gone.event.record) {
                entry.now = gone.before;
            }
        }
        self.seq = here.seq;
        self.files.truncate(here.files);
        self.settled = self.settled.min(here.happened);
        self.tells.retain(|(happened, _)| *happened <= here.happened);
    }

    async fn operations(&mut self, task: &Task) -> Result<Done, EngineError> {
        let cause = Cause { scope: &task.scope, via: task.via, batch: task.batch };
        let (mut done, since) = (Done::default(), self.happened.len());
        for (place, op) in task.ops.iter().enumerate() {
            match op {
                Op::Try(ops) => self.attempt(&cause, place, ops, &mut done).await?,
                op => self.one(&cause, op, &mut done).await?,
            }
        }
        self.settle(&cause, since, &mut done).await?;
        Ok(done)
    }

    /// Operations that are left out together when one of them is refused.
    async fn attempt(
        &mut self,
        cause: &Cause<'_>,
        place: usize,
        ops: &[Op],
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let here = self.here();
        let mut tried = Done::default();
        match self.together(cause, ops, &mut tried).await {
            Ok(()) => {}
            Err(error @ EngineError::Store(_)) => return Err(error),
            Err(error) => {
                self.back_to(here);
                done.refused.push(Refused { place, why: error.told() });
                return Ok(());
            }
        }
        tried.records.into_iter().for_each(|record| done.touch(record));
        done.overwritten.extend(tried.overwritten);
        done.kept.extend(tried.kept);
        Ok(())
    }

    async fn together(&mut self, cause: &Cause<'_>, ops: &[Op], done: &mut Done) -> Result<(), EngineError> {
        let since = self.happened.len();
        for op in ops {
            self.one(cause, op, done).await?;
        }
        self.settle(cause, since, done).await
    }

    async fn one(&mut self, cause: &Cause<'_>, op: &Op, done: &mut Done) -> Result<(), EngineError> {
        match op {
            Op::Create { kind, id, fields, owner } => {
                let owner = owner.or(cause.scope.user());
                self.create(cause, kind, *id, fields, owner, done).await
            }
            Op::Change { id, base, set, owner } => self.change(cause, *id, *base, set, *owner, done).await,
            Op::Run { id, command, params } => self.run(cause, *id, command, params, done).await,
            Op::Delete(id) => self.delete(cause, *id, done).await,
            Op::Restore(id) => self.restore(cause, *id, done).await,
            Op::Merge { into, from } => self.merge(cause, *into, *from, done).await,
            Op::AddFile { record, file } => self.add_file(cause, *record, file, done).await,
            Op::RemoveFile { record, file } => self.remove_file(cause, *record, *file, done).await,
            Op::Undo(what) => self.undo(cause, what, done).await,
            Op::Come { id, field } => self.come(cause, *id, field, done).await,
            Op::Try(_) => Err(EngineError::invalid("what is tried is not tried again inside of itself")),
        }
    }

    /// The answer to a batch that was carried out before.
    async fn done_before(&mut self, batch: Uuid) -> Result<Option<Done>, EngineError> {
        let here = self.happened.iter().filter(|one| one.event.batch == batch).map(|one| one.event.record);
        let mut ids: Vec<RecordId> = here.collect();
        if ids.is_empty() {
            let found = events::after(self.tx, events::Wanted::Batch(batch), 0, super::OPS as i64).await?;
            ids = found.into_iter().map(|event| event.record).collect();
        }
        if ids.is_empty() {
            return Ok(None);
        }
        let mut done = Done::default();
        for id in ids {
            if let Some(record) = self.find(id).await? {
                done.touch(record);
            }
        }
        Ok(Some(done))
    }

    /// Writes everything that was decided.
    ///
    /// # Errors
    /// `StoreError` when the database refuses it.
    pub async fn flush(self) -> Result<Vec<Happened>, StoreError> {
        for entry in self.entries.values() {
            let Some(now) = &entry.now else { continue };
            let Some(kind) = self.catalog.kinds.get(&now.kind) else { continue };
            match &entry.stored {
                None => records::insert(self.tx, kind, now).await?,
                Some(stored) if stored.seq == now.seq => {}
                Some(stored) => records::update(self.tx, kind, stored, now).await?,
            }
        }
        for file in &self.files {
            files::put(self.tx, file).await?;
        }
        for one in &self.happened {
            events::append(self.tx, &one.event).await?;
        }
        for (_, tell) in self.tells {
            notify::add(self.tx, &tell.notification(), self.now).await?;
        }
        if !self.happened.is_empty() {
            events::set_head(self.tx, self.seq).await?;
        }
        for (name, seq) in self.cursors {
            events::set_cursor(self.tx, name, seq).await?;
        }
        Ok(self.happened)
    }

    /// How far a consumer of events has come.
    pub(in crate::business::engine) async fn cursor(&mut self, name: &str) -> Result<i64, StoreError> {
        events::cursor(self.tx, name).await
    }

    /// Events of a name after a number.
    pub(in crate::business::engine) async fn told_after(
        &mut self,
        name: &str,
        seq: i64,
        limit: i64,
    ) -> Result<Vec<Event>, EngineError> {
        events::told(self.tx, name, seq, limit).await
    }

    /// Writes down how far a consumer has come, with everything else.
    pub(in crate::business::engine) fn advance(&mut self, name: &'static str, seq: i64) {
        self.cursors.push((name, seq));
    }

    /// A record as it will be, deleted or not.
    pub(super) async fn find(&mut self, id: RecordId) -> Result<Option<Arc<Stored>>, EngineError> {
        if let Some(entry) = self.entries.get(&id) {
            return Ok(entry.now.clone());
        }
        let stored = records::get(self.tx, id).await?.map(Arc::new);
        self.entries.insert(id, Entry { stored: stored.clone(), now: stored.clone() });
        Ok(stored)
    }

    /// A record that is there and on which the caller holds a right, with its type and the access.
    pub(super) async fn take(
        &mut self,
        cause: &Cause<'_>,
        id: RecordId,
        right: Right,
    ) -> Result<(Arc<Stored>, Arc<Kind>, Arc<Access>), EngineError> {
        let record = self.find(id).await?.ok_or(EngineError::NoRecord)?;
        let kind = self.catalog.kind(&record.kind).map_err(|_| EngineError::NoRecord)?;
        let access = self.access(cause.scope, &record.kind).await?;
        access.require(cause.scope, right, &record)?;
        Ok((record, kind, access))
    }

    pub(super) async fn access(&mut self, scope: &Scope, kind: &str) -> Result<Arc<Access>, EngineError> {
        let key = (scope.user(), kind.to_owned());
        if let Some(access) = self.accesses.get(&key) {
            return Ok(access.clone());
        }
        let access = Arc::new(self.catalog.access(self.tx, scope, kind).await?);
        self.accesses.insert(key, access.clone());
        Ok(access)
    }

    /// Notes that a record has become this; `name` says how.
    pub(super) fn stage(&mut self, cause: &Cause<'_>, name: &str, mut after: Stored) -> Arc<Stored> {
        let before = self.entries.get(&after.id).and_then(|entry| entry.now.clone());
        self.seq += 1;
        after.seq = self.seq;
        after.version = before.as_ref().map_or(1, |before| before.version + 1);
        after.updated_at = self.now;
        after.updated_by = cause.scope.user();
        let changes = after.changes_since(before.as_deref());
        let after = Arc::new(after);
        self.note(cause, name, before, after.clone(), changes);
        let entry = self.entries.entry(after.id).or_insert(Entry { stored: None, now: None });
        entry.now = Some(after.clone());
        after
    }

    /// Adds an event that leaves the record as it is.
    pub(super) fn publish(&mut self, cause: &Cause<'_>, name: &str, record: &Arc<Stored>, data: Value) {
        let mut changes = Changes::new();
        changes.entry("data".into()).or_default().new = data;
        self.tell(cause, name, record, changes);
    }

    /// The same with what it changes beside the record.
    pub(super) fn tell(&mut self, cause: &Cause<'_>, name: &str, record: &Arc<Stored>, changes: Changes) {
        self.seq += 1;
        self.note(cause, name, Some(record.clone()), record.clone(), changes);
    }

    fn note(
        &mut self,
        cause: &Cause<'_>,
        name: &str,
        before: Option<Arc<Stored>>,
        after: Arc<Stored>,
        changes: Changes,
    ) {
        let event = Event {
            seq: self.seq,
            record: after.id,
            kind: after.kind.clone(),
            version: after.version,
            name: name.to_owned(),
            at: self.now,
            actor: cause.scope.user(),
            via: cause.via,
            batch: cause.batch,
            changes,
        };
        self.happened.push(Happened { event: Arc::new(event), before, after });
    }
}

impl Done {
    /// Adds a record, in its last form.
    pub(super) fn touch(&mut self, record: Arc<Stored>) {
        match self.records.iter_mut().find(|known| known.id == record.id) {
            Some(known) => *known = record,
            None => self.records.push(record),
        }
    }
}

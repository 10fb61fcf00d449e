//! A run: part after part its rows become operations, some hundred of them a task. Where it stands is written
//! down after each part; a part that is done again after a crash makes nothing twice, since the ids of its
//! records follow from the file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::business::engine::commit::Op;
use crate::business::engine::error::EngineError;
use crate::business::engine::event::Via;
use crate::business::engine::field::{Field, Holds, label_of};
use crate::business::engine::kind::Kind;
use crate::business::engine::service::Engine;
use crate::business::engine::store::imports;
use crate::ids::{RecordId, UserId, uuid_at};
use crate::scope::Scope;
use crate::store::TenantTx;

use super::about::{Import, Progress};
use super::known::{Found, Known};
use super::map::{self, Reading, Target};
use super::part::{Part, Row};
use super::settings::Duplicates;

/// Operations of one task.
const OPS: usize = 500;

/// One run of an import.
pub(super) struct Run {
    pub engine: Engine,
    pub scope: Scope,
    pub import: Import,
    pub dry: bool,
    kind: Arc<Kind>,
    targets: Vec<Option<Target>>,
    known: Known,
    /// What is asked for next, and which row asks for it.
    ops: Vec<Op>,
    asked: Vec<Asked>,
    faults: Vec<(i64, String)>,
    /// Records of rows by what tells them apart: those that no task has stored yet.
    seen: HashMap<[u8; 16], RecordId>,
    /// Linked records that a dry run would make.
    would: HashSet<RecordId>,
}

/// Who asks for an operation.
#[derive(Clone, Copy)]
enum Asked {
    Made(i64),
    Changed(i64),
    Linked(RecordId),
}

/// What becomes of a row.
enum Becomes {
    Skipped,
    /// It is one already.
    Made,
    /// Counted by a dry run, whose records are not there.
    Changed,
    Op(Op, Asked),
}

impl Run {
    pub(super) async fn new(
        engine: Engine,
        scope: Scope,
        import: Import,
        dry: bool,
    ) -> Result<Self, EngineError> {
        let mut tx = engine.store.read(&scope).await?;
        let (kind, _) = engine.kind(&mut tx, &scope, &import.kind).await?;
        let catalog = engine.catalog(&mut tx).await?;
        drop(tx);
        let target = |name: &Option<String>| name.as_ref().and_then(|name| Target::parse(&kind, name));
        let targets = import.settings.mapping.iter().map(target).collect();
        let known = Known::new(scope.clone(), catalog);
        let (ops, asked, faults, seen, would) = Default::default();
        Ok(Self { engine, scope, import, dry, kind, targets, known, ops, asked, faults, seen, would })
    }

    /// Goes on from where the import stands to its end.
    pub(super) async fn go_on(&mut self) -> Result<(), EngineError> {
        loop {
            let mut tx = self.engine.store.read(&self.scope).await?;
            let Some(body) = imports::part(&mut tx, self.import.id, self.import.next).await? else {
                return Ok(());
            };
            drop(tx);
            let rows = Part::unpack(&body)?;
            let before = self.import.progress.clone();
            if let Err(error) = self.part(rows).await {
                // The part is done again.
                self.import.progress = before;
                return Err(error);
            }
            let mut tx = self.engine.store.begin(&self.scope).await?;
            self.faults.sort_by_key(|(line, _)| *line);
            self.faults.dedup_by_key(|(line, _)| *line);
            imports::set_faults(&mut tx, self.import.id, self.import.next, &self.faults).await?;
            self.import.next += 1;
            imports::update(&mut tx, &self.import).await?;
            tx.commit().await?;
            self.faults.clear();
        }
    }

    async fn part(&mut self, rows: Vec<Row>) -> Result<(), EngineError> {
        let mut tx = self.engine.store.read(&self.scope).await?;
        for (place, (line, cells)) in rows.into_iter().enumerate() {
            let is_header = self.import.next == 0 && place == 0 && !self.import.settings.no_header;
            if is_header {
                continue;
            }
            self.progress().read += 1;
            let (settings, columns) = (&self.import.settings, self.import.about.header.len());
            match map::read(&self.kind, settings, &self.targets, columns, &cells) {
                Err(fault) => self.fault(line, fault),
                Ok(reading) => self.row(&mut tx, line, reading).await?,
            }
            if self.ops.len() >= OPS - self.targets.len().min(OPS / 2) {
                // Nothing is read while something is written.
                drop(tx);
                self.flush().await?;
                tx = self.engine.store.read(&self.scope).await?;
            }
        }
        drop(tx);
        self.flush().await
    }

    async fn row(&mut self, tx: &mut TenantTx, line: i64, mut reading: Reading) -> Result<(), EngineError> {
        let owner = match self.resolve(tx, &mut reading).await? {
            Ok(owner) => owner,
            Err(fault) => {
                self.fault(line, fault);
                return Ok(());
            }
        };
        match self.becomes(tx, line, reading, owner).await? {
            Becomes::Skipped => self.progress().skipped += 1,
            Becomes::Made => self.progress().made += 1,
            Becomes::Changed => self.progress().changed += 1,
            Becomes::Op(op, asked) => {
                self.ops.push(Op::Try(vec![op]));
                self.asked.push(asked);
            }
        }
        Ok(())
    }

    /// Puts ids where names stood; gives the owner.
    async fn resolve(
        &mut self,
        tx: &mut TenantTx,
        reading: &mut Reading,
    ) -> Result<Result<Option<UserId>, String>, EngineError> {
        for (name, person) in std::mem::take(&mut reading.people) {
            match self.known.person(tx, &person).await? {
                Some(id) => drop(reading.fields.insert(name, id.to_string().into())),
                None => return Ok(Err(format!("{} is nobody here", label_of(&name)))),
            }
        }
        for (name, text) in std::mem::take(&mut reading.links) {
            match self.link(tx, &name, &text).await? {
                Ok(id) => drop(reading.fields.insert(name, id.to_string().into())),
                Err(fault) => return Ok(Err(format!("{} {fault}", label_of(&name)))),
            }
        }
        let Some(owner) = &reading.owner else { return Ok(Ok(None)) };
        let found = self.known.person(tx, owner).await?;
        Ok(found.map(Some).ok_or_else(|| "Owner is nobody here".to_owned()))
    }

    async fn link(
        &mut self,
        tx: &mut TenantTx,
        field: &str,
        text: &str,
    ) -> Result<Result<RecordId, String>, EngineError> {
        let kind = self.kind.clone();
        let Some(Holds::Link { to, .. }) = kind.field(field).map(|field| &field.holds) else {
            return Ok(Err("is no link".into()));
        };
        let makes = self.import.settings.create_links.iter().any(|name| name == field);
        match self.known.link(tx, to, text).await? {
            Found::One(id) => Ok(Ok(id)),
            Found::Several => Ok(Err(format!("is not told apart: several are called \"{text}\""))),
            Found::None if !makes => Ok(Err(format!("leads nowhere: there is no \"{text}\""))),
            Found::None => {
                let id = self.id(&format!("{to} {}", crate::business::engine::value::fold(text)));
                let title = self.engine.catalog(tx).await?.kind(to).map(|kind| kind.title.clone())?;
                let fields = [(title, text.into())].into_iter().collect();
                let op = Op::Create { kind: to.clone(), id: Some(id), fields, owner: None };
                // Of its own: the row may be refused and another row link to it.
                self.ops.push(Op::Try(vec![op]));
                self.asked.push(Asked::Linked(id));
                self.known.remember(to, text, Found::One(id));
                Ok(Ok(id))
            }
        }
    }

    async fn becomes(
        &mut self,
        tx: &mut TenantTx,
        line: i64,
        reading: Reading,
        owner: Option<UserId>,
    ) -> Result<Becomes, EngineError> {
        let Reading { id, fields, .. } = reading;
        let own = self.id(&format!("row {line}"));
        // The row was done before a crash.
        if !self.dry && self.known.by_id(tx, &self.kind, own).await? {
            return Ok(Becomes::Made);
        }
        let rule = self.import.settings.duplicates;
        let (found, key) = match rule {
            Duplicates::Create => (None, None),
            _ => self.same(tx, id, &fields).await?,
        };
        let earlier = key.and_then(|key| self.seen.get(&key).copied());
        match (rule, found, earlier) {
            (Duplicates::Update, None, Some(_)) if self.dry => Ok(Becomes::Changed),
            (Duplicates::Update, found, earlier) if found.or(earlier).is_some() => {
                let id = found.or(earlier).unwrap_or(own);
                let owner = owner.map(Some);
                Ok(Becomes::Op(Op::Change { id, base: None, set: fields, owner }, Asked::Changed(line)))
            }
            (_, None, None) => {
                self.seen.extend(key.map(|key| (key, own)));
                let kind = self.kind.name.clone();
                Ok(Becomes::Op(Op::Create { kind, id: Some(own), fields, owner }, Asked::Made(line)))
            }
            _ => Ok(Becomes::Skipped),
        }
    }

    /// The record that is the same, and the key by which later rows are found to be.
    async fn same(
        &mut self,
        tx: &mut TenantTx,
        id: Option<RecordId>,
        fields: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(Option<RecordId>, Option<[u8; 16]>), EngineError> {
        let kind = self.kind.clone();
        let names = self.import.settings.same_by.clone();
        if names.iter().any(|name| name == "id")
            && let Some(id) = id
            && self.known.by_id(tx, &kind, id).await?
        {
            return Ok((Some(id), None));
        }
        let by: Vec<&Field> = names.iter().filter_map(|name| kind.field(name)).collect();
        if by.is_empty() || by.iter().any(|field| !fields.contains_key(&field.name)) {
            return Ok((None, None));
        }
        let mut hash = blake3::Hasher::new();
        for field in &by {
            let text = crate::business::engine::value::fold(&fields[&field.name].to_string());
            hash.update(text.as_bytes()).update(&[0]);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize().as_bytes()[..16]);
        Ok((self.known.same(tx, &kind, &by, fields).await?, Some(key)))
    }

    /// Brings what has gathered to the recorder, and counts what became of it.
    async fn flush(&mut self) -> Result<(), EngineError> {
        let (ops, asked) = (std::mem::take(&mut self.ops), std::mem::take(&mut self.asked));
        if ops.is_empty() {
            return Ok(());
        }
        let done = if self.dry {
            // What a dry run would have made is asked for again by the next task.
            self.known.forget();
            self.engine.rehearse(&self.scope, Via::Import, ops).await?
        } else {
            let batch = uuid_at(self.engine.clock.now());
            let mut tx = self.engine.store.begin(&self.scope).await?;
            imports::add_batch(&mut tx, self.import.id, batch).await?;
            tx.commit().await?;
            // From here on the store knows them.
            self.seen.clear();
            self.engine.commit_via(&self.scope, Via::Import, Some(batch), ops).await?
        };
        let refused: HashMap<usize, String> =
            done.refused.into_iter().map(|one| (one.place, one.why)).collect();
        for (place, asked) in asked.into_iter().enumerate() {
            match (asked, refused.get(&place)) {
                (Asked::Made(line) | Asked::Changed(line), Some(why)) => self.fault(line, why.clone()),
                (Asked::Made(_), None) => self.progress().made += 1,
                (Asked::Changed(_), None) => self.progress().changed += 1,
                (Asked::Linked(id), None) if self.would.insert(id) => self.progress().linked += 1,
                (Asked::Linked(_), _) => {}
            }
        }
        Ok(())
    }

    fn fault(&mut self, line: i64, why: String) {
        self.progress().failed += 1;
        self.faults.push((line, why));
    }

    fn progress(&mut self) -> &mut Progress {
        &mut self.import.progress
    }

    /// An id that is the same each time this file is brought in.
    fn id(&self, what: &str) -> RecordId {
        RecordId(derived(self.import.id, &format!("{} {what}", self.import.attempt)))
    }
}

/// An id that follows from another and sorts beside it.
pub(super) fn derived(from: Uuid, what: &str) -> Uuid {
    let hash = blake3::hash(format!("{from} {what}").as_bytes());
    let mut bytes = *from.as_bytes();
    bytes[6..].copy_from_slice(&hash.as_bytes()[..10]);
    let id = uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand);
    id.with_variant(uuid::Variant::RFC4122).into_uuid()
}

//! Imports for those who ask from outside.

use std::fs::File;

use chrono::Duration;
use uuid::Uuid;

use crate::business::engine::commit::{Op, Undo};
use crate::business::engine::error::EngineError;
use crate::business::engine::event::Via;
use crate::business::engine::rights::{Access, Reach};
use crate::business::engine::service::Engine;
use crate::business::engine::store::events::{self, Wanted};
use crate::business::engine::store::imports;
use crate::ids::UserId;
use crate::scope::Scope;
use crate::store::TenantTx;

use super::about::{Import, Progress, State};
use super::run::{Run, derived};
use super::settings::{Duplicates, Settings};
use super::suggest::suggest;

/// Imports that one person begins in a day.
const A_DAY: i64 = 500;
/// Days after which the rows of a file are forgotten.
const KEPT: i64 = 30;

impl Engine {
    /// Refuses who may not bring records of a type, before the first byte of a file is read.
    pub async fn may_import(&self, scope: &Scope, kind: &str) -> Result<UserId, EngineError> {
        let mut tx = self.store.read(scope).await?;
        let (kind, access) = self.kind(&mut tx, scope, kind).await?;
        let owner = scope.user().filter(|_| access.policy.create);
        owner.ok_or_else(|| EngineError::Forbidden(format!("make {}", kind.plural.to_lowercase())))
    }

    /// Takes a file in and suggests what its columns are.
    pub async fn begin_import(
        &self,
        scope: &Scope,
        kind: &str,
        name: &str,
        file: File,
    ) -> Result<Import, EngineError> {
        let owner = self.may_import(scope, kind).await?;
        let now = self.clock.now();
        let mut import = Import::new(owner, kind, name, now);
        let _lease = self.running.take(import.id);
        let mut tx = self.store.begin(scope).await?;
        if imports::count_since(&mut tx, owner, now - Duration::days(1)).await? >= A_DAY {
            return Err(EngineError::TooMany { what: "a day of imports", limit: A_DAY as usize });
        }
        imports::forget_before(&mut tx, now - Duration::days(KEPT)).await?;
        imports::insert(&mut tx, &import).await?;
        tx.commit().await?;
        let kept = self.keep(scope, import.id, file).await;
        let mut tx = self.store.begin(scope).await?;
        match kept {
            Ok(about) => {
                let (kind, access) = self.kind(&mut tx, scope, kind).await?;
                import.settings = suggest(&kind, &access, &about);
                (import.about, import.state) = (about, State::Ready);
                imports::update(&mut tx, &import).await?;
                tx.commit().await?;
                Ok(import)
            }
            Err(error) => {
                imports::remove(&mut tx, import.id).await?;
                tx.commit().await?;
                Err(error)
            }
        }
    }

    /// An import of the caller's own, or any for administrators.
    pub async fn import(&self, scope: &Scope, kind: &str, id: Uuid) -> Result<Import, EngineError> {
        let was_running = self.running.has(id);
        let mut tx = self.store.read(scope).await?;
        let mut import = self.find_import(&mut tx, scope, kind, id).await?.0;
        self.look(&mut import, was_running);
        Ok(import)
    }

    async fn find_import(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        kind: &str,
        id: Uuid,
    ) -> Result<(Import, Access), EngineError> {
        let (kind, access) = self.kind(tx, scope, kind).await?;
        let found = imports::get(tx, id).await?.filter(|import| {
            import.kind == kind.name && (scope.user() == Some(import.owner) || scope.role.is_administrator())
        });
        Ok((found.ok_or(EngineError::NoEntry)?, access))
    }

    /// Says what has become of work that nobody does any more. Who worked on it before it was read may have
    /// come to the end since: then it is told as it was.
    fn look(&self, import: &mut Import, was_running: bool) {
        if !was_running && !self.running.has(import.id) {
            settle(import);
        }
    }

    /// The caller's own imports of a type, or all for administrators.
    pub async fn imports(
        &self,
        scope: &Scope,
        kind: &str,
        before: Uuid,
        limit: i64,
    ) -> Result<Vec<Import>, EngineError> {
        let running = self.running.all();
        let mut tx = self.store.read(scope).await?;
        let (kind, _) = self.kind(&mut tx, scope, kind).await?;
        let owner = match scope.user() {
            _ if scope.role.is_administrator() => None,
            None => return Ok(Vec::new()),
            owner => owner,
        };
        let mut all = imports::list(&mut tx, &kind.name, owner, before, limit).await?;
        all.iter_mut().for_each(|import| self.look(import, running.contains(&import.id)));
        Ok(all)
    }

    /// Says how the rows of an import become records.
    pub async fn set_import(
        &self,
        scope: &Scope,
        kind: &str,
        id: Uuid,
        settings: Settings,
    ) -> Result<Import, EngineError> {
        let was_running = self.running.has(id);
        let mut tx = self.store.begin(scope).await?;
        let (mut import, access) = self.find_import(&mut tx, scope, kind, id).await?;
        self.look(&mut import, was_running);
        if !matches!(import.state, State::Ready | State::Checked | State::Undone) {
            return Err(EngineError::Conflict("the import has begun; undo it first".into()));
        }
        let (kind, _) = self.kind(&mut tx, scope, kind).await?;
        settings.check(&kind, &access, import.about.header.len())?;
        import.settings = settings;
        import.state = if import.state == State::Undone { State::Undone } else { State::Ready };
        imports::update(&mut tx, &import).await?;
        tx.commit().await?;
        Ok(import)
    }

    /// Begins a run, or goes on with one that was cut off.
    pub async fn run_import(
        &self,
        scope: &Scope,
        kind: &str,
        id: Uuid,
        dry: bool,
    ) -> Result<Import, EngineError> {
        let lease = self.running.take(id);
        let mut tx = self.store.begin(scope).await?;
        let (mut import, access) = self.find_import(&mut tx, scope, kind, id).await?;
        let Some(lease) = lease else { return Err(EngineError::Conflict("the import is under way".into())) };
        // Nobody is at work: what the state says is over.
        settle(&mut import);
        let goes_on = matches!(import.state, State::Interrupted | State::Failed) && !dry;
        let begins = matches!(import.state, State::Ready | State::Checked | State::Undone);
        if import.about.header.is_empty() || !(goes_on || begins) {
            return Err(EngineError::Conflict("the import was carried out already".into()));
        }
        may_run(&import, &access)?;
        if imports::part(&mut tx, id, 0).await?.is_none() {
            return Err(EngineError::Conflict("the rows are forgotten; bring the file again".into()));
        }
        if begins {
            imports::begin_anew(&mut tx, id).await?;
            (import.progress, import.next) = (Progress::default(), 0);
            import.attempt += i64::from(import.state == State::Undone);
        }
        let rest = import.state;
        import.progress.error = None;
        import.state = if dry { State::Checking } else { State::Running };
        imports::update(&mut tx, &import).await?;
        tx.commit().await?;
        let (engine, scope, told) = (self.clone(), scope.clone(), import.clone());
        // A task of its own: it comes to its end even when nobody listens any more.
        actix_rt::spawn(async move {
            let _lease = lease;
            engine.carry_out(scope, import, dry, rest).await;
        });
        Ok(told)
    }

    async fn carry_out(&self, scope: Scope, import: Import, dry: bool, rest: State) {
        let mut last = import.clone();
        let result = match Run::new(self.clone(), scope.clone(), import, dry).await {
            Err(error) => Err(error),
            Ok(mut run) => {
                let result = run.go_on().await;
                last = run.import;
                result
            }
        };
        last.state = match (&result, dry) {
            (Ok(()), true) if rest == State::Undone => State::Undone,
            (Ok(()), true) => State::Checked,
            (Ok(()), false) => State::Done,
            (Err(_), true) => rest,
            (Err(_), false) => State::Failed,
        };
        last.progress.error = result.err().map(|error| self.why(&scope, &error));
        self.put_down(&scope, &last).await;
    }

    fn why(&self, scope: &Scope, error: &EngineError) -> String {
        tracing::warn!(tenant = %scope.tenant, %error, "an import of records has failed");
        match error.kind() {
            crate::error::ErrorKind::Internal => "something went wrong".to_owned(),
            _ => error.told(),
        }
    }

    async fn put_down(&self, scope: &Scope, import: &Import) {
        let put = async {
            let mut tx = self.store.begin(scope).await?;
            imports::update(&mut tx, import).await?;
            tx.commit().await
        };
        if let Err(error) = put.await {
            // It is told as interrupted, and can go on.
            tracing::warn!(tenant = %scope.tenant, %error, "the state of an import is not written down");
        }
    }

    /// Takes back everything that an import did; one that did nothing is removed. `None` when it is gone.
    pub async fn end_import(
        &self,
        scope: &Scope,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<Import>, EngineError> {
        let lease = self.running.take(id);
        let mut tx = self.store.begin(scope).await?;
        let (mut import, _) = self.find_import(&mut tx, scope, kind, id).await?;
        let Some(lease) = lease else { return Err(EngineError::Conflict("the import is under way".into())) };
        settle(&mut import);
        let batches = imports::batches(&mut tx, id).await?;
        if batches.is_empty() || import.state == State::Undone {
            imports::remove(&mut tx, id).await?;
            tx.commit().await?;
            return Ok(None);
        }
        import.state = State::Undoing;
        (import.progress.undone, import.progress.kept, import.progress.error) = (0, 0, None);
        imports::update(&mut tx, &import).await?;
        tx.commit().await?;
        let (engine, scope, told) = (self.clone(), scope.clone(), import.clone());
        actix_rt::spawn(async move {
            let _lease = lease;
            let result = engine.undo_batches(&scope, &mut import, batches).await;
            import.state = if result.is_ok() { State::Undone } else { State::Done };
            import.progress.error = result.err().map(|error| engine.why(&scope, &error));
            engine.put_down(&scope, &import).await;
        });
        Ok(Some(told))
    }

    async fn undo_batches(
        &self,
        scope: &Scope,
        import: &mut Import,
        batches: Vec<Uuid>,
    ) -> Result<(), EngineError> {
        for batch in batches {
            let mut tx = self.store.read(scope).await?;
            let did = events::after(&mut tx, Wanted::Batch(batch), 0, 1).await?;
            drop(tx);
            if did.is_empty() {
                continue;
            }
            // Undone again after a crash, it is answered and not carried out.
            let undoing = derived(batch, "undo");
            let done =
                self.commit_via(scope, Via::Undo, Some(undoing), vec![Op::Undo(Undo::Batch(batch))]).await?;
            import.progress.undone += done.records.len() as i64;
            import.progress.kept += done.kept.len() as i64;
            self.put_down(scope, import).await;
        }
        Ok(())
    }
}

fn may_run(import: &Import, access: &Access) -> Result<(), EngineError> {
    if !access.policy.create {
        return Err(EngineError::Forbidden("make records of this type".into()));
    }
    if import.settings.mapping.iter().all(Option::is_none) {
        return Err(EngineError::invalid("no column is mapped to a field"));
    }
    if import.settings.duplicates == Duplicates::Update && access.policy.edit == Reach::None {
        return Err(EngineError::Forbidden("change what is there".into()));
    }
    Ok(())
}

/// What a state means once its work is nobody's.
fn settle(import: &mut Import) {
    import.state = match import.state {
        State::Reading => State::Failed,
        State::Checking => State::Ready,
        State::Running => State::Interrupted,
        State::Undoing => State::Done,
        state => state,
    };
}

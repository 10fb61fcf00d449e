//! From tasks to the store: one transaction for all of them, each by itself when one does not fit, and the
//! rules that answer to what has happened.

use std::sync::Arc;

use chrono_tz::Tz;
use uuid::Uuid;

use crate::ids::TenantId;
use crate::office::webhooks::messages as webhooks;
use crate::scope::Scope;
use crate::store::TenantTx;

use super::catalog::Catalog;
use super::commit::{Done, Happened, Task, Work};
use super::days::{ALARM, zone_of};
use super::error::EngineError;
use super::event::Event;
use super::hooks::{self, About};
use super::recorder::RecorderEnv;
use super::rule::Rule;
use super::store::events;

/// Events that a rule answers in one transaction.
const RULED: i64 = 100;
/// Rules that answer to answers of rules come to an end.
const ROUNDS: usize = 20;

/// What became of tasks, and everything that has happened.
pub(super) struct Written {
    pub results: Vec<Result<Done, EngineError>>,
    pub happened: Vec<Happened>,
}

/// Decides and stores tasks, then lets the rules answer.
pub(super) async fn write(env: RecorderEnv, tenant: TenantId, tasks: Vec<Task>) -> Written {
    let mut written = match together(&env, tenant, &tasks).await {
        Ok(written) => written,
        Err(error) if tasks.len() == 1 => Written { results: vec![Err(error)], happened: Vec::new() },
        // One of them is wrong in a way that only the database sees: each for itself.
        Err(_) => {
            let mut all = Written { results: Vec::new(), happened: Vec::new() };
            for task in &tasks {
                match together(&env, tenant, std::slice::from_ref(task)).await {
                    Ok(one) => {
                        all.results.extend(one.results);
                        all.happened.extend(one.happened);
                    }
                    Err(error) => all.results.push(Err(error)),
                }
            }
            all
        }
    };
    if written.happened.iter().any(|one| !changes_record(&one.event.name)) {
        match follow(&env, tenant).await {
            Ok(happened) => written.happened.extend(happened),
            // They are where they were, and are tried again with the next change.
            Err(error) => tracing::warn!(%tenant, %error, "rules wait"),
        }
    }
    written
}

/// Whether an event is one that changes its record, and not only what a command has told of it.
pub(super) fn changes_record(name: &str) -> bool {
    matches!(name, "created" | "changed" | "deleted" | "restored" | "merged")
}

async fn together(env: &RecorderEnv, tenant: TenantId, tasks: &[Task]) -> Result<Written, EngineError> {
    let mut tx = env.store.begin(&Scope::system(tenant)).await?;
    let about = env.identity.tenant(tenant).await?;
    let catalog = env.catalogs.of(&mut tx, &about.profile.modules).await?;
    let zone = zone_of(&about.profile.time_zone);
    let mut work = Work::begin(&mut tx, &catalog, env.clock.now()).await?.in_zone(zone);
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        match work.apply(task).await {
            // The transaction is of no more use.
            Err(EngineError::Store(error)) => return Err(error.into()),
            result => results.push(result),
        }
    }
    let happened = work.flush().await?;
    if happened.is_empty() {
        return Ok(Written { results, happened });
    }
    commit(env, tx, &catalog, &about.slug, &happened).await?;
    Ok(Written { results, happened })
}

/// Whether a day that is waited for was written.
fn writes_days(catalog: &Catalog, happened: &[Happened]) -> bool {
    let is_written = |event: &Event, kind: &str, field: &str| {
        event.kind == kind && (event.changes.contains_key(field) || event.name == "restored")
    };
    let mut days = catalog.days();
    days.any(|(kind, field)| happened.iter().any(|one| is_written(&one.event, &kind.name, &field.name)))
}

/// Commits what has happened, with what tells others of it.
async fn commit(
    env: &RecorderEnv,
    mut tx: TenantTx,
    catalog: &Catalog,
    slug: &str,
    happened: &[Happened],
) -> Result<(), EngineError> {
    let (tenant, now) = (tx.tenant(), env.clock.now());
    let queued = hooks::queue(&mut tx, catalog, About { slug, now }, happened).await?;
    if writes_days(catalog, happened) {
        // The alarm is set before the commit: should the server end right after it, the next one looks at the days of
        // this tenant.
        let held = env.days.hold().await;
        env.store.set_alarm(tenant, ALARM, Some(now)).await?;
        tx.commit().await?;
        drop(held);
        env.days.nudge();
    } else {
        tx.commit().await?;
    }
    if let Some(bus) = env.bus.as_ref().filter(|_| queued) {
        webhooks::announce(bus, tenant, now);
    }
    Ok(())
}

/// Decides a task as it would be decided now, and stores nothing.
///
/// # Errors
/// As the task itself.
pub(super) async fn rehearse(env: &RecorderEnv, task: &Task) -> Result<Done, EngineError> {
    let tenant = task.scope.tenant;
    let mut tx = env.store.begin(&Scope::system(tenant)).await?;
    let profile = env.identity.tenant(tenant).await?.profile;
    let catalog = env.catalogs.of(&mut tx, &profile.modules).await?;
    let work = Work::begin(&mut tx, &catalog, env.clock.now()).await?;
    work.in_zone(zone_of(&profile.time_zone)).apply(task).await
}

/// Lets every rule answer to what it has not answered yet.
///
/// # Errors
/// `EngineError` when the database is not reachable; nothing is answered twice.
pub(super) async fn follow(env: &RecorderEnv, tenant: TenantId) -> Result<Vec<Happened>, EngineError> {
    let mut all = Vec::new();
    let profile = env.identity.tenant(tenant).await?.profile;
    let zone = zone_of(&profile.time_zone);
    for _ in 0..ROUNDS {
        let mut tx = env.store.read(&Scope::system(tenant)).await?;
        let catalog = env.catalogs.of(&mut tx, &profile.modules).await?;
        let mut waiting = Vec::new();
        for rule in catalog.rules() {
            if is_behind(&mut tx, rule).await? {
                waiting.push(rule.clone());
            }
        }
        drop(tx);
        if waiting.is_empty() {
            break;
        }
        for rule in waiting {
            all.extend(answer(env, (tenant, zone), &catalog, &rule).await?);
        }
    }
    Ok(all)
}

async fn is_behind(tx: &mut TenantTx, rule: &Arc<dyn Rule>) -> Result<bool, EngineError> {
    let seq = events::cursor(tx, rule.name()).await?;
    for name in rule.wants() {
        if !events::told(tx, name, seq, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives a rule its next events; what it does and how far it has come are one commit.
async fn answer(
    env: &RecorderEnv,
    (tenant, zone): (TenantId, Tz),
    catalog: &Catalog,
    rule: &Arc<dyn Rule>,
) -> Result<Vec<Happened>, EngineError> {
    let system = Scope::system(tenant);
    let mut tx = env.store.begin(&system).await?;
    let mut work = Work::begin(&mut tx, catalog, env.clock.now()).await?.in_zone(zone);
    let mut told = work.told(rule).await?;
    told.sort_by_key(|event| event.seq);
    told.truncate(RULED as usize);
    for event in &told {
        let known = work.known(&rule.asks(event)).await?;
        match work.answer((&system, event.batch_of(rule.name())), rule.answer(event, &known)).await {
            Err(EngineError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%tenant, %error, rule = rule.name(), seq = event.seq, "a rule failed")
            }
            Ok(()) => {}
        }
    }
    if let Some(last) = told.last() {
        work.advance(rule.name(), last.seq);
    }
    let happened = work.flush().await?;
    commit(env, tx, catalog, &env.identity.tenant(tenant).await?.slug, &happened).await?;
    Ok(happened)
}

impl Work<'_> {
    /// The next events that a rule wants.
    async fn told(&mut self, rule: &Arc<dyn Rule>) -> Result<Vec<Event>, EngineError> {
        let mut told = Vec::new();
        let seq = self.cursor(rule.name()).await?;
        for name in rule.wants() {
            told.extend(self.told_after(name, seq, RULED).await?);
        }
        Ok(told)
    }
}

impl Event {
    /// The batch of what a rule does about it: the same each time.
    fn batch_of(&self, rule: &str) -> Uuid {
        let hash = blake3::hash(format!("{} {} {rule}", self.batch, self.seq).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

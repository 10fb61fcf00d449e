//! Group commit: appends of one tenant that come together share a commit.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _, SqlStr};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::ids::{TenantId, Timestamp, UserId};

use super::Database;
use super::error::StoreError;
use super::lane::Lease;
use super::sqlite::Sqlite;
use super::value::timestamp_text;

/// An entry for the log. `seq` is the caller's next position in the log of `entity`.
#[derive(Clone, Debug)]
pub struct Append {
    pub entity: Uuid,
    pub seq: i64,
    pub kind: &'static str,
    pub author: Option<UserId>,
    pub data: Bytes,
    pub at: Timestamp,
}

/// Rows of the statements that are kept prepared; fewer rows are filled up with nulls.
const SIZES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/// Bytes of one commit, so that a flood does not become one endless transaction.
const COMMIT_BYTES: usize = 8 << 20;

/// How long a commit waits for company when the one before had some.
const GATHER: Duration = Duration::from_millis(2);

/// Gathers appends while a commit is running.
pub(super) struct Appender {
    database: Database,
    queues: Queues,
}

type Queues = Arc<Mutex<HashMap<TenantId, Vec<Waiting>>>>;

struct Waiting {
    entries: Vec<Append>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl Appender {
    pub(super) fn new(database: Database) -> Self {
        Self { database, queues: Arc::default() }
    }

    pub(super) async fn append(&self, tenant: TenantId, entries: Vec<Append>) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        let first = {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            // Invariant: a tenant is in the map exactly while a task commits for it.
            let first = !queues.contains_key(&tenant);
            queues.entry(tenant).or_default().push(Waiting { entries, done });
            first
        };
        if first {
            // A task of its own: a caller that goes away must not take the others' commit along.
            let turn = Turn { tenant, queues: self.queues.clone(), over: AtomicBool::new(false) };
            tokio::spawn(commit_all(self.database.clone(), turn));
        }
        answer.await.unwrap_or_else(|_| Err(StoreError::Unknown("the commit was abandoned".into())))
    }
}

/// Commits for one tenant until nothing is waiting.
async fn commit_all(database: Database, turn: Turn) {
    while let Some(waiting) = turn.next() {
        let crowded = waiting.len() > 1;
        commit_together(&database, turn.tenant, waiting).await;
        if crowded {
            // Many write: what comes within this moment shares the next commit. One who writes
            // alone never waits.
            tokio::time::sleep(GATHER).await;
        }
    }
}

/// The right to commit for a tenant. Whatever ends the task that holds it, the tenant's next append
/// finds the way free; what was waiting learns that nobody can tell.
struct Turn {
    tenant: TenantId,
    queues: Queues,
    over: AtomicBool,
}

impl Turn {
    /// What is to be committed next; the turn is over when nothing is waiting.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        match queues.get_mut(&self.tenant) {
            Some(queue) if !queue.is_empty() => Some(take_some(queue)),
            _ => {
                queues.remove(&self.tenant);
                self.over.store(true, Ordering::Relaxed);
                None
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over.load(Ordering::Relaxed) {
            self.queues.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.tenant);
        }
    }
}

/// Takes from the front of the queue what fits into one commit.
fn take_some(queue: &mut Vec<Waiting>) -> Vec<Waiting> {
    let (mut rows, mut bytes) = (0, 0);
    let fits = |waiting: &Waiting| {
        rows += waiting.entries.len();
        bytes += waiting.entries.iter().map(|entry| entry.data.len()).sum::<usize>();
        rows <= SIZES[SIZES.len() - 1] && bytes <= COMMIT_BYTES
    };
    let count = queue.iter().map(fits).take_while(|fits| *fits).count().max(1);
    if count == queue.len() { std::mem::take(queue) } else { queue.drain(..count).collect() }
}

async fn commit_together(database: &Database, tenant: TenantId, waiting: Vec<Waiting>) {
    let entries = || waiting.iter().flat_map(|one| &one.entries);
    let result = write(database, tenant, entries().collect()).await;
    if matches!(result, Err(StoreError::Conflict)) && waiting.len() > 1 {
        // One of them is wrong: each for itself, so that the others are not its victims.
        for one in waiting {
            let result = write(database, tenant, one.entries.iter().collect()).await;
            let _ = one.done.send(result);
        }
        return;
    }
    for one in waiting {
        // A caller that has gone away does not want the answer.
        let _ = one.done.send(result.clone());
    }
}

/// Writes entries in one transaction.
async fn write(database: &Database, tenant: TenantId, entries: Vec<&Append>) -> Result<(), StoreError> {
    match database {
        Database::Sqlite(sqlite) => write_sqlite(sqlite, tenant, &entries).await,
        Database::Postgres(postgres) => postgres.append(tenant, &entries).await,
    }
}

async fn write_sqlite(sqlite: &Sqlite, tenant: TenantId, entries: &[&Append]) -> Result<(), StoreError> {
    let mut lease = sqlite.writer(tenant).await?;
    // Whatever happens from here on, a lease that is dropped leaves no transaction behind.
    lease.in_transaction = true;
    insert_all(&mut lease, tenant, entries).await?;
    lease.in_transaction = false;
    Ok(())
}

async fn insert_all(lease: &mut Lease, tenant: TenantId, entries: &[&Append]) -> Result<(), StoreError> {
    let most = SIZES[SIZES.len() - 1];
    let single = entries.len() <= most;
    // What was lost on the way may have been committed when the commit went with it.
    let lost = if single { StoreError::of_commit } else { StoreError::from };
    if !single {
        let begun = sqlx::query("BEGIN IMMEDIATE").execute(lease.connection()?).await;
        begun.map_err(|error| lease.failed(error))?;
    }
    for chunk in entries.chunks(most) {
        let args = rows(tenant, chunk)?;
        let written = sqlx::query_with(insert(chunk.len(), single), args).execute(lease.connection()?).await;
        written.map_err(|error| lease.failed_with(lost(error)))?;
    }
    if !single {
        let committed = sqlx::query("COMMIT").execute(lease.connection()?).await;
        committed.map_err(|error| lease.failed_with(StoreError::of_commit(error)))?;
    }
    Ok(())
}

fn statement_size(rows: usize) -> usize {
    SIZES.into_iter().find(|size| *size >= rows).unwrap_or(SIZES[SIZES.len() - 1])
}

/// The values of some rows, filled up with nulls to the size of a prepared statement.
fn rows(tenant: TenantId, entries: &[&Append]) -> Result<SqliteArguments, sqlx::Error> {
    let nulls = 6 * (statement_size(entries.len()) - entries.len());
    let mut args = SqliteArguments::default();
    args.reserve(1 + entries.len() * 6 + nulls, 0);
    let mut add = || {
        args.add(tenant.0.as_bytes().to_vec())?;
        for entry in entries {
            args.add(entry.entity.as_bytes().to_vec())?;
            args.add(entry.seq)?;
            args.add(entry.kind)?;
            args.add(entry.author.map(|author| author.0.as_bytes().to_vec()))?;
            args.add(entry.data.to_vec())?;
            args.add(timestamp_text(entry.at))?;
        }
        (0..nulls).try_for_each(|_| args.add(None::<i64>))
    };
    add().map_err(sqlx::Error::Encode)?;
    Ok(args)
}

/// An insert of `rows` rows, with its transaction around it when it is the whole of it: one way to
/// SQLite's thread and back instead of three.
fn insert(rows: usize, transaction: bool) -> SqlStr {
    static PLAIN: OnceLock<[SqlStr; 9]> = OnceLock::new();
    static WHOLE: OnceLock<[SqlStr; 9]> = OnceLock::new();
    let index = SIZES.iter().position(|size| *size >= rows).unwrap_or(SIZES.len() - 1);
    let made = if transaction { &WHOLE } else { &PLAIN };
    made.get_or_init(|| SIZES.map(|size| build_insert(size, transaction)))[index].clone()
}

fn build_insert(rows: usize, transaction: bool) -> SqlStr {
    // Placeholders without numbers: SQLite looks for the name of a numbered one among all of them.
    let values = vec!["(?, ?, ?, ?, ?, ?)"; rows].join(", ");
    let (begin, commit) = if transaction { ("BEGIN IMMEDIATE; ", "; COMMIT") } else { ("", "") };
    AssertSqlSafe(format!(
        "{begin}INSERT INTO log (tenant_id, entity, seq, kind, author, data, at)
         SELECT ?, column1, column2, column3, column4, column5, column6
           FROM (VALUES {values}) AS rows WHERE column1 IS NOT NULL{commit}"
    ))
    .into_sql_str()
}

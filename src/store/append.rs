//! Group commit: appends of one tenant that come together share a commit.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::ids::{TenantId, Timestamp, UserId};

use super::Database;
use super::error::StoreError;
use super::insert;
use super::journal;
use super::sqlite::Sqlite;

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

/// Bytes of one commit, so that a flood does not become one endless transaction.
const COMMIT_BYTES: usize = 8 << 20;

/// How long a commit waits for company when the one before had some.
const GATHER: Duration = Duration::from_millis(3);

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
        rows <= insert::MOST && bytes <= COMMIT_BYTES
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
    journal::append(&mut lease, tenant, entries).await?;
    lease.in_transaction = false;
    Ok(())
}

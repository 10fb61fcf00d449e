//! Connections to one SQLite file: a lane of one writes, a lane of some reads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::StoreError;
use super::journal::Journal;

/// How long a caller waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections that are opened when needed and kept. Leaner than sqlx's pool, which goes to the
/// connection's thread and back once more for every use.
pub(super) struct Lane {
    options: SqliteConnectOptions,
    size: u32,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
    /// What the writer knows; `None` while it is in use, and when nobody knows.
    journal: Mutex<Option<Journal>>,
    closed: AtomicBool,
}

/// A connection in use, on its way back to its lane when dropped.
pub(super) struct Lease {
    lane: Arc<Lane>,
    connection: Option<SqliteConnection>,
    /// Whether there is a transaction to be rolled back when the lease is dropped.
    pub(super) in_transaction: bool,
    _turn: OwnedSemaphorePermit,
}

impl Lane {
    pub(super) fn new(options: SqliteConnectOptions, size: u32) -> Arc<Self> {
        let size = size.max(1);
        Arc::new(Self {
            options,
            size,
            turns: Arc::new(Semaphore::new(size as usize)),
            idle: Mutex::default(),
            journal: Mutex::default(),
            closed: AtomicBool::new(false),
        })
    }

    /// A connection outside of a transaction; `None` when the lane was closed meanwhile.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Option<Lease>, StoreError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned());
        let late = |_| StoreError::Unavailable("the database is busy with other transactions".into());
        let Ok(turn) = turn.await.map_err(late)? else { return Ok(None) };
        if self.closed.load(Ordering::Acquire) {
            return Ok(None);
        }
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        let lane = self.clone();
        Ok(Some(Lease { lane, connection: Some(connection), in_transaction: false, _turn: turn }))
    }

    /// A connection in a transaction that `begin` starts.
    pub(super) async fn begin(self: &Arc<Self>, begin: &'static str) -> Result<Option<Lease>, StoreError> {
        let Some(mut lease) = self.lease().await? else { return Ok(None) };
        // Set before: a caller that goes away meanwhile leaves no transaction behind.
        lease.in_transaction = true;
        let begun = sqlx::query(begin).execute(lease.connection()?).await;
        begun.map_err(|error| lease.failed(error))?;
        Ok(Some(lease))
    }

    pub(super) fn is_idle(&self) -> bool {
        self.turns.available_permits() == self.size as usize
    }

    /// Waits until nobody uses the lane, then closes its connections for good.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let all_turns = self.turns.acquire_many(self.size).await;
        let connections = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in connections {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a database connection did not close cleanly");
            }
        }
        drop(all_turns);
    }
}

impl Lease {
    /// # Errors
    /// `StoreError::Unavailable` when the connection was lost before.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection.as_mut().ok_or_else(|| StoreError::Unavailable("the connection was lost".into()))
    }

    /// Notes an error; a connection that may be of no more use is not used again.
    pub(super) fn failed(&mut self, error: sqlx::Error) -> StoreError {
        self.failed_with(StoreError::from(error))
    }

    /// As `failed`, when it is known what the error means.
    pub(super) fn failed_with(&mut self, error: StoreError) -> StoreError {
        if error.is_of_connection() {
            self.connection = None;
        }
        error
    }

    /// What the writer before knew of the journal.
    pub(super) fn take_journal(&mut self) -> Option<Journal> {
        self.lane.journal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn keep_journal(&mut self, journal: Journal) {
        *self.lane.journal.lock().unwrap_or_else(PoisonError::into_inner) = Some(journal);
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let result = sqlx::query("COMMIT").execute(self.connection()?).await;
        result.map_err(|error| self.failed_with(StoreError::of_commit(error)))?;
        self.in_transaction = false;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if self.in_transaction {
            // Polled once, the statement is in the queue of the connection's thread, before whatever
            // comes next; nobody waits for its answer.
            let _ = sqlx::query("ROLLBACK").execute(&mut connection).now_or_never();
        }
        self.lane.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

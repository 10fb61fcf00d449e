//! The store: databases, transactions, append log, snapshots, outbox, blobs, secrets.
//!
//! SQLite keeps one file per tenant, PostgreSQL one database with forced row level security. SQL is
//! written once, with `$1` placeholders; what differs between the two lives in `sqlite.rs` and
//! `postgres.rs`.

mod alarms;
mod append;
mod archive;
mod backup;
pub mod blobs;
mod config;
mod error;
mod export;
mod group;
mod import;
mod lane;
mod log;
mod migrate;
mod neutral;
mod outbox;
mod postgres;
mod row;
mod secrets;
mod secure;
mod sqlite;
#[doc(hidden)]
pub mod testing;
#[cfg(test)]
mod tests;
mod tx;
mod value;

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::ids::TenantId;
use crate::scope::Scope;

pub use append::Append;
pub use backup::{Backup, backup};
pub use blobs::{BlobHash, Blobs};
pub use config::{BlobConfig, SqliteSync, StoreConfig};
pub use error::StoreError;
pub use export::export;
pub use import::import;
pub use log::{Entry, Loaded, Snapshot};
pub use outbox::{Lag, NewEvent, OutboxEvent, events_of};
pub use row::{Column, FromRow, Row};
pub use secrets::Secrets;
pub use tx::{Dialect, SystemTx, TenantTx};
pub use value::{Args, Sql, Statement, Val};
pub(crate) use {row::row, value::args};

use append::Appender;
use group::Writers;
use postgres::Postgres;
use sqlite::Sqlite;
use tx::Inner;

/// A handle to everything that is kept. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    appender: Appender,
    writers: Writers,
    blobs: Blobs,
    secrets: Secrets,
    nudges: broadcast::Sender<TenantId>,
}

/// The one of the two databases that this installation uses.
#[derive(Clone)]
enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the store, and makes or migrates what the whole installation shares.
    ///
    /// # Errors
    /// `StoreError` when the database cannot be reached or migrated.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        // For the eyes of the server only; a folder that is there already keeps the rights it has.
        tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data).await?;
        let database = match &config.database {
            Some(url) => Database::Postgres(Postgres::open(url, config.readers).await?),
            None => Database::Sqlite(Sqlite::open(config).await?),
        };
        let (nudges, _) = broadcast::channel(1024);
        let shared = Shared {
            appender: Appender::new(database.clone()),
            writers: Writers::default(),
            database,
            blobs: Blobs::open(&config.blobs)?,
            secrets: Secrets::open(config).await?,
            nudges,
        };
        let store = Self { shared: Arc::new(shared) };
        let mut tx = store.system().await?;
        store.secrets().verify(&mut tx).await?;
        tx.commit().await?;
        tokio::spawn(tidy(Arc::downgrade(&store.shared), config.idle));
        Ok(store)
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable or the tenant does not exist.
    pub async fn begin(&self, scope: &Scope) -> Result<TenantTx, StoreError> {
        let inner = match &self.shared.database {
            Database::Sqlite(sqlite) => Inner::Sqlite(sqlite.begin(scope.tenant).await?),
            Database::Postgres(postgres) => Inner::Postgres(postgres.begin(scope.tenant).await?),
        };
        Ok(TenantTx::new(scope.tenant, inner, self.clone()))
    }

    /// Begins a transaction that reads one consistent state.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn read(&self, scope: &Scope) -> Result<TenantTx, StoreError> {
        let inner = match &self.shared.database {
            Database::Sqlite(sqlite) => Inner::Sqlite(sqlite.read(scope.tenant).await?),
            Database::Postgres(postgres) => Inner::Postgres(postgres.read(scope.tenant).await?),
        };
        Ok(TenantTx::new(scope.tenant, inner, self.clone()))
    }

    /// Begins a transaction on what the installation shares: tenants, logins, domains, settings.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn system(&self) -> Result<SystemTx, StoreError> {
        Ok(SystemTx::new(match &self.shared.database {
            Database::Sqlite(sqlite) => Inner::Sqlite(sqlite.system().await?),
            Database::Postgres(postgres) => Inner::Postgres(postgres.system().await?),
        }))
    }

    /// Begins a transaction that reads what the installation shares, in one consistent state.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn system_read(&self) -> Result<SystemTx, StoreError> {
        Ok(SystemTx::new(match &self.shared.database {
            Database::Sqlite(sqlite) => Inner::Sqlite(sqlite.system_read().await?),
            Database::Postgres(postgres) => Inner::Postgres(postgres.system_read().await?),
        }))
    }

    /// Appends to the log; appends of one tenant that come together share a commit. Stored when it
    /// returns; all of `entries` or nothing.
    ///
    /// # Errors
    /// `StoreError::Conflict` when a position is taken, `StoreError::Unknown` when nobody can tell
    /// whether the commit happened.
    pub async fn append(&self, scope: &Scope, entries: Vec<Append>) -> Result<(), StoreError> {
        self.shared.appender.append(scope.tenant, entries).await
    }

    /// Runs statements in one transaction, all of them or none; those of callers of one tenant that
    /// come together share a commit. Stored when it returns.
    ///
    /// # Errors
    /// `StoreError::Conflict` when a key is taken, `StoreError::Unknown` when nobody can tell whether
    /// the commit happened.
    pub async fn write(&self, scope: &Scope, statements: Vec<Statement>) -> Result<(), StoreError> {
        self.shared.writers.write(self, scope, statements).await
    }

    /// Makes room for a new tenant.
    ///
    /// # Errors
    /// `StoreError` when its file cannot be made.
    pub async fn provision(&self, tenant: TenantId) -> Result<(), StoreError> {
        match &self.shared.database {
            Database::Sqlite(sqlite) => sqlite.provision(tenant).await,
            Database::Postgres(_) => Ok(()),
        }
    }

    /// Deletes everything of a tenant, blobs included.
    ///
    /// # Errors
    /// `StoreError` when the database or the blobs are not reachable.
    pub async fn erase(&self, tenant: TenantId) -> Result<(), StoreError> {
        match &self.shared.database {
            Database::Sqlite(sqlite) => sqlite.erase(tenant).await?,
            Database::Postgres(postgres) => postgres.erase(tenant).await?,
        }
        let scope = Scope::system(tenant);
        for hash in self.blobs().list(&scope).await? {
            self.blobs().delete(&scope, &hash).await?;
        }
        Ok(())
    }

    /// Closes the files of a tenant that nobody uses.
    pub async fn release(&self, tenant: TenantId) {
        if let Database::Sqlite(sqlite) = &self.shared.database {
            sqlite.release(tenant).await;
        }
    }

    /// Waits for running transactions and closes everything; the store is of no more use then.
    pub async fn close(&self) {
        match &self.shared.database {
            Database::Sqlite(sqlite) => sqlite.close().await,
            Database::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `StoreError` when it does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let mut tx = self.system_read().await?;
        tx.execute("SELECT 1 FROM settings WHERE key = $1", args!["ready"]).await?;
        Ok(())
    }

    /// Tells the tenant of every commit that wrote events.
    #[must_use]
    pub fn outbox_nudges(&self) -> broadcast::Receiver<TenantId> {
        self.shared.nudges.subscribe()
    }

    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.shared.blobs
    }

    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.shared.secrets
    }

    fn nudge(&self, tenant: TenantId) {
        // Without a listener the events wait in the outbox.
        let _ = self.shared.nudges.send(tenant);
    }

    async fn mark_outbox(&self, tenant: TenantId) -> Result<(), StoreError> {
        match &self.shared.database {
            Database::Sqlite(sqlite) => sqlite.mark_outbox(tenant).await,
            Database::Postgres(_) => Ok(()),
        }
    }
}

/// Once, when the start is long past, removes what an earlier program left half done.
async fn tidy(shared: Weak<Shared>, later: Duration) {
    tokio::time::sleep(later).await;
    let Some(shared) = shared.upgrade() else { return };
    if let Err(error) = shared.blobs.remove_leftovers().await {
        tracing::warn!(%error, "half-written blobs were not removed");
    }
}

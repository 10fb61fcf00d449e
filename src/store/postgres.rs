//! PostgreSQL: one database, forced row level security on every table of a tenant.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, Postgres as Driver, Transaction};
use uuid::Uuid;

use crate::ids::TenantId;

use super::append::Append;
use super::error::StoreError;
use super::migrate::{IntoSafe as _, Place, tables_of};
use super::secure;

/// Connections to one database.
#[derive(Clone)]
pub(super) struct Postgres {
    pool: PgPool,
}

/// How a transaction begins.
#[derive(Clone, Copy)]
enum Mode {
    Write,
    /// One state of the database for all statements.
    Read,
}

impl Postgres {
    pub(super) async fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let mut owner = PgConnection::connect(url).await?;
        secure::migrate(&mut owner).await?;
        owner.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(2) * 4)
            .acquire_timeout(Duration::from_secs(5))
            // `begin` finds out by itself, and saves the way there and back.
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET ROLE kontor_app").await?;
                    Ok(())
                })
            })
            .connect_lazy(url)?;
        Ok(Self { pool })
    }

    pub(super) async fn system(&self) -> Result<Transaction<'static, Driver>, StoreError> {
        self.start(Mode::Write, None).await
    }

    pub(super) async fn system_read(&self) -> Result<Transaction<'static, Driver>, StoreError> {
        self.start(Mode::Read, None).await
    }

    /// A transaction that sees the rows of one tenant and no others.
    pub(super) async fn begin(&self, tenant: TenantId) -> Result<Transaction<'static, Driver>, StoreError> {
        self.start(Mode::Write, Some(tenant)).await
    }

    /// As `begin`, to read one consistent state.
    pub(super) async fn read(&self, tenant: TenantId) -> Result<Transaction<'static, Driver>, StoreError> {
        self.start(Mode::Read, Some(tenant)).await
    }

    async fn start(
        &self,
        mode: Mode,
        tenant: Option<TenantId>,
    ) -> Result<Transaction<'static, Driver>, StoreError> {
        match self.start_once(mode, tenant).await {
            // Waited long enough already.
            Err(error @ sqlx::Error::PoolTimedOut) => Err(error.into()),
            Err(error) => {
                let error = StoreError::from(error);
                if !error.is_of_connection() {
                    return Err(error);
                }
                // The database may have been away and be back: nothing has been written yet.
                self.drop_lost_connections().await;
                Ok(self.start_once(mode, tenant).await?)
            }
            Ok(tx) => Ok(tx),
        }
    }

    async fn start_once(
        &self,
        mode: Mode,
        tenant: Option<TenantId>,
    ) -> Result<Transaction<'static, Driver>, sqlx::Error> {
        let begin = match mode {
            Mode::Write => "BEGIN",
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        let sql = match tenant {
            // One way to the server and back; the text of an id holds nothing but hexadecimal digits.
            Some(tenant) => format!("{begin}; SELECT set_config('app.tenant_id', '{tenant}', true)"),
            None => begin.to_owned(),
        };
        let pool = self.pool.clone();
        // A task of its own: of a begin that its caller abandons, sqlx 0.9 would not know afterwards,
        // and the next user of the connection would be inside the transaction of the one before.
        let begun = tokio::spawn(async move { pool.begin_with(sql.into_safe()).await });
        begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }

    async fn drop_lost_connections(&self) {
        let mut alive = Vec::new();
        while let Some(mut connection) = self.pool.try_acquire() {
            match connection.ping().await {
                Ok(()) => alive.push(connection),
                Err(_) => drop(connection.detach()),
            }
        }
    }

    pub(super) async fn append(&self, tenant: TenantId, entries: &[&Append]) -> Result<(), StoreError> {
        let mut tx = self.begin(tenant).await?;
        sqlx::query(
            "INSERT INTO log (tenant_id, entity, seq, kind, author, data, at)
             SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::bytea[],
                                      $7::timestamptz[])",
        )
        .bind(tenant.0)
        .bind(entries.iter().map(|entry| entry.entity).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.kind).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.author.map(Uuid::from)).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| &entry.data[..]).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.at).collect::<Vec<_>>())
        .execute(&mut *tx)
        .await?;
        tx.commit().await.map_err(StoreError::of_commit)
    }

    pub(super) async fn erase(&self, tenant: TenantId) -> Result<(), StoreError> {
        let mut tx = self.begin(tenant).await?;
        for table in tables_of("postgres", Place::Tenant)? {
            let sql = format!("DELETE FROM {table} WHERE tenant_id = $1");
            sqlx::query(sql.into_safe()).bind(tenant.0).execute(&mut *tx).await?;
        }
        tx.commit().await.map_err(StoreError::of_commit)
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Lets only one transaction at a time publish events of an entity, so that their numbers have the
/// order of the commits.
pub(super) async fn lock_entity(
    tx: &mut Transaction<'static, Driver>,
    entity: Uuid,
) -> Result<(), StoreError> {
    let (high, low) = entity.as_u64_pair();
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind((high ^ low).cast_signed())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

//! Transactions: the only way to a table.

use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::ids::TenantId;

use super::Store;
use super::error::StoreError;
use super::lane::Lease;
use super::postgres;
use super::row::{FromRow, Row};
use super::value::{Args, Sql, Statement, Val};

/// A transaction of one of the two databases. Rolled back unless committed.
pub(super) enum Inner {
    Sqlite(Lease),
    Postgres(Transaction<'static, Postgres>),
}

/// Which of the two databases it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// A transaction on the tables of one tenant.
pub struct TenantTx {
    tenant: TenantId,
    inner: Inner,
    store: Store,
    published: bool,
}

/// A transaction on what the installation shares.
pub struct SystemTx {
    inner: Inner,
}

impl Inner {
    async fn execute(&mut self, sql: Sql, args: Args) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(lease) => {
                let done =
                    sqlx::query_with(sql.into_safe(), args.sqlite()?).execute(lease.connection()?).await;
                done.map(|done| done.rows_affected()).map_err(|error| lease.failed(error))
            }
            Self::Postgres(tx) => Ok(sqlx::query_with(sql.into_safe(), args.postgres()?)
                .execute(&mut **tx)
                .await?
                .rows_affected()),
        }
    }

    async fn all<T: FromRow>(&mut self, sql: Sql, args: Args) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(lease) => {
                let rows =
                    sqlx::query_with(sql.into_safe(), args.sqlite()?).fetch_all(lease.connection()?).await;
                let rows = rows.map_err(|error| lease.failed(error))?;
                rows.into_iter().map(|row| T::from_row(&Row::Sqlite(row))).collect()
            }
            Self::Postgres(tx) => {
                let rows = sqlx::query_with(sql.into_safe(), args.postgres()?).fetch_all(&mut **tx).await?;
                rows.into_iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
            }
        }
    }

    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(lease) => lease.commit().await,
            Self::Postgres(tx) => tx.commit().await.map_err(StoreError::of_commit),
        }
    }
}

macro_rules! statements {
    ($type:ident) => {
        impl $type {
            /// Runs a statement; returns how many rows it touched.
            ///
            /// # Errors
            /// `StoreError` when the database refuses it or is not reachable.
            pub async fn execute(&mut self, sql: impl Into<Sql>, args: Args) -> Result<u64, StoreError> {
                self.check(&args)?;
                self.inner.execute(sql.into(), args).await
            }

            /// Reads all rows.
            ///
            /// # Errors
            /// As `execute`.
            pub async fn all<T: FromRow>(
                &mut self,
                sql: impl Into<Sql>,
                args: Args,
            ) -> Result<Vec<T>, StoreError> {
                self.check(&args)?;
                self.inner.all(sql.into(), args).await
            }

            /// Reads the first row, if there is one.
            ///
            /// # Errors
            /// As `execute`.
            pub async fn optional<T: FromRow>(
                &mut self,
                sql: impl Into<Sql>,
                args: Args,
            ) -> Result<Option<T>, StoreError> {
                Ok(self.all(sql, args).await?.into_iter().next())
            }

            /// Reads the first row.
            ///
            /// # Errors
            /// `StoreError::NoRow` when there is none.
            pub async fn one<T: FromRow>(
                &mut self,
                sql: impl Into<Sql>,
                args: Args,
            ) -> Result<T, StoreError> {
                self.optional(sql, args).await?.ok_or(StoreError::NoRow)
            }
        }
    };
}
statements!(TenantTx);
statements!(SystemTx);

impl TenantTx {
    pub(super) fn new(tenant: TenantId, inner: Inner, store: Store) -> Self {
        Self { tenant, inner, store, published: false }
    }

    /// Runs what another feature wants to be true together with this transaction.
    ///
    /// # Errors
    /// As `execute`.
    pub async fn run(&mut self, statement: Statement) -> Result<u64, StoreError> {
        self.execute(statement.sql, statement.args).await
    }

    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Makes everything that was written last.
    ///
    /// # Errors
    /// `StoreError::Unknown` when nobody can tell whether it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await?;
        if self.published {
            self.store.nudge(self.tenant);
        }
        Ok(())
    }

    /// Which database runs the statements, where the two have no common language.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The first wall between tenants, on both databases: every statement names its tenant. The
    /// second is the tenant's own file, or row level security.
    fn check(&self, args: &Args) -> Result<(), StoreError> {
        let own = Val::Uuid(Some(self.tenant.0));
        if args.0.contains(&own) { Ok(()) } else { Err(StoreError::NotScoped) }
    }

    /// Prepares for an event of `entity`: one transaction at a time numbers its events, and after a
    /// crash the outbox is looked at.
    pub(super) async fn announce(&mut self, entity: Uuid) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::Sqlite(_) => self.store.mark_outbox(self.tenant).await?,
            Inner::Postgres(tx) => postgres::lock_entity(tx, entity).await?,
        }
        self.published = true;
        Ok(())
    }

    pub(super) fn inner(&mut self) -> &mut Inner {
        &mut self.inner
    }
}

impl SystemTx {
    pub(super) fn new(inner: Inner) -> Self {
        Self { inner }
    }

    /// Makes everything that was written last.
    ///
    /// # Errors
    /// `StoreError::Unknown` when nobody can tell whether it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await
    }

    // What the installation shares belongs to no tenant.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the counterpart of `TenantTx::check`")]
    fn check(&self, _: &Args) -> Result<(), StoreError> {
        Ok(())
    }

    pub(super) fn inner(&mut self) -> &mut Inner {
        &mut self.inner
    }
}

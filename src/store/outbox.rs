//! The outbox: events that were written with what they tell of, and are delivered afterwards.

use uuid::Uuid;

use crate::ids::{TenantId, Timestamp};
use crate::scope::Scope;

use super::error::StoreError;
use super::row::row;
use super::tx::TenantTx;
use super::value::{Val, args};
use super::{Database, Store};

/// Delivered events that one statement removes.
const DONE_AT_ONCE: usize = 16;

/// The log of what happens to an object as a whole, apart from the log of what is in it: positions in
/// the latter are given by the object's own actor.
#[must_use]
pub fn events_of(object: Uuid) -> Uuid {
    // The complement of a UUIDv7 is of no version, so it is nobody's id.
    Uuid::from_u128(!object.as_u128())
}

/// An event to be written with a transaction.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Events of one entity are delivered in order.
    pub entity: Uuid,
    /// Feature and past tense: `document.created`.
    pub kind: &'static str,
    pub data: serde_json::Value,
    pub at: Timestamp,
}

row! {
    /// An event that waits for its delivery.
    pub struct OutboxEvent {
        pub id: i64,
        pub entity: Uuid,
        /// Position in the log of the entity.
        pub seq: i64,
        pub kind: String,
        pub data: serde_json::Value,
        pub at: Timestamp,
    }
}

row! {
    /// What waits in an outbox.
    pub struct Lag {
        pub waiting: i64,
        /// When the oldest of it was written.
        pub oldest: Option<Timestamp>,
    }
}

row! {
    struct SeqRow {
        seq: i64,
    }
}

row! {
    struct AwakeRow {
        tenant_id: TenantId,
    }
}

impl TenantTx {
    /// Writes an event to the log of its entity, with the entity's next number, and to the outbox:
    /// it is delivered at least once after the commit.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn publish(&mut self, event: NewEvent) -> Result<(), StoreError> {
        let tenant = self.tenant();
        self.announce(event.entity).await?;
        let data = serde_json::to_vec(&event.data).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let logged: SeqRow = self
            .one(
                "INSERT INTO log (tenant_id, entity, seq, kind, data, at)
                 SELECT $1, $2, 1 + coalesce(max(known.seq), 0), $3, $4, $5 FROM (
                   SELECT max(seq) AS seq FROM log WHERE tenant_id = $1 AND entity = $2
                   UNION ALL SELECT seq FROM snapshots WHERE tenant_id = $1 AND entity = $2) AS known
                 RETURNING seq",
                args![tenant, event.entity, event.kind, data, event.at],
            )
            .await?;
        self.execute(
            "INSERT INTO outbox (tenant_id, entity, seq, kind, data, at) VALUES ($1, $2, $3, $4, $5, $6)",
            args![tenant, event.entity, logged.seq, event.kind, event.data, event.at],
        )
        .await?;
        Ok(())
    }
}

impl Store {
    /// The oldest events that wait, in the order in which they were written.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn outbox_batch(&self, tenant: TenantId, limit: i64) -> Result<Vec<OutboxEvent>, StoreError> {
        let mut tx = self.read(&Scope::system(tenant)).await?;
        tx.all(
            "SELECT id, entity, seq, kind, data, at FROM outbox WHERE tenant_id = $1 ORDER BY id LIMIT $2",
            args![tenant, limit],
        )
        .await
    }

    /// Removes events that were delivered, each by its id: a younger one may become visible later.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable; they are delivered again then.
    pub async fn outbox_done(&self, tenant: TenantId, delivered: &[i64]) -> Result<(), StoreError> {
        let mut tx = self.begin(&Scope::system(tenant)).await?;
        // Of one size, so that the statement stays prepared; nulls are equal to nothing.
        for ids in delivered.chunks(DONE_AT_ONCE) {
            let mut args = args![tenant];
            args.0.extend((0..DONE_AT_ONCE).map(|place| Val::Int(ids.get(place).copied())));
            tx.execute(
                "DELETE FROM outbox WHERE tenant_id = $1
                    AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                args,
            )
            .await?;
        }
        tx.commit().await
    }

    /// How much waits in the outbox of a tenant, and since when.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn outbox_lag(&self, tenant: TenantId) -> Result<Lag, StoreError> {
        let mut tx = self.read(&Scope::system(tenant)).await?;
        let sql = "SELECT count(*) AS waiting, min(at) AS oldest FROM outbox WHERE tenant_id = $1";
        tx.one(sql, args![tenant]).await
    }

    /// Tenants whose outboxes may hold something, to be asked for at the start.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn awake_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        if let Database::Sqlite(sqlite) = &self.shared.database {
            return sqlite.awake().await;
        }
        let mut tx = self.system_read().await?;
        let rows: Vec<AwakeRow> = tx.all("SELECT tenant_id FROM outbox_tenants()", args![]).await?;
        Ok(rows.into_iter().map(|row| row.tenant_id).collect())
    }
}

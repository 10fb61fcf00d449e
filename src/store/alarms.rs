//! Alarms: when a business that sleeps is to be woken, so that what is due there happens.

use crate::ids::{TenantId, Timestamp};

use super::Store;
use super::error::StoreError;
use super::row::row;
use super::value::args;

row! {
    struct DueRow {
        tenant_id: TenantId,
    }
}

impl Store {
    /// Sets the alarm of one part of a tenant, in place of its last one; none takes it away. Set it
    /// before the commit that needs it: the two are not one transaction.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn set_alarm(
        &self,
        tenant: TenantId,
        purpose: &'static str,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let Some(at) = at else { return self.clear_alarm(tenant, purpose).await };
        let mut tx = self.system().await?;
        tx.execute(
            "INSERT INTO alarms (tenant_id, purpose, due_at) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, purpose) DO UPDATE SET due_at = excluded.due_at",
            args![tenant, purpose, at],
        )
        .await?;
        tx.commit().await
    }

    /// Looks before it writes: most have no alarm.
    async fn clear_alarm(&self, tenant: TenantId, purpose: &'static str) -> Result<(), StoreError> {
        let mut tx = self.system_read().await?;
        let sql = "SELECT tenant_id FROM alarms WHERE tenant_id = $1 AND purpose = $2";
        if tx.optional::<DueRow>(sql, args![tenant, purpose]).await?.is_none() {
            return Ok(());
        }
        drop(tx);
        let mut tx = self.system().await?;
        let sql = "DELETE FROM alarms WHERE tenant_id = $1 AND purpose = $2";
        tx.execute(sql, args![tenant, purpose]).await?;
        tx.commit().await
    }

    /// Takes all alarms of a tenant away.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn forget_alarms(&self, tenant: TenantId) -> Result<(), StoreError> {
        let mut tx = self.system().await?;
        tx.execute("DELETE FROM alarms WHERE tenant_id = $1", args![tenant]).await?;
        tx.commit().await
    }

    /// Tenants whose alarms are due, at most `limit`.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn alarms_due(&self, now: Timestamp, limit: i64) -> Result<Vec<TenantId>, StoreError> {
        let mut tx = self.system_read().await?;
        let sql = "SELECT tenant_id FROM alarms WHERE due_at <= $1
                    GROUP BY tenant_id ORDER BY min(due_at) LIMIT $2";
        let rows: Vec<DueRow> = tx.all(sql, args![now, limit]).await?;
        Ok(rows.into_iter().map(|row| row.tenant_id).collect())
    }
}

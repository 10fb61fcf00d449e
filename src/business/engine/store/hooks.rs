//! Webhooks of records: which events each wants, and how far it has been told.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::UserId;
use crate::store::{StoreError, TenantTx, args, row};

row! {
    /// What an endpoint wants to be told of.
    pub struct HookRow {
        pub id: Uuid,
        pub owner: UserId,
        pub definition: Value,
    }
}

row! {
    struct SeqRow {
        seq: i64,
    }
}

/// All webhooks of the tenant, the oldest first.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<HookRow>, StoreError> {
    let sql = "SELECT id, owner, definition FROM record_hooks WHERE tenant_id = $1 ORDER BY id";
    tx.all(sql, args![tx.tenant()]).await
}

/// Writes a webhook; a new one is told of what comes after this event.
pub async fn put(tx: &mut TenantTx, row: &HookRow, seq: i64) -> Result<(), StoreError> {
    let HookRow { id, owner, definition } = row;
    let sql = "INSERT INTO record_hooks (tenant_id, id, owner, definition, seq) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (tenant_id, id) DO UPDATE SET definition = excluded.definition";
    tx.execute(sql, args![tx.tenant(), *id, *owner, definition.clone(), seq]).await.map(|_| ())
}

pub async fn remove(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let sql = "DELETE FROM record_hooks WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), id]).await.map(|_| ())
}

/// The last event that was queued for a webhook or passed over; none when it is gone.
pub async fn seq(tx: &mut TenantTx, id: Uuid) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT seq FROM record_hooks WHERE tenant_id = $1 AND id = $2";
    Ok(tx.optional::<SeqRow>(sql, args![tx.tenant(), id]).await?.map(|row| row.seq))
}

pub async fn set_seq(tx: &mut TenantTx, id: Uuid, seq: i64) -> Result<(), StoreError> {
    let sql = "UPDATE record_hooks SET seq = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), id, seq]).await.map(|_| ())
}

/// How far the one has come that is furthest behind; none without a webhook.
pub async fn least(tx: &mut TenantTx) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT seq FROM record_hooks WHERE tenant_id = $1 ORDER BY seq LIMIT 1";
    Ok(tx.optional::<SeqRow>(sql, args![tx.tenant()]).await?.map(|row| row.seq))
}

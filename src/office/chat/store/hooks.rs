//! Webhooks of rooms: the keys of incoming ones, what they have used up, and what outgoing ones listen for.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

row! {
    /// An incoming webhook; only the hash of its address is kept.
    pub struct HookRow {
        pub id: Uuid,
        pub room_id: RoomId,
        pub name: String,
        pub icon: String,
        /// The secret that signs requests, if they are to be signed.
        pub sealed: Option<Vec<u8>>,
        pub created_by: UserId,
        pub created_at: Timestamp,
        pub used_at: Option<Timestamp>,
    }
}

macro_rules! hook_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, room_id, name, icon, sealed, created_by, created_at, used_at FROM chat_hooks
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

pub async fn by_hash(tx: &mut TenantTx, hash: &[u8]) -> Result<Option<HookRow>, StoreError> {
    tx.optional(hook_sql!("AND hash = $2"), args![tx.tenant(), hash]).await
}

pub async fn of_room(tx: &mut TenantTx, room: RoomId) -> Result<Vec<HookRow>, StoreError> {
    tx.all(hook_sql!("AND room_id = $2 ORDER BY name, id"), args![tx.tenant(), room]).await
}

pub async fn find(tx: &mut TenantTx, room: RoomId, id: Uuid) -> Result<Option<HookRow>, StoreError> {
    tx.optional(hook_sql!("AND room_id = $2 AND id = $3"), args![tx.tenant(), room, id]).await
}

pub async fn insert(tx: &mut TenantTx, hook: &HookRow, hash: &[u8]) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO chat_hooks (tenant_id, id, room_id, name, icon, hash, sealed, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let HookRow { id, room_id, name, icon, sealed, created_by, created_at, .. } = hook;
    let args = args![tx.tenant(), *id, *room_id, name, icon, hash, sealed.clone(), *created_by, *created_at];
    tx.execute(sql, args).await.map(|_| ())
}

/// Gives a hook another name, icon, address or signing secret; only what is named.
pub async fn change(
    tx: &mut TenantTx,
    id: Uuid,
    (name, icon): (Option<&str>, Option<&str>),
    hash: Option<&[u8]>,
    sealed: Option<Option<Vec<u8>>>,
) -> Result<(), StoreError> {
    let sql = "UPDATE chat_hooks SET name = coalesce($3, name), icon = coalesce($4, icon),
                      hash = coalesce($5, hash), sealed = CASE WHEN $6 THEN $7 ELSE sealed END
                WHERE tenant_id = $1 AND id = $2";
    let args = args![tx.tenant(), id, name, icon, hash, sealed.is_some(), sealed.flatten()];
    tx.execute(sql, args).await.map(|_| ())
}

pub async fn remove(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute("DELETE FROM chat_hook_seen WHERE tenant_id = $1 AND hook_id = $2", args![tenant, id]).await?;
    tx.execute("DELETE FROM chat_hooks WHERE tenant_id = $1 AND id = $2", args![tenant, id]).await?;
    Ok(())
}

/// Notes the use of a hook.
pub fn used(tenant: TenantId, id: Uuid, at: Timestamp) -> Statement {
    Statement {
        sql: "UPDATE chat_hooks SET used_at = $3 WHERE tenant_id = $1 AND id = $2",
        args: args![tenant, id, at],
    }
}

/// Writes a mark down; `Conflict` when it is there already.
pub fn see(tenant: TenantId, hook: Uuid, mark: &[u8], at: Timestamp) -> Statement {
    Statement {
        sql: "INSERT INTO chat_hook_seen (tenant_id, hook_id, mark, at) VALUES ($1, $2, $3, $4)",
        args: args![tenant, hook, mark, at],
    }
}

/// Forgets marks that are older.
pub fn forget_seen(tenant: TenantId, hook: Uuid, before: Timestamp) -> Statement {
    Statement {
        sql: "DELETE FROM chat_hook_seen WHERE tenant_id = $1 AND hook_id = $2 AND at < $3",
        args: args![tenant, hook, before],
    }
}

pub async fn is_seen(tx: &mut TenantTx, hook: Uuid, mark: &[u8]) -> Result<bool, StoreError> {
    row! { struct SeenRow { hook_id: Uuid } }
    let sql = "SELECT hook_id FROM chat_hook_seen WHERE tenant_id = $1 AND hook_id = $2 AND mark = $3";
    let found: Option<SeenRow> = tx.optional(sql, args![tx.tenant(), hook, mark]).await?;
    Ok(found.is_some_and(|row| row.hook_id == hook))
}

row! {
    /// What an outgoing webhook listens for; its address and secret belong to its endpoint.
    pub struct OutgoingRow {
        pub id: Uuid,
        pub room_id: RoomId,
        pub icon: String,
        pub triggers: Value,
    }
}

impl OutgoingRow {
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        serde_json::from_value(self.triggers.clone()).unwrap_or_default()
    }
}

pub async fn outgoing(tx: &mut TenantTx, room: RoomId) -> Result<Vec<OutgoingRow>, StoreError> {
    let sql = "SELECT id, room_id, icon, triggers FROM chat_outgoing
                WHERE tenant_id = $1 AND room_id = $2 ORDER BY id";
    tx.all(sql, args![tx.tenant(), room]).await
}

pub async fn find_outgoing(tx: &mut TenantTx, id: Uuid) -> Result<Option<OutgoingRow>, StoreError> {
    let sql = "SELECT id, room_id, icon, triggers FROM chat_outgoing WHERE tenant_id = $1 AND id = $2";
    tx.optional(sql, args![tx.tenant(), id]).await
}

/// Writes what a hook listens for, new or changed.
pub async fn put_outgoing(
    tx: &mut TenantTx,
    id: Uuid,
    room: RoomId,
    icon: &str,
    triggers: &[String],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_outgoing (tenant_id, id, room_id, icon, triggers) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (tenant_id, id) DO UPDATE SET icon = excluded.icon, triggers = excluded.triggers";
    let args = args![tx.tenant(), id, room, icon, serde_json::json!(triggers)];
    tx.execute(sql, args).await.map(|_| ())
}

pub async fn remove_outgoing(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute("DELETE FROM chat_hook_seen WHERE tenant_id = $1 AND hook_id = $2", args![tenant, id]).await?;
    tx.execute("DELETE FROM chat_outgoing WHERE tenant_id = $1 AND id = $2", args![tenant, id]).await?;
    Ok(())
}

//! Slash commands that endpoints answer, and the calls of them.

use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

row! {
    /// A slash command; its address and secret belong to its endpoint, which has the same id.
    pub struct CommandRow {
        pub id: Uuid,
        pub name: String,
        pub description: String,
        pub hint: String,
        pub icon: String,
    }
}

row! {
    /// A command that someone has given.
    pub struct CallRow {
        pub id: Uuid,
        pub user_id: UserId,
        pub command_id: Uuid,
        pub room_id: RoomId,
        pub thread_seq: Option<i64>,
        pub uses: i64,
        pub until: Timestamp,
    }
}

pub async fn all(tx: &mut TenantTx) -> Result<Vec<CommandRow>, StoreError> {
    let sql = "SELECT id, name, description, hint, icon FROM chat_commands
                WHERE tenant_id = $1 ORDER BY name LIMIT 1000";
    tx.all(sql, args![tx.tenant()]).await
}

pub async fn by_name(tx: &mut TenantTx, name: &str) -> Result<Option<CommandRow>, StoreError> {
    let sql =
        "SELECT id, name, description, hint, icon FROM chat_commands WHERE tenant_id = $1 AND name = $2";
    tx.optional(sql, args![tx.tenant(), name]).await
}

pub async fn find(tx: &mut TenantTx, id: Uuid) -> Result<Option<CommandRow>, StoreError> {
    let sql = "SELECT id, name, description, hint, icon FROM chat_commands WHERE tenant_id = $1 AND id = $2";
    tx.optional(sql, args![tx.tenant(), id]).await
}

/// Writes a command, new or changed.
///
/// # Errors
/// `StoreError::Conflict` when another one has the name.
pub async fn put(tx: &mut TenantTx, command: &CommandRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_commands (tenant_id, id, name, description, hint, icon)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name,
                 description = excluded.description, hint = excluded.hint, icon = excluded.icon";
    let CommandRow { id, name, description, hint, icon } = command;
    tx.execute(sql, args![tx.tenant(), *id, name, description, hint, icon]).await.map(|_| ())
}

pub async fn remove(tx: &mut TenantTx, id: Uuid) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = "DELETE FROM chat_command_calls WHERE tenant_id = $1 AND command_id = $2";
    tx.execute(sql, args![tenant, id]).await?;
    let sql = "DELETE FROM chat_commands WHERE tenant_id = $1 AND id = $2";
    Ok(tx.execute(sql, args![tenant, id]).await? > 0)
}

/// Writes a call down and forgets old ones; tells whether it is a new one.
pub async fn call(
    tx: &mut TenantTx,
    call: &CallRow,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    tx.execute("DELETE FROM chat_command_calls WHERE tenant_id = $1 AND until < $2", args![tenant, now])
        .await?;
    let sql = "INSERT INTO chat_command_calls (tenant_id, id, user_id, hash, command_id, room_id, thread_seq,
                 uses, until) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING";
    let CallRow { id, user_id, command_id, room_id, thread_seq, until, .. } = call;
    let args = args![tenant, *id, *user_id, hash, *command_id, *room_id, *thread_seq, *until];
    Ok(tx.execute(sql, args).await? > 0)
}

/// The call that an answer address belongs to.
pub async fn by_hash(tx: &mut TenantTx, hash: &[u8]) -> Result<Option<CallRow>, StoreError> {
    let sql = "SELECT id, user_id, command_id, room_id, thread_seq, uses, until FROM chat_command_calls
                WHERE tenant_id = $1 AND hash = $2";
    tx.optional(sql, args![tx.tenant(), hash]).await
}

/// Uses an answer address once more, if that many uses are allowed.
pub async fn use_answer(tx: &mut TenantTx, hash: &[u8], most: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE chat_command_calls SET uses = uses + 1
                WHERE tenant_id = $1 AND hash = $2 AND uses < $3";
    Ok(tx.execute(sql, args![tx.tenant(), hash, most]).await? > 0)
}

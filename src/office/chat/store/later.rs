//! What is to happen at a time: messages to be posted, reminders to be given, old messages to go.

use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

use super::holds::held;

/// A message that is posted at its time.
pub const MESSAGE: &str = "message";
/// A reminder of a message.
pub const REMINDER: &str = "reminder";

row! {
    /// Something that is to happen.
    #[derive(Clone)]
    pub struct LaterRow {
        pub id: Uuid,
        pub kind: String,
        pub user_id: UserId,
        pub room_id: RoomId,
        /// Of a message, the thread that it answers; of a reminder, the message.
        pub seq: Option<i64>,
        pub body: String,
        pub at: Timestamp,
    }
}

pub async fn add(tx: &mut TenantTx, row: &LaterRow, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_later (tenant_id, id, kind, user_id, room_id, seq, body, at, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let LaterRow { id, kind, user_id, room_id, seq, body, at } = row;
    let args = args![tx.tenant(), *id, kind, *user_id, *room_id, *seq, body, *at, now];
    tx.execute(sql, args).await.map(|_| ())
}

/// What one person has planned, the next first.
pub async fn of(tx: &mut TenantTx, user: UserId, kind: &str) -> Result<Vec<LaterRow>, StoreError> {
    let sql = "SELECT id, kind, user_id, room_id, seq, body, at FROM chat_later
                WHERE tenant_id = $1 AND user_id = $2 AND kind = $3 ORDER BY at, id LIMIT 1000";
    tx.all(sql, args![tx.tenant(), user, kind]).await
}

/// What is due, the longest due first.
pub async fn due(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<LaterRow>, StoreError> {
    let sql = "SELECT id, kind, user_id, room_id, seq, body, at FROM chat_later
                WHERE tenant_id = $1 AND at <= $2 ORDER BY at, id LIMIT 100";
    tx.all(sql, args![tx.tenant(), now]).await
}

/// When the next thing is due.
pub async fn next(tx: &mut TenantTx) -> Result<Option<Timestamp>, StoreError> {
    row! { struct NextRow { at: Option<Timestamp> } }
    let sql = "SELECT min(at) AS at FROM chat_later WHERE tenant_id = $1";
    let found: NextRow = tx.one(sql, args![tx.tenant()]).await?;
    Ok(found.at)
}

/// Forgets a plan of this person.
pub async fn remove(tx: &mut TenantTx, user: UserId, id: Uuid) -> Result<bool, StoreError> {
    let sql = "DELETE FROM chat_later WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    Ok(tx.execute(sql, args![tx.tenant(), user, id]).await? > 0)
}

row! {
    /// A room whose messages go after a time.
    pub struct RetentionRow {
        pub id: RoomId,
        pub retention_days: Option<i64>,
    }
}

/// Rooms whose messages are deleted after some days.
pub async fn with_retention(tx: &mut TenantTx) -> Result<Vec<RetentionRow>, StoreError> {
    let sql = "SELECT id, retention_days FROM chat_rooms WHERE tenant_id = $1 AND retention_days IS NOT NULL";
    tx.all(sql, args![tx.tenant()]).await
}

/// The numbers of old messages that no hold covers.
macro_rules! old {
    ($change:literal) => {
        concat!(
            $change,
            "(SELECT m.seq FROM chat_messages m
               WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.created_at < $3 AND NOT ",
            held!("h.released_at IS NULL"),
            ")"
        )
    };
}

/// Deletes for good what was said in a room before a moment and is held by nobody. The room's counter
/// stays where it is.
pub fn forget_before(tenant: TenantId, room: RoomId, before: Timestamp) -> [Statement; 8] {
    let old = |sql| Statement { sql, args: args![tenant, room, before] };
    [
        old("UPDATE chat_rooms SET changed =
               (SELECT coalesce(max(m.changed), 0) FROM chat_messages m
                 WHERE m.tenant_id = chat_rooms.tenant_id AND m.room_id = chat_rooms.id)
             WHERE tenant_id = $1 AND id = $2 AND $3 IS NOT NULL AND changed <
               (SELECT coalesce(max(m.changed), 0) FROM chat_messages m
                 WHERE m.tenant_id = chat_rooms.tenant_id AND m.room_id = chat_rooms.id)"),
        old(old!("DELETE FROM chat_reactions WHERE tenant_id = $1 AND room_id = $2 AND seq IN ")),
        old(old!("DELETE FROM chat_mentions WHERE tenant_id = $1 AND room_id = $2 AND seq IN ")),
        old(old!("DELETE FROM chat_saved WHERE tenant_id = $1 AND room_id = $2 AND seq IN ")),
        old(old!("DELETE FROM chat_edits WHERE tenant_id = $1 AND room_id = $2 AND seq IN ")),
        old(old!("DELETE FROM chat_follows WHERE tenant_id = $1 AND room_id = $2 AND thread_seq IN ")),
        old(old!(
            "UPDATE chat_cases SET body = ''
              WHERE tenant_id = $1 AND room_id = $2 AND resolved_at IS NOT NULL AND seq IN "
        )),
        old(old!("DELETE FROM chat_messages WHERE tenant_id = $1 AND room_id = $2 AND seq IN ")),
    ]
}

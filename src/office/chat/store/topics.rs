//! Topics: the words under which messages of a room belong together.

use crate::ids::{RoomId, TenantId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

row! {
    /// A topic of a room.
    pub struct TopicRow {
        pub topic: String,
        pub count: i64,
        pub last_seq: i64,
    }
}

/// The topics of a room, those with the latest messages first.
pub async fn list(tx: &mut TenantTx, room: RoomId) -> Result<Vec<TopicRow>, StoreError> {
    let sql = "SELECT topic, count(*) AS count, max(seq) AS last_seq FROM chat_messages
                WHERE tenant_id = $1 AND room_id = $2 AND topic IS NOT NULL AND deleted_at IS NULL
                GROUP BY topic ORDER BY max(seq) DESC LIMIT 500";
    tx.all(sql, args![tx.tenant(), room]).await
}

/// Moves the messages of a topic from one of them on to another topic, or out of any.
pub fn rename(
    tenant: TenantId,
    room: RoomId,
    changed: i64,
    (from, since): (&str, i64),
    to: Option<&str>,
) -> Statement {
    Statement {
        sql: "UPDATE chat_messages SET topic = $6, changed = $3
               WHERE tenant_id = $1 AND room_id = $2 AND topic = $4 AND seq >= $5 AND deleted_at IS NULL",
        args: args![tenant, room, changed, from, since, to],
    }
}

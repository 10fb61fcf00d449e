//! Bookmarks of rooms.

use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

row! {
    /// A link at the top of a room.
    #[derive(Clone)]
    pub struct BookmarkRow {
        pub id: Uuid,
        pub place: i64,
        pub title: String,
        pub url: String,
        pub emoji: String,
        pub by_user: Option<UserId>,
        pub created_at: Timestamp,
    }
}

/// The bookmarks of a room, in their order.
pub async fn list(tx: &mut TenantTx, room: RoomId) -> Result<Vec<BookmarkRow>, StoreError> {
    let sql = "SELECT id, place, title, url, emoji, by_user, created_at FROM chat_bookmarks
                WHERE tenant_id = $1 AND room_id = $2 ORDER BY place, id";
    tx.all(sql, args![tx.tenant(), room]).await
}

/// Whether only those who manage the room change them.
pub async fn managers_only(tx: &mut TenantTx, room: RoomId) -> Result<bool, StoreError> {
    row! { struct RuleRow { managers_only: bool } }
    let sql = "SELECT managers_only FROM chat_bookmark_rules WHERE tenant_id = $1 AND room_id = $2";
    let found: Option<RuleRow> = tx.optional(sql, args![tx.tenant(), room]).await?;
    Ok(found.is_some_and(|row| row.managers_only))
}

pub fn set_managers_only(tenant: TenantId, room: RoomId, managers_only: bool) -> Statement {
    Statement {
        sql: "INSERT INTO chat_bookmark_rules (tenant_id, room_id, managers_only) VALUES ($1, $2, $3)
              ON CONFLICT (tenant_id, room_id) DO UPDATE SET managers_only = excluded.managers_only",
        args: args![tenant, room, managers_only],
    }
}

/// Writes a bookmark, new or changed.
pub fn put(tenant: TenantId, room: RoomId, bookmark: &BookmarkRow) -> Statement {
    let BookmarkRow { id, place, title, url, emoji, by_user, created_at } = bookmark;
    Statement {
        sql: "INSERT INTO chat_bookmarks (tenant_id, room_id, id, place, title, url, emoji, by_user, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
              ON CONFLICT (tenant_id, room_id, id) DO UPDATE SET place = excluded.place,
                title = excluded.title, url = excluded.url, emoji = excluded.emoji",
        args: args![tenant, room, *id, *place, title, url, emoji, *by_user, *created_at],
    }
}

pub fn remove(tenant: TenantId, room: RoomId, id: Uuid) -> Statement {
    Statement {
        sql: "DELETE FROM chat_bookmarks WHERE tenant_id = $1 AND room_id = $2 AND id = $3",
        args: args![tenant, room, id],
    }
}

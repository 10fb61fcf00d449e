//! What moderators and keepers of holds did; only ever added to.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId, uuid_at};
use crate::store::{Statement, StoreError, TenantTx, args, row};

/// What moderators did.
pub const MODERATION: &str = "moderation";
/// What happened to holds.
pub const HOLDS: &str = "holds";

/// Something that was done.
#[derive(Clone, Debug)]
pub struct Entry {
    pub area: &'static str,
    /// Such as `message.removed`.
    pub action: &'static str,
    /// Nobody for what the program does by itself.
    pub by: Option<UserId>,
    pub room: Option<RoomId>,
    pub seq: Option<i64>,
    /// Whom it was done to.
    pub user: Option<UserId>,
    pub note: String,
}

impl Entry {
    #[must_use]
    pub fn of(area: &'static str, action: &'static str, by: Option<UserId>) -> Self {
        Self { area, action, by, room: None, seq: None, user: None, note: String::new() }
    }

    /// The statement that writes it down.
    #[must_use]
    pub fn at(self, tenant: TenantId, at: Timestamp) -> Statement {
        let Self { area, action, by, room, seq, user, note } = self;
        Statement {
            sql: "INSERT INTO chat_audit (tenant_id, id, area, action, by_user, room_id, seq, user_id, note, at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args: args![tenant, uuid_at(at), area, action, by, room, seq, user, note, at],
        }
    }
}

row! {
    /// Something that was done, with names.
    #[derive(Clone, Serialize, ToSchema)]
    #[schema(as = ChatAuditEntry)]
    pub struct AuditRow {
        pub id: Uuid,
        /// Such as `message.removed`.
        pub action: String,
        #[schema(required = true)]
        pub by_user: Option<UserId>,
        #[schema(required = true)]
        pub by_name: Option<String>,
        #[schema(required = true)]
        pub room_id: Option<RoomId>,
        #[schema(required = true)]
        pub room_name: Option<String>,
        #[schema(required = true)]
        pub seq: Option<i64>,
        #[schema(required = true)]
        pub user_id: Option<UserId>,
        #[schema(required = true)]
        pub user_name: Option<String>,
        pub note: String,
        #[schema(value_type = String, format = DateTime)]
        pub at: Timestamp,
    }
}

/// What was done in an area, the latest first.
pub async fn list(
    tx: &mut TenantTx,
    area: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    let sql = "SELECT a.id AS id, a.action AS action, a.by_user AS by_user, b.name AS by_name,
                      a.room_id AS room_id, r.name AS room_name, a.seq AS seq, a.user_id AS user_id,
                      u.name AS user_name, a.note AS note, a.at AS at
                 FROM chat_audit a
                 LEFT JOIN users b ON b.tenant_id = a.tenant_id AND b.id = a.by_user
                 LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
                 LEFT JOIN chat_rooms r ON r.tenant_id = a.tenant_id AND r.id = a.room_id
                WHERE a.tenant_id = $1 AND a.area = $2 AND ($3 IS NULL OR a.id < $3)
                ORDER BY a.id DESC LIMIT $4";
    tx.all(sql, args![tx.tenant(), area, before, limit]).await
}

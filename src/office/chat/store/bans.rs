//! Who may not be in a room, and who may only read.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId, uuid_at};
use crate::store::{Statement, StoreError, TenantTx, args, row};

/// A plan of the planner: a ban whose time is over.
pub const UNBAN: &str = "unban";

row! {
    /// Someone who may not be in a room.
    #[derive(Clone, Serialize, ToSchema)]
    #[schema(as = ChatBan)]
    pub struct BanRow {
        pub room_id: RoomId,
        #[schema(required = true)]
        pub room_name: Option<String>,
        pub user_id: UserId,
        #[schema(required = true)]
        pub user_name: Option<String>,
        pub reason: String,
        #[schema(required = true)]
        pub by_user: Option<UserId>,
        #[schema(required = true)]
        pub by_name: Option<String>,
        #[schema(value_type = String, format = DateTime)]
        pub at: Timestamp,
        /// Lifted then; never when it is null.
        #[schema(value_type = Option<String>, format = DateTime, required = true)]
        pub until: Option<Timestamp>,
    }
}

macro_rules! ban_sql {
    ($rest:literal) => {
        concat!(
            "SELECT b.room_id AS room_id, r.name AS room_name, b.user_id AS user_id, u.name AS user_name,
                    b.reason AS reason, b.by_user AS by_user, w.name AS by_name, b.at AS at, b.until AS until
               FROM chat_bans b
               LEFT JOIN users u ON u.tenant_id = b.tenant_id AND u.id = b.user_id
               LEFT JOIN users w ON w.tenant_id = b.tenant_id AND w.id = b.by_user
               LEFT JOIN chat_rooms r ON r.tenant_id = b.tenant_id AND r.id = b.room_id ",
            $rest
        )
    };
}

/// Who may not be in a room.
pub async fn of_room(tx: &mut TenantTx, room: RoomId) -> Result<Vec<BanRow>, StoreError> {
    let sql = ban_sql!("WHERE b.tenant_id = $1 AND b.room_id = $2 ORDER BY b.at DESC LIMIT 10000");
    tx.all(sql, args![tx.tenant(), room]).await
}

/// All bans of the business, the latest first.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<BanRow>, StoreError> {
    let sql = ban_sql!("WHERE b.tenant_id = $1 ORDER BY b.at DESC LIMIT 1000");
    tx.all(sql, args![tx.tenant()]).await
}

/// The ban of a person from a room.
pub async fn find(tx: &mut TenantTx, room: RoomId, user: UserId) -> Result<Option<BanRow>, StoreError> {
    let sql = ban_sql!("WHERE b.tenant_id = $1 AND b.room_id = $2 AND b.user_id = $3");
    tx.optional(sql, args![tx.tenant(), room, user]).await
}

/// Whether a person may not be in a room.
pub async fn is_banned(tx: &mut TenantTx, room: RoomId, user: UserId) -> Result<bool, StoreError> {
    row! { struct Count { count: i64 } }
    let sql =
        "SELECT count(*) AS count FROM chat_bans WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3";
    Ok(tx.one::<Count>(sql, args![tx.tenant(), room, user]).await?.count > 0)
}

/// A ban to be written.
pub struct NewBan<'a> {
    pub room: RoomId,
    pub user: UserId,
    pub reason: &'a str,
    pub by: Option<UserId>,
    pub at: Timestamp,
    pub until: Option<Timestamp>,
}

/// Writes a ban, and plans its end when it has one.
pub fn put(tenant: TenantId, ban: &NewBan<'_>) -> Vec<Statement> {
    let NewBan { room, user, reason, by, at, until } = ban;
    let write = Statement {
        sql: "INSERT INTO chat_bans (tenant_id, room_id, user_id, reason, by_user, at, until)
              VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (tenant_id, room_id, user_id) DO UPDATE SET reason = excluded.reason,
                by_user = excluded.by_user, at = excluded.at, until = excluded.until",
        args: args![tenant, *room, *user, *reason, *by, *at, *until],
    };
    let mut statements = vec![write, forget_end(tenant, *room, *user)];
    statements.extend(until.map(|until| Statement {
        sql: "INSERT INTO chat_later (tenant_id, id, kind, user_id, room_id, seq, body, at, created_at)
              VALUES ($1, $2, $3, $4, $5, NULL, '', $6, $7)",
        args: args![tenant, uuid_at(*at), UNBAN, *user, *room, until, *at],
    }));
    statements
}

fn forget_end(tenant: TenantId, room: RoomId, user: UserId) -> Statement {
    Statement {
        sql: "DELETE FROM chat_later WHERE tenant_id = $1 AND kind = $2 AND user_id = $3 AND room_id = $4",
        args: args![tenant, UNBAN, user, room],
    }
}

/// Lifts a ban.
pub fn remove(tenant: TenantId, room: RoomId, user: UserId) -> [Statement; 2] {
    let remove = Statement {
        sql: "DELETE FROM chat_bans WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3",
        args: args![tenant, room, user],
    };
    [remove, forget_end(tenant, room, user)]
}

row! {
    /// Someone who may only read.
    #[derive(Clone, Serialize, ToSchema)]
    #[schema(as = ChatMute)]
    pub struct MuteRow {
        pub user_id: UserId,
        #[schema(required = true)]
        pub user_name: Option<String>,
        pub reason: String,
        #[schema(required = true)]
        pub by_user: Option<UserId>,
        #[schema(required = true)]
        pub by_name: Option<String>,
        #[schema(value_type = String, format = DateTime)]
        pub at: Timestamp,
        /// Over then; never when it is null.
        #[schema(value_type = Option<String>, format = DateTime, required = true)]
        pub until: Option<Timestamp>,
    }
}

/// Who may only read, those whose time is over too.
pub async fn mutes(tx: &mut TenantTx) -> Result<Vec<MuteRow>, StoreError> {
    let sql = "SELECT m.user_id AS user_id, u.name AS user_name, m.reason AS reason, m.by_user AS by_user,
                      w.name AS by_name, m.at AS at, m.until AS until
                 FROM chat_mutes m
                 LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
                 LEFT JOIN users w ON w.tenant_id = m.tenant_id AND w.id = m.by_user
                WHERE m.tenant_id = $1 ORDER BY m.at DESC LIMIT 10000";
    tx.all(sql, args![tx.tenant()]).await
}

pub fn mute(
    tenant: TenantId,
    user: UserId,
    reason: &str,
    by: Option<UserId>,
    at: Timestamp,
    until: Option<Timestamp>,
) -> Statement {
    Statement {
        sql: "INSERT INTO chat_mutes (tenant_id, user_id, reason, by_user, at, until)
              VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (tenant_id, user_id) DO UPDATE SET reason = excluded.reason,
                by_user = excluded.by_user, at = excluded.at, until = excluded.until",
        args: args![tenant, user, reason, by, at, until],
    }
}

pub fn unmute(tenant: TenantId, user: UserId) -> Statement {
    Statement {
        sql: "DELETE FROM chat_mutes WHERE tenant_id = $1 AND user_id = $2",
        args: args![tenant, user],
    }
}

row! {
    /// Someone whom a decision is about.
    pub struct TargetRow {
        pub id: Uuid,
        pub name: String,
        pub role: String,
    }
}

/// A person of the business with their role.
pub async fn person(tx: &mut TenantTx, user: UserId) -> Result<Option<TargetRow>, StoreError> {
    let sql = "SELECT id, name, role FROM users WHERE tenant_id = $1 AND id = $2";
    tx.optional(sql, args![tx.tenant(), user]).await
}

/// Everyone who rules over the business and can sign in.
pub async fn administrators(tx: &mut TenantTx) -> Result<Vec<UserId>, StoreError> {
    row! { struct IdRow { id: UserId } }
    let sql = "SELECT id FROM users WHERE tenant_id = $1 AND status = 'active'
                  AND role IN ('tenant_admin', 'platform_admin') ORDER BY id LIMIT 200";
    let found: Vec<IdRow> = tx.all(sql, args![tx.tenant()]).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

//! Who is in a room, and how they want to be told of it.

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

use super::super::error::ChatError;
use super::super::model::{Level, MemberRole};
use super::rooms;

row! {
    /// Someone in a room.
    pub struct MemberRow {
        pub user_id: UserId,
        pub name: String,
        pub email: String,
        pub role: String,
        pub level: String,
        pub muted: bool,
        pub joined_at: Timestamp,
        pub kind: String,
        pub picture: String,
    }
}

/// Everyone in a room, by name.
pub async fn members(
    tx: &mut TenantTx,
    room: RoomId,
    after: Option<(&str, UserId)>,
    limit: i64,
) -> Result<Vec<MemberRow>, StoreError> {
    let (name, id) = after.unzip();
    tx.all(
        "SELECT m.user_id AS user_id, u.name AS name, u.email AS email, m.role AS role, m.level AS level,
                m.muted AS muted, m.joined_at AS joined_at, u.kind AS kind, u.picture AS picture
           FROM chat_members m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
          WHERE m.tenant_id = $1 AND m.room_id = $2
            AND ($3 IS NULL OR u.name > $3 OR (u.name = $3 AND u.id > $4))
          ORDER BY u.name, u.id LIMIT $5",
        args![tx.tenant(), room, name, id, limit],
    )
    .await
}

/// What one person is in a room.
pub async fn role_of(
    tx: &mut TenantTx,
    room: RoomId,
    user: UserId,
) -> Result<Option<MemberRole>, StoreError> {
    row! { struct RoleRow { role: String } }
    let sql = "SELECT role FROM chat_members WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3";
    let found: Option<RoleRow> = tx.optional(sql, args![tx.tenant(), room, user]).await?;
    Ok(found.and_then(|row| row.role.parse().ok()))
}

/// Adds a person, or gives one who is there another role. `read_seq` is where they begin to read.
pub fn put_member(
    tenant: TenantId,
    room: RoomId,
    user: UserId,
    role: MemberRole,
    read_seq: i64,
    now: Timestamp,
) -> Statement {
    Statement {
        sql: "INSERT INTO chat_members (tenant_id, room_id, user_id, role, read_seq, level, muted, starred,
                joined_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
              ON CONFLICT (tenant_id, room_id, user_id) DO UPDATE SET role = excluded.role",
        args: args![tenant, room, user, role.as_str(), read_seq, Level::All.as_str(), false, now],
    }
}

/// Takes a person out of a room.
pub fn remove_member(tenant: TenantId, room: RoomId, user: UserId) -> Statement {
    Statement {
        sql: "DELETE FROM chat_members WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3",
        args: args![tenant, room, user],
    }
}

/// How someone wants to be told of a room; only what is named changes.
#[derive(Default)]
pub struct Preferences {
    pub level: Option<Level>,
    pub muted: Option<bool>,
    pub starred: Option<bool>,
    /// `Some(None)` takes it out of its section.
    pub section: Option<Option<String>>,
}

pub async fn set_preferences(
    tx: &mut TenantTx,
    user: UserId,
    room: RoomId,
    wanted: Preferences,
) -> Result<bool, StoreError> {
    let (sets_section, section) = (wanted.section.is_some(), wanted.section.flatten());
    let level = wanted.level.map(Level::as_str);
    let sql = "UPDATE chat_members SET level = coalesce($4, level), muted = coalesce($5, muted),
                      starred = coalesce($6, starred),
                      section = CASE WHEN $7 THEN $8 ELSE section END
                WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3";
    let args = args![tx.tenant(), room, user, level, wanted.muted, wanted.starred, sets_section, section];
    Ok(tx.execute(sql, args).await? > 0)
}

/// How far someone has read, and what waits after it.
pub struct ReadState {
    pub unread: i64,
    pub mentions: i64,
}

pub async fn set_read(
    tx: &mut TenantTx,
    user: UserId,
    room: RoomId,
    seq: i64,
) -> Result<Option<ReadState>, ChatError> {
    let sql = "UPDATE chat_members SET read_seq = $4 WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3";
    if tx.execute(sql, args![tx.tenant(), room, user, seq]).await? == 0 {
        return Ok(None);
    }
    let state = rooms::state(tx, user, room).await?;
    Ok(state.membership.map(|it| ReadState { unread: it.unread, mentions: it.mentions }))
}

/// The names of those of these people who may sign in.
pub async fn names(tx: &mut TenantTx, ids: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
    row! { struct NameRow { id: UserId, name: String } }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let sql = "SELECT id, name FROM users WHERE tenant_id = $1 AND id = $2 AND status = 'active'";
        let row: Option<NameRow> = tx.optional(sql, args![tx.tenant(), *id]).await?;
        found.extend(row.map(|row| (row.id, row.name)));
    }
    Ok(found)
}

/// People whose name or address begins so, in any case.
pub async fn called(tx: &mut TenantTx, name: &str) -> Result<Vec<UserId>, StoreError> {
    row! { struct IdRow { id: UserId } }
    let sql = "SELECT id FROM users
                WHERE tenant_id = $1 AND (lower(name) LIKE $2 ESCAPE '\\' OR lower(email) LIKE $2 ESCAPE '\\')
                ORDER BY id LIMIT 100";
    let pattern = format!("{}%", rooms::like(name).trim_matches('%'));
    let found: Vec<IdRow> = tx.all(sql, args![tx.tenant(), pattern]).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

//! What happens to a message after it was said.

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, args};

use super::messages::Extra;

/// Keeps what a message said, before it is changed.
pub fn keep(
    tenant: TenantId,
    room: RoomId,
    seq: i64,
    changed: i64,
    by: Option<UserId>,
    at: Timestamp,
) -> Statement {
    Statement {
        sql: "INSERT INTO chat_edits (tenant_id, room_id, seq, changed, by_user, body, extra, at)
              SELECT tenant_id, room_id, seq, $4, $5, body, extra, $6 FROM chat_messages
               WHERE tenant_id = $1 AND room_id = $2 AND seq = $3",
        args: args![tenant, room, seq, changed, by, at],
    }
}

/// Gives a message another text.
pub fn edit(
    tenant: TenantId,
    room: RoomId,
    seq: i64,
    changed: i64,
    text: (&str, String),
    at: Timestamp,
) -> Statement {
    let (body, marks) = text;
    Statement {
        sql: "UPDATE chat_messages SET body = $5, marks = $6, edited_at = $7, changed = $4
               WHERE tenant_id = $1 AND room_id = $2 AND seq = $3 AND deleted_at IS NULL",
        args: args![tenant, room, seq, changed, body, marks, at],
    }
}

/// Empties a message; its place stays.
pub fn delete(tenant: TenantId, room: RoomId, seq: i64, changed: i64, at: Timestamp) -> Statement {
    Statement {
        sql: "UPDATE chat_messages SET body = '', marks = '', extra = $6, deleted_at = $5, pinned_at = NULL,
                changed = $4
              WHERE tenant_id = $1 AND room_id = $2 AND seq = $3 AND deleted_at IS NULL",
        args: args![tenant, room, seq, changed, at, serde_json::json!({})],
    }
}

pub fn pin(tenant: TenantId, room: RoomId, seq: i64, changed: i64, at: Option<Timestamp>) -> Statement {
    Statement {
        sql: "UPDATE chat_messages SET pinned_at = $5, changed = $4
               WHERE tenant_id = $1 AND room_id = $2 AND seq = $3 AND deleted_at IS NULL",
        args: args![tenant, room, seq, changed, at],
    }
}

pub fn set_topic(tenant: TenantId, room: RoomId, seq: i64, changed: i64, topic: Option<&str>) -> Statement {
    Statement {
        sql: "UPDATE chat_messages SET topic = $5, changed = $4
               WHERE tenant_id = $1 AND room_id = $2 AND seq = $3 AND deleted_at IS NULL",
        args: args![tenant, room, seq, changed, topic],
    }
}

pub fn set_extra(tenant: TenantId, room: RoomId, seq: i64, changed: i64, extra: &Extra) -> Statement {
    Statement {
        sql: "UPDATE chat_messages SET extra = $5, changed = $4
               WHERE tenant_id = $1 AND room_id = $2 AND seq = $3 AND deleted_at IS NULL",
        args: args![tenant, room, seq, changed, serde_json::to_value(extra).unwrap_or_default()],
    }
}

/// Adds or takes away a reaction; the message counts as changed.
pub fn react(
    tenant: TenantId,
    room: RoomId,
    seq: i64,
    changed: i64,
    reaction: (&str, UserId, bool),
    at: Timestamp,
) -> [Statement; 2] {
    let (emoji, user, on) = reaction;
    let write = if on {
        Statement {
            sql: "INSERT INTO chat_reactions (tenant_id, room_id, seq, emoji, user_id, at)
                  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            args: args![tenant, room, seq, emoji, user, at],
        }
    } else {
        Statement {
            sql: "DELETE FROM chat_reactions
                   WHERE tenant_id = $1 AND room_id = $2 AND seq = $3 AND emoji = $4 AND user_id = $5",
            args: args![tenant, room, seq, emoji, user],
        }
    };
    let touch = Statement {
        sql: "UPDATE chat_messages SET changed = $4 WHERE tenant_id = $1 AND room_id = $2 AND seq = $3",
        args: args![tenant, room, seq, changed],
    };
    [write, touch]
}

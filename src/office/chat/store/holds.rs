//! Legal holds: what may not be destroyed.

use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

/// A person of a hold.
pub const PERSON: &str = "person";
/// A room of a hold.
pub const ROOM: &str = "room";

/// Whether a hold for which the condition is true covers the message `m`: one in a room that it names, by
/// a person whom it names, or in a conversation of that person; within its time.
macro_rules! held {
    ($which:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM chat_holds h
                       JOIN chat_hold_subjects s ON s.tenant_id = h.tenant_id AND s.hold_id = h.id
                       LEFT JOIN chat_rooms hr ON hr.tenant_id = m.tenant_id AND hr.id = m.room_id
                      WHERE h.tenant_id = m.tenant_id AND ",
            $which,
            " AND (h.from_at IS NULL OR m.created_at >= h.from_at)
              AND (h.until_at IS NULL OR m.created_at <= h.until_at)
              AND ((s.kind = 'room' AND s.subject = m.room_id)
                OR (s.kind = 'person' AND (s.subject = m.author
                                        OR hr.people LIKE '%' || s.id_text || '%'))))"
        )
    };
}
pub(super) use held;

row! {
    /// A hold.
    #[derive(Clone)]
    pub struct HoldRow {
        pub id: Uuid,
        pub name: String,
        pub reason: String,
        pub from_at: Option<Timestamp>,
        pub until_at: Option<Timestamp>,
        pub created_by: Option<UserId>,
        pub created_name: Option<String>,
        pub created_at: Timestamp,
        pub released_by: Option<UserId>,
        pub released_name: Option<String>,
        pub released_at: Option<Timestamp>,
    }
}

row! {
    /// A person or a room of a hold.
    #[derive(Clone)]
    pub struct SubjectRow {
        pub kind: String,
        pub subject: Uuid,
        pub name: Option<String>,
    }
}

macro_rules! hold_sql {
    ($rest:literal) => {
        concat!(
            "SELECT h.id AS id, h.name AS name, h.reason AS reason, h.from_at AS from_at,
                    h.until_at AS until_at, h.created_by AS created_by, c.name AS created_name,
                    h.created_at AS created_at, h.released_by AS released_by, l.name AS released_name,
                    h.released_at AS released_at
               FROM chat_holds h
               LEFT JOIN users c ON c.tenant_id = h.tenant_id AND c.id = h.created_by
               LEFT JOIN users l ON l.tenant_id = h.tenant_id AND l.id = h.released_by ",
            $rest
        )
    };
}

/// All holds, those in force first, then the latest.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<HoldRow>, StoreError> {
    let sql = hold_sql!("WHERE h.tenant_id = $1 ORDER BY (h.released_at IS NOT NULL), h.id DESC LIMIT 500");
    tx.all(sql, args![tx.tenant()]).await
}

pub async fn get(tx: &mut TenantTx, id: Uuid) -> Result<Option<HoldRow>, StoreError> {
    tx.optional(hold_sql!("WHERE h.tenant_id = $1 AND h.id = $2"), args![tx.tenant(), id]).await
}

/// The people and rooms of a hold, by name.
pub async fn subjects(tx: &mut TenantTx, hold: Uuid) -> Result<Vec<SubjectRow>, StoreError> {
    let sql = "SELECT s.kind AS kind, s.subject AS subject, coalesce(u.name, r.name) AS name
                 FROM chat_hold_subjects s
                 LEFT JOIN users u ON s.kind = 'person' AND u.tenant_id = s.tenant_id AND u.id = s.subject
                 LEFT JOIN chat_rooms r ON s.kind = 'room' AND r.tenant_id = s.tenant_id AND r.id = s.subject
                WHERE s.tenant_id = $1 AND s.hold_id = $2 ORDER BY s.kind, 3, s.subject";
    tx.all(sql, args![tx.tenant(), hold]).await
}

/// A hold to be written.
pub struct NewHold<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub reason: &'a str,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub by: Option<UserId>,
    pub at: Timestamp,
    pub people: &'a [UserId],
    pub rooms: &'a [RoomId],
}

pub async fn add(tx: &mut TenantTx, new: &NewHold<'_>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql =
        "INSERT INTO chat_holds (tenant_id, id, name, reason, from_at, until_at, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let NewHold { id, name, reason, from, until, by, at, people, rooms } = new;
    tx.execute(sql, args![tenant, *id, *name, *reason, *from, *until, *by, *at]).await?;
    let people = people.iter().map(|user| (PERSON, user.0));
    for (kind, subject) in people.chain(rooms.iter().map(|room| (ROOM, room.0))) {
        let sql = "INSERT INTO chat_hold_subjects (tenant_id, hold_id, kind, subject, id_text)
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        tx.execute(sql, args![tenant, *id, kind, subject, subject.to_string()]).await?;
    }
    Ok(())
}

/// Ends a hold; false when it has ended already.
pub async fn release(
    tx: &mut TenantTx,
    id: Uuid,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE chat_holds SET released_by = $3, released_at = $4
                WHERE tenant_id = $1 AND id = $2 AND released_at IS NULL";
    Ok(tx.execute(sql, args![tx.tenant(), id, by, at]).await? > 0)
}

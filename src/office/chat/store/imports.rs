//! What an import writes beside what people do themselves.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Args, Statement, StoreError, TenantTx, Val, args, row};

use super::super::json::RepliesJson;
use super::super::model::{Level, MemberRole};
use super::messages::Extra;
use super::rooms::ids_of;

/// A message with everything that has happened to it.
pub struct OldMessage<'a> {
    pub id: i64,
    pub room: RoomId,
    pub seq: i64,
    pub thread: Option<i64>,
    pub author: Option<UserId>,
    pub author_name: Option<&'a str>,
    pub command: Uuid,
    pub body: &'a str,
    pub marks: String,
    pub extra: &'a Extra,
    pub at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub pinned_at: Option<Timestamp>,
}

/// Messages that one statement writes.
pub const ROWS: usize = 16;

macro_rules! insert_sql {
    ($($rest:literal)*) => {
        concat!(
            "INSERT INTO chat_messages (tenant_id, id, room_id, seq, changed, thread_seq, author, author_name,
                command_id, body, marks, extra, replies, created_at, edited_at, deleted_at, pinned_at) VALUES ",
            $($rest),*
        )
    };
}

/// Writes a message unless its id is taken.
pub async fn insert_one(tx: &mut TenantTx, message: &OldMessage<'_>) -> Result<bool, StoreError> {
    let sql = insert_sql!(
        "($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15)
         ON CONFLICT DO NOTHING"
    );
    let mut args = vec![Val::from(tx.tenant())];
    args.extend(message.args());
    Ok(tx.execute(sql, Args(args)).await? > 0)
}

/// Writes `ROWS` messages.
pub async fn insert_many(tx: &mut TenantTx, messages: &[OldMessage<'_>]) -> Result<(), StoreError> {
    // A row's values, `base` placeholders behind the tenant's.
    static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let row = |row: usize| {
            let place = |number: usize| format!("${}", 1 + row * VALUES + number);
            let places: Vec<String> = (1..=VALUES).map(place).collect();
            let (id, rest) = places.split_at(3);
            // `changed` is the number of the posting, and nobody has replied yet.
            format!(
                "($1, {}, {}, {}, 0, {})",
                id.join(", "),
                id[2],
                rest[..7].join(", "),
                rest[7..].join(", ")
            )
        };
        let rows: Vec<String> = (0..ROWS).map(row).collect();
        format!("{}{}", insert_sql!(""), rows.join(", "))
    });
    let mut args = vec![Val::from(tx.tenant())];
    args.extend(messages.iter().flat_map(OldMessage::args));
    tx.execute(SQL.as_str(), Args(args)).await.map(|_| ())
}

/// Values of one message.
const VALUES: usize = 14;

impl OldMessage<'_> {
    fn args(&self) -> [Val; VALUES] {
        [
            self.id.into(),
            self.room.into(),
            self.seq.into(),
            self.thread.into(),
            self.author.into(),
            self.author_name.into(),
            self.command.into(),
            self.body.into(),
            self.marks.as_str().into(),
            serde_json::to_value(self.extra).unwrap_or_default().into(),
            self.at.into(),
            self.edited_at.into(),
            self.deleted_at.into(),
            self.pinned_at.into(),
        ]
    }
}

row! {
    /// A message that an earlier import may have written.
    pub struct KnownRow {
        pub seq: i64,
        pub command_id: Option<Uuid>,
        pub author: Option<UserId>,
        replies: i64,
        last_reply_seq: Option<i64>,
        last_reply_at: Option<Timestamp>,
        repliers: Option<Value>,
    }
}

impl KnownRow {
    #[must_use]
    pub fn replies(&self) -> Option<RepliesJson> {
        let (last_seq, last_at) = self.last_reply_seq.zip(self.last_reply_at)?;
        let authors = ids_of(self.repliers.as_ref());
        (self.replies > 0).then_some(RepliesJson { count: self.replies, last_seq, last_at, authors })
    }
}

/// The messages of a room whose ids lie between two, so between two moments.
pub async fn known(
    tx: &mut TenantTx,
    room: RoomId,
    from: i64,
    upto: i64,
) -> Result<Vec<KnownRow>, StoreError> {
    let sql = "SELECT seq, command_id, author, replies, last_reply_seq, last_reply_at, repliers
                 FROM chat_messages WHERE tenant_id = $1 AND id >= $2 AND id <= $3 AND room_id = $4";
    tx.all(sql, args![tx.tenant(), from, upto, room]).await
}

/// The number of the last message outside of threads, 0 before the first.
pub async fn last_said(tx: &mut TenantTx, room: RoomId) -> Result<i64, StoreError> {
    row! { struct SeqRow { seq: Option<i64> } }
    let sql = "SELECT max(seq) AS seq FROM chat_messages
                WHERE tenant_id = $1 AND room_id = $2 AND thread_seq IS NULL AND deleted_at IS NULL";
    let found: SeqRow = tx.one(sql, args![tx.tenant(), room]).await?;
    Ok(found.seq.unwrap_or(0))
}

/// Lets those who had read a thread up to `before` have read it up to `seq`.
pub fn read_thread(tenant: TenantId, room: RoomId, thread: i64, before: i64, seq: i64) -> Statement {
    Statement {
        sql:
            "UPDATE chat_follows SET read_seq = $5
               WHERE tenant_id = $1 AND room_id = $2 AND thread_seq = $3 AND read_seq >= $4 AND read_seq < $5",
        args: args![tenant, room, thread, before, seq],
    }
}

/// Lets those who had read a room up to `before` have read it up to `seq`.
pub fn read_room(tenant: TenantId, room: RoomId, before: i64, seq: i64) -> Statement {
    Statement {
        sql: "UPDATE chat_members SET read_seq = $4
               WHERE tenant_id = $1 AND room_id = $2 AND read_seq >= $3 AND read_seq < $4",
        args: args![tenant, room, before, seq],
    }
}

/// Adds a person who is not in the room yet.
pub fn join(
    tenant: TenantId,
    room: RoomId,
    user: UserId,
    role: MemberRole,
    read_seq: i64,
    at: Timestamp,
) -> Statement {
    Statement {
        sql: "INSERT INTO chat_members (tenant_id, room_id, user_id, role, read_seq, level, muted, starred,
                joined_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT DO NOTHING",
        args: args![tenant, room, user, role.as_str(), read_seq, Level::All.as_str(), false, at],
    }
}

/// Which groups there are, by handle.
pub async fn group_handles(tx: &mut TenantTx) -> Result<Vec<(String, Uuid)>, StoreError> {
    row! { struct GroupRow { id: Uuid, handle: String } }
    let sql = "SELECT id, handle FROM people_groups WHERE tenant_id = $1";
    let rows: Vec<GroupRow> = tx.all(sql, args![tx.tenant()]).await?;
    Ok(rows.into_iter().map(|row| (row.handle, row.id)).collect())
}

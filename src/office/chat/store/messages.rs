//! Messages, their reactions, and what they were before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

use super::super::json::{
    FileJson, HookMark, MessageJson, PreviewJson, QuoteJson, ReactionJson, RepliesJson,
};
use super::holds::held;
use super::rooms::ids_of;

row! {
    /// A message.
    pub struct MessageRow {
        pub id: i64,
        pub room_id: RoomId,
        pub seq: i64,
        pub changed: i64,
        pub thread_seq: Option<i64>,
        pub topic: Option<String>,
        pub author: Option<UserId>,
        pub author_name: Option<String>,
        pub command_id: Option<Uuid>,
        pub body: String,
        extra: Value,
        replies: i64,
        last_reply_seq: Option<i64>,
        last_reply_at: Option<Timestamp>,
        repliers: Option<Value>,
        pub created_at: Timestamp,
        edited_at: Option<Timestamp>,
        pub deleted_at: Option<Timestamp>,
        pinned_at: Option<Timestamp>,
    }
}

/// What a message holds beside its text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub previews: Vec<PreviewJson>,
    /// Links whose previews were taken away and do not come back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unpreviewed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook: Option<HookMark>,
}

macro_rules! message_sql {
    ($($rest:expr),+) => {
        concat!(
            "SELECT m.id AS id, m.room_id AS room_id, m.seq AS seq, m.changed AS changed,
                    m.thread_seq AS thread_seq, m.topic AS topic, m.author AS author,
                    m.author_name AS author_name, m.command_id AS command_id, m.body AS body,
                    m.extra AS extra, m.replies AS replies, m.last_reply_seq AS last_reply_seq,
                    m.last_reply_at AS last_reply_at, m.repliers AS repliers, m.created_at AS created_at,
                    m.edited_at AS edited_at, m.deleted_at AS deleted_at, m.pinned_at AS pinned_at
               FROM chat_messages m ",
            $($rest),+
        )
    };
}

impl MessageRow {
    #[must_use]
    pub fn extra(&self) -> Extra {
        serde_json::from_value(self.extra.clone()).unwrap_or_default()
    }

    #[must_use]
    pub fn replies(&self) -> Option<RepliesJson> {
        let (last_seq, last_at) = self.last_reply_seq.zip(self.last_reply_at)?;
        let authors = ids_of(self.repliers.as_ref());
        (self.replies > 0).then_some(RepliesJson { count: self.replies, last_seq, last_at, authors })
    }

    /// The message as clients see it.
    #[must_use]
    pub fn json(self, reactions: Vec<ReactionJson>) -> MessageJson {
        let extra = self.extra();
        MessageJson {
            room: self.room_id,
            seq: self.seq,
            thread: self.thread_seq,
            replies: self.replies(),
            topic: self.topic,
            author: self.author,
            author_name: self.author_name,
            previews: extra.shown(&self.body),
            text: self.body,
            files: extra.files,
            quote: extra.quote,
            hook: extra.hook,
            reactions,
            pinned: self.pinned_at.is_some(),
            created_at: self.created_at,
            edited_at: self.edited_at,
            deleted: self.deleted_at.is_some(),
            command_id: self.command_id,
        }
    }
}

/// Which part of a room's history is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    Newest,
    Before(i64),
    After(i64),
}

/// Messages of a room or of one of its threads, in order; at most `limit`.
pub async fn history(
    tx: &mut TenantTx,
    room: RoomId,
    around: Around,
    thread: Option<i64>,
    topic: Option<&str>,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let (before, after) = match around {
        Around::Newest => (i64::MAX, 0),
        Around::Before(seq) => (seq, 0),
        Around::After(seq) => (i64::MAX, seq),
    };
    let tenant = tx.tenant();
    let args = args![tenant, room, before, after, topic, limit, thread];
    let backwards = !matches!(around, Around::After(_));
    let sql = match (thread, backwards) {
        (None, true) => message_sql!(
            "WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.seq < $3 AND m.seq > $4 AND m.thread_seq IS NULL
               AND ($5 IS NULL OR m.topic = $5) AND $7 IS NULL ORDER BY m.seq DESC LIMIT $6"
        ),
        (None, false) => message_sql!(
            "WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.seq < $3 AND m.seq > $4 AND m.thread_seq IS NULL
               AND ($5 IS NULL OR m.topic = $5) AND $7 IS NULL ORDER BY m.seq LIMIT $6"
        ),
        (Some(_), true) => message_sql!(
            "WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.seq < $3 AND m.seq > $4 AND m.thread_seq = $7
               AND ($5 IS NULL OR m.topic = $5) ORDER BY m.seq DESC LIMIT $6"
        ),
        (Some(_), false) => message_sql!(
            "WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.seq < $3 AND m.seq > $4 AND m.thread_seq = $7
               AND ($5 IS NULL OR m.topic = $5) ORDER BY m.seq LIMIT $6"
        ),
    };
    let mut rows: Vec<MessageRow> = tx.all(sql, args).await?;
    if backwards {
        rows.reverse();
    }
    Ok(rows)
}

/// Messages of a room after one number, those of threads too, in order.
pub async fn all_after(
    tx: &mut TenantTx,
    room: RoomId,
    after: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let sql =
        message_sql!("WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.seq > $3 ORDER BY m.seq LIMIT $4");
    tx.all(sql, args![tx.tenant(), room, after, limit]).await
}

/// Messages of the business that a hold covers, behind the entry with this id, in their order.
pub async fn held_after(
    tx: &mut TenantTx,
    hold: Uuid,
    after: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let sql = message_sql!(
        "WHERE m.tenant_id = $1 AND m.id > $2 AND ",
        held!("h.id = $3"),
        " ORDER BY m.id LIMIT $4"
    );
    tx.all(sql, args![tx.tenant(), after, hold, limit]).await
}

/// One message.
pub async fn get(tx: &mut TenantTx, room: RoomId, seq: i64) -> Result<Option<MessageRow>, StoreError> {
    let sql = message_sql!("WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.seq = $3");
    tx.optional(sql, args![tx.tenant(), room, seq]).await
}

/// The message that a command of this person has posted before.
pub async fn by_command(
    tx: &mut TenantTx,
    room: RoomId,
    author: UserId,
    command: Uuid,
) -> Result<Option<MessageRow>, StoreError> {
    let sql =
        message_sql!("WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.author = $3 AND m.command_id = $4");
    tx.optional(sql, args![tx.tenant(), room, author, command]).await
}

/// Messages to which something happened after one number and up to another, in its order.
pub async fn changed(
    tx: &mut TenantTx,
    room: RoomId,
    after: i64,
    upto: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let sql = message_sql!(
        "WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.changed > $3 AND m.changed <= $4
         ORDER BY m.changed LIMIT $5"
    );
    tx.all(sql, args![tx.tenant(), room, after, upto, limit]).await
}

/// The message of a room that was posted at exactly this moment.
pub async fn posted_at(tx: &mut TenantTx, room: RoomId, at: Timestamp) -> Result<Option<i64>, StoreError> {
    row! { struct SeqRow { seq: i64 } }
    // Ids begin with the microsecond.
    let first = at.timestamp_micros() << 10;
    let sql = "SELECT seq FROM chat_messages
                WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND room_id = $4 ORDER BY id LIMIT 1";
    let found: Option<SeqRow> = tx.optional(sql, args![tx.tenant(), first, first + 1024, room]).await?;
    Ok(found.map(|row| row.seq))
}

/// The first message of a room at or after a moment.
pub async fn at(tx: &mut TenantTx, room: RoomId, at: Timestamp) -> Result<Option<i64>, StoreError> {
    row! { struct SeqRow { seq: Option<i64> } }
    let sql = "SELECT min(seq) AS seq FROM chat_messages
                WHERE tenant_id = $1 AND room_id = $2 AND thread_seq IS NULL AND created_at >= $3";
    let found: SeqRow = tx.one(sql, args![tx.tenant(), room, at]).await?;
    Ok(found.seq)
}

/// The pinned messages of a room, the last pinned first.
pub async fn pinned(tx: &mut TenantTx, room: RoomId) -> Result<Vec<MessageRow>, StoreError> {
    let sql = message_sql!(
        "WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.pinned_at IS NOT NULL
         ORDER BY m.pinned_at DESC LIMIT 200"
    );
    tx.all(sql, args![tx.tenant(), room]).await
}

row! {
    struct ReactionRow {
        seq: i64,
        emoji: String,
        user_id: UserId,
    }
}

/// Rows of one room with their reactions.
pub async fn with_reactions(
    tx: &mut TenantTx,
    room: RoomId,
    rows: Vec<MessageRow>,
) -> Result<Vec<MessageJson>, StoreError> {
    let seqs = || rows.iter().map(|row| row.seq);
    let (Some(first), Some(last)) = (seqs().min(), seqs().max()) else { return Ok(Vec::new()) };
    let sql = "SELECT seq, emoji, user_id FROM chat_reactions
                WHERE tenant_id = $1 AND room_id = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq, at, emoji";
    let found: Vec<ReactionRow> = tx.all(sql, args![tx.tenant(), room, first, last]).await?;
    let mut reactions: BTreeMap<i64, Vec<ReactionJson>> = BTreeMap::new();
    for row in found {
        let of = reactions.entry(row.seq).or_default();
        match of.iter_mut().find(|known| known.emoji == row.emoji) {
            Some(known) => known.users.push(row.user_id),
            None => of.push(ReactionJson { emoji: row.emoji, users: vec![row.user_id] }),
        }
    }
    Ok(rows
        .into_iter()
        .map(|row| (reactions.remove(&row.seq).unwrap_or_default(), row))
        .map(|(reactions, row)| row.json(reactions))
        .collect())
}

/// A message with its reactions.
pub async fn get_json(tx: &mut TenantTx, room: RoomId, seq: i64) -> Result<Option<MessageJson>, StoreError> {
    let Some(row) = get(tx, room, seq).await? else { return Ok(None) };
    Ok(with_reactions(tx, room, vec![row]).await?.pop())
}

/// A message to be written.
pub struct NewMessage<'a> {
    pub id: i64,
    pub room: RoomId,
    pub seq: i64,
    pub thread: Option<i64>,
    pub topic: Option<&'a str>,
    pub author: Option<UserId>,
    pub author_name: Option<&'a str>,
    pub command: Option<Uuid>,
    pub body: &'a str,
    pub marks: String,
    pub extra: &'a Extra,
    pub at: Timestamp,
}

pub fn insert(tenant: TenantId, new: NewMessage<'_>) -> Statement {
    let extra = serde_json::to_value(new.extra).unwrap_or_default();
    Statement {
        sql: "INSERT INTO chat_messages (id, tenant_id, room_id, seq, changed, thread_seq, topic, author,
                author_name, command_id, body, marks, extra, replies, created_at)
              VALUES ($2, $1, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13)",
        args: args![
            tenant,
            new.id,
            new.room,
            new.seq,
            new.thread,
            new.topic,
            new.author,
            new.author_name,
            new.command,
            new.body,
            new.marks,
            extra,
            new.at
        ],
    }
}

/// Counts a reply at its root.
pub fn count_reply(tenant: TenantId, room: RoomId, root: i64, replies: &RepliesJson) -> Statement {
    Statement {
        sql: "UPDATE chat_messages SET replies = $4, last_reply_seq = $5, last_reply_at = $6, repliers = $7,
                changed = $5
              WHERE tenant_id = $1 AND room_id = $2 AND seq = $3",
        args: args![
            tenant,
            room,
            root,
            replies.count,
            replies.last_seq,
            replies.last_at,
            serde_json::json!(replies.authors)
        ],
    }
}

/// Different emoji on a message, and whether this one is among them.
pub async fn reactions_on(
    tx: &mut TenantTx,
    room: RoomId,
    seq: i64,
    emoji: &str,
) -> Result<(i64, bool), StoreError> {
    row! { struct Counts { kinds: i64, known: Option<i64> } }
    let sql = "SELECT count(DISTINCT emoji) AS kinds,
                      (SELECT count(*) FROM chat_reactions k WHERE k.tenant_id = $1 AND k.room_id = $2
                         AND k.seq = $3 AND k.emoji = $4) AS known
                 FROM chat_reactions WHERE tenant_id = $1 AND room_id = $2 AND seq = $3";
    let counts: Counts = tx.one(sql, args![tx.tenant(), room, seq, emoji]).await?;
    Ok((counts.kinds, counts.known.unwrap_or(0) > 0))
}

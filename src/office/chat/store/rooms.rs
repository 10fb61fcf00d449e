//! Rooms and who is in them.

use serde_json::Value;

use crate::ids::{RoomId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

use super::super::error::ChatError;
use super::super::json::{LastMessageJson, MembershipJson, RoomJson, RoomStateJson};
use super::super::model::RoomKind;
use super::super::text;

row! {
    /// A room.
    #[derive(Clone)]
    pub struct RoomRow {
        pub id: RoomId,
        pub kind: String,
        pub name: Option<String>,
        pub description: String,
        pub private: bool,
        pub people: Option<String>,
        pub retention_days: Option<i64>,
        pub created_by: Option<UserId>,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
        pub changed: i64,
    }
}

row! {
    struct StateRow {
        id: RoomId,
        kind: String,
        name: Option<String>,
        description: String,
        private: bool,
        people: Option<String>,
        retention_days: Option<i64>,
        created_by: Option<UserId>,
        created_at: Timestamp,
        archived_at: Option<Timestamp>,
        changed: i64,
        last_change: Option<i64>,
        member_count: i64,
        role: Option<String>,
        read_seq: Option<i64>,
        level: Option<String>,
        muted: Option<bool>,
        starred: Option<bool>,
        section: Option<String>,
        unread: i64,
        mentions: i64,
        last_seq: Option<i64>,
        last_author: Option<UserId>,
        last_text: Option<String>,
        last_at: Option<Timestamp>,
    }
}

row! {
    struct Number {
        number: Option<i64>,
    }
}

row! {
    struct RoomIdRow {
        id: RoomId,
    }
}

macro_rules! state_sql {
    ($rest:literal) => {
        concat!(
            "SELECT r.id AS id, r.kind AS kind, r.name AS name, r.description AS description,
                    r.private AS private, r.people AS people, r.retention_days AS retention_days,
                    r.created_by AS created_by, r.created_at AS created_at, r.archived_at AS archived_at,
                    r.changed AS changed,
                    (SELECT max(x.changed) FROM chat_messages x
                      WHERE x.tenant_id = r.tenant_id AND x.room_id = r.id) AS last_change,
                    (SELECT count(*) FROM chat_members c
                      WHERE c.tenant_id = r.tenant_id AND c.room_id = r.id) AS member_count,
                    m.role AS role, m.read_seq AS read_seq, m.level AS level, m.muted AS muted,
                    m.starred AS starred, m.section AS section,
                    (SELECT count(*) FROM (
                        SELECT 1 FROM chat_messages x
                         WHERE x.tenant_id = r.tenant_id AND x.room_id = r.id AND x.seq > m.read_seq
                           AND x.thread_seq IS NULL AND x.deleted_at IS NULL
                           AND (x.author IS NULL OR x.author <> $2) LIMIT 100) AS few) AS unread,
                    (SELECT count(*) FROM chat_mentions x
                      WHERE x.tenant_id = r.tenant_id AND x.user_id = $2 AND x.room_id = r.id
                        AND x.seq > m.read_seq AND x.thread_seq IS NULL) AS mentions,
                    l.seq AS last_seq, l.author AS last_author, l.body AS last_text, l.created_at AS last_at
               FROM chat_rooms r
               LEFT JOIN chat_members m
                 ON m.tenant_id = r.tenant_id AND m.room_id = r.id AND m.user_id = $2
               LEFT JOIN chat_messages l
                 ON l.tenant_id = r.tenant_id AND l.room_id = r.id AND l.seq =
                    (SELECT max(x.seq) FROM chat_messages x
                      WHERE x.tenant_id = r.tenant_id AND x.room_id = r.id
                        AND x.thread_seq IS NULL AND x.deleted_at IS NULL)
              WHERE r.tenant_id = $1 ",
            $rest
        )
    };
}

impl RoomRow {
    /// # Errors
    /// `ChatError::Damaged` for a word of a later release.
    pub fn kind(&self) -> Result<RoomKind, ChatError> {
        self.kind.parse().map_err(|_| ChatError::Damaged("kind of a room"))
    }

    /// The room as clients see it.
    ///
    /// # Errors
    /// As `kind`.
    pub fn json(&self, member_count: usize, last_seq: i64) -> Result<RoomJson, ChatError> {
        Ok(RoomJson {
            id: self.id,
            kind: self.kind()?,
            name: self.name.clone(),
            description: self.description.clone(),
            private: self.private,
            archived: self.archived_at.is_some(),
            created_by: self.created_by,
            created_at: self.created_at,
            members: people_of(self.people.as_deref()),
            member_count: i64::try_from(member_count).unwrap_or(i64::MAX),
            retention_days: self.retention_days,
            last_seq,
        })
    }
}

impl StateRow {
    fn json(self) -> Result<RoomStateJson, ChatError> {
        let word = |_| ChatError::Damaged("word of a room");
        let membership = match (self.role, self.read_seq, self.level) {
            (Some(role), Some(read_seq), Some(level)) => Some(MembershipJson {
                role: role.parse().map_err(word)?,
                read_seq,
                level: level.parse().map_err(word)?,
                muted: self.muted.unwrap_or_default(),
                starred: self.starred.unwrap_or_default(),
                section: self.section,
                unread: self.unread,
                mentions: self.mentions,
            }),
            _ => None,
        };
        let last = self.last_seq.zip(self.last_text).zip(self.last_at);
        let author = self.last_author;
        let last_message = last.map(|((seq, body), created_at)| {
            let text = text::cut(&body, 200);
            LastMessageJson { seq, author, text, created_at }
        });
        let room = RoomRow {
            id: self.id,
            kind: self.kind,
            name: self.name,
            description: self.description,
            private: self.private,
            people: self.people,
            retention_days: self.retention_days,
            created_by: self.created_by,
            created_at: self.created_at,
            archived_at: self.archived_at,
            changed: self.changed,
        };
        let last_seq = self.changed.max(self.last_change.unwrap_or(0));
        let count = usize::try_from(self.member_count).unwrap_or(0);
        Ok(RoomStateJson { room: room.json(count, last_seq)?, membership, last_message })
    }
}

/// The people of a direct or group conversation, as the column holds them.
#[must_use]
pub fn people_text(people: &[UserId]) -> String {
    let mut sorted: Vec<String> = people.iter().map(UserId::to_string).collect();
    sorted.sort_unstable();
    sorted.join(",")
}

fn people_of(text: Option<&str>) -> Vec<UserId> {
    text.into_iter().flat_map(|text| text.split(',')).filter_map(|id| id.parse().ok()).collect()
}

/// A room by its id.
pub async fn find(tx: &mut TenantTx, id: RoomId) -> Result<Option<RoomRow>, StoreError> {
    let sql = "SELECT id, kind, name, description, private, people, retention_days, created_by, created_at,
                      archived_at, changed FROM chat_rooms WHERE tenant_id = $1 AND id = $2";
    tx.optional(sql, args![tx.tenant(), id]).await
}

/// The conversation of these people, or the channel of this name.
pub async fn find_like(
    tx: &mut TenantTx,
    name: Option<&str>,
    people: Option<&str>,
) -> Result<Option<RoomId>, StoreError> {
    let sql = "SELECT id FROM chat_rooms WHERE tenant_id = $1 AND (name = $2 OR people = $3)";
    let found: Option<RoomIdRow> = tx.optional(sql, args![tx.tenant(), name, people]).await?;
    Ok(found.map(|row| row.id))
}

/// The number of the last thing that happened to a message of the room.
pub async fn last_change(tx: &mut TenantTx, room: RoomId) -> Result<i64, StoreError> {
    let sql = "SELECT max(changed) AS number FROM chat_messages WHERE tenant_id = $1 AND room_id = $2";
    let found: Number = tx.one(sql, args![tx.tenant(), room]).await?;
    Ok(found.number.unwrap_or(0))
}

/// All rooms that a person is in.
pub async fn joined(tx: &mut TenantTx, user: UserId) -> Result<Vec<RoomStateJson>, ChatError> {
    let sql = state_sql!("AND m.user_id = $2 ORDER BY r.name, r.id LIMIT 5000");
    let rows: Vec<StateRow> = tx.all(sql, args![tx.tenant(), user]).await?;
    rows.into_iter().map(StateRow::json).collect()
}

/// One room as a person sees it.
pub async fn state(tx: &mut TenantTx, user: UserId, room: RoomId) -> Result<RoomStateJson, ChatError> {
    let sql = state_sql!("AND r.id = $3");
    let found: Option<StateRow> = tx.optional(sql, args![tx.tenant(), user, room]).await?;
    found.ok_or(ChatError::NoRoom)?.json()
}

row! {
    /// A room by name, for a search.
    pub struct NamedRow {
        pub id: RoomId,
        pub kind: String,
        pub name: Option<String>,
    }
}

/// Every room that a person may read; `public` when also channels that they have not joined.
pub async fn readable(tx: &mut TenantTx, user: UserId, public: bool) -> Result<Vec<NamedRow>, StoreError> {
    let sql = "SELECT r.id AS id, r.kind AS kind, r.name AS name FROM chat_rooms r
                WHERE r.tenant_id = $1
                  AND NOT EXISTS (SELECT 1 FROM chat_bans b WHERE b.tenant_id = r.tenant_id
                                     AND b.room_id = r.id AND b.user_id = $2)
                  AND (($3 AND r.kind = 'channel' AND NOT r.private)
                       OR EXISTS (SELECT 1 FROM chat_members m WHERE m.tenant_id = r.tenant_id
                                     AND m.room_id = r.id AND m.user_id = $2))
                ORDER BY r.id LIMIT 10000";
    tx.all(sql, args![tx.tenant(), user, public]).await
}

/// Channels to look through.
pub struct Browse<'a> {
    /// Whether public channels are listed which the person has not joined.
    pub public: bool,
    pub query: Option<&'a str>,
    pub archived: bool,
    pub after: Option<String>,
    pub limit: i64,
}

/// The channels that a person may see, by name.
pub async fn browse(
    tx: &mut TenantTx,
    user: UserId,
    browse: Browse<'_>,
) -> Result<Vec<RoomStateJson>, ChatError> {
    let pattern = browse.query.map(like);
    let sql = state_sql!(
        "AND r.kind = 'channel' AND (m.user_id IS NOT NULL OR ($3 AND NOT r.private))
         AND NOT EXISTS (SELECT 1 FROM chat_bans b WHERE b.tenant_id = r.tenant_id
                            AND b.room_id = r.id AND b.user_id = $2)
         AND (r.archived_at IS NOT NULL) = $4
         AND ($5 IS NULL OR lower(r.name) LIKE $5 ESCAPE '\\' OR lower(r.description) LIKE $5 ESCAPE '\\')
         AND ($6 IS NULL OR r.name > $6)
         ORDER BY r.name LIMIT $7"
    );
    let args = args![tx.tenant(), user, browse.public, browse.archived, pattern, browse.after, browse.limit];
    let rows: Vec<StateRow> = tx.all(sql, args).await?;
    rows.into_iter().map(StateRow::json).collect()
}

/// A pattern for LIKE that finds the text anywhere.
pub(super) fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// Writes a room, new or changed.
pub fn put(tenant: TenantId, room: &RoomRow) -> Statement {
    Statement {
        sql: "INSERT INTO chat_rooms (tenant_id, id, kind, name, description, private, people,
                retention_days, created_by, created_at, archived_at, changed)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
              ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name,
                description = excluded.description, private = excluded.private, people = excluded.people,
                retention_days = excluded.retention_days, archived_at = excluded.archived_at,
                changed = excluded.changed",
        args: args![
            tenant,
            room.id,
            room.kind.as_str(),
            room.name.as_ref(),
            room.description.as_str(),
            room.private,
            room.people.as_ref(),
            room.retention_days,
            room.created_by,
            room.created_at,
            room.archived_at,
            room.changed
        ],
    }
}

/// Writes down the number of what happened to the room itself.
pub fn touch(tenant: TenantId, room: RoomId, changed: i64) -> Statement {
    Statement {
        sql: "UPDATE chat_rooms SET changed = $3 WHERE tenant_id = $1 AND id = $2",
        args: args![tenant, room, changed],
    }
}

/// A JSON list of ids, or nothing when it is something else.
#[must_use]
pub fn ids_of(list: Option<&Value>) -> Vec<UserId> {
    list.and_then(|list| serde_json::from_value(list.clone()).ok()).unwrap_or_default()
}

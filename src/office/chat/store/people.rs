//! What each person keeps in chat: status, keywords, sections, drafts, saved messages; files and emoji.

use serde_json::Value;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

row! {
    /// How someone wants to be seen and told.
    pub struct ProfileRow {
        pub user_id: UserId,
        pub status: Option<Value>,
        pub keywords: Value,
        pub sections: Value,
        pub version: i64,
    }
}

/// The profiles of everyone who has one.
pub async fn profiles(tx: &mut TenantTx) -> Result<Vec<ProfileRow>, StoreError> {
    let sql = "SELECT user_id, status, keywords, sections, version FROM chat_people WHERE tenant_id = $1";
    tx.all(sql, args![tx.tenant()]).await
}

/// The profile of one person, if they have one.
pub async fn profile(tx: &mut TenantTx, user: UserId) -> Result<Option<ProfileRow>, StoreError> {
    let sql = "SELECT user_id, status, keywords, sections, version FROM chat_people
                WHERE tenant_id = $1 AND user_id = $2";
    tx.optional(sql, args![tx.tenant(), user]).await
}

/// Writes a profile as version `profile.version`; false when somebody else has written that meanwhile.
pub async fn put_profile(tx: &mut TenantTx, profile: ProfileRow) -> Result<bool, StoreError> {
    let sql = "INSERT INTO chat_people (tenant_id, user_id, status, keywords, sections, version)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (tenant_id, user_id) DO UPDATE SET status = excluded.status,
                 keywords = excluded.keywords, sections = excluded.sections, version = excluded.version
               WHERE chat_people.version = excluded.version - 1";
    let ProfileRow { user_id, status, keywords, sections, version } = profile;
    let args = args![tx.tenant(), user_id, status, keywords, sections, version];
    Ok(tx.execute(sql, args).await? > 0)
}

row! {
    /// Something that someone has begun to write.
    pub struct DraftRow {
        pub room_id: RoomId,
        /// 0 outside of threads.
        pub thread_seq: i64,
        pub body: String,
        pub updated_at: Timestamp,
    }
}

pub async fn drafts(tx: &mut TenantTx, user: UserId) -> Result<Vec<DraftRow>, StoreError> {
    let sql = "SELECT room_id, thread_seq, body, updated_at FROM chat_drafts
                WHERE tenant_id = $1 AND user_id = $2 ORDER BY updated_at DESC LIMIT 500";
    tx.all(sql, args![tx.tenant(), user]).await
}

/// Keeps a draft; an empty one is forgotten.
pub async fn put_draft(
    tx: &mut TenantTx,
    user: UserId,
    room: RoomId,
    thread: i64,
    body: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    if body.is_empty() {
        let sql = "DELETE FROM chat_drafts
                    WHERE tenant_id = $1 AND user_id = $2 AND room_id = $3 AND thread_seq = $4";
        return tx.execute(sql, args![tenant, user, room, thread]).await.map(|_| ());
    }
    let sql = "INSERT INTO chat_drafts (tenant_id, user_id, room_id, thread_seq, body, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (tenant_id, user_id, room_id, thread_seq)
               DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at";
    tx.execute(sql, args![tenant, user, room, thread, body, now]).await.map(|_| ())
}

row! {
    /// A message that someone has saved.
    pub struct SavedRow {
        pub room_id: RoomId,
        pub seq: i64,
        pub at: Timestamp,
    }
}

/// Messages that someone has saved in rooms that they are still in, the last saved first.
pub async fn saved(
    tx: &mut TenantTx,
    user: UserId,
    before: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<SavedRow>, StoreError> {
    let sql = "SELECT s.room_id AS room_id, s.seq AS seq, s.at AS at FROM chat_saved s
                WHERE s.tenant_id = $1 AND s.user_id = $2 AND ($3 IS NULL OR s.at < $3)
                ORDER BY s.at DESC LIMIT $4";
    tx.all(sql, args![tx.tenant(), user, before, limit]).await
}

/// Which messages of a part of a room someone has saved.
pub async fn saved_between(
    tx: &mut TenantTx,
    user: UserId,
    room: RoomId,
    first: i64,
    last: i64,
) -> Result<Vec<i64>, StoreError> {
    row! { struct SeqRow { seq: i64 } }
    let sql = "SELECT seq FROM chat_saved WHERE tenant_id = $1 AND user_id = $2 AND room_id = $3
                  AND seq >= $4 AND seq <= $5 ORDER BY seq";
    let found: Vec<SeqRow> = tx.all(sql, args![tx.tenant(), user, room, first, last]).await?;
    Ok(found.into_iter().map(|row| row.seq).collect())
}

pub async fn set_saved(
    tx: &mut TenantTx,
    user: UserId,
    room: RoomId,
    seq: i64,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let done = match at {
        Some(at) => {
            let sql = "INSERT INTO chat_saved (tenant_id, user_id, room_id, seq, at)
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
            tx.execute(sql, args![tenant, user, room, seq, at]).await
        }
        None => {
            let sql = "DELETE FROM chat_saved
                        WHERE tenant_id = $1 AND user_id = $2 AND room_id = $3 AND seq = $4";
            tx.execute(sql, args![tenant, user, room, seq]).await
        }
    };
    done.map(|_| ())
}

row! {
    /// A file of a room.
    pub struct FileRow {
        pub hash: String,
        pub name: String,
        pub media_type: String,
        pub size: i64,
        pub width: Option<i64>,
        pub height: Option<i64>,
    }
}

pub async fn add_file(
    tx: &mut TenantTx,
    room: RoomId,
    file: &FileRow,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_files (tenant_id, room_id, hash, name, media_type, size, width, height, by_user, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               ON CONFLICT (tenant_id, room_id, hash) DO UPDATE SET name = excluded.name";
    let FileRow { hash, name, media_type, size, width, height } = file;
    let args = args![tx.tenant(), room, hash, name, media_type, *size, *width, *height, by, at];
    tx.execute(sql, args).await.map(|_| ())
}

/// Adds a file that the server itself has fetched, unless the room has it.
pub async fn keep_file(
    tx: &mut TenantTx,
    room: RoomId,
    file: &FileRow,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_files (tenant_id, room_id, hash, name, media_type, size, width, height, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let FileRow { hash, name, media_type, size, width, height } = file;
    let args = args![tx.tenant(), room, hash, name, media_type, *size, *width, *height, at];
    tx.execute(sql, args).await.map(|_| ())
}

pub async fn file(tx: &mut TenantTx, room: RoomId, hash: &str) -> Result<Option<FileRow>, StoreError> {
    let sql = "SELECT hash, name, media_type, size, width, height FROM chat_files
                WHERE tenant_id = $1 AND room_id = $2 AND hash = $3";
    tx.optional(sql, args![tx.tenant(), room, hash]).await
}

row! {
    /// An emoji of the business's own.
    pub struct EmojiRow {
        pub name: String,
        pub hash: String,
        pub media_type: String,
    }
}

pub async fn emoji(tx: &mut TenantTx) -> Result<Vec<EmojiRow>, StoreError> {
    let sql = "SELECT name, hash, media_type FROM chat_emoji WHERE tenant_id = $1 ORDER BY name LIMIT 5000";
    tx.all(sql, args![tx.tenant()]).await
}

pub async fn add_emoji(
    tx: &mut TenantTx,
    emoji: &EmojiRow,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_emoji (tenant_id, name, hash, media_type, by_user, at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let args = args![tx.tenant(), &emoji.name, &emoji.hash, &emoji.media_type, by, at];
    tx.execute(sql, args).await.map(|_| ())
}

pub async fn remove_emoji(tx: &mut TenantTx, name: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM chat_emoji WHERE tenant_id = $1 AND name = $2";
    Ok(tx.execute(sql, args![tx.tenant(), name]).await? > 0)
}

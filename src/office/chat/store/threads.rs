//! Who follows which thread, who was mentioned where, what waits in threads.

use crate::ids::{RoomId, TenantId, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

/// Makes someone a follower of a thread who has not said otherwise.
pub fn follow(tenant: TenantId, room: RoomId, thread: i64, user: UserId, read_seq: i64) -> Statement {
    Statement {
        sql: "INSERT INTO chat_follows (tenant_id, room_id, thread_seq, user_id, following, muted, read_seq)
              VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (tenant_id, room_id, thread_seq, user_id) DO NOTHING",
        args: args![tenant, room, thread, user, true, false, read_seq],
    }
}

/// Writes down how someone wants to be told of a thread.
pub async fn set_following(
    tx: &mut TenantTx,
    room: RoomId,
    thread: i64,
    user: UserId,
    following: bool,
    muted: bool,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO chat_follows (tenant_id, room_id, thread_seq, user_id, following, muted, read_seq)
               VALUES ($1, $2, $3, $4, $5, $6, $3)
               ON CONFLICT (tenant_id, room_id, thread_seq, user_id)
               DO UPDATE SET following = excluded.following, muted = excluded.muted";
    tx.execute(sql, args![tx.tenant(), room, thread, user, following, muted]).await.map(|_| ())
}

/// Writes down how far someone has read a thread, if they follow it.
pub async fn set_read(
    tx: &mut TenantTx,
    room: RoomId,
    thread: i64,
    user: UserId,
    seq: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE chat_follows SET read_seq = $5
                WHERE tenant_id = $1 AND room_id = $2 AND thread_seq = $3 AND user_id = $4";
    tx.execute(sql, args![tx.tenant(), room, thread, user, seq]).await.map(|_| ())
}

row! {
    /// Someone who follows a thread.
    pub struct FollowerRow {
        pub user_id: UserId,
    }
}

/// Who follows a thread and has not muted it.
pub async fn followers(tx: &mut TenantTx, room: RoomId, thread: i64) -> Result<Vec<FollowerRow>, StoreError> {
    let sql = "SELECT user_id FROM chat_follows
                WHERE tenant_id = $1 AND room_id = $2 AND thread_seq = $3 AND following AND NOT muted";
    tx.all(sql, args![tx.tenant(), room, thread]).await
}

row! {
    /// A thread that someone follows.
    pub struct ThreadRow {
        pub room_id: RoomId,
        pub thread_seq: i64,
        pub read_seq: i64,
        pub last_reply_seq: i64,
        pub unread: i64,
    }
}

/// Threads that a person follows, those with the latest replies first.
pub async fn followed(
    tx: &mut TenantTx,
    user: UserId,
    unread_only: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<ThreadRow>, StoreError> {
    tx.all(
        "SELECT f.room_id AS room_id, f.thread_seq AS thread_seq, f.read_seq AS read_seq,
                x.id AS last_reply_seq,
                (SELECT count(*) FROM chat_messages c
                  WHERE c.tenant_id = f.tenant_id AND c.room_id = f.room_id AND c.thread_seq = f.thread_seq
                    AND c.seq > f.read_seq AND c.deleted_at IS NULL
                    AND (c.author IS NULL OR c.author <> $2)) AS unread
           FROM chat_follows f
           JOIN chat_members m ON m.tenant_id = f.tenant_id AND m.room_id = f.room_id AND m.user_id = f.user_id
           JOIN chat_messages r ON r.tenant_id = f.tenant_id AND r.room_id = f.room_id AND r.seq = f.thread_seq
           JOIN chat_messages x ON x.tenant_id = f.tenant_id AND x.room_id = f.room_id
                               AND x.seq = r.last_reply_seq
          WHERE f.tenant_id = $1 AND f.user_id = $2 AND f.following
            AND ($3 IS NULL OR x.id < $3) AND (NOT $4 OR r.last_reply_seq > f.read_seq)
          ORDER BY x.id DESC LIMIT $5",
        args![tx.tenant(), user, before, unread_only, limit],
    )
    .await
}

/// How many followed threads have replies that the person has not read.
pub async fn unread(tx: &mut TenantTx, user: UserId) -> Result<i64, StoreError> {
    row! { struct Count { count: i64 } }
    let sql = "SELECT count(*) AS count FROM chat_follows f
                 JOIN chat_members m ON m.tenant_id = f.tenant_id AND m.room_id = f.room_id
                                    AND m.user_id = f.user_id
                 JOIN chat_messages r ON r.tenant_id = f.tenant_id AND r.room_id = f.room_id
                                     AND r.seq = f.thread_seq
                WHERE f.tenant_id = $1 AND f.user_id = $2 AND f.following AND NOT f.muted
                  AND r.last_reply_seq > f.read_seq";
    let found: Count = tx.one(sql, args![tx.tenant(), user]).await?;
    Ok(found.count)
}

/// Notes that a message mentions a person.
pub fn mention(tenant: TenantId, room: RoomId, seq: i64, thread: Option<i64>, user: UserId) -> Statement {
    Statement {
        sql: "INSERT INTO chat_mentions (tenant_id, user_id, room_id, seq, thread_seq)
              VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        args: args![tenant, user, room, seq, thread],
    }
}

/// Lets a person who leaves a room follow none of its threads.
pub fn unfollow_room(tenant: TenantId, room: RoomId, user: UserId) -> Statement {
    Statement {
        sql: "DELETE FROM chat_follows WHERE tenant_id = $1 AND room_id = $2 AND user_id = $3",
        args: args![tenant, room, user],
    }
}

row! {
    /// How someone wants to be told of a thread.
    pub struct FollowRow {
        pub following: bool,
        pub muted: bool,
        pub read_seq: i64,
    }
}

pub async fn of(
    tx: &mut TenantTx,
    room: RoomId,
    thread: i64,
    user: UserId,
) -> Result<Option<FollowRow>, StoreError> {
    let sql = "SELECT following, muted, read_seq FROM chat_follows
                WHERE tenant_id = $1 AND room_id = $2 AND thread_seq = $3 AND user_id = $4";
    tx.optional(sql, args![tx.tenant(), room, thread, user]).await
}

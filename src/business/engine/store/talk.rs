//! What people say about records, and who wants to hear of it.

use crate::ids::{CommentId, RecordId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

row! {
    pub struct CommentRow {
        pub id: CommentId,
        pub author: UserId,
        pub body: String,
        pub created_at: Timestamp,
        pub edited_at: Option<Timestamp>,
    }
}

row! {
    struct FollowerRow {
        user_id: UserId,
    }
}

/// Comments before one, the latest first.
pub async fn comments(
    tx: &mut TenantTx,
    record: RecordId,
    before: Option<CommentId>,
    limit: i64,
) -> Result<Vec<CommentRow>, StoreError> {
    let before = before.unwrap_or(CommentId(uuid::Uuid::max()));
    let sql = "SELECT id, author, body, created_at, edited_at FROM record_comments
                WHERE tenant_id = $1 AND record = $2 AND id < $3 AND deleted_at IS NULL ORDER BY id DESC LIMIT $4";
    tx.all(sql, args![tx.tenant(), record, before, limit]).await
}

/// One comment of a record.
pub async fn comment(
    tx: &mut TenantTx,
    record: RecordId,
    id: CommentId,
) -> Result<Option<CommentRow>, StoreError> {
    let sql = "SELECT id, author, body, created_at, edited_at FROM record_comments
                WHERE tenant_id = $1 AND record = $2 AND id = $3 AND deleted_at IS NULL";
    tx.optional(sql, args![tx.tenant(), record, id]).await
}

pub async fn insert_comment(
    tx: &mut TenantTx,
    record: RecordId,
    comment: &CommentRow,
) -> Result<(), StoreError> {
    let CommentRow { id, author, body, created_at, .. } = comment;
    let sql = "INSERT INTO record_comments (tenant_id, id, record, author, body, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, args![tx.tenant(), *id, record, *author, body, *created_at]).await?;
    Ok(())
}

/// Writes other words; none of them take the comment away.
pub async fn change_comment(
    tx: &mut TenantTx,
    id: CommentId,
    body: Option<&str>,
    at: Timestamp,
) -> Result<(), StoreError> {
    match body {
        Some(body) => {
            let sql = "UPDATE record_comments SET body = $3, edited_at = $4 WHERE tenant_id = $1 AND id = $2";
            tx.execute(sql, args![tx.tenant(), id, body, at]).await?;
        }
        None => {
            let sql =
                "UPDATE record_comments SET body = '', deleted_at = $3 WHERE tenant_id = $1 AND id = $2";
            tx.execute(sql, args![tx.tenant(), id, at]).await?;
        }
    }
    Ok(())
}

pub async fn follow(tx: &mut TenantTx, record: RecordId, user: UserId, on: bool) -> Result<(), StoreError> {
    let sql = if on {
        "INSERT INTO record_followers (tenant_id, record, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM record_followers WHERE tenant_id = $1 AND record = $2 AND user_id = $3"
    };
    tx.execute(sql, args![tx.tenant(), record, user]).await?;
    Ok(())
}

/// Who follows a record.
pub async fn followers(tx: &mut TenantTx, record: RecordId, limit: i64) -> Result<Vec<UserId>, StoreError> {
    let sql =
        "SELECT user_id FROM record_followers WHERE tenant_id = $1 AND record = $2 ORDER BY user_id LIMIT $3";
    let rows: Vec<FollowerRow> = tx.all(sql, args![tx.tenant(), record, limit]).await?;
    Ok(rows.into_iter().map(|row| row.user_id).collect())
}

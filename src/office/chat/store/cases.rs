//! Messages that were reported, and by whom.

use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

row! {
    /// A reported message, as it was when it was reported first.
    pub struct CaseRow {
        pub id: Uuid,
        pub room_id: RoomId,
        pub room_name: Option<String>,
        pub room_kind: Option<String>,
        pub seq: i64,
        pub author: Option<UserId>,
        pub author_name: String,
        pub body: String,
        pub said_at: Timestamp,
        pub opened_at: Timestamp,
        pub resolved_at: Option<Timestamp>,
        pub resolved_by: Option<UserId>,
        pub resolved_name: Option<String>,
        pub outcome: Option<String>,
        pub note: Option<String>,
        /// Null when the message is gone for good.
        pub deleted: Option<bool>,
    }
}

row! {
    /// Why somebody has reported a message.
    pub struct ReportRow {
        pub by_user: UserId,
        pub by_name: Option<String>,
        pub reason: String,
        pub at: Timestamp,
    }
}

macro_rules! case_sql {
    ($rest:literal) => {
        concat!(
            "SELECT c.id AS id, c.room_id AS room_id, r.name AS room_name, r.kind AS room_kind, c.seq AS seq,
                    c.author AS author, c.author_name AS author_name, c.body AS body, c.said_at AS said_at,
                    c.opened_at AS opened_at, c.resolved_at AS resolved_at, c.resolved_by AS resolved_by,
                    w.name AS resolved_name, c.outcome AS outcome, c.note AS note,
                    CASE WHEN m.seq IS NULL THEN NULL ELSE (m.deleted_at IS NOT NULL) END AS deleted
               FROM chat_cases c
               LEFT JOIN chat_rooms r ON r.tenant_id = c.tenant_id AND r.id = c.room_id
               LEFT JOIN users w ON w.tenant_id = c.tenant_id AND w.id = c.resolved_by
               LEFT JOIN chat_messages m
                 ON m.tenant_id = c.tenant_id AND m.room_id = c.room_id AND m.seq = c.seq ",
            $rest
        )
    };
}

/// Cases that wait or that are decided, the latest first.
pub async fn list(
    tx: &mut TenantTx,
    resolved: bool,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    let sql = case_sql!(
        "WHERE c.tenant_id = $1 AND (c.resolved_at IS NOT NULL) = $2 AND ($3 IS NULL OR c.id < $3)
         ORDER BY c.id DESC LIMIT $4"
    );
    tx.all(sql, args![tx.tenant(), resolved, before, limit]).await
}

pub async fn get(tx: &mut TenantTx, id: Uuid) -> Result<Option<CaseRow>, StoreError> {
    let sql = case_sql!("WHERE c.tenant_id = $1 AND c.id = $2");
    tx.optional(sql, args![tx.tenant(), id]).await
}

/// The case of a message, if it was reported.
pub async fn of_message(tx: &mut TenantTx, room: RoomId, seq: i64) -> Result<Option<CaseRow>, StoreError> {
    let sql = case_sql!("WHERE c.tenant_id = $1 AND c.room_id = $2 AND c.seq = $3");
    tx.optional(sql, args![tx.tenant(), room, seq]).await
}

/// How many cases wait.
pub async fn open_count(tx: &mut TenantTx) -> Result<i64, StoreError> {
    row! { struct Count { count: i64 } }
    let sql = "SELECT count(*) AS count FROM chat_cases WHERE tenant_id = $1 AND resolved_at IS NULL";
    Ok(tx.one::<Count>(sql, args![tx.tenant()]).await?.count)
}

/// A message that is reported for the first time.
pub struct NewCase<'a> {
    pub id: Uuid,
    pub room: RoomId,
    pub seq: i64,
    pub author: Option<UserId>,
    pub author_name: &'a str,
    pub body: &'a str,
    pub said_at: Timestamp,
    pub at: Timestamp,
}

pub async fn open(tx: &mut TenantTx, new: &NewCase<'_>) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO chat_cases (tenant_id, id, room_id, seq, author, author_name, body, said_at, opened_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let NewCase { id, room, seq, author, author_name, body, said_at, at } = new;
    let args = args![tx.tenant(), *id, *room, *seq, *author, *author_name, *body, *said_at, *at];
    tx.execute(sql, args).await.map(|_| ())
}

/// Lets a case wait again.
pub async fn reopen(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let sql = "UPDATE chat_cases SET resolved_at = NULL, resolved_by = NULL, outcome = NULL, note = NULL
                WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), id]).await.map(|_| ())
}

/// Decides a case that waits; false when somebody has decided it before.
pub async fn resolve(
    tx: &mut TenantTx,
    id: Uuid,
    by: Option<UserId>,
    (outcome, note): (&str, &str),
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE chat_cases SET resolved_at = $3, resolved_by = $4, outcome = $5, note = $6
                WHERE tenant_id = $1 AND id = $2 AND resolved_at IS NULL";
    Ok(tx.execute(sql, args![tx.tenant(), id, at, by, outcome, note]).await? > 0)
}

/// Writes why somebody reports a message; false when they have done so before.
pub async fn report(
    tx: &mut TenantTx,
    case: Uuid,
    by: UserId,
    reason: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO chat_reports (tenant_id, case_id, by_user, reason, at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, args![tx.tenant(), case, by, reason, at]).await? > 0)
}

/// Why a message was reported, the first reason first.
pub async fn reports(tx: &mut TenantTx, case: Uuid) -> Result<Vec<ReportRow>, StoreError> {
    let sql = "SELECT p.by_user AS by_user, u.name AS by_name, p.reason AS reason, p.at AS at
                 FROM chat_reports p LEFT JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.by_user
                WHERE p.tenant_id = $1 AND p.case_id = $2 ORDER BY p.at, p.by_user LIMIT 100";
    tx.all(sql, args![tx.tenant(), case]).await
}

/// How much somebody has reported since a moment.
pub async fn reports_since(tx: &mut TenantTx, by: UserId, since: Timestamp) -> Result<i64, StoreError> {
    row! { struct Count { count: i64 } }
    let sql = "SELECT count(*) AS count FROM chat_reports WHERE tenant_id = $1 AND by_user = $2 AND at > $3";
    Ok(tx.one::<Count>(sql, args![tx.tenant(), by, since]).await?.count)
}

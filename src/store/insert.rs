//! Rows of the log on SQLite, many in one statement.

use std::sync::OnceLock;

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _, SqlStr};

use uuid::Uuid;

use crate::ids::{TenantId, Timestamp, UserId};

use super::append::Append;
use super::error::StoreError;
use super::lane::Lease;
use super::log::Entry;
use super::value::timestamp_text;

/// Rows of the statements that are kept prepared; fewer rows are filled up with nulls.
const SIZES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/// Rows of one statement.
pub(super) const MOST: usize = SIZES[SIZES.len() - 1];

/// A row on its way into the log.
pub(super) struct NewRow<'a> {
    entity: Uuid,
    seq: i64,
    kind: &'a str,
    author: Option<UserId>,
    data: &'a [u8],
    at: Timestamp,
}

impl<'a> NewRow<'a> {
    pub(super) fn of(entity: Uuid, entry: &'a Entry) -> Self {
        let Entry { seq, kind, author, data, at } = entry;
        Self { entity, seq: *seq, kind, author: *author, data, at: *at }
    }
}

impl<'a> From<&'a Append> for NewRow<'a> {
    fn from(entry: &'a Append) -> Self {
        let Append { entity, seq, kind, author, data, at } = entry;
        Self { entity: *entity, seq: *seq, kind, author: *author, data, at: *at }
    }
}

/// How an insert stands to its transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The transaction is around it: one way to SQLite's thread and back instead of three.
    Whole,
    /// One of several statements of a transaction.
    Part,
    /// As `Part`, without what a snapshot stands for already.
    Young,
}

/// Writes entries to the log in one transaction of their own.
pub(super) async fn insert_all(
    lease: &mut Lease,
    tenant: TenantId,
    entries: &[NewRow<'_>],
) -> Result<(), StoreError> {
    if entries.len() <= MOST {
        let args = rows(tenant, entries)?;
        let written = sqlx::query_with(insert(entries.len(), Form::Whole), args);
        let written = written.execute(lease.connection()?).await;
        // What was lost on the way may have been committed.
        written.map_err(|error| lease.failed_with(StoreError::of_commit(error)))?;
        return Ok(());
    }
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(lease.connection()?).await;
    begun.map_err(|error| lease.failed(error))?;
    insert_chunks(lease, tenant, entries, Form::Part).await?;
    let committed = sqlx::query("COMMIT").execute(lease.connection()?).await;
    committed.map_err(|error| lease.failed_with(StoreError::of_commit(error)))?;
    Ok(())
}

/// Writes entries to the log in the caller's transaction, without those that a snapshot stands for.
pub(super) async fn insert_young(
    lease: &mut Lease,
    tenant: TenantId,
    entries: &[NewRow<'_>],
) -> Result<(), StoreError> {
    insert_chunks(lease, tenant, entries, Form::Young).await
}

async fn insert_chunks(
    lease: &mut Lease,
    tenant: TenantId,
    entries: &[NewRow<'_>],
    form: Form,
) -> Result<(), StoreError> {
    for chunk in entries.chunks(MOST) {
        let args = rows(tenant, chunk)?;
        let written = sqlx::query_with(insert(chunk.len(), form), args).execute(lease.connection()?).await;
        written.map_err(|error| lease.failed(error))?;
    }
    Ok(())
}

fn statement_size(rows: usize) -> usize {
    SIZES.into_iter().find(|size| *size >= rows).unwrap_or(MOST)
}

/// The values of some rows, filled up with nulls to the size of a prepared statement.
fn rows(tenant: TenantId, entries: &[NewRow<'_>]) -> Result<SqliteArguments, sqlx::Error> {
    let nulls = 6 * (statement_size(entries.len()) - entries.len());
    let mut args = SqliteArguments::default();
    args.reserve(1 + entries.len() * 6 + nulls, 0);
    let mut add = || {
        args.add(tenant.0.as_bytes().to_vec())?;
        for entry in entries {
            args.add(entry.entity.as_bytes().to_vec())?;
            args.add(entry.seq)?;
            args.add(entry.kind.to_owned())?;
            args.add(entry.author.map(|author| author.0.as_bytes().to_vec()))?;
            args.add(entry.data.to_vec())?;
            args.add(timestamp_text(entry.at))?;
        }
        (0..nulls).try_for_each(|_| args.add(None::<i64>))
    };
    add().map_err(sqlx::Error::Encode)?;
    Ok(args)
}

/// An insert of `rows` rows.
fn insert(rows: usize, form: Form) -> SqlStr {
    static MADE: OnceLock<[[SqlStr; 9]; 3]> = OnceLock::new();
    let index = SIZES.iter().position(|size| *size >= rows).unwrap_or(SIZES.len() - 1);
    let make = || [Form::Whole, Form::Part, Form::Young].map(|form| SIZES.map(|size| build(size, form)));
    MADE.get_or_init(make)[form as usize][index].clone()
}

fn build(rows: usize, form: Form) -> SqlStr {
    // Placeholders without numbers: SQLite looks for the name of a numbered one among all of them.
    let values = vec!["(?, ?, ?, ?, ?, ?)"; rows].join(", ");
    let (begin, commit) = if form == Form::Whole { ("BEGIN IMMEDIATE; ", "; COMMIT") } else { ("", "") };
    let young = match form {
        Form::Young => {
            "AND NOT EXISTS (SELECT 1 FROM snapshots
                              WHERE tenant_id = given.tenant AND entity = column1 AND seq >= column2)"
        }
        Form::Whole | Form::Part => "",
    };
    AssertSqlSafe(format!(
        "{begin}INSERT INTO log (tenant_id, entity, seq, kind, author, data, at)
         SELECT given.tenant, column1, column2, column3, column4, column5, column6
           FROM (SELECT ? AS tenant) AS given, (VALUES {values}) AS rows
          WHERE column1 IS NOT NULL {young}{commit}"
    ))
    .into_sql_str()
}

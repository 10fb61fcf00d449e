//! The journal, on SQLite: what many entities append with one commit is one row.
//!
//! The log is ordered by entity, so a commit for many entities changes a page for each of them. The
//! journal is ordered by time: such a commit changes one page. What has gathered in it moves to the
//! log together, several entries of each entity to one page, and without the entries that a snapshot
//! stands for by then. Readers of the log look into both.

use std::collections::{HashMap, HashSet};

use bytes::{Buf as _, BufMut as _, Bytes};
use chrono::DateTime;
use sqlx::Row as _;
use uuid::Uuid;

use crate::ids::{TenantId, UserId};

use super::append::Append;
use super::error::StoreError;
use super::insert::{NewRow, insert_all, insert_young};
use super::lane::Lease;
use super::log::Entry;
use super::sqlite::Sqlite;

/// A commit of fewer entries changes as few pages in the log itself.
const MANY: usize = 3;
/// A commit of more bytes is written once, to its place.
const LARGE: usize = 64 * 1024;
/// The journal moves to the log when it holds this much: a pause of some milliseconds.
const FULL: (usize, usize) = (1024, 512 * 1024);
/// Positions that are kept in mind.
const HEADS: usize = 8192;

/// What the one writer of a file knows about its journal and its log.
#[derive(Default)]
pub(super) struct Journal {
    /// The last position of entities that were written lately.
    heads: HashMap<Uuid, i64>,
    /// Entities that have entries in the journal.
    waiting: HashSet<Uuid>,
    entries: usize,
    bytes: usize,
}

/// Stores entries in one transaction of their own.
pub(super) async fn append(
    lease: &mut Lease,
    tenant: TenantId,
    entries: &[&Append],
) -> Result<(), StoreError> {
    // Nobody but the holder of the lease sees it, and a holder that goes away leaves nothing: the
    // next one then looks into the file.
    let mut journal = match lease.take_journal() {
        Some(journal) if !journal.is_full() => journal,
        known => {
            settle(lease, tenant).await?;
            known.unwrap_or_default().emptied()
        }
    };
    let result = journal.add(lease, tenant, entries).await;
    if matches!(result, Ok(()) | Err(StoreError::Conflict)) {
        lease.keep_journal(journal);
    }
    result
}

/// Before a caller's own statement on the log of `entity`: nothing of it is left in the journal.
pub(super) async fn clear_for(lease: &mut Lease, tenant: TenantId, entity: Uuid) -> Result<(), StoreError> {
    match lease.take_journal() {
        Some(mut journal) if !journal.waiting.contains(&entity) => {
            journal.heads.remove(&entity);
            lease.keep_journal(journal);
        }
        // What is in the journal afterwards is known when the caller has committed, and not before.
        _ => move_all(lease, tenant).await?,
    }
    Ok(())
}

/// Moves the whole journal to the log.
pub(super) async fn settle(lease: &mut Lease, tenant: TenantId) -> Result<(), StoreError> {
    lease.in_transaction = true;
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(lease.connection()?).await;
    begun.map_err(|error| lease.failed(error))?;
    move_all(lease, tenant).await?;
    let committed = sqlx::query("COMMIT").execute(lease.connection()?).await;
    committed.map_err(|error| lease.failed(error))?;
    Ok(())
}

/// A transaction that reads, with everything that was stored before it in the log.
pub(super) async fn read_settled(sqlite: &Sqlite, tenant: TenantId) -> Result<Lease, StoreError> {
    let mut writer = sqlite.writer(tenant).await?;
    drop(writer.take_journal());
    settle(&mut writer, tenant).await?;
    writer.in_transaction = false;
    let mut reader = sqlite.read(tenant).await?;
    // What a transaction sees is settled by its first statement: nobody else writes meanwhile.
    let first = sqlx::query("SELECT id FROM journal LIMIT 1").fetch_optional(reader.connection()?).await;
    first.map_err(|error| reader.failed(error))?;
    drop(writer);
    Ok(reader)
}

/// The entries of an entity that wait in the journal.
pub(super) async fn entries_of(lease: &mut Lease, entity: Uuid) -> Result<Vec<Entry>, StoreError> {
    let records = read_all(lease).await?;
    Ok(records.into_iter().filter(|record| record.entity == entity).map(|record| record.entry).collect())
}

async fn move_all(lease: &mut Lease, tenant: TenantId) -> Result<(), StoreError> {
    let mut records = read_all(lease).await?;
    if records.is_empty() {
        return Ok(());
    }
    records.sort_unstable_by_key(|record| (record.entity, record.entry.seq));
    let rows: Vec<_> = records.iter().map(|record| NewRow::of(record.entity, &record.entry)).collect();
    insert_young(lease, tenant, &rows).await?;
    let deleted = sqlx::query("DELETE FROM journal").execute(lease.connection()?).await;
    deleted.map_err(|error| lease.failed(error))?;
    Ok(())
}

async fn read_all(lease: &mut Lease) -> Result<Vec<Record>, StoreError> {
    let read = sqlx::query("SELECT data FROM journal ORDER BY id").fetch_all(lease.connection()?).await;
    let mut records = Vec::new();
    for row in read.map_err(|error| lease.failed(error))? {
        let mut data = Bytes::from(row.try_get::<Vec<u8>, _>(0)?);
        while !data.is_empty() {
            records.push(Record::take(&mut data).ok_or_else(|| StoreError::Damaged("journal".into()))?);
        }
    }
    Ok(records)
}

impl Journal {
    fn is_full(&self) -> bool {
        self.entries >= FULL.0 || self.bytes >= FULL.1
    }

    /// What is known after everything has moved to the log.
    fn emptied(mut self) -> Self {
        if self.heads.len() > HEADS {
            self.heads = HashMap::new();
        }
        Self { heads: self.heads, ..Self::default() }
    }

    async fn add(
        &mut self,
        lease: &mut Lease,
        tenant: TenantId,
        entries: &[&Append],
    ) -> Result<(), StoreError> {
        let known = self.check(entries)?;
        let bytes = entries.iter().map(|entry| entry.data.len()).sum::<usize>();
        // The log itself refuses a position that is taken; the journal takes only what cannot be.
        if known && entries.len() >= MANY && bytes <= LARGE {
            write(lease, entries).await?;
            self.waiting.extend(entries.iter().map(|entry| entry.entity));
            self.entries += entries.len();
            self.bytes += bytes;
        } else {
            let rows: Vec<_> = entries.iter().map(|entry| NewRow::from(*entry)).collect();
            insert_all(lease, tenant, &rows).await?;
        }
        for entry in entries {
            let head = self.heads.entry(entry.entity).or_insert(entry.seq);
            *head = entry.seq.max(*head);
        }
        Ok(())
    }

    /// Whether it is known of all entries that their positions are free.
    fn check(&self, entries: &[&Append]) -> Result<bool, StoreError> {
        let mut heads: HashMap<Uuid, i64> = HashMap::with_capacity(entries.len());
        let mut known = true;
        for entry in entries {
            match heads.get(&entry.entity).or_else(|| self.heads.get(&entry.entity)) {
                Some(head) if entry.seq <= *head => return Err(StoreError::Conflict),
                Some(_) => drop(heads.insert(entry.entity, entry.seq)),
                None => known = false,
            }
        }
        Ok(known)
    }
}

async fn write(lease: &mut Lease, entries: &[&Append]) -> Result<(), StoreError> {
    let mut data = Vec::with_capacity(entries.iter().map(|entry| entry.data.len() + 80).sum());
    entries.iter().for_each(|entry| put(&mut data, entry));
    // One way to SQLite's thread and back, as for a row of the log.
    let sql = "BEGIN IMMEDIATE; INSERT INTO journal (data) VALUES (?); COMMIT";
    let written = sqlx::query(sql).bind(data).execute(lease.connection()?).await;
    written.map_err(|error| lease.failed_with(StoreError::of_commit(error)))?;
    Ok(())
}

/// An entry of the journal and whose it is.
struct Record {
    entity: Uuid,
    entry: Entry,
}

/// `entity, seq, microseconds, author or zeros, length and kind, length and data`, numbers in 8 bytes
/// and lengths in 4, little endian.
fn put(out: &mut Vec<u8>, entry: &Append) {
    out.put_slice(entry.entity.as_bytes());
    out.put_i64_le(entry.seq);
    out.put_i64_le(entry.at.timestamp_micros());
    out.put_slice(entry.author.map_or(Uuid::nil(), Uuid::from).as_bytes());
    for part in [entry.kind.as_bytes(), &entry.data] {
        // Invariant: a batch of this size goes to the log itself, see `LARGE`.
        out.put_u32_le(part.len() as u32);
        out.put_slice(part);
    }
}

impl Record {
    fn take(data: &mut Bytes) -> Option<Self> {
        let entity = take_id(data)?;
        let seq = data.try_get_i64_le().ok()?;
        let at = DateTime::from_timestamp_micros(data.try_get_i64_le().ok()?)?;
        let author = Some(take_id(data)?).filter(|id| !id.is_nil()).map(UserId);
        let kind = String::from_utf8(take_part(data)?.into()).ok()?;
        let data = take_part(data)?;
        Some(Self { entity, entry: Entry { seq, kind, author, data, at } })
    }
}

fn take_id(data: &mut Bytes) -> Option<Uuid> {
    if data.len() < 16 { None } else { Uuid::from_slice(&data.split_to(16)).ok() }
}

fn take_part(data: &mut Bytes) -> Option<Bytes> {
    let size = data.try_get_u32_le().ok()? as usize;
    if data.len() < size { None } else { Some(data.split_to(size)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_its_entries_back_and_a_cut_one_is_damaged() {
        let entry = |author, data: &'static [u8]| Append {
            entity: Uuid::from_u128(7),
            seq: 9,
            kind: "test.written",
            author,
            data: Bytes::from_static(data),
            at: DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap(),
        };
        let mut row = Vec::new();
        put(&mut row, &entry(Some(UserId(Uuid::from_u128(3))), b"one"));
        let first = row.len();
        put(&mut row, &entry(None, b""));
        let mut data = Bytes::from(row);
        for end in 0..first {
            assert!(Record::take(&mut data.slice(..end)).is_none(), "cut at {end}");
        }
        let one = Record::take(&mut data).unwrap();
        assert_eq!((one.entity, one.entry.seq, &one.entry.data[..]), (Uuid::from_u128(7), 9, &b"one"[..]));
        assert_eq!(
            (one.entry.author, one.entry.kind.as_str()),
            (Some(UserId(Uuid::from_u128(3))), "test.written")
        );
        assert_eq!(Record::take(&mut data).unwrap().entry.author, None);
        assert!(data.is_empty());
    }
}

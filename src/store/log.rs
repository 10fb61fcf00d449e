//! The append log: entries per entity, folded into snapshots.

use bytes::Bytes;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId};
use crate::scope::Scope;

use super::Store;
use super::error::StoreError;
use super::row::row;
use super::tx::TenantTx;
use super::value::args;

/// What the log holds of one entity: the latest snapshot and all entries after it.
#[derive(Debug, Default)]
pub struct Loaded {
    pub snapshot: Option<Snapshot>,
    pub entries: Vec<Entry>,
}

/// A state that stands for all entries up to `seq`.
#[derive(Debug)]
pub struct Snapshot {
    pub seq: i64,
    pub data: Bytes,
}

/// One entry of the log.
#[derive(Debug)]
pub struct Entry {
    pub seq: i64,
    pub kind: String,
    pub author: Option<UserId>,
    pub data: Bytes,
    pub at: Timestamp,
}

impl Loaded {
    /// Position of the last entry; 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        let entry = self.entries.last().map(|entry| entry.seq);
        entry.or(self.snapshot.as_ref().map(|snapshot| snapshot.seq)).unwrap_or(0)
    }
}

row! {
    struct SnapshotRow {
        seq: i64,
        data: Vec<u8>,
    }
}

row! {
    struct EntryRow {
        seq: i64,
        kind: String,
        author: Option<UserId>,
        data: Vec<u8>,
        at: Timestamp,
    }
}

impl Store {
    /// Reads the log of an entity in one consistent state.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn load_log(&self, scope: &Scope, entity: Uuid) -> Result<Loaded, StoreError> {
        let mut tx = self.read(scope).await?;
        let sql = "SELECT seq, data FROM snapshots WHERE tenant_id = $1 AND entity = $2";
        let snapshot: Option<SnapshotRow> = tx.optional(sql, args![scope.tenant, entity]).await?;
        let after = snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
        let entries: Vec<EntryRow> = tx
            .all(
                "SELECT seq, kind, author, data, at FROM log
                  WHERE tenant_id = $1 AND entity = $2 AND seq > $3 ORDER BY seq",
                args![scope.tenant, entity, after],
            )
            .await?;
        let journaled = tx.journaled(entity).await?;
        let entry = |row: EntryRow| Entry {
            seq: row.seq,
            kind: row.kind,
            author: row.author,
            data: row.data.into(),
            at: row.at,
        };
        let mut entries: Vec<Entry> = entries.into_iter().map(entry).collect();
        if !journaled.is_empty() {
            entries.extend(journaled.into_iter().filter(|entry| entry.seq > after));
            entries.sort_by_key(|entry| entry.seq);
        }
        let snapshot = snapshot.map(|row| Snapshot { seq: row.seq, data: row.data.into() });
        Ok(Loaded { snapshot, entries })
    }

    /// Lets a snapshot stand for all entries of an entity up to `upto`.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable; nothing has changed then.
    pub async fn compact(
        &self,
        scope: &Scope,
        entity: Uuid,
        upto: i64,
        snapshot: Bytes,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin(scope).await?;
        let written = tx
            .execute(
                "INSERT INTO snapshots (tenant_id, entity, seq, data) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, entity) DO UPDATE SET seq = excluded.seq, data = excluded.data
                   WHERE snapshots.seq <= excluded.seq",
                args![scope.tenant, entity, upto, snapshot],
            )
            .await?;
        // A younger snapshot is there already: this one came too late.
        if written == 0 {
            return Ok(());
        }
        tx.execute(
            "DELETE FROM log WHERE tenant_id = $1 AND entity = $2 AND seq <= $3",
            args![scope.tenant, entity, upto],
        )
        .await?;
        tx.commit().await
    }
}

impl TenantTx {
    /// Deletes log and snapshot of an entity.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn forget(&mut self, entity: Uuid) -> Result<(), StoreError> {
        let tenant = self.tenant();
        self.clear_journal(entity).await?;
        self.execute("DELETE FROM log WHERE tenant_id = $1 AND entity = $2", args![tenant, entity]).await?;
        self.execute("DELETE FROM snapshots WHERE tenant_id = $1 AND entity = $2", args![tenant, entity])
            .await?;
        Ok(())
    }
}

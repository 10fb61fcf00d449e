//! The stream of events: append, read by record, by batch, by person.

use serde_json::Value;
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::event::Event;
use crate::ids::{RecordId, Timestamp, UserId};
use crate::store::{Dialect, Sql as Text, StoreError, TenantTx, args, row};

use super::way::indexed;

/// The cursor that counts events.
const HEAD: &str = "head";

const COLUMNS: &str = "e.seq AS seq, e.record AS record, e.kind AS kind, e.version AS version, e.name AS name, \
     e.at AS at, e.actor AS actor, e.via AS via, e.batch AS batch, e.changes AS changes";

row! {
    struct EventRow {
        seq: i64,
        record: RecordId,
        kind: String,
        version: i64,
        name: String,
        at: Timestamp,
        actor: Option<UserId>,
        via: String,
        batch: Uuid,
        changes: Value,
    }
}

row! {
    struct SeqRow {
        seq: i64,
    }
}

row! {
    struct Moment {
        seq: i64,
        at: Timestamp,
    }
}

impl TryFrom<EventRow> for Event {
    type Error = EngineError;

    fn try_from(row: EventRow) -> Result<Self, EngineError> {
        let damaged = EngineError::Damaged("event");
        let EventRow { seq, record, kind, version, name, at, actor, batch, .. } = row;
        let via = row.via.parse().map_err(|()| damaged.clone())?;
        let changes = serde_json::from_value(row.changes).map_err(|_| damaged)?;
        Ok(Self { seq, record, kind, version, name, at, actor, via, batch, changes })
    }
}

/// The number of the last event. Until the transaction ends nobody else gets one.
pub async fn lock_head(tx: &mut TenantTx) -> Result<i64, StoreError> {
    if let Some(row) = take(tx, HEAD).await? {
        return Ok(row);
    }
    set_cursor(tx, HEAD, 0).await?;
    Ok(take(tx, HEAD).await?.unwrap_or_default())
}

async fn take(tx: &mut TenantTx, name: &str) -> Result<Option<i64>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT seq FROM record_cursors WHERE tenant_id = $1 AND name = $2",
        Dialect::Postgres => "SELECT seq FROM record_cursors WHERE tenant_id = $1 AND name = $2 FOR UPDATE",
    };
    let row: Option<SeqRow> = tx.optional(sql, args![tx.tenant(), name]).await?;
    Ok(row.map(|row| row.seq))
}

/// Writes down the number of the last event.
pub async fn set_head(tx: &mut TenantTx, seq: i64) -> Result<(), StoreError> {
    set_cursor(tx, HEAD, seq).await
}

/// The number of the last event, as a reader sees it.
pub async fn head(tx: &mut TenantTx) -> Result<i64, StoreError> {
    cursor(tx, HEAD).await
}

/// How far a consumer has come; from the beginning when it has never read.
pub async fn cursor(tx: &mut TenantTx, name: &str) -> Result<i64, StoreError> {
    let sql = "SELECT seq FROM record_cursors WHERE tenant_id = $1 AND name = $2";
    let row: Option<SeqRow> = tx.optional(sql, args![tx.tenant(), name]).await?;
    Ok(row.map_or(0, |row| row.seq))
}

/// Writes down how far a consumer has come.
pub async fn set_cursor(tx: &mut TenantTx, name: &str, seq: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO record_cursors (tenant_id, name, seq) VALUES ($1, $2, $3)
               ON CONFLICT (tenant_id, name) DO UPDATE SET seq = excluded.seq";
    tx.execute(sql, args![tx.tenant(), name, seq]).await?;
    Ok(())
}

/// Appends an event.
pub async fn append(tx: &mut TenantTx, event: &Event) -> Result<(), StoreError> {
    let changes =
        serde_json::to_value(&event.changes).map_err(|error| StoreError::Damaged(error.to_string()))?;
    tx.execute(
        "INSERT INTO record_events (tenant_id, seq, record, kind, version, name, at, actor, via, batch, changes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            tx.tenant(),
            event.seq,
            event.record,
            &event.kind,
            event.version,
            &event.name,
            event.at,
            event.actor,
            event.via.as_str(),
            event.batch,
            changes
        ],
    )
    .await?;
    Ok(())
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    Record(RecordId),
    Batch(Uuid),
    /// Those of one person since a moment.
    Actor(UserId, Timestamp),
    Kind(&'a str),
    All,
}

/// Events before a number, the latest first.
pub async fn before(
    tx: &mut TenantTx,
    wanted: Wanted<'_>,
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>, EngineError> {
    read(tx, wanted, "e.seq < $2 ORDER BY e.seq DESC", seq, limit).await
}

/// Events after a number, the oldest first.
pub async fn after(
    tx: &mut TenantTx,
    wanted: Wanted<'_>,
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>, EngineError> {
    read(tx, wanted, "e.seq > $2 ORDER BY e.seq", seq, limit).await
}

/// Events of a name that commands have told, after a number, the oldest first.
pub async fn told(tx: &mut TenantTx, name: &str, seq: i64, limit: i64) -> Result<Vec<Event>, EngineError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM record_events e{}
          WHERE e.tenant_id = $1 AND e.name = $2 AND e.seq > $3
            AND e.name NOT IN ('created', 'changed', 'deleted', 'restored', 'merged')
          ORDER BY e.seq LIMIT $4",
        indexed(tx.dialect(), "record_events_told")
    );
    let rows: Vec<EventRow> = tx.all(Text::Built(sql), args![tx.tenant(), name, seq, limit]).await?;
    rows.into_iter().map(Event::try_from).collect()
}

async fn read(
    tx: &mut TenantTx,
    wanted: Wanted<'_>,
    range: &str,
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>, EngineError> {
    let mut args = args![tx.tenant(), seq, limit];
    let (which, index) = match wanted {
        Wanted::Record(record) => {
            args.0.push(record.into());
            (" AND e.record = $4", Some("record_events_by_record"))
        }
        Wanted::Batch(batch) => {
            args.0.push(batch.into());
            (" AND e.batch = $4", Some("record_events_by_batch"))
        }
        Wanted::Actor(actor, since) => {
            args.0.extend([actor.into(), since.into()]);
            (" AND e.actor = $4 AND e.at >= $5", Some("record_events_by_actor"))
        }
        Wanted::Kind(kind) => {
            args.0.push(kind.into());
            (" AND e.kind = $4", Some("record_events_by_kind"))
        }
        Wanted::All => ("", None),
    };
    let index = index.map(|index| indexed(tx.dialect(), index)).unwrap_or_default();
    let sql = format!(
        "SELECT {COLUMNS} FROM record_events e{index} WHERE e.tenant_id = $1{which} AND {range} LIMIT $3"
    );
    let rows: Vec<EventRow> = tx.all(Text::Built(sql), args).await?;
    rows.into_iter().map(Event::try_from).collect()
}

/// The number of the last event of a moment or before it. Events come in the order of time.
pub async fn seq_at(tx: &mut TenantTx, at: Timestamp) -> Result<i64, StoreError> {
    let next = "SELECT seq, at FROM record_events WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT 1";
    let (mut before, mut after) = (0, head(tx).await? + 1);
    // `before` is not later than the moment, everything from `after` on is.
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        let found: Option<Moment> = tx.optional(next, args![tx.tenant(), middle - 1]).await?;
        match found {
            Some(event) if event.at <= at => before = event.seq,
            _ => after = middle,
        }
    }
    Ok(before)
}

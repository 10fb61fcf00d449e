//! Records: read one, write one.

use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::Slot;
use crate::business::engine::filter::Place;
use crate::business::engine::kind::Kind;
use crate::business::engine::record::Stored;
use crate::business::engine::value::{self, Key};
use crate::ids::{RecordId, Timestamp, UserId};
use crate::store::{Args, Sql as Text, StoreError, TenantTx, Val, args, row};

use super::way::Way;

/// Columns that every record has, as lists and single reads want them.
pub(super) const COLUMNS: &str = "r.id AS id, r.kind AS kind, r.version AS version, r.seq AS seq, r.state AS state, \
     r.owner AS owner, r.created_at AS created_at, r.created_by AS created_by, r.updated_at AS updated_at, \
     r.updated_by AS updated_by, r.deleted_at AS deleted_at, r.merged_into AS merged_into, r.fields AS fields";

row! {
    pub(super) struct RecordRow {
        id: RecordId,
        kind: String,
        version: i64,
        seq: i64,
        state: String,
        owner: Option<UserId>,
        created_at: Timestamp,
        created_by: Option<UserId>,
        updated_at: Timestamp,
        updated_by: Option<UserId>,
        deleted_at: Option<Timestamp>,
        merged_into: Option<RecordId>,
        fields: Value,
    }
}

row! {
    struct ReferrerRow {
        record: RecordId,
        kind: String,
        field: String,
    }
}

/// Who refers to a record, and by which field.
pub struct Referrer {
    pub record: RecordId,
    pub kind: String,
    pub field: String,
}

impl TryFrom<RecordRow> for Stored {
    type Error = EngineError;

    fn try_from(row: RecordRow) -> Result<Self, EngineError> {
        let RecordRow { id, kind, version, seq, state, owner, .. } = row;
        let Value::Object(fields) = row.fields else { return Err(EngineError::Damaged("record")) };
        let RecordRow { created_at, created_by, updated_at, updated_by, deleted_at, merged_into, .. } = row;
        Ok(Self {
            id,
            kind,
            version,
            seq,
            state,
            owner,
            created_at,
            created_by,
            updated_at,
            updated_by,
            deleted_at,
            merged_into,
            fields,
        })
    }
}

/// Reads a record, whether it is deleted or not.
pub async fn get(tx: &mut TenantTx, id: RecordId) -> Result<Option<Stored>, EngineError> {
    let sql = format!("SELECT {COLUMNS} FROM records r WHERE r.tenant_id = $1 AND r.id = $2");
    let row: Option<RecordRow> = tx.optional(Text::Built(sql), args![tx.tenant(), id]).await?;
    row.map(Stored::try_from).transpose()
}

/// Records of one type whose key in a slot is this one, the oldest first.
pub async fn with_key(
    tx: &mut TenantTx,
    kind: &Kind,
    slot: Slot,
    key: &Key,
    limit: i64,
) -> Result<Vec<Stored>, EngineError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records r{} WHERE r.tenant_id = $1 AND r.kind = $2 AND r.{} = $3 ORDER BY r.id LIMIT $4",
        Way::along(tx.dialect(), Place::Slot(slot)).hint(),
        slot.column()
    );
    let key: Val = match key {
        Key::Text(text) => text.into(),
        Key::Number(number) => (*number).into(),
    };
    let rows: Vec<RecordRow> = tx.all(Text::Built(sql), args![tx.tenant(), &kind.name, key, limit]).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// Who refers to a record.
pub async fn referrers(tx: &mut TenantTx, id: RecordId, limit: i64) -> Result<Vec<Referrer>, StoreError> {
    let sql = "SELECT v.record AS record, v.kind AS kind, v.field AS field FROM record_values v
                 JOIN records r ON r.tenant_id = v.tenant_id AND r.id = v.record
                WHERE v.tenant_id = $1 AND v.value = $2 AND r.deleted_at IS NULL ORDER BY v.record LIMIT $3";
    let rows: Vec<ReferrerRow> = tx.all(sql, args![tx.tenant(), id.to_string(), limit]).await?;
    Ok(rows.into_iter().map(|ReferrerRow { record, kind, field }| Referrer { record, kind, field }).collect())
}

/// Writes a new record.
pub async fn insert(tx: &mut TenantTx, kind: &Kind, record: &Stored) -> Result<(), StoreError> {
    let mut columns = String::new();
    let mut args = args![
        tx.tenant(),
        record.id,
        &record.kind,
        record.version,
        record.seq,
        &record.state,
        record.owner,
        record.created_at,
        record.created_by,
        record.updated_at,
        record.updated_by,
        Value::Object(record.fields.clone()),
        value::words(kind, &record.fields),
    ];
    // Of one text for each type, so that the statement stays prepared.
    for (slot, key) in slots(kind, record) {
        columns.push_str(", ");
        columns.push_str(slot.column());
        args.0.push(key);
    }
    let places: Vec<String> = (1..=args.0.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "INSERT INTO records (tenant_id, id, kind, version, seq, state, owner, created_at, created_by, updated_at, \
         updated_by, fields, words{columns}) VALUES ({})",
        places.join(", ")
    );
    tx.execute(Text::Built(sql), args).await?;
    enter(tx, kind, record).await
}

/// Writes a record that has changed.
pub async fn update(
    tx: &mut TenantTx,
    kind: &Kind,
    before: &Stored,
    after: &Stored,
) -> Result<(), StoreError> {
    let mut set = String::from(
        "version = $3, seq = $4, updated_at = $5, updated_by = $6, fields = $7, state = $8, owner = $9, \
         deleted_at = $10, merged_into = $11",
    );
    let mut args = args![
        tx.tenant(),
        after.id,
        after.version,
        after.seq,
        after.updated_at,
        after.updated_by,
        Value::Object(after.fields.clone()),
        &after.state,
        after.owner,
        after.deleted_at,
        after.merged_into,
    ];
    for (column, value) in moved(kind, before, after) {
        args.0.push(value);
        set.push_str(&format!(", {column} = ${}", args.0.len()));
    }
    let sql = format!("UPDATE records SET {set} WHERE tenant_id = $1 AND id = $2");
    tx.execute(Text::Built(sql), args).await?;
    if entries(kind, before) != entries(kind, after) {
        tx.execute(
            "DELETE FROM record_values WHERE tenant_id = $1 AND record = $2",
            args![tx.tenant(), after.id],
        )
        .await?;
        enter(tx, kind, after).await?;
    }
    Ok(())
}

/// The keys and words of a record that have changed: only these touch an index.
fn moved(kind: &Kind, before: &Stored, after: &Stored) -> Vec<(&'static str, Val)> {
    let keys = slots(kind, before).into_iter().zip(slots(kind, after));
    let mut moved: Vec<_> =
        keys.filter(|((_, old), (_, new))| old != new).map(|(_, (slot, new))| (slot.column(), new)).collect();
    let (old, new) = (words(kind, before), words(kind, after));
    if old != new {
        moved.push(("words", new.into()));
    }
    moved
}

/// Writes the keys of a record anew, after its type has changed.
pub async fn rekey(
    tx: &mut TenantTx,
    before: &Kind,
    after: &Kind,
    record: &Stored,
) -> Result<(), StoreError> {
    let mut args = args![tx.tenant(), record.id];
    let mut set = Vec::new();
    for ((slot, old), (_, new)) in slots(before, record).into_iter().zip(slots(after, record)) {
        if old != new {
            args.0.push(new);
            set.push(format!("{} = ${}", slot.column(), args.0.len()));
        }
    }
    if !set.is_empty() {
        let sql = format!("UPDATE records SET {} WHERE tenant_id = $1 AND id = $2", set.join(", "));
        tx.execute(Text::Built(sql), args).await?;
    }
    Ok(())
}

/// The record's values in all slots of its type; a deleted one has none.
fn slots(kind: &Kind, record: &Stored) -> Vec<(Slot, Val)> {
    let is_there = record.deleted_at.is_none();
    let of = |field: &super::super::field::Field| {
        let slot = field.slot?;
        let key = record
            .fields
            .get(&field.name)
            .filter(|_| is_there)
            .and_then(|value| value::key(&field.holds, value));
        let value = match (slot, key) {
            (Slot::Text(_), Some(Key::Text(text))) => Val::Text(Some(text)),
            (Slot::Number(_), Some(Key::Number(number))) => Val::Int(Some(number)),
            (Slot::Text(_), _) => Val::Text(None),
            (Slot::Number(_), _) => Val::Int(None),
        };
        Some((slot, value))
    };
    kind.fields.iter().filter_map(of).collect()
}

fn words(kind: &Kind, record: &Stored) -> String {
    if record.deleted_at.is_some() { String::new() } else { value::words(kind, &record.fields) }
}

fn entries<'a>(kind: &'a Kind, record: &'a Stored) -> Vec<(&'a str, &'a str)> {
    if record.deleted_at.is_some() {
        return Vec::new();
    }
    value::entries(kind, &record.fields).map(|(field, text)| (field.name.as_str(), text)).collect()
}

async fn enter(tx: &mut TenantTx, kind: &Kind, record: &Stored) -> Result<(), StoreError> {
    for (field, text) in entries(kind, record) {
        tx.execute(
            "INSERT INTO record_values (tenant_id, value, kind, field, record) VALUES ($1, $2, $3, $4, $5)",
            args![tx.tenant(), text, &kind.name, field, record.id],
        )
        .await?;
    }
    Ok(())
}

/// The arguments of a statement with more of them.
pub(super) fn with(mut args: Args, more: impl IntoIterator<Item = Val>) -> Args {
    args.0.extend(more);
    args
}

//! Imports: their rows, the batches that they have written, what is wrong with rows.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::import::Import;
use crate::ids::{Timestamp, UserId};
use crate::store::{Sql as Text, StoreError, TenantTx, args, row};

const COLUMNS: &str = "i.id AS id, i.kind AS kind, i.owner AS owner, i.name AS name, i.state AS state, i.about AS about, \
     i.settings AS settings, i.progress AS progress, i.attempt AS attempt, i.next AS next, i.created_at AS created_at";

row! {
    struct ImportRow {
        id: Uuid,
        kind: String,
        owner: UserId,
        name: String,
        state: String,
        about: Value,
        settings: Value,
        progress: Value,
        attempt: i64,
        next: i64,
        created_at: Timestamp,
    }
}

row! {
    struct BodyRow {
        body: Vec<u8>,
    }
}

row! {
    struct BatchRow {
        batch: Uuid,
    }
}

row! {
    struct CountRow {
        count: i64,
    }
}

row! {
    struct FaultRow {
        line: i64,
        why: String,
    }
}

impl TryFrom<ImportRow> for Import {
    type Error = EngineError;

    fn try_from(row: ImportRow) -> Result<Self, EngineError> {
        let damaged = || EngineError::Damaged("import");
        let ImportRow { id, kind, owner, name, attempt, next, created_at, .. } = row;
        Ok(Self {
            id,
            kind,
            owner,
            name,
            state: row.state.parse().map_err(|()| damaged())?,
            about: serde_json::from_value(row.about).map_err(|_| damaged())?,
            settings: serde_json::from_value(row.settings).map_err(|_| damaged())?,
            progress: serde_json::from_value(row.progress).map_err(|_| damaged())?,
            created_at,
            attempt,
            next,
        })
    }
}

fn json(value: &impl Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// Writes a new import.
pub async fn insert(tx: &mut TenantTx, import: &Import) -> Result<(), StoreError> {
    let sql = "INSERT INTO record_imports (tenant_id, id, kind, owner, name, state, about, settings, progress, attempt,
                                           next, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let args = args![
        tx.tenant(),
        import.id,
        &import.kind,
        import.owner,
        &import.name,
        import.state.as_str(),
        json(&import.about)?,
        json(&import.settings)?,
        json(&import.progress)?,
        import.attempt,
        import.next,
        import.created_at,
    ];
    tx.execute(sql, args).await?;
    Ok(())
}

/// Writes down how an import is now.
pub async fn update(tx: &mut TenantTx, import: &Import) -> Result<(), StoreError> {
    let sql = "UPDATE record_imports SET state = $3, about = $4, settings = $5, progress = $6, attempt = $7, next = $8
                WHERE tenant_id = $1 AND id = $2";
    let args = args![
        tx.tenant(),
        import.id,
        import.state.as_str(),
        json(&import.about)?,
        json(&import.settings)?,
        json(&import.progress)?,
        import.attempt,
        import.next,
    ];
    tx.execute(sql, args).await?;
    Ok(())
}

/// Reads an import.
pub async fn get(tx: &mut TenantTx, id: Uuid) -> Result<Option<Import>, EngineError> {
    let sql = format!("SELECT {COLUMNS} FROM record_imports i WHERE i.tenant_id = $1 AND i.id = $2");
    let row: Option<ImportRow> = tx.optional(Text::Built(sql), args![tx.tenant(), id]).await?;
    row.map(Import::try_from).transpose()
}

/// The imports of a type, the latest first; those of one person, unless nobody is named.
pub async fn list(
    tx: &mut TenantTx,
    kind: &str,
    owner: Option<UserId>,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Import>, EngineError> {
    let whose = if owner.is_some() { "i.owner = $5" } else { "$5 IS NULL" };
    let sql = format!(
        "SELECT {COLUMNS} FROM record_imports i
          WHERE i.tenant_id = $1 AND i.kind = $2 AND i.id < $3 AND {whose} ORDER BY i.id DESC LIMIT $4"
    );
    let args = args![tx.tenant(), kind, before, limit, owner];
    let rows: Vec<ImportRow> = tx.all(Text::Built(sql), args).await?;
    rows.into_iter().map(Import::try_from).collect()
}

/// How many imports somebody has begun since a moment.
pub async fn count_since(tx: &mut TenantTx, owner: UserId, since: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) AS count FROM record_imports WHERE tenant_id = $1 AND owner = $2 AND created_at > $3";
    let row: CountRow = tx.one(sql, args![tx.tenant(), owner, since]).await?;
    Ok(row.count)
}

/// Keeps some rows of a file.
pub async fn add_part(tx: &mut TenantTx, import: Uuid, part: i64, body: Vec<u8>) -> Result<(), StoreError> {
    let sql = "INSERT INTO record_import_parts (tenant_id, import, part, body) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, args![tx.tenant(), import, part, body]).await?;
    Ok(())
}

/// Some rows of a file.
pub async fn part(tx: &mut TenantTx, import: Uuid, part: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT body FROM record_import_parts WHERE tenant_id = $1 AND import = $2 AND part = $3";
    let row: Option<BodyRow> = tx.optional(sql, args![tx.tenant(), import, part]).await?;
    Ok(row.map(|row| row.body))
}

/// Forgets the rows of files that were brought before a moment, and what was wrong with them.
pub async fn forget_before(tx: &mut TenantTx, moment: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM record_import_parts WHERE tenant_id = $1 AND import IN
           (SELECT id FROM record_imports WHERE tenant_id = $1 AND created_at < $2)",
        "DELETE FROM record_import_faults WHERE tenant_id = $1 AND import IN
           (SELECT id FROM record_imports WHERE tenant_id = $1 AND created_at < $2)",
    ] {
        tx.execute(sql, args![tx.tenant(), moment]).await?;
    }
    Ok(())
}

/// Notes a batch before it is written.
pub async fn add_batch(tx: &mut TenantTx, import: Uuid, batch: Uuid) -> Result<(), StoreError> {
    let sql = "INSERT INTO record_import_batches (tenant_id, import, nr, batch)
               SELECT $1, $2, (SELECT count(*) + 1 FROM record_import_batches WHERE tenant_id = $1 AND import = $2), $3";
    tx.execute(sql, args![tx.tenant(), import, batch]).await?;
    Ok(())
}

/// The batches of an import, the last one first.
pub async fn batches(tx: &mut TenantTx, import: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let sql = "SELECT batch FROM record_import_batches WHERE tenant_id = $1 AND import = $2 ORDER BY nr DESC";
    let rows: Vec<BatchRow> = tx.all(sql, args![tx.tenant(), import]).await?;
    Ok(rows.into_iter().map(|row| row.batch).collect())
}

/// Makes an import one that was never run.
pub async fn begin_anew(tx: &mut TenantTx, import: Uuid) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM record_import_batches WHERE tenant_id = $1 AND import = $2",
        "DELETE FROM record_import_faults WHERE tenant_id = $1 AND import = $2",
    ] {
        tx.execute(sql, args![tx.tenant(), import]).await?;
    }
    Ok(())
}

/// Writes down what is wrong with the rows of a part, and with no others of it.
pub async fn set_faults(
    tx: &mut TenantTx,
    import: Uuid,
    part: i64,
    faults: &[(i64, String)],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM record_import_faults WHERE tenant_id = $1 AND import = $2 AND part = $3";
    tx.execute(sql, args![tx.tenant(), import, part]).await?;
    for (line, why) in faults {
        let sql = "INSERT INTO record_import_faults (tenant_id, import, line, part, why) VALUES ($1, $2, $3, $4, $5)";
        tx.execute(sql, args![tx.tenant(), import, *line, part, why]).await?;
    }
    Ok(())
}

/// What is wrong with rows of a part.
pub async fn faults(tx: &mut TenantTx, import: Uuid, part: i64) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = "SELECT line, why FROM record_import_faults
                WHERE tenant_id = $1 AND import = $2 AND part = $3 ORDER BY line";
    let rows: Vec<FaultRow> = tx.all(sql, args![tx.tenant(), import, part]).await?;
    Ok(rows.into_iter().map(|FaultRow { line, why }| (line, why)).collect())
}

/// Removes an import and everything of it.
pub async fn remove(tx: &mut TenantTx, import: Uuid) -> Result<(), StoreError> {
    begin_anew(tx, import).await?;
    for sql in [
        "DELETE FROM record_import_parts WHERE tenant_id = $1 AND import = $2",
        "DELETE FROM record_imports WHERE tenant_id = $1 AND id = $2",
    ] {
        tx.execute(sql, args![tx.tenant(), import]).await?;
    }
    Ok(())
}

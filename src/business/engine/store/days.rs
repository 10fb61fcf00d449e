//! Records by a day in one of their fields.

use crate::business::engine::field::Slot;
use crate::ids::RecordId;
use crate::store::{Sql as Text, StoreError, TenantTx, args, row};

row! {
    struct DueRow {
        id: RecordId,
    }
}

row! {
    struct NextRow {
        next: Option<i64>,
    }
}

/// Records of a type whose day is this one or an earlier one.
pub async fn due(
    tx: &mut TenantTx,
    kind: &str,
    slot: Slot,
    today: i64,
    limit: i64,
) -> Result<Vec<RecordId>, StoreError> {
    let column = slot.column();
    let sql = format!(
        "SELECT r.id AS id FROM records r
          WHERE r.tenant_id = $1 AND r.kind = $2 AND r.{column} IS NOT NULL AND r.{column} <= $3
          ORDER BY r.{column}, r.id LIMIT $4"
    );
    let rows: Vec<DueRow> = tx.all(Text::Built(sql), args![tx.tenant(), kind, today, limit]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The first day of a type.
pub async fn first(tx: &mut TenantTx, kind: &str, slot: Slot) -> Result<Option<i64>, StoreError> {
    let column = slot.column();
    let sql = format!(
        "SELECT min(r.{column}) AS next FROM records r
          WHERE r.tenant_id = $1 AND r.kind = $2 AND r.{column} IS NOT NULL"
    );
    let row: NextRow = tx.one(Text::Built(sql), args![tx.tenant(), kind]).await?;
    Ok(row.next)
}

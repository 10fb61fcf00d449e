//! What people have saved for themselves or share: views of lists, dashboards.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::{GroupId, Timestamp, UserId};
use crate::store::{Sql as Text, StoreError, TenantTx, args, row};

row! {
    /// Something that was saved; `kind` is the type whose list it shows, or the shelf on which it lies.
    #[derive(Clone)]
    pub struct SavedRow {
        pub id: Uuid,
        pub kind: String,
        pub owner: Option<UserId>,
        pub team: Option<GroupId>,
        pub name: String,
        pub place: i64,
        pub opens: bool,
        pub definition: Value,
        pub version: i64,
        pub changed_by: Option<UserId>,
        pub changed_at: Timestamp,
    }
}

const COLUMNS: &str = "v.id AS id, v.kind AS kind, v.owner AS owner, v.team AS team, v.name AS name, v.place AS place, \
     v.opens AS opens, v.definition AS definition, v.version AS version, v.changed_by AS changed_by, \
     v.changed_at AS changed_at";

/// What one person has saved of a type, and what anyone shares, each in its order.
pub async fn all(tx: &mut TenantTx, kind: &str, user: Option<UserId>) -> Result<Vec<SavedRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM record_views v
          WHERE v.tenant_id = $1 AND v.kind = $2 AND (v.owner = $3 OR v.owner IS NULL)
          ORDER BY v.place, v.id"
    );
    tx.all(Text::Built(sql), args![tx.tenant(), kind, user]).await
}

/// One of them.
pub async fn find(tx: &mut TenantTx, kind: &str, id: Uuid) -> Result<Option<SavedRow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM record_views v WHERE v.tenant_id = $1 AND v.kind = $2 AND v.id = $3");
    tx.optional(Text::Built(sql), args![tx.tenant(), kind, id]).await
}

/// Writes it, new or changed.
pub async fn put(tx: &mut TenantTx, row: &SavedRow) -> Result<(), StoreError> {
    let SavedRow { id, kind, owner, team, name, place, opens, definition, version, changed_by, changed_at } =
        row;
    let sql =
        "INSERT INTO record_views (tenant_id, id, kind, owner, team, name, place, opens, definition, version,
                                         changed_by, changed_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               ON CONFLICT (tenant_id, id) DO UPDATE SET
                 owner = excluded.owner, team = excluded.team, name = excluded.name, place = excluded.place,
                 opens = excluded.opens, definition = excluded.definition, version = excluded.version,
                 changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    let args = args![
        tx.tenant(),
        *id,
        kind,
        *owner,
        *team,
        name,
        *place,
        *opens,
        definition.clone(),
        *version,
        *changed_by,
        *changed_at
    ];
    tx.execute(sql, args).await.map(|_| ())
}

/// Gives it another place among those that are shared alike.
pub async fn set_place(tx: &mut TenantTx, id: Uuid, place: i64) -> Result<(), StoreError> {
    let sql = "UPDATE record_views SET place = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), id, place]).await.map(|_| ())
}

/// Takes from it that the list opens with it.
pub async fn opens_no_more(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let sql = "UPDATE record_views SET opens = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), id, false]).await.map(|_| ())
}

pub async fn remove(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let sql = "DELETE FROM record_views WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), id]).await.map(|_| ())
}

//! Files of records; their bytes are blobs.

use uuid::Uuid;

use crate::ids::{RecordId, Timestamp, UserId};
use crate::store::{Sql as Text, StoreError, TenantTx, args, row};

row! {
    /// A file of a record.
    #[derive(Clone, PartialEq, Eq)]
    pub struct FileRow {
        pub id: Uuid,
        pub record: RecordId,
        pub hash: String,
        pub name: String,
        pub media_type: String,
        pub size: i64,
        pub width: Option<i64>,
        pub height: Option<i64>,
        pub added_by: Option<UserId>,
        pub added_at: Timestamp,
        pub removed_at: Option<Timestamp>,
    }
}

const COLUMNS: &str = "f.id AS id, f.record AS record, f.hash AS hash, f.name AS name, f.media_type AS media_type, \
     f.size AS size, f.width AS width, f.height AS height, f.added_by AS added_by, f.added_at AS added_at, \
     f.removed_at AS removed_at";

/// The files of a record that are there, the latest first.
pub async fn all(tx: &mut TenantTx, record: RecordId) -> Result<Vec<FileRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM record_files f
          WHERE f.tenant_id = $1 AND f.record = $2 AND f.removed_at IS NULL ORDER BY f.id DESC"
    );
    tx.all(Text::Built(sql), args![tx.tenant(), record]).await
}

/// One file, removed or not.
pub async fn find(tx: &mut TenantTx, id: Uuid) -> Result<Option<FileRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM record_files f WHERE f.tenant_id = $1 AND f.id = $2");
    tx.optional(Text::Built(sql), args![tx.tenant(), id]).await
}

/// Writes a file, or whether it is there.
pub async fn put(tx: &mut TenantTx, file: &FileRow) -> Result<(), StoreError> {
    let FileRow { id, record, hash, name, media_type, size, width, height, added_by, added_at, removed_at } =
        file;
    let sql = "INSERT INTO record_files (tenant_id, id, record, hash, name, media_type, size, width, height, added_by,
                                         added_at, removed_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               ON CONFLICT (tenant_id, id) DO UPDATE SET removed_at = excluded.removed_at";
    let args = args![
        tx.tenant(),
        *id,
        *record,
        hash,
        name,
        media_type,
        *size,
        *width,
        *height,
        *added_by,
        *added_at,
        *removed_at
    ];
    tx.execute(sql, args).await.map(|_| ())
}

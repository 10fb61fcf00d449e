//! Which records the activation of a business has made, and of which words of its document.

use crate::ids::RecordId;
use crate::store::{StoreError, TenantTx, args, row};

row! {
    pub struct SeedRow {
        pub record: RecordId,
        pub kind: String,
        pub digest: String,
    }
}

/// A record of the activation to be remembered.
pub struct NewSeed<'a> {
    pub record: RecordId,
    pub kind: &'a str,
    /// Its place among all of the document.
    pub place: i64,
    pub sample: bool,
    pub digest: &'a str,
}

/// Every record that was made, in order.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<SeedRow>, StoreError> {
    let sql = "SELECT record, kind, digest FROM record_seeds WHERE tenant_id = $1 ORDER BY place, record";
    tx.all(sql, args![tx.tenant()]).await
}

/// Those to look at, in order.
pub async fn samples(tx: &mut TenantTx) -> Result<Vec<SeedRow>, StoreError> {
    let sql = "SELECT record, kind, digest FROM record_seeds WHERE tenant_id = $1 AND sample = $2
                ORDER BY place, record";
    tx.all(sql, args![tx.tenant(), true]).await
}

pub async fn put(tx: &mut TenantTx, seed: &NewSeed<'_>) -> Result<(), StoreError> {
    let NewSeed { record, kind, place, sample, digest } = seed;
    let sql = "INSERT INTO record_seeds (tenant_id, record, kind, place, sample, digest)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (tenant_id, record) DO UPDATE
                  SET place = excluded.place, sample = excluded.sample, digest = excluded.digest";
    tx.execute(sql, args![tx.tenant(), *record, *kind, *place, *sample, *digest]).await?;
    Ok(())
}

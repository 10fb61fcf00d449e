//! A copy of everything, made while the server runs.

use std::path::{Path, PathBuf};

use crate::ids::TenantId;
use crate::scope::Scope;

use super::error::StoreError;
use super::row::row;
use super::value::args;
use super::{Database, Store};

/// What a backup holds.
#[derive(Debug)]
pub struct Backup {
    /// Database files; none on PostgreSQL.
    pub files: usize,
    pub blobs: usize,
    /// What is not in it and must be kept elsewhere.
    pub missing: Vec<&'static str>,
}

const MASTER_KEY: &str = "The master key (the file master.key, or the setting) is not in this copy, so that the copy \
alone opens no secret. Keep it at another place; without it the secrets of the tenants are lost.";
const DATABASE: &str = "The PostgreSQL database is not in this copy: take it with pg_dump, before the blobs.";

row! {
    struct IdRow {
        id: TenantId,
    }
}

/// Copies databases and blobs into `target`, a new or empty folder. Each file is consistent in
/// itself; the blobs are copied last, so that every blob that a copied row tells of is there.
///
/// # Errors
/// `StoreError::Conflict` when there is something in `target`, and when the store or `target` is not
/// reachable.
pub async fn backup(store: &Store, target: &Path) -> Result<Backup, StoreError> {
    tokio::fs::create_dir_all(target.join("tenants")).await?;
    if tokio::fs::read_dir(target.join("tenants")).await?.next_entry().await?.is_some()
        || tokio::fs::try_exists(target.join("system.db")).await?
    {
        return Err(StoreError::Conflict);
    }
    let mut missing = vec![MASTER_KEY];
    let files = match &store.shared.database {
        Database::Sqlite(sqlite) => {
            let files = sqlite.files().await?;
            for file in &files {
                sqlite.copy(file, &target.join(file)).await?;
            }
            files.len()
        }
        Database::Postgres(_) => {
            missing.push(DATABASE);
            0
        }
    };
    let blobs = copy_blobs(store, &target.join("blobs")).await?;
    tokio::fs::write(target.join("README.txt"), missing.join("\n\n") + "\n").await?;
    Ok(Backup { files, blobs, missing })
}

async fn copy_blobs(store: &Store, target: &Path) -> Result<usize, StoreError> {
    let mut system = store.system_read().await?;
    let tenants: Vec<IdRow> = system.all("SELECT id FROM tenants ORDER BY id", args![]).await?;
    drop(system);
    let mut count = 0;
    for tenant in tenants {
        let scope = Scope::system(tenant.id);
        for hash in store.blobs().list(&scope).await? {
            let bytes = store.blobs().get(&scope, &hash).await?;
            let name = hash.to_string();
            let folder: PathBuf = target.join(tenant.id.to_string()).join(&name[..2]);
            tokio::fs::create_dir_all(&folder).await?;
            tokio::fs::write(folder.join(&name), &bytes).await?;
            count += 1;
        }
    }
    Ok(count)
}

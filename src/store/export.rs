//! A tenant as one file: its rows in a form of no database, and its blobs.
//!
//! The file holds the tenant's key in the clear, so that another installation can open the tenant's
//! secrets: it is to be kept as the installation itself is.

use std::collections::BTreeMap;
use std::io::Write;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::TenantId;
use crate::scope::Scope;

use super::archive::Writer;
use super::error::StoreError;
use super::migrate::{Place, migrations, tables_of};
use super::neutral::{Line, Table, from_bytes, to_bytes};
use super::tx::Inner;
use super::{Secrets, Store};

/// Changes when an older program could not read the file.
pub(super) const FORMAT: u32 = 1;
pub(super) const HEADER: &str = "kontor-export.json";
pub(super) const MANIFEST: &str = "manifest.json";
/// The table whose keys are wrapped by the installation.
const KEYS: &str = "tenant_keys";
/// Bytes of rows that are gathered into one piece.
const PIECE: usize = 1 << 20;

/// What the file begins with.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: u32,
    pub(super) tenant: TenantId,
    pub(super) slug: String,
    /// Numbers of the last migrations.
    pub(super) system_schema: i64,
    pub(super) tenant_schema: i64,
}

/// What the file ends with: how much was in it, and its hashes.
#[derive(Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// By place and name: `tenant/log`.
    pub(super) tables: BTreeMap<String, Sum>,
    pub(super) blobs: u64,
}

/// Rows of a table, and the BLAKE3 hash of their lines.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sum {
    pub(super) rows: u64,
    pub(super) blake3: String,
}

/// Writes everything of a tenant into `out`, and gives `out` back.
///
/// # Errors
/// `StoreError::NoTenant`, and when the store or `out` is not reachable.
pub async fn export<W: Write + Send + 'static>(
    store: &Store,
    tenant: TenantId,
    out: W,
) -> Result<W, StoreError> {
    let scope = Scope::system(tenant);
    let mut system = store.system_read().await?;
    let header = header(system.inner(), tenant).await?;
    let mut tx = store.read_settled(&scope).await?;
    let mut writer = Writer::new(out);
    let mut manifest = Manifest::default();
    writer.put(HEADER, to_json(&header)?).await?;
    for place in [Place::System, Place::Tenant] {
        for name in tables_of("sqlite", place)? {
            let database = if place == Place::System { system.inner() } else { tx.inner() };
            let table = Table::describe(database, &name).await?;
            let Some(key) = key_of(place, &table) else { continue };
            let mut rows = Rows::new(format!("{}/{name}", place.name()), &mut writer);
            table
                .read(database, key, tenant, async |line| {
                    rows.put(open_keys(store.secrets(), &name, tenant, line)?).await
                })
                .await?;
            let (name, sum) = rows.finish().await?;
            manifest.tables.insert(name, sum);
        }
    }
    drop((system, tx));
    for hash in store.blobs().list(&scope).await? {
        let bytes = store.blobs().get(&scope, &hash).await?;
        writer.put(&format!("blobs/{hash}"), bytes.into()).await?;
        manifest.blobs += 1;
    }
    writer.put(MANIFEST, to_json(&manifest)?).await?;
    writer.finish().await
}

async fn header(system: &mut Inner, tenant: TenantId) -> Result<Header, StoreError> {
    let mut slug = None;
    let tenants = Table::describe(system, "tenants").await?;
    tenants
        .read(system, "id", tenant, async |line| {
            slug = line.get("slug").and_then(Value::as_str).map(str::to_owned);
            Ok(())
        })
        .await?;
    let latest =
        |place| Ok::<_, StoreError>(migrations("sqlite", place)?.last().map_or(0, |last| last.number));
    Ok(Header {
        format: FORMAT,
        tenant,
        slug: slug.ok_or(StoreError::NoTenant)?,
        system_schema: latest(Place::System)?,
        tenant_schema: latest(Place::Tenant)?,
    })
}

/// The column that tells whose a row is; tables of the installation as a whole have none.
pub(super) fn key_of(place: Place, table: &Table) -> Option<&'static str> {
    match place {
        Place::System if table.name == "tenants" => Some("id"),
        _ if table.has("tenant_id") => Some("tenant_id"),
        _ => None,
    }
}

fn open_keys(secrets: &Secrets, table: &str, tenant: TenantId, mut line: Line) -> Result<Line, StoreError> {
    if let Some(wrapped) = line.get("wrapped").filter(|_| table == KEYS).and_then(to_bytes) {
        line.insert("wrapped".into(), from_bytes(&secrets.unwrap_key(tenant, &wrapped)?));
    }
    Ok(line)
}

/// The reverse of what the export did: keys are wrapped by the installation that takes them in.
pub(super) fn close_keys(
    secrets: &Secrets,
    table: &str,
    tenant: TenantId,
    line: &mut Line,
) -> Result<(), StoreError> {
    if let Some(key) = line.get("wrapped").filter(|_| table == KEYS).and_then(to_bytes) {
        line.insert("wrapped".into(), from_bytes(&secrets.wrap_key(tenant, &key)?));
    }
    Ok(())
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec_pretty(value).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// Gathers the rows of a table into pieces.
struct Rows<'a, W> {
    name: String,
    writer: &'a mut Writer<W>,
    lines: Vec<u8>,
    pieces: u32,
    rows: u64,
    hash: blake3::Hasher,
}

impl<'a, W: Write + Send + 'static> Rows<'a, W> {
    fn new(name: String, writer: &'a mut Writer<W>) -> Self {
        Self { name, writer, lines: Vec::new(), pieces: 0, rows: 0, hash: blake3::Hasher::new() }
    }

    async fn put(&mut self, line: Line) -> Result<(), StoreError> {
        serde_json::to_writer(&mut self.lines, &line)
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        self.lines.push(b'\n');
        self.rows += 1;
        if self.lines.len() >= PIECE { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut self.lines);
        self.hash.update(&lines);
        self.pieces += 1;
        self.writer.put(&format!("{}/{:06}.jsonl", self.name, self.pieces), lines).await
    }

    async fn finish(mut self) -> Result<(String, Sum), StoreError> {
        if !self.lines.is_empty() {
            self.flush().await?;
        }
        Ok((self.name, Sum { rows: self.rows, blake3: self.hash.finalize().to_hex().to_string() }))
    }
}

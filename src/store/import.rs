//! Takes in a tenant from the file that `export` wrote, on either database.

use std::collections::BTreeMap;
use std::io::Read;

use serde::de::DeserializeOwned;

use crate::ids::TenantId;
use crate::scope::Scope;

use super::archive::{Piece, Reader};
use super::blobs::BlobHash;
use super::error::StoreError;
use super::export::{FORMAT, HEADER, Header, MANIFEST, Manifest, Sum, close_keys, key_of};
use super::migrate::{Place, migrations, tables_of};
use super::neutral::{Line, Table, to_bytes};
use super::row::row;
use super::tx::TenantTx;
use super::value::args;
use super::{Secrets, Store};

/// Takes in a tenant; nothing of it is there unless every byte was as it was exported.
///
/// # Errors
/// `StoreError::Import` when the file is damaged, was made by a newer program, or the tenant or its
/// slug is here already; and when the store is not reachable.
pub async fn import(store: &Store, input: impl Read + Send + 'static) -> Result<TenantId, StoreError> {
    let mut reader = Reader::new(input);
    let header = match reader.next().await? {
        Some(piece) if piece.name == HEADER => parse::<Header>(&piece)?,
        _ => return Err(refused("it does not begin as an export does")),
    };
    accept(store, &header).await?;
    // What an import that was killed left behind.
    store.erase(header.tenant).await?;
    let taken = take_in(store, &header, &mut reader).await;
    if taken.is_err() {
        store.erase(header.tenant).await?;
    }
    taken.map(|()| header.tenant)
}

row! {
    struct SlugRow {
        slug: String,
    }
}

async fn accept(store: &Store, header: &Header) -> Result<(), StoreError> {
    let latest =
        |place| Ok::<_, StoreError>(migrations("sqlite", place)?.last().map_or(0, |last| last.number));
    let newer =
        header.system_schema > latest(Place::System)? || header.tenant_schema > latest(Place::Tenant)?;
    if header.format > FORMAT || newer {
        return Err(refused("it was made by a newer version of the program"));
    }
    let mut system = store.system_read().await?;
    let sql = "SELECT slug FROM tenants WHERE id = $1 OR slug = $2";
    let known: Option<SlugRow> = system.optional(sql, args![header.tenant, header.slug.as_str()]).await?;
    match known {
        None => Ok(()),
        Some(row) if row.slug == header.slug => {
            Err(refused(format!("a tenant \"{}\" is here already", row.slug)))
        }
        Some(row) => Err(refused(format!("the tenant is here already, as \"{}\"", row.slug))),
    }
}

async fn take_in(store: &Store, header: &Header, reader: &mut Reader) -> Result<(), StoreError> {
    store.provision(header.tenant).await?;
    let scope = Scope::system(header.tenant);
    let mut tables = Tables::new(store, header.tenant).await?;
    let (mut manifest, mut blobs) = (None, 0);
    while let Some(piece) = reader.next().await? {
        let parts: Vec<&str> = piece.name.split('/').collect();
        match parts[..] {
            _ if manifest.is_some() => return Err(refused("something follows its end")),
            [MANIFEST] => manifest = Some(parse::<Manifest>(&piece)?),
            ["blobs", hash] => {
                if BlobHash::of(&piece.bytes).to_string() != hash {
                    return Err(refused(format!("blob {hash} is damaged")));
                }
                store.blobs().put(&scope, piece.bytes.into()).await?;
                blobs += 1;
            }
            [place, table, _] => tables.take(place, table, &piece.bytes).await?,
            _ => return Err(refused(format!("{} is not known", piece.name))),
        }
    }
    let expected = manifest.ok_or_else(|| refused("its end is missing"))?;
    if (Manifest { tables: tables.sums(), blobs }) != expected.without_empty() {
        return Err(refused("it is damaged: its checksums do not agree"));
    }
    tables.commit(store).await
}

/// The rows of an import on their way into the tables.
struct Tables {
    tenant: TenantId,
    secrets: Secrets,
    tx: TenantTx,
    /// Rows of what the installation shares, written at the end: they make the tenant visible.
    system: Vec<(String, Line)>,
    known: BTreeMap<String, Table>,
    sums: BTreeMap<String, (u64, blake3::Hasher)>,
}

impl Tables {
    async fn new(store: &Store, tenant: TenantId) -> Result<Self, StoreError> {
        let mut tx = store.begin(&Scope::system(tenant)).await?;
        let mut known = BTreeMap::new();
        for name in tables_of("sqlite", Place::Tenant)? {
            let table = Table::describe(tx.inner(), &name).await?;
            known.insert(format!("tenant/{name}"), table);
        }
        let mut system = store.system_read().await?;
        for name in tables_of("sqlite", Place::System)? {
            let table = Table::describe(system.inner(), &name).await?;
            known.insert(format!("system/{name}"), table);
        }
        let (system, sums) = (Vec::new(), BTreeMap::new());
        Ok(Self { tenant, secrets: store.secrets().clone(), tx, system, known, sums })
    }

    async fn take(&mut self, place: &str, name: &str, lines: &[u8]) -> Result<(), StoreError> {
        let full = format!("{place}/{name}");
        let table = self.known.get(&full).ok_or_else(|| refused(format!("the table {full} is not known")))?;
        let system = place == Place::System.name();
        let key = key_of(if system { Place::System } else { Place::Tenant }, table);
        let (rows, hash) = self.sums.entry(full.clone()).or_default();
        hash.update(lines);
        for text in lines.split(|byte| *byte == b'\n').filter(|text| !text.is_empty()) {
            let mut line: Line = serde_json::from_slice(text).map_err(|error| refused(error.to_string()))?;
            let owner = key.and_then(|key| line.get(key)).and_then(to_bytes);
            if owner.as_deref() != Some(&self.tenant.0.as_bytes()[..]) {
                return Err(refused(format!("a row of {full} is another tenant's")));
            }
            *rows += 1;
            if system {
                self.system.push((full.clone(), line));
            } else {
                close_keys(&self.secrets, name, self.tenant, &mut line)?;
                table.write(self.tx.inner(), &line).await.map_err(|error| match error {
                    // What another installation wrote fits, so the file has changed on its way.
                    StoreError::Sql(_) | StoreError::Conflict => refused(format!("a row of {full}: {error}")),
                    other => other,
                })?;
            }
        }
        Ok(())
    }

    fn sums(&self) -> BTreeMap<String, Sum> {
        let sum = |(rows, hash): &(u64, blake3::Hasher)| Sum {
            rows: *rows,
            blake3: hash.finalize().to_hex().to_string(),
        };
        self.sums.iter().map(|(name, one)| (name.clone(), sum(one))).collect()
    }

    async fn commit(self, store: &Store) -> Result<(), StoreError> {
        let waiting = self.sums.contains_key("tenant/outbox");
        self.tx.commit().await?;
        if waiting {
            store.mark_outbox(self.tenant).await?;
        }
        let mut system = store.system().await?;
        for (name, line) in &self.system {
            let table =
                self.known.get(name).ok_or_else(|| refused(format!("the table {name} is not known")))?;
            let written = table.write(system.inner(), line).await;
            written.map_err(|error| match error {
                StoreError::Conflict => refused(format!("an entry of {name} is taken by another tenant")),
                other => other,
            })?;
        }
        system.commit().await?;
        if waiting {
            store.nudge(self.tenant);
        }
        Ok(())
    }
}

impl Manifest {
    /// Tables without rows have no piece of their own in the file.
    fn without_empty(mut self) -> Self {
        self.tables.retain(|_, sum| sum.rows > 0);
        self
    }
}

fn refused(reason: impl Into<String>) -> StoreError {
    StoreError::Import(reason.into())
}

fn parse<T: DeserializeOwned>(piece: &Piece) -> Result<T, StoreError> {
    serde_json::from_slice(&piece.bytes).map_err(|error| refused(format!("{}: {error}", piece.name)))
}

//! Secrets at rest: sealed with a key of their tenant, which is wrapped by the installation's key.

use std::path::Path;
use std::sync::Arc;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::ids::TenantId;

use super::config::StoreConfig;
use super::error::StoreError;
use super::row::row;
use super::tx::{SystemTx, TenantTx};
use super::value::args;

const NONCE: usize = 12;

/// Seals and opens secrets.
#[derive(Clone)]
pub struct Secrets {
    wrapping: Arc<Aes256Gcm>,
    /// Tells which master key it is, and nothing else of it.
    fingerprint: Arc<str>,
}

row! {
    struct KeyRow {
        wrapped: Vec<u8>,
    }
}

row! {
    struct ValueRow {
        value: String,
    }
}

impl Secrets {
    pub(super) async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let master = match &config.master_key {
            Some(text) => from_hex(text)?,
            None => load_or_make(&config.data.join("master.key")).await?,
        };
        let derived = Hkdf::<Sha256>::new(None, &master);
        let (mut key, mut fingerprint) = ([0; 32], [0; 32]);
        let made = derived
            .expand(b"kontor tenant keys", &mut key)
            .and_then(|()| derived.expand(b"kontor fingerprint", &mut fingerprint));
        made.map_err(|_| StoreError::Damaged("master key".into()))?;
        let fingerprint = blake3::Hash::from(fingerprint).to_hex().to_string();
        Ok(Self { wrapping: Arc::new(cipher(&key)), fingerprint: fingerprint.into() })
    }

    /// Seals a secret of the transaction's tenant; `purpose` is bound to it.
    ///
    /// # Errors
    /// `StoreError` when the tenant's key cannot be had.
    pub async fn seal(&self, tx: &mut TenantTx, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.tenant_key(tx).await?;
        seal(&key, format!("{}/{purpose}", tx.tenant()).as_bytes(), secret)
    }

    /// Opens what `seal` made for the same tenant and purpose.
    ///
    /// # Errors
    /// `StoreError::Damaged` when it is not that.
    pub async fn unseal(
        &self,
        tx: &mut TenantTx,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let key = self.find_key(tx).await?.ok_or_else(|| StoreError::Damaged("secret".into()))?;
        unseal(&key, format!("{}/{purpose}", tx.tenant()).as_bytes(), sealed)
    }

    /// The tenant's key, made at first use.
    async fn tenant_key(&self, tx: &mut TenantTx) -> Result<Aes256Gcm, StoreError> {
        if let Some(key) = self.find_key(tx).await? {
            return Ok(key);
        }
        let tenant = tx.tenant();
        let wrapped = self.wrap_key(tenant, &random::<32>()?)?;
        let sql = "INSERT INTO tenant_keys (tenant_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.execute(sql, args![tenant, wrapped]).await?;
        // Read again: another transaction may have been the first.
        self.find_key(tx).await?.ok_or(StoreError::NoRow)
    }

    async fn find_key(&self, tx: &mut TenantTx) -> Result<Option<Aes256Gcm>, StoreError> {
        let tenant = tx.tenant();
        let sql = "SELECT wrapped FROM tenant_keys WHERE tenant_id = $1";
        let Some(row) = tx.optional::<KeyRow>(sql, args![tenant]).await? else { return Ok(None) };
        Ok(Some(cipher(&to_key(self.unwrap_key(tenant, &row.wrapped)?)?)))
    }

    /// Wraps the key of a tenant with the installation's key.
    pub(super) fn wrap_key(&self, tenant: TenantId, key: &[u8]) -> Result<Vec<u8>, StoreError> {
        seal(&self.wrapping, key_name(tenant).as_bytes(), key)
    }

    /// The key of a tenant, out of what `wrap_key` made.
    pub(super) fn unwrap_key(&self, tenant: TenantId, wrapped: &[u8]) -> Result<Vec<u8>, StoreError> {
        unseal(&self.wrapping, key_name(tenant).as_bytes(), wrapped)
    }

    /// Refuses an installation's key that is not the one which its tenants' keys are wrapped with.
    pub(super) async fn verify(&self, tx: &mut SystemTx) -> Result<(), StoreError> {
        let sql = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.execute(sql, args!["master-key", &*self.fingerprint]).await?;
        let row: ValueRow = tx.one("SELECT value FROM settings WHERE key = $1", args!["master-key"]).await?;
        if *row.value == *self.fingerprint {
            return Ok(());
        }
        Err(StoreError::Damaged("the master key is not the one that this installation was made with".into()))
    }
}

fn key_name(tenant: TenantId) -> String {
    format!("key of {tenant}")
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(key.into())
}

fn seal(key: &Aes256Gcm, bound: &[u8], secret: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce: [u8; NONCE] = random()?;
    let sealed = key.encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: bound });
    let mut out = nonce.to_vec();
    out.extend(sealed.map_err(|_| StoreError::Damaged("secret".into()))?);
    Ok(out)
}

fn unseal(key: &Aes256Gcm, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let damaged = || StoreError::Damaged("secret".into());
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
    key.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: bound }).map_err(|_| damaged())
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(bytes)
}

fn to_key(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged("key".into()))
}

/// 64 hexadecimal digits as a key; BLAKE3's hash has the same form.
fn from_hex(text: &str) -> Result<[u8; 32], StoreError> {
    blake3::Hash::from_hex(text.trim())
        .map(|hash| *hash.as_bytes())
        .map_err(|_| StoreError::Damaged("the master key is not 64 hexadecimal digits".into()))
}

async fn load_or_make(path: &Path) -> Result<[u8; 32], StoreError> {
    match tokio::fs::read_to_string(path).await {
        Ok(text) => return from_hex(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let key: [u8; 32] = random()?;
    match write_private(path, &blake3::Hash::from(key).to_hex()) {
        Ok(()) => Ok(key),
        // Another process was the first.
        Err(_) if path.exists() => from_hex(&tokio::fs::read_to_string(path).await?),
        Err(error) => Err(error),
    }
}

/// Writes a new file that only its owner may read; it appears whole and on the disk, or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), StoreError> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let partial = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&partial, path);
    std::fs::remove_file(&partial)?;
    linked?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

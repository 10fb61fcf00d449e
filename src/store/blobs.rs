//! Blobs, addressed by what they hold (BLAKE3), in a folder or an S3-compatible store.

use std::fmt;
use std::path::PathBuf;
use std::pin::pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use futures::{Stream, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};

use crate::scope::Scope;

use super::config::BlobConfig;
use super::error::StoreError;

/// The BLAKE3 hash of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlobHash([u8; 32]);

/// The blobs of all tenants, each under a prefix of its own.
#[derive(Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    leftovers: Option<Arc<Leftovers>>,
}

/// Files that a program which was killed had begun to write.
struct Leftovers {
    folder: PathBuf,
    /// What is older was not written by this program.
    started: SystemTime,
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from(self.0).to_hex())
    }
}

impl FromStr for BlobHash {
    type Err = blake3::HexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        blake3::Hash::from_hex(text).map(|hash| Self(*hash.as_bytes()))
    }
}

impl BlobHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl Blobs {
    pub(super) fn open(config: &BlobConfig) -> Result<Self, StoreError> {
        let objects: Arc<dyn ObjectStore> = match config {
            BlobConfig::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                Arc::new(
                    LocalFileSystem::new_with_prefix(folder)
                        .map_err(broken)?
                        .with_automatic_cleanup(true)
                        .with_fsync(true),
                )
            }
            BlobConfig::S3 { .. } => s3(config)?,
        };
        let folder = match config {
            BlobConfig::Folder(folder) => Some(Leftovers::before_now(folder)?),
            BlobConfig::S3 { .. } => None,
        };
        Ok(Self { objects, leftovers: folder.map(Arc::new) })
    }

    /// Keeps a blob; the same bytes are kept once per tenant.
    ///
    /// # Errors
    /// `StoreError` when the blobs are not reachable.
    pub async fn put(&self, scope: &Scope, bytes: Bytes) -> Result<BlobHash, StoreError> {
        let hash = BlobHash::of(&bytes);
        if !self.exists(scope, &hash).await? {
            self.objects.put(&path(scope, &hash), bytes.into()).await.map_err(broken)?;
        }
        Ok(hash)
    }

    /// Keeps a blob that arrives in pieces. It is gathered in memory: its name is known at its end.
    ///
    /// # Errors
    /// `StoreError::TooLarge` as soon as it is longer than `limit` bytes, else as `put`.
    pub async fn put_stream(
        &self,
        scope: &Scope,
        pieces: impl Stream<Item = std::io::Result<Bytes>>,
        limit: usize,
    ) -> Result<BlobHash, StoreError> {
        let mut pieces = pin!(pieces);
        let mut whole = BytesMut::new();
        while let Some(piece) = pieces.try_next().await? {
            if whole.len() + piece.len() > limit {
                return Err(StoreError::TooLarge { limit });
            }
            whole.extend_from_slice(&piece);
        }
        self.put(scope, whole.freeze()).await
    }

    /// Whether the tenant has this blob.
    ///
    /// # Errors
    /// `StoreError` when the blobs are not reachable.
    pub async fn exists(&self, scope: &Scope, hash: &BlobHash) -> Result<bool, StoreError> {
        match self.objects.head(&path(scope, hash)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(broken(error)),
        }
    }

    /// Gives a blob, checked against its hash.
    ///
    /// # Errors
    /// `StoreError::NoBlob` when there is none, `StoreError::Damaged` when it is not what was kept.
    pub async fn get(&self, scope: &Scope, hash: &BlobHash) -> Result<Bytes, StoreError> {
        let found = self.objects.get(&path(scope, hash)).await.map_err(broken)?;
        let bytes = found.bytes().await.map_err(broken)?;
        if BlobHash::of(&bytes) != *hash {
            return Err(StoreError::Damaged(format!("blob {hash}")));
        }
        Ok(bytes)
    }

    /// Lists the blobs of the tenant.
    ///
    /// # Errors
    /// `StoreError` when the blobs are not reachable.
    pub async fn list(&self, scope: &Scope) -> Result<Vec<BlobHash>, StoreError> {
        let prefix = Path::from(scope.tenant.to_string());
        let found: Vec<_> = self.objects.list(Some(&prefix)).try_collect().await.map_err(broken)?;
        let hash =
            |object: object_store::ObjectMeta| object.location.filename().and_then(|name| name.parse().ok());
        Ok(found.into_iter().filter_map(hash).collect())
    }

    /// Removes what a program that was killed had begun to write.
    ///
    /// # Errors
    /// `StoreError` when the folder cannot be read.
    pub async fn remove_leftovers(&self) -> Result<(), StoreError> {
        let Some(leftovers) = self.leftovers.clone() else { return Ok(()) };
        let job = tokio::task::spawn_blocking(move || leftovers.remove(&leftovers.folder));
        Ok(job.await.map_err(|error| StoreError::Unavailable(error.to_string()))??)
    }

    /// Removes a blob.
    ///
    /// # Errors
    /// `StoreError` when the blobs are not reachable.
    pub async fn delete(&self, scope: &Scope, hash: &BlobHash) -> Result<(), StoreError> {
        match self.objects.delete(&path(scope, hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(broken(error)),
        }
    }
}

fn s3(config: &BlobConfig) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let BlobConfig::S3 { bucket, endpoint, region, access_key, secret_key, allow_http } = config else {
        return Err(StoreError::Damaged("not a bucket".into()));
    };
    // Fails when the program has chosen one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = ClientOptions::new()
        .with_allow_http(*allow_http)
        .with_connect_timeout(Duration::from_secs(3))
        .with_timeout(Duration::from_secs(60));
    // Someone waits for the answer: better a clear error soon than success in minutes.
    let retry =
        RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(10), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_access_key_id(access_key)
        .with_secret_access_key(secret_key)
        .with_region(region.as_deref().unwrap_or("us-east-1"))
        .with_client_options(client)
        .with_retry(retry);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(Arc::new(builder.build().map_err(broken)?))
}

impl Leftovers {
    fn before_now(folder: &std::path::Path) -> Result<Self, StoreError> {
        // The time of the file system itself: it is what the files are compared with.
        let probe = folder.join(".started");
        std::fs::write(&probe, b"")?;
        let started = std::fs::metadata(&probe)?.modified()?;
        Ok(Self { folder: folder.to_owned(), started })
    }

    /// Removes what `object_store` had begun to write under names with a `#`.
    fn remove(&self, folder: &std::path::Path) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let (entry, path) = entry.map(|entry| (entry.metadata(), entry.path()))?;
            let entry = entry?;
            if entry.is_dir() {
                self.remove(&path)?;
            } else if path.to_string_lossy().contains('#') && entry.modified()? < self.started {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

fn path(scope: &Scope, hash: &BlobHash) -> Path {
    let name = hash.to_string();
    Path::from(format!("{}/{}/{name}", scope.tenant, &name[..2]))
}

fn broken(error: object_store::Error) -> StoreError {
    match error {
        object_store::Error::NotFound { .. } => StoreError::NoBlob,
        other => StoreError::Unavailable(other.to_string()),
    }
}

//! Where and how the store keeps things.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::{Settings, Sync};

/// Settings of the store.
#[derive(Clone)]
pub struct StoreConfig {
    /// Folder of the installation.
    pub data: PathBuf,
    /// A PostgreSQL URL; without one, SQLite files in `data`.
    pub database: Option<String>,
    pub blobs: BlobConfig,
    /// Key that wraps the tenants' keys, in hexadecimal; without one, `data/master.key`.
    pub master_key: Option<String>,
    pub sqlite_sync: SqliteSync,
    /// Reading connections: per tenant on SQLite, in all on PostgreSQL.
    pub readers: u32,
    /// After which time without use the files of a tenant are closed.
    pub idle: Duration,
    /// Tenants whose files stay open at once; past it those longest unused are closed.
    pub open_tenants: usize,
}

/// Where blobs are kept.
#[derive(Clone)]
pub enum BlobConfig {
    Folder(PathBuf),
    S3 {
        bucket: String,
        endpoint: Option<String>,
        region: Option<String>,
        access_key: String,
        secret_key: String,
        /// Whether the endpoint may be plain HTTP, as on the machine itself.
        allow_http: bool,
    },
}

/// What a commit on SQLite waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqliteSync {
    /// The disk: survives a power cut.
    Full,
    /// The operating system: survives a crash of the program.
    Normal,
}

impl From<&Settings> for StoreConfig {
    fn from(settings: &Settings) -> Self {
        let blobs = match &settings.blobs.bucket {
            None => BlobConfig::Folder(settings.data.join("blobs")),
            Some(bucket) => BlobConfig::S3 {
                bucket: bucket.clone(),
                endpoint: settings.blobs.endpoint.clone(),
                region: settings.blobs.region.clone(),
                access_key: settings.blobs.access_key.clone(),
                secret_key: settings.blobs.secret_key.clone(),
                allow_http: settings.blobs.allow_http,
            },
        };
        Self {
            database: settings.database.url.clone(),
            blobs,
            master_key: settings.master_key.clone(),
            sqlite_sync: match settings.database.sqlite_sync {
                Sync::Full => SqliteSync::Full,
                Sync::Normal => SqliteSync::Normal,
            },
            readers: settings.database.readers,
            ..Self::embedded(&settings.data)
        }
    }
}

impl StoreConfig {
    /// The embedded store in a folder.
    #[must_use]
    pub fn embedded(data: impl Into<PathBuf>) -> Self {
        let data = data.into();
        Self {
            blobs: BlobConfig::Folder(data.join("blobs")),
            data,
            database: None,
            master_key: None,
            sqlite_sync: SqliteSync::Full,
            readers: 4,
            idle: Duration::from_secs(300),
            open_tenants: 256,
        }
    }
}

// Written by hand: passwords and keys stay out of logs.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("data", &self.data)
            .field("postgres", &self.database.is_some())
            .field("blobs", &self.blobs)
            .field("sqlite_sync", &self.sqlite_sync)
            .field("readers", &self.readers)
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for BlobConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
            Self::S3 { bucket, endpoint, .. } => f
                .debug_struct("S3")
                .field("bucket", bucket)
                .field("endpoint", endpoint)
                .finish_non_exhaustive(),
        }
    }
}

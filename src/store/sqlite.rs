//! SQLite: one file per tenant, and `system.db` for what the installation shares.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::OnceCell;

use crate::ids::TenantId;

use super::config::{SqliteSync, StoreConfig};
use super::error::StoreError;
use super::lane::{Lane, Lease};
use super::migrate::{self, Place};

/// The files of an installation.
#[derive(Clone)]
pub(super) struct Sqlite {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    sync: SqliteSync,
    readers: u32,
    open_tenants: usize,
    /// Counts the uses of all files, to tell which was used last.
    uses: AtomicU64,
    system: DatabaseFile,
    /// Tenants whose files are open or being opened.
    open: Mutex<HashMap<TenantId, Arc<OnceCell<DatabaseFile>>>>,
    /// A migrated file without content: a new tenant is a copy of it.
    template: OnceCell<Vec<u8>>,
}

/// An open file: one connection that writes, some that read.
pub(super) struct DatabaseFile {
    writer: Arc<Lane>,
    readers: Arc<Lane>,
    /// Whether the file is marked as one whose outbox may hold something.
    marked: AtomicBool,
    /// The last use, counted over all files.
    used: AtomicU64,
    /// What `used` was when the sweeper last came by.
    swept: AtomicU64,
}

/// Which connection of a file is wanted.
#[derive(Clone, Copy)]
enum Want {
    Write,
    Read,
    /// The writing one, outside of a transaction.
    Append,
}

impl DatabaseFile {
    /// Opens a file and brings it up to date.
    async fn open(options: SqliteConnectOptions, readers: u32, place: Place) -> Result<Self, StoreError> {
        let writer = Lane::new(options.clone(), 1);
        if let Some(mut lease) = writer.lease().await? {
            migrate::sqlite(lease.connection()?, place).await?;
        }
        let readers = Lane::new(options.pragma("query_only", "ON"), readers);
        Ok(Self {
            writer,
            readers,
            marked: AtomicBool::new(false),
            used: AtomicU64::new(1),
            swept: AtomicU64::new(0),
        })
    }

    async fn get(&self, want: Want) -> Result<Option<Lease>, StoreError> {
        match want {
            Want::Write => self.writer.begin("BEGIN IMMEDIATE").await,
            Want::Read => self.readers.begin("BEGIN").await,
            Want::Append => self.writer.lease().await,
        }
    }

    fn is_idle(&self) -> bool {
        self.writer.is_idle() && self.readers.is_idle()
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Sqlite {
    pub(super) async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let folder = config.data.join("tenants");
        tokio::fs::create_dir_all(&folder).await?;
        let options = options(&config.data.join("system.db"), config.sqlite_sync).create_if_missing(true);
        let shared = Arc::new(Shared {
            folder,
            sync: config.sqlite_sync,
            readers: config.readers,
            open_tenants: config.open_tenants,
            uses: AtomicU64::new(1),
            system: DatabaseFile::open(options, config.readers, Place::System).await?,
            open: Mutex::default(),
            template: OnceCell::new(),
        });
        tokio::spawn(close_unused(Arc::downgrade(&shared), config.idle));
        Ok(Self { shared })
    }

    pub(super) async fn system(&self) -> Result<Lease, StoreError> {
        self.shared.system.get(Want::Write).await?.ok_or_else(closed)
    }

    pub(super) async fn system_read(&self) -> Result<Lease, StoreError> {
        self.shared.system.get(Want::Read).await?.ok_or_else(closed)
    }

    pub(super) async fn begin(&self, tenant: TenantId) -> Result<Lease, StoreError> {
        self.get(tenant, Want::Write).await
    }

    pub(super) async fn read(&self, tenant: TenantId) -> Result<Lease, StoreError> {
        self.get(tenant, Want::Read).await
    }

    /// The one writing connection of a tenant, outside of a transaction.
    pub(super) async fn writer(&self, tenant: TenantId) -> Result<Lease, StoreError> {
        self.get(tenant, Want::Append).await
    }

    async fn get(&self, tenant: TenantId, want: Want) -> Result<Lease, StoreError> {
        // A file that is closed between finding and using it is opened again; who has bad luck
        // that often is told to come back.
        for _ in 0..5 {
            let cell = self.tenant(tenant).await?;
            let file = cell.get().ok_or_else(closed)?;
            file.used.store(self.shared.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
            if let Some(lease) = file.get(want).await? {
                return Ok(lease);
            }
        }
        Err(closed())
    }

    /// The tenant's file, opened and migrated when it was closed.
    async fn tenant(&self, tenant: TenantId) -> Result<Arc<OnceCell<DatabaseFile>>, StoreError> {
        let (cell, count) = {
            let mut open = self.shared.open();
            let cell = open.entry(tenant).or_default().clone();
            (cell, open.len())
        };
        if count > self.shared.open_tenants && !cell.initialized() {
            tokio::spawn(close_longest_unused(self.shared.clone()));
        }
        let opened = cell.get_or_try_init(|| self.open_tenant(tenant)).await.map(|_| ());
        if opened.is_err() {
            // Nothing is kept of a tenant that does not exist.
            self.shared.forget(tenant, &cell);
        }
        opened.map(|()| cell)
    }

    async fn open_tenant(&self, tenant: TenantId) -> Result<DatabaseFile, StoreError> {
        let path = self.path(tenant);
        if !tokio::fs::try_exists(&path).await? {
            let there = tokio::fs::try_exists(&self.shared.folder).await?;
            return Err(if there {
                StoreError::NoTenant
            } else {
                StoreError::Unavailable("the folder of the tenants is gone".into())
            });
        }
        DatabaseFile::open(options(&path, self.shared.sync), self.shared.readers, Place::Tenant).await
    }

    /// Marks a tenant as one whose outbox may hold something, before its first event is committed.
    /// After a crash the write-ahead log that is left over says the same.
    pub(super) async fn mark_outbox(&self, tenant: TenantId) -> Result<(), StoreError> {
        let cell = self.tenant(tenant).await?;
        let Some(file) = cell.get() else { return Ok(()) };
        if !file.marked.load(Ordering::Acquire) {
            tokio::fs::write(self.path(tenant).with_extension("outbox"), b"").await?;
            file.marked.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Tenants whose outbox may hold something.
    pub(super) async fn awake(&self) -> Result<Vec<TenantId>, StoreError> {
        let mut found = Vec::new();
        let mut files = tokio::fs::read_dir(&self.shared.folder).await?;
        while let Some(file) = files.next_entry().await? {
            let name = file.file_name();
            let name = name.to_string_lossy();
            let id = name.strip_suffix(".outbox").or_else(|| name.strip_suffix(".db-wal"));
            found.extend(id.and_then(|id| id.parse::<TenantId>().ok()));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    pub(super) async fn provision(&self, tenant: TenantId) -> Result<(), StoreError> {
        let path = self.path(tenant);
        if tokio::fs::try_exists(&path).await? {
            return Ok(());
        }
        let template = self.shared.template.get_or_try_init(|| self.make_template()).await?.clone();
        let job = tokio::task::spawn_blocking(move || write_whole(&path, &template));
        job.await.map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    async fn make_template(&self) -> Result<Vec<u8>, StoreError> {
        let path = self.shared.folder.join(format!("template-{}.new", std::process::id()));
        let _ = tokio::fs::remove_file(&path).await;
        // Not synced: what is made of it is.
        let options = options(&path, SqliteSync::Normal).create_if_missing(true);
        let made = DatabaseFile::open(options, 1, Place::Tenant).await?;
        // Closing moves everything from the write-ahead log into the one file.
        made.close().await;
        let bytes = tokio::fs::read(&path).await?;
        tokio::fs::remove_file(&path).await?;
        Ok(bytes)
    }

    pub(super) async fn erase(&self, tenant: TenantId) -> Result<(), StoreError> {
        self.release(tenant).await;
        for ending in ["db", "db-wal", "db-shm", "outbox"] {
            match tokio::fs::remove_file(self.path(tenant).with_extension(ending)).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        // Whoever opened the file in between holds one that has no name any more.
        self.release(tenant).await;
        Ok(())
    }

    /// Waits for running transactions, then closes the file. Who comes meanwhile opens it anew.
    pub(super) async fn release(&self, tenant: TenantId) {
        let cell = self.shared.open().remove(&tenant);
        if let Some(cell) = cell {
            self.shared.close(tenant, &cell).await;
        }
    }

    /// Closes everything.
    pub(super) async fn close(&self) {
        let all: Vec<_> = self.shared.open().drain().collect();
        for (tenant, cell) in all {
            self.shared.close(tenant, &cell).await;
        }
        self.shared.system.close().await;
    }

    /// The files of all tenants and of the installation, by their paths in its folder.
    pub(super) async fn files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut found = vec![PathBuf::from("system.db")];
        let mut files = tokio::fs::read_dir(&self.shared.folder).await?;
        while let Some(file) = files.next_entry().await? {
            let name = PathBuf::from(file.file_name());
            if name.extension().is_some_and(|ending| ending == "db") {
                found.push(Path::new("tenants").join(name));
            }
        }
        Ok(found)
    }

    /// Copies one of `files` in one consistent state, while others read and write it.
    pub(super) async fn copy(&self, file: &Path, target: &Path) -> Result<(), StoreError> {
        let data = self.shared.folder.parent().ok_or_else(closed)?;
        let mut connection = options(&data.join(file), self.shared.sync).connect().await?;
        let copy = sqlx::query("VACUUM INTO $1").bind(target.to_string_lossy().into_owned());
        let result = copy.execute(&mut connection).await;
        connection.close().await?;
        result?;
        Ok(tokio::fs::File::open(target).await?.sync_all().await?)
    }

    fn path(&self, tenant: TenantId) -> PathBuf {
        self.shared.folder.join(format!("{tenant}.db"))
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<OnceCell<DatabaseFile>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an entry out of the map, unless another has taken its place.
    fn forget(&self, tenant: TenantId, cell: &Arc<OnceCell<DatabaseFile>>) -> bool {
        let mut open = self.open();
        let same = open.get(&tenant).is_some_and(|there| Arc::ptr_eq(there, cell));
        if same {
            open.remove(&tenant);
        }
        same
    }

    async fn close(&self, tenant: TenantId, cell: &OnceCell<DatabaseFile>) {
        let Some(file) = cell.get() else { return };
        file.readers.close().await;
        if file.marked.load(Ordering::Acquire) {
            self.unmark_outbox(tenant, file).await;
        }
        file.writer.close().await;
    }

    /// Removes the mark of a tenant whose outbox is empty.
    async fn unmark_outbox(&self, tenant: TenantId, file: &DatabaseFile) {
        let Ok(Some(mut lease)) = file.writer.lease().await else { return };
        let Ok(connection) = lease.connection() else { return };
        let waiting = sqlx::query("SELECT 1 FROM outbox LIMIT 1").fetch_optional(connection).await;
        let open = self.open();
        // Whoever has opened the file anew may be about to write an event.
        if matches!(waiting, Ok(None)) && !open.contains_key(&tenant) {
            // A mark that stays costs one look at an empty outbox.
            let _ = std::fs::remove_file(self.folder.join(format!("{tenant}.outbox")));
        }
    }
}

/// Closes the files that nobody has used for `idle`.
async fn close_unused(shared: Weak<Shared>, idle: Duration) {
    loop {
        tokio::time::sleep(idle).await;
        let Some(shared) = shared.upgrade() else { return };
        let files: Vec<_> = shared.open().iter().map(|(tenant, cell)| (*tenant, cell.clone())).collect();
        for (tenant, cell) in files {
            let Some(file) = cell.get() else { continue };
            let used = file.used.load(Ordering::Relaxed);
            let unused = file.swept.swap(used, Ordering::Relaxed) == used;
            if unused && file.is_idle() && shared.forget(tenant, &cell) {
                shared.close(tenant, &cell).await;
            }
        }
    }
}

/// Closes files until a quarter of the places is free, those longest unused first.
async fn close_longest_unused(shared: Arc<Shared>) {
    let mut unused = Vec::new();
    let too_many = {
        let open = shared.open();
        for (tenant, cell) in open.iter() {
            if let Some(file) = cell.get().filter(|file| file.is_idle()) {
                unused.push((file.used.load(Ordering::Relaxed), *tenant, cell.clone()));
            }
        }
        open.len().saturating_sub(shared.open_tenants * 3 / 4)
    };
    unused.sort_unstable_by_key(|(used, ..)| *used);
    for (_, tenant, cell) in unused.into_iter().take(too_many) {
        if shared.forget(tenant, &cell) {
            shared.close(tenant, &cell).await;
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database file was closed".into())
}

/// Writes a file that appears whole and on the disk, or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    use std::io::Write as _;
    let partial = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let mut file = std::fs::File::create(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&partial, path)?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn options(path: &Path, sync: SqliteSync) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match sync {
            SqliteSync::Full => SqliteSynchronous::Full,
            SqliteSync::Normal => SqliteSynchronous::Normal,
        })
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("cache_size", "-1024")
        .pragma("journal_size_limit", "4194304")
        .statement_cache_capacity(64)
        .row_buffer_size(256)
}

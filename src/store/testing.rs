//! Stores for tests, each with a folder or a database of its own.

use std::path::{Path, PathBuf};

use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use crate::ids::TenantId;
use crate::scope::Scope;

use super::migrate::IntoSafe as _;
use super::{Store, StoreConfig};

/// The variable that holds the URL of a PostgreSQL server's administrator.
pub const SERVER: &str = "KONTOR_TEST_DATABASE";

/// Which of the two databases a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A folder, and on PostgreSQL a database, that end with the value.
pub struct TestPlace {
    folder: PathBuf,
    database: Option<TestDatabase>,
}

/// A database of a test's own; dropped with the value.
pub struct TestDatabase {
    server: String,
    name: String,
}

impl TestPlace {
    /// # Panics
    /// When the place cannot be made, as without a PostgreSQL server to test on.
    pub async fn new(engine: Engine) -> Self {
        let folder = std::env::temp_dir().join(format!("kontor-test-{}", Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).expect("a test may write to the folder for temporary files");
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(TestDatabase::new().await),
        };
        Self { folder, database }
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of the database, on PostgreSQL.
    #[must_use]
    pub fn database_url(&self) -> Option<String> {
        self.database.as_ref().map(TestDatabase::url)
    }

    /// Settings of a store in this place.
    #[must_use]
    pub fn config(&self) -> StoreConfig {
        StoreConfig { database: self.database_url(), ..StoreConfig::embedded(&self.folder) }
    }

    /// Opens a store in this place; a second one finds what the first has kept.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(&self) -> Store {
        Store::open(&self.config()).await.expect("the store of a test opens")
    }

    /// A store with one tenant.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn with_tenant(&self) -> (Store, Scope) {
        let store = self.open().await;
        let tenant = TenantId(Uuid::new_v4());
        store.provision(tenant).await.expect("a tenant gets its room");
        (store, Scope::system(tenant))
    }
}

impl TestDatabase {
    /// # Panics
    /// Without a server to test on: a test on PostgreSQL is never skipped.
    pub async fn new() -> Self {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} is not set: it holds the URL of a PostgreSQL server; `script/test` starts one")
        });
        let database = Self { server, name: format!("kontor_test_{}", Uuid::new_v4().simple()) };
        let mut admin = PgConnection::connect(&database.server).await.expect("the PostgreSQL server answers");
        let sql = format!("CREATE DATABASE {}", database.name);
        admin.execute(sql.into_safe()).await.expect("the administrator makes databases");
        admin.close().await.expect("the connection closes");
        database
    }

    /// The URL of the database.
    ///
    /// # Panics
    /// When the server's URL is none.
    #[must_use]
    pub fn url(&self) -> String {
        let (server, query) = match self.server.split_once('?') {
            Some((server, query)) => (server, format!("?{query}")),
            None => (self.server.as_str(), String::new()),
        };
        let (scheme, rest) = server.split_once("://").expect("a URL has a scheme");
        let host = rest.split('/').next().unwrap_or_default();
        format!("{scheme}://{host}/{}{query}", self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // A thread of its own: the test's runtime may be gone.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&server).await.map_err(std::io::Error::other)?;
                admin.execute(sql.into_safe()).await.map_err(std::io::Error::other)
            })
        });
        if !matches!(dropped.join(), Ok(Ok(_))) {
            tracing::warn!(database = self.name, "the database of a test stays");
        }
    }
}

impl Drop for TestPlace {
    fn drop(&mut self) {
        // What stays is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

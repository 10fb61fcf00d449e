//! Settings: a TOML file, `KONTOR__SECTION__KEY` variables and flags, parsed once into typed values.

use std::net::SocketAddr;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

/// All settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder that holds everything: databases, files, keys.
    pub data: PathBuf,
    pub http: Http,
    pub database: Database,
    pub blobs: Blobs,
    pub documents: Documents,
    pub chat: Chat,
    pub limits: Limits,
    pub outbound: Outbound,
    pub log: Log,
    /// Key that wraps the keys of tenants, 64 hexadecimal digits; else `master.key` in `data`.
    pub master_key: Option<String>,
    /// Seconds after which a tenant that nobody uses leaves memory.
    pub tenant_idle_seconds: u64,
}

/// `[http]`: where to listen.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    pub listen: SocketAddr,
    /// What people type into the browser, when a proxy stands in front; `https` makes cookies secure.
    pub public_url: Option<String>,
    /// Whether a proxy stands in front whose `X-Forwarded-For` names the client.
    pub behind_proxy: bool,
    /// Threads that speak HTTP and threads that actors live on; as many as there are cores unless told.
    pub workers: Option<usize>,
}

/// `[database]`: SQLite files in `data` unless a PostgreSQL URL is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    pub url: Option<String>,
    /// Reading connections: per tenant on SQLite, a quarter of all on PostgreSQL.
    pub readers: u32,
    pub sqlite_sync: Sync,
}

/// What a commit on SQLite waits for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sync {
    /// The disk: survives a power cut.
    Full,
    /// The operating system: survives a crash of the program.
    Normal,
}

/// `[blobs]`: a folder in `data` unless a bucket is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Blobs {
    pub bucket: Option<String>,
    pub endpoint: Option<String>,
    pub region: Option<String>,
    pub access_key: String,
    pub secret_key: String,
    pub allow_http: bool,
}

/// `[documents]`: what strangers may ask of a document. Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Documents {
    /// Largest message of a connection, and so the largest update.
    pub message_bytes: usize,
    /// Largest document: its snapshot and the updates since.
    pub document_bytes: usize,
    /// Bytes queued for a client that does not read.
    pub queue_bytes: usize,
    /// Connections in one document.
    pub connections: usize,
    /// Messages a second of one connection, over a span of some seconds.
    pub messages_per_second: u32,
    /// Largest file in a document.
    pub file_bytes: usize,
    /// Seconds after which a silent connection is pinged; three unanswered pings end it.
    pub heartbeat_seconds: u64,
    /// Seconds without a connection after which a document leaves memory.
    pub idle_seconds: u64,
    /// Seconds without a write after which the log is folded into a snapshot.
    pub quiet_seconds: u64,
    /// Seconds between automatic version points while people write.
    pub version_seconds: u64,
}

/// `[chat]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chat {
    /// Whether the server fetches the pages that messages link to and shows what they say of themselves.
    pub link_previews: bool,
}

/// `[limits]`: how often anybody may ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests a second of one signed-in person.
    pub requests_per_second: u32,
    /// Requests a second of one address that is not signed in.
    pub anonymous_per_second: u32,
}

/// `[outbound]`: requests to addresses that people name, such as push services and link previews.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// Whether they may reach services on this machine, by plain HTTP too. Private networks stay closed.
    pub loopback: bool,
}

/// `[log]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// `info`, or per part: `info,kontor::store=debug`.
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// Flags of the command line that stand above file and variables.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub http: Option<String>,
    pub database: Option<String>,
}

/// A setting that cannot be used: every fault on a line of its own.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl Settings {
    /// Reads all sources; later ones win: file, variables, flags.
    ///
    /// # Errors
    /// `ConfigError` names each wrong key, its value and what is allowed.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = &flags.config {
            if !path.is_file() {
                return Err(ConfigError(format!("there is no settings file {}", path.display())));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        figment = figment.merge(Env::prefixed("KONTOR__").split("__"));
        if let Some(data) = &flags.data {
            figment = figment.merge(Serialized::default("data", data));
        }
        if let Some(http) = &flags.http {
            figment = figment.merge(Serialized::default("http.listen", http));
        }
        if let Some(url) = &flags.database {
            figment = figment.merge(Serialized::default("database.url", url));
        }
        let settings: Self = figment.extract().map_err(|error| ConfigError(describe(error)))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if let Some(url) = &self.database.url
            && !url.starts_with("postgres://")
            && !url.starts_with("postgresql://")
        {
            return Err(ConfigError(
                "database.url: found something else, allowed is postgres://USER@HOST/DATABASE".into(),
            ));
        }
        if let Some(url) = &self.http.public_url
            && !url.starts_with("http://")
            && !url.starts_with("https://")
        {
            return Err(ConfigError(format!(
                "http.public_url: found {url:?}, allowed is http://… or https://…"
            )));
        }
        Ok(())
    }

    /// Whether browsers reach this installation over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.http.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Cores that the server may use.
    #[must_use]
    pub fn workers(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(2, usize::from);
        self.http.workers.unwrap_or_else(cores).max(1)
    }
}

/// One line per fault: the key, what was found, what is allowed.
fn describe(error: figment::Error) -> String {
    let line = |error: figment::Error| {
        let key = if error.path.is_empty() { "settings".to_owned() } else { error.path.join(".") };
        let source = error.metadata.as_ref().map(|from| format!(" (from {})", from.name)).unwrap_or_default();
        format!("{key}: {}{source}", error.kind)
    };
    error.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            http: Http::default(),
            database: Database::default(),
            blobs: Blobs::default(),
            documents: Documents::default(),
            chat: Chat::default(),
            limits: Limits::default(),
            outbound: Outbound::default(),
            log: Log::default(),
            master_key: None,
            tenant_idle_seconds: 120,
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            behind_proxy: false,
            workers: None,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, readers: 4, sqlite_sync: Sync::Full }
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            message_bytes: 16 << 20,
            document_bytes: 64 << 20,
            queue_bytes: 8 << 20,
            connections: 2_000,
            messages_per_second: 100_000,
            file_bytes: 25 << 20,
            heartbeat_seconds: 20,
            idle_seconds: 30,
            quiet_seconds: 5,
            version_seconds: 600,
        }
    }
}

impl Default for Chat {
    fn default() -> Self {
        Self { link_previews: true }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests_per_second: 100, anonymous_per_second: 50 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(flags: &Flags, expected: &str) {
        let error = Settings::load(flags).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} does not say {expected:?}");
    }

    #[test]
    fn without_sources_the_defaults_hold() {
        let settings = Settings::load(&Flags::default()).unwrap();
        assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn a_wrong_value_names_its_key() {
        check(&Flags { http: Some("nowhere".into()), ..Flags::default() }, "http.listen");
        check(&Flags { database: Some("mysql://x".into()), ..Flags::default() }, "postgres://");
        check(&Flags { config: Some("missing.toml".into()), ..Flags::default() }, "missing.toml");
    }

    #[test]
    fn a_file_with_an_unknown_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kontor.toml");
        std::fs::write(&path, "[http]\nlisten = \"127.0.0.1:1\"\nportt = 3\n").unwrap();
        check(&Flags { config: Some(path), ..Flags::default() }, "portt");
    }
}

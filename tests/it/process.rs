//! The real binary as a process of its own, for what cannot be tried from within: signals, memory,
//! and what is left when it is killed.

// Processes run in real time.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[allow(dead_code)]
#[path = "../../benches/load/dialect.rs"]
pub mod dialect;
#[path = "../../benches/load/http.rs"]
pub mod http;
#[allow(dead_code)]
#[path = "../../benches/load/wire.rs"]
pub mod wire;

use wire::Wire;

/// How long a test waits for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running Kontor with the demo business.
pub struct Binary {
    child: Child,
    pub address: SocketAddr,
    pub token: String,
    folder: tempfile::TempDir,
    database: Option<String>,
    settings: Vec<(&'static str, &'static str)>,
}

impl Binary {
    /// Activates and starts on SQLite files.
    pub fn on_sqlite(settings: &[(&'static str, &'static str)]) -> Self {
        Self::start(None, settings)
    }

    /// Activates and starts on a fresh database of the private PostgreSQL.
    pub fn on_postgres(settings: &[(&'static str, &'static str)]) -> Self {
        Self::start(Some(fresh_database()), settings)
    }

    fn start(database: Option<String>, settings: &[(&'static str, &'static str)]) -> Self {
        raise_open_files();
        let folder = tempfile::tempdir().unwrap();
        let mut activate = kontor(&folder, database.as_deref());
        activate.arg("activate").arg(source().join("examples/acme.json"));
        let done = activate.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let address = free_address();
        let child = serve(&folder, database.as_deref(), settings, address);
        let settings = settings.to_vec();
        let mut binary = Self { child, address, token: String::new(), folder, database, settings };
        binary.wait_until_ready();
        let body = json!({ "email": "ana@acme.example", "password": "kontor-demo-1" });
        binary.token = text(&binary.post("/auth/sign-in", &body), "token");
        binary
    }

    /// Ends the process without warning: nothing is flushed.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The token of the operator.
    pub fn operator(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("platform.token")).unwrap().trim().to_owned()
    }

    /// Starts again on what is left, at another address.
    pub fn restart(&mut self) {
        self.address = free_address();
        self.child = serve(&self.folder, self.database.as_deref(), &self.settings, self.address);
        self.wait_until_ready();
    }

    pub fn new_document(&self) -> String {
        text(&self.post("/documents", &json!({ "title": "Faults" })), "id")
    }

    pub fn new_channel(&self, name: &str) -> String {
        text(&self.post("/chat/rooms", &json!({ "kind": "channel", "name": name })), "id")
    }

    /// Every message of a room by its number.
    pub fn messages(&self, room: &str) -> BTreeMap<i64, String> {
        let mut found = BTreeMap::new();
        loop {
            let after = found.last_key_value().map_or(0, |(seq, _)| *seq);
            let path = format!("/api/v1/chat/rooms/{room}/messages?limit=200&after={after}");
            let (status, page) = http::request(self.address, "GET", &path, Some(&self.token), None).unwrap();
            assert_eq!(status, 200, "{page}");
            for message in page["messages"].as_array().unwrap() {
                found.insert(message["seq"].as_i64().unwrap(), text(message, "text"));
            }
            if page["has_after"] == false {
                return found;
            }
        }
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        let token = Some(self.token.as_str()).filter(|token| !token.is_empty());
        let path = format!("/api/v1{path}");
        let (status, answer) = http::request(self.address, "POST", &path, token, Some(body)).unwrap();
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub fn connect(&self, document: &str) -> io::Result<Wire> {
        connect(self.address, document, &self.token)
    }

    /// Resident memory in MiB.
    pub fn rss(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    fn wait_until_ready(&mut self) {
        wait_until("the server is ready", || {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended with {status}");
            }
            matches!(http::request(self.address, "GET", "/health/ready", None, None), Ok((200, _)))
        });
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn connect(address: SocketAddr, document: &str, token: &str) -> io::Result<Wire> {
    let path = format!("/api/v1/documents/{document}/sync?acks=1");
    Wire::open(address, &path, &[("Authorization".into(), format!("Bearer {token}"))])
}

/// Waits for a condition; the limit only ends a test that has failed.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn serve(
    folder: &tempfile::TempDir,
    database: Option<&str>,
    settings: &[(&str, &str)],
    address: SocketAddr,
) -> Child {
    let mut command = kontor(folder, database);
    command.arg("serve").arg("--http").arg(address.to_string());
    command.envs(settings.iter().copied());
    command.env("KONTOR__LOG__FILTER", "warn").stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().unwrap()
}

fn kontor(folder: &tempfile::TempDir, database: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
    command.arg("--data").arg(folder.path());
    if let Some(url) = database {
        command.arg("--database").arg(url);
    }
    command
}

/// A database of its own on the server that `KONTOR_TEST_DATABASE` names.
fn fresh_database() -> String {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
    let admin = std::env::var("KONTOR_TEST_DATABASE").expect(
        "KONTOR_TEST_DATABASE names a PostgreSQL for tests: run script/with-postgres cargo nextest run",
    );
    let name = format!("process_{}_{}", std::process::id(), free_address().port());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(&admin).await.unwrap();
        connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    });
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// As many open files as the system allows, for this process and the servers it starts.
fn raise_open_files() {
    let limit = "h=$(ulimit -Hn); exec prlimit --pid $1 --nofile=$h:$h";
    let _ = Command::new("sh").args(["-c", limit, "sh", &std::process::id().to_string()]).status();
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

//! The servers that are measured, each started fresh for a round.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::dialect::Dialect;
use crate::http;
use crate::process::Process;
use crate::wire::Wire;

/// Which server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Kontor,
    Hocuspocus,
    /// Sends every frame on as it comes, and keeps nothing.
    Relay,
    /// Sends on together what came together, and keeps nothing.
    BatchingRelay,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Kontor => "Kontor",
            Self::Hocuspocus => "Hocuspocus",
            Self::Relay => "bare relay",
            Self::BatchingRelay => "bare relay, batching",
        }
    }

    /// Whether it keeps documents.
    pub fn stores(self) -> bool {
        matches!(self, Self::Kontor | Self::Hocuspocus)
    }
}

/// A running server.
pub struct Peer {
    pub kind: Kind,
    pub process: Process,
    pub address: SocketAddr,
    folder: tempfile::TempDir,
    token: String,
}

impl Peer {
    /// Starts a server with an empty folder and waits until it serves.
    pub fn start(kind: Kind) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        if kind == Kind::Kontor {
            activate(folder.path(), &[tenant("bench")])?;
        }
        let address = free_address()?;
        let process = Process::start(&mut command(kind, folder.path(), address)?)?;
        let mut peer = Self { kind, process, address, folder, token: String::new() };
        peer.wait_until_ready()?;
        if kind == Kind::Kontor {
            peer.token = sign_in(peer.address, "ana", "bench")?;
        }
        Ok(peer)
    }

    /// Stops the server in good order and starts it again on the same folder.
    pub fn restart(&mut self) -> io::Result<()> {
        self.process.stop();
        self.address = free_address()?;
        self.process = Process::start(&mut command(self.kind, self.folder.path(), self.address)?)?;
        self.wait_until_ready()
    }

    /// The names of `count` fresh documents.
    pub fn documents(&self, count: usize) -> io::Result<Vec<String>> {
        (0..count)
            .map(|number| match self.kind {
                Kind::Kontor => self.create(&format!("Bench {number}")),
                _ => Ok(format!("bench-{number}")),
            })
            .collect()
    }

    fn create(&self, title: &str) -> io::Result<String> {
        let body = json!({ "title": title });
        let (status, answer) =
            http::request(self.address, "POST", "/api/v1/documents", Some(&self.token), Some(&body))?;
        match answer["id"].as_str() {
            Some(id) if status == 201 => Ok(id.to_owned()),
            _ => Err(io::Error::other(format!("creating a document: {status} {answer}"))),
        }
    }

    pub fn dialect(&self, document: &str) -> Dialect {
        match self.kind {
            Kind::Hocuspocus => Dialect::Named(document.to_owned()),
            _ => Dialect::Plain,
        }
    }

    /// Opens a socket to a document and says what the dialect says first.
    pub fn connect(&self, document: &str) -> io::Result<Wire> {
        let path = match self.kind {
            Kind::Kontor => format!("/api/v1/documents/{document}/sync?acks=1"),
            _ => format!("/{document}"),
        };
        let headers = match self.kind {
            Kind::Kontor => vec![("Authorization".to_owned(), format!("Bearer {}", self.token))],
            _ => Vec::new(),
        };
        let mut wire = Wire::open(self.address, &path, &headers)?;
        if let Some(hello) = self.dialect(document).hello() {
            wire.send(&hello)?;
        }
        Ok(wire)
    }

    /// Lets the server return memory that it no longer needs, where it must be told to.
    pub fn settle(&self) {
        if self.kind == Kind::Hocuspocus {
            self.process.signal("USR2");
        }
        std::thread::sleep(Duration::from_secs(3));
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        let path = if self.kind == Kind::Kontor { "/health/ready" } else { "/" };
        for _ in 0..3000 {
            match http::request(self.address, "GET", path, None, None) {
                Ok((200..=299, _)) => return Ok(()),
                _ => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        Err(io::Error::other(format!("{} does not become ready", self.kind.name())))
    }
}

/// An activation document of a business with one person.
pub fn tenant(slug: &str) -> serde_json::Value {
    json!({
        "business": { "name": slug, "slug": slug, "locale": "en-GB", "time_zone": "Europe/Berlin", "currency": "EUR" },
        "admin": { "email": format!("ana@{slug}.example"), "name": "Ana", "password": PASSWORD },
        "users": [],
        "modules": {}
    })
}

pub const PASSWORD: &str = "a-long-bench-password-1";

/// Brings businesses to life in a folder before the server starts.
pub fn activate(data: &Path, businesses: &[serde_json::Value]) -> io::Result<()> {
    let file = data.join("activation.json");
    for business in businesses {
        std::fs::write(&file, business.to_string())?;
        let done = Command::new(kontor()).arg("activate").arg(&file).arg("--data").arg(data).output()?;
        if !done.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()));
        }
    }
    Ok(())
}

pub fn sign_in(address: SocketAddr, person: &str, slug: &str) -> io::Result<String> {
    let body = json!({ "email": format!("{person}@{slug}.example"), "password": PASSWORD });
    let (status, answer) = http::request(address, "POST", "/api/v1/auth/sign-in", None, Some(&body))?;
    match answer["token"].as_str() {
        Some(token) if status == 200 => Ok(token.to_owned()),
        _ => Err(io::Error::other(format!("signing in: {status} {answer}"))),
    }
}

pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Starts Kontor on a folder that has its businesses already.
pub fn serve(data: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(kontor());
    command.arg("serve").arg("--data").arg(data).arg("--http").arg(address.to_string());
    // The limits stand between one address and a thousand people; here all come from one address.
    for (key, value) in LIMITS {
        command.env(key, value);
    }
    command.stdout(Stdio::null());
    command
}

const LIMITS: &[(&str, &str)] = &[
    ("KONTOR__LIMITS__REQUESTS_PER_SECOND", "1000000"),
    ("KONTOR__LIMITS__ANONYMOUS_PER_SECOND", "1000000"),
    ("KONTOR__DOCUMENTS__MESSAGES_PER_SECOND", "1000000"),
    ("KONTOR__LOG__FILTER", "warn"),
];

fn command(kind: Kind, folder: &Path, address: SocketAddr) -> io::Result<Command> {
    let mut command = match kind {
        Kind::Kontor => serve(folder, address),
        Kind::Hocuspocus => {
            let mut node = Command::new("node");
            node.arg("--expose-gc").arg(source().join("benches/hocuspocus/server.mjs"));
            node.arg(address.port().to_string()).arg(folder);
            node
        }
        Kind::Relay | Kind::BatchingRelay => {
            let mut relay = Command::new(std::env::current_exe()?);
            relay.arg("relay").arg(address.to_string());
            relay.args((kind == Kind::BatchingRelay).then_some("--batch"));
            relay
        }
    };
    command.stdin(Stdio::null());
    Ok(command)
}

fn kontor() -> PathBuf {
    std::env::var_os("KONTOR_BIN").map_or_else(|| source().join("target/release/kontor"), PathBuf::from)
}

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

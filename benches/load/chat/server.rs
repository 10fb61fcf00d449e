//! The chat servers that are measured, each started fresh for a round.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;

use super::prosody;
use super::seed::Business;
use super::tongue::Tongue;
use crate::process::Process;
use crate::wire::{self, Wire};
use crate::{http, peer};

/// Which server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Kontor,
    /// A room broadcast: keeps nothing and knows nobody.
    SocketIo,
    Prosody,
}

/// A running server.
pub struct Server<'a> {
    pub kind: Kind,
    pub process: Process,
    pub address: SocketAddr,
    business: &'a Business,
    _folder: tempfile::TempDir,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Kontor => "Kontor",
            Self::SocketIo => "Socket.IO",
            Self::Prosody => "Prosody",
        }
    }

    pub fn is_named(self, names: &str) -> bool {
        let name = self.name().to_lowercase();
        names.split(',').any(|wanted| name.starts_with(&wanted.to_lowercase()))
    }

    pub fn tongue(self) -> Tongue {
        match self {
            Self::Kontor => Tongue::Live,
            Self::SocketIo => Tongue::SocketIo,
            Self::Prosody => Tongue::Xmpp,
        }
    }
}

impl<'a> Server<'a> {
    /// Starts a server and waits until it serves.
    pub fn start(kind: Kind, business: &'a Business) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = peer::free_address()?;
        let mut command = match kind {
            Kind::Kontor => peer::serve(business.folder(), address),
            Kind::SocketIo => {
                let mut node = Command::new("node");
                let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/socketio/server.mjs");
                node.arg("--expose-gc").arg(script).arg(address.port().to_string());
                node
            }
            Kind::Prosody => prosody::command(folder.path(), address, business.sockets())?,
        };
        let process = Process::start(command.stdin(Stdio::null()))?;
        let server = Self { kind, process, address, business, _folder: folder };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Makes a room of these sockets' people and returns its name.
    pub fn room(&self, number: usize, sockets: std::ops::Range<usize>) -> io::Result<String> {
        match self.kind {
            Kind::SocketIo => return Ok(format!("room-{number}")),
            Kind::Prosody => return Ok(format!("room-{number}@rooms.localhost")),
            Kind::Kontor => {}
        }
        let token = Some(self.business.token(sockets.start));
        let mut members: Vec<&str> = sockets.map(|socket| self.business.user(socket)).collect();
        members.sort_unstable();
        members.dedup();
        // Rooms of earlier rounds are in the same business.
        let name = format!("room {number} {}", self.address.port());
        let body = json!({ "kind": "channel", "name": name, "members": members });
        match http::request(self.address, "POST", "/api/v1/chat/rooms", token, Some(&body))? {
            (201, answer) => {
                Ok(answer["room"]["id"].as_str().or(answer["id"].as_str()).unwrap_or("").to_owned())
            }
            (status, answer) => Err(io::Error::other(format!("making a room: {status} {answer}"))),
        }
    }

    /// Opens the socket of one person who hears these rooms.
    pub fn connect(&self, socket: usize, rooms: &[&str]) -> io::Result<Wire> {
        match self.kind {
            Kind::Kontor => self.connect_live(socket, rooms),
            Kind::SocketIo => self.connect_socketio(rooms),
            Kind::Prosody => {
                let mut wire = prosody::open(self.address, socket)?;
                rooms.iter().try_for_each(|room| prosody::enter(&mut wire, room, socket))?;
                Ok(wire)
            }
        }
    }

    /// As the web client does: its own events, everyone's presence, its rooms.
    fn connect_live(&self, socket: usize, rooms: &[&str]) -> io::Result<Wire> {
        let bearer = format!("Bearer {}", self.business.token(socket));
        let mut wire = Wire::open(self.address, "/api/v1/live?v=1", &[("Authorization".to_owned(), bearer)])?;
        let own = ["me", "people"].into_iter().map(str::to_owned);
        let topics = own.chain(rooms.iter().map(|room| format!("room:{room}")));
        let topics: Vec<_> = topics.map(|topic| json!({ "topic": topic })).collect();
        wire.stream
            .write_all(&wire::text(json!({ "op": "subscribe", "topics": topics }).to_string().as_bytes()))?;
        let mut left = topics.len();
        wire.receive(|payload| {
            let text = String::from_utf8_lossy(payload);
            if text.contains("\"refused\"") {
                return Some(Err(io::Error::other(text.into_owned())));
            }
            left -= usize::from(text.starts_with(r#"{"op":"subscribed""#));
            (left == 0).then_some(Ok(()))
        })??;
        Ok(wire)
    }

    fn connect_socketio(&self, rooms: &[&str]) -> io::Result<Wire> {
        let mut wire = Wire::open(self.address, "/socket.io/?EIO=4&transport=websocket", &[])?;
        wire.receive(|payload| payload.starts_with(b"0{").then_some(()))?;
        wire.stream.write_all(&wire::text(b"40"))?;
        wire.receive(|payload| payload.starts_with(b"40").then_some(()))?;
        for room in rooms {
            wire.stream.write_all(&wire::text(format!("420{}", json!(["join", room])).as_bytes()))?;
            wire.receive(|payload| payload.starts_with(b"430").then_some(()))?;
        }
        Ok(wire)
    }

    /// Lets the server return memory that it no longer needs, where it must be told to.
    pub fn settle(&self) {
        if self.kind == Kind::SocketIo {
            self.process.signal("USR2");
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        let path = if self.kind == Kind::Kontor { "/health/ready" } else { "/" };
        for _ in 0..3000 {
            match http::request(self.address, "GET", path, None, None) {
                Ok((200..=299, _)) => return Ok(()),
                // Prosody has nothing to show there.
                Ok((404, _)) if self.kind == Kind::Prosody => return Ok(()),
                _ => std::thread::sleep(std::time::Duration::from_millis(10)),
            }
        }
        Err(io::Error::other(format!("{} does not become ready", self.kind.name())))
    }
}

//! Prosody with WebSocket, multi-user chat and its archive: settings, accounts, and how a client enters.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::tongue::plain;
use crate::wire::{self, Wire};

const PASSWORD: &str = "bench";

/// Whether it is installed.
pub fn is_there() -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join("prosody").is_file())
}

/// Writes settings and accounts, and returns the command that serves them.
pub fn command(folder: &Path, address: SocketAddr, people: usize) -> io::Result<Command> {
    let accounts = folder.join("data/localhost/accounts");
    std::fs::create_dir_all(&accounts)?;
    for number in 0..people {
        let account = format!("return {{\n\t[\"password\"] = \"{PASSWORD}\";\n}};\n");
        std::fs::write(accounts.join(format!("{}.dat", user(number))), account)?;
    }
    let file = folder.join("prosody.cfg.lua");
    std::fs::write(&file, settings(folder, address))?;
    let mut command = Command::new("prosody");
    command
        .arg("--config")
        .arg(file)
        .arg("-F")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

fn user(number: usize) -> String {
    format!("u{number}")
}

/// As Debian's package has it, apart from ports and what would only cost: no presence is told, which
/// a thousand occupants would tell a thousand others; the archive of rooms is on.
fn settings(folder: &Path, address: SocketAddr) -> String {
    let (folder, port) = (folder.display(), address.port());
    format!(
        r#"pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
log = {{ warn = "{folder}/prosody.log" }}
run_as_root = true
modules_enabled = {{ "saslauth", "websocket" }}
modules_disabled = {{ "s2s", "offline", "tls" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{}}
c2s_direct_tls_ports = {{}}
s2s_ports = {{}}
https_ports = {{}}
http_ports = {{ {port} }}
http_interfaces = {{ "127.0.0.1" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true
authentication = "internal_plain"
storage = "internal"
VirtualHost "localhost"
Component "rooms.localhost" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_log_by_default = true
  muc_room_locking = false
  muc_room_default_presence_broadcast = {{ visitor = false; participant = false; moderator = false }}
"#
    )
}

/// Signs in and gets an address.
pub fn open(address: SocketAddr, number: usize) -> io::Result<Wire> {
    let protocol = ("Sec-WebSocket-Protocol".to_owned(), "xmpp".to_owned());
    let mut wire = Wire::open(address, "/xmpp-websocket", &[protocol])?;
    let open = r#"<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>"#;
    let auth = plain(&user(number), PASSWORD);
    let auth = format!(r#"<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">{auth}</auth>"#);
    let bind = r#"<iq xmlns="jabber:client" type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>"#;
    for (say, until) in [(open, ":features"), (&auth, "<success"), (open, ":features"), (bind, "<jid")] {
        ask(&mut wire, say, until)?;
    }
    Ok(wire)
}

/// Enters a room, which the first one makes.
pub fn enter(wire: &mut Wire, room: &str, number: usize) -> io::Result<()> {
    let nick = user(number);
    let presence = format!(
        r#"<presence xmlns="jabber:client" to="{room}/{nick}"><x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x></presence>"#
    );
    ask(wire, &presence, "110")
}

fn ask(wire: &mut Wire, say: &str, until: &str) -> io::Result<()> {
    use std::io::Write as _;
    wire.stream.write_all(&wire::text(say.as_bytes()))?;
    wire.receive(|payload| {
        let text = String::from_utf8_lossy(payload);
        let refused = text.contains("<failure") || text.contains("type='error'");
        (refused || text.contains(until)).then(|| if refused { Err(text.into_owned()) } else { Ok(()) })
    })?
    .map_err(io::Error::other)
}

//! Connections on which nobody speaks.

use std::io::{self, Read as _, Write as _};
use std::time::{Duration, Instant};

use super::server::Server;
use super::tongue::Tongue;
use crate::wire::{self, Wire};

/// What holding them cost.
pub struct Held {
    pub open: usize,
    pub kib_each: f64,
    pub rss_mib: f64,
    pub cpu_share: f64,
    pub connects_per_second: f64,
}

/// People in each room; everyone hears one.
const PEOPLE: usize = 20;
/// Longer than a heartbeat of any of the servers.
const SPAN: Duration = Duration::from_secs(30);

/// Opens `count` connections, each with its own sign-in, and waits.
pub fn hold(server: &Server<'_>, count: usize) -> io::Result<Held> {
    let rooms = (0..50)
        .map(|number| server.room(number, number * PEOPLE..(number + 1) * PEOPLE))
        .collect::<io::Result<Vec<_>>>()?;
    let heard = |socket: usize| [rooms[socket % 1000 / PEOPLE].as_str()];
    // The first ones pay for what is made once.
    let mut wires = (0..1000.min(count / 10))
        .map(|socket| server.connect(socket, &heard(socket)))
        .collect::<io::Result<Vec<_>>>()?;
    let first = wires.len();
    rest(server, &mut wires, Duration::from_secs(6))?;
    server.settle();
    let before = server.process.rss();
    let begun = Instant::now();
    for socket in first..count {
        wires.push(server.connect(socket, &heard(socket))?);
        if socket % 500 == 0 {
            sweep(server.kind.tongue(), &mut wires)?;
        }
    }
    let took = begun.elapsed().as_secs_f64();
    rest(server, &mut wires, Duration::from_secs(6))?;
    server.settle();
    let cpu = server.process.cpu();
    rest(server, &mut wires, SPAN)?;
    let cpu = server.process.cpu() - cpu;
    let after = server.process.rss();
    let open = sweep(server.kind.tongue(), &mut wires)?;
    Ok(Held {
        open,
        kib_each: (after - before) / (count - first) as f64,
        rss_mib: after / 1024.0,
        cpu_share: cpu / SPAN.as_secs_f64(),
        connects_per_second: (count - first) as f64 / took,
    })
}

fn rest(server: &Server<'_>, wires: &mut [Wire], span: Duration) -> io::Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < span {
        sweep(server.kind.tongue(), wires)?;
        std::thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}

/// Reads what has come and answers heartbeats; returns how many connections are open.
fn sweep(tongue: Tongue, wires: &mut [Wire]) -> io::Result<usize> {
    let mut open = 0;
    let mut chunk = vec![0; 65_536];
    for wire in wires {
        wire.stream.set_nonblocking(true)?;
        let alive = loop {
            match wire.stream.read(&mut chunk) {
                Ok(0) => break false,
                Ok(size) => wire.inbox.push(&chunk[..size]),
                Err(error) => break error.kind() == io::ErrorKind::WouldBlock,
            }
        };
        let mut answers = Vec::new();
        while let Some(frame) = wire.inbox.next() {
            match frame.opcode {
                wire::PING => answers.extend(wire::frame(wire::PONG, frame.payload)),
                _ => answers.extend(tongue.answer(frame.payload).map(wire::text).unwrap_or_default()),
            }
        }
        wire.stream.set_nonblocking(false)?;
        if alive && !answers.is_empty() {
            wire.stream.write_all(&answers)?;
        }
        open += usize::from(alive);
    }
    Ok(open)
}

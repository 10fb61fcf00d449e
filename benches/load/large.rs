//! A document made of a quarter of a million single edits: taking them in, and opening it.

use std::io::{self, Write as _};
use std::thread;
use std::time::Instant;

use yrs::updates::decoder::Decode as _;
use yrs::{Doc, GetString as _, Transact as _, Update};

use crate::dialect::{Dialect, Incoming};
use crate::edits;
use crate::peer::Peer;
use crate::wire::{self, Wire};

pub const EDITS: usize = 260_000;

/// What one round showed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Taken in, and for Kontor stored, each second.
    pub edits_per_second: f64,
    pub warm: Opening,
    pub cold: Opening,
    pub state_kib: f64,
}

/// How long a client waits for a document, in milliseconds from its connect.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Until the whole state is there.
    pub received: f64,
    /// Until the client's document shows it.
    pub synced: f64,
}

/// Runs one round against a fresh server.
pub fn run(peer: &mut Peer) -> io::Result<Outcome> {
    let document = peer.documents(1)?.remove(0);
    let dialect = peer.dialect(&document);
    let updates = edits::history(3_000_000_019, EDITS);
    let wanted = text(&edits::apply(&updates));
    let mut writer = peer.connect(&document)?;
    writer.send(&dialect.step1(&[0]))?;
    writer.receive(|payload| matches!(dialect.read(payload), Incoming::Step2(_)).then_some(()))?;
    let begun = Instant::now();
    send_all(&mut writer, &dialect, &updates)?;
    let edits_per_second = EDITS as f64 / begun.elapsed().as_secs_f64();
    // Hocuspocus stores two seconds after the last edit.
    peer.settle();
    let mut warm = Vec::new();
    let mut state = 0;
    for _ in 0..7 {
        let (opening, size) = open(peer, &document, &wanted)?;
        warm.push(opening);
        state = size;
    }
    drop(writer);
    let mut cold = Vec::new();
    for _ in 0..3 {
        peer.restart()?;
        // Signing in and the like are not part of the opening.
        thread::sleep(std::time::Duration::from_millis(500));
        cold.push(open(peer, &document, &wanted)?.0);
    }
    Ok(Outcome { edits_per_second, warm: median(warm), cold: median(cold), state_kib: state as f64 / 1024.0 })
}

/// Sends updates as fast as the server takes them and waits until it has acknowledged all of them.
pub fn send_all(wire: &mut Wire, dialect: &Dialect, updates: &[Vec<u8>]) -> io::Result<()> {
    let mut stream = wire.stream.try_clone()?;
    let frames: Vec<u8> = updates.iter().flat_map(|update| wire::binary(&dialect.update(update))).collect();
    thread::scope(|scope| {
        let sender = scope.spawn(move || stream.write_all(&frames));
        let mut acknowledged = 0;
        let received = wire.receive(|payload| {
            match dialect.read(payload) {
                Incoming::Saved(count) => acknowledged = count,
                Incoming::Applied => acknowledged += 1,
                _ => {}
            }
            (acknowledged >= updates.len() as u64).then_some(())
        });
        let sent = sender.join().map_err(|_| io::Error::other("the sender panicked"))?;
        received.and(sent)
    })
}

fn open(peer: &Peer, document: &str, wanted: &str) -> io::Result<(Opening, usize)> {
    let dialect = peer.dialect(document);
    let begun = Instant::now();
    let mut wire = peer.connect(document)?;
    wire.send(&dialect.step1(&[0]))?;
    let state = receive_state(&mut wire, &dialect)?;
    let received = begun.elapsed().as_secs_f64() * 1000.0;
    let doc = Doc::new();
    for update in &state {
        let update = Update::decode_v1(update).map_err(io::Error::other)?;
        doc.transact_mut().apply_update(update).map_err(io::Error::other)?;
    }
    let synced = begun.elapsed().as_secs_f64() * 1000.0;
    if text(&doc) != wanted {
        return Err(io::Error::other(format!("{} gives another text back", peer.kind.name())));
    }
    Ok((Opening { received, synced }, state.iter().map(Vec::len).sum()))
}

/// All updates up to the point where the server has answered and asked: some answer first, some ask
/// first, and some send the newest updates after the answer.
fn receive_state(wire: &mut Wire, dialect: &Dialect) -> io::Result<Vec<Vec<u8>>> {
    let (mut updates, mut answered, mut asked) = (Vec::new(), false, false);
    wire.receive(|payload| {
        match dialect.read(payload) {
            Incoming::Step1(_) => asked = true,
            Incoming::Step2(update) => {
                answered = true;
                updates.push(update.to_vec());
            }
            Incoming::Update(update) => updates.push(update.to_vec()),
            _ => {}
        }
        (answered && asked).then_some(())
    })?;
    Ok(updates)
}

fn text(doc: &Doc) -> String {
    let fragment = doc.get_or_insert_xml_fragment("default");
    fragment.get_string(&doc.transact())
}

fn median(mut openings: Vec<Opening>) -> Opening {
    openings.sort_by(|one, other| one.synced.total_cmp(&other.synced));
    openings[openings.len() / 2]
}

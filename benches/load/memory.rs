//! Memory of an open document with one connection.

use std::io;

use crate::dialect::Incoming;
use crate::edits;
use crate::peer::Peer;
use crate::wire::Wire;

const WORDS_OF_5000: u32 = 625;

/// KiB for each document that is open with one idle connection; `typed` characters in each.
pub fn per_document(peer: &Peer, documents: usize, typed: bool) -> io::Result<f64> {
    let names = peer.documents(documents + 1)?;
    // The first one pays for what is made once.
    let _first = open(peer, &names[0], 0, typed)?;
    peer.settle();
    let before = peer.process.rss();
    let mut wires = Vec::new();
    for (index, name) in names[1..].iter().enumerate() {
        wires.push(open(peer, name, index as u64 + 1, typed)?);
    }
    peer.settle();
    Ok((peer.process.rss() - before) / documents as f64)
}

/// KiB for each further idle connection to one document.
pub fn per_connection(peer: &Peer, connections: usize) -> io::Result<f64> {
    let name = &peer.documents(1)?[0];
    let _first = open(peer, name, 0, false)?;
    peer.settle();
    let before = peer.process.rss();
    let wires = (0..connections).map(|_| open(peer, name, 0, false)).collect::<io::Result<Vec<_>>>()?;
    peer.settle();
    let after = peer.process.rss();
    drop(wires);
    Ok((after - before) / connections as f64)
}

fn open(peer: &Peer, document: &str, index: u64, typed: bool) -> io::Result<Wire> {
    let dialect = peer.dialect(document);
    let mut wire = peer.connect(document)?;
    wire.send(&dialect.step1(&[0]))?;
    wire.receive(|payload| matches!(dialect.read(payload), Incoming::Step2(_)).then_some(()))?;
    if typed {
        let updates = edits::typist(2_000_000_011 + index * 7919, 0, WORDS_OF_5000);
        crate::large::send_all(&mut wire, &dialect, &updates)?;
    }
    Ok(wire)
}

//! Bad input and bad clients against the real process, whose memory is watched.

// Processes run in real time.
#![allow(clippy::disallowed_methods)]

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use yrs::{Doc, Text as _, Transact as _};

use crate::process::dialect::{Dialect, Incoming};
use crate::process::wire::{self, Wire};
use crate::process::{Binary, wait_until};

const PLAIN: Dialect = Dialect::Plain;
const MIB: usize = 1 << 20;

/// What a flood may cost at most while it comes, in MiB.
const ROOM: u64 = 24;

/// Sends until the other side ends the connection, some seconds at most, and watches the memory
/// meanwhile. What is sent after a refusal may be read and forgotten for a moment, so that the client
/// gets to see why.
fn flood(stream: &mut TcpStream, chunk: &[u8], server: &Binary) -> (bool, u64) {
    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut most = 0;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if stream.write_all(chunk).is_err() {
            return (true, most);
        }
        most = most.max(server.rss());
        std::thread::sleep(Duration::from_millis(1));
    }
    (false, most)
}

#[test]
fn a_frame_that_declares_a_terabyte_is_refused_before_it_is_in_memory() {
    let server = Binary::on_sqlite(&[]);
    let mut wire = server.connect(&server.new_document()).unwrap();
    let before = server.rss();
    let header = [&[0x82, 0x80 | 127], (1_u64 << 40).to_be_bytes().as_slice(), &[0; 4]].concat();
    wire.stream.write_all(&header).unwrap();
    let (refused, most) = flood(&mut wire.stream, &vec![0; MIB], &server);
    assert!(refused, "the server reads on");
    assert!(most <= before + ROOM, "memory went from {before} to {most} MiB");
}

#[test]
fn a_frame_in_a_million_fragments_is_refused() {
    let server = Binary::on_sqlite(&[("KONTOR__DOCUMENTS__MESSAGE_BYTES", "1048576")]);
    let mut wire = server.connect(&server.new_document()).unwrap();
    let before = server.rss();
    let mut first = wire::frame(2, &[0; 100_000]);
    first[0] = 0x02;
    wire.stream.write_all(&first).unwrap();
    let mut next = wire::frame(0, &[0; 100_000]);
    next[0] = 0x00;
    let (refused, most) = flood(&mut wire.stream, &next, &server);
    assert!(refused, "the server reads on");
    assert!(most <= before + ROOM, "memory went from {before} to {most} MiB");
}

#[test]
fn a_body_without_end_is_refused_before_it_is_in_memory() {
    let server = Binary::on_sqlite(&[]);
    let before = server.rss();
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"100000\r\n", vec![b' '; MIB].as_slice(), b"\r\n"].concat();
    let mut reader = stream.try_clone().unwrap();
    let answer = std::thread::spawn(move || {
        let mut answer = [0; 512];
        let size = reader.read(&mut answer).unwrap_or(0);
        String::from_utf8_lossy(&answer[..size]).into_owned()
    });
    let mut most = 0;
    while !answer.is_finished() && stream.write_all(&chunk).is_ok() {
        most = most.max(server.rss());
    }
    let answer = answer.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(most <= before + ROOM, "memory went from {before} to {most} MiB");
}

#[test]
fn a_flood_of_headers_is_refused_before_it_is_in_memory() {
    let server = Binary::on_sqlite(&[]);
    let before = server.rss();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(b"GET /api/v1/documents HTTP/1.1\r\nHost: x\r\n").unwrap();
    let (refused, most) =
        flood(&mut stream, "X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(2000).as_bytes(), &server);
    assert!(refused, "the server reads on");
    assert!(most <= before + ROOM, "memory went from {before} to {most} MiB");
}

#[test]
fn headers_that_come_a_byte_at_a_time_are_not_waited_for() {
    let server = Binary::on_sqlite(&[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    wait_until("the connection is ended", || {
        let sent = stream.write_all(b"G");
        let answer = stream.read(&mut [0; 512]);
        sent.is_err() || !matches!(answer, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    });
}

#[test]
fn a_client_that_does_not_read_is_cut_off_and_hurts_nobody() {
    let server = Binary::on_sqlite(&[("KONTOR__DOCUMENTS__QUEUE_BYTES", "1048576")]);
    let document = server.new_document();
    let (mut writer, mut reader) = (join(&server, &document), join(&server, &document));
    let slow = join(&server, &document);
    let before = server.rss();
    let doc = Doc::with_client_id(7);
    for number in 0..64_u64 {
        writer.send(&PLAIN.update(&typed(&doc, 256 * 1024))).unwrap();
        saved(&mut writer, number + 1);
        update(&mut reader);
    }
    let most = server.rss();
    // The document itself holds 16 MiB of text by now.
    assert!(most < before + 200, "memory went from {before} to {most} MiB");
    assert!(ends(slow), "the slow client is still there");
}

#[test]
fn a_silent_client_is_cut_off_and_one_that_answers_stays() {
    let server = Binary::on_sqlite(&[("KONTOR__DOCUMENTS__HEARTBEAT_SECONDS", "1")]);
    let document = server.new_document();
    let mut alive = join(&server, &document);
    let mut silent = join(&server, &document);
    silent.stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    alive.stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    wait_until("the silent one is cut off", || {
        answer_pings(&mut alive);
        // Reads, but answers nothing: as when a machine hangs behind its network card.
        match silent.inbox.fill(&mut silent.stream) {
            Ok(()) => std::iter::from_fn(|| silent.inbox.next().map(|frame| frame.opcode))
                .any(|opcode| opcode == wire::CLOSE),
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        }
    });
    alive.stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    alive.send(&PLAIN.update(&typed(&Doc::with_client_id(7), 5))).unwrap();
    saved(&mut alive, 1);
}

#[test]
fn five_thousand_idle_sockets_hold() {
    const SOCKETS: usize = 5000;
    let server = Binary::on_sqlite(&[
        ("KONTOR__DOCUMENTS__HEARTBEAT_SECONDS", "600"),
        ("KONTOR__LIMITS__REQUESTS_PER_SECOND", "1000000"),
        ("KONTOR__LIMITS__ANONYMOUS_PER_SECOND", "1000000"),
    ]);
    let documents: Vec<String> = (0..50).map(|_| server.new_document()).collect();
    let before = server.rss();
    let mut sockets: Vec<Wire> =
        (0..SOCKETS).map(|number| join(&server, &documents[number % documents.len()])).collect();
    let after = server.rss();
    assert!(after - before < 200, "5 000 idle sockets take {} MiB", after - before);
    // Word gets to everyone in a document.
    let mut writer = join(&server, &documents[0]);
    writer.send(&PLAIN.update(&typed(&Doc::with_client_id(7), 5))).unwrap();
    saved(&mut writer, 1);
    for socket in sockets.iter_mut().step_by(documents.len()) {
        update(socket);
    }
}

fn join(server: &Binary, document: &str) -> Wire {
    let mut wire = server.connect(document).unwrap();
    wire.send(&PLAIN.step1(&[0])).unwrap();
    wire.receive(|payload| matches!(PLAIN.read(payload), Incoming::Step2(_)).then_some(())).unwrap();
    wire
}

/// An update that types so many characters.
fn typed(doc: &Doc, characters: usize) -> Vec<u8> {
    let text = doc.get_or_insert_text("text");
    let mut tx = doc.transact_mut();
    text.push(&mut tx, &"x".repeat(characters));
    tx.encode_update_v1()
}

fn saved(wire: &mut Wire, wanted: u64) {
    wire.receive(|payload| {
        matches!(PLAIN.read(payload), Incoming::Saved(count) if count >= wanted).then_some(())
    })
    .unwrap();
}

fn update(wire: &mut Wire) {
    wire.receive(|payload| matches!(PLAIN.read(payload), Incoming::Update(_)).then_some(())).unwrap();
}

/// Reads all that is still on its way; true when the server has ended the connection.
fn ends(mut wire: Wire) -> bool {
    wire.stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    loop {
        match wire.receive(|_| None::<()>) {
            Ok(()) => {}
            Err(error) => {
                return !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
            }
        }
    }
}

fn answer_pings(wire: &mut Wire) {
    if wire.inbox.fill(&mut wire.stream).is_err() {
        return;
    }
    let mut pongs = Vec::new();
    while let Some(frame) = wire.inbox.next() {
        if frame.opcode == wire::PING {
            pongs.push(wire::frame(wire::PONG, frame.payload));
        }
    }
    for pong in pongs {
        wire.stream.write_all(&pong).unwrap();
    }
}

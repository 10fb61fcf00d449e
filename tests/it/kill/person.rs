//! Somebody who writes all the time, comes back by themselves, and remembers every promise.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use yrs::updates::decoder::Decode as _;
use yrs::{ClientID, Doc, ReadTxn as _, StateVector, Text as _, Transact as _, Update};

use crate::process::dialect::Incoming;
use crate::process::wire::{self, Wire};
use crate::process::{self};

use state::PLAIN;

/// Where the server is, for everyone.
pub struct Stage {
    pub token: String,
    address: Mutex<Option<SocketAddr>>,
    pub connected: AtomicUsize,
    pub writing: AtomicBool,
    pub ended: AtomicBool,
}

/// One writer with a copy of a document.
pub struct Person {
    pub document: String,
    pub client: ClientID,
    doc: Doc,
    memory: Arc<Mutex<Memory>>,
    thread: JoinHandle<u64>,
}

/// What was promised.
#[derive(Default)]
struct Memory {
    /// Own characters that the server said are stored.
    saved: u32,
    /// Own characters after each write of this connection.
    sent: Vec<u32>,
}

impl Stage {
    pub fn new(token: String) -> Self {
        Self {
            token,
            address: Mutex::default(),
            connected: AtomicUsize::new(0),
            writing: AtomicBool::new(true),
            ended: AtomicBool::new(false),
        }
    }

    /// Lets people connect.
    pub fn open(&self, address: SocketAddr) {
        *self.address.lock().unwrap() = Some(address);
    }

    /// A WebSocket to the server, when there is one.
    pub fn connect(&self, path: &str) -> Option<Wire> {
        let address = (*self.address.lock().unwrap())?;
        Wire::open(address, path, &[("Authorization".into(), format!("Bearer {}", self.token))]).ok()
    }

    /// Holds people back until the next `open`.
    pub fn close(&self) {
        *self.address.lock().unwrap() = None;
    }
}

impl Person {
    pub fn begin(document: &str, client: u64, stage: &Arc<Stage>) -> Self {
        let doc = Doc::with_client_id(client);
        let memory = Arc::new(Mutex::new(Memory::default()));
        let (stage, document) = (Arc::clone(stage), document.to_owned());
        let thread = std::thread::spawn({
            let (doc, memory, document) = (doc.clone(), Arc::clone(&memory), document.clone());
            move || live(&stage, &document, &doc, &memory)
        });
        Self { document, client: doc.client_id(), doc, memory, thread }
    }

    /// Clients and how many of their characters the server must still have.
    pub fn promises(&self) -> Vec<(ClientID, u32)> {
        let mut seen: HashMap<ClientID, u32> =
            self.doc.transact().state_vector().iter().map(|(client, clock)| (*client, *clock)).collect();
        // What is only in this person's own copy was promised by nobody.
        seen.insert(self.client, self.memory.lock().unwrap().saved);
        seen.into_iter().collect()
    }

    pub fn text(&self) -> String {
        super::text(&self.doc)
    }

    /// Words written in all.
    pub fn end(self) -> u64 {
        self.thread.join().unwrap()
    }
}

fn live(stage: &Stage, document: &str, doc: &Doc, memory: &Mutex<Memory>) -> u64 {
    let mut words = 0;
    while !stage.ended.load(Ordering::SeqCst) {
        let address = *stage.address.lock().unwrap();
        let wire = address.and_then(|address| process::connect(address, document, &stage.token).ok());
        let Some(wire) = wire else {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        };
        memory.lock().unwrap().sent.clear();
        stage.connected.fetch_add(1, Ordering::SeqCst);
        // An error means that the server is gone: that is what this is about.
        let _ = session(stage, wire, doc, memory, &mut words);
        stage.connected.fetch_sub(1, Ordering::SeqCst);
    }
    words
}

fn session(
    stage: &Stage,
    mut wire: Wire,
    doc: &Doc,
    memory: &Mutex<Memory>,
    words: &mut u64,
) -> io::Result<()> {
    wire.send(&state::step1(doc))?;
    wire.stream.set_read_timeout(Some(Duration::from_millis(3)))?;
    while !stage.ended.load(Ordering::SeqCst) {
        if stage.writing.load(Ordering::SeqCst) {
            let update = write(doc, *words);
            *words += 1;
            send_write(&mut wire, &PLAIN.update(&update), doc, memory)?;
        }
        match wire.inbox.fill(&mut wire.stream) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                return Err(error);
            }
            _ => listen(&mut wire, doc, memory)?,
        }
    }
    Ok(())
}

fn write(doc: &Doc, word: u64) -> Vec<u8> {
    let text = doc.get_or_insert_text("text");
    let mut tx = doc.transact_mut();
    text.push(&mut tx, &format!("{}:{word} ", doc.client_id()));
    tx.encode_update_v1()
}

fn send_write(wire: &mut Wire, message: &[u8], doc: &Doc, memory: &Mutex<Memory>) -> io::Result<()> {
    let own = doc.transact().state_vector().get(&doc.client_id());
    memory.lock().unwrap().sent.push(own);
    wire.send(message)
}

fn listen(wire: &mut Wire, doc: &Doc, memory: &Mutex<Memory>) -> io::Result<()> {
    let mut answers = Vec::new();
    while let Some(frame) = wire.inbox.next() {
        match frame.opcode {
            wire::CLOSE => return Err(io::Error::other(wire::close_reason(frame.payload))),
            wire::PING => answers.push((false, wire::frame(wire::PONG, frame.payload))),
            _ => match PLAIN.read(frame.payload) {
                Incoming::Step1(vector) => answers.push((true, state::step2(doc, vector))),
                Incoming::Step2(update) | Incoming::Update(update) => apply(doc, update),
                Incoming::Saved(count) => {
                    let mut memory = memory.lock().unwrap();
                    memory.saved = memory.sent[count as usize - 1].max(memory.saved);
                }
                _ => {}
            },
        }
    }
    for (is_write, answer) in answers {
        match is_write {
            true => send_write(wire, &answer, doc, memory)?,
            false => io::Write::write_all(&mut wire.stream, &answer)?,
        }
    }
    Ok(())
}

pub fn apply(doc: &Doc, update: &[u8]) {
    let update = Update::decode_v1(update).unwrap();
    doc.transact_mut().apply_update(update).unwrap();
}

/// The messages of a client with a document.
pub mod state {
    use super::{Doc, StateVector};
    use crate::process::dialect::Dialect;
    use yrs::updates::decoder::Decode as _;
    use yrs::updates::encoder::Encode as _;
    use yrs::{ReadTxn as _, Transact as _};

    pub const PLAIN: Dialect = Dialect::Plain;

    pub fn step1(doc: &Doc) -> Vec<u8> {
        PLAIN.step1(&doc.transact().state_vector().encode_v1())
    }

    pub fn step2(doc: &Doc, vector: &[u8]) -> Vec<u8> {
        let vector = StateVector::decode_v1(vector).unwrap();
        PLAIN.step2(&doc.transact().encode_state_as_update_v1(&vector))
    }
}

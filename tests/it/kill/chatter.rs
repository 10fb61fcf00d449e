//! Somebody who talks all the time, comes back by themselves, and remembers every message that they
//! saw or were told is posted.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::person::Stage;
use crate::process::wire::{self, Wire};

/// Between two messages: the live socket takes 30 a second and twice that at once.
const PAUSE: Duration = Duration::from_millis(20);

/// The opcode of a text frame (RFC 6455, section 5.2).
const TEXT: u8 = 1;

/// One talker in a room.
pub struct Chatter {
    pub room: String,
    pub name: String,
    memory: Arc<Mutex<Memory>>,
    thread: Option<JoinHandle<u64>>,
}

/// What was promised: text of messages by their number.
#[derive(Default)]
struct Memory {
    promised: BTreeMap<i64, String>,
}

/// What goes on in the talker's own head.
struct Talk {
    name: String,
    topic: String,
    room: String,
    cursor: Option<i64>,
    /// The command that was not answered yet.
    pending: Option<(Uuid, String)>,
    words: u64,
    memory: Arc<Mutex<Memory>>,
}

impl Chatter {
    pub fn begin(room: &str, name: String, stage: &Arc<Stage>) -> Self {
        let memory = Arc::new(Mutex::new(Memory::default()));
        let mut talk = Talk {
            name: name.clone(),
            topic: format!("room:{room}"),
            room: room.to_owned(),
            cursor: None,
            pending: None,
            words: 0,
            memory: Arc::clone(&memory),
        };
        let stage = Arc::clone(stage);
        let thread = std::thread::spawn(move || talk.live(&stage));
        Self { room: room.to_owned(), name, memory, thread: Some(thread) }
    }

    /// The messages that the server must still have, by number.
    pub fn promises(&self) -> BTreeMap<i64, String> {
        self.memory.lock().unwrap().promised.clone()
    }

    /// Waits for the last answer; returns how many messages were posted in all.
    pub fn end(&mut self) -> u64 {
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Talk {
    fn live(&mut self, stage: &Stage) -> u64 {
        while self.goes_on(stage) {
            let Some(wire) = stage.connect("/api/v1/live?v=1") else {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            };
            stage.connected.fetch_add(1, Ordering::SeqCst);
            // An error means that the server is gone: that is what this is about.
            let _ = self.session(stage, wire);
            stage.connected.fetch_sub(1, Ordering::SeqCst);
        }
        self.words
    }

    /// Until the end, and until everything is answered.
    fn goes_on(&self, stage: &Stage) -> bool {
        self.pending.is_some() || !stage.ended.load(Ordering::SeqCst)
    }

    fn session(&mut self, stage: &Stage, mut wire: Wire) -> io::Result<()> {
        let topics = json!([{ "topic": self.topic, "after": self.cursor }]);
        send(&mut wire, &json!({ "op": "subscribe", "topics": topics }))?;
        if self.pending.is_some() {
            self.post(&mut wire, true)?;
        }
        wire.stream.set_read_timeout(Some(Duration::from_millis(3)))?;
        let mut next = Instant::now();
        while self.goes_on(stage) {
            if self.pending.is_none() && stage.writing.load(Ordering::SeqCst) && Instant::now() >= next {
                next = Instant::now() + PAUSE;
                self.pending = Some((Uuid::new_v4(), format!("{}:{}", self.name, self.words)));
                self.words += 1;
                self.post(&mut wire, false)?;
            }
            match wire.inbox.fill(&mut wire.stream) {
                Err(error)
                    if !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
                {
                    return Err(error);
                }
                _ => self.listen(&mut wire)?,
            }
        }
        Ok(())
    }

    fn post(&self, wire: &mut Wire, resent: bool) -> io::Result<()> {
        let Some((id, text)) = &self.pending else { return Ok(()) };
        let params = json!({ "room": self.room, "text": text });
        let command =
            json!({ "op": "command", "id": id, "name": "chat.post", "params": params, "resent": resent });
        send(wire, &command)
    }

    fn listen(&mut self, wire: &mut Wire) -> io::Result<()> {
        let mut refused = false;
        while let Some(frame) = wire.inbox.next() {
            match frame.opcode {
                wire::CLOSE => return Err(io::Error::other(wire::close_reason(frame.payload))),
                wire::PING => {}
                _ => refused |= self.hear(&serde_json::from_slice(frame.payload).unwrap()),
            }
        }
        if refused {
            std::thread::sleep(PAUSE);
            self.post(wire, true)?;
        }
        Ok(())
    }

    /// Takes a message in; tells whether the pending command is to be sent again.
    fn hear(&mut self, message: &Value) -> bool {
        match message["op"].as_str().unwrap() {
            "subscribed" => {
                let known = self.cursor.is_none() || message["resumed"] == true;
                assert!(known, "{} was not brought up to date: {message}", self.name);
                self.cursor.get_or_insert(message["cursor"].as_i64().unwrap());
            }
            "events" => {
                for event in message["events"].as_array().unwrap() {
                    let seq = event["seq"].as_i64().unwrap();
                    if event["kind"] == "chat.posted" {
                        assert!(Some(seq) > self.cursor, "{} hears {seq} again", self.name);
                        self.promise(&event["data"]["message"]);
                    }
                    self.cursor = self.cursor.max(Some(seq));
                }
            }
            "done" => {
                assert_eq!(message["id"], self.pending.take().unwrap().0.to_string());
                self.promise(&message["result"]["message"]);
            }
            "failed" => return true,
            _ => {}
        }
        false
    }

    fn promise(&self, message: &Value) {
        let (seq, text) = (message["seq"].as_i64().unwrap(), message["text"].as_str().unwrap().to_owned());
        let mut memory = self.memory.lock().unwrap();
        if let Some(before) = memory.promised.insert(seq, text.clone()) {
            assert_eq!(before, text, "message {seq} has become another one");
        }
    }
}

fn send(wire: &mut Wire, message: &Value) -> io::Result<()> {
    io::Write::write_all(&mut wire.stream, &wire::frame(TEXT, message.to_string().as_bytes()))
}

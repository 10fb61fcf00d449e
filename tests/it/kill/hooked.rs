//! kill -9 with webhooks on their way: each message is told at least once, and in order.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::chatter::Chatter;
use super::person::Stage;
use super::{moment, rounds};
use crate::process::{Binary, wait_until};

pub const OUTBOUND: &[(&str, &str)] = &[("KONTOR__OUTBOUND__LOOPBACK", "true")];

#[test]
fn no_webhook_is_lost_when_the_server_is_killed_on_sqlite() {
    tell_on(Binary::on_sqlite(OUTBOUND));
}

#[test]
fn no_webhook_is_lost_when_the_server_is_killed_on_postgres() {
    tell_on(Binary::on_postgres(OUTBOUND));
}

fn tell_on(mut server: Binary) {
    let (url, told) = endpoint(text_of);
    let room = server.new_channel("ops");
    server.post(&format!("/chat/rooms/{room}/hooks/outgoing"), &json!({ "name": "Log", "url": url }));
    let stage = Arc::new(Stage::new(server.token.clone()));
    let mut talker = Chatter::begin(&room, "p".into(), &stage);
    for round in 0..rounds() {
        stage.open(server.address);
        wait_until("everyone is connected", || stage.connected.load(Ordering::SeqCst) == 1);
        std::thread::sleep(moment(round));
        server.kill();
        stage.close();
        wait_until("everyone has noticed", || stage.connected.load(Ordering::SeqCst) == 0);
        server.restart();
    }
    stage.open(server.address);
    stage.writing.store(false, Ordering::SeqCst);
    stage.ended.store(true, Ordering::SeqCst);
    talker.end();
    // What the room holds is what the endpoint hears, each for the first time in the same order.
    let said: Vec<String> = server.messages(&room).into_values().collect();
    assert!(said.len() as u64 > rounds(), "there was no load: {said:?}");
    let firsts = || {
        let mut firsts: Vec<String> = Vec::new();
        for text in told.lock().unwrap().iter() {
            if !firsts.contains(text) {
                firsts.push(text.clone());
            }
        }
        firsts
    };
    wait_until("all is told", || firsts().len() >= said.len());
    assert_eq!(firsts(), said);
}

/// What a room says in the form of Slack's.
fn text_of(body: &[u8]) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
    Some(fields.into_iter().find(|(name, _)| name == "text")?.1)
}

/// A server that takes everything; its address, and what it was told.
pub fn endpoint(read: fn(&[u8]) -> Option<String>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    let told = Arc::new(Mutex::new(Vec::new()));
    let shared = told.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shared = shared.clone();
            std::thread::spawn(move || take(stream, read, &shared));
        }
    });
    (url, told)
}

fn take(
    mut stream: TcpStream,
    read_body: fn(&[u8]) -> Option<String>,
    told: &Mutex<Vec<String>>,
) -> Option<()> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let length: usize = length.trim().parse().ok()?;
    while bytes.len() < head + length {
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    }
    told.lock().unwrap().push(read_body(&bytes[head..])?);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()
}

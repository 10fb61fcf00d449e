//! kill -9 at random moments under load: what anyone saw or was told is saved is there afterwards,
//! and everyone comes back and converges.

// Processes run in real time.
#![allow(clippy::disallowed_methods)]

mod chatter;
mod hooked;
mod hooked_records;
mod person;
mod recorded;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use yrs::{Doc, GetString as _, ReadTxn as _, Transact as _};

use crate::process::dialect::Incoming;
use crate::process::{Binary, wait_until};
use chatter::Chatter;
use person::state::{self, PLAIN};
use person::{Person, Stage, apply};

const DOCUMENTS: usize = 2;
const PEOPLE: usize = 3;
const ROOMS: usize = 2;
const TALKERS: usize = 3;

/// Rounds for each database; `KONTOR_KILL_ROUNDS` sets another number.
const ROUNDS: u64 = 5;

#[test]
fn nothing_seen_or_saved_is_lost_when_the_server_is_killed_on_sqlite() {
    survive(Binary::on_sqlite(&[]));
}

#[test]
fn nothing_seen_or_saved_is_lost_when_the_server_is_killed_on_postgres() {
    survive(Binary::on_postgres(&[]));
}

#[test]
fn no_message_is_lost_or_doubled_when_the_server_is_killed_on_sqlite() {
    talk_on(Binary::on_sqlite(&[]));
}

#[test]
fn no_message_is_lost_or_doubled_when_the_server_is_killed_on_postgres() {
    talk_on(Binary::on_postgres(&[]));
}

fn rounds() -> u64 {
    std::env::var("KONTOR_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS)
}

fn talk_on(mut server: Binary) {
    let rooms: Vec<String> = (0..ROOMS).map(|number| server.new_channel(&format!("room-{number}"))).collect();
    let stage = Arc::new(Stage::new(server.token.clone()));
    let mut people = Vec::new();
    for room in rooms.iter().flat_map(|room| std::iter::repeat_n(room, TALKERS)) {
        people.push(Chatter::begin(room, format!("p{}", people.len()), &stage));
    }
    for round in 0..rounds() {
        stage.open(server.address);
        wait_until("everyone is connected", || stage.connected.load(Ordering::SeqCst) == people.len());
        std::thread::sleep(moment(round));
        server.kill();
        stage.close();
        wait_until("everyone has noticed", || stage.connected.load(Ordering::SeqCst) == 0);
        server.restart();
        people.iter().for_each(|person| check_messages(&server, person));
    }
    stage.open(server.address);
    stage.writing.store(false, Ordering::SeqCst);
    stage.ended.store(true, Ordering::SeqCst);
    let said: Vec<u64> = people.iter_mut().map(Chatter::end).collect();
    people.iter().for_each(|person| check_messages(&server, person));
    for (Chatter { room, name, .. }, said) in people.iter().zip(&said) {
        let own = server.messages(room).into_values().filter(|text| text.starts_with(&format!("{name}:")));
        let expected: Vec<String> = (0..*said).map(|number| format!("{name}:{number}")).collect();
        assert_eq!(own.collect::<Vec<_>>(), expected, "each once and in order");
    }
    assert!(said.iter().sum::<u64>() > rounds() * 5, "there was no load: {said:?}");
}

/// What anyone saw or was told is posted is there, under the same number.
fn check_messages(server: &Binary, person: &Chatter) {
    let stored = server.messages(&person.room);
    for (seq, text) in person.promises() {
        assert_eq!(stored.get(&seq), Some(&text), "message {seq} that {} knows", person.name);
    }
}

fn survive(mut server: Binary) {
    let rounds = rounds();
    let documents: Vec<String> = (0..DOCUMENTS).map(|_| server.new_document()).collect();
    let stage = Arc::new(Stage::new(server.token.clone()));
    let mut people = Vec::new();
    for document in documents.iter().flat_map(|document| std::iter::repeat_n(document, PEOPLE)) {
        people.push(Person::begin(document, people.len() as u64 + 1, &stage));
    }
    for round in 0..rounds {
        stage.open(server.address);
        wait_until("everyone is connected", || stage.connected.load(Ordering::SeqCst) == people.len());
        std::thread::sleep(moment(round));
        server.kill();
        stage.close();
        wait_until("everyone has noticed", || stage.connected.load(Ordering::SeqCst) == 0);
        server.restart();
        for person in &people {
            check(&server, person, round);
        }
    }
    stage.open(server.address);
    stage.writing.store(false, Ordering::SeqCst);
    converge(&server, &documents, &people);
    stage.ended.store(true, Ordering::SeqCst);
    let words: u64 = people.into_iter().map(Person::end).sum();
    assert!(words > rounds * 10, "there was no load: {words} words in {rounds} rounds");
}

/// A moment under load, another one in each round.
fn moment(round: u64) -> Duration {
    let chance = (round + u64::from(std::process::id())).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    Duration::from_millis(50 + chance % 400)
}

/// Before anyone has come back, the server's document holds all that this person saw of others, and
/// all of their own that they were told is saved.
fn check(server: &Binary, person: &Person, round: u64) {
    let doc = load(server, &person.document);
    let stored = doc.transact().state_vector();
    for (client, clock) in person.promises() {
        let found = stored.get(&client);
        assert!(
            found >= clock,
            "round {round}: of client {client} {found} characters are left, {clock} were promised to {}",
            person.client
        );
    }
}

fn converge(server: &Binary, documents: &[String], people: &[Person]) {
    for document in documents {
        wait_until("all people of a document have the same", || {
            let stored = text(&load(server, document));
            people.iter().filter(|person| person.document == *document).all(|person| person.text() == stored)
        });
    }
}

/// What somebody gets who opens the document now: the answer to their question and all that comes
/// before the server's own question, which ends the opening.
fn load(server: &Binary, document: &str) -> Doc {
    let mut wire = server.connect(document).unwrap();
    let doc = Doc::new();
    wire.send(&state::step1(&doc)).unwrap();
    let mut answered = false;
    wire.receive(|payload| match PLAIN.read(payload) {
        Incoming::Step2(update) => {
            apply(&doc, update);
            answered = true;
            None
        }
        Incoming::Update(update) => {
            apply(&doc, update);
            None
        }
        Incoming::Step1(_) => answered.then_some(()),
        _ => None,
    })
    .unwrap();
    doc
}

fn text(doc: &Doc) -> String {
    let text = doc.get_or_insert_text("text");
    text.get_string(&doc.transact())
}

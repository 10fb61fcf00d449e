//! kill -9 while records are written: what was acknowledged is there once, and what rules make of it too.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{moment, rounds};
use crate::process::{Binary, http, wait_until};

const WRITERS: usize = 3;

#[test]
fn no_record_is_lost_or_doubled_when_the_server_is_killed_on_sqlite() {
    write_on(Binary::on_sqlite(&[]));
}

#[test]
fn no_record_is_lost_or_doubled_when_the_server_is_killed_on_postgres() {
    write_on(Binary::on_postgres(&[]));
}

#[test]
fn what_comes_again_is_there_once_when_the_server_is_killed_on_sqlite() {
    repeat_on(Binary::on_sqlite(&[]));
}

#[test]
fn what_comes_again_is_there_once_when_the_server_is_killed_on_postgres() {
    repeat_on(Binary::on_postgres(&[]));
}

/// Tasks whose next day lies in the past: they come at once, or when the server is there again.
fn repeat_on(mut server: Binary) {
    let day = (chrono::Utc::now() - chrono::TimeDelta::days(10)).date_naive();
    let token = server.token.clone();
    let count = |server: &Binary| {
        let ask = Asker { address: server.address, token: &token };
        ask.get("/records/projects.task?limit=500")["items"].as_array().unwrap().len() as u64
    };
    for round in 0..rounds() {
        let fields =
            json!({ "title": "Again", "due_on": day, "repeats": "FREQ=WEEKLY", "repeats_by": "calendar" });
        made(&server, "projects.task", &fields);
        std::thread::sleep(moment(round) / 10);
        server.kill();
        server.restart();
        wait_until("the next one is there", || count(&server) >= 2 * (round + 1));
    }
    assert_eq!(count(&server), 2 * rounds());
}

/// What a writer was told: the record, and the version that it has at least.
type Told = Mutex<BTreeMap<String, i64>>;

fn write_on(mut server: Binary) {
    let pipeline = made(&server, "crm.pipeline", &json!({ "name": "Sales" }));
    let stage = json!({ "name": "New", "pipeline": pipeline, "position": 0, "probability": 10 });
    let stage = made(&server, "crm.stage", &stage);
    let (told, won) = (Told::default(), Mutex::new(Vec::new()));
    let token = server.token.clone();
    for round in 0..rounds() {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                let ask = Asker { address: server.address, token: &token };
                let (pipeline, stage, stop, told, won) = (&pipeline, &stage, &stop, &told, &won);
                scope.spawn(move || write(ask, (pipeline, stage), stop, told, won));
            }
            let before = round as usize;
            wait_until("there is load", || won.lock().unwrap().len() > before);
            std::thread::sleep(moment(round));
            server.kill();
            stop.store(true, Ordering::SeqCst);
        });
        server.restart();
        check(&server, &told);
    }
    // A rule answers once to each deal that was won, however often the server went away.
    let ask = Asker { address: server.address, token: &token };
    let won = won.into_inner().unwrap();
    for kind in ["projects.project", "finance.invoice"] {
        let mut of: BTreeMap<String, usize> = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = ask.get(&format!("/records/{kind}?limit=500{cursor}"));
            for record in page["items"].as_array().unwrap() {
                *of.entry(record["fields"]["deal"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert!(of.values().all(|count| *count == 1), "{kind}: {of:?}");
        for deal in &won {
            assert!(of.contains_key(deal), "{kind} of {deal}");
        }
    }
}

/// Makes deals, changes them and wins them until the server is gone.
fn write(
    ask: Asker<'_>,
    (pipeline, stage): (&Value, &Value),
    stop: &AtomicBool,
    told: &Told,
    won: &Mutex<Vec<String>>,
) -> Option<()> {
    while !stop.load(Ordering::SeqCst) {
        let id = Uuid::new_v4().to_string();
        let path = format!("/records/crm.deal/{id}");
        let note = |answer: &Value| {
            let version = answer["record"]["version"].as_i64().unwrap();
            told.lock().unwrap().insert(id.clone(), version);
        };
        let fields = json!({ "name": id, "pipeline": pipeline, "stage": stage });
        note(&ask.say("POST", "/records/crm.deal", &json!({ "id": id, "fields": fields }))?);
        for number in 0..3 {
            note(&ask.say("PATCH", &path, &json!({ "fields": { "notes": number.to_string() } }))?);
        }
        note(&ask.say("POST", &format!("{path}/commands/win"), &json!({}))?);
        won.lock().unwrap().push(id);
    }
    Some(())
}

/// Everything that was acknowledged is there, with a history that has every version once.
fn check(server: &Binary, told: &Told) {
    let ask = Asker { address: server.address, token: &server.token };
    for (id, version) in told.lock().unwrap().iter() {
        let path = format!("/records/crm.deal/{id}");
        let record = ask.get(&path);
        assert!(record["version"].as_i64().unwrap() >= *version, "{record} is not what was told");
        let history = ask.get(&format!("{path}/history"));
        let changes =
            history["items"].as_array().unwrap().iter().filter(|event| event["name"] != "crm.deal.won");
        let versions: Vec<i64> = changes.map(|event| event["version"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = (1..=record["version"].as_i64().unwrap()).rev().collect();
        assert_eq!(versions, expected);
    }
}

fn made(server: &Binary, kind: &str, fields: &Value) -> Value {
    server.post(&format!("/records/{kind}"), &json!({ "fields": fields }))["record"]["id"].clone()
}

/// Someone who asks a server that may go away.
#[derive(Clone, Copy)]
struct Asker<'a> {
    address: std::net::SocketAddr,
    token: &'a str,
}

impl Asker<'_> {
    /// An answer that is none when the server was gone.
    fn say(self, method: &str, path: &str, body: &Value) -> Option<Value> {
        let path = format!("/api/v1{path}");
        let (status, answer) =
            http::request(self.address, method, &path, Some(self.token), Some(body)).ok()?;
        (200..300).contains(&status).then_some(answer)
    }

    fn get(self, path: &str) -> Value {
        let path = format!("/api/v1{path}");
        let (status, answer) = http::request(self.address, "GET", &path, Some(self.token), None).unwrap();
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

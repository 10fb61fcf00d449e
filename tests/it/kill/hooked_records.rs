//! kill -9 with webhooks of records on their way: each event is told at least once, and in order.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};

use super::hooked::{OUTBOUND, endpoint};
use super::{moment, rounds};
use crate::process::{Binary, http, wait_until};

#[test]
fn no_event_of_a_record_is_lost_when_the_server_is_killed_on_sqlite() {
    tell_on(Binary::on_sqlite(OUTBOUND));
}

#[test]
fn no_event_of_a_record_is_lost_when_the_server_is_killed_on_postgres() {
    tell_on(Binary::on_postgres(OUTBOUND));
}

/// The number of an event.
fn seq_of(body: &[u8]) -> Option<String> {
    let event: Value = serde_json::from_slice(body).ok()?;
    Some(event["event"]["seq"].to_string())
}

fn tell_on(mut server: Binary) {
    let (url, told) = endpoint(seq_of);
    let wants = json!({ "kinds": ["crm.company"], "events": ["created"] });
    server.post("/webhooks", &json!({ "name": "Log", "url": url, "wants": wants }));
    let token = server.token.clone();
    for round in 0..rounds() {
        let (stop, written) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            let (address, token, stop, written) = (server.address, &token, &stop, &written);
            scope.spawn(move || {
                let company = json!({ "fields": { "name": "Company" } });
                let path = "/api/v1/records/crm.company";
                while !stop.load(Ordering::SeqCst) {
                    // Without an answer the server was gone.
                    if http::request(address, "POST", path, Some(token), Some(&company)).is_ok() {
                        written.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
            wait_until("there is load", || written.load(Ordering::SeqCst) > 3);
            std::thread::sleep(moment(round));
            server.kill();
            stop.store(true, Ordering::SeqCst);
        });
        server.restart();
    }
    let mut made = events(&server, &token);
    made.sort_unstable();
    let firsts = || {
        let mut firsts: Vec<i64> = Vec::new();
        for seq in told.lock().unwrap().iter().filter_map(|seq| seq.parse().ok()) {
            if !firsts.contains(&seq) {
                firsts.push(seq);
            }
        }
        firsts
    };
    wait_until("all is told", || firsts().len() >= made.len());
    assert_eq!(firsts(), made);
}

/// The events that made the companies which are there.
fn events(server: &Binary, token: &str) -> Vec<i64> {
    let (mut seqs, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/records/crm.company?limit=500{cursor}");
        let (status, page) = http::request(server.address, "GET", &path, Some(token), None).unwrap();
        assert_eq!(status, 200, "{page}");
        seqs.extend(page["items"].as_array().unwrap().iter().map(|record| record["seq"].as_i64().unwrap()));
        let Some(next) = page["next_cursor"].as_str() else { return seqs };
        cursor = format!("&cursor={next}");
    }
}

//! How long a large import takes and how much memory: `KONTOR_IMPORT_MESSAGES=1000000 cargo nextest run
//! --release --run-ignored only measure --no-capture`.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};

use kontor::office::chat::import::{Format, Importer, Options, nameless};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::workspace::Chance;
use crate::harness::{Engine, TestServer, run};

const ROOMS: usize = 30;
const A_DAY: usize = 250;

/// An export of so many messages, written as it is made.
fn export(count: usize) -> File {
    let file = nameless().unwrap();
    let mut out = ZipWriter::new(BufWriter::new(file.try_clone().unwrap()));
    let mut chance = Chance(7);
    let mut put = |name: &str, text: String| {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    };
    let people: Vec<String> = (0..200).map(|person| format!("U{person}")).collect();
    let user = |id: &String| json!({ "id": id, "profile": { "real_name": id, "email": format!("{id}@acme.example") } });
    put("users.json", people.iter().map(user).collect::<serde_json::Value>().to_string());
    let room =
        |room: usize| json!({ "id": format!("C{room}"), "name": format!("room-{room}"), "members": people });
    put("channels.json", (0..ROOMS).map(room).collect::<serde_json::Value>().to_string());
    let words =
        ["the", "deploy", "is", "done", "and", "nobody", "noticed", "<@U7>", ":tada:", "*really*", "why"];
    for room in 0..ROOMS {
        let (mut second, mut root) = (1_600_000_000, String::new());
        for day in 0..count / ROOMS / A_DAY {
            let mut messages = Vec::with_capacity(A_DAY);
            for number in 0..A_DAY {
                second += 200;
                let ts = format!("{second}.{number:06}");
                let text: Vec<&str> =
                    (0..4 + chance.below(30)).map(|_| words[chance.below(words.len())]).collect();
                let user = format!("U{}", chance.below(200));
                let mut message =
                    json!({ "type": "message", "user": user, "text": text.join(" "), "ts": ts });
                match chance.below(10) {
                    0 => root = ts,
                    1..=3 if !root.is_empty() => message["thread_ts"] = json!(root),
                    4 => message["reactions"] = json!([{ "name": "+1", "users": ["U1", "U2"] }]),
                    _ => {}
                }
                messages.push(message);
            }
            let date = chrono::DateTime::from_timestamp(1_600_000_000 + day as i64 * 86_400, 0).unwrap();
            put(&format!("room-{room}/{}.json", date.format("%Y-%m-%d")), json!(messages).to_string());
        }
    }
    out.finish().unwrap().flush().unwrap();
    file
}

/// Largest memory of this process since it was last asked, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn measure(engine: Engine) {
    run(engine, async move |server: TestServer| {
        let count = std::env::var("KONTOR_IMPORT_MESSAGES").ok().and_then(|text| text.parse().ok());
        let file = export(count.unwrap_or(1_000_000));
        let size = file.metadata().unwrap().len() >> 20;
        let acme = server.tenant("acme").await;
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = peak();
        let app = server.app();
        let (store, clock, identity) = (app.store.clone(), app.clock.clone(), app.identity.clone());
        let importer = Importer { store, clock, identity, live: None };
        let began = app.clock.monotonic();
        let options = Options { format: Format::Slack, merge: false };
        let report = importer.import(&acme.operator_scope(), file, options, &mut |_| {}).await.unwrap();
        let took = (app.clock.monotonic() - began).as_secs_f64();
        let messages = report.messages;
        println!(
            "{engine:?}: {messages} messages, {} replies, {} reactions from a ZIP of {size} MiB in {took:.1} s \
             ({:.0} a second); memory {before} MiB before, {} MiB at most",
            report.replies,
            report.reactions,
            messages as f64 / took,
            peak()
        );
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        server.finish().await;
    });
}

#[test]
#[ignore = "a measurement, which takes minutes"]
fn a_million_messages_on_sqlite() {
    measure(Engine::Sqlite);
}

#[test]
#[ignore = "a measurement, which takes minutes"]
fn a_million_messages_on_postgres() {
    measure(Engine::Postgres);
}

//! Damaged and hostile archives: what can be read is taken in, and the rest is named.

use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::workspace::Workspace;
use super::{Everything, import};
use crate::harness::{Client, Engine, TestServer, run};
use crate::on_both;

const CHANNELS: &str = r#"[{"id":"C1","name":"general","created":1700000000,"members":["U1"]}]"#;
const USERS: &str = r#"[{"id":"U1","profile":{"real_name":"Ana","email":"ana@acme.example"}}]"#;

pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn with<'a>(more: &[(&'a str, &'a [u8])]) -> Vec<u8> {
    let lists = [("users.json", USERS.as_bytes()), ("channels.json", CHANNELS.as_bytes())];
    archive(&[&lists, more].concat())
}

async fn refused(client: &Client, path: &str, bytes: Vec<u8>, status: u16) -> Value {
    let answer = client.upload(&format!("/chat/imports/{path}"), "application/zip", bytes).await;
    assert_eq!(answer.status().as_u16(), status);
    answer.json().await.unwrap()
}

fn faults(report: &Value) -> Vec<(&str, u64, u64)> {
    let faults = report["faults"].as_array().unwrap().iter();
    let number = |value: &Value| value.as_u64().unwrap();
    faults.map(|one| (one["file"].as_str().unwrap(), number(&one["line"]), number(&one["column"]))).collect()
}

on_both!(broken_parts_are_named_and_the_rest_goes_on, |server| {
    let acme = server.tenant("acme").await;
    let (admin, _) = (acme.admin().await, acme.user("ana").await);
    let zip = with(&[
        ("general/2024-01-01.json", br#"[{"ts":"1704067201.000000","user":"U1","text":"one"}]"#),
        ("general/2024-01-02.json", b"[{\"ts\":\"1704153601.000000\",\"text\":\"two\"},\n {\"ts\": [}]"),
        ("general/2024-01-03.json", b"[{\"ts\":\"1704240001.000000\",\"text\":\"three\"},\n {\"ts\":\"x\"},\n {\"ts\":\"1704240002.000000\",\"text\":\"four\"}]"),
        ("general/2024-01-04.json", b"\xff\xfe"),
        ("general/2024-01-05.json", br#"[{"ts":"1704412801.000000","user":"U1","text":"five"},
            {"ts":"1704412801.000000","user":"U1","text":"five"},
            {"ts":"1704412802.000000","thread_ts":"1.000000","text":"lost reply"}]"#),
        ("general/canvas.json", b"{}"),
        ("../evil.json", b"[]"),
        ("/etc/passwd", b"[]"),
        ("general\\2024-01-06.json", br#"[{"ts":"1704499201.000000","text":"six"}]"#),
    ]);
    let (_, report) = import(&admin, "slack", zip).await;
    assert_eq!(
        faults(&report),
        [
            ("../evil.json", 0, 0),
            ("/etc/passwd", 0, 0),
            ("general\\2024-01-06.json", 0, 0),
            ("general/2024-01-02.json", 2, 10),
            ("general/2024-01-03.json", 2, 10),
            ("general/2024-01-04.json", 1, 1),
        ],
        "{report}"
    );
    assert_eq!(
        (&report["messages"], &report["known"], &report["replies"]),
        (&json!(6), &json!(1), &json!(0))
    );
    let mut all = Everything::of(&admin).await;
    let (_, messages) = all.room("general");
    let texts: Vec<_> = messages.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five", "lost reply"]);
});

#[test]
fn what_is_no_export_is_refused_and_bombs_stay_small() {
    // A day that is too large by itself, and two that are too much together.
    let (large, day) = (vec![b' '; 65 << 20], vec![b' '; 40 << 20]);
    let days = ["general/2024-01-01.json", "general/2024-01-02.json", "general/2024-01-03.json"];
    let bomb = with(&[(days[0], &large), (days[1], &day), (days[2], &day)]);
    drop((large, day));
    run(Engine::Sqlite, async move |server: TestServer| {
        let acme = server.tenant("acme").await;
        let (admin, ana) = (acme.admin().await, acme.user("ana").await);
        refused(&ana, "slack", with(&[]), 403).await;
        refused(&ana, "mattermost", Vec::new(), 403).await;
        assert_eq!(ana.get("/chat/export").await.status(), 403);
        let whole = Workspace::new(2, 100).zip;
        for bytes in [Vec::new(), b"PK".to_vec(), whole[..whole.len() / 2].to_vec(), archive(&[("a", b"b")])]
        {
            refused(&admin, "slack", bytes, 422).await;
        }
        for bytes in [&b"{}"[..], b"nonsense", b"{\"type\":\"post\"}", &archive(&[("a", b"b")])] {
            refused(&admin, "mattermost", bytes.to_vec(), 422).await;
        }
        // A list of entries that claims to be endless.
        let mut liar = with(&[]);
        let end = liar.len() - 22;
        liar[end + 12..end + 16].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
        refused(&admin, "slack", liar, 422).await;
        let (_, report) = import(&admin, "slack", bomb).await;
        let told = report["faults"].to_string();
        assert!(told.contains("it has more than 67108864 bytes"), "{told}");
        assert!(told.contains("the archive inflates to more than 200 times its size"), "{told}");
        assert_eq!(report["messages"], 0);
        server.finish().await;
    });
}

on_both!(channels_of_the_same_name_are_merged_when_that_is_asked_for, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    let ben = acme.user("ben").await;
    let new = json!({ "kind": "channel", "name": "general" });
    let room: Value = ben.post("/chat/rooms", new).await.json().await.unwrap();
    let path = format!("/chat/rooms/{}/messages", room["id"].as_str().unwrap());
    assert_eq!(ben.post(&path, json!({ "text": "before" })).await.status(), 201);
    let zip = with(&[(
        "general/2024-01-01.json",
        br#"[{"ts":"1704067201.000000","user":"U1","text":"old","thread_ts":"1704067201.000000"},
             {"ts":"1704067202.000000","user":"U1","text":"reply","thread_ts":"1704067201.000000"}]"#,
    )]);
    let (_, report) = import(&admin, "slack?merge=true", zip.clone()).await;
    assert_eq!((&report["rooms_found"], &report["messages"]), (&json!(1), &json!(2)), "{report}");
    // Ana has joined by the import, and both go on.
    assert_eq!(ana.post(&path, json!({ "text": "after" })).await.status(), 201);
    let history: Value = ben.get(&path).await.json().await.unwrap();
    let texts: Vec<_> =
        history["messages"].as_array().unwrap().iter().map(|one| one["text"].clone()).collect();
    assert_eq!(texts, ["before", "old", "after"]);
    let (_, again) = import(&admin, "slack?merge=true", zip).await;
    assert_eq!((&again["messages"], &again["known"]), (&json!(0), &json!(2)));
});

on_both!(an_export_of_a_room_tells_nothing_that_was_deleted, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    let new = json!({ "kind": "channel", "name": "general" });
    let room: Value = ana.post("/chat/rooms", new).await.json().await.unwrap();
    let path = format!("/chat/rooms/{}", room["id"].as_str().unwrap());
    for text in ["one", "two", "three"] {
        assert_eq!(ana.post(&format!("{path}/messages"), json!({ "text": text })).await.status(), 201);
    }
    assert_eq!(ana.patch(&format!("{path}/messages/1"), json!({ "text": "ONE" })).await.status(), 200);
    assert_eq!(ana.delete(&format!("{path}/messages/2")).await.status(), 204);
    let text = ana.get(&format!("{path}/export")).await.text().await.unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["room"]["people"][0]["user"], ana.user_id().to_string());
    let texts: Vec<_> = lines[1..].iter().map(|line| line["text"].clone()).collect();
    assert_eq!(texts, ["ONE", "", "three"]);
    assert!(!text.contains("edits") && !text.contains("two"));
    // The business's own export keeps what was said before.
    let (_, messages) = Everything::of(&admin).await.room("general");
    assert_eq!(messages[0]["edits"][0]["text"], "one");
    assert_eq!(messages[1]["edits"][0]["text"], "two");
});

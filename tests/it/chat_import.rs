//! What was said elsewhere comes in, count by count, and goes out again.

mod damage;
mod mattermost;
mod measure;
mod workspace;

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use reqwest::Method;
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::harness::Client;
use crate::on_both;
use workspace::{By, PEOPLE, Workspace, email};

/// Imports and gives the report, with the lines of progress before it.
pub async fn import(client: &Client, path: &str, bytes: Vec<u8>) -> (Vec<Value>, Value) {
    let request = client.request(Method::POST, &format!("/chat/imports/{path}"));
    let answer = request.header("accept", "application/x-ndjson").body(bytes).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut last = lines.pop().unwrap();
    assert!(last.get("result").is_some(), "{last}");
    (lines, last["result"].take())
}

/// Everything of the business as its export tells it.
pub struct Everything {
    zip: ZipArchive<Cursor<Vec<u8>>>,
}

impl Everything {
    pub async fn of(admin: &Client) -> Self {
        let answer = admin.get("/chat/export").await;
        assert_eq!(answer.status(), 200);
        Self { zip: ZipArchive::new(Cursor::new(answer.bytes().await.unwrap().to_vec())).unwrap() }
    }

    pub fn bytes(&mut self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    pub fn lines(&mut self, name: &str) -> Vec<Value> {
        let text = String::from_utf8(self.bytes(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn room(&mut self, name: &str) -> (Value, Vec<Value>) {
        let room = self.lines("rooms.ndjson").into_iter().find(|room| room["name"] == name);
        let room = room.unwrap_or_else(|| panic!("there is no room {name}"));
        let messages = self.lines(&format!("rooms/{}.ndjson", room["id"].as_str().unwrap()));
        (room, messages)
    }
}

fn check_report(report: &Value, made: &Workspace) {
    let expected = json!({
        "people_matched": 5, "people_created": PEOPLE - 15, "people_named": 10,
        "rooms_created": made.rooms.len(), "rooms_found": 0, "messages": made.messages(),
        "threads": made.threads, "replies": made.replies, "reactions": made.reactions, "files": made.files,
        "emoji": 0, "known": 0, "skipped": made.skipped, "faults": [], "more_faults": 0,
    });
    assert_eq!(report, &expected);
}

/// Holds every message of a room against what was made.
fn check_room(room: &workspace::Room, found: &Value, messages: &[Value], ids: &HashMap<String, String>) {
    let mut people: Vec<&str> =
        found["people"].as_array().unwrap().iter().map(|one| one["user"].as_str().unwrap()).collect();
    let mut members: Vec<&str> =
        room.members.iter().map(|person| ids[&format!("{{U{person}}}")].as_str()).collect();
    people.sort_unstable();
    members.sort_unstable();
    assert_eq!(people, members);
    assert_eq!((&found["private"], &found["archived"]), (&json!(room.private), &json!(room.archived)));
    assert_eq!(found["description"], room.description);
    assert_eq!(messages.len(), room.messages.len(), "{:?}", room.name);
    let mut seqs: HashMap<i64, i64> = HashMap::new();
    for (at, (said, message)) in room.messages.iter().zip(messages).enumerate() {
        let told = format!("{said:?}\n{message}");
        assert_eq!(message["seq"], json!(at + 1), "{told}");
        seqs.insert(said.micros, at as i64 + 1);
        let created = chrono::DateTime::parse_from_rfc3339(message["created_at"].as_str().unwrap()).unwrap();
        assert_eq!(created.timestamp_micros(), said.micros, "{told}");
        let mut text = said.text.clone();
        for (place, id) in ids {
            text = text.replace(place, id);
        }
        assert_eq!(message["text"], text, "{told}");
        match &said.by {
            By::Person(person) => assert_eq!(message["author"], ids[&format!("{{U{person}}}")], "{told}"),
            By::Named(name) => assert_eq!(message["author_name"], *name, "{told}"),
            By::Nobody => {}
        }
        let thread = said.thread.map(|root| seqs[&root]);
        assert_eq!(message["thread"], json!(thread), "{told}");
        let count = |list: &str, each: &str| -> usize {
            let list = message[list].as_array().unwrap().iter();
            list.map(|one| one[each].as_array().map_or(1, Vec::len)).sum()
        };
        assert_eq!((count("reactions", "users"), count("files", "")), (said.reactions, said.files), "{told}");
        assert_eq!(
            (&message["edited_at"].is_string(), &message["deleted"]),
            (&said.edited, &json!(said.deleted)),
            "{told}"
        );
        assert_eq!(message["replies"]["count"].as_u64().unwrap_or(0), said.replies, "{told}");
    }
}

on_both!(a_slack_workspace_is_here_message_by_message, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    for person in 0..5 {
        acme.user(&format!("u{person}")).await;
    }
    let ana = acme.user("u0").await;
    let taken = json!({ "kind": "channel", "name": "general" });
    assert_eq!(ana.post("/chat/rooms", taken).await.status(), 201);
    let made = Workspace::new(1, 5_000);
    let (progress, report) = import(&admin, "slack", made.zip.clone()).await;
    check_report(&report, &made);
    assert!(progress.iter().any(|line| line["step"] == "messages"), "{progress:?}");

    let mut all = Everything::of(&admin).await;
    let mut ids = HashMap::new();
    for one in all.lines("people.ndjson") {
        let person = (0..PEOPLE).find(|person| email(*person).as_deref() == one["email"].as_str());
        let Some(person) = person else { continue };
        ids.insert(format!("{{U{person}}}"), one["id"].as_str().unwrap().to_owned());
        assert_eq!(one["status"], if person < 5 { "active" } else { "suspended" });
    }
    assert_eq!(ids.len(), PEOPLE - 10);
    let rooms = all.lines("rooms.ndjson");
    assert_eq!(rooms.len(), made.rooms.len() + 1);
    let find = |room: &workspace::Room, ids: &HashMap<String, String>| {
        let members: Vec<_> =
            room.members.iter().map(|person| ids[&format!("{{U{person}}}")].clone()).collect();
        let same = |found: &&Value| match &room.name {
            Some(name) => found["name"] == *name,
            None => {
                let people = found["members"].as_array().unwrap();
                people.len() == members.len() && members.iter().all(|one| people.contains(&json!(one)))
            }
        };
        rooms.iter().find(same).unwrap_or_else(|| panic!("{:?} is not there", room.name)).clone()
    };
    for (number, room) in made.rooms.iter().enumerate() {
        let id = find(room, &ids)["id"].as_str().unwrap().to_owned();
        ids.insert(format!("{{C{number}}}"), id);
    }
    for room in &made.rooms {
        let found = find(room, &ids);
        let messages = all.lines(&format!("rooms/{}.ndjson", found["id"].as_str().unwrap()));
        check_room(room, &found, &messages, &ids);
    }
    let file = all
        .lines(&format!("rooms/{}.ndjson", ids["{C3}"]))
        .into_iter()
        .find(|one| one["files"][0].is_object());
    let hash = file.unwrap()["files"][0]["hash"].as_str().unwrap().to_owned();
    assert!(String::from_utf8(all.bytes(&format!("files/{hash}"))).unwrap().starts_with("bytes of F3x"));

    // Everything is read, and people go on talking where the import ended.
    let overview: Value = ana.get("/chat/overview").await.json().await.unwrap();
    assert_eq!(overview["threads_unread"], 0);
    for room in overview["rooms"].as_array().unwrap() {
        assert_eq!((&room["membership"]["unread"], &room["membership"]["mentions"]), (&json!(0), &json!(0)));
    }
    let mine = made.rooms.iter().position(|room| room.members.contains(&0) && !room.archived).unwrap();
    let path = format!("/chat/rooms/{}/messages", ids[&format!("{{C{mine}}}")]);
    let said: Value = ana.post(&path, json!({ "text": "after" })).await.json().await.unwrap();
    assert!(said["seq"].as_u64().unwrap() > made.rooms[mine].messages.len() as u64, "{said}");

    // The same again adds nothing; a later export goes on.
    let (_, again) = import(&admin, "slack", made.zip.clone()).await;
    let zeros = ["people_created", "rooms_created", "messages", "threads", "replies", "reactions", "files"];
    zeros.iter().for_each(|name| assert_eq!(again[name], 0, "{name}: {again}"));
    assert_eq!((&again["known"], &again["rooms_found"]), (&json!(made.messages()), &json!(made.rooms.len())));
    let answer =
        ana.get(&format!("/chat/rooms/{}/export", ids[&format!("{{C{mine}}}")])).await.text().await.unwrap();
    assert_eq!(answer.lines().count(), made.rooms[mine].messages.len() + 2);
});

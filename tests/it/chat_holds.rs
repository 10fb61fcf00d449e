//! Legal holds: nothing that one covers is destroyed while it is in force.

use std::time::Duration;

use serde_json::{Value, json};

use crate::chat::{channel, history, say, texts, value};
use crate::harness::{Client, Engine, TestServer};
use crate::on_both;

async fn lines(client: &Client, hold: &str) -> Vec<Value> {
    let answer = client.get(&format!("/chat/holds/{hold}/export")).await;
    assert_eq!(answer.status().as_u16(), 200);
    let text = answer.text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn place(admin: &Client, hold: Value) -> String {
    value(admin.post("/chat/holds", hold).await, 201).await["id"].as_str().unwrap().to_owned()
}

fn said(lines: &[Value]) -> Vec<String> {
    let messages = lines.iter().filter(|line| line["message"].is_object());
    messages.map(|line| line["message"]["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn retention_takes_what_is_held_only_after_the_release() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        actix_rt::System::new().block_on(async {
            let start = chrono::DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap();
            let (clock, hand) = kontor::actors::Clock::manual(start);
            let server = TestServer::start_with(engine, clock, |_| {}).await;
            let acme = server.tenant("acme").await;
            let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
            let room = channel(&ana, "short", &[&ben]).await;
            value(ana.patch(&format!("/chat/rooms/{room}"), json!({ "retention_days": 1 })).await, 200).await;
            say(&ana, &room, "from ana").await;
            let edited = say(&ben, &room, "from ben, first").await;
            let path = format!("/chat/rooms/{room}/messages/{}", edited["seq"]);
            value(ben.patch(&path, json!({ "text": "from ben, second" })).await, 200).await;
            let hold = json!({ "name": "Case 1", "reason": "Court", "people": [ben.user_id()] });
            let hold = place(&admin, hold).await;
            hand.advance(Duration::from_secs(2 * 86_400));
            let settled = async |expected: &[&str]| {
                for _ in 0..200 {
                    if texts(&history(&ana, &room, "").await) == expected {
                        return;
                    }
                    hand.advance(Duration::from_secs(601));
                    tokio::task::yield_now().await;
                }
                assert_eq!(texts(&history(&ana, &room, "").await), expected);
            };
            settled(&["from ben, second"]).await;
            // Further looks take nothing more.
            for _ in 0..5 {
                hand.advance(Duration::from_secs(601));
                tokio::task::yield_now().await;
            }
            settled(&["from ben, second"]).await;
            let kept = lines(&admin, &hold).await;
            let of_ben = kept.iter().find(|line| line["message"].is_object()).unwrap();
            assert_eq!(of_ben["versions"][0]["text"], "from ben, first");
            assert_eq!(admin.post(&format!("/chat/holds/{hold}/release"), json!({})).await.status(), 204);
            settled(&[]).await;
            assert!(said(&lines(&admin, &hold).await).is_empty());
        });
    }
}

on_both!(a_hold_keeps_what_was_edited_and_deleted_from_ordinary_readers_and_not_from_its_export, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let room = channel(&ana, "general", &[&ben]).await;
    let hold = place(&admin, json!({ "name": "Case", "reason": "Court", "rooms": [room] })).await;
    let file = format!("/chat/rooms/{room}/files?name=proof.txt");
    let file = value(ben.upload(&file, "text/plain", b"proof".to_vec()).await, 201).await;
    let post = format!("/chat/rooms/{room}/messages");
    let new = json!({ "text": "the plan", "files": [file["hash"]] });
    let message = value(ben.post(&post, new).await, 201).await;
    let path = format!("{post}/{}", message["seq"]);
    value(ben.patch(&path, json!({ "text": "another plan" })).await, 200).await;
    assert_eq!(ben.delete(&path).await.status(), 204);
    let kept = lines(&admin, &hold).await;
    assert_eq!(kept[0]["hold"]["name"], "Case");
    assert_eq!(kept[1]["room"]["name"], "general");
    let line = kept.iter().find(|line| line["message"]["seq"] == message["seq"]).unwrap();
    assert_eq!((&line["message"]["deleted"], &line["message"]["text"]), (&json!(true), &json!("")));
    let versions: Vec<_> =
        line["versions"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(versions, ["the plan", "another plan"]);
    assert_eq!(line["versions"][1]["files"][0]["hash"], file["hash"]);
    // Nothing of it in what others read.
    for client in [&ana, &ben] {
        let own = client.get(&format!("/chat/rooms/{room}/export")).await.text().await.unwrap();
        assert!(!own.contains("plan"), "{own}");
        assert!(!history(client, &room, "").await.to_string().contains("plan"));
        assert_eq!(client.get("/chat/holds").await.status().as_u16(), 403);
        assert_eq!(client.get(&format!("/chat/holds/{hold}/export")).await.status().as_u16(), 403);
    }
});

on_both!(a_hold_covers_people_conversations_and_a_time, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let admin = acme.admin().await;
    let room = channel(&ana, "general", &[&ben]).await;
    let talk = async |a: &Client, b: &Client| {
        let new = json!({ "kind": "direct", "members": [b.user_id()] });
        let made = a.post("/chat/rooms", new).await.json::<Value>().await.unwrap();
        made["id"].as_str().unwrap().to_owned()
    };
    say(&ana, &room, "ana in the channel").await;
    say(&ben, &room, "ben in the channel").await;
    let (with_ben, without) = (talk(&ana, &ben).await, talk(&ana, &cleo).await);
    say(&ana, &with_ben, "ana to ben").await;
    say(&ana, &without, "ana to cleo").await;
    let people = json!([ben.user_id()]);
    let hold = json!({ "name": "Ben", "reason": "Court", "people": people });
    let hold = place(&admin, hold).await;
    assert_eq!(said(&lines(&admin, &hold).await), ["ben in the channel", "ana to ben"]);
    let past =
        json!({ "name": "Past", "reason": "Court", "people": people, "until": "2020-01-01T00:00:00Z" });
    assert!(said(&lines(&admin, &place(&admin, past).await).await).is_empty());
    let since =
        json!({ "name": "Since", "reason": "Court", "rooms": [room], "from": "2020-01-01T00:00:00Z" });
    assert_eq!(said(&lines(&admin, &place(&admin, since).await).await).len(), 2);
    // What a hold is, who placed it, read it and released it, is written down.
    assert_eq!(admin.post(&format!("/chat/holds/{hold}/release"), json!({})).await.status(), 204);
    assert_eq!(admin.post(&format!("/chat/holds/{hold}/release"), json!({})).await.status(), 409);
    let audit = value(admin.get("/chat/holds/audit").await, 200).await;
    let actions: Vec<_> = audit["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions[0], "hold.released");
    assert_eq!(actions.iter().filter(|action| **action == "hold.placed").count(), 3);
    assert_eq!(actions.iter().filter(|action| **action == "hold.exported").count(), 3);
    let all = value(admin.get("/chat/holds").await, 200).await;
    let released = all["holds"].as_array().unwrap().last().unwrap();
    assert_eq!((&released["name"], &released["released_name"]), (&json!("Ben"), &json!("Admin")));
    for wrong in [
        json!({ "name": "", "reason": "x", "rooms": [room] }),
        json!({ "name": "x", "reason": "", "rooms": [room] }),
        json!({ "name": "x", "reason": "x" }),
        json!({ "name": "x", "reason": "x", "rooms": [uuid::Uuid::new_v4()] }),
        json!({ "name": "x", "reason": "x", "rooms": [room], "from": "2021-01-01T00:00:00Z",
            "until": "2020-01-01T00:00:00Z" }),
    ] {
        assert_eq!(admin.post("/chat/holds", wrong.clone()).await.status().as_u16(), 422, "{wrong}");
    }
});

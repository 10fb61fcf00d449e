//! Rooms, messages, threads and what each person hears of them.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::harness::{Client, TestServer};
use crate::live::Live;
use crate::on_both;
use kontor::scope::Role;

/// The body of an answer with this status.
pub async fn value(answer: reqwest::Response, status: u16) -> Value {
    let (url, found) = (answer.url().clone(), answer.status().as_u16());
    let body = answer.text().await.unwrap();
    assert_eq!(found, status, "{url}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

pub async fn channel(owner: &Client, name: &str, members: &[&Client]) -> String {
    let members: Vec<_> = members.iter().map(|client| client.user_id()).collect();
    let new = json!({ "kind": "channel", "name": name, "members": members });
    let room = value(owner.post("/chat/rooms", new).await, 201).await;
    room["id"].as_str().unwrap().to_owned()
}

pub async fn say(client: &Client, room: &str, text: &str) -> Value {
    value(client.post(&format!("/chat/rooms/{room}/messages"), json!({ "text": text })).await, 201).await
}

pub async fn history(client: &Client, room: &str, query: &str) -> Value {
    value(client.get(&format!("/chat/rooms/{room}/messages{query}")).await, 200).await
}

pub fn texts(history: &Value) -> Vec<&str> {
    history["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect()
}

async fn membership(client: &Client, room: &str) -> Value {
    value(client.get(&format!("/chat/rooms/{room}")).await, 200).await["membership"].clone()
}

on_both!(what_is_said_is_heard_by_everyone_in_one_order, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let topic = format!("room:{room}");
    let mut hears = Live::open(&server.address(), &ben).await;
    let subscribed = hears.subscribe(&topic, None).await;
    assert_eq!((&subscribed["op"], &subscribed["resumed"]), (&json!("subscribed"), &json!(false)));
    let mut writes = Live::open(&server.address(), &ana).await;
    let mut last = subscribed["cursor"].as_i64().unwrap();
    for number in 0..20 {
        let params = json!({ "room": room, "text": format!("message {number}") });
        let done = writes.command(Uuid::new_v4(), "chat.post", params, false).await;
        assert_eq!(done["op"], "done", "{done}");
        let event = hears.event(&topic, "chat.posted").await;
        assert_eq!(event["data"]["message"], done["result"]["message"]);
        assert!(event["seq"].as_i64().unwrap() > last);
        last = event["seq"].as_i64().unwrap();
    }
    let read = history(&ben, &room, "?limit=10").await;
    assert_eq!(texts(&read), (10..20).map(|number| format!("message {number}")).collect::<Vec<_>>());
    assert_eq!(
        (&read["has_before"], &read["has_after"], &read["cursor"]),
        (&json!(true), &json!(false), &json!(last))
    );
});

on_both!(a_command_that_is_sent_again_is_answered_and_happens_once, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "general", &[]).await;
    let mut live = Live::open(&server.address(), &ana).await;
    let (id, params) = (Uuid::new_v4(), json!({ "room": room, "text": "once" }));
    let first = live.command(id, "chat.post", params.clone(), false).await;
    let again = live.command(id, "chat.post", params.clone(), true).await;
    assert_eq!(first["result"], again["result"]);
    // Not marked as sent again, and after the room has left memory.
    assert_eq!(live.command(id, "chat.post", params.clone(), false).await["result"], first["result"]);
    server.passivate_all().await;
    assert_eq!(live.command(id, "chat.post", params, false).await["result"], first["result"]);
    assert_eq!(texts(&history(&ana, &room, "").await), ["once"]);
    // And the room takes more.
    say(&ana, &room, "more").await;
});

on_both!(a_client_that_comes_back_hears_what_it_missed_and_nothing_twice, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let topic = format!("room:{room}");
    let first = say(&ana, &room, "before").await;
    let mut live = Live::open(&server.address(), &ben).await;
    let cursor = live.subscribe(&topic, None).await["cursor"].as_i64().unwrap();
    drop(live);
    let missed = say(&ana, &room, "missed").await;
    let path = format!("/chat/rooms/{room}/messages/{}", first["seq"]);
    value(ana.patch(&path, json!({ "text": "before, edited" })).await, 200).await;
    for passivate in [false, true] {
        if passivate {
            server.passivate_all().await;
        }
        let mut live = Live::open(&server.address(), &ben).await;
        let subscribed = live.subscribe(&topic, Some(cursor)).await;
        assert_eq!(subscribed["resumed"], true, "{subscribed}");
        let posted = live.event(&topic, "chat.posted").await;
        assert_eq!(posted["data"]["message"]["seq"], missed["seq"]);
        let changed = live.event(&topic, "chat.changed").await;
        assert_eq!(changed["data"]["message"]["text"], "before, edited");
        assert_eq!(changed["seq"], subscribed["cursor"]);
    }
    // Who is up to date hears nothing.
    let mut live = Live::open(&server.address(), &ben).await;
    let now = live.subscribe(&topic, None).await["cursor"].as_i64().unwrap();
    drop(live);
    let mut live = Live::open(&server.address(), &ben).await;
    assert_eq!(live.subscribe(&topic, Some(now)).await["resumed"], true);
    assert!(live.hears_nothing(&topic).await);
});

on_both!(threads_count_their_replies_and_wait_to_be_read, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let room = channel(&ana, "general", &[&ben, &cleo]).await;
    let root = say(&ana, &room, "root").await["seq"].clone();
    for (who, text) in [(&ben, "one"), (&cleo, "two"), (&ben, "three")] {
        let new = json!({ "text": text, "thread": root });
        value(who.post(&format!("/chat/rooms/{room}/messages"), new).await, 201).await;
    }
    let thread = history(&ana, &room, &format!("?thread={root}")).await;
    assert_eq!(texts(&thread), ["root", "one", "two", "three"]);
    let replies = &thread["messages"][0]["replies"];
    assert_eq!(replies["count"], 3);
    assert_eq!(replies["authors"], json!([cleo.user_id(), ben.user_id()]));
    // Replies are not in the room itself.
    assert_eq!(texts(&history(&ana, &room, "").await), ["root"]);
    let waiting = value(ana.get("/chat/threads?unread=true").await, 200).await;
    assert_eq!(waiting["items"][0]["unread"], 3);
    assert_eq!(value(ana.get("/chat/overview").await, 200).await["threads_unread"], 1);
    let last = replies["last_seq"].clone();
    let read = ana.put(&format!("/chat/rooms/{room}/read"), json!({ "seq": last, "thread": root })).await;
    assert_eq!(read.status(), 204);
    assert_eq!(value(ana.get("/chat/overview").await, 200).await["threads_unread"], 0);
});

on_both!(what_is_read_on_one_device_is_read_on_the_other, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let mut seqs = Vec::new();
    for text in ["one", "two", "<@BEN> three"] {
        let text = text.replace("BEN", &ben.user_id().to_string());
        seqs.push(say(&ana, &room, &text).await["seq"].as_i64().unwrap());
    }
    let before = membership(&ben, &room).await;
    assert_eq!((&before["unread"], &before["mentions"]), (&json!(3), &json!(1)));
    let mut other = Live::open(&server.address(), &ben).await;
    other.subscribe("me", None).await;
    let mut device = Live::open(&server.address(), &ben).await;
    device.command(Uuid::new_v4(), "chat.read", json!({ "room": room, "seq": seqs[2] }), false).await;
    let heard = other.event("me", "chat.read").await["data"].clone();
    assert_eq!(
        (&heard["read_seq"], &heard["unread"], &heard["mentions"]),
        (&json!(seqs[2]), &json!(0), &json!(0))
    );
    // Unread from the second message on.
    let back = ben.put(&format!("/chat/rooms/{room}/read"), json!({ "seq": seqs[0] })).await;
    assert_eq!(back.status(), 204);
    assert_eq!(other.event("me", "chat.read").await["data"]["unread"], 2);
    assert_eq!(membership(&ben, &room).await["unread"], 2);
    // What one writes oneself is not unread.
    assert_eq!(membership(&ana, &room).await["unread"], 0);
});

on_both!(who_is_not_in_a_private_room_does_not_know_of_it, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve) = (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await);
    let new = json!({ "kind": "channel", "name": "board", "private": true, "members": [ben.user_id()] });
    let room = value(ana.post("/chat/rooms", new).await, 201).await["id"].as_str().unwrap().to_owned();
    let said = say(&ana, &room, "secret").await;
    let paths = ["", "/messages", "/members", "/pins", &format!("/messages/{}", said["seq"])];
    for path in paths {
        assert_eq!(eve.get(&format!("/chat/rooms/{room}{path}")).await.status(), 404, "{path}");
    }
    let mut live = Live::open(&server.address(), &eve).await;
    let refused = live.subscribe(&format!("room:{room}"), None).await;
    let unknown = live.subscribe(&format!("room:{}", Uuid::new_v4()), None).await;
    assert_eq!((&refused["op"], &refused["detail"]), (&json!("refused"), &unknown["detail"]));
    let posted = live.command(Uuid::new_v4(), "chat.post", json!({ "room": room, "text": "x" }), false).await;
    assert_eq!(posted["op"], "failed");
    assert!(!value(eve.get("/chat/rooms").await, 200).await.to_string().contains("board"));

    // Who is taken out hears nothing from then on.
    let topic = format!("room:{room}");
    let mut hears = Live::open(&server.address(), &ben).await;
    hears.subscribe("me", None).await;
    assert_eq!(hears.subscribe(&topic, None).await["op"], "subscribed");
    let path = format!("/chat/rooms/{room}/members/{}", ben.user_id());
    assert_eq!(ana.delete(&path).await.status(), 204);
    assert_eq!(hears.next(|message| message["op"] == "ended").await["code"], "revoked");
    assert_eq!(hears.event("me", "chat.left").await["data"]["room"], room);
    hears.skip();
    say(&ana, &room, "after").await;
    assert!(hears.hears_nothing(&topic).await);
    assert_eq!(ben.get(&format!("/chat/rooms/{room}/messages")).await.status(), 404);
});

on_both!(a_guest_sees_only_where_they_were_added, |server| {
    let acme = server.tenant("acme").await;
    let (ana, guest) = (acme.user("ana").await, acme.someone("gus", Role::TenantGuest).await);
    let open = channel(&ana, "general", &[]).await;
    let shared = channel(&ana, "project-x", &[&guest]).await;
    assert_eq!(guest.get(&format!("/chat/rooms/{open}")).await.status(), 404);
    assert_eq!(guest.post(&format!("/chat/rooms/{open}/join"), json!({})).await.status(), 404);
    assert_eq!(guest.post("/chat/rooms", json!({ "kind": "channel", "name": "mine" })).await.status(), 403);
    say(&guest, &shared, "hello").await;
    let rooms = value(guest.get("/chat/rooms").await, 200).await;
    assert_eq!(rooms["items"].as_array().unwrap().len(), 1);
    // A member of the business may look before they join, and writes after.
    let ben = acme.user("ben").await;
    assert_eq!(texts(&history(&ben, &shared, "").await), ["hello"]);
    let early = ben.post(&format!("/chat/rooms/{shared}/messages"), json!({ "text": "x" })).await;
    assert_eq!(early.status(), 403);
    value(ben.post(&format!("/chat/rooms/{shared}/join"), json!({})).await, 200).await;
    say(&ben, &shared, "me too").await;
});

on_both!(messages_are_changed_by_those_who_may, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let seq = say(&ben, &room, "helo").await["seq"].clone();
    let path = format!("/chat/rooms/{room}/messages/{seq}");
    assert_eq!(ana.patch(&path, json!({ "text": "mine" })).await.status(), 403);
    let edited = value(ben.patch(&path, json!({ "text": "hello" })).await, 200).await;
    assert!(edited["edited_at"].is_string());
    for client in [&ana, &ben] {
        assert_eq!(client.put(&format!("{path}/reactions/👍"), json!({})).await.status(), 204);
    }
    assert_eq!(ben.delete(&format!("{path}/reactions/👍")).await.status(), 204);
    assert_eq!(ana.put(&format!("{path}/reactions/<b>"), json!({})).await.status(), 422);
    assert_eq!(ana.put(&format!("{path}/pin"), json!({})).await.status(), 204);
    assert_eq!(ana.put(&format!("{path}/saved"), json!({})).await.status(), 204);
    let read = value(ana.get(&path).await, 200).await;
    assert_eq!(read["reactions"], json!([{ "emoji": "👍", "users": [ana.user_id()] }]));
    assert_eq!(read["pinned"], true);
    let pins = value(ben.get(&format!("/chat/rooms/{room}/pins")).await, 200).await;
    assert_eq!(texts(&pins), ["hello"]);
    assert_eq!(value(ana.get("/chat/saved").await, 200).await["items"][0]["seq"], seq);
    // The owner of the room may delete what a member wrote; nothing of it is left to read.
    assert_eq!(ana.delete(&path).await.status(), 204);
    let gone = value(ben.get(&path).await, 200).await;
    assert_eq!((&gone["deleted"], &gone["text"]), (&json!(true), &json!("")));
    assert_eq!(ben.patch(&path, json!({ "text": "back" })).await.status(), 404);
});

on_both!(a_conversation_of_the_same_people_is_the_same, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let mut hears = Live::open(&server.address(), &ben).await;
    hears.subscribe("me", None).await;
    let with = |client: &Client| json!({ "kind": "direct", "members": [client.user_id()] });
    let one = value(ana.post("/chat/rooms", with(&ben)).await, 201).await;
    assert_eq!(hears.event("me", "chat.joined").await["data"]["room"]["id"], one["id"]);
    let two = value(ben.post("/chat/rooms", with(&ana)).await, 200).await;
    assert_eq!(one["id"], two["id"]);
    let three = json!({ "kind": "group", "members": [ben.user_id(), cleo.user_id()] });
    value(ana.post("/chat/rooms", three).await, 201).await;
    assert_eq!(cleo.get(&format!("/chat/rooms/{}", one["id"].as_str().unwrap())).await.status(), 404);
    let taken = json!({ "kind": "channel", "name": "General" });
    value(ana.post("/chat/rooms", taken.clone()).await, 201).await;
    assert_eq!(ben.post("/chat/rooms", taken).await.status(), 409);
});

on_both!(a_room_that_crashes_leaves_others_alone_and_comes_back, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let (one, two) = (channel(&ana, "one", &[]).await, channel(&ana, "two", &[]).await);
    let mut live = Live::open(&server.address(), &ana).await;
    let cursor = live.subscribe(&format!("room:{one}"), None).await["cursor"].as_i64().unwrap();
    live.subscribe(&format!("room:{two}"), None).await;
    say(&ana, &one, "before").await;
    server.crash_room("acme", one.parse().unwrap()).await;
    let ended = live.next(|message| message["op"] == "ended").await;
    assert_eq!((&ended["topic"], &ended["code"]), (&json!(format!("room:{one}")), &json!("restart")));
    say(&ana, &two, "alive").await;
    live.event(&format!("room:{two}"), "chat.posted").await;
    let again = live.subscribe(&format!("room:{one}"), Some(cursor)).await;
    assert_eq!(again["resumed"], true);
    say(&ana, &one, "after").await;
    assert_eq!(texts(&history(&ana, &one, "").await), ["before", "after"]);
});

#[test]
fn a_socket_that_breaks_the_rules_is_closed_with_the_reason() {
    crate::harness::run(crate::harness::Engine::Sqlite, async |server: TestServer| {
        let acme = server.tenant("acme").await;
        let ana = acme.user("ana").await;
        let check = async |message: Message, code: u16| {
            let mut live = Live::open(&server.address(), &ana).await;
            live.send_raw(message).await;
            let close = live.closed().await.expect("a close frame");
            assert_eq!(u16::from(close.code), code, "{close:?}");
        };
        check(Message::Text("{".into()), 4400).await;
        check(Message::Text(r#"{"op":"dance"}"#.into()), 4400).await;
        check(Message::Binary(vec![1].into()), 4400).await;
        check(Message::Text("x".repeat(70_000).into()), 4413).await;
        let mut live = Live::open(&server.address(), &ana).await;
        for _ in 0..200 {
            live.send(json!({ "op": "ping" })).await;
        }
        assert_eq!(u16::from(live.closed().await.unwrap().code), 4429);
        // Too many topics are refused and not heard.
        let mut live = Live::open(&server.address(), &ana).await;
        for _ in 0..2 {
            let topics: Vec<_> =
                (0..201).map(|number| json!({ "topic": format!("room:{number}") })).collect();
            live.send(json!({ "op": "subscribe", "topics": topics })).await;
            assert_eq!(live.next(|message| message["op"] == "refused").await["code"], "too_many");
        }
        let ids: Vec<_> = (0..200).map(|_| json!({ "topic": format!("room:{}", Uuid::new_v4()) })).collect();
        live.send(json!({ "op": "subscribe", "topics": ids })).await;
        live.next(|message| message["code"] == "not_found").await;
        drop(live);
        server.finish().await;
    });
}

on_both!(hostile_input_is_refused_with_the_reason, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "general", &[]).await;
    let path = format!("/chat/rooms/{room}/messages");
    for (body, status) in [
        (json!({ "text": "" }), 422),
        (json!({ "text": "x".repeat(16_001) }), 422),
        (json!({ "text": "a\u{0}b" }), 422),
        (json!({ "text": "x", "thread": 999 }), 404),
        (json!({ "text": "x", "files": ["nothing"] }), 404),
        (json!({ "text": "x", "quote": { "room": Uuid::new_v4(), "seq": 1 } }), 404),
        (json!({ "text": "x", "topic": "t".repeat(101) }), 422),
        (json!({ "text": "x", "unknown": 1 }), 422),
    ] {
        let answer = ana.post(&path, body.clone()).await;
        assert_eq!(
            answer.status().as_u16(),
            status,
            "{}",
            body.to_string().chars().take(80).collect::<String>()
        );
    }
    let name = "a%2F..%2F%22%0Ab.svg";
    let file = format!("/chat/rooms/{room}/files?name={name}");
    let file = ana.upload(&file, "image/svg+xml", b"<svg/>".to_vec());
    let file = value(file.await, 201).await;
    let given = ana.get(&format!("/chat/rooms/{room}/files/{}", file["hash"].as_str().unwrap())).await;
    assert_eq!(given.headers()["content-type"], "application/octet-stream");
    assert!(given.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
});

on_both!(messages_are_found_by_those_who_may_read_them, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve) = (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await);
    let open = channel(&ana, "general", &[&ben]).await;
    let new = json!({ "kind": "channel", "name": "board", "private": true, "members": [ben.user_id()] });
    let closed = value(ana.post("/chat/rooms", new).await, 201).await["id"].as_str().unwrap().to_owned();
    say(&ana, &open, "The deploy of the Größe is next week, see https://a.example").await;
    let week = say(&ben, &open, "next deploy: this week").await;
    say(&ben, &closed, "secret deploy next week").await;
    let found = async |who: &Client, query: &str| {
        let pairs = serde_urlencoded::to_string([("q", query)]).unwrap();
        let page = value(who.get(&format!("/chat/search?{pairs}")).await, 200).await;
        let texts = page["items"].as_array().unwrap().iter();
        texts.map(|item| item["message"]["text"].as_str().unwrap()[..6].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&ben, "deploy").await, ["secret", "next d", "The de"]);
    assert_eq!(found(&eve, "deploy").await, ["next d", "The de"]);
    assert_eq!(found(&ben, "\"next week\"").await, ["secret", "The de"]);
    assert_eq!(found(&ben, "deploy -secret from:ben").await, ["next d"]);
    assert_eq!(found(&ben, "deploy from:me in:#board").await, ["secret"]);
    assert_eq!(found(&ana, "größe").await, ["The de"]);
    assert_eq!(found(&ana, "has:link").await, ["The de"]);
    assert_eq!(found(&eve, "in:board deploy").await, Vec::<String>::new());
    assert_eq!(found(&ana, "deploy before:2020-01-01").await, Vec::<String>::new());
    for hostile in
        ["\"", "' OR 1", "body : x", "a NEAR b", "(", "*", "!", "x'); DROP", "-", "& | !", "<->", "\\"]
    {
        let pairs = serde_urlencoded::to_string([("q", hostile)]).unwrap();
        let status = ana.get(&format!("/chat/search?{pairs}")).await.status().as_u16();
        assert!(matches!(status, 200 | 422), "{hostile}: {status}");
    }
    // What is edited is found by what it says now; what is deleted, not at all.
    let path = format!("/chat/rooms/{open}/messages/{}", week["seq"]);
    value(ben.patch(&path, json!({ "text": "rollout: this week" })).await, 200).await;
    assert_eq!(found(&ana, "rollout").await, ["rollou"]);
    assert_eq!(found(&ana, "deploy -secret").await, ["The de"]);
    assert_eq!(ben.delete(&path).await.status(), 204);
    assert_eq!(found(&ana, "rollout").await, Vec::<String>::new());
    // A right that is taken away takes the findings along.
    let member = format!("/chat/rooms/{closed}/members/{}", ben.user_id());
    assert_eq!(ana.delete(&member).await.status(), 204);
    assert_eq!(found(&ben, "secret").await, Vec::<String>::new());
});

on_both!(people_are_told_of_what_concerns_them_and_hear_no_more_once_they_have_read, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let room = channel(&ana, "general", &[&ben, &cleo]).await;
    assert_eq!(cleo.put("/chat/me", json!({ "keywords": ["Deploy"] })).await.status(), 200);
    let mut hears = Live::open(&server.address(), &ben).await;
    hears.subscribe("me", None).await;
    let said = say(&ana, &room, &format!("<@{}> the deploy is done", ben.user_id())).await;
    let told = hears.event("me", "notify.added").await["data"].clone();
    assert_eq!((&told["notification"]["kind"], &told["unread"]), (&json!("mention"), &json!(1)));
    assert_eq!(told["notification"]["link"], format!("/chat/{room}?at={}", said["seq"]));
    let inbox = async |who: &Client| value(who.get("/notifications").await, 200).await;
    assert_eq!(inbox(&cleo).await["items"][0]["kind"], "keyword");
    assert_eq!(inbox(&ana).await["items"], json!([]));
    // Whoever reads the room has read what it told.
    let read = json!({ "seq": said["seq"] });
    assert_eq!(ben.put(&format!("/chat/rooms/{room}/read"), read).await.status(), 204);
    hears.event("me", "notify.read").await;
    assert_eq!(inbox(&ben).await["unread"], 0);
    // A reply tells those who follow the thread; who has muted the room hears of mentions only.
    let quiet = json!({ "muted": true });
    value(ben.patch(&format!("/chat/rooms/{room}/preferences"), quiet).await, 200).await;
    let reply = json!({ "text": "thanks", "thread": said["seq"] });
    value(cleo.post(&format!("/chat/rooms/{room}/messages"), reply.clone()).await, 201).await;
    assert_eq!(inbox(&ana).await["unread"], 0, "who wrote the root follows from the first reply on");
    value(cleo.post(&format!("/chat/rooms/{room}/messages"), reply).await, 201).await;
    assert_eq!(inbox(&ana).await["items"][0]["kind"], "reply");
    assert_eq!(inbox(&ben).await["unread"], 0);
    // A group calls its people, nested ones too, if they are in the room.
    let admin = acme.admin().await;
    let inner =
        json!({ "name": "Inner", "handle": "inner", "members": [{ "kind": "user", "id": ben.user_id() }] });
    let inner = value(admin.post("/groups", inner).await, 201).await;
    let outer =
        json!({ "name": "Outer", "handle": "outer", "members": [{ "kind": "group", "id": inner["id"] }] });
    let outer = value(admin.post("/groups", outer).await, 201).await;
    say(&ana, &room, &format!("<@group:{}> lunch", outer["id"].as_str().unwrap())).await;
    assert_eq!(inbox(&ben).await["unread"], 1);
    // A conversation tells everyone in it.
    let direct = json!({ "kind": "direct", "members": [cleo.user_id()] });
    let direct = value(ana.post("/chat/rooms", direct).await, 201).await["id"].as_str().unwrap().to_owned();
    say(&ana, &direct, "psst").await;
    assert_eq!(inbox(&cleo).await["items"][0]["kind"], "direct");
});

on_both!(a_socket_ends_with_the_sign_in_that_opened_it, |server| {
    let acme = server.tenant("acme").await;
    let (first, second) = (acme.admin().await, acme.admin().await);
    let mut ends = Live::open(&server.address(), &first).await;
    let mut stays = Live::open(&server.address(), &second).await;
    assert!(first.post("/auth/sign-out", json!({})).await.status().is_success());
    assert_eq!(u16::from(ends.closed().await.unwrap().code), 4401);
    stays.send(json!({ "op": "ping" })).await;
    stays.next(|message| message["op"] == "pong").await;
});

on_both!(a_scheduled_message_comes_at_its_time_and_a_reminder_too, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let said = say(&ben, &room, "call the customer").await;
    let soon = chrono::DateTime::from_timestamp_micros(server.app().clock.now().timestamp_micros() + 400_000)
        .unwrap();
    let plan = json!({ "room": room, "text": "good morning", "at": soon });
    value(ana.post("/chat/scheduled", plan.clone()).await, 201).await;
    let taken_back = value(ana.post("/chat/scheduled", plan).await, 201).await;
    let path = format!("/chat/scheduled/{}", taken_back["id"].as_str().unwrap());
    assert_eq!(ben.delete(&path).await.status(), 204);
    let waiting = value(ana.get("/chat/scheduled").await, 200).await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2, "nobody else takes a plan back");
    assert_eq!(ana.delete(&path).await.status(), 204);
    let mut hears = Live::open(&server.address(), &ana).await;
    hears.subscribe("me", None).await;
    hears.subscribe(&format!("room:{room}"), None).await;
    value(ana.post("/chat/reminders", json!({ "room": room, "seq": said["seq"], "at": soon })).await, 201)
        .await;
    let posted = hears.event(&format!("room:{room}"), "chat.posted").await;
    assert_eq!(posted["data"]["message"]["text"], "good morning");
    assert_eq!(posted["data"]["message"]["author"], json!(ana.user_id()));
    assert_eq!(hears.event("me", "chat.reminder").await["data"]["text"], "call the customer");
    assert!(hears.hears_nothing(&format!("room:{room}")).await);
    assert_eq!(value(ana.get("/chat/scheduled").await, 200).await["items"], json!([]));
});

on_both!(topics_are_listed_moved_and_resolved, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let mut seqs = Vec::new();
    for number in 0..4 {
        let new = json!({ "text": format!("lunch {number}"), "topic": "Lunch" });
        let said = value(ana.post(&format!("/chat/rooms/{room}/messages"), new).await, 201).await;
        seqs.push(said["seq"].as_i64().unwrap());
    }
    let mut live = Live::open(&server.address(), &ben).await;
    let topic = format!("room:{room}");
    live.subscribe(&topic, None).await;
    let moved = json!({ "topic": "Dinner", "topic_of": "later" });
    let path = format!("/chat/rooms/{room}/messages/{}", seqs[2]);
    assert_eq!(value(ben.patch(&path, moved).await, 200).await["topic"], "Dinner");
    let event = live.event(&topic, "chat.topic").await;
    assert_eq!(event["data"], json!({ "from": "Lunch", "since": seqs[2], "to": "Dinner" }));
    let path = format!("/chat/rooms/{room}/messages/{}", seqs[0]);
    value(ben.patch(&path, json!({ "topic": "✔ Lunch", "topic_of": "all" })).await, 200).await;
    let topics = value(ana.get(&format!("/chat/rooms/{room}/topics")).await, 200).await;
    let expected = json!([
        { "topic": "Dinner", "count": 2, "last_seq": seqs[3], "resolved": false },
        { "topic": "✔ Lunch", "count": 2, "last_seq": seqs[1], "resolved": true },
    ]);
    assert_eq!(topics["topics"], expected);
    assert_eq!(texts(&history(&ana, &room, "?topic=Dinner").await), ["lunch 2", "lunch 3"]);
});

#[test]
fn old_messages_go_when_their_room_keeps_them_no_longer() {
    use crate::harness::Engine;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        actix_rt::System::new().block_on(async {
            let start = chrono::DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap();
            let (clock, hand) = kontor::actors::Clock::manual(start);
            let server = TestServer::start_with(engine, clock, |_| {}).await;
            let acme = server.tenant("acme").await;
            let ana = acme.user("ana").await;
            let (short, long) = (channel(&ana, "short", &[]).await, channel(&ana, "long", &[]).await);
            let keep = json!({ "retention_days": 1 });
            value(ana.patch(&format!("/chat/rooms/{short}"), keep).await, 200).await;
            say(&ana, &short, "yesterday").await;
            say(&ana, &long, "yesterday").await;
            hand.advance(std::time::Duration::from_secs(2 * 86_400));
            say(&ana, &short, "today").await;
            for _ in 0..200 {
                if texts(&history(&ana, &short, "").await) == ["today"] {
                    break;
                }
                hand.advance(std::time::Duration::from_secs(601));
                tokio::task::yield_now().await;
            }
            assert_eq!(texts(&history(&ana, &short, "").await), ["today"]);
            assert_eq!(texts(&history(&ana, &long, "").await), ["yesterday"]);
            let found = value(ana.get("/chat/search?q=yesterday").await, 200).await;
            assert_eq!(found["items"].as_array().unwrap().len(), 1);
        });
    }
}

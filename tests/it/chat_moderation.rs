//! Bookmarks, reports, bans, mutes, and what two devices write at once.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::chat::{channel, history, say, texts, value};
use crate::harness::{Client, Engine, TestServer};
use crate::live::Live;
use crate::on_both;
use kontor::scope::Role;

async fn status(answer: reqwest::Response) -> u16 {
    answer.status().as_u16()
}

async fn report(client: &Client, room: &str, message: &Value, reason: &str) -> u16 {
    let path = format!("/chat/rooms/{room}/messages/{}/reports", message["seq"]);
    status(client.post(&path, json!({ "reason": reason })).await).await
}

async fn queue(admin: &Client, query: &str) -> Vec<Value> {
    let page = value(admin.get(&format!("/chat/moderation/reports{query}")).await, 200).await;
    page["items"].as_array().unwrap().clone()
}

async fn decide(admin: &Client, case: &Value, decision: Value) -> u16 {
    let path = format!("/chat/moderation/reports/{}/decision", case["id"].as_str().unwrap());
    status(admin.post(&path, decision).await).await
}

async fn audited(admin: &Client) -> Vec<String> {
    let page = value(admin.get("/chat/moderation/audit").await, 200).await;
    let items = page["items"].as_array().unwrap();
    items.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

on_both!(bookmarks_are_seen_by_everyone_in_the_order_that_anyone_gives_them, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve) = (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await);
    let room = channel(&ana, "general", &[&ben]).await;
    let (topic, path) = (format!("room:{room}"), format!("/chat/rooms/{room}/bookmarks"));
    let mut hears = Live::open(&server.address(), &ben).await;
    let cursor = hears.subscribe(&topic, None).await["cursor"].as_i64();
    let new = |title: &str| json!({ "title": title, "url": "https://example.org/x", "emoji": "📌" });
    for title in ["one", "two", "three"] {
        value(ana.post(&path, new(title)).await, 201).await;
        assert!(hears.event(&topic, "chat.bookmarks").await["data"]["bookmarks"].is_array());
    }
    let titles = async |client: &Client| {
        let all = value(client.get(&path).await, 200).await;
        let list = all["bookmarks"].as_array().unwrap().clone();
        list.iter().map(|mark| mark["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = value(ben.get(&path).await, 200).await;
    let third = format!("{path}/{}", all["bookmarks"][2]["id"].as_str().unwrap());
    value(ben.patch(&third, json!({ "place": 0, "title": "three first" })).await, 200).await;
    assert_eq!(titles(&ana).await, ["three first", "one", "two"]);
    // It is stored: a room that comes back into memory knows it.
    server.passivate_all().await;
    assert_eq!(titles(&ana).await, ["three first", "one", "two"]);
    value(ana.delete(&third).await, 200).await;
    assert_eq!(titles(&ben).await, ["one", "two"]);
    assert_eq!(status(ana.delete(&third).await).await, 404);
    // Who comes back hears that the room is another, and reads them again.
    let mut back = Live::open(&server.address(), &ben).await;
    assert_eq!(back.subscribe(&topic, cursor).await["resumed"], true);
    back.event(&topic, "chat.room").await;
    for wrong in ["javascript:alert(1)", "//example.org", "ftp://example.org", "/admin", ""] {
        let wrong = json!({ "title": "x", "url": wrong });
        assert_eq!(status(ana.post(&path, wrong).await).await, 422);
    }
    value(ana.post(&path, json!({ "title": "Ours", "url": format!("/chat/{room}?at=1") })).await, 201).await;
    // Who has not joined does not write; who does not manage does not, once that is the rule.
    assert_eq!(status(eve.post(&path, new("eve's")).await).await, 403);
    assert_eq!(status(ben.put(&format!("{path}/rule"), json!({ "managers_only": true })).await).await, 403);
    value(ana.put(&format!("{path}/rule"), json!({ "managers_only": true })).await, 200).await;
    assert_eq!(status(ben.post(&path, new("ben's")).await).await, 403);
    for _ in 3..50 {
        value(ana.post(&path, new("more")).await, 201).await;
    }
    assert_eq!(status(ana.post(&path, new("too many")).await).await, 422);
});

on_both!(a_report_reaches_the_moderators_once_and_is_decided_once, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let admin = acme.admin().await;
    // A room that the moderator is not in.
    let new = json!({ "kind": "channel", "name": "closed", "private": true,
        "members": [ben.user_id(), cleo.user_id()] });
    let room = value(ana.post("/chat/rooms", new).await, 201).await["id"].as_str().unwrap().to_owned();
    let mut hears = Live::open(&server.address(), &admin).await;
    hears.subscribe("me", None).await;
    for text in ["zero", "one", "two", "three"] {
        say(&ana, &room, text).await;
    }
    let rude = say(&ben, &room, "you fool").await;
    say(&ana, &room, "after").await;
    assert_eq!(report(&ana, &room, &rude, "insult").await, 204);
    hears.event("me", "chat.reported").await;
    let told = hears.event("me", "notify.added").await;
    assert_eq!(told["data"]["notification"]["kind"], "report");
    assert_eq!(report(&ana, &room, &rude, "insult again").await, 409, "each person once");
    assert_eq!(report(&cleo, &room, &rude, "I think so too").await, 204);
    assert_eq!(report(&ben, &room, &rude, "me").await, 422, "nobody reports themselves");
    assert_eq!(report(&acme.user("eve").await, &room, &rude, "x").await, 404);
    assert_eq!(status(ana.get("/chat/moderation/reports").await).await, 403);
    let waiting = queue(&admin, "").await;
    assert_eq!(waiting.len(), 1);
    let case = &waiting[0];
    assert_eq!((&case["text"], &case["author_name"]), (&json!("you fool"), &json!("ben")));
    let reasons: Vec<_> =
        case["reports"].as_array().unwrap().iter().map(|one| one["reason"].clone()).collect();
    assert_eq!(reasons, [json!("insult"), json!("I think so too")]);
    let path = format!("/chat/moderation/reports/{}", case["id"].as_str().unwrap());
    let context = value(admin.get(&path).await, 200).await;
    assert_eq!(texts(&context), ["one", "two", "three", "you fool", "after"]);
    // The room itself stays closed to the moderator.
    assert_eq!(status(admin.get(&format!("/chat/rooms/{room}/messages")).await).await, 404);
    let decision = json!({ "actions": ["remove", "warn"], "note": "Be kind." });
    assert_eq!(decide(&admin, case, decision.clone()).await, 204);
    assert_eq!(decide(&admin, case, decision).await, 409);
    assert!(queue(&admin, "").await.is_empty());
    let decided = &queue(&admin, "?resolved=true").await[0];
    assert_eq!((&decided["outcome"], &decided["removed"]), (&json!("remove warn"), &json!(true)));
    assert_eq!(decided["text"], "you fool", "what was decided about can still be read");
    assert!(!texts(&history(&ana, &room, "").await).contains(&"you fool"));
    // The author is told where nobody else reads it.
    let overview = value(ben.get("/chat/overview").await, 200).await;
    let rooms = overview["rooms"].as_array().unwrap();
    let own = rooms.iter().find(|room| room["members"] == json!([ben.user_id()])).unwrap();
    let warned = history(&ben, own["id"].as_str().unwrap(), "").await;
    let text = warned["messages"][0]["text"].as_str().unwrap();
    assert!(text.contains("Be kind.") && text.contains("> you fool"), "{text}");
    assert_eq!(warned["messages"][0]["author_name"], "Moderation");
    assert_eq!(audited(&admin).await, ["person.warned", "message.removed", "report.resolved"]);
});

on_both!(whoever_reports_too_much_waits, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[&ben]).await;
    for number in 0..21 {
        let said = say(&ben, &room, &format!("message {number}")).await;
        let expected = if number < 20 { 204 } else { 429 };
        assert_eq!(report(&ana, &room, &said, "spam").await, expected);
    }
    // A case that was dismissed waits again when another person reports the message.
    let admin = acme.admin().await;
    let case = queue(&admin, "").await.pop().unwrap();
    assert_eq!(decide(&admin, &case, json!({ "actions": [] })).await, 204);
    assert_eq!(queue(&admin, "?resolved=true").await[0]["outcome"], "dismiss");
    let cleo = acme.user("cleo").await;
    assert_eq!(report(&cleo, &room, &case, "really").await, 204);
    assert_eq!(queue(&admin, "").await.len(), 20);
});

on_both!(who_is_banned_is_out_at_once_and_stays_out_until_that_is_lifted, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let room = channel(&ana, "general", &[&ben, &cleo]).await;
    let topic = format!("room:{room}");
    let mut hears = Live::open(&server.address(), &ben).await;
    hears.subscribe("me", None).await;
    hears.subscribe(&topic, None).await;
    say(&ben, &room, "findable").await;
    let ban = format!("/chat/rooms/{room}/bans/{}", ben.user_id());
    assert_eq!(status(cleo.put(&ban, json!({ "reason": "spam" })).await).await, 403);
    assert_eq!(status(ana.put(&ban, json!({ "reason": "spam" })).await).await, 204);
    let ended = hears.next(|message| message["op"] == "ended").await;
    assert_eq!((&ended["topic"], &ended["code"]), (&json!(topic), &json!("revoked")));
    hears.event("me", "chat.left").await;
    for memory in [true, false] {
        if !memory {
            server.passivate_all().await;
        }
        assert_eq!(hears.subscribe(&topic, None).await["op"], "refused");
        assert_eq!(status(ben.get(&format!("/chat/rooms/{room}/messages")).await).await, 404);
        assert_eq!(status(ben.post(&format!("/chat/rooms/{room}/join"), json!({})).await).await, 404);
        let invite = format!("/chat/rooms/{room}/members/{}", ben.user_id());
        assert_eq!(status(ana.put(&invite, json!({ "role": "member" })).await).await, 409);
        let found = value(ben.get("/chat/search?q=findable").await, 200).await;
        assert_eq!(found["items"], json!([]));
        let listed = value(ben.get("/chat/rooms").await, 200).await;
        assert_eq!(listed["items"], json!([]));
    }
    let bans = value(ana.get(&format!("/chat/rooms/{room}/bans")).await, 200).await;
    assert_eq!((&bans["bans"][0]["user_name"], &bans["bans"][0]["reason"]), (&json!("ben"), &json!("spam")));
    assert_eq!(status(ana.delete(&ban).await).await, 204);
    value(ben.post(&format!("/chat/rooms/{room}/join"), json!({})).await, 200).await;
    say(&ben, &room, "I am back").await;
    // Nobody bans themselves or who rules over the business.
    let admin = acme.admin().await;
    for user in [ana.user_id(), admin.user_id()] {
        let path = format!("/chat/rooms/{room}/bans/{user}");
        assert_eq!(status(ana.put(&path, json!({})).await).await, 422);
    }
    assert_eq!(audited(&admin).await, ["ban.lifted", "person.banned"]);
});

#[test]
fn a_ban_and_a_mute_end_when_their_time_is_over() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        actix_rt::System::new().block_on(async {
            let start = chrono::DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap();
            let (clock, hand) = kontor::actors::Clock::manual(start);
            let server = TestServer::start_with(engine, clock, |_| {}).await;
            let acme = server.tenant("acme").await;
            let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
            let room = channel(&ana, "general", &[&ben]).await;
            let until = start + chrono::TimeDelta::hours(1);
            let mute = format!("/chat/moderation/mutes/{}", ben.user_id());
            let sanction = json!({ "reason": "spam", "until": until });
            assert_eq!(status(admin.put(&mute, sanction.clone()).await).await, 204);
            let path = format!("/chat/rooms/{room}/messages");
            assert_eq!(status(ben.post(&path, json!({ "text": "hi" })).await).await, 403);
            hand.advance(std::time::Duration::from_secs(3_601));
            say(&ben, &room, "I may write again").await;
            let ban = format!("/chat/rooms/{room}/bans/{}", ben.user_id());
            let sanction = json!({ "until": until + chrono::TimeDelta::hours(1) });
            assert_eq!(status(ana.put(&ban, sanction).await).await, 204);
            let join = format!("/chat/rooms/{room}/join");
            assert_eq!(status(ben.post(&join, json!({})).await).await, 404);
            let mut joined = 404;
            for _ in 0..200 {
                hand.advance(std::time::Duration::from_secs(601));
                tokio::task::yield_now().await;
                joined = status(ben.post(&join, json!({})).await).await;
                if joined == 200 {
                    break;
                }
            }
            assert_eq!(joined, 200);
            assert_eq!(audited(&admin).await[0], "ban.lifted");
        });
    }
}

on_both!(who_is_muted_reads_and_does_not_write, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let room = channel(&ana, "general", &[&ben]).await;
    let said = say(&ben, &room, "before").await;
    let mut hears = Live::open(&server.address(), &ben).await;
    hears.subscribe("me", None).await;
    let mute = format!("/chat/moderation/mutes/{}", ben.user_id());
    assert_eq!(status(ana.put(&mute, json!({})).await).await, 403);
    assert_eq!(status(admin.put(&mute, json!({ "reason": "spam" })).await).await, 204);
    assert_eq!(hears.event("me", "chat.muted").await["data"]["muted"], true);
    for memory in [true, false] {
        if !memory {
            server.passivate_all().await;
        }
        let message = format!("/chat/rooms/{room}/messages/{}", said["seq"]);
        let refused = value(ben.patch(&message, json!({ "text": "after" })).await, 403).await;
        assert_eq!(refused["code"], "muted");
        let params = json!({ "room": room, "text": "hello" });
        let failed = hears.command(Uuid::new_v4(), "chat.post", params, false).await;
        assert_eq!(failed["error"]["code"], "muted", "{failed}");
        assert_eq!(status(ben.put(&format!("{message}/reactions/👍"), json!({})).await).await, 403);
        let new = json!({ "kind": "channel", "name": "own" });
        assert_eq!(status(ben.post("/chat/rooms", new).await).await, 403);
        let file = format!("/chat/rooms/{room}/files?name=a.txt");
        assert_eq!(status(ben.upload(&file, "text/plain", b"a".to_vec()).await).await, 403);
        let mark = json!({ "title": "x", "url": "https://example.org" });
        assert_eq!(status(ben.post(&format!("/chat/rooms/{room}/bookmarks"), mark).await).await, 403);
        assert_eq!(texts(&history(&ben, &room, "").await), ["before"]);
        assert!(value(ben.get("/chat/overview").await, 200).await["me"]["muted"].is_object());
    }
    assert_eq!(value(admin.get("/chat/moderation/mutes").await, 200).await["mutes"][0]["user_name"], "ben");
    assert_eq!(status(admin.delete(&mute).await).await, 204);
    say(&ben, &room, "thank you").await;
    assert_eq!(
        status(admin.put(&format!("/chat/moderation/mutes/{}", admin.user_id()), json!({})).await).await,
        422
    );
    assert_eq!(
        status(admin.put(&format!("/chat/moderation/mutes/{}", Uuid::new_v4()), json!({})).await).await,
        404
    );
    assert_eq!(audited(&admin).await, ["mute.lifted", "person.muted"]);
});

on_both!(a_removal_by_somebody_else_is_written_down, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let room = channel(&ana, "general", &[&ben]).await;
    let (own, others) = (say(&ben, &room, "mine").await, say(&ben, &room, "rude").await);
    let path = |message: &Value| format!("/chat/rooms/{room}/messages/{}", message["seq"]);
    assert_eq!(status(ben.delete(&path(&own)).await).await, 204);
    assert!(audited(&admin).await.is_empty(), "what one takes back oneself concerns nobody");
    assert_eq!(status(ana.delete(&path(&others)).await).await, 204);
    let page = value(admin.get("/chat/moderation/audit").await, 200).await;
    let entry = &page["items"][0];
    assert_eq!((&entry["action"], &entry["by_name"]), (&json!("message.removed"), &json!("ana")));
    assert_eq!((&entry["user_name"], &entry["seq"]), (&json!("ben"), &others["seq"]));
    // A moderator removes in a public channel that they have not joined.
    let third = say(&ben, &room, "rude again").await;
    assert_eq!(status(admin.delete(&path(&third)).await).await, 204);
});

on_both!(of_two_devices_that_write_at_once_the_second_is_told_and_loses_nothing, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let version =
        async || value(ana.get("/chat/overview").await, 200).await["me"]["version"].as_i64().unwrap();
    let mut other = Live::open(&server.address(), &ana).await;
    other.subscribe("me", None).await;
    let known = version().await;
    let first = json!({ "version": known, "sections": ["Work"], "keywords": ["deploy"] });
    value(ana.put("/chat/me", first).await, 200).await;
    let told = other.event("me", "chat.sections").await;
    assert_eq!(told["data"]["sections"], json!(["Work"]));
    assert_eq!(told["data"]["version"], known + 1);
    let second = json!({ "version": known, "sections": ["Home"] });
    let refused = value(ana.put("/chat/me", second).await, 409).await;
    assert_eq!(refused["code"], "changed_meanwhile");
    let again = json!({ "version": version().await, "sections": ["Work", "Home"] });
    value(ana.put("/chat/me", again).await, 200).await;
    // What names no version is applied to what is there; many at once lose nothing.
    let status_of = |text: &str| json!({ "status": { "emoji": "🎯", "text": text } });
    let all = (0..5).map(|number| ana.put("/chat/me", status_of(&number.to_string())));
    futures::future::join_all(all.collect::<Vec<_>>()).await;
    let overview = value(ana.get("/chat/overview").await, 200).await;
    assert_eq!(overview["sections"], json!(["Work", "Home"]));
    assert_eq!(overview["me"]["keywords"], json!(["deploy"]));
});

on_both!(an_emoji_of_the_business_reaches_everyone_without_a_reload, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let mut hears = Live::open(&server.address(), &ben).await;
    hears.subscribe("me", None).await;
    let image = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";
    value(ana.upload("/chat/emoji?name=party", "image/gif", image.to_vec()).await, 201).await;
    let told = hears.event("me", "chat.emoji").await;
    assert_eq!((&told["data"]["name"], told["data"]["hash"].is_string()), (&json!("party"), true));
    assert_eq!(status(admin.delete("/chat/emoji/party").await).await, 204);
    assert_eq!(hears.event("me", "chat.emoji").await["data"]["hash"], Value::Null);
});

on_both!(the_do_not_disturb_of_chat_is_that_of_notifications, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let mut other = Live::open(&server.address(), &ana).await;
    other.subscribe("me", None).await;
    value(ana.put("/chat/me", json!({ "dnd_from": "22:00", "dnd_to": "07:00" })).await, 200).await;
    assert_eq!(other.event("me", "notify.quiet").await["data"]["from"], "22:00");
    let own = value(ana.get("/notifications/preferences").await, 200).await;
    assert_eq!((&own["quiet_from"], &own["quiet_to"]), (&json!("22:00"), &json!("07:00")));
    let changed = json!({ "quiet_from": "21:00", "quiet_to": "06:00" });
    let mut all = own.clone();
    all["quiet_from"] = changed["quiet_from"].clone();
    all["quiet_to"] = changed["quiet_to"].clone();
    assert_eq!(status(ana.put("/notifications/preferences", all).await).await, 204);
    let until = "2126-01-01T00:00:00Z";
    assert_eq!(status(ana.put("/notifications/pause", json!({ "until": until })).await).await, 422);
    let until = server.app().clock.now() + chrono::TimeDelta::hours(1);
    value(ana.put("/notifications/pause", json!({ "until": until })).await, 200).await;
    let me = value(ana.get("/chat/overview").await, 200).await["me"].clone();
    assert_eq!((&me["dnd_from"], &me["dnd_to"]), (&json!("21:00"), &json!("06:00")));
    assert!(me["dnd_until"].is_string());
    // A schedule has a beginning and an end.
    assert_eq!(status(ana.put("/chat/me", json!({ "dnd_from": null })).await).await, 422);
    let guest = acme.someone("guest", Role::TenantGuest).await;
    value(guest.put("/notifications/pause", json!({ "until": null })).await, 200).await;
});

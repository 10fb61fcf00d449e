//! Outgoing webhooks and their queue, against a real HTTP server.

use std::time::Duration;

use kontor::actors::Clock;
use kontor::office::webhooks::messages::verify;
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::{channel, messages, say, until, value};
use crate::harness::{Client, Engine, TestServer};
use crate::{on_both, on_both_outbound};

async fn hook(owner: &Client, room: &str, endpoint: &Endpoint, more: Value) -> Value {
    let mut new = json!({ "name": "Deployer", "url": endpoint.url() });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value(owner.post(&format!("/chat/rooms/{room}/hooks/outgoing"), new).await, 201).await
}

fn path(room: &str, hook: &Value) -> String {
    format!("/chat/rooms/{room}/hooks/outgoing/{}", hook["id"].as_str().unwrap())
}

async fn deliveries(owner: &Client, room: &str, hook: &Value) -> Vec<Value> {
    let page = value(owner.get(&format!("{}/deliveries", path(room, hook))).await, 200).await;
    page["items"].as_array().unwrap().clone()
}

on_both_outbound!(an_endpoint_hears_what_people_say_and_its_answer_is_posted, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "ops", &[]).await;
    let endpoint = Endpoint::start().await;
    let made = hook(&ana, &room, &endpoint, json!({ "triggers": ["deploy"], "icon": ":ship:" })).await;
    endpoint.answer_next(&[(200, r#"{"text":"deploy *started*"}"#)]);
    say(&ana, &room, "nothing of note").await;
    let said = say(&ana, &room, "deploy web <@x> & more").await;
    let got = endpoint.wait_for(1).await;

    // The form that Slack documents, and a signature that its libraries check.
    let field = |name: &str| got[0].field(name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(field("token"), made["token"].as_str().unwrap());
    assert_eq!((field("team_id"), field("team_domain")), (acme.id().to_string(), "acme".to_owned()));
    assert_eq!((field("channel_id"), field("channel_name")), (room.clone(), "ops".to_owned()));
    assert_eq!((field("user_id"), field("user_name")), (ana.user_id().to_string(), "ana".to_owned()));
    assert_eq!(
        (field("text"), field("trigger_word")),
        ("deploy web <@x> & more".to_owned(), "deploy".to_owned())
    );
    assert!(field("timestamp").contains('.'));
    assert_eq!(got[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    let secret = made["secret"].as_str().unwrap();
    for name in ["kontor", "slack"] {
        let timestamp = got[0].header(&format!("x-{name}-request-timestamp"));
        let signature = got[0].header(&format!("x-{name}-signature"));
        verify(secret, timestamp, signature, got[0].body.as_bytes(), server.app().clock.now()).unwrap();
    }

    // The answer is a message of the hook, which calls no hook: there is no second request.
    until("the answer is there", async || messages(&ana, &room).await.len() == 3).await;
    let answer = messages(&ana, &room).await.pop().unwrap();
    assert_eq!((&answer["text"], &answer["author_name"]), (&json!("deploy **started**"), &json!("Deployer")));
    assert_eq!(answer["hook"], json!({ "id": made["id"], "icon": "🚢" }));
    let listed = deliveries(&ana, &room, &made).await;
    assert_eq!(
        (listed.len(), &listed[0]["state"], &listed[0]["status"]),
        (1, &json!("delivered"), &json!(200))
    );
    assert_eq!(got[0].header("x-kontor-delivery"), listed[0]["id"].as_str());

    // Our own event instead of the form, for every message; in a thread, and the answer too.
    let events = Endpoint::start().await;
    let second = hook(&ana, &room, &events, json!({ "format": "json" })).await;
    events.answer_next(&[(200, r#"{"text":"seen"}"#)]);
    let reply = json!({ "text": "reply", "thread": said["seq"] });
    let reply = value(ana.post(&format!("/chat/rooms/{room}/messages"), reply).await, 201).await;
    let event: Value = serde_json::from_str(&events.wait_for(1).await[0].body).unwrap();
    assert_eq!((&event["type"], &event["message"]), (&json!("chat.posted"), &reply));
    assert_eq!(event["room"], json!({ "id": room, "name": "ops" }));
    until("the answer is in the thread", async || {
        let thread =
            value(ana.get(&format!("/chat/rooms/{room}/messages?thread={}", said["seq"])).await, 200).await;
        thread["messages"].as_array().unwrap().iter().any(|message| message["text"] == "seen")
    })
    .await;
    assert_eq!(events.got().len(), 1, "what a hook says is told to nobody");

    // One that is taken away hears nothing more.
    assert_eq!(ana.delete(&path(&room, &second)).await.status(), 204);
    say(&ana, &room, "deploy again").await;
    endpoint.wait_for(2).await;
    assert_eq!(events.got().len(), 1);
});

on_both_outbound!(deliveries_keep_their_order_while_an_endpoint_fails_and_recovers, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "ops", &[]).await;
    let (endpoint, other) = (Endpoint::start().await, Endpoint::start().await);
    let made = hook(&ana, &room, &endpoint, json!({})).await;
    hook(&ana, &room, &other, json!({})).await;
    endpoint.answer_next(&[(500, "no"), (302, "elsewhere")]);
    for number in 0..5 {
        say(&ana, &room, &format!("message {number}")).await;
    }
    // Another endpoint does not wait for one that fails.
    let heard: Vec<_> = other.wait_for(5).await.iter().map(|got| got.field("text").unwrap()).collect();
    let all: Vec<_> = (0..5).map(|number| format!("message {number}")).collect();
    assert_eq!(heard, all);
    let got = endpoint.wait_for(7).await;
    let heard: Vec<_> = got.iter().map(|got| got.field("text").unwrap()).collect();
    assert_eq!(heard[..2], ["message 0", "message 0"]);
    assert_eq!(heard[2..], all);
    let id = |number: usize| got[number].header("x-kontor-delivery").unwrap().to_owned();
    assert_eq!((id(0), id(1)), (id(1), id(2)), "it is the same delivery");
    assert_eq!(got[2].header("x-kontor-attempt"), Some("3"));
    until("all is settled", async || {
        deliveries(&ana, &room, &made).await.iter().all(|one| one["state"] == "delivered")
    })
    .await;
    // Replayed on wish, with its own id.
    let last = deliveries(&ana, &room, &made).await[0].clone();
    let replay = format!("{}/deliveries/{}/replay", path(&room, &made), last["id"].as_str().unwrap());
    assert_eq!(ana.post(&replay, json!({})).await.status(), 202);
    assert_eq!(endpoint.wait_for(8).await[7].field("text").unwrap(), "message 4");
});

on_both_outbound!(what_waits_outlives_a_business_that_sleeps, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "ops", &[]).await;
    let endpoint = Endpoint::start().await;
    let made = hook(&ana, &room, &endpoint, json!({})).await;
    endpoint.answer_next(&[(503, "")]);
    say(&ana, &room, "before sleep").await;
    endpoint.wait_for(1).await;
    server.passivate_all().await;
    // Nobody asks anything of the business: the alarm wakes it.
    let got = endpoint.wait_for(2).await;
    assert_eq!(got[1].field("text").unwrap(), "before sleep");
    until("it is settled", async || deliveries(&ana, &room, &made).await[0]["state"] == "delivered").await;
});

fn with_hand(engine: Engine, test: impl AsyncFnOnce(TestServer, kontor::actors::ClockHand)) {
    actix_rt::System::new().block_on(async {
        let (clock, hand) = Clock::manual("2026-03-02T08:00:00Z".parse().unwrap());
        let server = TestServer::start_with(engine, clock, |settings| settings.outbound.loopback = true);
        test(server.await, hand).await;
    });
}

async fn given_up(server: TestServer, hand: kontor::actors::ClockHand) {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "ops", &[]).await;
    let endpoint = Endpoint::start().await;
    let made = hook(&ana, &room, &endpoint, json!({})).await;
    endpoint.answer_always(500, "broken");
    say(&ana, &room, "first").await;
    say(&ana, &room, "second").await;
    until("both are given up", async || {
        hand.advance(Duration::from_secs(2000));
        deliveries(&ana, &room, &made).await.iter().all(|one| one["state"] == "dead")
    })
    .await;
    assert_eq!(endpoint.got().len(), 24);
    let dead = deliveries(&ana, &room, &made).await[0].clone();
    assert_eq!(
        (&dead["attempts"], &dead["status"], &dead["note"]),
        (&json!(12), &json!(500), &json!("status 500"))
    );

    // Repaired: all of it comes, in its order, before what is said now.
    endpoint.answer_always(200, "");
    let replayed = value(ana.post(&format!("{}/replay", path(&room, &made)), json!({})).await, 202).await;
    assert_eq!(replayed["replayed"], 2);
    say(&ana, &room, "third").await;
    let heard: Vec<_> =
        endpoint.wait_for(27).await[24..].iter().map(|got| got.field("text").unwrap()).collect();
    assert_eq!(heard, ["first", "second", "third"]);

    // Three days of failure switch it off, and its owner is told.
    endpoint.answer_always(500, "broken");
    say(&ana, &room, "fourth").await;
    let listed = format!("/chat/rooms/{room}/hooks/outgoing");
    until("it is switched off", async || {
        hand.advance(Duration::from_secs(40_000));
        say(&ana, &room, "more").await;
        value(ana.get(&listed).await, 200).await["items"][0]["active"] == false
    })
    .await;
    let now = value(ana.get(&listed).await, 200).await["items"][0].clone();
    assert_eq!(now["stopped"], "failing");
    let inbox = value(ana.get("/notifications").await, 200).await;
    assert_eq!(inbox["items"][0]["title"], "The webhook \"Deployer\" was switched off");
    // Switched on again it goes on with what waits.
    endpoint.answer_always(200, "");
    let again = value(ana.patch(&path(&room, &made), json!({ "active": true })).await, 200).await;
    assert_eq!((&again["active"], &again["stopped"]), (&json!(true), &Value::Null));
    until("nothing waits", async || {
        deliveries(&ana, &room, &made).await.iter().all(|one| one["state"] != "waiting")
    })
    .await;
    server.finish().await;
}

#[test]
fn what_cannot_be_delivered_is_given_up_and_replayed_on_sqlite() {
    with_hand(Engine::Sqlite, given_up);
}

#[test]
fn what_cannot_be_delivered_is_given_up_and_replayed_on_postgres() {
    with_hand(Engine::Postgres, given_up);
}

on_both_outbound!(an_endpoint_that_is_gone_is_asked_no_more, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "ops", &[]).await;
    let endpoint = Endpoint::start().await;
    let made = hook(&ana, &room, &endpoint, json!({})).await;
    endpoint.answer_always(410, "");
    say(&ana, &room, "anyone?").await;
    until("it is switched off", async || {
        value(ana.get(&format!("/chat/rooms/{room}/hooks/outgoing")).await, 200).await["items"][0]["stopped"]
            == "gone"
    })
    .await;
    assert_eq!(deliveries(&ana, &room, &made).await[0]["state"], "dead");
    say(&ana, &room, "still?").await;
    assert_eq!((endpoint.got().len(), deliveries(&ana, &room, &made).await.len()), (1, 1));
});

on_both!(inner_addresses_are_refused, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "ops", &[]).await;
    let hooks = format!("/chat/rooms/{room}/hooks/outgoing");
    let admin = acme.admin().await;
    for url in [
        "http://127.0.0.1/x",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://0x7f.1/",
        "ftp://a.example/",
        "https://10.0.0.1/",
        "http://localhost:9/",
        "nonsense",
        "",
    ] {
        value(ana.post(&hooks, json!({ "name": "Inner", "url": url })).await, 422).await;
        let command = json!({ "name": "inner", "url": url });
        value(admin.post("/chat/custom-commands", command).await, 422).await;
    }
});

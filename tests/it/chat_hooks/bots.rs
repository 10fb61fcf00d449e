//! Bots: accounts of programs with API tokens.

use serde_json::{Value, json};
use uuid::Uuid;

use super::endpoint::Endpoint;
use super::{channel, say, texts, until, value};
use crate::harness::Client;
use crate::live::Live;
use crate::{on_both, on_both_outbound};

async fn bot(admin: &Client, more: Value) -> (String, Value) {
    let mut new = json!({ "name": "Helper", "picture": "🤖", "description": "Answers questions" });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = value(admin.post("/bots", new).await, 201).await;
    let id = made["id"].as_str().unwrap().to_owned();
    (id, made)
}

async fn token(admin: &Client, bot: &str, new: Value) -> Value {
    value(admin.post(&format!("/bots/{bot}/tokens"), new).await, 201).await
}

on_both!(a_bot_is_in_rooms_like_people_and_has_no_password, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    assert_eq!(ana.post("/bots", json!({ "name": "Mine" })).await.status(), 403);
    let (id, made) = bot(&admin, json!({})).await;
    assert_eq!(
        (&made["kind"], &made["role"], &made["picture"]),
        (&json!("bot"), &json!("tenant_guest"), &json!("🤖"))
    );
    let room = channel(&ana, "general", &[]).await;
    let secret = token(&admin, &id, json!({ "name": "production" })).await;
    let helper = server.holder(secret["token"].as_str().unwrap());

    // It sees what it is added to, and nothing else.
    assert_eq!(helper.get(&format!("/chat/rooms/{room}")).await.status(), 404);
    let member = format!("/chat/rooms/{room}/members/{id}");
    assert_eq!(ana.put(&member, json!({ "role": "member" })).await.status(), 204);
    let said = say(&helper, &room, "at your service").await;
    assert_eq!(said["author"], id);
    let members = value(ana.get(&format!("/chat/rooms/{room}/members")).await, 200).await;
    let own = members["items"].as_array().unwrap().iter().find(|it| it["user"] == id).unwrap();
    assert_eq!((&own["kind"], &own["picture"]), (&json!("bot"), &json!("🤖")));
    let people = value(ana.get("/people").await, 200).await;
    assert!(people["items"].as_array().unwrap().iter().any(|it| it["id"] == id && it["kind"] == "bot"));

    // No password opens it, and it gets none.
    let email = made["email"].as_str().unwrap();
    for password in ["", "x", "password of Helper"] {
        let body = json!({ "email": email, "password": password });
        assert!(server.nobody().post("/auth/sign-in", body).await.status().is_client_error());
    }
    let path = format!("/people/{id}");
    assert_eq!(admin.patch(&path, json!({ "password": "a password of ten" })).await.status(), 409);
    assert_eq!(admin.patch(&path, json!({ "role": "tenant_admin" })).await.status(), 409);
    assert_eq!(admin.post("/bots", json!({ "name": "Root", "role": "tenant_admin" })).await.status(), 422);
    let own = json!({ "current": "x", "new": "a password of ten" });
    assert_eq!(helper.post("/auth/password", own).await.status(), 409);
});

on_both!(a_token_that_is_revoked_ends_its_requests_and_sockets, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let (id, _) = bot(&admin, json!({})).await;
    let room = channel(&ana, "general", &[]).await;
    ana.put(&format!("/chat/rooms/{room}/members/{id}"), json!({ "role": "member" })).await;
    let (first, second) = (
        token(&admin, &id, json!({ "name": "one" })).await,
        token(&admin, &id, json!({ "name": "two" })).await,
    );
    let client = |token: &Value| server.holder(token["token"].as_str().unwrap());
    let (mut one, mut two) = (
        Live::open(&server.address(), &client(&first)).await,
        Live::open(&server.address(), &client(&second)).await,
    );
    let topic = format!("room:{room}");
    for live in [&mut one, &mut two] {
        live.subscribe(&topic, None).await;
    }
    say(&ana, &room, "hello bot").await;
    for live in [&mut one, &mut two] {
        assert_eq!(live.event(&topic, "chat.posted").await["data"]["message"]["text"], "hello bot");
    }
    let params = json!({ "room": room, "text": "hello ana" });
    assert_eq!(one.command(Uuid::new_v4(), "chat.post", params, false).await["op"], "done");

    let tokens = value(admin.get(&format!("/bots/{id}/tokens")).await, 200).await;
    let names: Vec<_> =
        tokens["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["two", "one"]);
    assert!(
        tokens["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["used_at"].is_string() && it["token"].is_null())
    );
    let path = format!("/bots/{id}/tokens/{}", first["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).await.status(), 204);
    assert_eq!(u16::from(one.closed().await.unwrap().code), 4401);
    assert_eq!(client(&first).get("/chat/overview").await.status(), 401);
    assert_eq!(client(&second).get("/chat/overview").await.status(), 200);
    assert_eq!(admin.delete(&path).await.status(), 404);

    // A bot that is switched off loses the others too.
    value(admin.patch(&format!("/bots/{id}"), json!({ "status": "suspended" })).await, 200).await;
    two.closed().await;
    assert_eq!(client(&second).get("/chat/overview").await.status(), 401);
    assert_eq!(admin.post(&format!("/bots/{id}/tokens"), json!({ "name": "three" })).await.status(), 409);
});

on_both!(a_token_ends_at_its_time_with_its_sockets, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let (id, _) = bot(&admin, json!({})).await;
    let soon = server.app().clock.now() + chrono::TimeDelta::milliseconds(1500);
    let made = token(&admin, &id, json!({ "name": "short", "expires_at": soon })).await;
    assert!(made["expires_at"].is_string());
    let helper = server.holder(made["token"].as_str().unwrap());
    let mut live = Live::open(&server.address(), &helper).await;
    assert_eq!(u16::from(live.closed().await.unwrap().code), 4401);
    until("the token is no more", async || helper.get("/chat/overview").await.status() == 401).await;
    let past = server.app().clock.now() - chrono::TimeDelta::minutes(1);
    let path = format!("/bots/{id}/tokens");
    assert_eq!(admin.post(&path, json!({ "name": "past", "expires_at": past })).await.status(), 422);
});

on_both_outbound!(what_a_bot_says_calls_no_webhook, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let (id, _) = bot(&admin, json!({})).await;
    let room = channel(&ana, "ops", &[]).await;
    ana.put(&format!("/chat/rooms/{room}/members/{id}"), json!({ "role": "member" })).await;
    let endpoint = Endpoint::start().await;
    let new = json!({ "name": "Echo", "url": endpoint.url() });
    value(ana.post(&format!("/chat/rooms/{room}/hooks/outgoing"), new).await, 201).await;
    let secret = token(&admin, &id, json!({ "name": "production" })).await;
    let helper = server.holder(secret["token"].as_str().unwrap());
    say(&helper, &room, "from a bot").await;
    say(&ana, &room, "from a person").await;
    assert_eq!(endpoint.wait_for(1).await[0].field("text").unwrap(), "from a person");
    assert_eq!(texts(&ana, &room).await.len(), 2);
    assert_eq!(endpoint.got().len(), 1);
});

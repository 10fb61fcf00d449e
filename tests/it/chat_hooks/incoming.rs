//! Incoming webhooks: what Slack's senders send, and what strangers try.

use kontor::office::webhooks::messages::sign;
use reqwest::Response;
use serde_json::{Value, json};

use super::{channel, messages, say, texts, value};
use crate::harness::Client;
use crate::live::Live;
use crate::on_both;

async fn hook(owner: &Client, room: &str, new: Value) -> Value {
    value(owner.post(&format!("/chat/rooms/{room}/hooks/incoming"), new).await, 201).await
}

/// Posts to the address of a hook, as a stranger.
async fn send(hook: &Value, body: impl Into<reqwest::Body>, headers: &[(&str, &str)]) -> Response {
    let mut request = reqwest::Client::new().post(hook["url"].as_str().unwrap()).body(body);
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn check(answer: Response, status: u16, word: &str) {
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    let found = (answer.status().as_u16(), answer.text().await.unwrap());
    assert_eq!(found, (status, word.to_owned()));
}

on_both!(what_a_webhook_sends_is_said_in_its_room, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "builds", &[&ben]).await;
    let made = hook(&ana, &room, json!({ "name": "CI", "icon": ":rocket:" })).await;
    let topic = format!("room:{room}");
    let mut live = Live::open(&server.address(), &ben).await;
    live.subscribe(&topic, None).await;

    let text = format!("*done* <https://ci.example/7|build 7> <@{}>", ben.user_id());
    check(send(&made, json!({ "text": text }).to_string(), &[]).await, 200, "ok").await;
    let heard = live.event(&topic, "chat.posted").await["data"]["message"].clone();
    assert_eq!(heard["text"], format!("**done** <https://ci.example/7|build 7> <@{}>", ben.user_id()));
    assert_eq!((&heard["author"], &heard["author_name"]), (&Value::Null, &json!("CI")));
    assert_eq!(heard["hook"], json!({ "id": made["id"], "icon": "🚀" }));

    let rich = json!({ "username": "Grafana", "icon_emoji": ":fire:", "blocks": [
        { "type": "header", "text": { "type": "plain_text", "text": "CPU" } },
        { "type": "section", "text": { "type": "mrkdwn", "text": "*95 %*" } }],
        "attachments": [{ "color": "danger", "title": "Host a1", "fields": [{ "title": "Zone", "value": "b" }] }] });
    let form = serde_urlencoded::to_string([("payload", rich.to_string())]).unwrap();
    let answer = send(&made, form, &[("content-type", "application/x-www-form-urlencoded")]).await;
    check(answer, 200, "ok").await;
    let heard = live.event(&topic, "chat.posted").await["data"]["message"].clone();
    assert_eq!(heard["text"], "**CPU**\n**95 %**\n\n> 🟥 **Host a1**\n> Zone: b");
    assert_eq!((&heard["author_name"], &heard["hook"]["icon"]), (&json!("Grafana"), &json!("🔥")));

    // In the thread of a message, by its moment; and a moment of nothing is told.
    let root = say(&ana, &room, "root").await;
    let at = chrono::DateTime::parse_from_rfc3339(root["created_at"].as_str().unwrap()).unwrap();
    let ts = format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros());
    check(send(&made, json!({ "text": "reply", "thread_ts": ts }).to_string(), &[]).await, 200, "ok").await;
    let thread =
        value(ana.get(&format!("/chat/rooms/{room}/messages?thread={}", root["seq"])).await, 200).await;
    assert_eq!(thread["messages"][1]["text"], "reply");
    let wrong = json!({ "text": "reply", "thread_ts": "1000000000.000000" }).to_string();
    check(send(&made, wrong, &[]).await, 400, "thread_not_found").await;

    // It is unread for people, and told to whom it names.
    let state = value(ben.get(&format!("/chat/rooms/{room}")).await, 200).await;
    assert_eq!((&state["membership"]["unread"], &state["membership"]["mentions"]), (&json!(3), &json!(1)));
    let hooks = value(ana.get(&format!("/chat/rooms/{room}/hooks/incoming")).await, 200).await;
    assert!(hooks["items"][0]["used_at"].is_string() && hooks["items"][0]["url"].is_null(), "{hooks}");
});

on_both!(who_sends_something_wrong_is_told_in_documented_words, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "builds", &[]).await;
    let made = hook(&ana, &room, json!({ "name": "CI" })).await;
    check(send(&made, "{}", &[]).await, 400, "no_text").await;
    check(send(&made, "{", &[]).await, 400, "invalid_payload").await;
    check(send(&made, b"{\"text\":\"\xff\xfe\"}".to_vec(), &[]).await, 400, "invalid_payload").await;
    check(send(&made, "[".repeat(100_000), &[]).await, 400, "invalid_payload").await;
    check(send(&made, vec![b' '; 300 << 10], &[]).await, 413, "payload_too_large").await;
    let long = json!({ "text": "a".repeat(100_000) }).to_string();
    check(send(&made, long, &[]).await, 200, "ok").await;
    assert_eq!(texts(&ana, &room).await[0].chars().count(), 16_000);
    let key = "k".repeat(256);
    let answer = send(&made, r#"{"text":"a"}"#, &[("idempotency-key", &key)]).await;
    check(answer, 400, "invalid_idempotency_key").await;

    // An address that is none, one of another making, and one that was.
    let base = made["url"].as_str().unwrap().to_owned();
    for wrong in
        [format!("{base}x"), base.replace("kh1", "ka1"), base[..base.len() - 43].to_owned() + &"A".repeat(43)]
    {
        check(send(&json!({ "url": wrong }), r#"{"text":"a"}"#, &[]).await, 404, "no_service").await;
    }
    let path = format!("/chat/rooms/{room}/hooks/incoming/{}", made["id"].as_str().unwrap());
    let renewed = value(ana.post(&format!("{path}/regenerate"), json!({})).await, 200).await;
    check(send(&made, r#"{"text":"a"}"#, &[]).await, 404, "no_service").await;
    check(send(&renewed, r#"{"text":"again"}"#, &[]).await, 200, "ok").await;
    value(ana.patch(&format!("/chat/rooms/{room}"), json!({ "archived": true })).await, 200).await;
    check(send(&renewed, r#"{"text":"a"}"#, &[]).await, 410, "channel_is_archived").await;
    assert_eq!(ana.delete(&path).await.status(), 204);
    check(send(&renewed, r#"{"text":"a"}"#, &[]).await, 404, "no_service").await;
});

on_both!(a_hook_that_speaks_too_often_is_told_to_wait, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "builds", &[]).await;
    let made = hook(&ana, &room, json!({ "name": "CI" })).await;
    let other = hook(&ana, &room, json!({ "name": "Other" })).await;
    let mut refused = None;
    for number in 0..60 {
        let answer = send(&made, json!({ "text": number.to_string() }).to_string(), &[]).await;
        if answer.status() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("60 at once are too many");
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    check(refused, 429, "rate_limited").await;
    check(send(&other, r#"{"text":"other"}"#, &[]).await, 200, "ok").await;
});

on_both!(what_is_sent_again_appears_once, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "builds", &[]).await;
    let made = hook(&ana, &room, json!({ "name": "CI" })).await;
    let once = || send(&made, r#"{"text":"once"}"#, &[("idempotency-key", "build-7")]);
    // At the same time, one after the other, and after the room has left memory.
    for answer in futures::future::join_all([once(), once(), once()]).await {
        check(answer, 200, "ok").await;
    }
    check(once().await, 200, "ok").await;
    server.passivate_all().await;
    check(once().await, 200, "ok").await;
    assert_eq!(texts(&ana, &room).await, ["once"]);
    // Another key, or the same key at another hook, is something else.
    let other = hook(&ana, &room, json!({ "name": "Other" })).await;
    check(send(&made, r#"{"text":"two"}"#, &[("idempotency-key", "build-8")]).await, 200, "ok").await;
    check(send(&other, r#"{"text":"three"}"#, &[("idempotency-key", "build-7")]).await, 200, "ok").await;
    assert_eq!(texts(&ana, &room).await, ["once", "two", "three"]);
});

on_both!(a_signed_hook_takes_only_fresh_signatures_and_each_once, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let room = channel(&ana, "builds", &[]).await;
    let made = hook(&ana, &room, json!({ "name": "CI", "signed": true })).await;
    let secret = made["secret"].as_str().unwrap();
    let (body, now) = (r#"{"text":"signed"}"#, server.app().clock.now().timestamp());
    let signed = async |at: i64, signature: &str, more: &[(&str, &str)]| {
        let at = at.to_string();
        let mut headers =
            vec![("x-kontor-request-timestamp", at.as_str()), ("x-kontor-signature", signature)];
        headers.extend(more);
        send(&made, body, &headers).await
    };
    check(send(&made, body, &[]).await, 403, "invalid_signature").await;
    check(signed(now, &sign("other", now, body.as_bytes()), &[]).await, 403, "invalid_signature").await;
    check(signed(now, &sign(secret, now, b"{}"), &[]).await, 403, "invalid_signature").await;
    let old = now - 301;
    check(signed(old, &sign(secret, old, body.as_bytes()), &[]).await, 403, "invalid_signature").await;
    let young = now + 400;
    check(signed(young, &sign(secret, young, body.as_bytes()), &[]).await, 403, "invalid_signature").await;
    assert!(messages(&ana, &room).await.is_empty());

    let good = sign(secret, now, body.as_bytes());
    check(signed(now, &good, &[]).await, 200, "ok").await;
    check(signed(now, &good, &[]).await, 403, "signature_already_used").await;
    server.passivate_all().await;
    check(signed(now, &good, &[]).await, 403, "signature_already_used").await;
    // Under Slack's names, and what its sender sends again with its key is no attack.
    let next = sign(secret, now + 1, body.as_bytes());
    let at = (now + 1).to_string();
    let slack =
        [("x-slack-request-timestamp", at.as_str()), ("x-slack-signature", &next), ("idempotency-key", "7")];
    for _ in 0..2 {
        check(send(&made, body, &slack).await, 200, "ok").await;
    }
    assert_eq!(texts(&ana, &room).await, ["signed", "signed"]);
});

on_both!(only_who_manages_a_channel_makes_webhooks_in_it, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "builds", &[&ben]).await;
    let path = format!("/chat/rooms/{room}/hooks/incoming");
    assert_eq!(ben.post(&path, json!({ "name": "CI" })).await.status(), 403);
    assert_eq!(ben.get(&path).await.status(), 403);
    let direct = json!({ "kind": "direct", "members": [ben.user_id()] });
    let direct = value(ana.post("/chat/rooms", direct).await, 201).await;
    let path = format!("/chat/rooms/{}/hooks/incoming", direct["id"].as_str().unwrap());
    value(ana.post(&path, json!({ "name": "CI" })).await, 422).await;
    // A hook of one room is none of another.
    let other = channel(&ben, "other", &[]).await;
    let made = hook(&ana, &room, json!({ "name": "CI" })).await;
    let path = format!("/chat/rooms/{other}/hooks/incoming/{}", made["id"].as_str().unwrap());
    assert_eq!(ben.delete(&path).await.status(), 404);
    for number in 1..20 {
        hook(&ana, &room, json!({ "name": format!("{number}") })).await;
    }
    let path = format!("/chat/rooms/{room}/hooks/incoming");
    assert_eq!(ana.post(&path, json!({ "name": "one too many" })).await.status(), 429);
});

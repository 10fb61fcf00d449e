//! Slash commands: those that are built in, and those that an endpoint answers.

use kontor::office::webhooks::messages::verify;
use serde_json::{Value, json};
use uuid::Uuid;

use super::endpoint::Endpoint;
use super::{channel, messages, texts, value};
use crate::harness::Client;
use crate::live::Live;
use crate::{on_both, on_both_outbound};

async fn give(client: &Client, room: &str, text: &str) -> reqwest::Response {
    client.post(&format!("/chat/rooms/{room}/commands"), json!({ "text": text })).await
}

async fn done(client: &Client, room: &str, text: &str) -> Value {
    value(give(client, room, text).await, 200).await
}

on_both!(what_begins_with_a_slash_is_carried_out, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let room = channel(&ana, "general", &[]).await;
    assert_eq!(done(&ana, &room, "/me waves").await["message"]["text"], "_waves_");
    assert_eq!(done(&ana, &room, "/shrug dunno").await["message"]["text"], r"dunno ¯\\\_(ツ)\_/¯");
    assert_eq!(done(&ana, &room, "//etc is a folder").await["message"]["text"], "/etc is a folder");
    assert_eq!(done(&ana, &room, "/ alone").await["message"]["text"], "/ alone");
    done(&ana, &room, "/topic All of us").await;
    done(&ana, &room, "/rename everyone").await;
    let state = value(ana.get(&format!("/chat/rooms/{room}")).await, 200).await;
    assert_eq!((&state["name"], &state["description"]), (&json!("everyone"), &json!("All of us")));

    done(&ana, &room, &format!("/invite <@{}>", ben.user_id())).await;
    let member = format!("/chat/rooms/{room}/members");
    assert!(value(ana.get(&member).await, 200).await.to_string().contains(&ben.user_id().to_string()));
    assert_eq!(give(&ben, &room, &format!("/kick <@{}>", ana.user_id())).await.status(), 403);
    done(&ana, &room, "/kick @ben").await;
    assert!(!value(ana.get(&member).await, 200).await.to_string().contains(&ben.user_id().to_string()));
    assert_eq!(give(&ben, &room, "/help").await.status(), 403);
    let elsewhere = channel(&ben, "elsewhere", &[]).await;
    let help = done(&ben, &elsewhere, "/help").await;
    assert!(
        help["ephemeral"].as_str().unwrap().contains("- `/topic [text]`: Say what this channel is about")
    );
    assert_eq!(done(&ben, &elsewhere, "/join #everyone").await["room"], room);
    done(&ben, &room, "/mute").await;
    let mine = value(ben.get(&format!("/chat/rooms/{room}")).await, 200).await;
    assert_eq!(mine["membership"]["muted"], true);
    done(&ben, &room, "/unmute").await;
    done(&ben, &room, "/leave").await;

    let direct = done(&ana, &room, &format!("/msg <@{}> psst", ben.user_id())).await;
    assert_eq!(direct["message"]["room"], direct["room"]);
    assert_eq!(texts(&ben, direct["room"].as_str().unwrap()).await, ["psst"]);
    done(&ana, &room, "/status :palm_tree: away").await;
    done(&ana, &room, "/dnd 30m").await;
    let me = value(ana.get("/chat/overview").await, 200).await["me"].clone();
    assert_eq!((&me["status"]["emoji"], &me["status"]["text"]), (&json!("🌴"), &json!("away")));
    assert!(me["dnd_until"].is_string());
    done(&ana, &room, "/dnd off").await;
    done(&ana, &room, "/remind me in 20 minutes to call").await;
    let plans = value(ana.get("/chat/reminders").await, 200).await;
    assert_eq!(plans["items"][0]["text"], "call");
    done(&ana, &room, "/archive").await;
    assert_eq!(give(&ana, &room, "/me waves").await.status(), 409);
});

on_both!(what_cannot_be_done_is_told_clearly, |server| {
    let acme = server.tenant("acme").await;
    let (ana, eve) = (acme.user("ana").await, acme.user("eve").await);
    let new = json!({ "kind": "channel", "name": "board", "private": true });
    let room = value(ana.post("/chat/rooms", new).await, 201).await["id"].as_str().unwrap().to_owned();
    let unknown = value(give(&ana, &room, "/tpic x").await, 422).await;
    assert_eq!(unknown["code"], "unknown_command");
    assert!(unknown["detail"].as_str().unwrap().contains("Did you mean /topic?"), "{unknown}");
    assert_eq!(value(give(&ana, &room, "/me").await, 409).await["detail"], "Write /me [text]");
    for wrong in ["/kick @nobody", "/remind someday", "/dnd forever", "/join #nowhere"] {
        assert!(give(&ana, &room, wrong).await.status().is_client_error(), "{wrong}");
    }
    // In a room that one may not know of there are no commands; a message is never a command.
    assert_eq!(give(&eve, &room, "/me x").await.status(), 404);
    assert_eq!(give(&eve, &room, "/unknown").await.status(), 404);
    let said = ana.post(&format!("/chat/rooms/{room}/messages"), json!({ "text": "/leave" })).await;
    assert_eq!(value(said, 201).await["text"], "/leave");
    // On the live socket, sent again it happens once.
    let mut live = Live::open(&server.address(), &ana).await;
    let (id, params) = (Uuid::new_v4(), json!({ "room": room, "text": "/me waves" }));
    let first = live.command(id, "chat.command", params.clone(), false).await;
    let again = live.command(id, "chat.command", params, true).await;
    assert_eq!(first["result"]["message"], again["result"]["message"]);
    let failed =
        live.command(Uuid::new_v4(), "chat.command", json!({ "room": room, "text": "/hlep" }), false).await;
    assert_eq!((&failed["op"], &failed["error"]["code"]), (&json!("failed"), &json!("unknown_command")));
    assert_eq!(texts(&ana, &room).await, ["/leave", "_waves_"]);
});

on_both_outbound!(an_endpoint_answers_a_command, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let room = channel(&ana, "general", &[&ben]).await;
    let endpoint = Endpoint::start().await;
    let new =
        json!({ "name": "/Deploy", "url": endpoint.url(), "description": "Ship it", "hint": "[service]" });
    assert_eq!(ana.post("/chat/custom-commands", new.clone()).await.status(), 403);
    let made = value(admin.post("/chat/custom-commands", new.clone()).await, 201).await;
    value(admin.post("/chat/custom-commands", new).await, 409).await;
    let builtin = json!({ "name": "topic", "url": endpoint.url() });
    value(admin.post("/chat/custom-commands", builtin).await, 409).await;
    let listed = value(ana.get("/chat/commands").await, 200).await;
    assert!(
        listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["name"] == "deploy" && it["hint"] == "[service]")
    );

    endpoint.answer_next(&[
        (200, "on *its* way"),
        (200, r#"{"response_type":"in_channel","text":"shipped"}"#),
        (200, ""),
    ]);
    let answer = done(&ana, &room, "/deploy web now").await;
    assert_eq!((&answer["ephemeral"], &answer["name"]), (&json!("on **its** way"), &json!("deploy")));
    assert!(messages(&ana, &room).await.is_empty(), "only the person sees it");
    let got = endpoint.got().pop().unwrap();
    let field = |name: &str| got.field(name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!((field("command"), field("text")), ("/deploy".to_owned(), "web now".to_owned()));
    assert_eq!((field("user_id"), field("user_name")), (ana.user_id().to_string(), "ana".to_owned()));
    assert_eq!((field("channel_name"), field("team_domain")), ("general".to_owned(), "acme".to_owned()));
    assert_eq!(field("token"), made["token"].as_str().unwrap());
    assert!(!field("trigger_id").is_empty());
    let (timestamp, signature) = (got.header("x-slack-request-timestamp"), got.header("x-slack-signature"));
    let secret = made["secret"].as_str().unwrap();
    verify(secret, timestamp, signature, got.body.as_bytes(), server.app().clock.now()).unwrap();
    done(&ana, &room, "/deploy api").await;
    assert_eq!(texts(&ben, &room).await, ["shipped"]);
    assert_eq!(done(&ana, &room, "/deploy db").await["ephemeral"], Value::Null);

    // Later answers: five, to the person or to all.
    let mut live = Live::open(&server.address(), &ana).await;
    live.subscribe("me", None).await;
    let url = field("response_url");
    let later = async |body: Value| {
        let answer = reqwest::Client::new().post(&url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(later(json!({ "text": "psst" })).await, (200, "ok".to_owned()));
    let whispered = live.event("me", "chat.ephemeral").await["data"].clone();
    assert_eq!(
        (&whispered["text"], &whispered["room"], &whispered["name"]),
        (&json!("psst"), &json!(room), &json!("deploy"))
    );
    assert_eq!(later(json!({})).await, (400, "no_text".to_owned()));
    for _ in 0..4 {
        assert_eq!(later(json!({ "text": "done", "response_type": "in_channel" })).await.0, 200);
    }
    assert_eq!(later(json!({ "text": "more" })).await, (404, "used_url".to_owned()));
    assert_eq!(texts(&ben, &room).await, ["shipped", "done", "done", "done", "done"]);
    let unknown = url.replace("/ka1.", "/ka1.x");
    assert_eq!(reqwest::Client::new().post(unknown).body("{}").send().await.unwrap().status(), 404);
});

on_both_outbound!(an_endpoint_that_does_not_answer_is_told, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let room = channel(&ana, "general", &[]).await;
    let endpoint = Endpoint::start().await;
    let new = json!({ "name": "deploy", "url": endpoint.url() });
    let made = value(admin.post("/chat/custom-commands", new).await, 201).await;
    endpoint.answer_next(&[(500, ""), (0, ""), (200, r#"{"text":7}"#)]);
    for expected in ["status 500", "within 3 seconds", "no message"] {
        let failed = value(give(&ana, &room, "/deploy").await, 409).await;
        assert_eq!(failed["code"], "command_failed");
        assert!(failed["detail"].as_str().unwrap().contains(expected), "{failed}");
    }
    // One that is sent again is not carried out again.
    let once = json!({ "text": "/deploy", "command_id": Uuid::new_v4() });
    let path = format!("/chat/rooms/{room}/commands");
    assert_eq!(ana.post(&path, once.clone()).await.status(), 200);
    assert_eq!(ana.post(&path, once).await.status(), 409);
    assert_eq!(endpoint.got().len(), 4);
    let path = format!("/chat/custom-commands/{}", made["id"].as_str().unwrap());
    value(admin.patch(&path, json!({ "active": false })).await, 200).await;
    assert!(value(give(&ana, &room, "/deploy").await, 409).await.to_string().contains("switched off"));
    assert_eq!(admin.delete(&path).await.status(), 204);
    assert_eq!(give(&ana, &room, "/deploy").await.status(), 422);
});

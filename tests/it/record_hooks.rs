//! Webhooks of records: what happens to them, told to addresses of others.

use kontor::office::webhooks::messages::verify;
use serde_json::{Value, json};

use crate::chat_hooks::endpoint::{Endpoint, Got};
use crate::chat_hooks::until;
use crate::harness::Client;
use crate::on_both_outbound;
use crate::records::world::{Business, made, value};

async fn hook(admin: &Client, endpoint: &Endpoint, wants: Value) -> Value {
    let new = json!({ "name": "Warehouse", "url": endpoint.url(), "wants": wants });
    value(admin.post("/webhooks", new).await, 201).await
}

fn path(hook: &Value) -> String {
    format!("/webhooks/{}", hook["id"].as_str().unwrap())
}

async fn read(admin: &Client, hook: &Value) -> Value {
    let all = value(admin.get("/webhooks").await, 200).await;
    all["items"].as_array().unwrap().iter().find(|one| one["id"] == hook["id"]).unwrap().clone()
}

fn told(got: &[Got]) -> Vec<Value> {
    got.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

fn names(got: &[Got]) -> Vec<String> {
    let name = |event: Value| format!("{} {}", event["type"].as_str().unwrap(), event["event"]["version"]);
    told(got).into_iter().map(name).collect()
}

on_both_outbound!(a_webhook_is_told_of_the_events_that_it_wants_signed_and_in_order, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let (all, few) = (Endpoint::start().await, Endpoint::start().await);
    let wide = hook(&admin, &all, json!({ "kinds": ["crm.deal"] })).await;
    let filter = json!({ "field": "value", "op": "at_least", "value": 1000 });
    let narrow = json!({ "kinds": ["crm.deal"], "events": ["changed", "crm.deal.won"], "filter": filter });
    hook(&admin, &few, narrow).await;
    let business = Business::begin(&ana).await;
    let deal = business.deal("Big", 2_000).await;
    business.deal("Small", 10).await;
    let record = format!("/records/crm.deal/{}", deal["id"].as_str().unwrap());
    let changed = value(ana.patch(&record, json!({ "fields": { "notes": "soon" } })).await, 200).await;
    value(ana.post(&format!("{record}/commands/win"), json!({})).await, 200).await;
    assert_eq!(ana.delete(&record).await.status(), 200);

    let got = all.wait_for(6).await;
    let heard = [
        "record.created 1",
        "record.created 1",
        "record.changed 2",
        "record.changed 3",
        "crm.deal.won 3",
        "record.deleted 4",
    ];
    assert_eq!(names(&got), heard);
    let secret = wide["secret"].as_str().unwrap();
    for one in &got {
        let (timestamp, signature) =
            (one.header("x-kontor-request-timestamp"), one.header("x-kontor-signature"));
        verify(secret, timestamp, signature, one.body.as_bytes(), server.app().clock.now()).unwrap();
    }
    assert_eq!(got[4].header("x-kontor-event"), Some("crm.deal.won"));
    let change = &told(&got)[2];
    assert_eq!(change["tenant"], json!({ "id": acme.id(), "slug": "acme" }));
    assert_eq!((&change["record"], &change["event"]["actor"]), (&changed["record"], &json!(ana.user_id())));
    assert_eq!(change["event"]["changes"], json!({ "notes": { "old": null, "new": "soon" } }));
    assert!(told(&got)[5]["record"]["deleted_at"].is_string());
    assert_eq!(names(&few.wait_for(3).await), ["record.changed 2", "record.changed 3", "crm.deal.won 3"]);
    // Nobody else makes webhooks or sees them, and the secret is shown once.
    assert_eq!(ana.get("/webhooks").await.status(), 403);
    assert_eq!(read(&admin, &wide).await["secret"], Value::Null);
});

on_both_outbound!(a_webhook_that_does_not_fit_is_refused, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let refused = async |url: &str, wants: Value| {
        let new = json!({ "name": "Wrong", "url": url, "wants": wants });
        assert_eq!(admin.post("/webhooks", new).await.status(), 422, "{wants}");
    };
    let good = "https://hooks.example/x";
    refused("ftp://hooks.example/x", json!({})).await;
    refused(good, json!({ "kinds": ["crm.boat"] })).await;
    refused(good, json!({ "events": ["all of them"] })).await;
    let filter = json!({ "field": "colour", "op": "is", "value": "red" });
    refused(good, json!({ "kinds": ["crm.deal"], "filter": filter })).await;
    // A filter reads the fields of one type.
    refused(good, json!({ "filter": { "field": "owner", "op": "is", "value": "me" } })).await;
    for _ in 0..50 {
        value(admin.post("/webhooks", json!({ "name": "One", "url": good })).await, 201).await;
    }
    assert_eq!(admin.post("/webhooks", json!({ "name": "Many", "url": good })).await.status(), 422);
});

on_both_outbound!(what_is_switched_off_is_told_to_nobody, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let endpoint = Endpoint::start().await;
    let made_hook = hook(&admin, &endpoint, json!({ "events": ["created"] })).await;
    made(&ana, "crm.company", json!({ "name": "One" })).await;
    endpoint.wait_for(1).await;
    // While someone has switched it off, it misses what happens.
    value(admin.patch(&path(&made_hook), json!({ "active": false })).await, 200).await;
    made(&ana, "crm.company", json!({ "name": "Two" })).await;
    value(admin.patch(&path(&made_hook), json!({ "active": true })).await, 200).await;
    made(&ana, "crm.company", json!({ "name": "Three" })).await;
    let got = endpoint.wait_for(2).await;
    let name = |event: &Value| event["record"]["fields"]["name"].as_str().unwrap().to_owned();
    assert_eq!(told(&got).iter().map(name).collect::<Vec<_>>(), ["One", "Three"]);
    // Its deliveries are listed and told once more; taken away, it hears nothing.
    let list = value(admin.get(&format!("{}/deliveries", path(&made_hook))).await, 200).await;
    let first = list["items"][1]["id"].as_str().unwrap();
    value(admin.post(&format!("{}/deliveries/{first}/replay", path(&made_hook)), json!({})).await, 202).await;
    assert_eq!(name(&told(&endpoint.wait_for(3).await)[2]), "One");
    assert_eq!(admin.delete(&path(&made_hook)).await.status(), 204);
    made(&ana, "crm.company", json!({ "name": "Four" })).await;
    assert_eq!(admin.get(&format!("{}/deliveries", path(&made_hook))).await.status(), 404);
    assert_eq!(endpoint.got().len(), 3);
});

on_both_outbound!(a_webhook_that_falls_behind_is_told_of_everything_in_the_end, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let endpoint = Endpoint::start().await;
    endpoint.answer_always(503, "later");
    let made_hook = hook(&admin, &endpoint, json!({ "kinds": ["crm.company"] })).await;
    // More than waits at once: the rest stays in the stream of events.
    let csv: String = (0..150).map(|number| format!("Company {number}\n")).collect();
    let file = format!("name\n{csv}").into_bytes();
    let import =
        value(ana.upload("/records/crm.company/imports?name=a.csv", "text/csv", file).await, 201).await;
    let import = format!("/records/crm.company/imports/{}", import["id"].as_str().unwrap());
    value(ana.post(&format!("{import}/run"), json!({})).await, 202).await;
    until("the import is done", async || value(ana.get(&import).await, 200).await["progress"]["made"] == 150)
        .await;
    let behind = read(&admin, &made_hook).await["behind"].as_i64().unwrap();
    assert!(behind >= 50, "{behind}");
    endpoint.answer_always(200, "");
    value(admin.patch(&path(&made_hook), json!({ "active": true })).await, 200).await;
    until("all is told", async || {
        let heard: std::collections::BTreeSet<i64> =
            told(&endpoint.got()).iter().map(|event| event["event"]["seq"].as_i64().unwrap()).collect();
        heard.len() == 150
    })
    .await;
    assert_eq!(read(&admin, &made_hook).await["behind"], 0);
});

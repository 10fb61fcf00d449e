//! What an activation brings beyond accounts: presets, records, services, domains; planned before, taken away after.

use std::collections::BTreeMap;
use std::sync::Arc;

use kontor::business::activation::presets::PRESETS;
use kontor::business::activation::{Progress, Step, StepStatus, parse};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Client, TestServer};
use crate::live::Live;
use crate::on_both;
use crate::process::{Binary, http};
use crate::records::world::value;

const KINDS: [&str; 11] = [
    "crm.company",
    "crm.person",
    "crm.lead",
    "crm.pipeline",
    "crm.stage",
    "crm.deal",
    "crm.activity",
    "projects.project",
    "projects.milestone",
    "projects.status",
    "projects.task",
];

/// Records by type.
type Counts = BTreeMap<String, usize>;

fn document(slug: &str, preset: &str) -> Value {
    json!({
        "business": { "name": "Initech", "slug": slug, "locale": "en-US", "time_zone": "America/Chicago",
            "currency": "USD" },
        "admin": { "email": format!("bill@{slug}.example"), "name": "Bill", "password": "password of bill" },
        "preset": preset,
    })
}

/// A document with everything in it.
fn full(slug: &str) -> Value {
    let mut document = document(slug, "agency");
    let more = json!({
        "users": [{ "email": format!("peter@{slug}.example"), "name": "Peter", "role": "tenant_user" }],
        "integrations": {
            "payment": { "provider": "stripe", "secret_key": "sk_1", "webhook_secret": "whsec_1" },
            "mail": { "provider": "smtp", "host": "smtp.example.org", "port": "587", "user": "u", "password": "p" },
        },
        "domains": [{ "host": format!("{slug}.example"), "mail": true }, { "host": format!("shop.{slug}.example") }],
        "assistants": [{ "name": "Clerk", "instructions": "Be brief." }],
        "seed": {
            "fields": { "crm.company": { "x_region": { "label": "Region", "type": "text" } } },
            "records": [{ "key": "partner", "kind": "crm.pipeline", "fields": { "name": "Partners" } }],
            "samples": [
                { "key": "hooli", "kind": "crm.company", "fields": { "name": "Hooli", "x_region": "West" } },
                { "key": "gavin", "kind": "crm.person", "fields": { "name": "Gavin", "company": "@hooli" } },
                { "key": "call_gavin", "kind": "crm.activity", "fields": { "subject": "Call Gavin", "sort": "call",
                    "at": "+2d 10:00", "done_by": "@admin", "person": "@gavin" } },
            ],
        },
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document
}

/// The records that a plan makes, changes or leaves.
fn planned(plan: &Value, fates: &[&str]) -> Counts {
    let mut counts = Counts::new();
    let items = plan["steps"].as_array().unwrap().iter().flat_map(|step| step["items"].as_array().unwrap());
    for item in items {
        let is_record = matches!(item["what"].as_str(), Some("record" | "sample"));
        if is_record && fates.contains(&item["fate"].as_str().unwrap()) {
            *counts.entry(item["kind"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    counts
}

async fn counts(client: &Client) -> Counts {
    let mut counts = Counts::new();
    for kind in KINDS {
        let answer = client.get(&format!("/records/{kind}?limit=500")).await;
        if answer.status() == StatusCode::OK {
            let list = value(answer, 200).await;
            let count = list["items"].as_array().unwrap().len();
            if count > 0 {
                counts.insert(kind.to_owned(), count);
            }
        }
    }
    counts
}

async fn bill(server: &TestServer, slug: &str) -> Client {
    let body = json!({ "email": format!("bill@{slug}.example"), "password": "password of bill" });
    let signed_in = value(server.nobody().post("/auth/sign-in", body).await, 200).await;
    server.holder(signed_in["token"].as_str().unwrap())
}

on_both!(every_preset_makes_what_its_plan_says_and_nothing_twice, |server| {
    let operator = server.operator();
    for (preset, _) in PRESETS {
        let document = document(preset, preset);
        let plan = value(operator.post("/activations/plan", document.clone()).await, 200).await;
        assert_eq!((&plan["creates"], &plan["change"], &plan["leave"]), (&json!(true), &json!(0), &json!(0)));
        let begun = server.app().clock.monotonic();
        value(operator.post("/activations", document.clone()).await, 201).await;
        eprintln!("{preset}: activated in {:?}", server.app().clock.monotonic() - begun);
        let bill = bill(&server, preset).await;
        let expected = planned(&plan, &["make"]);
        assert_eq!(counts(&bill).await, expected, "{preset}");
        assert!(expected["crm.stage"] >= 5 && expected["projects.task"] >= 5, "{preset}: {expected:?}");

        value(operator.post("/activations", document.clone()).await, 200).await;
        assert_eq!(counts(&bill).await, expected, "{preset} again");
        let again = value(operator.post("/activations/plan", document).await, 200).await;
        assert_eq!(
            (&again["creates"], &again["make"], &again["change"]),
            (&json!(false), &json!(0), &json!(0))
        );
        assert_eq!(planned(&again, &["leave"]), expected);
    }
});

on_both!(a_plan_writes_nothing_and_tells_the_difference, |server| {
    let operator = server.operator();
    value(operator.post("/activations/plan", full("initech")).await, 200).await;
    assert!(server.app().identity.tenant_by_slug("initech").await.unwrap().is_none());
    value(operator.post("/activations", full("initech")).await, 201).await;
    let bill = bill(&server, "initech").await;
    let before = counts(&bill).await;

    let mut other = full("initech");
    other["modules"] = json!({ "hr": true, "marketing": false });
    other["integrations"]["payment"]["secret_key"] = json!("sk_2");
    other["seed"]["samples"][0]["fields"]["name"] = json!("Hooli XYZ");
    other["seed"]["samples"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "key": "endframe", "kind": "crm.company", "fields": { "name": "Endframe" } }));
    let plan = value(operator.post("/activations/plan", other.clone()).await, 200).await;
    let items = plan["steps"].as_array().unwrap().iter().flat_map(|step| step["items"].as_array().unwrap());
    let told: Vec<String> = items
        .filter(|item| item["fate"] != "leave")
        .map(|item| {
            format!(
                "{} {} {}",
                item["fate"].as_str().unwrap(),
                item["what"].as_str().unwrap(),
                item["name"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "make module hr",
            "change module marketing",
            "change integration payment stripe",
            "change sample Hooli XYZ",
            "make sample Endframe",
        ]
    );
    assert_eq!(counts(&bill).await, before, "a plan writes nothing");

    value(operator.post("/activations", other.clone()).await, 200).await;
    let after = counts(&bill).await;
    assert_eq!(after["crm.company"], before["crm.company"] + 1);
    let found = value(bill.get("/records/crm.company?q=Hooli").await, 200).await;
    assert_eq!(found["items"][0]["fields"]["name"], "Hooli XYZ");
    assert_eq!(found["items"][0]["fields"]["x_region"], "West");
    let again = value(operator.post("/activations/plan", other).await, 200).await;
    assert_eq!((&again["make"], &again["change"]), (&json!(0), &json!(0)));

    let mut stranger = full("initech");
    stranger["admin"]["email"] = json!("mallory@evil.example");
    assert_eq!(operator.post("/activations/plan", stranger).await.status(), StatusCode::CONFLICT);
    let mut thief = full("thief");
    thief["domains"] = json!([{ "host": "initech.example" }]);
    for path in ["/activations/plan", "/activations"] {
        let refused = value(operator.post(path, thief.clone()).await, 409).await;
        assert_eq!(refused["code"], "domain_taken");
    }
    assert!(server.app().identity.tenant_by_slug("thief").await.unwrap().is_none());
});

on_both!(what_people_have_changed_or_deleted_stays_so, |server| {
    let operator = server.operator();
    value(operator.post("/activations", full("initech")).await, 201).await;
    let bill = bill(&server, "initech").await;
    let hooli = value(bill.get("/records/crm.company?q=Hooli").await, 200).await["items"][0].clone();
    let gavin = value(bill.get("/records/crm.person?q=Gavin").await, 200).await["items"][0].clone();
    assert_eq!(gavin["fields"]["company"], hooli["id"]);
    let path = format!("/records/crm.company/{}", hooli["id"].as_str().unwrap());
    value(bill.patch(&path, json!({ "fields": { "name": "Hooli Ltd" } })).await, 200).await;
    let gone = format!("/records/crm.person/{}", gavin["id"].as_str().unwrap());
    assert!(bill.delete(&gone).await.status().is_success());
    value(operator.post("/activations", full("initech")).await, 200).await;
    assert_eq!(value(bill.get(&path).await, 200).await["fields"]["name"], "Hooli Ltd");
    assert_eq!(value(bill.get("/records/crm.person?q=Gavin").await, 200).await["items"], json!([]));
});

on_both!(samples_go_in_one_call_and_come_back_with_one_undo, |server| {
    let operator = server.operator();
    value(operator.post("/activations", full("initech")).await, 201).await;
    let bill = bill(&server, "initech").await;
    let before = counts(&bill).await;
    let mine = json!({ "fields": { "name": "A company of our own" } });
    value(bill.post("/records/crm.company", mine).await, 201).await;

    let path = "/activations/initech/samples";
    let removed = value(operator.delete(path).await, 200).await;
    let left = counts(&bill).await;
    let kept = ["crm.pipeline", "crm.stage", "projects.status"];
    let expected = before.iter().filter(|(kind, _)| kept.contains(&kind.as_str()));
    let mut expected: Counts = expected.map(|(kind, count)| (kind.clone(), *count)).collect();
    expected.insert("crm.company".into(), 1);
    assert_eq!(left, expected);
    assert_eq!(value(operator.delete(path).await, 200).await["removed"], 0);
    value(operator.post("/activations", full("initech")).await, 200).await;
    assert_eq!(counts(&bill).await, left, "what was taken away does not come back by itself");

    value(bill.post("/record-undo", json!({ "batch": removed["batch"] })).await, 200).await;
    let mut all = before.clone();
    *all.get_mut("crm.company").unwrap() += 1;
    assert_eq!(counts(&bill).await, all);
    assert_eq!(operator.delete("/activations/nobody/samples").await.status(), StatusCode::NOT_FOUND);
});

on_both!(a_module_is_switched_off_for_all_at_once_and_keeps_its_data, |server| {
    value(server.operator().post("/activations", full("initech")).await, 201).await;
    let bill = bill(&server, "initech").await;
    let before = counts(&bill).await;
    let list = value(bill.get("/records/projects.task?live=true").await, 200).await;
    let topic = list["topic"].as_str().unwrap().to_owned();
    let mut live = Live::open(&server.address(), &bill).await;
    assert_eq!(live.subscribe(&topic, None).await["op"], "subscribed");

    let switched = value(bill.patch("/tenant/modules", json!({ "projects": false })).await, 200).await;
    assert_eq!(
        (&switched["modules"]["projects"], &switched["modules"]["crm"]),
        (&json!(false), &json!(true))
    );
    live.next(|message| message["topic"] == topic && message["op"] == "ended").await;
    assert_eq!(bill.get("/records/projects.task").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(bill.get("/records/crm.deal").await.status(), StatusCode::OK);
    let wrong = bill.patch("/tenant/modules", json!({ "projets": false })).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);

    value(bill.patch("/tenant/modules", json!({ "projects": true })).await, 200).await;
    assert_eq!(counts(&bill).await, before);
});

on_both!(where_nothing_was_said_of_modules_the_others_stay_on, |server| {
    let admin = server.tenant("acme").await.admin().await;
    value(admin.patch("/tenant/modules", json!({ "projects": false })).await, 200).await;
    assert_eq!(admin.get("/records/projects.task").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(admin.get("/records/crm.deal").await.status(), StatusCode::OK);
});

on_both!(domains_are_told_with_their_dns_records_and_secrets_never, |server| {
    let operator = server.operator();
    let answer = operator.post("/activations", full("initech")).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let text = answer.text().await.unwrap();
    assert!(!text.contains("sk_1") && !text.contains("whsec_1"));
    let done: Value = serde_json::from_str(&text).unwrap();
    let domain = &done["domains"][0];
    assert_eq!((&domain["host"], &domain["verified_at"]), (&json!("initech.example"), &Value::Null));
    let records = domain["records"].as_array().unwrap();
    let begins =
        |start: &str| records.iter().any(|record| record["value"].as_str().unwrap().starts_with(start));
    assert!(begins("v=spf1 ") && begins("v=DKIM1; k=ed25519; p=") && begins("v=DMARC1; "), "{records:?}");
    assert_eq!(done["domains"][1]["records"].as_array().unwrap().len(), 1, "no mail there");
    let bill = bill(&server, "initech").await;
    let listed = value(bill.get("/tenant/domains").await, 200).await;
    assert_eq!(listed["items"], done["domains"], "the key stays the same");
    let again = value(operator.post("/activations", full("initech")).await, 200).await;
    assert_eq!(again["domains"], done["domains"]);
});

on_both!(a_kill_between_the_steps_of_a_full_document_and_the_same_again_converge, |server| {
    for killed in Step::ALL {
        let slug = format!("initech-{}", killed.as_str().replace('_', "-"));
        let (activation, document) = (server.activation(), full(&slug));
        let plan = parse(document.to_string().as_bytes()).unwrap();
        let expected = planned(
            &value(server.operator().post("/activations/plan", document.clone()).await, 200).await,
            &["make"],
        );
        let waiting = Arc::new(tokio::sync::Notify::new());
        let reached = waiting.clone();
        let task = actix_rt::spawn(async move {
            let mut listener = move |progress: &Progress| {
                if progress.step == killed && progress.status == StepStatus::Done {
                    reached.notify_one();
                    panic!("the test kills this activation");
                }
                Ok(())
            };
            let _ = activation.activate(&plan, &mut listener).await;
        });
        waiting.notified().await;
        assert!(task.await.is_err());
        let status = server.operator().post("/activations", document).await.status().as_u16();
        assert_eq!(status, if killed == Step::Opening { 200 } else { 201 }, "{killed:?}");
        assert_eq!(counts(&bill(&server, &slug).await).await, expected, "{killed:?}");
    }
});

#[test]
fn a_killed_server_and_the_same_document_again_converge_on_sqlite() {
    survive(Binary::on_sqlite(&[]));
}

#[test]
fn a_killed_server_and_the_same_document_again_converge_on_postgres() {
    survive(Binary::on_postgres(&[]));
}

/// kill -9 at moments that lie within an activation, and after it.
fn survive(mut server: Binary) {
    for moment in [20_u64, 80, 200, 400, 900] {
        let (slug, address, token) = (format!("kill-{moment}"), server.address, server.operator());
        let document = full(&slug);
        let sent = document.clone();
        let (asked, path) = (token.clone(), "/api/v1/activations");
        // Nobody hears the answer of a server that is killed.
        let sender = std::thread::spawn(move || {
            let _ = http::request(address, "POST", path, Some(&asked), Some(&sent));
        });
        #[allow(clippy::disallowed_methods, reason = "a process runs in real time")]
        std::thread::sleep(std::time::Duration::from_millis(moment));
        server.kill();
        sender.join().unwrap();
        server.restart();
        let ask = |method: &str, path: &str, token: Option<&str>, body: Option<&Value>| {
            http::request(server.address, method, &format!("/api/v1{path}"), token, body).unwrap()
        };
        for status in [None, Some(200)] {
            let (found, answer) = ask("POST", "/activations", Some(&token), Some(&document));
            assert!(matches!(found, 200 | 201) && status.is_none_or(|status| status == found), "{answer}");
        }
        let (_, plan) = ask("POST", "/activations/plan", Some(&token), Some(&document));
        let changes = (&plan["make"], &plan["change"]);
        assert_eq!(changes, (&json!(0), &json!(0)), "{moment}");
        let named = json!({ "email": format!("bill@{slug}.example"), "password": "password of bill" });
        let (_, signed_in) = ask("POST", "/auth/sign-in", None, Some(&named));
        let token = signed_in["token"].as_str().unwrap().to_owned();
        for (kind, count) in planned(&plan, &["leave"]) {
            let (_, list) = ask("GET", &format!("/records/{kind}?limit=500"), Some(&token), None);
            assert_eq!(list["items"].as_array().unwrap().len(), count, "{kind} after {moment} ms");
        }
    }
}

//! A business from one document: every fault told, sent again without harm, undone when it fails.

use std::sync::Arc;
use std::time::Duration;

use kontor::business::activation::{ActivationError, Plan, Progress, Step, StepStatus, parse};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::TestServer;
use crate::on_both;

const STEPS: [Step; 8] = Step::ALL;

fn document(slug: &str) -> Value {
    json!({
        "business": { "name": "Initech", "slug": slug, "locale": "en-US", "time_zone": "America/Chicago",
            "currency": "USD" },
        "admin": { "email": "bill@initech.example", "name": "Bill", "password": "password of bill" },
        "users": [{ "email": "peter@initech.example", "name": "Peter", "role": "tenant_user" }],
        "modules": { "crm": true, "hr": false },
    })
}

fn plan(slug: &str) -> Plan {
    parse(document(slug).to_string().as_bytes()).unwrap()
}

async fn sign_in(server: &TestServer, email: &str, password: &str) -> StatusCode {
    let body = json!({ "email": email, "password": password });
    server.nobody().post("/auth/sign-in", body).await.status()
}

on_both!(a_business_lives_within_a_second_and_again_without_harm, |server| {
    let operator = server.operator();
    let began = server.app().clock.monotonic();
    let answer = operator.post("/activations", document("initech")).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let first: Value = answer.json().await.unwrap();
    assert_eq!(sign_in(&server, "bill@initech.example", "password of bill").await, 200);
    // Generous: other tests run beside this one; script/bench activation measures.
    assert!(server.app().clock.monotonic() - began < Duration::from_secs(5));
    assert_eq!(first["tenant"]["modules"], json!({ "crm": true, "hr": false }));
    assert!(first["admin"]["password"].is_null(), "a given password is not told again");
    let made_up = first["users"][0]["password"].as_str().unwrap().to_owned();
    assert_eq!(sign_in(&server, "peter@initech.example", &made_up).await, 200);

    let mut again = document("initech");
    again["business"]["name"] = json!("Initech Inc.");
    again["admin"]["password"] = json!("another password");
    again["users"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "email": "milton@initech.example", "name": "Milton", "role": "tenant_guest" }));
    let answer = operator.post("/activations", again).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let second: Value = answer.json().await.unwrap();
    assert_eq!((&second["created"], &second["tenant"]["id"]), (&json!(false), &first["tenant"]["id"]));
    assert_eq!(second["tenant"]["name"], "Initech Inc.");
    assert!(second["users"][0]["password"].is_null());
    assert!(second["users"][1]["password"].is_string());
    assert_eq!(sign_in(&server, "bill@initech.example", "password of bill").await, 200);
    assert_eq!(sign_in(&server, "peter@initech.example", &made_up).await, 200);
});

on_both!(the_slug_of_another_administrator_is_refused, |server| {
    let operator = server.operator();
    assert_eq!(operator.post("/activations", document("initech")).await.status(), 201);
    let mut other = document("initech");
    other["admin"]["email"] = json!("mallory@evil.example");
    let answer = operator.post("/activations", other).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "slug_taken");
});

on_both!(every_fault_is_told_with_its_path, |server| {
    let mut wrong = document("Not A Slug");
    wrong["business"]["currency"] = json!("EURO");
    wrong["admin"]["email"] = json!(7);
    wrong["users"][0]["role"] = json!("platform_admin");
    wrong["surprise"] = json!(true);
    let answer = server.operator().post("/activations", wrong).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = answer.json().await.unwrap();
    let mut paths: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|fault| fault["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        ["$.admin.email", "$.business.currency", "$.business.slug", "$.surprise", "$.users[0].role"]
    );
});

on_both!(progress_is_streamed_line_by_line, |server| {
    let request = server.operator().request(Method::POST, "/activations");
    let request = request.header("accept", "application/x-ndjson").json(&document("initech"));
    let text = request.send().await.unwrap().text().await.unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2 * STEPS.len() + 1);
    assert_eq!(lines[0], json!({ "step": "infrastructure", "status": "started" }));
    assert_eq!(lines.last().unwrap()["result"]["created"], true);
});

on_both!(a_step_that_fails_leaves_nothing_of_a_fresh_business, |server| {
    for failing in STEPS {
        let mut listener = |progress: &Progress| match progress {
            Progress { step, status: StepStatus::Started, .. } if *step == failing => {
                Err(ActivationError::Stopped(failing))
            }
            _ => Ok(()),
        };
        let outcome = server.activation().activate(&plan("initech"), &mut listener).await;
        assert!(matches!(outcome, Err(ActivationError::Stopped(_))));
        assert!(server.app().identity.tenant_by_slug("initech").await.unwrap().is_none(), "{failing:?}");
    }
    assert_eq!(sign_in(&server, "bill@initech.example", "password of bill").await, 401);
    assert_eq!(server.operator().post("/activations", document("initech")).await.status(), 201);
});

on_both!(a_kill_between_steps_and_the_same_document_again_converge, |server| {
    for killed in STEPS {
        let slug = format!("initech-{}", killed.as_str().replace('_', "-"));
        let activation = server.activation();
        let (plan_, waiting) = (plan(&slug), Arc::new(tokio::sync::Notify::new()));
        let reached = waiting.clone();
        // A task that ends in the middle of a step, as when the process is killed: nothing is undone.
        let task = actix_rt::spawn(async move {
            let mut listener = move |progress: &Progress| {
                if progress.step == killed && progress.status == StepStatus::Done {
                    reached.notify_one();
                    panic!("the test kills this activation");
                }
                Ok(())
            };
            let _ = activation.activate(&plan_, &mut listener).await;
        });
        waiting.notified().await;
        assert!(task.await.is_err());
        let answer = server.operator().post("/activations", document(&slug)).await;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        let complete = killed == Step::Opening;
        assert_eq!(status, if complete { 200 } else { 201 }, "{killed:?}");
        let named =
            json!({ "email": "bill@initech.example", "password": "password of bill", "tenant": slug });
        assert_eq!(server.nobody().post("/auth/sign-in", named).await.status(), 200, "{killed:?}");
        if !complete {
            let made_up = body["users"][0]["password"].as_str().unwrap();
            let named = json!({ "email": "peter@initech.example", "password": made_up, "tenant": slug });
            assert_eq!(server.nobody().post("/auth/sign-in", named).await.status(), 200, "{killed:?}");
        }
    }
});

on_both!(a_suspended_business_is_closed_until_it_is_resumed, |server| {
    let acme = server.tenant("acme").await;
    let (ana, operator) = (acme.user("ana").await, server.operator());
    assert_eq!(ana.get("/documents").await.status(), 200);
    let path = format!("/tenants/{}", acme.id());
    assert_eq!(operator.post(&format!("{path}/suspend"), json!({})).await.status(), 200);
    let refused = ana.get("/documents").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "tenant_suspended");
    let body = json!({ "email": acme.email("ana"), "password": crate::harness::password("ana") });
    let refused = server.nobody().post("/auth/sign-in", body).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "tenant_suspended");
    assert_eq!(operator.post(&format!("{path}/resume"), json!({})).await.status(), 200);
    assert_eq!(ana.get("/documents").await.status(), 200);
});

on_both!(a_deleted_business_is_gone_and_its_slug_is_free, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    assert_eq!(ana.post("/documents", json!({ "title": "Plan" })).await.status(), 201);
    let path = format!("/tenants/{}", acme.id());
    assert_eq!(server.operator().delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ana.get("/documents").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(server.operator().delete(&path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.operator().post("/activations", document("acme")).await.status(), 201);
});

on_both!(businesses_are_listed_in_pages, |server| {
    for slug in ["acme", "globex", "initech"] {
        server.tenant(slug).await;
    }
    let operator = server.operator();
    let page: Value = operator.get("/tenants?limit=2").await.json().await.unwrap();
    let next = page["next_cursor"].as_str().unwrap();
    let rest: Value = operator.get(&format!("/tenants?limit=2&cursor={next}")).await.json().await.unwrap();
    assert_eq!((&page["items"][0]["slug"], &rest["items"][0]["slug"]), (&json!("acme"), &json!("initech")));
    assert!(rest["next_cursor"].is_null());
});

#[test]
fn the_command_tells_every_fault_and_makes_a_business_that_one_can_sign_in_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("business.json");
    let activate = |document: &Value| {
        std::fs::write(&file, document.to_string()).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kontor"));
        let output =
            command.arg("activate").arg(&file).arg("--data").arg(folder.path().join("data")).output();
        let output = output.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let wrong = json!({
        "business": { "name": "", "slug": "A B", "locale": "en", "time_zone": "Mars", "currency": "EURO" },
        "admin": { "email": "nobody", "name": "N" },
    });
    let (code, _, faults) = activate(&wrong);
    assert_eq!(code, Some(2));
    assert_eq!(faults.lines().filter(|line| line.contains("$.")).count(), 5, "{faults}");
    let (code, told, _) = activate(&document("initech"));
    assert_eq!(code, Some(0));
    assert!(told.contains("http://127.0.0.1:8080") && told.contains("bill@initech.example"), "{told}");
    assert!(told.contains("peter@initech.example  password "), "{told}");
    let (code, again, _) = activate(&document("initech"));
    assert_eq!(code, Some(0));
    assert!(again.contains("was alive already") && !again.contains("password "), "{again}");
}

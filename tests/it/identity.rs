//! Sign in, stay signed in, be kept out.

use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Client, Engine, TestServer, password};
use crate::on_both;
use kontor::actors::Clock;
use kontor::scope::Role;

async fn sign_in(server: &TestServer, email: &str, password: &str) -> Response {
    server.nobody().post("/auth/sign-in", json!({ "email": email, "password": password })).await
}

async fn code(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status);
    assert!(!problem["request_id"].as_str().unwrap().is_empty());
    (status, problem["code"].as_str().unwrap().to_owned())
}

/// Waits for the second within which a change must be seen everywhere.
async fn status_after_a_second(client: &Client, path: &str) -> u16 {
    tokio::time::sleep(Duration::from_millis(1100)).await;
    client.get(path).await.status().as_u16()
}

on_both!(email_and_password_open_a_session, |server| {
    let acme = server.tenant("acme").await;
    acme.user("ana").await;
    let answer = sign_in(&server, " Ana@ACME.example ", &password("ana")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["user"]["email"], "ana@acme.example");
    assert_eq!(body["tenant"]["slug"], "acme");
    let client = server.holder(body["token"].as_str().unwrap());
    let session: Value = client.get("/auth/session").await.json().await.unwrap();
    assert_eq!(session["user"]["id"], body["user"]["id"]);
    assert_eq!(session["permissions"], json!(["documents.create", "chat.channels", "people.list"]));
    assert_eq!(client.post("/auth/sign-out", json!({})).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(client.get("/auth/session").await.status(), StatusCode::UNAUTHORIZED);
});

on_both!(wrong_password_and_unknown_account_get_the_same_answer, |server| {
    server.tenant("acme").await.user("ana").await;
    let wrong = code(sign_in(&server, "ana@acme.example", "not her password").await).await;
    let unknown = code(sign_in(&server, "nobody@acme.example", "not her password").await).await;
    assert_eq!(wrong, (401, "wrong_password".into()));
    assert_eq!(wrong, unknown);
});

on_both!(guessing_is_slowed_down_and_says_when_to_come_back, |server| {
    server.tenant("acme").await.user("ana").await;
    for email in ["ana@acme.example", "nobody@acme.example"] {
        let mut statuses = Vec::new();
        for _ in 0..7 {
            let answer = sign_in(&server, email, "a guess of mine").await;
            statuses.push(answer.status().as_u16());
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
            }
        }
        assert_eq!(statuses[..5], [401; 5], "{email}");
        assert!(statuses.contains(&429), "{email}: {statuses:?}");
    }
});

on_both!(one_password_for_several_businesses_asks_which, |server| {
    for slug in ["acme", "globex"] {
        let tenant = server.tenant(slug).await;
        let body = json!({ "email": "ana@both.example", "name": "Ana", "role": "tenant_user",
            "password": "the same for both" });
        assert_eq!(tenant.admin().await.post("/people", body).await.status(), StatusCode::CREATED);
    }
    let answer = sign_in(&server, "ana@both.example", "the same for both").await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "choose_tenant");
    let choices = problem["tenants"].as_array().unwrap();
    assert_eq!(choices.len(), 2);
    let named = json!({ "email": "ana@both.example", "password": "the same for both", "tenant": "globex" });
    let answer: Value = server.nobody().post("/auth/sign-in", named).await.json().await.unwrap();
    assert_eq!(answer["tenant"]["slug"], "globex");
});

on_both!(a_suspended_person_is_out_within_a_second, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    assert_eq!(ana.get("/auth/session").await.status(), 200);
    let path = format!("/people/{}", ana.user_id());
    assert_eq!(admin.patch(&path, json!({ "status": "suspended" })).await.status(), 200);
    assert_eq!(status_after_a_second(&ana, "/auth/session").await, 401);
    let answer = code(sign_in(&server, "ana@acme.example", &password("ana")).await).await;
    assert_eq!(answer, (403, "account_suspended".into()));
    assert_eq!(admin.patch(&path, json!({ "status": "active" })).await.status(), 200);
    assert_eq!(sign_in(&server, "ana@acme.example", &password("ana")).await.status(), 200);
});

on_both!(a_changed_role_counts_within_a_second, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    assert_eq!(ana.get("/admin/actors").await.status(), 403);
    let path = format!("/people/{}", ana.user_id());
    assert_eq!(admin.patch(&path, json!({ "role": "tenant_admin" })).await.status(), 200);
    assert_eq!(status_after_a_second(&ana, "/admin/actors").await, 200);
});

on_both!(a_new_password_ends_the_other_sessions, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let other: Value = sign_in(&server, "ana@acme.example", &password("ana")).await.json().await.unwrap();
    let other = server.holder(other["token"].as_str().unwrap());
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    let short = ana.post("/auth/password", change(&password("ana"), "short")).await;
    assert_eq!(short.status(), 422);
    assert_eq!(short.json::<Value>().await.unwrap()["errors"][0]["path"], "$.new");
    assert_eq!(ana.post("/auth/password", change("wrong one", "a new password")).await.status(), 422);
    assert_eq!(ana.post("/auth/password", change(&password("ana"), "a new password")).await.status(), 204);
    assert_eq!(ana.get("/auth/session").await.status(), 200);
    assert_eq!(status_after_a_second(&other, "/auth/session").await, 401);
    assert_eq!(sign_in(&server, "ana@acme.example", "a new password").await.status(), 200);
});

on_both!(the_last_administrator_stays_one, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let path = format!("/people/{}", admin.user_id());
    for change in [json!({ "role": "tenant_user" }), json!({ "status": "suspended" })] {
        let answer = code(admin.patch(&path, change).await).await;
        assert_eq!(answer, (409, "last_administrator".into()));
    }
    let second = acme.someone("bea", Role::TenantAdmin).await;
    assert_eq!(second.patch(&path, json!({ "role": "tenant_user" })).await.status(), 200);
});

on_both!(a_tenant_administrator_makes_and_touches_no_platform_administrator, |server| {
    let acme = server.tenant("acme").await;
    let (admin, root) = (acme.admin().await, acme.someone("root", Role::PlatformAdmin).await);
    let body = json!({ "email": "x@acme.example", "name": "X", "role": "platform_admin" });
    assert_eq!(admin.post("/people", body.clone()).await.status(), 403);
    let path = format!("/people/{}", root.user_id());
    assert_eq!(admin.patch(&path, json!({ "password": "mine from now on" })).await.status(), 403);
    let own = format!("/people/{}", admin.user_id());
    assert_eq!(admin.patch(&own, json!({ "role": "platform_admin" })).await.status(), 403);
    assert_eq!(root.post("/people", body).await.status(), 201);
});

on_both!(people_are_made_listed_and_changed, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let body = json!({ "email": "Zoe@acme.example", "name": " Zoe ", "role": "tenant_user" });
    let made: Value = admin.post("/people", body.clone()).await.json().await.unwrap();
    let made_up = made["password"].as_str().unwrap();
    assert_eq!(made["user"]["name"], "Zoe");
    assert_eq!(sign_in(&server, "zoe@acme.example", made_up).await.status(), 200);
    assert_eq!(code(admin.post("/people", body).await).await, (409, "email_taken".into()));
    let wrong = json!({ "email": "no address", "name": "N", "role": "tenant_user" });
    let wrong: Value = admin.post("/people", wrong).await.json().await.unwrap();
    assert_eq!(wrong["errors"][0]["path"], "$.email");
    let unknown = json!({ "email": "a@b.cd", "name": "N", "role": "tenant_user", "admin": true });
    assert_eq!(admin.post("/people", unknown).await.status(), 422);
    let page: Value = admin.get("/people?limit=1").await.json().await.unwrap();
    let next = page["next_cursor"].as_str().unwrap();
    let rest: Value = admin.get(&format!("/people?cursor={next}")).await.json().await.unwrap();
    assert_eq!((&page["items"][0]["name"], &rest["items"][0]["name"]), (&json!("Admin"), &json!("Zoe")));
    let found: Value = admin.get("/people?q=ZOE").await.json().await.unwrap();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
});

on_both!(the_cookie_needs_the_csrf_header_and_the_same_origin, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let cookie = format!("theme=dark; kontor_session={}", ana.token());
    let own = format!("http://{}", server.address());
    let attempt = async |headers: &[(&str, &str)]| {
        let mut request = server.nobody().request(Method::POST, "/documents").header("cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.json(&json!({ "title": "x" })).send().await.unwrap().status().as_u16()
    };
    assert_eq!(attempt(&[]).await, 403);
    assert_eq!(attempt(&[("origin", &own)]).await, 403);
    let csrf = ("x-kontor-csrf", "1");
    assert_eq!(attempt(&[csrf, ("origin", &own)]).await, 201);
    assert_eq!(attempt(&[csrf, ("sec-fetch-site", "same-origin")]).await, 201);
    assert_eq!(attempt(&[csrf, ("origin", "http://evil.example")]).await, 403);
    assert_eq!(attempt(&[csrf, ("sec-fetch-site", "cross-site"), ("origin", &own)]).await, 403);
    let read = server.nobody().request(Method::GET, "/auth/session").header("cookie", &cookie);
    assert_eq!(read.send().await.unwrap().status(), 200);
});

on_both!(a_named_tenant_must_be_the_one_of_the_token, |server| {
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let ana = acme.user("ana").await;
    let ask = async |named: String| {
        let request = ana.request(Method::GET, "/auth/session").header("x-tenant-id", named);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("acme".into()).await, 200);
    assert_eq!(ask(acme.id().to_string()).await, 200);
    assert_eq!(ask("globex".into()).await, 403);
    assert_eq!(ask(globex.id().to_string()).await, 403);
});

on_both!(a_host_name_chooses_the_tenant, |server| {
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    server.app().identity.add_domain(globex.id(), "office.globex.example").await.unwrap();
    let (ana, eve) = (acme.user("ana").await, globex.user("eve").await);
    let ask = async |client: &Client| {
        let request = client.request(Method::GET, "/auth/session").header("host", "office.globex.example");
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(&eve).await, 200);
    assert_eq!(ask(&ana).await, 403);
});

on_both!(damaged_tokens_open_nothing, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let mut other = ana.token().to_owned();
    let last = other.pop().unwrap();
    other.push(if last == 'A' { 'E' } else { 'A' });
    for token in ["", "kt1", "kt1..", "kt1.AAAAAAAAAAAAAAAAAAAAAA.x", "kp1.guess", "é", &other] {
        let answer = server.holder(token).get("/auth/session").await;
        assert_eq!(answer.status(), 401, "{token:?}");
    }
});

#[actix_rt::test]
async fn while_an_account_has_to_wait_not_even_the_right_password_is_tried() {
    let noon = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let (clock, hand) = Clock::manual(noon);
    let server = TestServer::start_with(Engine::Sqlite, clock, |_| {}).await;
    server.tenant("acme").await.user("ana").await;
    for _ in 0..5 {
        assert_eq!(sign_in(&server, "ana@acme.example", "a guess of mine").await.status(), 401);
    }
    let right = async || sign_in(&server, "ana@acme.example", &password("ana")).await.status().as_u16();
    assert_eq!(right().await, 429);
    hand.advance(Duration::from_millis(1001));
    assert_eq!(sign_in(&server, "ana@acme.example", "a guess of mine").await.status(), 401);
    // The next wait is twice as long.
    hand.advance(Duration::from_millis(1001));
    assert_eq!(right().await, 429);
    hand.advance(Duration::from_millis(1001));
    assert_eq!(right().await, 200);
    server.finish().await;
}

#[actix_rt::test]
async fn too_many_requests_are_told_to_wait() {
    let strict = TestServer::start_with(Engine::Sqlite, Clock::system(), |settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.anonymous_per_second = 1;
    })
    .await;
    let ana = strict.tenant("acme").await.user("ana").await;
    for client in [&ana, &strict.nobody()] {
        let mut last = client.get("/auth/session").await;
        for _ in 0..10 {
            last = client.get("/auth/session").await;
        }
        assert_eq!(last.status(), 429);
        assert!(last.headers().contains_key("retry-after"));
    }
    strict.finish().await;
}

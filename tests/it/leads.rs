//! Leads: what strangers fill in, how promising they are, and who looks after them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, TestServer, TestTenant};
use crate::on_both;
use crate::records::world::{ids, made, value};
use kontor::scope::Role;

fn address(acme: &TestTenant<'_>, form: &Value) -> String {
    format!("/forms/{}/{}", acme.id(), form["id"].as_str().unwrap())
}

/// A form that asks for everything.
async fn form(admin: &Client, more: Value) -> Value {
    let mut fields = json!({
        "name": "Contact", "asks": ["company", "email", "message"], "needs": ["email"], "source": "website",
        "tags": ["web"], "origins": ["https://shop.example"],
    });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    made(admin, "crm.form", fields).await
}

async fn leads(client: &Client) -> Vec<Value> {
    value(client.get("/records/crm.lead?limit=500").await, 200).await["items"].as_array().unwrap().clone()
}

async fn read_page(server: &TestServer, path: &str) -> (u16, String, String) {
    let asked = server.nobody().request(Method::GET, path).header("accept", "text/html");
    let answer = asked.send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let frames = answer.headers().get("x-frame-options").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), format!("{policy} {frames:?}"), answer.text().await.unwrap())
}

on_both!(what_a_stranger_fills_in_is_a_lead_with_its_source, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    // Only administrators make forms, unless a policy says otherwise.
    assert_eq!(ana.post("/records/crm.form", json!({ "fields": { "name": "Mine" } })).await.status(), 403);
    let form = form(&admin, json!({ "title": "Talk to <us>", "thanks": "Until soon" })).await;
    let (path, nobody) = (address(&acme, &form), server.nobody());
    let shown = value(nobody.get(&path).await, 200).await;
    assert_eq!(
        shown,
        json!({ "title": "Talk to <us>", "intro": "", "fields": [
            { "name": "name", "label": "Name", "required": true },
            { "name": "company", "label": "Company", "required": false },
            { "name": "email", "label": "Email", "required": true },
            { "name": "message", "label": "Message", "required": false },
        ] })
    );
    let answer = json!({
        "name": " Eve ", "email": "eve@known.example", "message": "Hello\nthere", "phone": "not asked",
        "page": "https://shop.example/pricing", "once": uuid::Uuid::new_v4(), "owner": ana.user_id(), "score": "99",
    });
    for _ in 0..2 {
        let sent = value(nobody.post(&path, answer.clone()).await, 201).await;
        assert_eq!(sent, json!({ "thanks": "Until soon" }));
    }
    let found = leads(&ana).await;
    assert_eq!(found.len(), 1, "sent twice, it is one: {found:?}");
    assert_eq!(
        found[0]["fields"],
        json!({ "name": "Eve", "email": "eve@known.example", "message": "Hello\nthere", "form": form["id"],
            "source": "website", "tags": ["web"], "came_from": "https://shop.example/pricing" })
    );
    assert_eq!(found[0]["owner"], Value::Null);
    // What is missing or wrong is told; a program that fills in what nobody sees is thanked.
    let problem = value(nobody.post(&path, json!({ "name": "Eve" })).await, 422).await;
    assert_eq!(problem["errors"][0]["path"], "$.fields.email");
    assert_eq!(nobody.post(&path, json!({ "name": "Eve", "email": "eve" })).await.status(), 422);
    let trapped = json!({ "name": "Bot", "email": "bot@spam.example", "homepage": "https://spam.example" });
    assert_eq!(nobody.post(&path, trapped).await.status(), 201);
    let large = json!({ "name": "Eve", "email": "eve@known.example", "message": "x".repeat(40_000) });
    assert_eq!(nobody.post(&path, large).await.status(), 413);
    assert_eq!(nobody.post(&path, json!(["Eve"])).await.status(), 422);
    assert_eq!(leads(&ana).await.len(), 1);
    // Closed, of another business, of another type: there is no such form.
    let close = format!("/records/crm.form/{}/commands/close", form["id"].as_str().unwrap());
    value(admin.post(&close, json!({})).await, 200).await;
    assert_eq!(nobody.get(&path).await.status(), 404);
    assert_eq!(nobody.post(&path, answer).await.status(), 404);
    assert_eq!(nobody.get(&address(&acme, &found[0])).await.status(), 404);
    let other = server.tenant("other").await;
    assert_eq!(nobody.get(&address(&other, &form)).await.status(), 404);
});

on_both!(the_page_of_a_form_stands_alone_and_only_where_it_is_welcome, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let path = address(&acme, &form(&admin, json!({ "title": "Talk to <us>" })).await);
    let (status, headers, page) = read_page(&server, &path).await;
    assert_eq!(status, 200);
    assert!(headers.contains("frame-ancestors 'self' https://shop.example None"), "{headers}");
    assert!(page.contains("<h1>Talk to &lt;us&gt;</h1>") && !page.contains("<script"), "{page}");
    let inner = address(&acme, &form(&admin, json!({ "origins": null })).await);
    let (_, headers, _) = read_page(&server, &inner).await;
    assert!(headers.contains("frame-ancestors 'none' Some(\"DENY\")"), "{headers}");
    // Sent by a browser without a script, with a fault and without.
    let send = async |body: &'static str| {
        let asked = server.nobody().request(Method::POST, &path);
        let asked = asked.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = send("name=%22Eve%22&email=nothing&message=").await;
    assert_eq!(status, 422);
    assert!(page.contains("value=\"&quot;Eve&quot;\"") && page.contains("id=\"email-fault\""), "{page}");
    let (status, page) = send("name=Eve&email=eve%40known.example&message=Hi&homepage=").await;
    assert_eq!((status, page.contains("Thank you")), (201, true), "{page}");
    assert_eq!(leads(&admin).await.len(), 1);
    // A program of a site that is welcome may read the answer, others may not.
    for (origin, expected) in
        [("https://shop.example", Some("https://shop.example")), ("https://evil.example", None)]
    {
        for method in [Method::OPTIONS, Method::GET] {
            let answer =
                server.nobody().request(method, &path).header("origin", origin).send().await.unwrap();
            assert!(answer.status().is_success());
            let allowed = answer.headers().get("access-control-allow-origin");
            assert_eq!(allowed.map(|allowed| allowed.to_str().unwrap()), expected);
        }
    }
    let wrong = json!({ "fields": { "name": "Bad", "origins": ["https://x.example; script-src *"] } });
    assert_eq!(admin.post("/records/crm.form", wrong).await.status(), 422);
    // Who asks too often waits.
    let mut last = 0;
    for _ in 0..60 {
        last = server.nobody().get(&path).await.status().as_u16();
    }
    assert_eq!(last, 429);
});

on_both!(the_server_keeps_the_score_of_a_lead_and_says_how_it_came_about, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    let by_hand = made(&ana, "crm.lead", json!({ "name": "Old", "score": "7" })).await;
    assert_eq!(by_hand["fields"]["score"], "7");
    let rule = |name: &str, points: i64, more: Value| {
        let mut fields = json!({ "name": name, "active": true, "points": points.to_string() });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let refused = json!({ "fields": rule("Mine", 5, json!({ "field": "email" })) });
    assert_eq!(ana.post("/records/crm.scoring_rule", refused).await.status(), 403);
    for fields in [
        rule("Was recommended", 40, json!({ "field": "source", "test": "is", "value": "referral" })),
        rule("Is worth much", 80, json!({ "field": "value", "test": "at_least", "value": "5000" })),
        rule(
            "Writes from a free mailer",
            -15,
            json!({ "field": "email", "test": "ends_with", "value": "@mail.example" }),
        ),
        rule("Sleeps", 100, json!({ "active": false })),
    ] {
        made(&admin, "crm.scoring_rule", fields).await;
    }
    let wrong = json!({ "fields": rule("Without", 5, json!({ "field": "email", "test": "is" })) });
    assert_eq!(admin.post("/records/crm.scoring_rule", wrong).await.status(), 422);
    let lead =
        made(&ana, "crm.lead", json!({ "name": "Eve", "source": "referral", "email": "eve@mail.example" }))
            .await;
    let score =
        |record: &Value| (record["fields"]["score"].clone(), record["fields"]["score_because"].clone());
    assert_eq!(score(&lead), (json!("25"), json!("+40 Was recommended\n-15 Writes from a free mailer")));
    // It follows each change, in the same commit, and is undone with it.
    let path = format!("/records/crm.lead/{}", lead["id"].as_str().unwrap());
    let value_of = json!({ "fields": { "value": { "minor": 500_000, "currency": "EUR" }, "score": "3" } });
    let changed = value(ana.patch(&path, value_of).await, 200).await["record"].clone();
    assert_eq!(score(&changed).0, "100", "{changed}");
    let history = value(ana.get(&format!("{path}/history")).await, 200).await;
    value(ana.post("/record-undo", json!({ "batch": history["items"][0]["batch"] })).await, 200).await;
    assert_eq!(score(&value(ana.get(&path).await, 200).await), score(&lead));
});

on_both!(leads_that_belong_to_nobody_go_to_the_people_of_a_group_in_turn, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let mut people = [acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await];
    people.sort_by_key(Client::user_id);
    let gone = acme.someone("dora", Role::TenantUser).await;
    for (handle, members) in
        [("sales", people.iter().chain([&gone]).collect::<Vec<_>>()), ("empty", Vec::new())]
    {
        let members: Vec<Value> =
            members.iter().map(|member| json!({ "kind": "user", "id": member.user_id() })).collect();
        let group = json!({ "name": handle, "handle": handle, "members": members });
        value(admin.post("/groups", group).await, 201).await;
    }
    let off = json!({ "status": "suspended" });
    assert!(admin.patch(&format!("/people/{}", gone.user_id()), off).await.status().is_success());
    let big = json!({ "name": "Big ones", "active": true, "position": "1", "group": "empty" });
    made(&admin, "crm.assignment_rule", big).await;
    let rule = json!({ "name": "All", "active": true, "position": "2", "group": "@sales" });
    made(&admin, "crm.assignment_rule", rule).await;
    let path = address(&acme, &form(&admin, json!({})).await);
    for number in 0..4 {
        let answer =
            json!({ "name": format!("Lead {number}"), "email": "eve@known.example", "company": "Known Ltd" });
        assert_eq!(server.nobody().post(&path, answer).await.status(), 201);
    }
    let sorted = value(admin.get("/records/crm.lead?sort=name").await, 200).await;
    let owners: Vec<Value> =
        sorted["items"].as_array().unwrap().iter().map(|lead| lead["owner"].clone()).collect();
    let turn = [0, 1, 2, 0].map(|place: usize| json!(people[place].user_id()));
    assert_eq!(owners, turn);
    assert_eq!(ids(&sorted).len(), 4);
    let inbox = value(people[1].get("/notifications").await, 200).await;
    assert_eq!(inbox["items"][0]["title"], "A new lead for you: “Lead 1”");
    let link = format!("/business/crm-lead/{}", sorted["items"][1]["id"].as_str().unwrap());
    assert_eq!(inbox["items"][0]["link"], link);
    // What someone makes for themselves stays theirs.
    let own = made(&people[2], "crm.lead", json!({ "name": "Own" })).await;
    assert_eq!(own["owner"], json!(people[2].user_id()));
});

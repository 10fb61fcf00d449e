//! Projects: tasks that wait for each other, come again, and follow a pattern.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Client, Engine, TestServer};
use crate::on_both;
use crate::records::world::{fields_of, ids, made, value};
use kontor::actors::Clock;

fn path(kind: &str, id: &Value) -> String {
    format!("/records/{kind}/{}", id.as_str().unwrap())
}

fn task(id: &Value) -> String {
    path("projects.task", id)
}

async fn change(client: &Client, id: &Value, fields: Value) -> reqwest::Response {
    client.patch(&task(id), json!({ "fields": fields })).await
}

async fn tasks(client: &Client, query: &str) -> Value {
    value(client.get(&format!("/records/projects.task?limit=500&{query}")).await, 200).await
}

/// What is to be done and what is done.
async fn statuses(client: &Client) -> [Value; 2] {
    let mut all = Vec::new();
    for (position, meaning) in ["done", "to_do"].into_iter().enumerate() {
        let fields = json!({ "name": meaning, "position": position.to_string(), "meaning": meaning });
        all.push(made(client, "projects.status", fields).await["id"].clone());
    }
    [all.remove(1), all.remove(0)]
}

fn fault(problem: &Value) -> (&str, &str) {
    let fault = &problem["errors"][0];
    (fault["path"].as_str().unwrap(), fault["message"].as_str().unwrap())
}

on_both!(tasks_that_would_wait_for_each_other_in_a_circle_are_refused, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let mut all = Vec::new();
    for title in ["Plan", "Build", "Test"] {
        all.push(made(&ana, "projects.task", json!({ "title": title })).await["id"].clone());
    }
    let [plan, build, test] = &all[..] else { unreachable!() };
    value(change(&ana, build, json!({ "waits_for": plan })).await, 200).await;
    value(change(&ana, test, json!({ "waits_for": build })).await, 200).await;
    let refused = value(change(&ana, plan, json!({ "waits_for": test })).await, 422).await;
    let circle = "Waits for would go in a circle: “Plan” → “Test” → “Build” → “Plan”";
    assert_eq!(fault(&refused), ("$.fields.waits_for", circle));
    let refused = value(change(&ana, plan, json!({ "waits_for": plan })).await, 422).await;
    assert_eq!(fault(&refused).1, "Waits for would go in a circle: “Plan” → “Plan”");
    // Parts of parts are a link of their own.
    value(change(&ana, plan, json!({ "part_of": test })).await, 200).await;
    let refused = value(change(&ana, test, json!({ "part_of": plan })).await, 422).await;
    assert_eq!(fault(&refused).0, "$.fields.part_of");
    // Someone who may not see a task of the circle does not learn its name.
    let own = json!({ "read": "own", "create": true, "edit": "all" });
    let admin = acme.admin().await;
    assert_eq!(admin.put("/record-policies/projects.task/role:tenant_user", own).await.status(), 204);
    let mine = value(change(&ana, plan, json!({ "waits_for": test })).await, 422).await;
    assert_eq!(fault(&mine).1, circle);
});

on_both!(neither_a_merge_nor_an_undo_nor_an_import_makes_a_circle, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let one = made(&ana, "projects.task", json!({ "title": "One" })).await["id"].clone();
    let two = made(&ana, "projects.task", json!({ "title": "Two", "waits_for": one })).await["id"].clone();
    let three =
        made(&ana, "projects.task", json!({ "title": "Three", "waits_for": two })).await["id"].clone();
    // One and Three as one thing would wait for Two, which waits for them.
    let merged = value(ana.post(&format!("{}/merge", task(&one)), json!({ "from": three })).await, 422).await;
    assert_eq!(fault(&merged).0, "$.fields.waits_for");
    // What is one thing does not wait for itself.
    let merged = value(ana.post(&format!("{}/merge", task(&one)), json!({ "from": two })).await, 200).await;
    assert_eq!(merged["record"]["fields"], json!({ "title": "One" }));
    let history = value(ana.get(&format!("{}/history", task(&two))).await, 200).await;
    let batch = history["items"][0]["batch"].clone();
    value(ana.post("/record-undo", json!({ "batch": batch })).await, 200).await;
    // The link that an undo would put back has been turned round since.
    value(change(&ana, &two, json!({ "waits_for": null })).await, 200).await;
    value(change(&ana, &one, json!({ "waits_for": two })).await, 200).await;
    let history = value(ana.get(&format!("{}/history", task(&two))).await, 200).await;
    let undo = json!({ "batch": history["items"][0]["batch"] });
    let refused = value(ana.post("/record-undo", undo).await, 422).await;
    assert_eq!(fault(&refused).0, "$.fields.waits_for");
    // A row that closes a circle is left out, the others come in.
    let file = format!(
        "id,title,waits_for.id\n{},Two,{}\n,Four,{}\n",
        two.as_str().unwrap(),
        one.as_str().unwrap(),
        one.as_str().unwrap()
    );
    let import = ana.upload("/records/projects.task/imports?name=t.csv", "text/csv", file.into()).await;
    let import = value(import, 201).await;
    let at = format!("/records/projects.task/imports/{}", import["id"].as_str().unwrap());
    let mut settings = import["settings"].clone();
    settings["same_by"] = json!(["id"]);
    settings["duplicates"] = json!("update");
    value(ana.put(&at, settings).await, 200).await;
    value(ana.post(&format!("{at}/run?dry=false"), json!({})).await, 202).await;
    let done = loop {
        let now = value(ana.get(&at).await, 200).await;
        if now["state"] != "running" {
            break now;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!((&done["progress"]["made"], &done["progress"]["failed"]), (&json!(1), &json!(1)), "{done}");
    let faults = ana.get(&format!("{at}/errors")).await.text().await.unwrap();
    assert!(faults.contains("would go in a circle"), "{faults}");
});

on_both!(a_task_that_comes_again_is_there_once_when_it_is_done, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let [to_do, done] = statuses(&ana).await;
    let fields = json!({
        "title": "Water the plants", "status": to_do, "due_on": "2999-01-07", "begins_on": "2999-01-06",
        "repeats": "freq=weekly;count=2", "labels": ["green"], "assignee": ana.user_id(),
    });
    let first = made(&ana, "projects.task", fields).await["id"].clone();
    let part = json!({ "title": "Fill the can", "part_of": first, "status": done, "due_on": "2999-01-07" });
    made(&ana, "projects.task", part).await;
    let answer = value(change(&ana, &first, json!({ "status": done })).await, 200).await;
    let second = answer["record"]["fields"]["followed_by"].clone();
    let next = value(ana.get(&task(&second)).await, 200).await["fields"].clone();
    assert_eq!(
        next,
        json!({
            "title": "Water the plants", "status": to_do, "due_on": "2999-01-14", "begins_on": "2999-01-13",
            "repeats": "FREQ=WEEKLY;COUNT=1", "labels": ["green"], "assignee": ana.user_id(),
        })
    );
    let filter = json!({ "field": "part_of", "op": "is", "value": second });
    let parts = tasks(&ana, &format!("filter={filter}")).await;
    assert_eq!(parts["items"][0]["fields"]["status"], to_do);
    assert_eq!(parts["items"][0]["fields"]["due_on"], "2999-01-14");
    // Done once more, nothing more comes; undone, the next one is gone, and comes again when it is done again.
    value(change(&ana, &first, json!({ "status": to_do })).await, 200).await;
    value(change(&ana, &first, json!({ "status": done })).await, 200).await;
    assert_eq!(ids(&tasks(&ana, "").await).len(), 4);
    let history = value(ana.get(&format!("{}/history", task(&second))).await, 200).await;
    let batch = history["items"].as_array().unwrap().last().unwrap()["batch"].clone();
    value(ana.post("/record-undo", json!({ "batch": batch })).await, 200).await;
    assert_eq!(ids(&tasks(&ana, "").await).len(), 2);
    value(change(&ana, &first, json!({ "status": to_do })).await, 200).await;
    let again = value(change(&ana, &first, json!({ "status": done })).await, 200).await;
    let second = again["record"]["fields"]["followed_by"].clone();
    // The last one ends the row.
    let last = value(change(&ana, &second, json!({ "status": done })).await, 200).await;
    assert_eq!(last["record"]["fields"].get("followed_by"), None);
    let wrong = value(change(&ana, &second, json!({ "repeats": "FREQ=HOURLY" })).await, 422).await;
    assert_eq!(fault(&wrong).0, "$.fields.repeats");
});

#[test]
fn the_calendar_makes_the_next_task_once_on_its_day_and_wakes_the_business_for_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        actix_rt::System::new().block_on(async {
            // The evening before the clocks go forward in Berlin, where the next day begins at 23:00 UTC.
            let start = chrono::DateTime::parse_from_rfc3339("2026-03-28T22:30:00Z").unwrap().to_utc();
            let (clock, hand) = Clock::manual(start);
            let server = TestServer::start_with(engine, clock, |_| {}).await;
            let acme = server.tenant("acme").await;
            let ana = acme.user("ana").await;
            let fields = json!({
                "title": "Read the meter", "due_on": "2026-03-28", "repeats": "FREQ=DAILY", "repeats_by": "calendar",
            });
            let first = made(&ana, "projects.task", fields).await;
            assert_eq!(first["fields"]["next_on"], "2026-03-29");
            server.passivate_all().await;
            let dues = async || fields_of(&tasks(&ana, "sort=due_on").await, "due_on");
            let mut expected = vec!["2026-03-28".to_owned()];
            // Days of 23 and of 24 hours; in between the server sleeps.
            for (hours, day) in [(1, "2026-03-29"), (23, "2026-03-30"), (24, "2026-03-31")] {
                assert_eq!(dues().await, expected, "before {day}");
                server.passivate_all().await;
                hand.advance(Duration::from_secs(hours * 3_600));
                expected.push(day.to_owned());
                for _ in 0..500 {
                    if dues().await == expected {
                        break;
                    }
                    hand.advance(Duration::from_secs(1));
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                assert_eq!(dues().await, expected);
            }
            // Undone, it does not come again by itself.
            let latest = tasks(&ana, "sort=-due_on").await["items"][0]["id"].clone();
            let history = value(ana.get(&format!("{}/history", task(&latest))).await, 200).await;
            let batch = history["items"].as_array().unwrap().last().unwrap()["batch"].clone();
            value(ana.post("/record-undo", json!({ "batch": batch })).await, 200).await;
            expected.pop();
            hand.advance(Duration::from_secs(2));
            assert_eq!(dues().await, expected);
        });
    }
}

on_both!(a_project_is_made_after_the_pattern_of_another_one, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let admin = acme.admin().await;
    let room = json!({ "label": "Room", "type": "text" });
    assert_eq!(admin.put("/record-kinds/projects.task/fields/x_room", room).await.status(), 204);
    let [to_do, done] = statuses(&ana).await;
    let project =
        json!({ "name": "Trade fair", "key": "FAIR", "begins_on": "2026-01-05", "ends_on": "2026-02-01" });
    let project = made(&ana, "projects.project", project).await["id"].clone();
    let milestone = json!({ "name": "Opening", "project": project, "due_on": "2026-01-30" });
    let milestone = made(&ana, "projects.milestone", milestone).await["id"].clone();
    let with = |more: Value| {
        let mut fields = json!({ "project": project, "status": done });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let book = json!({ "title": "Book the stand", "due_on": "2026-01-10", "x_room": "A4" });
    let book = made(&ana, "projects.task", with(book)).await["id"].clone();
    let build = json!({ "title": "Build the stand", "due_on": "2026-01-29", "milestone": milestone });
    let build = made(&ana, "projects.task", with(build)).await["id"].clone();
    // The older one waits for the younger one, and is a part of it.
    let links = json!({ "waits_for": build, "part_of": build });
    value(change(&ana, &book, links).await, 200).await;
    let at = path("projects.project", &project);
    let template = value(ana.post(&format!("{at}/commands/make_template"), json!({})).await, 200).await;
    assert_eq!(template["record"]["state"], "template");
    let params = json!({ "name": "Trade fair 2027", "begins_on": "2027-01-05" });
    let copied = value(ana.post(&format!("{at}/commands/copy"), params).await, 200).await;
    let new = |kind: &str| -> Vec<Value> {
        let others = copied["others"].as_array().unwrap();
        others.iter().filter(|record| record["kind"] == kind).cloned().collect()
    };
    let fresh = &new("projects.project")[0];
    let fields = json!({ "name": "Trade fair 2027", "begins_on": "2027-01-05", "ends_on": "2027-02-01" });
    assert_eq!((&fresh["fields"], &fresh["state"]), (&fields, &json!("open")));
    let opening = &new("projects.milestone")[0];
    assert_eq!(
        (&opening["fields"]["due_on"], &opening["fields"]["project"]),
        (&json!("2027-01-30"), &fresh["id"])
    );
    let copies = new("projects.task");
    let [building, booking] = &copies[..] else { panic!("{copies:?}") };
    assert_eq!(
        building["fields"],
        json!({ "title": "Build the stand", "project": fresh["id"], "status": to_do, "due_on": "2027-01-29", "milestone": opening["id"] })
    );
    assert_eq!(
        booking["fields"],
        json!({ "title": "Book the stand", "project": fresh["id"], "status": to_do, "due_on": "2027-01-10",
            "x_room": "A4", "waits_for": building["id"], "part_of": building["id"] })
    );
    // All of it is undone as one.
    let history =
        value(ana.get(&format!("{}/history", path("projects.project", &fresh["id"]))).await, 200).await;
    value(ana.post("/record-undo", json!({ "batch": history["items"][0]["batch"] })).await, 200).await;
    assert_eq!(ids(&tasks(&ana, "").await).len(), 2);
});

on_both!(time_that_was_worked_is_in_one_invoice, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let company = made(&ana, "crm.company", json!({ "name": "Known Ltd" })).await["id"].clone();
    let rate = json!({ "minor": 9_000, "currency": "EUR" });
    let project = json!({ "name": "Relaunch", "company": company, "rate": rate });
    let project = made(&ana, "projects.project", project).await["id"].clone();
    let task =
        made(&ana, "projects.task", json!({ "title": "Copy", "project": project })).await["id"].clone();
    let entry = async |subject: &str, day: &str, more: Value| {
        let mut fields = json!({ "subject": subject, "worked_on": day, "hours": "1.5", "worker": ana.user_id(), "billable": true });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        made(&ana, "projects.time_entry", fields).await
    };
    let draft = format!("{}/commands/draft_invoice", path("projects.project", &project));
    let nothing = value(ana.post(&draft, json!({})).await, 409).await;
    assert_eq!(nothing["detail"], "there is no time to pay for that is in no invoice yet");
    // Time of a task is time of its project.
    let of_task = entry("Texts", "2026-01-02", json!({ "task": task })).await;
    assert_eq!(of_task["fields"]["project"], project);
    entry("Pictures", "2026-01-01", json!({ "project": project })).await;
    entry("Coffee", "2026-01-01", json!({ "project": project, "billable": false })).await;
    entry("Later", "2026-02-01", json!({ "project": project })).await;
    let answer = value(ana.post(&draft, json!({ "until": "2026-01-31" })).await, 200).await;
    let others = answer["others"].as_array().unwrap();
    let invoice = others.iter().find(|record| record["kind"] == "finance.invoice").unwrap();
    let lines = "- 2026-01-01 · Pictures · 1.5 h\n- 2026-01-02 · Texts · 1.5 h\n\n**3 h**";
    let net = json!({ "minor": 27_000, "currency": "EUR" });
    assert_eq!(
        invoice["fields"],
        json!({ "subject": "Relaunch", "company": company, "net": net, "lines": lines })
    );
    // What two ask for at once is in one invoice.
    let (one, two) = futures::join!(ana.post(&draft, json!({})), ana.post(&draft, json!({})));
    let mut both = [one.status().as_u16(), two.status().as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    // Undone, the time is free again, and so it is when the invoice is deleted.
    let at = path("finance.invoice", &invoice["id"]);
    let history = value(ana.get(&format!("{at}/history")).await, 200).await;
    value(ana.post("/record-undo", json!({ "batch": history["items"][0]["batch"] })).await, 200).await;
    let again =
        value(ana.post(&draft, json!({ "rate": { "minor": 10_000, "currency": "USD" } })).await, 200).await;
    let invoice = again["others"]
        .as_array()
        .unwrap()
        .iter()
        .find(|record| record["kind"] == "finance.invoice")
        .unwrap()
        .clone();
    assert_eq!(invoice["fields"]["net"], json!({ "minor": 30_000, "currency": "USD" }));
    value(ana.delete(&path("finance.invoice", &invoice["id"])).await, 200).await;
    let free = value(ana.get(&path("projects.time_entry", &of_task["id"])).await, 200).await;
    assert_eq!(free["fields"].get("invoice"), None);
    // Without invoices there is none to draft.
    let plain = server.tenant_with("plain", json!({ "crm": true, "projects": true, "finance": false })).await;
    let kinds = value(plain.user("ana").await.get("/records").await, 200).await;
    let kind = kinds["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["name"] == "projects.project")
        .unwrap()
        .clone();
    assert!(!kind["commands"].to_string().contains("draft_invoice"));
});

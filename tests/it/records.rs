//! Records of business modules: stored, listed, changed together, undone, and followed live.

mod filters;
mod limits;
mod talk;
pub mod world;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::live::Live;
use crate::on_both;
use kontor::scope::Role;

use world::{Business, fields_of, ids, made, value};

on_both!(a_record_is_made_read_changed_and_listed, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let company =
        made(&ana, "crm.company", json!({ "name": "Grünwald AG", "tags": ["key", "key", "vip"] })).await;
    assert_eq!(company["version"], 1);
    assert_eq!(company["owner"], json!(ana.user_id()));
    assert_eq!(company["fields"]["tags"], json!(["key", "vip"]));
    let path = format!("/records/crm.company/{}", company["id"].as_str().unwrap());
    let change = json!({ "version": 1, "fields": { "industry": "Tools", "tags": null } });
    let changed = value(ana.patch(&path, change).await, 200).await;
    assert_eq!(changed["record"]["fields"], json!({ "name": "Grünwald AG", "industry": "Tools" }));
    assert_eq!(value(ana.get(&path).await, 200).await, changed["record"]);
    // Without accents, from the beginning of a word.
    let found = value(ana.get("/records/crm.company?q=grunw&count=true").await, 200).await;
    assert_eq!((ids(&found), &found["count"]), (vec![company["id"].clone()], &json!(1)));
    assert_eq!(ids(&value(ana.get("/records/crm.company?q=wald").await, 200).await), Vec::<Value>::new());
});

on_both!(what_does_not_fit_a_type_is_told_field_by_field, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let business = Business::begin(&ana).await;
    let wrong = json!({ "fields": {
        "name": "Deal", "pipeline": business.pipeline, "stage": business.pipeline, "close_on": "soon",
        "value": { "minor": 1.5, "currency": "EUR" }, "colour": "red",
    } });
    let problem = value(ana.post("/records/crm.deal", wrong).await, 422).await;
    let paths: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|fault| fault["path"].clone()).collect();
    assert_eq!(paths, ["$.fields.close_on", "$.fields.colour", "$.fields.value"]);
    // A link to a record of another type leads nowhere.
    let wrong =
        json!({ "fields": { "name": "Deal", "pipeline": business.pipeline, "stage": business.pipeline } });
    let problem = value(ana.post("/records/crm.deal", wrong).await, 422).await;
    assert_eq!(problem["errors"][0]["message"], "Stage leads nowhere");
    let missing = value(ana.post("/records/crm.deal", json!({ "fields": {} })).await, 422).await;
    assert_eq!(missing["errors"].as_array().unwrap().len(), 3);
    assert_eq!(ana.post("/records/crm.boat", json!({ "fields": {} })).await.status(), 404);
});

on_both!(two_who_change_different_fields_are_both_right, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let deal = Business::begin(&ana).await.deal("Big one", 1_000).await;
    let path = format!("/records/crm.deal/{}", deal["id"].as_str().unwrap());
    let by_ana = json!({ "version": 1, "fields": { "close_on": "2026-12-01", "priority": "low" } });
    assert_eq!(value(ana.patch(&path, by_ana).await, 200).await["overwritten"], json!([]));
    let by_ben = json!({ "version": 1, "fields": { "notes": "Call them", "priority": "high" } });
    let answer = value(ben.patch(&path, by_ben).await, 200).await;
    let fields = &answer["record"]["fields"];
    assert_eq!(
        (&fields["close_on"], &fields["notes"], &fields["priority"]),
        (&json!("2026-12-01"), &json!("Call them"), &json!("high"))
    );
    let lost = &answer["overwritten"][0];
    assert_eq!(
        (&lost["field"], &lost["value"], &lost["by"]),
        (&json!("priority"), &json!("low"), &json!(ana.user_id()))
    );
    assert_eq!(answer["overwritten"].as_array().unwrap().len(), 1);
});

on_both!(a_request_that_is_sent_again_is_carried_out_once, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let key = Uuid::new_v4().to_string();
    let post = async || {
        let request = ana.request(reqwest::Method::POST, "/records/crm.company");
        let sent =
            request.header("idempotency-key", &key).json(&json!({ "fields": { "name": "Once" } })).send();
        value(sent.await.unwrap(), 201).await["record"]["id"].clone()
    };
    let (first, again) = (post().await, post().await);
    assert_eq!(first, again);
    assert_eq!(ids(&value(ana.get("/records/crm.company").await, 200).await), [first]);
});

on_both!(a_record_and_a_list_are_shown_as_they_were, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let one = made(&ana, "crm.company", json!({ "name": "One" })).await;
    let path = format!("/records/crm.company/{}", one["id"].as_str().unwrap());
    let at = one["updated_at"].as_str().unwrap();
    value(ana.patch(&path, json!({ "fields": { "name": "Two", "industry": "Tools" } })).await, 200).await;
    made(&ana, "crm.company", json!({ "name": "Three" })).await;
    value(ana.delete(&path).await, 200).await;
    let then = value(ana.get(&format!("{path}?as_of={at}")).await, 200).await;
    assert_eq!((&then["fields"], &then["version"]), (&json!({ "name": "One" }), &json!(1)));
    let then = value(ana.get(&format!("/records/crm.company?as_of={at}")).await, 200).await;
    assert_eq!(fields_of(&then, "name"), ["One"]);
    let now = value(ana.get("/records/crm.company").await, 200).await;
    assert_eq!(fields_of(&now, "name"), ["Three"]);
    let history = value(ana.get(&format!("{path}/history")).await, 200).await;
    let names: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|event| event["name"].clone()).collect();
    assert_eq!(names, ["deleted", "changed", "created"]);
    assert_eq!(history["items"][1]["changes"]["name"], json!({ "old": "One", "new": "Two" }));
});

on_both!(a_change_a_request_and_a_person_are_undone, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let one = made(&ana, "crm.company", json!({ "name": "One" })).await;
    let path = format!("/records/crm.company/{}", one["id"].as_str().unwrap());
    let since = one["updated_at"].clone();
    value(ben.patch(&path, json!({ "fields": { "name": "Ben's", "industry": "Tools" } })).await, 200).await;
    value(ana.patch(&path, json!({ "fields": { "industry": "Ships" } })).await, 200).await;
    made(&ben, "crm.company", json!({ "name": "Made by Ben" })).await;
    // Of someone else only an administrator undoes everything.
    let person = json!({ "person": { "user": ben.user_id(), "since": since } });
    assert_eq!(ana.post("/record-undo", person.clone()).await.status(), 403);
    let undone = value(acme.admin().await.post("/record-undo", person).await, 200).await;
    assert_eq!(
        undone["kept"],
        json!([{ "record": one["id"], "field": "industry", "why": "it was changed again" }])
    );
    let now = value(ana.get("/records/crm.company").await, 200).await;
    assert_eq!(fields_of(&now, "name"), ["One"]);
    assert_eq!(now["items"][0]["fields"]["industry"], "Ships");
    // An undoing is undone like anything else.
    value(acme.admin().await.post("/record-undo", json!({ "batch": undone["batch"] })).await, 200).await;
    let mut names = fields_of(&value(ana.get("/records/crm.company").await, 200).await, "name");
    names.sort();
    assert_eq!(names, ["Ben's", "Made by Ben"]);
});

on_both!(a_deletion_follows_the_links, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let business = Business::begin(&ana).await;
    let company = made(&ana, "crm.company", json!({ "name": "Acme" })).await;
    let deal = business.deal_with("Deal", json!({ "company": company["id"] })).await;
    let call = json!({ "subject": "Call", "sort": "call", "deal": deal["id"] });
    let call = made(&ana, "crm.activity", call).await;
    let at = |kind: &str, id: &Value| format!("/records/{kind}/{}", id.as_str().unwrap());
    // Deals need their stage.
    let refused = value(ana.delete(&at("crm.stage", &business.stages[0])).await, 409).await;
    assert_eq!(refused["detail"], "\"Deal\" is needed by another record");
    // A company may go: the deal stays without it.
    value(ana.delete(&at("crm.company", &company["id"])).await, 200).await;
    let now = value(ana.get(&at("crm.deal", &deal["id"])).await, 200).await;
    assert_eq!(now["fields"].get("company"), None);
    // What was done for a deal goes with it, and comes back with it.
    value(ana.delete(&at("crm.deal", &deal["id"])).await, 200).await;
    assert_eq!(ids(&value(ana.get("/records/crm.activity").await, 200).await), Vec::<Value>::new());
    let history = value(ana.get(&format!("{}/history", at("crm.deal", &deal["id"]))).await, 200).await;
    let batch = &history["items"][0]["batch"];
    value(ana.post("/record-undo", json!({ "batch": batch })).await, 200).await;
    assert_eq!(ids(&value(ana.get("/records/crm.activity").await, 200).await), [call["id"].clone()]);
});

on_both!(a_won_deal_begins_a_project_and_drafts_an_invoice, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let deal = Business::begin(&ana).await.deal("Big one", 125_000).await;
    let path = format!("/records/crm.deal/{}/commands", deal["id"].as_str().unwrap());
    let won = value(ana.post(&format!("{path}/win"), json!({})).await, 200).await;
    assert_eq!(won["record"]["state"], "won");
    assert_eq!(
        value(ana.post(&format!("{path}/lose"), json!({})).await, 409).await["detail"],
        "the deal is not open"
    );
    let projects = value(ana.get("/records/projects.project").await, 200).await;
    assert_eq!(fields_of(&projects, "name"), ["Big one"]);
    assert_eq!(projects["items"][0]["fields"]["deal"], deal["id"]);
    let invoices = value(ana.get("/records/finance.invoice").await, 200).await;
    assert_eq!(invoices["items"][0]["state"], "draft");
    assert_eq!(invoices["items"][0]["fields"]["net"], json!({ "minor": 125_000, "currency": "EUR" }));
    assert_eq!(invoices["items"][0]["owner"], json!(ana.user_id()));
});

on_both!(a_lead_becomes_a_person_a_company_and_a_deal_once, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let business = Business::begin(&ana).await;
    let known = made(&ana, "crm.company", json!({ "name": "Known Ltd" })).await;
    let lead = json!({ "name": "Eve", "company": "known ltd", "email": "eve@known.example" });
    let lead = made(&ana, "crm.lead", lead).await;
    let path = format!("/records/crm.lead/{}/commands/convert", lead["id"].as_str().unwrap());
    let answer = value(ana.post(&path, json!({ "stage": business.stages[0] })).await, 200).await;
    assert_eq!(answer["record"]["state"], "converted");
    let people = value(ana.get("/records/crm.person").await, 200).await;
    assert_eq!(people["items"][0]["fields"]["company"], known["id"]);
    let deals = value(ana.get("/records/crm.deal").await, 200).await;
    assert_eq!(deals["items"][0]["fields"]["person"], people["items"][0]["id"]);
    assert_eq!(
        value(ana.post(&path, json!({})).await, 409).await["detail"],
        "the lead was converted already"
    );
});

on_both!(people_see_and_change_what_their_policy_says, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let own = json!({ "read": "own", "create": true, "edit": "own", "hidden": ["revenue"], "read_only": ["industry"] });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", own).await.status(), 204);
    let revenue = json!({ "minor": 5, "currency": "EUR" });
    let secret = made(&admin, "crm.company", json!({ "name": "Boss'", "revenue": revenue })).await;
    let mine = made(&ana, "crm.company", json!({ "name": "Ana's" })).await;
    let path = |record: &Value| format!("/records/crm.company/{}", record["id"].as_str().unwrap());
    assert_eq!(fields_of(&value(ana.get("/records/crm.company").await, 200).await, "name"), ["Ana's"]);
    assert_eq!(ben.get(&path(&mine)).await.status(), 404);
    assert_eq!(ben.patch(&path(&mine), json!({ "fields": {} })).await.status(), 404);
    assert_eq!(ana.delete(&path(&mine)).await.status(), 403);
    let refused = value(
        ana.patch(&path(&mine), json!({ "fields": { "industry": "x", "revenue": revenue } })).await,
        422,
    )
    .await;
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2);
    // What one may not see cannot be found out by filters, orders, totals or links either.
    let filter = r#"{"field":"revenue","op":"greater","value":1}"#;
    assert_eq!(ana.get(&format!("/records/crm.company?filter={filter}")).await.status(), 422);
    assert_eq!(ana.get("/records/crm.company?sort=revenue").await.status(), 422);
    assert_eq!(ana.get("/records/crm.company/totals?sum=revenue").await.status(), 422);
    let link = json!({ "fields": { "name": "Eve", "company": secret["id"] } });
    assert_eq!(ana.post("/records/crm.person", link).await.status(), 422);
    // Given to someone, it is theirs.
    let given = json!({ "fields": { "revenue": revenue }, "owner": ana.user_id() });
    value(admin.patch(&path(&secret), given).await, 200).await;
    let seen = value(ana.get(&path(&secret)).await, 200).await;
    assert_eq!(seen["fields"], json!({ "name": "Boss'" }));
    let guest = acme.someone("guest", Role::TenantGuest).await;
    assert_eq!(guest.get("/records/crm.company").await.status(), 404);
    assert_eq!(value(guest.get("/records").await, 200).await["items"], json!([]));
});

on_both!(a_list_is_told_of_what_comes_goes_and_changes, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let business = Business::begin(&ana).await;
    let filter = r#"{"field":"value","op":"at_least","value":1000}"#;
    let list = value(ben.get(&format!("/records/crm.deal?live=true&filter={filter}")).await, 200).await;
    let topic = list["topic"].as_str().unwrap().to_owned();
    let mut live = Live::open(&server.address(), &ben).await;
    assert_eq!(live.subscribe(&topic, None).await["op"], "subscribed");
    business.deal("Small", 10).await;
    let big = business.deal("Big", 2_000).await;
    let put = live.event(&topic, "record.put").await;
    assert_eq!(put["data"]["record"], big);
    let path = format!("/records/crm.deal/{}", big["id"].as_str().unwrap());
    let less = json!({ "fields": { "value": { "minor": 5, "currency": "EUR" } } });
    value(ana.patch(&path, less).await, 200).await;
    assert_eq!(live.event(&topic, "record.gone").await["data"], json!({ "id": big["id"] }));
    // With other rights the list is another one.
    let own = json!({ "read": "own" });
    assert_eq!(acme.admin().await.put("/record-policies/crm.deal/role:tenant_user", own).await.status(), 204);
    assert_eq!(live.subscribe(&topic, None).await["op"], "refused");
});

on_both!(a_type_and_a_field_of_ones_own_are_there_at_once, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let boat = json!({ "label": "Boat", "plural": "Boats" });
    assert_eq!(ana.put("/record-kinds/own.boat", boat.clone()).await.status(), 403);
    assert_eq!(admin.put("/record-kinds/own.boat", boat).await.status(), 204);
    let length = json!({ "label": "Length", "type": "number", "scale": 2 });
    assert_eq!(admin.put("/record-kinds/own.boat/fields/length", length).await.status(), 204);
    let owner = json!({ "label": "Builder", "type": "link", "to": "crm.company" });
    assert_eq!(admin.put("/record-kinds/own.boat/fields/builder", owner).await.status(), 204);
    for (name, length) in [("Long", "12.5"), ("Short", "4"), ("Unknown", "")] {
        made(&ana, "own.boat", json!({ "title": name, "length": length })).await;
    }
    let listed = value(ana.get("/records/own.boat?sort=-length").await, 200).await;
    assert_eq!(fields_of(&listed, "title"), ["Long", "Short", "Unknown"]);
    let filter = r#"{"field":"length","op":"less","value":"5"}"#;
    let listed = value(ana.get(&format!("/records/own.boat?filter={filter}")).await, 200).await;
    assert_eq!(fields_of(&listed, "title"), ["Short"]);
    // A field on a type of the program; its options change, and the order with them.
    let rank = |values: [&str; 2]| {
        let options: Vec<_> = values.iter().map(|value| json!({ "value": value, "label": value })).collect();
        json!({ "label": "Rank", "type": "choice", "options": options })
    };
    assert_eq!(admin.put("/record-kinds/crm.company/fields/x_rank", rank(["a", "b"])).await.status(), 204);
    for value in ["a", "b"] {
        made(&ana, "crm.company", json!({ "name": value, "x_rank": value })).await;
    }
    let order =
        async || fields_of(&value(ana.get("/records/crm.company?sort=x_rank").await, 200).await, "name");
    assert_eq!(order().await, ["a", "b"]);
    assert_eq!(admin.put("/record-kinds/crm.company/fields/x_rank", rank(["b", "a"])).await.status(), 204);
    assert_eq!(order().await, ["b", "a"]);
    let other = json!({ "label": "Rank", "type": "text" });
    assert_eq!(admin.put("/record-kinds/crm.company/fields/x_rank", other.clone()).await.status(), 409);
    assert_eq!(admin.put("/record-kinds/crm.company/fields/rank", other).await.status(), 422);
});

on_both!(two_records_become_one_and_two_again, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let business = Business::begin(&ana).await;
    let one = made(&ana, "crm.company", json!({ "name": "Acme", "tags": ["a"] })).await;
    let two =
        made(&ana, "crm.company", json!({ "name": "ACME Inc", "phone": "+49 1", "tags": ["a", "b"] })).await;
    let deal = business.deal_with("Deal", json!({ "company": two["id"] })).await;
    let path = format!("/records/crm.company/{}", one["id"].as_str().unwrap());
    let merged = value(ana.post(&format!("{path}/merge"), json!({ "from": two["id"] })).await, 200).await;
    assert_eq!(merged["record"]["fields"], json!({ "name": "Acme", "phone": "+49 1", "tags": ["a", "b"] }));
    let at = format!("/records/crm.deal/{}", deal["id"].as_str().unwrap());
    assert_eq!(value(ana.get(&at).await, 200).await["fields"]["company"], one["id"]);
    let history = value(ana.get(&format!("{path}/history")).await, 200).await;
    value(ana.post("/record-undo", json!({ "batch": history["items"][0]["batch"] })).await, 200).await;
    assert_eq!(value(ana.get(&at).await, 200).await["fields"]["company"], two["id"]);
    assert_eq!(value(ana.get(&path).await, 200).await["fields"], one["fields"]);
    assert_eq!(ids(&value(ana.get("/records/crm.company").await, 200).await).len(), 2);
});

on_both!(a_module_that_is_switched_off_hides_its_records, |server| {
    let acme = server.tenant_with("acme", json!({ "crm": true, "projects": false })).await;
    let ana = acme.user("ana").await;
    assert_eq!(ana.get("/records/crm.company").await.status(), 200);
    assert_eq!(ana.get("/records/projects.task").await.status(), 404);
});

on_both!(totals_add_up_by_group_and_currency, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let business = Business::begin(&ana).await;
    for (name, minor, currency) in [("a", 100, "EUR"), ("b", 250, "EUR"), ("c", 7, "USD")] {
        business.deal_with(name, json!({ "value": { "minor": minor, "currency": currency } })).await;
    }
    business.deal_with("d", json!({ "stage": business.stages[1] })).await;
    let owners = value(ana.get("/records/crm.deal/totals?by=owner").await, 200).await;
    assert_eq!(owners["items"], json!([{ "key": ana.user_id(), "count": 4, "sum": null, "currency": null }]));
    let totals = value(ana.get("/records/crm.deal/totals?by=stage&sum=value").await, 200).await;
    let mut found: Vec<_> = totals["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (item["key"].clone(), item["currency"].clone(), item["count"].clone(), item["sum"].clone())
        })
        .collect();
    found.sort_by_key(|item| (item.0 != business.stages[0], item.1.to_string()));
    assert_eq!(
        found,
        [
            (business.stages[0].clone(), json!("EUR"), json!(2), json!(350)),
            (business.stages[0].clone(), json!("USD"), json!(1), json!(7)),
            (business.stages[1].clone(), json!(null), json!(1), json!(null)),
        ]
    );
});

on_both!(records_that_are_likely_the_same_are_found, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let one = made(&ana, "crm.person", json!({ "name": "Ana Müller", "email": "ANA@x.example" })).await;
    let two = made(&ana, "crm.person", json!({ "name": "A. M.", "email": "ana@x.example" })).await;
    let three = made(&ana, "crm.person", json!({ "name": "ana muller" })).await;
    made(&ana, "crm.person", json!({ "name": "Ben" })).await;
    let path = format!("/records/crm.person/{}/duplicates", one["id"].as_str().unwrap());
    assert_eq!(ids(&value(ana.get(&path).await, 200).await), [two["id"].clone(), three["id"].clone()]);
});

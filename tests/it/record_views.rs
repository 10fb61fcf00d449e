//! Views of lists: saved, shared, told to those who see them.

use serde_json::{Value, json};

use crate::harness::Client;
use crate::live::Live;
use crate::on_both;
use crate::records::world::value;

const COMPANIES: &str = "/record-kinds/crm.company/views";

async fn saved(client: &Client, name: &str, more: Value) -> Value {
    let mut new = json!({ "name": name, "look": { "layout": "table" } });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value(client.post(COMPANIES, new).await, 201).await
}

/// What someone sees: audience and name, in order.
async fn seen(client: &Client) -> Vec<String> {
    let list = value(client.get(COMPANIES).await, 200).await;
    let text =
        |view: &Value| format!("{}: {}", view["audience"].as_str().unwrap(), view["name"].as_str().unwrap());
    list["items"].as_array().unwrap().iter().map(text).collect()
}

fn path(view: &Value) -> String {
    format!("{COMPANIES}/{}", view["id"].as_str().unwrap())
}

async fn group(admin: &Client, name: &str, people: &[&Client]) -> Value {
    let made = value(admin.post("/groups", json!({ "name": name, "handle": name })).await, 201).await;
    let members: Vec<_> = people.iter().map(|one| json!({ "kind": "user", "id": one.user_id() })).collect();
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    value(admin.patch(&path, json!({ "members": members })).await, 200).await;
    made["id"].clone()
}

on_both!(a_view_is_seen_by_those_with_whom_it_is_shared, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve, admin) =
        (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await, acme.admin().await);
    let sales = group(&admin, "sales", &[&ana, &ben]).await;
    saved(&ana, "My own", json!({})).await;
    let of_team = saved(&ana, "Ours", json!({ "audience": "team", "team": sales })).await;
    let of_all = saved(&admin, "All", json!({ "audience": "everyone" })).await;
    assert_eq!(seen(&ana).await, ["me: My own", "team: Ours", "everyone: All"]);
    assert_eq!(seen(&ben).await, ["team: Ours", "everyone: All"]);
    assert_eq!(seen(&eve).await, ["everyone: All"]);

    // Everyone in a team changes what it shares; what everyone sees, administrators.
    let renamed =
        value(ben.patch(&path(&of_team), json!({ "version": 1, "name": "Ours too" })).await, 200).await;
    assert_eq!((&renamed["version"], &renamed["changed_by"]), (&json!(2), &json!(ben.user_id())));
    assert_eq!(ben.patch(&path(&of_all), json!({ "version": 1, "name": "Mine" })).await.status(), 403);
    assert_eq!(ben.delete(&path(&of_all)).await.status(), 403);
    assert_eq!(eve.patch(&path(&of_team), json!({ "version": 2, "name": "Mine" })).await.status(), 404);
    // Who has seen an older one overwrites nothing.
    assert_eq!(ana.patch(&path(&of_team), json!({ "version": 1, "name": "Lost" })).await.status(), 409);
    // Nobody shares with a group that they are not in, nor with everyone without the right.
    let look = json!({ "layout": "table" });
    let refused = json!({ "name": "Theirs", "audience": "team", "team": sales, "look": look });
    assert_eq!(eve.post(COMPANIES, refused).await.status(), 422);
    let refused = json!({ "name": "For all", "audience": "everyone", "look": look });
    assert_eq!(eve.post(COMPANIES, refused).await.status(), 403);
    assert_eq!(ana.delete(&path(&of_team)).await.status(), 204);
    assert_eq!(seen(&ben).await, ["everyone: All"]);
});

on_both!(views_keep_their_order_and_one_of_them_opens_the_list, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let mut views = Vec::new();
    for name in ["One", "Two", "Three"] {
        views.push(saved(&ana, name, json!({})).await);
    }
    value(ana.patch(&path(&views[2]), json!({ "version": 1, "place": 0 })).await, 200).await;
    assert_eq!(seen(&ana).await, ["me: Three", "me: One", "me: Two"]);
    for (view, version) in [(&views[0], 1), (&views[1], 1)] {
        value(ana.patch(&path(view), json!({ "version": version, "opens": true })).await, 200).await;
    }
    let list = value(ana.get(COMPANIES).await, 200).await;
    let opens: Vec<_> = list["items"].as_array().unwrap().iter().map(|view| view["opens"].clone()).collect();
    assert_eq!(opens, [false, false, true]);
});

on_both!(a_view_that_does_not_fit_its_type_is_refused, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let refused = async |look: Value| {
        let new = json!({ "name": "Wrong", "look": look });
        value(ana.post(COMPANIES, new).await, 422).await["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        refused(json!({ "layout": "table", "columns": ["colour"] })).await,
        "there is no field colour"
    );
    let filter = json!({ "field": "colour", "op": "is", "value": "red" });
    assert!(refused(json!({ "layout": "table", "filter": filter })).await.contains("colour"));
    refused(json!({ "layout": "table", "sort": ["notes"] })).await;
    refused(json!({ "layout": "table", "group": "notes" })).await;
    refused(json!({ "layout": "table", "sums": ["name"] })).await;
    assert_eq!(
        ana.post(COMPANIES, json!({ "name": " ", "look": { "layout": "table" } })).await.status(),
        422
    );
    let words: Vec<_> = (0..150).map(|number| format!("{number:0>180}")).collect();
    let filter = json!({ "field": "name", "op": "in", "value": words });
    let long = refused(json!({ "layout": "table", "filter": filter })).await;
    assert_eq!(long, "what is saved has at most 16384 bytes");

    // What is hidden from someone later is left out for them, and the view goes on to work.
    let filter = json!({ "all": [
        { "field": "revenue", "op": "greater", "value": 100 }, { "field": "name", "op": "contains", "value": "a" },
    ] });
    let look = json!({ "layout": "cards", "columns": ["name", "revenue"], "filter": filter, "sort": ["-revenue"],
        "sums": ["revenue"], "group": "industry", "search": "gr" });
    let view = saved(&ana, "Large", json!({ "look": look })).await;
    assert_eq!(view["look"], look);
    let hide = json!({ "read": "all", "hidden": ["revenue"] });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", hide).await.status(), 204);
    let list = value(ana.get(COMPANIES).await, 200).await;
    let (found, lost) = (&list["items"][0]["look"], &list["items"][0]["lost"]);
    assert_eq!(lost, &json!(["revenue"]));
    assert_eq!(
        (&found["columns"], &found["filter"], &found["sort"], &found["sums"]),
        (
            &json!(["name"]),
            &json!({ "all": [{ "field": "name", "op": "contains", "value": "a" }] }),
            &json!([]),
            &json!([])
        )
    );
});

on_both!(a_change_of_a_view_is_told_to_those_who_see_it, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve, admin) =
        (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await, acme.admin().await);
    let sales = group(&admin, "sales", &[&ana, &ben]).await;
    let mut of_ben = Live::open(&server.address(), &ben).await;
    let mut of_eve = Live::open(&server.address(), &eve).await;
    let view = saved(&ana, "Ours", json!({ "audience": "team", "team": sales })).await;
    assert_eq!(of_ben.event("me", "record.saved").await["data"], json!({ "kind": "crm.company" }));
    // Shared with nobody any more, it is told to those who lose it.
    value(ana.patch(&path(&view), json!({ "version": 1, "audience": "me" })).await, 200).await;
    of_ben.event("me", "record.saved").await;
    assert_eq!(seen(&ben).await, Vec::<String>::new());
    // Eve has heard of neither: the first that she hears is what everyone sees.
    saved(&admin, "All", json!({ "audience": "everyone" })).await;
    of_eve.event("me", "record.saved").await;
    assert_eq!(seen(&eve).await, ["everyone: All"]);
    of_ben.event("me", "record.saved").await;
});

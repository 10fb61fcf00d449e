//! Dashboards of charts over records.

use serde_json::{Value, json};

use crate::live::Live;
use crate::on_both;
use crate::records::world::value;

const PATH: &str = "/record-dashboards";

fn chart(more: Value) -> Value {
    let mut chart = json!({ "title": "Sizes", "form": "bar", "kind": "crm.company", "by": "size" });
    chart.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    chart
}

on_both!(a_dashboard_shows_each_reader_the_charts_that_they_may_see, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let mut live = Live::open(&server.address(), &ana).await;
    let open = json!({ "field": "state", "op": "is", "value": "open" });
    let charts = json!([
        chart(json!({})),
        chart(json!({ "title": "Revenue", "form": "number", "by": null, "sum": "revenue", "width": 2 })),
        chart(
            json!({ "title": "Closing", "form": "line", "kind": "crm.deal", "by": "close_on", "filter": open })
        ),
    ]);
    let new = json!({ "name": "Sales", "audience": "everyone", "charts": charts });
    assert_eq!(ana.post(PATH, new.clone()).await.status(), 403);
    let made = value(admin.post(PATH, new).await, 201).await;
    assert_eq!(live.event("me", "record.saved").await["data"], json!({ "kind": "dashboards" }));
    let seen = value(ana.get(PATH).await, 200).await["items"][0].clone();
    assert_eq!((seen["charts"].as_array().unwrap().len(), &seen["may_change"]), (3, &json!(false)));
    assert_eq!(seen["charts"][1]["width"], 2);
    // What is hidden from someone is no chart of theirs.
    let hide = json!({ "read": "all", "hidden": ["revenue"] });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", hide).await.status(), 204);
    assert_eq!(admin.put("/record-policies/crm.deal/role:tenant_user", json!({})).await.status(), 204);
    let seen = value(ana.get(PATH).await, 200).await["items"][0].clone();
    let titles: Vec<_> =
        seen["charts"].as_array().unwrap().iter().map(|chart| chart["title"].clone()).collect();
    assert_eq!((titles, &seen["lost"]), (vec![json!("Sizes")], &json!(2)));
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    assert_eq!(ana.patch(&path, json!({ "version": 1, "charts": [] })).await.status(), 403);
    let changed = json!({ "version": 1, "name": "Sales of the year", "charts": [chart(json!({}))] });
    assert_eq!(value(admin.patch(&path, changed.clone()).await, 200).await["version"], 2);
    assert_eq!(admin.patch(&path, changed).await.status(), 409);
    assert_eq!(admin.delete(&path).await.status(), 204);
    assert_eq!(value(ana.get(PATH).await, 200).await["items"], json!([]));
});

on_both!(who_does_not_see_all_charts_of_a_team_changes_none, |server| {
    let acme = server.tenant("acme").await;
    let (ana, admin) = (acme.user("ana").await, acme.admin().await);
    let group = value(admin.post("/groups", json!({ "name": "Sales", "handle": "sales" })).await, 201).await;
    let group = group["id"].as_str().unwrap();
    let members: Vec<_> =
        [&ana, &admin].iter().map(|one| json!({ "kind": "user", "id": one.user_id() })).collect();
    value(admin.patch(&format!("/groups/{group}"), json!({ "members": members })).await, 200).await;
    let charts = json!([chart(json!({ "form": "number", "by": null, "sum": "revenue" }))]);
    let new = json!({ "name": "Ours", "audience": "team", "team": group, "charts": charts });
    let made = value(admin.post(PATH, new).await, 201).await;
    let hide = json!({ "read": "all", "hidden": ["revenue"] });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", hide).await.status(), 204);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    assert_eq!(ana.patch(&path, json!({ "version": 1, "charts": [] })).await.status(), 403);
    assert_eq!(value(ana.get(PATH).await, 200).await["items"][0]["may_change"], false);
});

on_both!(a_chart_that_does_not_fit_is_refused, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let refused = async |more: Value| {
        let new = json!({ "name": "Wrong", "audience": "me", "charts": [chart(more.clone())] });
        assert_eq!(ana.post(PATH, new).await.status(), 422, "{more}");
    };
    refused(json!({ "kind": "crm.boat" })).await;
    refused(json!({ "title": " " })).await;
    refused(json!({ "width": 4 })).await;
    refused(json!({ "by": "notes" })).await;
    refused(json!({ "by": null })).await;
    refused(json!({ "form": "number" })).await;
    refused(json!({ "form": "line" })).await;
    refused(json!({ "sum": "name" })).await;
    refused(json!({ "filter": { "field": "colour", "op": "is", "value": "red" } })).await;
    let many: Vec<_> = (0..25).map(|_| chart(json!({}))).collect();
    let new = json!({ "name": "Many", "audience": "me", "charts": many });
    assert_eq!(ana.post(PATH, new).await.status(), 422);
});

//! What is said about a record, and who hears of it.

use serde_json::json;

use crate::harness::Client;
use crate::live::Live;
use crate::on_both;

use super::world::{made, value};

on_both!(a_comment_reaches_those_who_follow_and_may_see, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve) = (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await);
    let company = made(&ana, "crm.company", json!({ "name": "Acme" })).await;
    let path = format!("/records/crm.company/{}", company["id"].as_str().unwrap());
    assert_eq!(eve.put(&format!("{path}/follow"), json!({})).await.status(), 204);
    let topic = format!("record:{}", company["id"].as_str().unwrap());
    let mut live = Live::open(&server.address(), &eve).await;
    live.subscribe(&topic, None).await;
    let said = json!({ "body": "Call them", "mentions": [ana.user_id()] });
    let comment = value(ben.post(&format!("{path}/comments"), said).await, 201).await;
    live.next(|heard| heard["kind"] == "record.commented" && heard["topic"] == topic.as_str()).await;
    let inbox = async |client: &Client| {
        let list = value(client.get("/notifications").await, 200).await;
        list["items"].as_array().unwrap().iter().map(|item| item["kind"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((inbox(&ana).await, inbox(&eve).await), (vec![json!("mention")], vec![json!("comment")]));
    // The author follows from now on, and answers reach them.
    value(ana.post(&format!("{path}/comments"), json!({ "body": "Done" })).await, 201).await;
    assert_eq!(inbox(&ben).await, ["comment"]);
    let at = format!("{path}/comments/{}", comment["id"].as_str().unwrap());
    assert_eq!(ana.patch(&at, json!({ "body": "No" })).await.status(), 403);
    assert_eq!(ben.patch(&at, json!({ "body": "Call them today" })).await.status(), 204);
    let all = value(eve.get(&format!("{path}/comments")).await, 200).await;
    let bodies: Vec<_> = all["items"].as_array().unwrap().iter().map(|one| one["body"].clone()).collect();
    assert_eq!(bodies, ["Done", "Call them today"]);
    // Who may see it no more is told nothing more.
    let own = json!({ "read": "own" });
    assert_eq!(
        acme.admin().await.put("/record-policies/crm.company/role:tenant_user", own).await.status(),
        204
    );
    value(
        ana.post(&format!("{path}/comments"), json!({ "body": "Secret", "mentions": [eve.user_id()] })).await,
        201,
    )
    .await;
    assert_eq!(inbox(&eve).await, ["comment", "comment"]);
});

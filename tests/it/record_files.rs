//! Files of records: added, given back, taken away, undone.

use serde_json::{Value, json};

use crate::harness::Client;
use crate::live::Live;
use crate::on_both;
use crate::records::world::{made, value};

/// A picture of one pixel.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

async fn company(client: &Client, name: &str) -> String {
    let made = made(client, "crm.company", json!({ "name": name })).await;
    format!("/records/crm.company/{}", made["id"].as_str().unwrap())
}

async fn added(client: &Client, record: &str, name: &str, bytes: &[u8]) -> Value {
    let path = format!("{record}/files?name={name}");
    value(client.upload(&path, "image/gif", bytes.to_vec()).await, 201).await
}

async fn names(client: &Client, record: &str) -> Vec<String> {
    let list = value(client.get(&format!("{record}/files")).await, 200).await;
    let name = |file: &Value| file["name"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(name).collect()
}

async fn history(client: &Client, record: &str) -> Vec<Value> {
    let page = value(client.get(&format!("{record}/history")).await, 200).await;
    page["items"].as_array().unwrap().clone()
}

on_both!(a_file_of_a_record_is_added_shown_and_taken_away_with_an_undo, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let record = company(&ana, "One").await;
    let mut live = Live::open(&server.address(), &ben).await;
    let topic = format!("record:{}", record.rsplit('/').next().unwrap());
    assert_eq!(live.subscribe(&topic, None).await["op"], "subscribed");
    let file = added(&ana, &record, "dot.gif", DOT).await;
    assert_eq!(
        (&file["size"], &file["width"], &file["height"], &file["added_by"]),
        (&json!(DOT.len()), &json!(1), &json!(1), &json!(ana.user_id()))
    );
    assert_eq!(live.event(&topic, "record.changed").await["data"]["fields"], json!(["file"]));
    let path = format!("{record}/files/{}", file["id"].as_str().unwrap());
    let answer = ben.get(&path).await;
    assert_eq!(answer.headers()["content-type"], "image/gif");
    assert_eq!(answer.bytes().await.unwrap(), DOT);
    // The record is the same as before; its history tells of the file.
    let events = history(&ben, &record).await;
    assert_eq!((&events[0]["name"], &events[0]["version"]), (&json!("file_added"), &json!(1)));
    assert_eq!(events[0]["changes"]["file"]["new"]["name"], "dot.gif");

    assert_eq!(ben.delete(&path).await.status(), 204);
    assert_eq!((names(&ana, &record).await.len(), ana.get(&path).await.status().as_u16()), (0, 404));
    assert_eq!(ben.delete(&path).await.status(), 404);
    let removed = history(&ben, &record).await[0]["seq"].clone();
    value(ana.post("/record-undo", json!({ "event": removed })).await, 200).await;
    assert_eq!(names(&ana, &record).await, ["dot.gif"]);
    assert_eq!(ana.get(&path).await.status(), 200);
    // That it came is undone as well; undone twice, nothing happens.
    for _ in 0..2 {
        value(ana.post("/record-undo", json!({ "event": events[0]["seq"] })).await, 200).await;
        assert_eq!(names(&ana, &record).await, Vec::<String>::new());
    }
});

on_both!(a_file_that_is_sent_again_is_added_once, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let record = company(&ana, "One").await;
    let key = uuid::Uuid::new_v4().to_string();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let request = ana.request(reqwest::Method::POST, &format!("{record}/files?name=a.txt"));
        let request = request.header("idempotency-key", &key).header("content-type", "text/plain");
        ids.push(value(request.body("text").send().await.unwrap(), 201).await["id"].clone());
    }
    assert_eq!(ids, [json!(key), json!(key)]);
    assert_eq!(names(&ana, &record).await, ["a.txt"]);
});

on_both!(files_keep_within_their_limits_and_rights, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, admin) = (acme.user("ana").await, acme.user("ben").await, acme.admin().await);
    let record = company(&ana, "One").await;
    let other = company(&ana, "Two").await;
    let file = added(&ana, &record, "a.gif", DOT).await;
    let id = file["id"].as_str().unwrap();
    assert_eq!(ana.get(&format!("{other}/files/{id}")).await.status(), 404);
    assert_eq!(ana.delete(&format!("{other}/files/{id}")).await.status(), 404);
    let read = json!({ "read": "all" });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", read).await.status(), 204);
    assert_eq!(ben.upload(&format!("{record}/files"), "image/gif", DOT.to_vec()).await.status(), 403);
    assert_eq!(ben.delete(&format!("{record}/files/{id}")).await.status(), 403);
    assert_eq!(ben.get(&format!("{record}/files/{id}")).await.status(), 200);
    let nothing = json!({ "read": "own" });
    assert_eq!(admin.put("/record-policies/crm.company/role:tenant_user", nothing).await.status(), 204);
    assert_eq!(ben.get(&format!("{record}/files/{id}")).await.status(), 404);
    assert_eq!(ben.get(&format!("{record}/files")).await.status(), 404);
    assert_eq!(admin.upload(&format!("{record}/files"), "image/gif", Vec::new()).await.status(), 422);
    let large = vec![0; (25 << 20) + 1];
    assert_eq!(admin.upload(&format!("{record}/files"), "image/gif", large).await.status(), 413);
    for number in 1..200 {
        added(&admin, &record, &format!("{number}.gif"), DOT).await;
    }
    assert_eq!(admin.upload(&format!("{record}/files"), "image/gif", DOT.to_vec()).await.status(), 422);
    assert_eq!(admin.delete(&record).await.status(), 200);
    assert_eq!(admin.upload(&format!("{record}/files"), "image/gif", DOT.to_vec()).await.status(), 409);
});

on_both!(a_record_that_takes_another_in_gets_its_files, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let (into, from) = (company(&ana, "One").await, company(&ana, "Uno").await);
    added(&ana, &from, "contract.gif", DOT).await;
    let from_id = from.rsplit('/').next().unwrap();
    let key = uuid::Uuid::new_v4().to_string();
    let request = ana.request(reqwest::Method::POST, &format!("{into}/merge"));
    let merge = request.header("idempotency-key", &key).json(&json!({ "from": from_id }));
    value(merge.send().await.unwrap(), 200).await;
    assert_eq!(names(&ana, &into).await, ["contract.gif"]);
    value(ana.post("/record-undo", json!({ "batch": key })).await, 200).await;
    assert_eq!((names(&ana, &into).await.len(), names(&ana, &from).await.len()), (0, 1));
});

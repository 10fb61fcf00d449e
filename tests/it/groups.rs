//! Groups of people, nested, and guests.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Client, TestTenant, password};
use crate::on_both;
use kontor::ids::GroupId;
use kontor::office::identity::groups::people_of;
use kontor::scope::{Role, Scope};

async fn value(answer: Response, status: u16) -> Value {
    assert_eq!(answer.status().as_u16(), status, "{}", answer.url());
    answer.json().await.unwrap()
}

async fn group(admin: &Client, handle: &str, members: Value) -> String {
    let new = json!({ "name": handle, "handle": handle, "members": members });
    value(admin.post("/groups", new).await, 201).await["id"].as_str().unwrap().to_owned()
}

async fn names(client: &Client, group: &str) -> Vec<String> {
    let people = value(client.get(&format!("/groups/{group}/people")).await, 200).await;
    let name = |person: &Value| person["name"].as_str().unwrap().to_owned();
    people["items"].as_array().unwrap().iter().map(name).collect()
}

async fn user(acme: &TestTenant<'_>, name: &str) -> Value {
    json!({ "kind": "user", "id": acme.user(name).await.user_id() })
}

fn inner(id: &str) -> Value {
    json!({ "kind": "group", "id": id })
}

on_both!(a_group_holds_its_people_and_those_of_the_groups_in_it, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    let (one, two, three) = (user(&acme, "ana").await, user(&acme, "ben").await, user(&acme, "eve").await);
    let north = group(&admin, "sales.north", json!([one, two])).await;
    let south = group(&admin, "sales.south", json!([two, three])).await;
    let sales = group(&admin, "sales", json!([inner(&north), inner(&south), one])).await;
    assert_eq!(names(&ana, &sales).await, ["ana", "ben", "eve"]);

    let list = value(ana.get("/groups").await, 200).await;
    let handles: Vec<_> = list["items"].as_array().unwrap().iter().map(|group| &group["handle"]).collect();
    assert_eq!(handles, ["sales", "sales.north", "sales.south"]);
    assert_eq!(list["items"][0]["members"].as_array().unwrap().len(), 3);
    assert_eq!(list["next_cursor"], Value::Null);

    // Someone who cannot sign in is not addressed.
    let path = format!("/people/{}", acme.user("eve").await.user_id());
    value(admin.patch(&path, json!({ "status": "suspended" })).await, 200).await;
    assert_eq!(names(&ana, &sales).await, ["ana", "ben"]);
    let mut tx = server.app().store.read(&Scope::system(acme.id())).await.unwrap();
    let id: GroupId = sales.parse().unwrap();
    assert_eq!(people_of(&mut tx, id).await.unwrap().len(), 2);
    drop(tx);

    // A deleted group leaves those that it was in.
    assert_eq!(admin.delete(&format!("/groups/{north}")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(names(&ana, &sales).await, ["ana", "ben"]);
    let changed = value(admin.patch(&format!("/groups/{sales}"), json!({ "members": [] })).await, 200).await;
    assert_eq!(changed["members"], json!([]));
    assert!(names(&ana, &sales).await.is_empty());
});

on_both!(a_group_is_never_inside_of_itself_and_its_handle_is_its_own, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    let first = group(&admin, "first", json!([])).await;
    let second = group(&admin, "second", json!([inner(&first)])).await;
    let path = format!("/groups/{first}");
    let problem = value(admin.patch(&path, json!({ "members": [inner(&second)] })).await, 409).await;
    assert_eq!(problem["code"], "group_cycle");
    let problem = value(admin.patch(&path, json!({ "handle": "Second" })).await, 409).await;
    assert_eq!(problem["code"], "handle_taken");
    let problem = value(admin.post("/groups", json!({ "name": "x", "handle": "first" })).await, 409).await;
    assert_eq!(problem["code"], "handle_taken");
    // Its own handle is no obstacle.
    value(admin.patch(&path, json!({ "handle": "first", "name": "The first" })).await, 200).await;
    let nobody = json!([{ "kind": "user", "id": uuid::Uuid::new_v4() }]);
    let problem = value(admin.patch(&path, json!({ "members": nobody })).await, 422).await;
    assert_eq!(problem["errors"][0]["path"], "$.members");
});

on_both!(two_changes_at_once_close_no_cycle, |server| {
    let acme = server.tenant("acme").await;
    let admin = acme.admin().await;
    for round in 0..5 {
        let one = group(&admin, &format!("one-{round}"), json!([])).await;
        let two = group(&admin, &format!("two-{round}"), json!([])).await;
        let (a, b) = (format!("/groups/{one}"), format!("/groups/{two}"));
        let (a, b) = futures::join!(
            admin.patch(&a, json!({ "members": [inner(&two)] })),
            admin.patch(&b, json!({ "members": [inner(&one)] }))
        );
        let mut statuses = [a.status().as_u16(), b.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
});

on_both!(a_guest_sees_only_what_they_are_added_to, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    let new = json!({ "email": "gil@guest.example", "name": "Gil", "role": "tenant_guest",
        "password": password("gil") });
    value(admin.post("/people", new).await, 201).await;
    let signed_in = json!({ "email": "gil@guest.example", "password": password("gil") });
    let signed_in = value(server.nobody().post("/auth/sign-in", signed_in).await, 200).await;
    assert_eq!(signed_in["user"]["role"], "tenant_guest");
    let gil = server.holder(signed_in["token"].as_str().unwrap());
    let session = value(gil.get("/auth/session").await, 200).await;
    assert_eq!(session["permissions"], json!([]));
    for path in ["/people", "/groups"] {
        assert_eq!(gil.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(gil.post("/documents", json!({ "title": "Mine" })).await.status(), StatusCode::FORBIDDEN);
    let document = value(ana.post("/documents", json!({ "title": "Plan" })).await, 201).await;
    let path = format!("/documents/{}", document["id"].as_str().unwrap());
    assert_eq!(gil.get(&path).await.status(), StatusCode::NOT_FOUND);
    let grant = format!("{path}/grants/{}", signed_in["user"]["id"].as_str().unwrap());
    value(ana.put(&grant, json!({ "right": "edit" })).await, 200).await;
    assert_eq!(value(gil.get(&path).await, 200).await["right"], "edit");
});

on_both!(guests_are_no_administrators, |server| {
    let acme = server.tenant("acme").await;
    acme.someone("gil", Role::TenantGuest).await;
    let admin = acme.admin().await;
    let path = format!("/people/{}", admin.user_id());
    let problem = value(admin.patch(&path, json!({ "role": "tenant_guest" })).await, 409).await;
    assert_eq!(problem["code"], "last_administrator");
});

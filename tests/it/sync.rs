//! What a sync connection can rely on: its first answer is whole, and it ends with its session.

use std::sync::Arc;

use actix::Actor as _;
use kontor::actors::{Event, Published};
use kontor::ids::DocumentId;
use kontor::office::documents::watch::RightsWatch;
use kontor::scope::Scope;
use kontor::store::{Args, Val};
use reqwest::StatusCode;
use serde_json::{Value, json};
use yrs::Doc;

use crate::harness::{Client, TestServer, TestTenant, password};
use crate::on_both;
use crate::peer::{Peer, Refusal};

async fn new_document(client: &Client) -> DocumentId {
    let made = client.post("/documents", json!({ "title": "Plan" })).await;
    made.json::<Value>().await.unwrap()["id"].as_str().unwrap().parse().unwrap()
}

async fn open(server: &TestServer, client: &Client, id: DocumentId) -> Peer {
    let mut peer = Peer::open(&server.address(), id, client.token()).await;
    peer.wait_synced().await;
    peer
}

/// Someone known, signed in once more.
async fn again(server: &TestServer, tenant: &TestTenant<'_>, name: &str) -> Client {
    let credentials = json!({ "email": tenant.email(name), "password": password(name) });
    let answer = server.nobody().post("/auth/sign-in", credentials).await;
    server.holder(answer.json::<Value>().await.unwrap()["token"].as_str().unwrap())
}

async fn ticket(client: &Client, id: DocumentId) -> String {
    let issued = client.post(&format!("/documents/{id}/ticket"), json!({})).await;
    format!("?ticket={}", issued.json::<Value>().await.unwrap()["ticket"].as_str().unwrap())
}

on_both!(signing_out_ends_the_connections_of_that_session_and_no_others, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let id = new_document(&ana).await;
    let elsewhere = again(&server, &acme, "ana").await;
    let unused = ticket(&elsewhere, id).await;
    let by_ticket = ticket(&elsewhere, id).await;
    let (mut here, mut there) = (open(&server, &ana, id).await, open(&server, &elsewhere, id).await);
    let by_ticket = Peer::open_with(&server.address(), id, None, &by_ticket, Doc::new()).await;
    assert_eq!(elsewhere.post("/auth/sign-out", json!({})).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(there.closed().await, 4401);
    assert_eq!(by_ticket.unwrap().closed().await, 4401);
    here.write("still here").await;
    here.wait_saved().await;
    let late = Peer::open_with(&server.address(), id, None, &unused, Doc::new()).await;
    assert!(matches!(late, Err(Refusal::Http(response)) if response.status() == StatusCode::UNAUTHORIZED));
});

on_both!(another_password_ends_the_connections_of_the_other_sessions, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let id = new_document(&ana).await;
    let elsewhere = again(&server, &acme, "ana").await;
    let (mut here, mut there) = (open(&server, &ana, id).await, open(&server, &elsewhere, id).await);
    let change = json!({ "current": password("ana"), "new": "another password of ana" });
    assert_eq!(ana.post("/auth/password", change).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(there.closed().await, 4401);
    here.write("still here").await;
    here.wait_saved().await;
});

on_both!(a_watch_that_missed_events_asks_the_store_about_everyone, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let id = new_document(&ana).await;
    let grant = format!("/documents/{id}/grants/{}", ben.user_id());
    ana.put(&grant, json!({ "right": "edit" })).await;
    let (mut a, mut b) = (open(&server, &ana, id).await, open(&server, &ben, id).await);
    // Without an event: what the watch would have heard of is among what it missed.
    let mut tx = server.app().store.begin(&Scope::system(acme.id())).await.unwrap();
    let values = [acme.id().0, id.0, ben.user_id().0].map(|id| Val::Uuid(Some(id)));
    let sql = "DELETE FROM grants WHERE tenant_id = $1 AND object_id = $2 AND user_id = $3";
    assert_eq!(tx.execute(sql, Args(values.to_vec())).await.unwrap(), 1);
    tx.commit().await.unwrap();

    let watch = RightsWatch::new(&server.app().tenants.wake(acme.id()).await.unwrap()).start();
    let event = Event {
        tenant: acme.id(),
        entity: uuid::Uuid::new_v4(),
        seq: 1,
        kind: "test.unrelated".into(),
        data: json!({}),
        at: Default::default(),
    };
    watch.send(Published(Arc::new(event), 7)).await.unwrap();
    assert_eq!(b.closed().await, 4403);
    a.write("still here").await;
    a.wait_saved().await;
    watch.send(kontor::actors::Shutdown).await.unwrap();
});

/// Writes, lets the document forget all but its log, and compares what a newcomer has at step 2.
async fn is_whole_at_step_2(server: &TestServer, ana: &Client, edits: usize, each: &str) {
    let id = new_document(ana).await;
    let mut writer = open(server, ana, id).await;
    for _ in 0..edits {
        writer.write(each).await;
    }
    writer.wait_saved().await;
    // In another batch, so that it is behind the snapshot if there is one by now.
    for _ in 0..3 {
        writer.write("tail ").await;
        writer.wait_saved().await;
    }
    let expected = writer.text();
    drop(writer);
    server.crash_document("acme", id).await;
    assert_eq!(open(server, ana, id).await.text(), expected);
}

on_both!(step_2_holds_what_was_written_after_the_snapshot, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    is_whole_at_step_2(&server, &ana, 5, "few ").await;
    // Enough to be folded while it is written, and to be large.
    is_whole_at_step_2(&server, &ana, 2_100, "a rather long word, so that it grows ").await;
});

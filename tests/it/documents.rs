//! Documents over real sockets: people write together, and nothing is lost.

use kontor::ids::DocumentId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use yrs::Doc;

use crate::harness::{Client, TestServer};
use crate::on_both;
use crate::peer::{Peer, Refusal};

async fn new_document(client: &Client) -> DocumentId {
    let made = client.post("/documents", json!({ "title": "Plan" })).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    made.json::<Value>().await.unwrap()["id"].as_str().unwrap().parse().unwrap()
}

async fn share(client: &Client, id: DocumentId, with: &Client, right: &str) {
    let path = format!("/documents/{id}/grants/{}", with.user_id());
    assert_eq!(client.put(&path, json!({ "right": right })).await.status(), StatusCode::OK);
}

/// Two people of one tenant and a document that both may edit.
async fn pair(server: &TestServer) -> (Client, Client, DocumentId) {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let id = new_document(&ana).await;
    share(&ana, id, &ben, "edit").await;
    (ana, ben, id)
}

async fn open(server: &TestServer, client: &Client, id: DocumentId) -> Peer {
    let mut peer = Peer::open(&server.address(), id, client.token()).await;
    peer.wait_synced().await;
    peer
}

on_both!(two_people_see_what_each_other_writes, |server| {
    let (ana, ben, id) = pair(&server).await;
    let (mut a, mut b) = (open(&server, &ana, id).await, open(&server, &ben, id).await);
    a.write("hello ").await;
    b.wait_for_text("hello ").await;
    b.write("world").await;
    a.wait_for_text("world").await;
    a.wait_saved().await;
    b.wait_saved().await;
    assert_eq!(a.text(), b.text());
});

on_both!(what_is_saved_is_there_after_the_document_left_memory, |server| {
    let (ana, _, id) = pair(&server).await;
    let mut a = open(&server, &ana, id).await;
    for letter in "kept letter by letter".chars() {
        a.write(&letter.to_string()).await;
    }
    a.wait_saved().await;
    drop(a);
    server.passivate_all().await;
    assert_eq!(open(&server, &ana, id).await.text(), "kept letter by letter");
});

on_both!(offline_edits_merge_when_the_writer_comes_back, |server| {
    let (ana, ben, id) = pair(&server).await;
    let mut b = open(&server, &ben, id).await;
    let mut offline = open(&server, &ana, id).await;
    offline.write("online ").await;
    b.wait_for_text("online").await;
    let copy = offline.doc.clone();
    drop(offline);
    b.write("meanwhile ").await;
    let mut back = Peer::open_with(&server.address(), id, Some(ana.token()), "?acks=1", copy).await.unwrap();
    back.write_offline("offline ");
    back.wait_for_text("meanwhile").await;
    back.wait_saved().await;
    b.wait_for_text("offline").await;
});

on_both!(a_view_only_session_reads_and_cannot_write, |server| {
    let (ana, ben, id) = pair(&server).await;
    share(&ana, id, &ben, "view").await;
    let (mut a, mut b) = (open(&server, &ana, id).await, open(&server, &ben, id).await);
    b.write("forbidden").await;
    b.wait("the refusal", |peer| peer.denied).await;
    a.write("allowed").await;
    b.wait_for_text("allowed").await;
    a.wait_saved().await;
    assert_eq!(open(&server, &ana, id).await.text(), "allowed");
});

on_both!(a_revoked_right_ends_the_connection, |server| {
    let (ana, ben, id) = pair(&server).await;
    let mut b = open(&server, &ben, id).await;
    let path = format!("/documents/{id}/grants/{}", ben.user_id());
    assert_eq!(ana.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(b.closed().await, 4403);
    let refused = Peer::open_with(&server.address(), id, Some(ben.token()), "", Doc::new()).await;
    assert_eq!(status(refused), 404);
});

on_both!(a_downgraded_right_ends_the_writing_only, |server| {
    let (ana, ben, id) = pair(&server).await;
    let mut b = open(&server, &ben, id).await;
    share(&ana, id, &ben, "view").await;
    let mut a = open(&server, &ana, id).await;
    // The change travels through the outbox: write until it has arrived.
    for _ in 0..200 {
        if b.denied {
            break;
        }
        b.write("x").await;
        a.write("y").await;
        let seen = a.text().matches('y').count();
        b.wait("an answer", |peer| peer.denied || peer.text().matches('y').count() >= seen).await;
    }
    assert!(b.denied, "writing went on after the right was lowered");
});

fn status(result: Result<Peer, Refusal>) -> u16 {
    match result {
        Err(Refusal::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("refused in another way: {other}"),
        Ok(_) => 101,
    }
}

on_both!(nobody_else_opens_a_document, |server| {
    let (_, _, id) = pair(&server).await;
    let stranger = server.tenant("globex").await.user("eve").await;
    let colleague = server.tenant("acme").await.user("yuki").await;
    let address = server.address();
    let attempt = async |token: Option<&str>, query| {
        status(Peer::open_with(&address, id, token, query, Doc::new()).await)
    };
    assert_eq!(attempt(None, "").await, 401);
    assert_eq!(attempt(Some("kt1.nonsense"), "").await, 401);
    assert_eq!(attempt(None, "?ticket=guessed").await, 401);
    assert_eq!(attempt(Some(stranger.token()), "").await, 404);
    assert_eq!(attempt(Some(colleague.token()), "").await, 404);
});

on_both!(a_ticket_opens_one_document_once, |server| {
    let (ana, _, id) = pair(&server).await;
    let other = new_document(&ana).await;
    let issued = ana.post(&format!("/documents/{id}/ticket"), json!({})).await;
    assert_eq!(issued.status(), StatusCode::CREATED);
    let ticket = issued.json::<Value>().await.unwrap()["ticket"].as_str().unwrap().to_owned();
    let query = format!("?ticket={ticket}");
    let attempt = async |id| status(Peer::open_with(&server.address(), id, None, &query, Doc::new()).await);
    assert_eq!(attempt(id).await, 101);
    assert_eq!(attempt(id).await, 401);
    assert_eq!(attempt(other).await, 401);
});

on_both!(a_malformed_message_closes_the_connection_that_sent_it, |server| {
    let (ana, ben, id) = pair(&server).await;
    let mut a = open(&server, &ana, id).await;
    for (message, code) in [
        (vec![0, 2, 3, 255, 255, 255], 4400),
        (vec![0, 2, 200, 1], 4400),
        (vec![99], 4400),
        (vec![1, 3, 1, 1, 1], 4400),
        (vec![0, 0, 5, 255, 255, 255, 255, 255], 4400),
    ] {
        let mut b = open(&server, &ben, id).await;
        b.send_raw(Message::Binary(message.into())).await;
        assert_eq!(b.closed().await, code);
    }
    a.write("still here").await;
    a.wait_saved().await;
});

on_both!(a_crashed_document_comes_back_under_its_connections, |server| {
    let (ana, ben, id) = pair(&server).await;
    let bystander_id = new_document(&ana).await;
    let mut bystander = open(&server, &ana, bystander_id).await;
    let (mut a, mut b) = (open(&server, &ana, id).await, open(&server, &ben, id).await);
    for round in 0..3 {
        server.crash_document("acme", id).await;
        a.write(&format!("a{round} ")).await;
        b.write(&format!("b{round} ")).await;
        a.wait_for_text(&format!("b{round}")).await;
        b.wait_for_text(&format!("a{round}")).await;
    }
    a.wait_saved().await;
    b.wait_saved().await;
    assert_eq!(a.text(), b.text());
    bystander.write("unmoved").await;
    bystander.wait_saved().await;
});

on_both!(the_trash_closes_and_deletion_forgets, |server| {
    let (ana, ben, id) = pair(&server).await;
    let mut b = open(&server, &ben, id).await;
    b.write("gone").await;
    b.wait_saved().await;
    let path = format!("/documents/{id}");
    assert_eq!(ben.delete(&path).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(ana.delete(&format!("{path}?forever=true")).await.status(), StatusCode::CONFLICT);
    assert_eq!(ana.delete(&path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(b.closed().await, 4404);
    assert_eq!(titles(&ana, "?trash=true").await, ["Plan"]);
    assert_eq!(ana.post(&format!("{path}/restore"), json!({})).await.status(), StatusCode::OK);
    assert_eq!(open(&server, &ana, id).await.text(), "gone");
    ana.delete(&path).await;
    assert_eq!(ana.delete(&format!("{path}?forever=true")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ana.get(&path).await.status(), StatusCode::NOT_FOUND);
});

async fn titles(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/documents{query}")).await.json::<Value>().await.unwrap();
    let title = |item: &Value| item["title"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(title).collect()
}

on_both!(a_list_is_paged_newest_first_and_searched, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    for number in 0..5 {
        ana.post("/documents", json!({ "title": format!("Note {number}%") })).await;
    }
    let mut seen = Vec::new();
    let mut query = String::from("?limit=2");
    loop {
        let page = ana.get(&format!("/documents{query}")).await.json::<Value>().await.unwrap();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["title"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["Note 4%", "Note 3%", "Note 2%", "Note 1%", "Note 0%"]);
    assert_eq!(titles(&ana, "?q=NOTE%203%25").await, ["Note 3%"]);
    assert_eq!(titles(&ana, "?q=%25%25").await, [""; 0]);
    assert_eq!(ana.get("/documents?cursor=broken").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ana.get("/documents?limit=0").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(files_are_under_the_rights_of_their_document, |server| {
    let (ana, ben, id) = pair(&server).await;
    let other = new_document(&ben).await;
    let png = b"\x89PNG\r\n\x1a\nnot really".to_vec();
    let made = ana.upload(&format!("/documents/{id}/files?name=a.png"), "image/png", png.clone()).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = made.json().await.unwrap();
    let path = made["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    let read = ben.get(&path).await;
    assert_eq!(read.headers()["content-type"], "image/png");
    assert_eq!(read.bytes().await.unwrap(), png);
    let hash = made["id"].as_str().unwrap();
    // Knowing a hash opens nothing.
    assert_eq!(ben.get(&format!("/documents/{other}/files/{hash}")).await.status(), StatusCode::NOT_FOUND);
    let stranger = server.tenant("globex").await.user("eve").await;
    assert_eq!(stranger.get(&path).await.status(), StatusCode::NOT_FOUND);
});

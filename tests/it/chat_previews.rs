//! Previews of links, from a web server on this machine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kontor::config::Settings;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::harness::Client;
use crate::live::Live;
use crate::on_both;

/// The smallest GIF.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

/// What is on this machine may be asked.
fn open(settings: &mut Settings) {
    settings.outbound.loopback = true;
}

/// A small web: each path has its answer, and what was asked for is counted.
struct Web {
    port: u16,
    asked: Arc<Mutex<HashMap<String, usize>>>,
}

impl Web {
    async fn with(pages: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let pages: Arc<HashMap<_, _>> = Arc::new(pages.into_iter().collect());
        let asked: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
        let counted = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (pages, asked) = (pages.clone(), counted.clone());
                tokio::spawn(async move {
                    let mut head = [0; 4096];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    let head = String::from_utf8_lossy(&head[..read]).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    *asked.lock().unwrap().entry(path.clone()).or_default() += 1;
                    let none = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n".to_vec();
                    let _ = stream.write_all(pages.get(path.as_str()).unwrap_or(&none)).await;
                    // Pages that never end.
                    while path.starts_with("/endless") && stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
                    while path.starts_with("/slow") && stream.write_all(b"x").await.is_ok() {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                });
            }
        });
        Self { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().get(path).copied().unwrap_or(0)
    }

    /// Waits until somebody has asked for a page.
    async fn was_asked(&self, path: &str) {
        for _ in 0..500 {
            if self.asked(path) > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("nobody asks for {path}");
    }
}

fn answer(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn html(body: &str) -> Vec<u8> {
    answer("text/html; charset=utf-8", body.as_bytes())
}

fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nConnection: close\r\n\r\n").into_bytes()
}

async fn value(answer: reqwest::Response, status: u16) -> Value {
    let (url, found) = (answer.url().clone(), answer.status().as_u16());
    let body = answer.text().await.unwrap();
    assert_eq!(found, status, "{url}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

/// A private channel in which people talk and somebody listens.
struct Talk {
    room: String,
    topic: String,
    live: Live,
}

impl Talk {
    async fn begin(address: &str, owner: &Client, others: &[&Client]) -> Self {
        let members: Vec<_> = others.iter().map(|client| client.user_id()).collect();
        let new = json!({ "kind": "channel", "name": "links", "private": true, "members": members });
        let room = value(owner.post("/chat/rooms", new).await, 201).await;
        let room = room["id"].as_str().unwrap().to_owned();
        let topic = format!("room:{room}");
        let mut live = Live::open(address, owner).await;
        live.subscribe(&topic, None).await;
        Self { room, topic, live }
    }

    async fn say(&self, who: &Client, text: &str) -> i64 {
        let path = format!("/chat/rooms/{}/messages", self.room);
        let said = value(who.post(&path, json!({ "text": text })).await, 201).await;
        assert_eq!(said["previews"], json!([]), "nobody waits for a preview");
        said["seq"].as_i64().unwrap()
    }

    async fn edit(&self, who: &Client, seq: i64, text: &str) -> Value {
        value(who.patch(&self.path(seq), json!({ "text": text })).await, 200).await
    }

    async fn read(&self, who: &Client, seq: i64) -> Value {
        value(who.get(&self.path(seq)).await, 200).await
    }

    fn path(&self, seq: i64) -> String {
        format!("/chat/rooms/{}/messages/{seq}", self.room)
    }

    /// The message once it is told that it has as many previews.
    async fn shows(&mut self, seq: i64, count: usize) -> Value {
        loop {
            let message = self.live.event(&self.topic, "chat.changed").await["data"]["message"].clone();
            if message["seq"] == seq && message["previews"].as_array().unwrap().len() == count {
                return message;
            }
        }
    }
}

on_both!(a_link_shows_what_its_page_says_of_itself, open, |server| {
    let acme = server.tenant("acme").await;
    let (ana, eve) = (acme.user("ana").await, acme.user("eve").await);
    let web = Web::with([
        (
            "/page",
            html(
                r#"<title>plain</title><meta property=og:title content="Größe &amp; mehr"><meta name=description
                content="What it is about"><meta property=og:site_name content=Site><meta property=og:image content=a.gif>"#,
            ),
        ),
        ("/a.gif", answer("image/gif", DOT)),
    ])
    .await;
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let link = web.url("/page");
    let seq = talk.say(&ana, &format!("look: {link}.")).await;
    let message = talk.shows(seq, 1).await;
    let preview = message["previews"][0].clone();
    assert_eq!((&message["edited_at"], &preview["url"]), (&Value::Null, &json!(link)));
    let expected = ("Größe & mehr", "What it is about", "Site");
    let found = ["title", "description", "site"].map(|name| preview[name].as_str().unwrap());
    assert_eq!((found[0], found[1], found[2]), expected);
    assert_eq!((&preview["image"]["width"], &preview["image"]["height"]), (&json!(1), &json!(1)));
    assert_eq!(talk.read(&ana, seq).await, message);
    // The picture comes from here, for those who may see the room.
    let path = format!("/chat/rooms/{}/files/{}", talk.room, preview["image"]["hash"].as_str().unwrap());
    let picture = ana.get(&path).await;
    assert_eq!(picture.headers()["content-type"], "image/gif");
    assert_eq!(picture.bytes().await.unwrap(), DOT);
    assert_eq!(eve.get(&path).await.status(), 404);
    // Said again soon, here or elsewhere, it is not fetched again.
    let again = talk.say(&ana, &format!("again <{link}|this>")).await;
    assert_eq!(talk.shows(again, 1).await["previews"][0], preview);
    assert_eq!((web.asked("/page"), web.asked("/a.gif")), (1, 1));
});

on_both!(a_link_to_a_picture_shows_the_picture, open, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    let web = Web::with([("/cat.gif", answer("image/gif", DOT))]).await;
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let seq = talk.say(&ana, &web.url("/cat.gif")).await;
    let preview = talk.shows(seq, 1).await["previews"][0].clone();
    assert_eq!((&preview["title"], &preview["site"]), (&json!(""), &json!("127.0.0.1")));
    let hash = preview["image"]["hash"].as_str().unwrap();
    let picture = ana.get(&format!("/chat/rooms/{}/files/{hash}", talk.room)).await;
    assert!(picture.headers()["content-disposition"].to_str().unwrap().ends_with("cat.gif"));
});

on_both!(three_different_links_outside_of_code_are_asked_and_shown_in_their_order, open, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    let names = ["/a", "/b", "/c", "/d", "/code"];
    let web = Web::with(names.map(|name| (name, html(&format!("<title>{name}</title>"))))).await;
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let [a, b, c, d, code] = names.map(|name| web.url(name));
    let seq = talk.say(&ana, &format!("`{code}` {c} {a} {c} [b]({b}) {d}")).await;
    let message = talk.shows(seq, 3).await;
    let titles: Vec<_> = message["previews"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert_eq!(titles, ["/c", "/a", "/b"]);
    assert_eq!((web.asked("/code"), web.asked("/d"), web.asked("/c")), (0, 0, 1));
});

on_both!(redirects_are_followed_and_never_to_an_inner_address, open, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    let web = Web::with([
        ("/away", redirect("/there")),
        ("/there", html("<title>There</title><meta property=og:image content=http://10.0.0.1/a.png>")),
        ("/inner", redirect("http://10.0.0.1/secret")),
        ("/metadata", redirect("http://169.254.169.254/latest")),
        ("/circle", redirect("/circle")),
    ])
    .await;
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let bad = talk.say(&ana, &["/inner", "/metadata", "/circle"].map(|path| web.url(path)).join(" ")).await;
    let good = talk.say(&ana, &web.url("/away")).await;
    let preview = talk.shows(good, 1).await["previews"][0].clone();
    assert_eq!((&preview["title"], &preview["image"]), (&json!("There"), &Value::Null));
    assert_eq!(preview["url"], web.url("/away"));
    for path in ["/inner", "/metadata", "/circle"] {
        web.was_asked(path).await;
    }
    assert_eq!(talk.read(&ana, bad).await["previews"], json!([]));
});

on_both!(hostile_pages_harm_nobody, open, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    let deep = "<div><svg><title>".repeat(20_000);
    let web = Web::with([
        ("/endless", html("<title>Endless</title>")),
        ("/slow", html("<title>Slow</title>")),
        ("/long", html(&format!("<title>{}</title>", "wide ".repeat(50_000)))),
        ("/script", html("<title><script>alert(1)</script>\u{202e}</title><meta property=og:image content='javascript:x'>")),
        ("/deep", html(&format!("<title>Deep</title>{deep}"))),
        ("/json", answer("application/json", b"{}")),
        ("/zip", answer("text/html\r\nContent-Encoding: gzip", b"\x1f\x8b\x08\x00<title>bomb</title>")),
        ("/svg", answer("image/svg+xml", b"<svg onload='alert(1)'/>")),
        ("/latin", answer("text/html; charset=nobody-knows", b"<title>gr\xf6\xdfe</title>")),
    ])
    .await;
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let bad = talk.say(&ana, &["/json", "/zip", "/svg"].map(|path| web.url(path)).join(" ")).await;
    let slow = talk.say(&ana, &web.url("/slow")).await;
    let good = talk.say(&ana, &["/endless", "/long", "/script"].map(|path| web.url(path)).join(" ")).await;
    let shown = talk.shows(good, 3).await["previews"].clone();
    assert_eq!(shown[0]["title"], "Endless");
    assert_eq!(shown[1]["title"].as_str().unwrap().chars().count(), 200);
    assert_eq!(shown[2]["title"], "<script>alert(1)</script>", "text stays text");
    let more = talk.say(&ana, &["/deep", "/latin"].map(|path| web.url(path)).join(" ")).await;
    let shown = talk.shows(more, 2).await["previews"].clone();
    assert_eq!((&shown[0]["title"], &shown[1]["title"]), (&json!("Deep"), &json!("größe")));
    for path in ["/json", "/zip", "/svg", "/slow"] {
        web.was_asked(path).await;
    }
    assert_eq!(talk.read(&ana, bad).await["previews"], json!([]));
    assert_eq!(talk.read(&ana, slow).await["previews"], json!([]));
});

on_both!(a_preview_goes_and_comes_with_its_link, open, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    let web = Web::with(["/a", "/b"].map(|name| (name, html(&format!("<title>{name}</title>"))))).await;
    let (a, b) = (web.url("/a"), web.url("/b"));
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let seq = talk.say(&ana, &format!("first {a}")).await;
    talk.shows(seq, 1).await;
    assert_eq!(talk.edit(&ana, seq, "no link").await["previews"], json!([]));
    talk.edit(&ana, seq, &format!("now {b}")).await;
    assert_eq!(talk.shows(seq, 1).await["previews"][0]["title"], "/b");
    talk.edit(&ana, seq, &format!("both {a} {b}")).await;
    let both = talk.shows(seq, 2).await;
    assert_eq!((&both["previews"][0]["title"], &both["previews"][1]["title"]), (&json!("/a"), &json!("/b")));
    assert_eq!((web.asked("/a"), web.asked("/b")), (1, 1));
    assert_eq!(ana.delete(&talk.path(seq)).await.status(), 204);
    assert_eq!(talk.read(&ana, seq).await["previews"], json!([]));
});

on_both!(a_preview_that_was_taken_away_does_not_come_back, open, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, cleo) = (acme.user("ana").await, acme.user("ben").await, acme.user("cleo").await);
    let web = Web::with(["/a", "/b"].map(|name| (name, html(&format!("<title>{name}</title>"))))).await;
    let (a, b) = (web.url("/a"), web.url("/b"));
    let mut talk = Talk::begin(&server.address(), &ana, &[&ben, &cleo]).await;
    let seq = talk.say(&ben, &format!("{a} {b}")).await;
    talk.shows(seq, 2).await;
    let remove = |link: &str| format!("{}/previews?url={link}", talk.path(seq));
    let (first, second, other) = (remove(&a), remove(&b), remove("http://other.example/"));
    assert_eq!(cleo.delete(&first).await.status(), 403);
    assert_eq!(ben.delete(&first).await.status(), 204);
    let left = talk.shows(seq, 1).await;
    assert_eq!((&left["previews"][0]["title"], &left["edited_at"]), (&json!("/b"), &Value::Null));
    talk.edit(&ben, seq, &format!("{b} {a} again")).await;
    // Who owns the room may too; once more does no harm, and a link that is not there is none.
    assert_eq!(ana.delete(&second).await.status(), 204);
    talk.shows(seq, 0).await;
    assert_eq!(ana.delete(&second).await.status(), 204);
    assert_eq!(ana.delete(&other).await.status(), 204);
    server.passivate_all().await;
    talk.edit(&ben, seq, &format!("{a} {b} once more")).await;
    let marker = talk.say(&ben, &a).await;
    for _ in 0..200 {
        if talk.read(&ben, marker).await["previews"].as_array().unwrap().len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(talk.read(&ben, marker).await["previews"][0]["title"], "/a");
    assert_eq!(talk.read(&ben, seq).await["previews"], json!([]));
});

on_both!(who_comes_back_is_told_of_previews_made_meanwhile, open, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let web = Web::with([("/a", html("<title>A</title>"))]).await;
    let mut talk = Talk::begin(&server.address(), &ana, &[&ben]).await;
    let mut live = Live::open(&server.address(), &ben).await;
    live.subscribe(&talk.topic, None).await;
    let seq = talk.say(&ana, &web.url("/a")).await;
    let posted = live.event(&talk.topic, "chat.posted").await["seq"].as_i64().unwrap();
    drop(live);
    talk.shows(seq, 1).await;
    for passivate in [false, true] {
        if passivate {
            server.passivate_all().await;
        }
        let mut live = Live::open(&server.address(), &ben).await;
        let subscribed = live.subscribe(&talk.topic, Some(posted)).await;
        assert_eq!(subscribed["resumed"], true, "{subscribed}");
        let changed = live.event(&talk.topic, "chat.changed").await;
        assert_eq!(changed["data"]["message"]["previews"][0]["title"], "A");
        assert_eq!(changed["seq"], subscribed["cursor"]);
    }
});

on_both!(
    nothing_is_asked_where_previews_are_switched_off,
    |settings: &mut Settings| {
        settings.outbound.loopback = true;
        settings.chat.link_previews = false;
    },
    |server| {
        let ana = server.tenant("acme").await.user("ana").await;
        let web = Web::with([("/a", html("<title>A</title>"))]).await;
        let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
        let seq = talk.say(&ana, &web.url("/a")).await;
        talk.live.event(&talk.topic.clone(), "chat.posted").await;
        assert!(talk.live.hears_nothing(&talk.topic.clone()).await);
        assert_eq!((web.asked("/a"), &talk.read(&ana, seq).await["previews"]), (0, &json!([])));
    }
);

on_both!(the_own_network_is_not_asked, |server| {
    let ana = server.tenant("acme").await.user("ana").await;
    let web = Web::with([("/a", html("<title>A</title>"))]).await;
    let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
    let seq = talk.say(&ana, &format!("{} http://localhost:{}/a", web.url("/a"), web.port)).await;
    talk.live.event(&talk.topic.clone(), "chat.posted").await;
    assert!(talk.live.hears_nothing(&talk.topic.clone()).await);
    assert_eq!((web.asked("/a"), &talk.read(&ana, seq).await["previews"]), (0, &json!([])));
});

on_both!(
    links_into_this_installation_stay_plain,
    |settings: &mut Settings| {
        settings.outbound.loopback = true;
        settings.http.public_url = Some("http://localhost".into());
    },
    |server| {
        let ana = server.tenant("acme").await.user("ana").await;
        let mut talk = Talk::begin(&server.address(), &ana, &[]).await;
        let seq = talk.say(&ana, "http://localhost/chat/x?at=1 https://localhost:80/documents/y").await;
        talk.live.event(&talk.topic.clone(), "chat.posted").await;
        assert!(talk.live.hears_nothing(&talk.topic.clone()).await);
        assert_eq!(talk.read(&ana, seq).await["previews"], json!([]));
    }
);

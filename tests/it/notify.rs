//! The inbox, live on all devices, and Web Push to a push service of the test's own.

mod service;

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::harness::{Client, Engine, TestServer, TestTenant};
use crate::on_both;
use crate::process::{Binary, http};
use kontor::actors::Clock;
use kontor::app::App;
use kontor::config::{Settings, Sync};
use service::{Browser, PushService};

/// What must be seen everywhere is seen within this time.
const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);

async fn value(answer: Response, status: u16) -> Value {
    assert_eq!(answer.status().as_u16(), status, "{}", answer.url());
    answer.json().await.unwrap()
}

async fn done(answer: Response) {
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{}", answer.url());
}

async fn document(owner: &Client, title: &str) -> String {
    let made = value(owner.post("/documents", json!({ "title": title })).await, 201).await;
    format!("/documents/{}", made["id"].as_str().unwrap())
}

async fn share(owner: &Client, document: &str, with: &Client) {
    let path = format!("{document}/grants/{}", with.user_id());
    value(owner.put(&path, json!({ "right": "comment" })).await, 200).await;
}

async fn inbox(client: &Client) -> Value {
    value(client.get("/notifications").await, 200).await
}

/// A device with an open live socket.
struct Device(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Device {
    async fn of(server: &TestServer, client: &Client) -> Self {
        let mut request = format!("ws://{}/api/v1/live?v=1", server.address()).into_client_request().unwrap();
        let token = format!("Bearer {}", client.token());
        request.headers_mut().insert("authorization", token.parse().unwrap());
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut device = Self(socket);
        while device.message().await["op"] != "welcome" {}
        device
    }

    async fn message(&mut self) -> Value {
        loop {
            let message = self.0.next().await.unwrap().unwrap();
            if let Ok(text) = message.to_text()
                && let Ok(value) = serde_json::from_str::<Value>(text)
            {
                return value;
            }
        }
    }

    /// The data of the next event of this kind.
    async fn hears(&mut self, kind: &str) -> Value {
        let heard = async {
            loop {
                let message = self.message().await;
                let messages = message.as_array().cloned().unwrap_or_else(|| vec![message]);
                for message in messages {
                    for event in message["events"].as_array().into_iter().flatten() {
                        if event["kind"] == kind {
                            return event["data"].clone();
                        }
                    }
                }
            }
        };
        tokio::time::timeout(SECOND, heard)
            .await
            .unwrap_or_else(|_| panic!("{kind} was not heard in a second"))
    }
}

on_both!(who_gets_a_right_is_told_on_all_devices_and_reads_it_on_all, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let (mut desk, mut phone) = (Device::of(&server, &ben).await, Device::of(&server, &ben).await);
    let plan = document(&ana, "Plan").await;
    share(&ana, &plan, &ben).await;
    for device in [&mut desk, &mut phone] {
        let heard = device.hears("notify.added").await;
        assert_eq!((&heard["notification"]["kind"], &heard["unread"]), (&json!("share"), &json!(1)));
    }
    let seen = inbox(&ben).await;
    assert_eq!((seen["items"].as_array().unwrap().len(), &seen["unread"]), (1, &json!(1)));
    let one = &seen["items"][0];
    assert_eq!(one["title"], "ana shared “Plan” with you");
    assert_eq!((one["place"].as_str(), one["link"].as_str()), (Some("documents"), Some(plan.as_str())));
    assert_eq!(one["actor"], json!(ana.user_id()));
    assert_eq!(one["read_at"], Value::Null);

    // Another right to the same document is no news.
    let path = format!("{plan}/grants/{}", ben.user_id());
    value(ana.put(&path, json!({ "right": "edit" })).await, 200).await;
    assert_eq!(inbox(&ben).await["unread"], 1);
    assert_eq!(inbox(&ana).await["items"], json!([]));

    done(ben.put("/notifications/read", json!({ "ids": [one["id"]] })).await).await;
    for device in [&mut desk, &mut phone] {
        assert_eq!(device.hears("notify.read").await, json!({ "ids": [one["id"]], "unread": 0 }));
    }
    assert!(inbox(&ben).await["items"][0]["read_at"].is_string());
    assert_eq!(value(ben.get("/notifications?unread=true").await, 200).await["items"], json!([]));
    done(ben.put("/notifications/unread", json!({ "ids": [one["id"]] })).await).await;
    assert_eq!(phone.hears("notify.unread").await["unread"], 1);
    // Nobody reads what others got.
    done(ana.put("/notifications/read", json!({ "ids": [one["id"]] })).await).await;
    assert_eq!(inbox(&ben).await["unread"], 1);
    done(ben.put("/notifications/read", json!({ "all": true })).await).await;
    assert_eq!(desk.hears("notify.read").await, json!({ "ids": null, "unread": 0 }));
    assert_eq!(ben.put("/notifications/read", json!({})).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(an_inbox_comes_in_pages_newest_first, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    for number in 0..5 {
        let path = document(&ana, &format!("Plan {number}")).await;
        share(&ana, &path, &ben).await;
        // Ids of one millisecond have no order.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let (mut titles, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = value(ben.get(&format!("/notifications?limit=2{cursor}")).await, 200).await;
        titles.extend(page["items"].as_array().unwrap().iter().map(|one| one["title"].clone()));
        assert_eq!(page["unread"], 5);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<_> =
        (0..5).rev().map(|number| format!("ana shared “Plan {number}” with you")).collect();
    assert_eq!(titles, expected);
});

on_both!(a_mention_tells_those_who_may_see_it_once, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben, eve) = (acme.user("ana").await, acme.user("ben").await, acme.user("eve").await);
    let plan = document(&ana, "Plan").await;
    share(&ana, &plan, &ben).await;
    let mentions = format!("{plan}/mentions");
    let users = json!([ben.user_id(), eve.user_id(), ana.user_id(), ben.user_id()]);
    let mention = |excerpt: &str| json!({ "users": users, "excerpt": excerpt });
    let told = value(ana.post(&mentions, mention("Hello @ben")).await, 200).await;
    assert_eq!(told["told"], json!([ben.user_id()]));
    assert_eq!(value(ana.post(&mentions, mention("Hello @ben")).await, 200).await["told"], json!([]));
    assert_eq!(
        value(ana.post(&mentions, mention("And @ben")).await, 200).await["told"],
        json!([ben.user_id()])
    );
    let seen = inbox(&ben).await;
    let bodies: Vec<_> = seen["items"].as_array().unwrap().iter().map(|one| one["body"].clone()).collect();
    assert_eq!((bodies.len(), seen["items"][0]["title"].as_str()), (3, Some("ana mentioned you in “Plan”")));
    assert!(bodies.contains(&json!("Hello @ben")) && bodies.contains(&json!("And @ben")));
    assert_eq!(inbox(&eve).await["items"], json!([]));
    // Who comments may mention; who does not see the document may not know of it.
    assert_eq!(ben.post(&mentions, mention("x")).await.status(), StatusCode::OK);
    assert_eq!(eve.post(&mentions, mention("x")).await.status(), StatusCode::NOT_FOUND);
    let nobody = ana.post(&mentions, json!({ "users": [], "excerpt": "" })).await;
    assert_eq!(nobody.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let mut statuses = Vec::new();
    for number in 0..40 {
        let asked = json!({ "users": [ben.user_id()], "excerpt": format!("{number}") });
        statuses.push(ana.post(&mentions, asked).await.status());
    }
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "mentions are without limit");
});

on_both!(preferences_are_kept_and_hold_for_what_comes, |server| {
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let path = "/notifications/preferences";
    let mut own = value(ben.get(path).await, 200).await;
    let default = json!({ "app": true, "push": true, "mail": false });
    assert_eq!((&own["kinds"]["keyword"], &own["places"]["chat"]), (&default, &default));
    assert_eq!((&own["quiet_from"], &own["digest"]), (&Value::Null, &json!("off")));
    own["kinds"]["share"]["app"] = json!(false);
    own["quiet_from"] = json!("22:00");
    own["quiet_to"] = json!("07:00");
    own["digest"] = json!("weekly");
    done(ben.put(path, own.clone()).await).await;
    assert_eq!(value(ben.get(path).await, 200).await, own);
    share(&ana, &document(&ana, "Plan").await, &ben).await;
    let seen = inbox(&ben).await;
    assert_eq!((&seen["items"], &seen["unread"]), (&json!([]), &json!(0)));
    own["quiet_to"] = json!("later");
    let problem = value(ben.put(path, own).await, 422).await;
    assert_eq!(problem["errors"][0]["path"], "$.quiet_to");
    assert_eq!(inbox(&ana).await["unread"], 0);
});

/// Settings under which a push service may be on this machine.
fn near(settings: &mut Settings) {
    settings.outbound.loopback = true;
    settings.http.public_url = Some("https://office.example".into());
}

async fn subscribed(client: &Client, service: &PushService, path: &str) -> Browser {
    let key = value(client.get("/notifications/push-key").await, 200).await;
    let browser = Browser::new(key["key"].as_str().unwrap());
    let json = browser.subscription(&service.url(path));
    value(client.post("/notifications/push-subscriptions", json).await, 201).await;
    browser
}

/// Runs a test with a server whose push services may be on this machine.
fn with_pushes(engine: Engine, test: impl AsyncFnOnce(TestServer)) {
    actix_rt::System::new().block_on(async {
        test(TestServer::start_with(engine, Clock::system(), near).await).await;
    });
}

macro_rules! pushes {
    ($name:ident, |$server:ident, $acme:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($server: TestServer) {
                {
                    let $acme: TestTenant = $server.tenant("acme").await;
                    $body
                }
                $server.finish().await;
            }

            #[test]
            fn on_sqlite() {
                with_pushes(Engine::Sqlite, run);
            }

            #[test]
            fn on_postgres() {
                with_pushes(Engine::Postgres, run);
            }
        }
    };
}

pushes!(a_push_reaches_the_browser_and_only_the_browser_can_read_it, |server, acme| {
    let service = PushService::start(&[201]).await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let browser = subscribed(&ben, &service, "/send/1").await;
    let plan = document(&ana, "Plan “Ä”").await;
    share(&ana, &plan, &ben).await;
    let push = service.next(PATIENCE).await;
    assert_eq!((push.method.as_str(), push.path.as_str()), ("POST", "/send/1"));
    // RFC 8030, 5: how long it is worth bringing, how soon, and what it takes the place of.
    let ttl: i64 = push.header("ttl").unwrap().parse().unwrap();
    assert!((86_000..=86_400).contains(&ttl), "{ttl}");
    assert_eq!(push.header("urgency"), Some("normal"));
    let topic = push.header("topic").unwrap();
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    assert!(topic.len() <= 32 && topic.chars().all(is_base64url), "{topic}");
    assert_eq!(push.header("content-encoding"), Some("aes128gcm"));
    assert!(push.body.len() <= 4096);
    // RFC 8292: who sends, checked with the key that the browser subscribed with.
    let claims = browser.check_sender(push.header("authorization").unwrap());
    assert_eq!(claims["aud"], service.origin());
    assert_eq!(claims["sub"], "https://office.example");
    let left = claims["exp"].as_i64().unwrap() - server.app().clock.now().timestamp();
    assert!((1..=86_400).contains(&left), "{left}");
    // RFC 8291 and 8188.
    let said: Value = serde_json::from_slice(&browser.decrypt(&push.body)).unwrap();
    assert_eq!(said["title"], "ana shared “Plan “Ä”” with you");
    assert_eq!((said["link"].as_str(), said["kind"].as_str()), (Some(plan.as_str()), Some("share")));
    assert_eq!(said["id"], inbox(&ben).await["items"][0]["id"]);
    service.is_silent(Duration::from_millis(300)).await;
});

pushes!(a_browser_that_is_gone_is_forgotten, |server, acme| {
    let (gone, there) = (PushService::start(&[410]).await, PushService::start(&[201]).await);
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    subscribed(&ben, &gone, "/1").await;
    subscribed(&ben, &there, "/1").await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    gone.next(PATIENCE).await;
    there.next(PATIENCE).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    share(&ana, &document(&ana, "Two").await, &ben).await;
    there.next(PATIENCE).await;
    gone.is_silent(Duration::from_millis(300)).await;
});

pushes!(a_push_service_that_is_busy_is_asked_again_later, |server, acme| {
    let service = PushService::start(&[503, 429, 201]).await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    subscribed(&ben, &service, "/1").await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    service.next(PATIENCE).await;
    service.is_silent(SECOND).await;
    service.next(PATIENCE).await;
    service.next(PATIENCE).await;
    service.is_silent(SECOND).await;
});

pushes!(what_was_read_meanwhile_is_not_pushed, |server, acme| {
    let service = PushService::start(&[503, 201]).await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    subscribed(&ben, &service, "/1").await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    service.next(PATIENCE).await;
    done(ben.put("/notifications/read", json!({ "all": true })).await).await;
    service.is_silent(Duration::from_secs(4)).await;
});

pushes!(quiet_hours_hold_a_push_back_and_not_the_inbox, |server, acme| {
    let service = PushService::start(&[201]).await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    subscribed(&ben, &service, "/1").await;
    let mut own = value(ben.get("/notifications/preferences").await, 200).await;
    let hour =
        |hours| (server.app().clock.now() + chrono::TimeDelta::hours(hours)).format("%H:%M").to_string();
    own["quiet_from"] = json!(hour(-2));
    own["quiet_to"] = json!(hour(2));
    own["time_zone"] = json!("UTC");
    done(ben.put("/notifications/preferences", own).await).await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    service.is_silent(SECOND).await;
    assert_eq!(inbox(&ben).await["unread"], 1);
});

pushes!(a_pause_holds_a_push_back_until_it_is_ended, |server, acme| {
    let service = PushService::start(&[201]).await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    subscribed(&ben, &service, "/1").await;
    let until = server.app().clock.now() + chrono::TimeDelta::hours(1);
    value(ben.put("/notifications/pause", json!({ "until": until })).await, 200).await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    service.is_silent(SECOND).await;
    assert_eq!(inbox(&ben).await["unread"], 1);
    let ended = value(ben.put("/notifications/pause", json!({ "until": null })).await, 200).await;
    assert_eq!(ended["until"], Value::Null);
    service.next(PATIENCE).await;
});

pushes!(the_schedule_of_the_chat_profile_holds_a_push_back, |server, acme| {
    let service = PushService::start(&[201]).await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    subscribed(&ben, &service, "/1").await;
    // The hours of the business, whose zone is Europe/Berlin: all of the day but a minute two hours ago.
    let zone: chrono_tz::Tz = "Europe/Berlin".parse().unwrap();
    let local = server.app().clock.now().with_timezone(&zone) - chrono::TimeDelta::hours(2);
    let from = local.format("%H:%M").to_string();
    let to = (local - chrono::TimeDelta::minutes(1)).format("%H:%M").to_string();
    value(ben.put("/chat/me", json!({ "dnd_from": from, "dnd_to": to })).await, 200).await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    service.is_silent(SECOND).await;
    value(ben.put("/chat/me", json!({ "dnd_from": null, "dnd_to": null })).await, 200).await;
    service.next(PATIENCE).await;
});

on_both!(a_push_service_inside_is_never_asked, |server| {
    let ben = server.tenant("acme").await.user("ben").await;
    let key = value(ben.get("/notifications/push-key").await, 200).await;
    let browser = Browser::new(key["key"].as_str().unwrap());
    for endpoint in
        ["https://127.0.0.1/x", "http://push.example/x", "https://[::ffff:10.0.0.1]/x", "https://0x7f.1/"]
    {
        let json = browser.subscription(endpoint);
        let problem = value(ben.post("/notifications/push-subscriptions", json).await, 422).await;
        assert_eq!(problem["errors"][0]["path"], "$.endpoint", "{endpoint}");
    }
});

/// A push that the service did not take yet, a server that ends, and nobody who asks the next one for
/// anything: the push comes all the same.
async fn outlives_a_restart(engine: Engine) {
    let service = PushService::start(&[503, 201]).await;
    let server = TestServer::start_with(engine, Clock::system(), near).await;
    let acme = server.tenant("acme").await;
    let (ana, ben) = (acme.user("ana").await, acme.user("ben").await);
    let browser = subscribed(&ben, &service, "/1").await;
    share(&ana, &document(&ana, "One").await, &ben).await;
    service.next(PATIENCE).await;
    let place = server.leave().await;
    let mut settings = Settings { data: place.folder().to_owned(), ..Settings::default() };
    settings.http.listen = ([127, 0, 0, 1], 0).into();
    settings.http.workers = Some(1);
    settings.database.url = place.database_url();
    settings.database.sqlite_sync = Sync::Normal;
    near(&mut settings);
    let app = App::start(&settings, Clock::system()).await.unwrap();
    let push = service.next(PATIENCE).await;
    let said: Value = serde_json::from_slice(&browser.decrypt(&push.body)).unwrap();
    assert_eq!(said["title"], "ana shared “One” with you");
    app.stop().await;
}

#[test]
fn a_push_outlives_a_restart_on_sqlite() {
    actix_rt::System::new().block_on(outlives_a_restart(Engine::Sqlite));
}

#[test]
fn a_push_outlives_a_restart_on_postgres() {
    actix_rt::System::new().block_on(outlives_a_restart(Engine::Postgres));
}

/// Rounds of: a push that the service did not take yet, kill -9, a new start, and nobody who asks it
/// for anything.
async fn outlives_kills(start: impl FnOnce() -> Binary + Send + 'static) {
    const ROUNDS: usize = 3;
    let service = PushService::start(&[503, 201, 503, 201, 503, 201]).await;
    let endpoint = service.url("/1");
    let (mut server, ana, browser) = blocking(move || {
        let mut server = start();
        let ana = server.token.clone();
        let ben = json!({ "email": "ben@acme.example", "password": "kontor-demo-1" });
        let ben = server.post("/auth/sign-in", &ben);
        server.token = ben["token"].as_str().unwrap().to_owned();
        let path = "/api/v1/notifications/push-key";
        let (_, key) = http::request(server.address, "GET", path, Some(&server.token), None).unwrap();
        let browser = Browser::new(key["key"].as_str().unwrap());
        server.post("/notifications/push-subscriptions", &browser.subscription(&endpoint));
        (server, (ana, ben["user"]["id"].as_str().unwrap().to_owned()), browser)
    })
    .await;
    let mut last = None;
    for _ in 0..ROUNDS {
        let (token, ben) = ana.clone();
        server = blocking(move || {
            server.token = token;
            let grant = format!("/api/v1/documents/{}/grants/{ben}", server.new_document());
            let right = json!({ "right": "view" });
            http::request(server.address, "PUT", &grant, Some(&server.token), Some(&right)).unwrap();
            server
        })
        .await;
        service.next(PATIENCE).await;
        server = blocking(move || {
            server.kill();
            server.restart();
            server
        })
        .await;
        last = Some(service.next(PATIENCE * 2).await);
    }
    let said: Value = serde_json::from_slice(&browser.decrypt(&last.unwrap().body)).unwrap();
    assert_eq!(said["kind"], "share");
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

const NEAR: [(&str, &str); 1] = [("KONTOR__OUTBOUND__LOOPBACK", "true")];

#[test]
fn a_push_outlives_kill_9_on_sqlite() {
    actix_rt::System::new().block_on(outlives_kills(|| Binary::on_sqlite(&NEAR)));
}

#[test]
fn a_push_outlives_kill_9_on_postgres() {
    actix_rt::System::new().block_on(outlives_kills(|| Binary::on_postgres(&NEAR)));
}

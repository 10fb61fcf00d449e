//! The server as a whole: alive, ready, counted, guarded against requests that mean harm.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use kontor::actors::Clock;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Engine, TestServer, password};
use crate::on_both;

on_both!(a_server_is_alive_ready_and_counts, |server| {
    let nobody = server.nobody();
    assert_eq!(nobody.get("//health/live").await.status(), 200);
    assert_eq!(nobody.get("//health/ready").await.status(), 200);
    let metrics = nobody.get("//metrics").await.text().await.unwrap();
    let counted = "kontor_http_requests_total{method=\"GET\",route=\"/health/ready\",status=\"200\"}";
    assert!(metrics.contains(counted), "{metrics}");
});

on_both!(a_request_keeps_the_id_it_came_with, |server| {
    let ask = async |id: &str| {
        let request = server.nobody().request(reqwest::Method::GET, "//health/live");
        let answer = request.header("x-request-id", id).send().await.unwrap();
        answer.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask("from-the-proxy-1").await, "from-the-proxy-1");
    assert_ne!(ask("with spaces and \"quotes\"").await, "with spaces and \"quotes\"");
});

on_both!(what_is_not_there_is_a_problem, |server| {
    let answer = server.nobody().get("/nowhere").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let ana = server.tenant("acme").await.user("ana").await;
    assert_eq!(ana.get("/documents/no-id").await.status(), StatusCode::NOT_FOUND);
    let wrong = ana.post("/documents", json!({ "title": 7 })).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = ana.get("/documents?sort=title").await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(every_answer_carries_the_headers_that_protect, |server| {
    for path in ["//", "//health/live", "/auth/session", "//assets/missing.js"] {
        let answer = server.nobody().get(path).await;
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    }
});

#[actix_rt::test]
async fn behind_https_browsers_are_told_to_stay_there_and_cookies_are_secure() {
    let server = TestServer::start_with(Engine::Sqlite, Clock::system(), |settings| {
        settings.http.public_url = Some("https://office.example".into());
    })
    .await;
    server.tenant("acme").await.user("ana").await;
    let body = json!({ "email": "ana@acme.example", "password": password("ana") });
    let answer = server.nobody().post("/auth/sign-in", body).await;
    assert!(answer.headers()["strict-transport-security"].to_str().unwrap().starts_with("max-age="));
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Secure"));
    server.finish().await;
}

on_both!(the_description_that_is_served_is_the_one_that_is_printed, |server| {
    let served: Value = server.nobody().get("//api/openapi.json").await.json().await.unwrap();
    assert_eq!(served, serde_json::to_value(kontor::app::api()).unwrap());
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    let page = server.nobody().get("//api/docs").await.text().await.unwrap();
    assert!(page.contains("/api/v1/documents/{id}"));
});

#[actix_rt::test]
async fn an_upgrade_that_nobody_knows_is_a_problem() {
    let server = TestServer::start().await;
    let address = server.address();
    let answer = actix_rt::task::spawn_blocking(move || {
        let head =
            "GET /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        talk(&address, head.as_bytes())
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("application/problem+json"));
    server.finish().await;
}

#[actix_rt::test]
async fn a_flood_of_headers_is_refused_before_it_is_in_memory() {
    let server = TestServer::start().await;
    let address = server.address();
    let many = actix_rt::task::spawn_blocking({
        let address = address.clone();
        move || {
            let headers: String = (0..200).map(|at| format!("x-{at}: y\r\n")).collect();
            talk(&address, format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes())
        }
    });
    assert!(refused(&many.await.unwrap()));
    let long = actix_rt::task::spawn_blocking(move || flood(&address, b"GET / HTTP/1.1\r\nx: "));
    assert!(long.await.unwrap(), "a header of any length was taken");
    server.finish().await;
}

#[actix_rt::test]
async fn a_body_without_end_is_refused_before_it_is_in_memory() {
    let server = TestServer::start().await;
    let address = server.address();
    let declared = actix_rt::task::spawn_blocking({
        let address = address.clone();
        move || {
            let head = "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 1099511627776\r\n\r\n";
            talk(&address, head.as_bytes())
        }
    });
    let declared = declared.await.unwrap();
    assert!(declared.starts_with("HTTP/1.1 413"), "{declared}");
    let chunked = actix_rt::task::spawn_blocking(move || {
        let head = b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
            Transfer-Encoding: chunked\r\n\r\n10000000000\r\n";
        flood(&address, head)
    });
    let before = resident();
    assert!(chunked.await.unwrap(), "the body was read for ever");
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 << 20, "the body is in memory: {grown} bytes more");
    server.finish().await;
}

#[actix_rt::test]
async fn a_head_that_comes_too_slowly_is_cut_off() {
    let server = TestServer::start().await;
    let address = server.address();
    let ended = actix_rt::task::spawn_blocking(move || {
        let mut stream = connect(&address);
        for _ in 0..40 {
            std::thread::sleep(Duration::from_millis(500));
            let mut answer = [0; 512];
            stream.set_nonblocking(true).unwrap();
            match stream.read(&mut answer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                _ => return true,
            }
            stream.set_nonblocking(false).unwrap();
            if stream.write_all(b"G").is_err() {
                return true;
            }
        }
        false
    });
    assert!(ended.await.unwrap(), "the connection is still open after 20 s");
    server.finish().await;
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

/// Sends a head and reads what comes back.
fn talk(address: &str, head: &[u8]) -> String {
    let mut stream = connect(address);
    stream.write_all(head).unwrap();
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

/// Either an error in words, or the connection is closed.
fn refused(answer: &str) -> bool {
    answer.is_empty() || answer.starts_with("HTTP/1.1 4")
}

/// Sends a head and then bytes without end; whether the other side closed within its time.
fn flood(address: &str, head: &[u8]) -> bool {
    let mut stream = connect(address);
    stream.write_all(head).unwrap();
    let block = [b'a'; 64 << 10];
    // 16 GiB: more than the time of a test can carry.
    (0..1 << 18).any(|_| stream.write_all(&block).is_err())
}

/// Bytes of this process, the server among them, that are in memory.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

//! Tricks by which a request could reach an inner address, and answers without end.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use reqwest::header::HeaderMap;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{GuardedClient, Limits, Longer, Lookup, OutboundError, Policy};

const OPEN: Policy = Policy { loopback: true };
const SHUT: Policy = Policy { loopback: false };

/// A server on loopback that answers each connection with `answer` and counts them.
struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Server {
    async fn with(answer: impl AsyncFn(TcpStream, String) + 'static + Send + Sync + Clone) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        tokio::task::spawn_local(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let answer = answer.clone();
                tokio::task::spawn_local(async move {
                    let mut head = [0; 4096];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    answer(stream, String::from_utf8_lossy(&head[..read]).into_owned()).await;
                });
            }
        });
        Self { address, asked }
    }

    async fn saying(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::with(async move |mut stream: TcpStream, _| {
            let _ = stream.write_all(text.as_bytes()).await;
        })
        .await
    }

    fn url(&self) -> String {
        format!("http://{}/page", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn page(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// Knows one name, which means something else each time.
struct Names(AtomicUsize, Vec<Vec<IpAddr>>);

impl Lookup for Names {
    fn lookup(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let at = self.0.fetch_add(1, Ordering::Relaxed);
        let found = self.1[at.min(self.1.len() - 1)].clone();
        Box::pin(async move { Ok(found) })
    }
}

fn naming(policy: Policy, answers: &[&[&str]]) -> GuardedClient {
    let parse = |all: &&[&str]| all.iter().map(|address| address.parse().unwrap()).collect();
    GuardedClient::with_lookup(
        policy,
        Arc::new(Names(AtomicUsize::new(0), answers.iter().map(parse).collect())),
    )
}

async fn outcome(client: &GuardedClient, url: &str) -> Result<(u16, Bytes), OutboundError> {
    let limits = Limits { bytes: 1000, time: Duration::from_millis(800), ..Limits::default() };
    client.get(url, limits).await.map(|answer| (answer.status, answer.body))
}

/// Runs with tasks of this thread, as the server does.
async fn local(test: impl Future<Output = ()>) {
    tokio::task::LocalSet::new().run_until(test).await;
}

#[test]
fn no_way_to_write_an_inner_address_is_open() {
    let client = GuardedClient::new(SHUT);
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[::ffff:0:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[2002:7f00:1::]",
        "[2001:0:1::1]",
        "[2001:db8::1]",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "kontor",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
    ] {
        let url = format!("http://{host}/");
        assert_eq!(client.check(&url).map(String::from), Err(OutboundError::Refused), "{url}");
    }
    for host in ["example.com", "93.184.215.14", "[2606:4700::1111]", "[64:ff9b::808:808]", "172.32.0.1"] {
        assert!(client.check(&format!("https://{host}/")).is_ok(), "{host}");
    }
}

#[test]
fn only_plain_addresses_of_the_web_are_asked() {
    let client = GuardedClient::new(SHUT);
    for url in
        ["file:///etc/passwd", "gopher://example.com", "ftp://example.com", "data:,x", "//example.com", "x"]
    {
        assert!(matches!(client.check(url), Err(OutboundError::Address(_))), "{url}");
    }
    assert!(matches!(client.check("https://a:b@example.com/"), Err(OutboundError::Address(_))));
    assert!(matches!(
        client.check(&format!("https://example.com/{}", "a".repeat(5000))),
        Err(OutboundError::Address(_))
    ));
}

#[tokio::test]
async fn a_name_that_means_an_inner_address_is_refused() {
    local(async {
        let server = Server::saying(page("secret")).await;
        let url = format!("http://rebind.example:{}/", server.address.port());
        for answers in [
            &[&["127.0.0.1"][..]][..],
            &[&["93.184.215.14", "127.0.0.1"]],
            &[&["::ffff:127.0.0.1"]],
            &[&["::1"]],
        ] {
            assert_eq!(
                outcome(&naming(SHUT, answers), &url).await,
                Err(OutboundError::Refused),
                "{answers:?}"
            );
        }
        assert_eq!(server.asked(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_name_that_means_another_address_at_the_second_time_reaches_nothing() {
    local(async {
        // Loopback is open here and stands for a public server.
        let server = Server::saying(redirect("/again")).await;
        let url = format!("http://rebind.example:{}/", server.address.port());
        let client = naming(OPEN, &[&["127.0.0.1"], &["169.254.169.254"]]);
        assert_eq!(outcome(&client, &url).await, Err(OutboundError::Refused));
        assert_eq!(server.asked(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_redirect_leads_to_no_inner_address() {
    local(async {
        for to in
            ["http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/", "http://192.168.0.1/"]
        {
            let server = Server::saying(redirect(to)).await;
            let client = GuardedClient::new(OPEN);
            assert_eq!(outcome(&client, &server.url()).await, Err(OutboundError::Refused), "{to}");
            assert_eq!(server.asked(), 1);
        }
        let server = Server::saying(redirect("file:///etc/passwd")).await;
        let refused = outcome(&GuardedClient::new(OPEN), &server.url()).await;
        assert!(matches!(refused, Err(OutboundError::Address(_))));
    })
    .await;
}

#[tokio::test]
async fn redirects_are_followed_up_to_their_limit() {
    local(async {
        let end = Server::saying(page("here")).await;
        let start = Server::saying(redirect(&end.url())).await;
        let client = GuardedClient::new(OPEN);
        assert_eq!(outcome(&client, &start.url()).await, Ok((200, Bytes::from("here"))));
        let circle = Server::saying(redirect("/page")).await;
        assert_eq!(outcome(&client, &circle.url()).await, Err(OutboundError::Redirects(5)));
        assert_eq!(circle.asked(), 6);
    })
    .await;
}

#[tokio::test]
async fn what_is_posted_is_given_to_nobody_else() {
    local(async {
        let end = Server::saying(page("here")).await;
        let start = Server::saying(redirect(&end.url())).await;
        let client = GuardedClient::new(OPEN);
        let posted =
            client.post(&start.url(), HeaderMap::new(), Bytes::from("secret"), Limits::default()).await;
        assert_eq!(posted.unwrap().status, 302);
        assert_eq!(end.asked(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_huge_body_ends_at_the_limit() {
    local(async {
        let client = GuardedClient::new(OPEN);
        let long = Server::saying(page(&"x".repeat(1001))).await;
        assert_eq!(outcome(&client, &long.url()).await, Err(OutboundError::TooLarge { limit: 1000 }));
        let endless = Server::with(async |mut stream: TcpStream, _| {
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        })
        .await;
        assert_eq!(outcome(&client, &endless.url()).await, Err(OutboundError::TooLarge { limit: 1000 }));
        let cut = Limits { bytes: 1000, longer: Longer::Cut, ..Limits::default() };
        assert_eq!(client.get(&endless.url(), cut).await.unwrap().body.len(), 1000);
    })
    .await;
}

#[tokio::test]
async fn a_slow_body_and_a_silent_server_end_in_time() {
    local(async {
        let client = GuardedClient::new(OPEN);
        let slow = Server::with(async |mut stream: TcpStream, _| {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        assert_eq!(outcome(&client, &slow.url()).await, Err(OutboundError::TimedOut));
        let silent = Server::with(async |stream: TcpStream, _| {
            tokio::time::sleep(Duration::from_secs(60)).await;
            drop(stream);
        })
        .await;
        assert_eq!(outcome(&client, &silent.url()).await, Err(OutboundError::TimedOut));
    })
    .await;
}

#[tokio::test]
async fn who_is_not_there_is_an_error_that_names_no_address() {
    let client = GuardedClient::new(OPEN);
    let Err(error) = outcome(&client, "http://127.0.0.1:9/secret-token").await else { panic!("it answered") };
    assert!(!error.to_string().contains("secret-token"), "{error}");
    assert_eq!(error.kind(), crate::error::ErrorKind::Busy);
}

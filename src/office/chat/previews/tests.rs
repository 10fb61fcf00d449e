//! What pages say, in which encoding, and which of them are never asked.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::charset::decode;
use super::fetch::{Fetcher, NoPage, Page};
use super::head::{self, Head};
use crate::protocols::http::outbound::{GuardedClient, Lookup, OutboundError, Policy};

fn check(html: &str, [title, description, site]: [&str; 3], image: Option<&str>) {
    let expected = Head {
        title: title.into(),
        description: description.into(),
        site: site.into(),
        image: image.map(str::to_owned),
    };
    assert_eq!(head::read(html), expected, "{html}");
}

#[test]
fn a_page_says_best_what_it_says_for_previews() {
    check(
        r#"<!doctype html><title>Plain</title><meta name="description" content="plain">
           <meta property="og:title" content="Open &amp; Graph"><meta property="og:description" content="open">
           <meta property="og:site_name" content="Site"><meta property="og:image" content="/a.png">
           <meta property="og:image:secure_url" content="https://a.example/a.png">
           <meta name="twitter:title" content="Twitter">"#,
        ["Open & Graph", "open", "Site"],
        Some("https://a.example/a.png"),
    );
    check(
        r#"<meta name="twitter:title" content="T"><meta name=twitter:image content=b.png><title>Plain</title>"#,
        ["T", "", ""],
        Some("b.png"),
    );
    check("<title>\n  Only a \t title </title>", ["Only a title", "", ""], None);
    check("no markup at all", ["", "", ""], None);
}

#[test]
fn what_only_looks_like_a_head_says_nothing() {
    check("<script>'<title>no</title>'</script><title>yes</title>", ["yes", "", ""], None);
    check("<!-- <title>no</title> --><title>yes</title><title>no</title>", ["yes", "", ""], None);
    check("<title>a</title></head><meta property=og:title content=no>", ["a", "", ""], None);
    check("<title>a</title><body><meta property=og:title content=no>", ["a", "", ""], None);
    check(
        "<title><b>bold</b><script>alert(1)</script></title>",
        ["<b>bold</b><script>alert(1)</script>", "", ""],
        None,
    );
}

#[test]
fn hostile_pages_end() {
    let long = format!("<title>{}", "a ".repeat(100_000));
    assert_eq!(head::read(&long).title.chars().count(), 200);
    assert_eq!(
        head::read("<title>a\u{202e}b\u{0}c\u{1b}[31m\u{feff}</title>").title,
        "abc[31m".replace("abc", "ab\u{fffd}c")
    );
    for start in ["<", "<title>", "<meta ", "<meta a=", "<!--", "<script>", "<a b", "&", "<svg><![CDATA["] {
        let _ = head::read(&start.repeat(50_000));
        let _ = head::charset(&start.repeat(50_000));
    }
}

#[test]
fn a_page_is_read_in_the_encoding_that_it_names() {
    let page = |label: &str| format!("<meta charset={label}><title>").into_bytes();
    for (bytes, content_type, title) in [
        ([b"<title>".to_vec(), "größe".into()].concat(), "text/html", "größe"),
        ([b"<title>gr\xf6\xdfe".to_vec()].concat(), "text/html; charset=ISO-8859-1", "größe"),
        ([b"<title>gr\xf6\xdfe".to_vec()].concat(), "text/html", "größe"),
        ([page("windows-1252"), b"gr\xf6\xdfe".to_vec()].concat(), "text/html", "größe"),
        ([page("shift_jis"), b"\x83e\x83X\x83g".to_vec()].concat(), "text/html", "テスト"),
        ([page("nobody-knows"), "größe".into()].concat(), "text/html; charset=\"neither\"", "größe"),
        ([page("utf-16"), "größe".into()].concat(), "text/html", "größe"),
        ([page("utf-8"), b"gr\xf6\xdfe".to_vec()].concat(), "text/html", "gr\u{fffd}\u{fffd}e"),
        (b"\xff\xfe<\0t\0i\0t\0l\0e\0>\0\xf6\0".to_vec(), "text/html; charset=utf-8", "ö"),
        // Cut in the middle of a sign.
        (b"<title>gr\xc3\xb6\xc3".to_vec(), "text/html", "grö\u{fffd}"),
    ] {
        assert_eq!(head::read(&decode(&bytes, content_type)).title, title, "{content_type} {bytes:?}");
    }
    let equiv = b"<meta http-equiv=content-type content='text/html; charset=koi8-r'><title>\xf4\xc5\xd3\xd4";
    assert_eq!(head::read(&decode(equiv, "text/html")).title, "Тест");
}

/// A server on loopback that answers every request with the same bytes, and then with `more` again and
/// again.
async fn serve(answer: impl Into<Vec<u8>>, more: Option<(&'static [u8], Duration)>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, answer) = (listener.local_addr().unwrap().port(), answer.into());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&answer).await;
                let Some((more, pause)) = more else { return };
                while stream.write_all(more).await.is_ok() {
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    port
}

fn answer(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn fetcher() -> Fetcher {
    let client = GuardedClient::new(Policy { loopback: true });
    Fetcher { time: Duration::from_millis(500), ..Fetcher::new(client, None) }
}

async fn outcome(answer: Vec<u8>, more: Option<(&'static [u8], Duration)>) -> Result<Page, NoPage> {
    let port = serve(answer, more).await;
    fetcher().page(&format!("http://127.0.0.1:{port}/a/B%C3%B6.png")).await
}

/// The smallest GIF.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

#[tokio::test]
async fn an_endless_page_is_read_as_far_as_its_head() {
    let page =
        outcome(answer("text/html", b"<title>Endless</title>"), Some((&[b'x'; 65_536], Duration::ZERO)));
    assert_eq!(page.await.unwrap().title, "Endless");
}

#[tokio::test]
async fn a_slow_page_is_given_up() {
    let page = outcome(answer("text/html", b"<title>Slow</title>"), Some((b"x", Duration::from_millis(20))));
    assert_eq!(page.await, Err(NoPage::Outbound(OutboundError::TimedOut)));
}

#[tokio::test]
async fn what_is_no_page_is_not_shown() {
    for (content_type, body) in [
        ("application/json", b"<title>a</title>".as_slice()),
        ("text/plain", b"<title>a</title>"),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"),
        ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
    ] {
        assert_eq!(outcome(answer(content_type, body), None).await, Err(NoPage::OtherKind), "{content_type}");
    }
    assert_eq!(outcome(answer("text/html", b"<p>x"), None).await, Err(NoPage::Untold));
    let missing = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<title>a";
    assert_eq!(outcome(missing.to_vec(), None).await, Err(NoPage::Status(404)));
}

#[tokio::test]
async fn nothing_is_unpacked() {
    let zipped = answer("text/html\r\nContent-Encoding: gzip", b"\x1f\x8b\x08<title>a</title>");
    assert_eq!(outcome(zipped, None).await, Err(NoPage::Compressed));
}

#[tokio::test]
async fn a_picture_is_what_its_bytes_are() {
    let page = outcome(answer("image/jpeg", DOT), None).await.unwrap();
    assert_eq!((page.title.as_str(), page.site.as_str()), ("", "127.0.0.1"));
    let picture = page.picture.unwrap();
    assert_eq!(picture.name, "Bö.png");
    assert_eq!((picture.media_type, picture.width, picture.height), ("image/gif", 1, 1));
    assert_eq!(picture.bytes, Bytes::from_static(DOT));
}

#[tokio::test]
async fn a_picture_of_too_many_pixels_or_bytes_is_none() {
    let sized = |width: u16, height: u16| {
        [b"GIF89a", width.to_le_bytes().as_slice(), &height.to_le_bytes(), &DOT[10..]].concat()
    };
    for (width, height) in [(0, 1), (10_001, 1), (9_000, 9_000)] {
        let refused = outcome(answer("image/gif", &sized(width, height)), None).await;
        assert_eq!(refused, Err(NoPage::OtherKind), "{width} x {height}");
    }
    let endless = outcome(answer("image/gif", DOT), Some((&[0; 65_536], Duration::ZERO))).await;
    assert_eq!(endless, Err(NoPage::Outbound(OutboundError::TooLarge { limit: 2 << 20 })));
}

/// Every name means this address.
struct Always(IpAddr);

impl Lookup for Always {
    fn lookup(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let found = vec![self.0];
        Box::pin(async move { Ok(found) })
    }
}

#[tokio::test]
async fn a_name_that_means_an_inner_address_is_not_asked() {
    let port = serve(answer("text/html", b"<title>secret</title>"), None).await;
    for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:192.168.0.1"] {
        let lookup = Arc::new(Always(address.parse().unwrap()));
        let fetcher = Fetcher::new(GuardedClient::with_lookup(Policy::default(), lookup), None);
        let refused = fetcher.page(&format!("http://harmless.example:{port}/")).await;
        assert_eq!(refused, Err(NoPage::Outbound(OutboundError::Refused)), "{address}");
    }
}

#[tokio::test]
async fn a_picture_at_an_inner_address_is_left_out() {
    let html = b"<title>a</title><meta property=og:image content=http://10.0.0.1/a.png>";
    let page = outcome(answer("text/html", html), None).await.unwrap();
    assert_eq!((page.title.as_str(), page.picture), ("a", None));
}

#[tokio::test]
async fn pages_of_this_installation_are_not_asked() {
    let port = serve(answer("text/html", b"<title>own</title>"), None).await;
    let away =
        format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port}/\r\nConnection: close\r\n\r\n");
    let elsewhere = serve(away, None).await;
    let own = Some(format!("https://127.0.0.1:{port}").parse().unwrap());
    let fetcher = Fetcher { own, ..fetcher() };
    assert_eq!(fetcher.page(&format!("http://127.0.0.1:{port}/chat/x?at=1")).await, Err(NoPage::Own));
    assert_eq!(fetcher.page(&format!("http://127.0.0.1:{elsewhere}/")).await, Err(NoPage::Own));
}

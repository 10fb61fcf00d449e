//! One page or picture from the web, and what a preview shows of it.

use std::time::Duration;

use bytes::Bytes;
use imagesize::ImageType;
use reqwest::Url;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};

use crate::protocols::http::file;
use crate::protocols::http::outbound::{Answer, GuardedClient, Limits, Longer, OutboundError};

use super::{charset, head};

/// Bytes of a page that are read; its head stands at its beginning.
const PAGE: usize = 512 << 10;
/// Bytes of a picture.
const PICTURE: usize = 2 << 20;
/// Pixels of a side of a picture, and of all of it: a small file may hold a very large one.
const SIDE: usize = 10_000;
const PIXELS: usize = 25_000_000;
/// From the first step to the last byte of each.
const TIME: Duration = Duration::from_secs(8);

/// Asks for pages and pictures.
#[derive(Clone)]
pub struct Fetcher {
    pub client: GuardedClient,
    /// The address of this installation, which is not asked for its own pages.
    pub own: Option<Url>,
    pub time: Duration,
}

/// What a preview shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Empty when the link is the picture itself.
    pub title: String,
    pub description: String,
    pub site: String,
    pub picture: Option<Picture>,
}

/// A picture that browsers show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Under which it is kept.
    pub name: String,
    pub bytes: Bytes,
    pub media_type: &'static str,
    pub width: i64,
    pub height: i64,
}

/// Why there is no preview.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPage {
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("it is a page of this installation")]
    Own,
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("the answer is compressed, which was not asked for")]
    Compressed,
    #[error("the answer is neither a page nor a picture")]
    OtherKind,
    #[error("the page does not say what it is")]
    Untold,
}

impl Fetcher {
    #[must_use]
    pub fn new(client: GuardedClient, own: Option<Url>) -> Self {
        Self { client, own, time: TIME }
    }

    /// Reads what is behind a link.
    ///
    /// # Errors
    /// `NoPage` when there is nothing to show.
    pub async fn page(&self, link: &str) -> Result<Page, NoPage> {
        if Url::parse(link).is_ok_and(|url| self.is_own(&url)) {
            return Err(NoPage::Own);
        }
        let limits = Limits { bytes: PAGE, longer: Longer::Cut, time: self.time, ..Limits::default() };
        let answer = self.ask(link, limits).await?;
        let kind = media_type(&answer);
        match kind.as_str() {
            "text/html" | "application/xhtml+xml" => self.of_html(answer).await,
            _ if kind.starts_with("image/") => self.of_image(answer).await,
            _ => Err(NoPage::OtherKind),
        }
    }

    /// Whether an address leads into this very installation.
    #[must_use]
    pub fn is_own(&self, url: &Url) -> bool {
        let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
        self.own.as_ref().is_some_and(|own| place(own) == place(url))
    }

    async fn ask(&self, link: &str, limits: Limits) -> Result<Answer, NoPage> {
        let answer = self.client.get(link, limits).await?;
        if self.is_own(&answer.url) {
            return Err(NoPage::Own);
        }
        if answer.status != 200 {
            return Err(NoPage::Status(answer.status));
        }
        // Nothing is ever unpacked: what was asked for is asked for as it is.
        let coding = header(&answer, CONTENT_ENCODING);
        if coding.is_empty() || coding.eq_ignore_ascii_case("identity") {
            Ok(answer)
        } else {
            Err(NoPage::Compressed)
        }
    }

    async fn of_html(&self, answer: Answer) -> Result<Page, NoPage> {
        let (url, body) = (answer.url.clone(), answer.body.clone());
        let content_type = header(&answer, CONTENT_TYPE).to_owned();
        // Half a megabyte of tokens takes some milliseconds, and what goes wrong with them stays there.
        let read = tokio::task::spawn_blocking(move || head::read(&charset::decode(&body, &content_type)));
        let said = read.await.map_err(|_| NoPage::Untold)?;
        if said.title.is_empty() {
            return Err(NoPage::Untold);
        }
        let picture = match said.image.as_deref().and_then(|src| url.join(src).ok()) {
            Some(src) => self.picture(src.as_str()).await.ok(),
            None => None,
        };
        let site = if said.site.is_empty() { site_of(&url) } else { said.site };
        Ok(Page { title: said.title, description: said.description, site, picture })
    }

    async fn of_image(&self, answer: Answer) -> Result<Page, NoPage> {
        let url = answer.url.clone();
        let picture = if answer.body.len() < PAGE {
            sniff(&url, answer.body).ok_or(NoPage::OtherKind)?
        } else {
            self.picture(url.as_str()).await?
        };
        let (title, description) = (String::new(), String::new());
        Ok(Page { title, description, site: site_of(&url), picture: Some(picture) })
    }

    async fn picture(&self, src: &str) -> Result<Picture, NoPage> {
        let limits = Limits { bytes: PICTURE, longer: Longer::Refuse, time: self.time, ..Limits::default() };
        let answer = self.ask(src, limits).await?;
        sniff(&answer.url, answer.body).ok_or(NoPage::OtherKind)
    }
}

/// What the bytes are, whatever was said of them. SVG is a program and none of these.
fn sniff(url: &Url, bytes: Bytes) -> Option<Picture> {
    let media_type = match imagesize::image_type(&bytes).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        _ => return None,
    };
    let size = imagesize::blob_size(&bytes).ok()?;
    let fits = |side| (1..=SIDE).contains(&side);
    if !fits(size.width) || !fits(size.height) || size.width * size.height > PIXELS {
        return None;
    }
    let (width, height) = (i64::try_from(size.width).ok()?, i64::try_from(size.height).ok()?);
    let name = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let name = file::name(&head::clean(&unescaped(name), 100));
    Some(Picture { name, bytes, media_type, width, height })
}

fn header(answer: &Answer, name: HeaderName) -> &str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}

fn media_type(answer: &Answer) -> String {
    let whole = header(answer, CONTENT_TYPE);
    whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn site_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    head::clean(host.strip_prefix("www.").unwrap_or(host), 80)
}

/// A name in an address as people read it.
fn unescaped(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

//! What a request says about who sent it, before anyone has checked it.

use std::net::{IpAddr, Ipv4Addr};

use actix_http::RequestHead;
use actix_web::cookie::Cookie;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

/// Name of the cookie that carries a session's token.
pub const COOKIE: &str = "kontor_session";

/// Header that a browser client sends with every request that changes something.
pub const CSRF_HEADER: &str = "x-kontor-csrf";

/// Where a request carried its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Bearer(String),
    Cookie(String),
}

/// What a request says about its sender.
#[derive(Clone, Debug)]
pub struct Claims {
    pub method: Method,
    pub address: IpAddr,
    /// Host and port as the client named them.
    pub host: Option<String>,
    pub credential: Option<Credential>,
    pub tenant: Option<String>,
    pub origin: Option<String>,
    pub fetch_site: Option<String>,
    pub csrf: bool,
}

impl Claims {
    /// Reads the head of a request; `behind_proxy` tells whether `X-Forwarded-For` is to be believed.
    #[must_use]
    pub fn read(head: &RequestHead, behind_proxy: bool) -> Self {
        let headers = head.headers();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let forwarded = text("x-forwarded-for")
            .filter(|_| behind_proxy)
            .and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        let peer = head.peer_addr.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        Self {
            method: head.method.clone(),
            address: forwarded.unwrap_or(peer),
            host: text("host").map(str::to_ascii_lowercase),
            credential: credential(headers),
            tenant: text("x-tenant-id").map(str::to_owned),
            origin: text("origin").map(str::to_ascii_lowercase),
            fetch_site: text("sec-fetch-site").map(str::to_owned),
            csrf: text(CSRF_HEADER) == Some("1"),
        }
    }

    /// Whether the request may change something.
    #[must_use]
    pub fn is_unsafe(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    /// Whether a page of another site caused the request, as far as the browser tells.
    #[must_use]
    pub fn is_cross_site(&self) -> bool {
        // Only the browser itself can set this header; a user's own typing is "none".
        if let Some(site) = &self.fetch_site {
            return !matches!(site.as_str(), "same-origin" | "none");
        }
        let Some(origin) = &self.origin else { return false };
        let authority = origin.split_once("://").map_or(origin.as_str(), |(_, authority)| authority);
        self.host.as_deref() != Some(authority)
    }
}

/// The token in `Authorization: Bearer`, else the one in the cookie.
fn credential(headers: &HeaderMap) -> Option<Credential> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        let token = if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" };
        return Some(Credential::Bearer(token.to_owned()));
    }
    headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| Cookie::parse(pair.trim()).ok())
        .find(|cookie| cookie.name() == COOKIE)
        .map(|cookie| Credential::Cookie(cookie.value().to_owned()))
}

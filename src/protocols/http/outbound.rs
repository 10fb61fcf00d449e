//! Requests to addresses that people name: push services, link previews, webhooks. None of them
//! reaches the installation's own network.
//!
//! The check is made where the connection is: the resolver gives the connector public addresses
//! only, so that a name which means something else a moment later reaches nothing either. Addresses
//! that stand in the URL itself are checked before. Redirects are followed by hand, each with the same
//! checks. A proxy that the environment names is not used: it would ask in our place.

pub mod addresses;
mod lookup;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, Response, Url, redirect};

use crate::error::ErrorKind;

pub use lookup::Lookup;
use lookup::{Guard, SystemLookup};

/// Where requests may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether the machine itself may be asked: for tests and for services beside Kontor. Private
    /// networks stay closed.
    pub loopback: bool,
}

/// What one request may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the answer's body.
    pub bytes: usize,
    /// What happens to a longer one.
    pub longer: Longer,
    /// From the first step to the last byte, redirects included.
    pub time: Duration,
    /// Redirects that are followed; only `get` follows any.
    pub redirects: usize,
}

/// What happens to a body that is longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Longer {
    /// The request fails.
    Refuse,
    /// What came within the limit is the answer.
    Cut,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Any HTTP status; an error of the other side is none of ours.
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Where it came from in the end.
    pub url: Url,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    #[error("the address is none that can be asked: {0}")]
    Address(&'static str),
    /// The address, or what its name means, is not public.
    #[error("the address is not reachable from outside, or may not be asked")]
    Refused,
    #[error("the answer is longer than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("no whole answer came in time")]
    TimedOut,
    #[error("more than {0} redirects")]
    Redirects(usize),
    #[error("the other side cannot be reached: {0}")]
    Unreachable(String),
}

impl OutboundError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Address(_) | Self::Refused | Self::TooLarge { .. } | Self::Redirects(_) => {
                ErrorKind::Invalid
            }
            Self::TimedOut | Self::Unreachable(_) => ErrorKind::Busy,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 20, longer: Longer::Refuse, time: Duration::from_secs(10), redirects: 5 }
    }
}

/// An HTTP client that only reaches public addresses. Cheap to clone.
#[derive(Clone)]
pub struct GuardedClient {
    http: reqwest::Client,
    policy: Policy,
}

const CONNECT: Duration = Duration::from_secs(5);
const AGENT: &str = concat!("Kontor/", env!("CARGO_PKG_VERSION"));
/// Longest address.
const ADDRESS: usize = 4096;

impl GuardedClient {
    /// A client for this policy.
    ///
    /// # Panics
    /// When the machine's TLS cannot be set up at all, as `reqwest::Client::new` does.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self::with_lookup(policy, Arc::new(SystemLookup))
    }

    /// A client that asks somebody else for the addresses of names; they are checked all the same.
    ///
    /// # Panics
    /// As `new`.
    #[must_use]
    pub fn with_lookup(policy: Policy, lookup: Arc<dyn Lookup>) -> Self {
        // The provider of another part of the program is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(2)
            .user_agent(AGENT)
            .dns_resolver(Guard { policy, lookup })
            .build()
            .expect("TLS and the resolver are all that a client needs");
        Self { http, policy }
    }

    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Reads an address, and follows its redirects.
    ///
    /// # Errors
    /// `OutboundError`; an answer with an error status is an answer.
    pub async fn get(&self, url: &str, limits: Limits) -> Result<Answer, OutboundError> {
        within(limits.time, async {
            let mut url = self.check(url)?;
            for _ in 0..=limits.redirects {
                let answer = self.send(Method::GET, url.clone(), HeaderMap::new(), Bytes::new()).await?;
                match redirect(&answer)? {
                    Some(next) => url = self.check(next.as_str())?,
                    None => return read(answer, limits).await,
                }
            }
            Err(OutboundError::Redirects(limits.redirects))
        })
        .await
    }

    /// Sends a body. Redirects are answers like others: what was meant for one is not given to another.
    ///
    /// # Errors
    /// As `get`.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        within(limits.time, async {
            let url = self.check(url)?;
            read(self.send(Method::POST, url, headers, body).await?, limits).await
        })
        .await
    }

    /// Reads an address and refuses what can be refused without asking a name server.
    ///
    /// # Errors
    /// `OutboundError::Address` or `Refused`.
    pub fn check(&self, url: &str) -> Result<Url, OutboundError> {
        addresses::parse(url, self.policy)
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response, OutboundError> {
        let request = self.http.request(method, url).headers(headers).body(body);
        request.send().await.map_err(|error| of_reqwest(&error))
    }
}

async fn within(
    limit: Duration,
    work: impl Future<Output = Result<Answer, OutboundError>>,
) -> Result<Answer, OutboundError> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(OutboundError::TimedOut))
}

/// Where a redirect leads; none when it is an answer.
fn redirect(answer: &Response) -> Result<Option<Url>, OutboundError> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = answer.headers().get(LOCATION) else { return Ok(None) };
    let wrong = OutboundError::Address("a redirect leads nowhere");
    let location = location.to_str().map_err(|_| wrong.clone())?;
    if location.len() > ADDRESS {
        return Err(wrong);
    }
    answer.url().join(location).map(Some).map_err(|_| wrong)
}

/// Reads the body piece by piece, so that no more than the limit is ever in memory.
async fn read(mut answer: Response, limits: Limits) -> Result<Answer, OutboundError> {
    let too_large = OutboundError::TooLarge { limit: limits.bytes };
    let declared = answer.content_length().unwrap_or(0);
    if limits.longer == Longer::Refuse && usize::try_from(declared).unwrap_or(usize::MAX) > limits.bytes {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| of_reqwest(&error))? {
        let room = limits.bytes - body.len();
        if piece.len() > room {
            if limits.longer == Longer::Refuse {
                return Err(too_large);
            }
            body.extend_from_slice(&piece[..room]);
            break;
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer {
        status: answer.status().as_u16(),
        url: answer.url().clone(),
        headers: std::mem::take(answer.headers_mut()),
        body: body.freeze(),
    })
}

/// Our own refusal comes back through the connector; the rest is told without the address in it,
/// which may hold a secret.
fn of_reqwest(error: &reqwest::Error) -> OutboundError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut innermost = error.to_string();
    while let Some(cause) = source {
        if let Some(own) = cause.downcast_ref::<OutboundError>() {
            return own.clone();
        }
        innermost = cause.to_string();
        source = cause.source();
    }
    if error.is_timeout() { OutboundError::TimedOut } else { OutboundError::Unreachable(innermost) }
}

//! Who may sign in, as whom they act, and which rights they hold on single objects.

mod admin;
mod authenticate;
mod backoff;
mod bots;
mod cache;
mod email;
mod error;
pub mod grants;
pub mod groups;
pub mod http;
pub mod messages;
mod nesting;
mod newcomers;
mod operator;
mod password;
mod people;
mod sign_in;
pub mod sockets;
mod store;
mod tenants;
#[cfg(test)]
mod tests;
mod tickets;
mod token;
mod tokens;

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::actors::Clock;
use crate::protocols::http::rate_limit::{Rate, RateLimits};
use crate::store::Store;

pub use authenticate::{LIVE_TICKET, SYNC_TICKET};
pub use email::EmailAddress;
pub use error::IdentityError;
pub use operator::OperatorToken;
pub use store::{address_of, is_person, is_session_open, person_at};

/// Answers every question about people, sessions and tenants. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    shared: Arc<Shared>,
}

/// How identity works in this installation.
#[derive(Clone, Debug)]
pub struct IdentitySettings {
    /// Whether browsers come by HTTPS: cookies are then sent by nothing else.
    pub secure_cookies: bool,
    /// What people type into the browser, when it is not what the server hears as host.
    pub public_url: Option<String>,
    /// Whether `X-Forwarded-For` is to be believed.
    pub behind_proxy: bool,
    /// Token of the operator of the platform.
    pub operator: Option<OperatorToken>,
    /// Passwords that are hashed at once.
    pub hashing: usize,
    pub principal: Rate,
    pub address: Rate,
}

struct Shared {
    store: Store,
    clock: Clock,
    settings: IdentitySettings,
    passwords: password::Passwords,
    callers: cache::Callers,
    tenants: cache::Tenants,
    hosts: cache::Hosts,
    guesses: backoff::Guesses,
    tickets: tickets::Tickets,
    limits: RateLimits,
}

impl Identity {
    /// Begins to answer.
    #[must_use]
    pub fn new(store: Store, clock: Clock, settings: IdentitySettings) -> Self {
        let shared = Shared {
            store,
            clock,
            passwords: password::Passwords::new(settings.hashing),
            callers: cache::Callers::default(),
            tenants: cache::Tenants::default(),
            hosts: cache::Hosts::default(),
            guesses: backoff::Guesses::default(),
            tickets: tickets::Tickets::default(),
            limits: RateLimits::new(settings.principal, settings.address),
            settings,
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Default for IdentitySettings {
    fn default() -> Self {
        let rate = |per_second, burst| Rate {
            per_second: NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN),
            burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN),
        };
        Self {
            secure_cookies: false,
            public_url: None,
            behind_proxy: false,
            operator: None,
            hashing: 2,
            principal: rate(100, 500),
            address: rate(50, 200),
        }
    }
}

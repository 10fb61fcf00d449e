//! How often one may ask: per person when signed in, per address when not.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use crate::ids::{TenantId, UserId};
use crate::scope::{Principal, Scope};

use super::problem::ApiError;

/// Past this many remembered callers those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// Requests a second, and how many may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per_second: NonZeroU32,
    pub burst: NonZeroU32,
}

/// The two limits of an installation.
#[derive(Clone)]
pub struct RateLimits(Arc<Limiters>);

struct Limiters {
    clock: DefaultClock,
    principals: DefaultKeyedRateLimiter<(TenantId, Principal)>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl RateLimits {
    #[must_use]
    pub fn new(principal: Rate, address: Rate) -> Self {
        let quota = |rate: Rate| Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Self(Arc::new(Limiters {
            clock: DefaultClock::default(),
            principals: RateLimiter::keyed(quota(principal)),
            addresses: RateLimiter::keyed(quota(address)),
        }))
    }

    /// Counts a request of someone who is signed in.
    ///
    /// # Errors
    /// `ApiError` of kind `TooMany` that tells when to try again.
    pub fn principal(&self, scope: &Scope) -> Result<(), ApiError> {
        let limiter = &self.0.principals;
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        self.answer(limiter.check_key(&(scope.tenant, scope.principal)))
    }

    /// Counts a request that comes with an id of its own instead of a person's.
    ///
    /// # Errors
    /// As `principal`.
    pub fn thing(&self, tenant: TenantId, id: Uuid) -> Result<(), ApiError> {
        let limiter = &self.0.principals;
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        self.answer(limiter.check_key(&(tenant, Principal::User(UserId(id)))))
    }

    /// Counts a request of someone unknown.
    ///
    /// # Errors
    /// As `principal`.
    pub fn address(&self, address: IpAddr) -> Result<(), ApiError> {
        let limiter = &self.0.addresses;
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        self.answer(limiter.check_key(&network(address)))
    }

    fn answer(
        &self,
        outcome: Result<(), governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>>,
    ) -> Result<(), ApiError> {
        outcome.map_err(|not_until| {
            let wait = not_until.wait_time_from(self.0.clock.now());
            ApiError::too_many(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }
}

/// One customer of an IPv6 network has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}

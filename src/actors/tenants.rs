//! All tenants of the installation: wakes, finds, observes and stops them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;

use super::arbiters::Arbiters;
use super::child::ChildSpec;
use super::clock::Clock;
use super::messages::{Observation, Observe};
use super::registry::{LocateError, Registrar};
use super::sharded::sharded_registry;
use super::tenant::{Tenant, TenantChildren, TenantEnv};
use crate::error::ErrorKind;
use crate::ids::TenantId;
use crate::store::{Store, StoreError};

/// Tells whether a tenant may be woken.
pub type TenantCheck = Arc<dyn Fn(TenantId) -> BoxFuture<'static, Result<(), TenantError>> + Send + Sync>;

/// Why a tenant cannot be used now.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TenantError {
    #[error("there is no such tenant")]
    Unknown,
    #[error("the tenant is suspended")]
    Suspended,
    #[error("the tenant could not be looked up")]
    Store(#[source] StoreError),
    #[error("the tenant's actors do not start")]
    Failed,
    #[error("the tenant failed repeatedly and rests for {retry_after:?}")]
    Resting { retry_after: Duration },
    #[error("the server stops")]
    Closed,
}

impl TenantError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown => ErrorKind::NotFound,
            Self::Suspended => ErrorKind::Forbidden,
            Self::Store(error) => error.kind(),
            Self::Failed => ErrorKind::Internal,
            Self::Resting { .. } | Self::Closed => ErrorKind::Busy,
        }
    }
}

impl From<StoreError> for TenantError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<LocateError<TenantError>> for TenantError {
    fn from(error: LocateError<TenantError>) -> Self {
        match error {
            LocateError::Load(error) => error,
            LocateError::CrashLoop { retry_after } => Self::Resting { retry_after },
            LocateError::Closed => Self::Closed,
        }
    }
}

/// What tenants are made of.
#[derive(Clone)]
pub struct TenantsConfig {
    pub store: Store,
    pub clock: Clock,
    pub arbiters: Arbiters,
    pub children: TenantChildren,
    pub check: TenantCheck,
    /// After how long without use, and without an actor in its registries, a tenant goes to sleep.
    pub idle: Duration,
}

/// All tenants; cheap to clone, usable from every thread.
#[derive(Clone)]
pub struct Tenants {
    house: Arc<House>,
    pub(super) registrar: Registrar<Tenant>,
}

/// How often `wake` asks again when it met a tenant that was just falling asleep. The second time is
/// enough, since the registry hears of the passivation before it hears of the next question.
const ATTEMPTS: usize = 4;

impl Tenants {
    #[must_use]
    pub fn new(config: TenantsConfig) -> Self {
        let registrar = Registrar::new(config.arbiters.clone());
        Self { house: Arc::new(House { config, awake: RwLock::default() }), registrar }
    }

    /// The tenants as a child of the root.
    #[must_use]
    pub fn child(&self) -> ChildSpec {
        let house = self.house.clone();
        let clock = self.house.config.clock.clone();
        sharded_registry("tenants", self.registrar.clone(), clock, move || house.clone())
    }

    /// What the tenant's actors work with; starts the tenant when it sleeps. One that is falling
    /// asleep finishes that first.
    ///
    /// # Errors
    /// `TenantError` when it is unknown, suspended, or does not start.
    pub async fn wake(&self, id: TenantId) -> Result<TenantEnv, TenantError> {
        for _ in 0..ATTEMPTS {
            if let Some(env) = self.use_awake(id) {
                return Ok(env);
            }
            self.registrar.locate(id).await?;
        }
        self.use_awake(id).ok_or(TenantError::Closed)
    }

    /// The same if the tenant is awake; wakes nobody and does not count as use.
    #[must_use]
    pub fn peek(&self, id: TenantId) -> Option<TenantEnv> {
        self.house.awake.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Notes the use under the lock, so that the tenant cannot fall asleep in between.
    fn use_awake(&self, id: TenantId) -> Option<TenantEnv> {
        let awake = self.house.awake.read().unwrap_or_else(PoisonError::into_inner);
        awake.get(&id).inspect(|env| env.touch()).cloned()
    }

    /// Ends all actors of a tenant and closes its files; for one that is suspended or deleted. The
    /// check has to refuse it from before this call on.
    pub async fn stop(&self, id: TenantId) {
        self.registrar.stop(id).await;
    }

    /// How many tenants are awake.
    #[must_use]
    pub fn awake(&self) -> usize {
        self.house.awake.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The tree of one tenant's actors, or of all; an empty one for a tenant that sleeps.
    pub async fn observe(&self, id: Option<TenantId>) -> Observation {
        let clock = &self.house.config.clock;
        let Some(id) = id else {
            return self.registrar.observe(Observe::default(), clock).await;
        };
        let asleep = Observation::of(id, "tenant", "asleep");
        let Some(tenant) = self.registrar.peek(id).await else { return asleep };
        let answer = clock.timeout(Duration::from_secs(1), tenant.send(Observe::default())).await;
        match answer {
            Some(Ok(observation)) => observation,
            Some(Err(_)) => asleep,
            None => Observation::of(id, "tenant", "busy"),
        }
    }
}

/// What all tenants share.
pub struct House {
    pub(super) config: TenantsConfig,
    awake: RwLock<HashMap<TenantId, TenantEnv>>,
}

/// Lets others find a tenant's environment until it is removed or dropped.
pub(super) struct AwakeMark {
    house: Arc<House>,
    tenant: TenantId,
    present: bool,
}

impl AwakeMark {
    pub(super) fn new(house: &Arc<House>, env: &TenantEnv) -> Self {
        let mut awake = house.awake.write().unwrap_or_else(PoisonError::into_inner);
        awake.insert(env.tenant, env.clone());
        Self { house: house.clone(), tenant: env.tenant, present: true }
    }

    /// Removes the mark if the tenant has been idle for `limit`; nobody can wake it in between.
    pub(super) fn remove_if_idle(&mut self, limit: Duration) -> bool {
        let house = self.house.clone();
        let mut awake = house.awake.write().unwrap_or_else(PoisonError::into_inner);
        let idle = self.present && awake.get(&self.tenant).is_some_and(|env| env.idle() >= limit);
        if idle {
            awake.remove(&self.tenant);
            self.present = false;
        }
        idle
    }

    pub(super) fn remove(&mut self) {
        if std::mem::take(&mut self.present) {
            let mut awake = self.house.awake.write().unwrap_or_else(PoisonError::into_inner);
            awake.remove(&self.tenant);
        }
    }
}

impl Drop for AwakeMark {
    fn drop(&mut self) {
        self.remove();
    }
}

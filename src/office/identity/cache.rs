//! What was read a moment ago: good for one second, and dropped at once by a change made here.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ids::{TenantId, UserId};
use crate::scope::Scope;

use super::messages::Tenant;
use super::token::TokenHash;

/// Longest time for which a change made elsewhere goes unseen.
const GOOD: Duration = Duration::from_secs(1);
/// Past this many entries those that are no good any more are dropped.
const REMEMBERED: usize = 20_000;

/// Values by key, each good for a moment.
pub struct Moment<K, V>(Mutex<Kept<K, V>>);

struct Kept<K, V> {
    values: HashMap<K, (Duration, V)>,
    /// Grows with every change.
    changes: u64,
}

/// Taken before a value is read from the store: tells whether it was overtaken by a change since.
#[derive(Clone, Copy)]
pub struct Reading {
    at: Duration,
    changes: u64,
}

/// Who is behind a token.
#[derive(Clone)]
pub struct Caller {
    /// Without a session: the operator of the platform.
    pub scope: Scope,
}

pub type Callers = Moment<TokenHash, Caller>;
pub type Tenants = Moment<TenantId, Tenant>;
/// All host names of tenants, under one key: they are few.
pub type Hosts = Moment<(), HashMap<String, TenantId>>;

impl<K: Eq + Hash, V: Clone> Moment<K, V> {
    pub fn get(&self, key: &K, now: Duration) -> Option<V> {
        let kept = self.lock();
        let (read, value) = kept.values.get(key)?;
        (now.saturating_sub(*read) < GOOD).then(|| value.clone())
    }

    /// To be taken before a value is read.
    pub fn begin(&self, now: Duration) -> Reading {
        Reading { at: now, changes: self.lock().changes }
    }

    /// Keeps a value, unless something has changed while it was read. Its life is counted from the
    /// moment before the reading.
    pub fn put(&self, key: K, value: V, reading: Reading) {
        let mut kept = self.lock();
        if kept.changes != reading.changes {
            return;
        }
        if kept.values.len() >= REMEMBERED {
            kept.values.retain(|_, (at, _)| reading.at.saturating_sub(*at) < GOOD);
        }
        kept.values.insert(key, (reading.at, value));
    }

    /// Forgets what has changed.
    pub fn drop_where(&self, gone: impl Fn(&K, &V) -> bool) {
        let mut kept = self.lock();
        kept.changes += 1;
        kept.values.retain(|key, (_, value)| !gone(key, value));
    }

    fn lock(&self) -> MutexGuard<'_, Kept<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Callers {
    pub fn drop_user(&self, tenant: TenantId, user: UserId) {
        self.drop_where(|_, caller| caller.scope.tenant == tenant && caller.scope.user() == Some(user));
    }
}

impl<K, V> Default for Moment<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Kept { values: HashMap::new(), changes: 0 }))
    }
}

//! How the people of a tenant want to be seen and told, kept in memory for the rooms.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{TenantId, Timestamp, UserId};
use crate::scope::Scope;
use crate::store::{Store, StoreError};

use super::error::ChatError;
use super::store::bans;
use super::store::people::{self, ProfileRow};

/// The profiles of all tenants; cheap to clone.
#[derive(Clone, Default)]
pub struct AllProfiles(Arc<Mutex<HashMap<TenantId, Arc<Profiles>>>>);

/// The profiles of one tenant.
#[derive(Default)]
pub struct Profiles {
    all: RwLock<HashMap<UserId, Profile>>,
    /// Who may only read, and until when.
    muted: RwLock<HashMap<UserId, Option<Timestamp>>>,
    loaded: tokio::sync::OnceCell<()>,
}

/// How someone wants to be seen and told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub status: Option<StatusJson>,
    /// In lower case.
    pub keywords: Vec<String>,
    pub sections: Vec<String>,
    /// Grows with every change.
    pub version: i64,
}

/// What someone says about themselves at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatStatus)]
#[serde(deny_unknown_fields)]
pub struct StatusJson {
    #[serde(default)]
    pub emoji: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

impl AllProfiles {
    /// Those of one tenant; not read yet.
    #[must_use]
    pub fn of(&self, tenant: TenantId) -> Arc<Profiles> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > 1_000 && all.len().is_power_of_two() {
            all.retain(|_, profiles| Arc::strong_count(profiles) > 1);
        }
        all.entry(tenant).or_default().clone()
    }
}

impl Profiles {
    /// Reads them, once.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn load(&self, store: &Store, tenant: TenantId) -> Result<(), StoreError> {
        let read = || async {
            let mut tx = store.read(&Scope::system(tenant)).await?;
            let rows = people::profiles(&mut tx).await?;
            let mutes = bans::mutes(&mut tx).await?;
            let mut known = self.all.write().unwrap_or_else(PoisonError::into_inner);
            known.extend(rows.into_iter().map(|row| (row.user_id, Profile::from(row))));
            let mut muted = self.muted.write().unwrap_or_else(PoisonError::into_inner);
            muted.extend(mutes.into_iter().map(|row| (row.user_id, row.until)));
            Ok::<(), StoreError>(())
        };
        self.loaded.get_or_try_init(read).await.map(|_| ())
    }

    #[must_use]
    pub fn get(&self, user: UserId) -> Profile {
        self.with(|all| all.get(&user).cloned().unwrap_or_default())
    }

    /// After it was stored; one that was stored before another and comes after it changes nothing.
    pub fn put(&self, user: UserId, profile: Profile) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        if all.get(&user).is_none_or(|known| known.version < profile.version) {
            all.insert(user, profile);
        }
    }

    /// After it was stored: lets someone only read, until a moment or for good.
    pub fn mute(&self, user: UserId, until: Option<Timestamp>) {
        self.muted.write().unwrap_or_else(PoisonError::into_inner).insert(user, until);
    }

    /// After it was stored.
    pub fn unmute(&self, user: UserId) {
        self.muted.write().unwrap_or_else(PoisonError::into_inner).remove(&user);
    }

    /// When someone may write again; none when never or already.
    #[must_use]
    pub fn muted_until(&self, user: UserId) -> Option<Timestamp> {
        self.muted.read().unwrap_or_else(PoisonError::into_inner).get(&user).copied().flatten()
    }

    /// Refuses who may only read.
    ///
    /// # Errors
    /// `ChatError::Muted` for one who may not write now.
    pub fn require_voice(&self, scope: &Scope, now: Timestamp) -> Result<(), ChatError> {
        let muted = self.muted.read().unwrap_or_else(PoisonError::into_inner);
        match scope.user().and_then(|user| muted.get(&user)) {
            Some(until) if until.is_none_or(|end| end > now) => Err(ChatError::Muted),
            _ => Ok(()),
        }
    }

    /// Whether one of the person's keywords is in a text in lower case.
    #[must_use]
    pub fn is_called(&self, user: UserId, lower: &str) -> bool {
        self.with(|all| {
            let keywords = all.get(&user).map(|profile| profile.keywords.as_slice()).unwrap_or_default();
            keywords.iter().any(|keyword| super::text::holds_word(lower, keyword))
        })
    }

    /// What people say about themselves now.
    #[must_use]
    pub fn statuses(&self, now: Timestamp) -> HashMap<UserId, StatusJson> {
        self.with(|all| {
            let said = |(user, profile): (&UserId, &Profile)| Some((*user, profile.status_at(now)?));
            all.iter().filter_map(said).collect()
        })
    }

    fn with<T>(&self, read: impl FnOnce(&HashMap<UserId, Profile>) -> T) -> T {
        read(&self.all.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Profile {
    /// The status, unless its time is over.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> Option<StatusJson> {
        self.status.clone().filter(|status| status.expires_at.is_none_or(|end| end > now))
    }

    /// As the table holds it.
    #[must_use]
    pub fn row(&self, user_id: UserId) -> ProfileRow {
        ProfileRow {
            user_id,
            status: self.status.as_ref().and_then(|status| serde_json::to_value(status).ok()),
            keywords: serde_json::json!(self.keywords),
            sections: serde_json::json!(self.sections),
            version: self.version,
        }
    }
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Self {
        let list = |value| serde_json::from_value(value).unwrap_or_default();
        Self {
            status: row.status.and_then(|status| serde_json::from_value(status).ok()),
            keywords: list(row.keywords),
            sections: list(row.sections),
            version: row.version,
        }
    }
}

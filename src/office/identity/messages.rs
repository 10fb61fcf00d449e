//! What identity says to other features.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{SessionId, TenantId, Timestamp, UserId};
use crate::scope::Role;

use super::EmailAddress;

/// The event that someone's role, status or password has changed: `{user}`.
pub const USER_CHANGED: &str = "identity.user_changed";

/// The event that a sign-in has ended: `{user, session}`.
pub const SESSION_ENDED: &str = "identity.session_ended";

/// The event that a bot has got an API token: `{user}`.
pub const TOKEN_MADE: &str = "identity.token_made";

/// The event that people may sign in to a business: after its activation or a suspension.
pub const TENANT_OPENED: &str = "identity.tenant_opened";

/// The event that a group's name, handle or members have changed: `{group}`.
pub const GROUP_CHANGED: &str = "identity.group_changed";

/// Someone with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    pub status: Status,
    pub created_at: Timestamp,
    pub kind: AccountKind,
    /// Of a bot: an emoji, or the `:name:` of an own one.
    pub picture: String,
}

/// What uses an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    Person,
    /// A program; it has API tokens and no password.
    Bot,
}

/// Whether a person or a tenant may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Suspended,
}

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub email: EmailAddress,
    pub name: PersonName,
    pub role: Role,
    /// Without one, a password is made up.
    pub password: Option<Password>,
}

/// What to change about a person.
#[derive(Clone, Debug, Default)]
pub struct ChangePerson {
    pub name: Option<PersonName>,
    pub role: Option<Role>,
    pub status: Option<Status>,
    pub password: Option<Password>,
}

/// A person's name: 1 to 200 characters without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

/// A password of an allowed length; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A business that lives in this installation.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    pub status: Status,
    pub profile: Profile,
    pub created_at: Timestamp,
}

/// What a business says about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// BCP 47.
    pub locale: String,
    /// IANA.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// Modules that are switched on or off by name.
    pub modules: BTreeMap<String, bool>,
    /// Whether the activation came to its end.
    pub activated: bool,
    /// Email address with which the business was activated.
    pub admin: String,
    /// What later releases keep here.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// A business as clients see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Tenant)]
pub struct TenantJson {
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    /// BCP 47.
    pub locale: String,
    /// IANA.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    pub status: Status,
    /// Modules that are switched on or off.
    pub modules: BTreeMap<String, bool>,
}

/// A sign-in that succeeded.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Shown once; only its hash is kept.
    pub token: String,
    pub session: SessionId,
    pub person: Person,
    pub tenant: Tenant,
}

/// Fewest and most characters of a password.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=1024;

/// A text that is no name or no password; says what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongText(pub &'static str);

impl PersonName {
    /// Reads a name; white space around it is not part of it.
    ///
    /// # Errors
    /// `WrongText` when it is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, WrongText> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
            return Err(WrongText("a name has 1 to 200 characters and no control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Password {
    /// Takes a password. Length is what counts: nothing is said about which signs it holds.
    ///
    /// # Errors
    /// `WrongText` when it is too short or too long.
    pub fn parse(text: impl Into<String>) -> Result<Self, WrongText> {
        let text = text.into();
        if !PASSWORD_LENGTH.contains(&text.chars().count()) || text.len() > 4 * PASSWORD_LENGTH.end() {
            return Err(WrongText("a password has 10 to 1024 characters"));
        }
        Ok(Self(text))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl From<Tenant> for TenantJson {
    fn from(tenant: Tenant) -> Self {
        let Tenant { id, slug, name, status, profile, .. } = tenant;
        Self {
            id,
            slug,
            name,
            locale: profile.locale,
            time_zone: profile.time_zone,
            currency: profile.currency,
            status,
            modules: profile.modules,
        }
    }
}

impl AccountKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Bot => "bot",
        }
    }

    /// A kind of a later release is no person.
    pub(super) fn read(text: &str) -> Self {
        if text == "person" { Self::Person } else { Self::Bot }
    }
}

impl Status {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        // A status of a later release keeps people out rather than in.
        if text == "active" { Self::Active } else { Self::Suspended }
    }
}

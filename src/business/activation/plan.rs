//! An activation after its document was read.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::SeedPack;
use crate::office::identity::EmailAddress;
use crate::office::identity::messages::{Password, PersonName};
use crate::scope::Role;

/// A business to be brought to life.
#[derive(Clone, Debug)]
pub struct Plan {
    pub name: String,
    /// Lower case letters, digits and single hyphens: part of addresses.
    pub slug: String,
    /// BCP 47.
    pub locale: String,
    /// IANA.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// First the administrator, then the others.
    pub people: Vec<PlannedPerson>,
    pub modules: BTreeMap<String, bool>,
    pub integrations: Vec<Integration>,
    /// Of the preset, then of the document itself.
    pub packs: Vec<SeedPack>,
    pub domains: Vec<Domain>,
    pub assistants: Vec<Assistant>,
}

/// A connection to a service of others.
#[derive(Clone, PartialEq, Eq)]
pub struct Integration {
    /// What it is for: `payment`, `messaging` or `mail`.
    pub purpose: String,
    pub provider: String,
    /// What the service has to be told; never shown.
    pub values: BTreeMap<String, String>,
}

/// A host name under which the business is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    pub host: String,
    /// Whether the business has its mail there.
    pub mail: bool,
}

/// A helper that is prepared now and switched on later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assistant {
    pub name: String,
    /// What it is told about its work.
    pub instructions: String,
}

/// Someone who shall have an account.
#[derive(Clone, Debug)]
pub struct PlannedPerson {
    pub email: EmailAddress,
    pub name: PersonName,
    pub role: Role,
    pub password: Option<Password>,
}

impl Plan {
    /// The email address that owns the business.
    #[must_use]
    pub fn admin(&self) -> Option<&EmailAddress> {
        self.people.first().map(|person| &person.email)
    }
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Integration({} {}, …)", self.purpose, self.provider)
    }
}

//! An activation after its document was read.

use std::collections::BTreeMap;

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

//! Whose accounts are here, and accounts for those who have none.

use std::collections::HashMap;

use crate::ids::UserId;
use crate::office::identity::EmailAddress;
use crate::office::identity::messages::{PersonName, Status};
use crate::scope::{Role, Scope};

use super::super::error::ChatError;
use super::Importer;
use super::names::Someone;
use super::report::Report;

/// Someone as an export tells of them.
pub struct Stranger {
    /// What the export calls them.
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub guest: bool,
}

/// The people of an export.
#[derive(Default)]
pub struct People {
    pub known: HashMap<String, Someone>,
    /// Those who can sign in.
    pub active: std::collections::HashSet<UserId>,
}

impl Importer {
    /// Finds or makes the accounts of people. A made one is suspended: nobody signs in with it and no
    /// mail is sent before an administrator opens it.
    pub(super) async fn people(
        &self,
        scope: &Scope,
        strangers: Vec<Stranger>,
        report: &mut Report,
    ) -> Result<People, ChatError> {
        let mut people = People::default();
        let mut wanted = Vec::new();
        for stranger in strangers {
            let email = stranger.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
            let name = shown(&stranger.name, &stranger.id);
            match email {
                Some(email) => {
                    let role = if stranger.guest { Role::TenantGuest } else { Role::TenantUser };
                    let named =
                        PersonName::parse(&name).map_err(|wrong| ChatError::invalid(wrong.to_string()))?;
                    wanted.push((stranger.id, email, named, role));
                }
                None => {
                    report.people_named += 1;
                    people.known.insert(stranger.id, Someone { account: None, name });
                }
            }
        }
        let asked =
            wanted.iter().map(|(_, email, name, role)| (email.clone(), name.clone(), *role)).collect();
        let found = self.identity.take_in(scope, asked).await?;
        for ((id, ..), (person, made)) in wanted.into_iter().zip(found) {
            *(if made { &mut report.people_created } else { &mut report.people_matched }) += 1;
            if person.status == Status::Active {
                people.active.insert(person.id);
            }
            people.known.insert(id, Someone { account: Some(person.id), name: person.name });
        }
        Ok(people)
    }
}

/// A name that a person may have.
fn shown(name: &str, id: &str) -> String {
    let clean = |text: &str| -> String {
        text.chars().filter(|sign| !sign.is_control()).take(200).collect::<String>().trim().to_owned()
    };
    [clean(name), clean(id)].into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".into())
}

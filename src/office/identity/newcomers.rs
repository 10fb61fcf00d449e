//! People whom an import brings: accounts that wait for an administrator.

use crate::ids::UserId;
use crate::scope::{Permission, Role, Scope};

use super::error::IdentityError;
use super::messages::{AccountKind, Person, PersonName, Status};
use super::people::may_touch;
use super::{EmailAddress, Identity, password, store};

/// Accounts that one transaction makes.
const AT_ONCE: usize = 200;

impl Identity {
    /// The account of each of these people, and whether it was made now. A made one is suspended and
    /// has a password that nobody knows; no mail is sent.
    ///
    /// # Errors
    /// `IdentityError::Denied` when the caller may not make such people.
    pub async fn take_in(
        &self,
        scope: &Scope,
        wanted: Vec<(EmailAddress, PersonName, Role)>,
    ) -> Result<Vec<(Person, bool)>, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        // One for all: nobody knows it, and each hash takes its time.
        let hash = self.shared.passwords.hash(&password::make_up()?).await?;
        let mut found = Vec::with_capacity(wanted.len());
        for chunk in wanted.chunks(AT_ONCE) {
            let from = found.len();
            let mut tx = self.shared.store.begin(scope).await?;
            for (email, name, role) in chunk {
                may_touch(scope, *role)?;
                if let Some((person, _)) = store::user_by_email(&mut tx, email).await? {
                    found.push((person, false));
                    continue;
                }
                let now = self.shared.clock.now();
                let (email, name) = (email.clone(), name.as_str().to_owned());
                let (id, role, status) = (UserId::at(now), *role, Status::Suspended);
                let (kind, picture) = (AccountKind::Person, String::new());
                let person = Person { id, email, name, role, status, created_at: now, kind, picture };
                store::insert_user(&mut tx, &person, &hash).await?;
                found.push((person, true));
            }
            // The logins come first, as for everyone.
            for (person, _) in found[from..].iter().filter(|(_, made)| *made) {
                self.put_login(person, scope.tenant).await?;
            }
            tx.commit().await?;
        }
        Ok(found)
    }
}

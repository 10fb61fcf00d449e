//! The people of a tenant: list, make, change.

use crate::ids::{TenantId, Timestamp, UserId};
use crate::scope::{Permission, Role, Scope};
use crate::store::TenantTx;

use super::error::IdentityError;
use super::messages::{AccountKind, ChangePerson, NewPerson, Password, Person, Status};
use super::store::Filter;
use super::{Identity, bots, password, store, tenants};

impl Identity {
    /// One person of the caller's tenant.
    ///
    /// # Errors
    /// `IdentityError::NoPerson` when there is none.
    pub async fn person(&self, scope: &Scope, id: UserId) -> Result<Person, IdentityError> {
        let mut tx = self.shared.store.read(scope).await?;
        let (person, _) = store::user(&mut tx, id).await?.ok_or(IdentityError::NoPerson)?;
        Ok(person)
    }

    /// People by name, beginning after one; at most `limit` and one more.
    ///
    /// # Errors
    /// `IdentityError::Denied` when the caller may not list them.
    pub async fn list_people(
        &self,
        scope: &Scope,
        query: Option<&str>,
        after: Option<(String, UserId)>,
        limit: u32,
    ) -> Result<Vec<Person>, IdentityError> {
        scope.require(Permission::PeopleList)?;
        let mut tx = self.shared.store.read(scope).await?;
        let query = query.filter(|text| !text.is_empty());
        store::list(&mut tx, Filter { query, after, limit: i64::from(limit) + 1 }).await
    }

    /// Makes an account; returns its password when it was made up.
    ///
    /// # Errors
    /// `IdentityError::EmailTaken`, or `Denied` when the caller may not make such a person.
    pub async fn add_person(
        &self,
        scope: &Scope,
        new: NewPerson,
    ) -> Result<(Person, Option<Password>), IdentityError> {
        scope.require(Permission::PeopleManage)?;
        may_touch(scope, new.role)?;
        let made_up = match new.password {
            Some(_) => None,
            None => Some(password::make_up()?),
        };
        let Some(password) = new.password.as_ref().or(made_up.as_ref()) else {
            return Err(IdentityError::Damaged("password"));
        };
        let hash = self.shared.passwords.hash(password).await?;
        let now = self.shared.clock.now();
        let person = Person {
            id: UserId::at(now),
            email: new.email,
            name: new.name.as_str().to_owned(),
            role: new.role,
            status: Status::Active,
            created_at: now,
            kind: AccountKind::Person,
            picture: String::new(),
        };
        let mut tx = self.shared.store.begin(scope).await?;
        store::insert_user(&mut tx, &person, &hash).await?;
        // The login comes first: one without an account opens nothing, an account without one is lost.
        self.put_login(&person, scope.tenant).await?;
        tx.commit().await?;
        Ok((person, made_up))
    }

    /// Changes a person; the change holds for requests and open connections within a second.
    ///
    /// # Errors
    /// `IdentityError::LastAdministrator`, `NoPerson`, or `Denied` when the caller may not.
    pub async fn change_person(
        &self,
        scope: &Scope,
        id: UserId,
        change: ChangePerson,
    ) -> Result<Person, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let hash = match &change.password {
            Some(password) => Some(self.shared.passwords.hash(password).await?),
            None => None,
        };
        let now = self.shared.clock.now();
        let mut tx = self.shared.store.begin(scope).await?;
        if change.role.is_some() || change.status.is_some() {
            store::lock_administrators(&mut tx).await?;
        }
        let (before, _) = store::user(&mut tx, id).await?.ok_or(IdentityError::NoPerson)?;
        may_touch(scope, before.role)?;
        if before.kind == AccountKind::Bot && (hash.is_some() || !bots::may_be(change.role)) {
            return Err(IdentityError::BotLimit("a bot has no password and is no administrator"));
        }
        let after = decide(&before, &change);
        may_touch(scope, after.role)?;
        keep_an_administrator(&mut tx, &before, &after).await?;
        store::update_user(&mut tx, &after, hash.as_deref(), now).await?;
        if hash.is_some() || after.status == Status::Suspended {
            store::end_sessions(&mut tx, id, None, now).await?;
        }
        tx.commit().await?;
        self.shared.callers.drop_user(scope.tenant, id);
        Ok(after)
    }

    pub(super) async fn put_login(&self, person: &Person, tenant: TenantId) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.system().await?;
        tenants::put_login(&mut tx, &person.email, tenant, person.id).await?;
        Ok(tx.commit().await?)
    }

    /// Writes the logins of all people of a tenant anew, as after an import.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn restore_logins(&self, tenant: TenantId) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.read(&Scope::system(tenant)).await?;
        let everyone = Filter { query: None, after: None, limit: i64::MAX };
        let signs_in = |person: &Person| person.kind == AccountKind::Person;
        for person in store::list(&mut tx, everyone).await?.into_iter().filter(signs_in) {
            self.put_login(&person, tenant).await?;
        }
        Ok(())
    }

    /// The moment, as the installation's clock tells it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }
}

/// The person after the change.
fn decide(before: &Person, change: &ChangePerson) -> Person {
    Person {
        name: change.name.as_ref().map_or_else(|| before.name.clone(), |name| name.as_str().to_owned()),
        role: change.role.unwrap_or(before.role),
        status: change.status.unwrap_or(before.status),
        ..before.clone()
    }
}

/// Only an administrator of the platform makes or touches another one.
pub(super) fn may_touch(scope: &Scope, role: Role) -> Result<(), IdentityError> {
    if role == Role::PlatformAdmin && scope.principal != crate::scope::Principal::System {
        scope.require(Permission::PlatformManage)?;
    }
    Ok(())
}

async fn keep_an_administrator(
    tx: &mut TenantTx,
    before: &Person,
    after: &Person,
) -> Result<(), IdentityError> {
    let rules = |person: &Person| person.role.is_administrator() && person.status == Status::Active;
    if rules(before) && !rules(after) && store::other_administrators(tx, before.id).await? == 0 {
        return Err(IdentityError::LastAdministrator);
    }
    Ok(())
}

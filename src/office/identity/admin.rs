//! What activation and the operator do with tenants and their people.

use std::collections::BTreeMap;

use serde_json::json;

use crate::ids::{TenantId, Timestamp, UserId};
use crate::scope::Scope;
use crate::store::NewEvent;

use super::error::IdentityError;
use super::messages::{AccountKind, Password, Person, Status, TENANT_OPENED, Tenant};
use super::{EmailAddress, Identity, store, tenants};

impl Identity {
    /// Writes a new tenant.
    ///
    /// # Errors
    /// `StoreError::Conflict` inside when its slug is taken.
    pub async fn insert_tenant(&self, tenant: &Tenant) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.system().await?;
        tenants::insert(&mut tx, tenant).await?;
        Ok(tx.commit().await?)
    }

    /// Writes a tenant's name, status and profile.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn update_tenant(&self, tenant: &Tenant) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.system().await?;
        tenants::update(&mut tx, tenant).await?;
        tx.commit().await?;
        self.tenant_changed(tenant.id);
        Ok(())
    }

    /// Publishes that a tenant is open: what waited for that is delivered now.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn announce_open(&self, id: TenantId) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.begin(&Scope::system(id)).await?;
        let event = NewEvent { entity: id.0, kind: TENANT_OPENED, data: json!({}), at: self.now() };
        tx.publish(event).await?;
        Ok(tx.commit().await?)
    }

    /// Suspends a tenant or takes it back in; its sessions are refused at once.
    ///
    /// # Errors
    /// `IdentityError::NoTenant` when there is none.
    pub async fn set_tenant_status(&self, id: TenantId, status: Status) -> Result<Tenant, IdentityError> {
        let mut tx = self.shared.store.system().await?;
        let mut tenant = tenants::by_id(&mut tx, id).await?.ok_or(IdentityError::NoTenant)?;
        tenant.status = status;
        tenants::update(&mut tx, &tenant).await?;
        tx.commit().await?;
        self.tenant_changed(id);
        if status == Status::Active {
            self.announce_open(id).await?;
        }
        Ok(tenant)
    }

    /// Switches modules of a tenant on and off; those that are not named stay as they are.
    ///
    /// # Errors
    /// `IdentityError::NoTenant` when there is none.
    pub async fn switch_modules(
        &self,
        id: TenantId,
        all: &[&str],
        switches: BTreeMap<String, bool>,
    ) -> Result<Tenant, IdentityError> {
        let mut tx = self.shared.store.system().await?;
        let mut tenant = tenants::by_id(&mut tx, id).await?.ok_or(IdentityError::NoTenant)?;
        let modules = &mut tenant.profile.modules;
        if modules.is_empty() {
            // Where nothing is said all are on, and the others stay so.
            modules.extend(all.iter().map(|name| ((*name).to_owned(), true)));
        }
        modules.extend(switches);
        tenants::update(&mut tx, &tenant).await?;
        tx.commit().await?;
        self.tenant_changed(id);
        Ok(tenant)
    }

    /// Lets a host name stand for a tenant.
    ///
    /// # Errors
    /// `IdentityError` when the host name stands for another one.
    pub async fn add_domain(&self, tenant: TenantId, host: &str) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.system().await?;
        tenants::insert_domain(&mut tx, host, tenant).await?;
        tx.commit().await?;
        self.tenant_changed(tenant);
        Ok(())
    }

    /// Forgets a tenant and deletes everything of it.
    ///
    /// # Errors
    /// `IdentityError::NoTenant` when there is none.
    pub async fn delete_tenant(&self, id: TenantId) -> Result<(), IdentityError> {
        let mut tx = self.shared.store.system().await?;
        tenants::by_id(&mut tx, id).await?.ok_or(IdentityError::NoTenant)?;
        tenants::remove(&mut tx, id).await?;
        tx.commit().await?;
        self.tenant_changed(id);
        self.shared.store.erase(id).await?;
        Ok(())
    }

    /// The hash of a password, in the form in which it is kept.
    ///
    /// # Errors
    /// `IdentityError::Crowded` when too many wait for theirs.
    pub async fn hash_password(&self, password: &Password) -> Result<String, IdentityError> {
        self.shared.passwords.hash(password).await
    }

    /// A password that nobody can guess and everybody can read out.
    ///
    /// # Errors
    /// `IdentityError` when the machine has no random numbers.
    pub fn make_up_password(&self) -> Result<Password, IdentityError> {
        super::password::make_up()
    }

    /// Email addresses of a tenant's people that are there already, of those asked for.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn known(
        &self,
        tenant: TenantId,
        asked: &[EmailAddress],
    ) -> Result<Vec<EmailAddress>, IdentityError> {
        let mut tx = self.shared.store.read(&Scope::system(tenant)).await?;
        let mut known = Vec::new();
        for email in asked {
            if store::user_by_email(&mut tx, email).await?.is_some() {
                known.push(email.clone());
            }
        }
        Ok(known)
    }

    /// Writes people with hashed passwords in one transaction; returns who was not there before.
    ///
    /// Those who are there stay as they are, unless `renew` gives them the password too.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable; nobody was written then.
    pub async fn insert_people(
        &self,
        tenant: TenantId,
        people: &[(Person, String)],
        renew: bool,
    ) -> Result<Vec<EmailAddress>, IdentityError> {
        let mut tx = self.shared.store.begin(&Scope::system(tenant)).await?;
        let (mut logins, mut written) = (Vec::new(), Vec::new());
        for (person, hash) in people {
            let there = store::user_by_email(&mut tx, &person.email).await?;
            logins.push((&person.email, there.as_ref().map_or(person.id, |(there, _)| there.id)));
            match there {
                Some((there, _)) if renew => {
                    store::update_user(&mut tx, &there, Some(hash), self.now()).await?;
                }
                Some(_) => continue,
                None => store::insert_user(&mut tx, person, hash).await?,
            }
            written.push(person.email.clone());
        }
        let mut system = self.shared.store.system().await?;
        for (email, user) in logins {
            tenants::put_login(&mut system, email, tenant, user).await?;
        }
        system.commit().await?;
        tx.commit().await?;
        Ok(written)
    }

    /// A person of a tenant by email address.
    ///
    /// # Errors
    /// `IdentityError::NoPerson` when there is none.
    pub async fn person_by_email(
        &self,
        tenant: TenantId,
        email: &EmailAddress,
    ) -> Result<Person, IdentityError> {
        let mut tx = self.shared.store.read(&Scope::system(tenant)).await?;
        let (person, _) = store::user_by_email(&mut tx, email).await?.ok_or(IdentityError::NoPerson)?;
        Ok(person)
    }

    /// An account to be written by `insert_people`.
    #[must_use]
    pub fn new_account(
        &self,
        email: EmailAddress,
        name: &super::messages::PersonName,
        role: crate::scope::Role,
        now: Timestamp,
    ) -> Person {
        let name = name.as_str().to_owned();
        let (id, status, kind) = (UserId::at(now), Status::Active, AccountKind::Person);
        Person { id, email, name, role, status, created_at: now, kind, picture: String::new() }
    }
}

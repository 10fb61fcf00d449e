//! The steps of an activation: each can be repeated, and a failed fresh activation leaves nothing.

use futures::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::actors::Clock;
use crate::business::engine::{Catalogs, Seeding};
use crate::ids::TenantId;
use crate::office::identity::messages::{Password, Profile, Status, Tenant};
use crate::office::identity::{EmailAddress, Identity, IdentityError};
use crate::scope::{Principal, Role, Scope};
use crate::store::{Store, StoreError};

use super::connect::{self, Connecting, DomainJson};
use super::error::ActivationError;
use super::items::{Item, told};
use super::plan::{Plan, PlannedPerson};

/// Passwords on their way to the hashing, which has a queue of its own.
const HASHED_AT_ONCE: usize = 8;

/// Two activations of one slug take turns: the passwords that one shows are those that are kept.
static TURNS: [Mutex<()>; 16] = [const { Mutex::const_new(()) }; 16];

/// Brings businesses to life.
#[derive(Clone)]
pub struct Activation {
    pub store: Store,
    pub clock: Clock,
    pub identity: Identity,
    pub catalogs: Catalogs,
}

/// What is done one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The business is known to the installation.
    Infrastructure,
    /// Its file or its rows, and its key.
    Databases,
    /// What is switched on.
    Modules,
    /// Connections to services of others.
    Integrations,
    /// Accounts, fields of the business' own, records.
    SeedData,
    /// Host names, and what is to be entered in DNS.
    Domains,
    /// Helpers, prepared and not switched on.
    Assistants,
    /// People may sign in.
    Opening,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    Started,
    Done,
    Failed,
}

/// A line of progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Progress {
    pub step: Step,
    pub status: StepStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A business that people can sign in to.
#[derive(Clone, Debug)]
pub struct Activated {
    pub tenant: Tenant,
    /// First the administrator, then the others.
    pub accounts: Vec<Account>,
    pub domains: Vec<DomainJson>,
    /// Whether this activation made it, or found it there.
    pub created: bool,
    pub steps: Vec<Progress>,
}

/// An account, with its password when that was made up now.
#[derive(Clone, Debug)]
pub struct Account {
    pub email: EmailAddress,
    pub password: Option<Password>,
}

/// Hears of progress; an error stops the activation.
pub type Listener<'a> = &'a mut (dyn FnMut(&Progress) -> Result<(), ActivationError> + Send);

impl Step {
    pub const ALL: [Self; 8] = [
        Self::Infrastructure,
        Self::Databases,
        Self::Modules,
        Self::Integrations,
        Self::SeedData,
        Self::Domains,
        Self::Assistants,
        Self::Opening,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Infrastructure => "infrastructure",
            Self::Databases => "databases",
            Self::Modules => "modules",
            Self::Integrations => "integrations",
            Self::SeedData => "seed_data",
            Self::Domains => "domains",
            Self::Assistants => "assistants",
            Self::Opening => "opening",
        }
    }
}

/// An activation at work.
struct Saga<'a> {
    parts: &'a Activation,
    plan: &'a Plan,
    listener: Listener<'a>,
    steps: Vec<Progress>,
    /// Whether this run wrote the business down: only then is a failure undone.
    fresh: Option<TenantId>,
}

impl Activation {
    /// Brings the business of the plan to life, or to what the plan says if it lives already.
    ///
    /// Passwords of accounts that are there are never changed, and nobody is taken away.
    ///
    /// # Errors
    /// `ActivationError::SlugTaken` when the slug belongs to another administrator; any other error
    /// leaves nothing of a fresh activation behind.
    pub async fn activate(&self, plan: &Plan, listener: Listener<'_>) -> Result<Activated, ActivationError> {
        let sum: usize = plan.slug.bytes().map(usize::from).sum();
        let _turn = TURNS[sum % TURNS.len()].lock().await;
        let mut saga = Saga { parts: self, plan, listener, steps: Vec::new(), fresh: None };
        let outcome = saga.run().await;
        if let (Err(_), Some(tenant)) = (&outcome, saga.fresh)
            && let Err(error) = self.identity.delete_tenant(tenant).await
        {
            // The same document sent again finds what is left and goes on from there.
            tracing::warn!(%tenant, %error, "a failed activation could not be undone");
        }
        outcome
    }
}

impl Saga<'_> {
    async fn run(&mut self) -> Result<Activated, ActivationError> {
        self.begin(Step::Infrastructure)?;
        let result = self.infrastructure().await;
        let (mut tenant, created) = self.done(Step::Infrastructure, result.map(|found| (found, None)))?;

        self.begin(Step::Databases)?;
        let result = self.databases(tenant.id).await;
        self.done(Step::Databases, result.map(|()| ((), None)))?;

        self.begin(Step::Modules)?;
        let result = self.modules(&mut tenant).await;
        self.done(Step::Modules, result.map(|()| ((), None)))?;

        self.begin(Step::Integrations)?;
        let result = self.integrations(tenant.id).await;
        self.done(Step::Integrations, result.map(|items| ((), told(&items))))?;

        self.begin(Step::SeedData)?;
        let result = self.seed_data(&tenant).await;
        let accounts = self.done(Step::SeedData, result.map(|(accounts, items)| (accounts, told(&items))))?;

        self.begin(Step::Domains)?;
        let result = self.domains(tenant.id).await;
        let domains = self.done(Step::Domains, result.map(|(domains, items)| (domains, told(&items))))?;

        self.begin(Step::Assistants)?;
        let result = self.assistants(tenant.id).await;
        self.done(Step::Assistants, result.map(|items| ((), told(&items))))?;

        self.begin(Step::Opening)?;
        let result = self.opening(&mut tenant).await;
        self.done(Step::Opening, result.map(|()| ((), None)))?;
        Ok(Activated { tenant, accounts, domains, created, steps: std::mem::take(&mut self.steps) })
    }

    fn begin(&mut self, step: Step) -> Result<(), ActivationError> {
        self.note(step, StepStatus::Started, None)
    }

    fn note(
        &mut self,
        step: Step,
        status: StepStatus,
        detail: Option<String>,
    ) -> Result<(), ActivationError> {
        let progress = Progress { step, status, detail };
        let heard = (self.listener)(&progress);
        if status != StepStatus::Started {
            self.steps.push(progress);
        }
        heard
    }

    fn done<T>(
        &mut self,
        step: Step,
        result: Result<(T, Option<String>), ActivationError>,
    ) -> Result<T, ActivationError> {
        match result {
            Ok((value, detail)) => self.note(step, StepStatus::Done, detail).map(|()| value),
            Err(error) => {
                let detail = Some(error.to_string());
                // What went wrong first is what is told.
                let _ = self.note(step, StepStatus::Failed, detail);
                Err(error)
            }
        }
    }

    /// The business as it is, or a new one that is closed until the last step.
    async fn infrastructure(&mut self) -> Result<(Tenant, bool), ActivationError> {
        if let Some(there) = self.parts.identity.tenant_by_slug(&self.plan.slug).await? {
            return self.found(there);
        }
        let now = self.parts.clock.now();
        let tenant = Tenant {
            id: TenantId::at(now),
            slug: self.plan.slug.clone(),
            name: self.plan.name.clone(),
            status: Status::Suspended,
            profile: Profile { admin: self.admin(), ..Profile::default() },
            created_at: now,
        };
        match self.parts.identity.insert_tenant(&tenant).await {
            Ok(()) => {
                self.fresh = Some(tenant.id);
                Ok((tenant, true))
            }
            // Someone else was faster by a moment.
            Err(IdentityError::Store(StoreError::Conflict)) => {
                let there = self.parts.identity.tenant_by_slug(&self.plan.slug).await?;
                self.found(there.ok_or(StoreError::Conflict)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn found(&self, there: Tenant) -> Result<(Tenant, bool), ActivationError> {
        if there.profile.admin != self.admin() {
            return Err(ActivationError::SlugTaken(there.slug));
        }
        // One that never came to its end is brought to life now.
        let created = !there.profile.activated;
        Ok((there, created))
    }

    fn admin(&self) -> String {
        self.plan.admin().map(ToString::to_string).unwrap_or_default()
    }

    async fn databases(&self, tenant: TenantId) -> Result<(), ActivationError> {
        self.parts.store.provision(tenant).await?;
        let mut tx = self.parts.store.begin(&Scope::system(tenant)).await?;
        // The tenant's key is made at its first use.
        self.parts.store.secrets().seal(&mut tx, "activation", b"").await?;
        Ok(tx.commit().await?)
    }

    async fn modules(&self, tenant: &mut Tenant) -> Result<(), ActivationError> {
        let Plan { name, locale, time_zone, currency, modules, .. } = self.plan;
        tenant.name.clone_from(name);
        tenant.profile.locale.clone_from(locale);
        tenant.profile.time_zone.clone_from(time_zone);
        tenant.profile.currency.clone_from(currency);
        tenant.profile.modules.clone_from(modules);
        Ok(self.parts.identity.update_tenant(tenant).await?)
    }

    async fn integrations(&self, tenant: TenantId) -> Result<Vec<Item>, ActivationError> {
        let Activation { store, clock, .. } = self.parts;
        let mut tx = store.begin(&Scope::system(tenant)).await?;
        let mut connecting = Connecting { store, tx: &mut tx, now: clock.now(), write: true };
        let items = connecting.integrations(&self.plan.integrations).await?;
        tx.commit().await?;
        Ok(items)
    }

    /// Accounts first: records are the administrator's.
    async fn seed_data(&self, tenant: &Tenant) -> Result<(Vec<Account>, Vec<Item>), ActivationError> {
        let accounts = self.people(tenant).await?;
        let Activation { store, clock, identity, catalogs } = self.parts;
        let (Some(admin), false) = (self.plan.admin(), self.plan.packs.is_empty()) else {
            return Ok((accounts, Vec::new()));
        };
        let user = identity.person_by_email(tenant.id, admin).await?.id;
        let (principal, role) = (Principal::User(user), Role::TenantAdmin);
        let scope = Scope { tenant: tenant.id, principal, role, session: None };
        let mut tx = store.begin(&Scope::system(tenant.id)).await?;
        let (on, currency) = (&self.plan.modules, self.plan.currency.as_str());
        let seeding = Seeding { catalogs, scope: &scope, on, currency, now: clock.now() };
        let items = seeding.apply(&mut tx, &self.plan.packs).await?;
        tx.commit().await?;
        catalogs.forget(tenant.id);
        Ok((accounts, items.into_iter().map(Item::from).collect()))
    }

    async fn domains(&self, tenant: TenantId) -> Result<(Vec<DomainJson>, Vec<Item>), ActivationError> {
        let Activation { store, clock, identity, .. } = self.parts;
        for domain in &self.plan.domains {
            match identity.domain_owner(&domain.host).await? {
                None => match identity.add_domain(tenant, &domain.host).await {
                    Err(IdentityError::Store(StoreError::Conflict)) => {
                        return Err(ActivationError::DomainTaken(domain.host.clone()));
                    }
                    added => added?,
                },
                Some(owner) if owner == tenant => {}
                Some(_) => return Err(ActivationError::DomainTaken(domain.host.clone())),
            }
        }
        let mut tx = store.begin(&Scope::system(tenant)).await?;
        let mut connecting = Connecting { store, tx: &mut tx, now: clock.now(), write: true };
        let items = connecting.domains(&self.plan.domains).await?;
        let domains = connect::told(&mut tx).await?;
        tx.commit().await?;
        Ok((domains, items))
    }

    async fn assistants(&self, tenant: TenantId) -> Result<Vec<Item>, ActivationError> {
        let Activation { store, clock, .. } = self.parts;
        let mut tx = store.begin(&Scope::system(tenant)).await?;
        let mut connecting = Connecting { store, tx: &mut tx, now: clock.now(), write: true };
        let items = connecting.assistants(&self.plan.assistants).await?;
        tx.commit().await?;
        Ok(items)
    }

    async fn people(&self, tenant: &Tenant) -> Result<Vec<Account>, ActivationError> {
        let identity = &self.parts.identity;
        // Nobody has seen the passwords of an activation that did not come to its end.
        let renew = !tenant.profile.activated;
        let asked: Vec<_> = self.plan.people.iter().map(|person| person.email.clone()).collect();
        let known = if renew { Vec::new() } else { identity.known(tenant.id, &asked).await? };
        let missing = self.plan.people.iter().filter(|person| !known.contains(&person.email));
        let made: Vec<_> = futures::stream::iter(missing)
            .map(|person| self.account(person))
            .buffered(HASHED_AT_ONCE)
            .try_collect()
            .await?;
        let rows: Vec<_> = made.iter().map(|(row, _)| row.clone()).collect();
        let written = identity.insert_people(tenant.id, &rows, renew).await?;
        let made_up = |email: &EmailAddress| {
            let (_, password) = made.iter().find(|((person, _), _)| person.email == *email)?;
            password.clone().filter(|_| written.contains(email))
        };
        Ok(asked.into_iter().map(|email| Account { password: made_up(&email), email }).collect())
    }

    /// A row to be written, and its password when that was made up.
    async fn account(
        &self,
        person: &PlannedPerson,
    ) -> Result<((crate::office::identity::messages::Person, String), Option<Password>), ActivationError>
    {
        let identity = &self.parts.identity;
        let (password, made_up) = match &person.password {
            Some(password) => (password.clone(), None),
            None => {
                let made_up = identity.make_up_password()?;
                (made_up.clone(), Some(made_up))
            }
        };
        let hash = identity.hash_password(&password).await?;
        let now = self.parts.clock.now();
        let row = identity.new_account(person.email.clone(), &person.name, person.role, now);
        Ok(((row, hash), made_up))
    }

    async fn opening(&self, tenant: &mut Tenant) -> Result<(), ActivationError> {
        // Sent again, a document does not lift a suspension.
        if !tenant.profile.activated {
            tenant.profile.activated = true;
            tenant.status = Status::Active;
            self.parts.identity.update_tenant(tenant).await?;
            self.parts.identity.announce_open(tenant.id).await?;
        }
        Ok(())
    }
}

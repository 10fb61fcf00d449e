//! The steps of an activation: each can be repeated, and a failed fresh activation leaves nothing.

use futures::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::actors::Clock;
use crate::ids::TenantId;
use crate::office::identity::messages::{Password, Profile, Status, Tenant};
use crate::office::identity::{EmailAddress, Identity, IdentityError};
use crate::scope::Scope;
use crate::store::{Store, StoreError};

use super::error::ActivationError;
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
    /// Accounts.
    People,
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
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Infrastructure => "infrastructure",
            Self::Databases => "databases",
            Self::Modules => "modules",
            Self::People => "people",
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
        self.note(Step::Infrastructure, StepStatus::Started, None)?;
        let result = self.infrastructure().await;
        let (mut tenant, created) = self.done(Step::Infrastructure, result)?;

        self.note(Step::Databases, StepStatus::Started, None)?;
        let result = self.databases(tenant.id).await;
        self.done(Step::Databases, result)?;

        self.note(Step::Modules, StepStatus::Started, None)?;
        let result = self.modules(&mut tenant).await;
        self.done(Step::Modules, result)?;

        self.note(Step::People, StepStatus::Started, None)?;
        let result = self.people(&tenant).await;
        let accounts = self.done(Step::People, result)?;

        self.note(Step::Opening, StepStatus::Started, None)?;
        let result = self.opening(&mut tenant).await;
        self.done(Step::Opening, result)?;
        Ok(Activated { tenant, accounts, created, steps: std::mem::take(&mut self.steps) })
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

    fn done<T>(&mut self, step: Step, result: Result<T, ActivationError>) -> Result<T, ActivationError> {
        match result {
            Ok(value) => self.note(step, StepStatus::Done, None).map(|()| value),
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

//! Sign in, sign out, change one's password.

use std::net::IpAddr;

use crate::ids::{SessionId, TenantId, UserId};
use crate::scope::Scope;

use super::authenticate::SESSION_LIFE;
use super::cache::Caller;
use super::error::{Choice, IdentityError};
use super::messages::{AccountKind, Password, Person, SignedIn, Status, Tenant};
use super::store::NewSession;
use super::token::SessionToken;
use super::{EmailAddress, Identity, store, tenants};

/// An attempt to sign in.
pub struct SignIn<'a> {
    pub email: EmailAddress,
    pub password: &'a str,
    /// Slug of the business, when the email address may open several.
    pub tenant: Option<&'a str>,
    /// Host name at which the attempt arrived.
    pub host: Option<&'a str>,
    pub address: IpAddr,
}

/// An account that the password opens.
struct Opened {
    tenant: Tenant,
    person: Person,
}

impl Identity {
    /// Signs in with email address and password.
    ///
    /// # Errors
    /// `IdentityError::WrongPassword`, the same for unknown accounts; `Guessing` after too many;
    /// `SeveralTenants`, `TenantSuspended` and `AccountSuspended` only with the right password.
    pub async fn sign_in(&self, attempt: &SignIn<'_>) -> Result<SignedIn, IdentityError> {
        let now = self.shared.clock.monotonic();
        self.shared.guesses.attempt(&attempt.email, attempt.address, now)?;
        let mut opened = self.opened_by(attempt).await?;
        let Some(one) = opened.pop() else { return Err(IdentityError::WrongPassword) };
        self.shared.guesses.right(&attempt.email, attempt.address);
        if !opened.is_empty() {
            opened.push(one);
            let choice = |one: Opened| Choice { slug: one.tenant.slug, name: one.tenant.name };
            return Err(IdentityError::SeveralTenants(opened.into_iter().map(choice).collect()));
        }
        if one.tenant.status == Status::Suspended {
            return Err(IdentityError::TenantSuspended);
        }
        if one.person.status == Status::Suspended {
            return Err(IdentityError::AccountSuspended);
        }
        self.open_session(one.tenant, one.person).await
    }

    /// Opens a session for a person whose right to it was checked.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn open_session(&self, tenant: Tenant, person: Person) -> Result<SignedIn, IdentityError> {
        let (token, text) = SessionToken::make(tenant.id)?;
        let now = self.shared.clock.now();
        let session = NewSession {
            id: SessionId::at(now),
            user: person.id,
            hash: token.hash,
            now,
            expires_at: now + SESSION_LIFE,
        };
        let mut tx = self.shared.store.begin(&Scope::system(tenant.id)).await?;
        store::insert_session(&mut tx, &session).await?;
        tx.commit().await?;
        Ok(SignedIn { token: text, session: session.id, person, tenant })
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub(super) async fn sign_out(&self, caller: &Caller, token: &str) -> Result<(), IdentityError> {
        let (Some(session), Some(user)) = (caller.scope.session, caller.scope.user()) else { return Ok(()) };
        let mut tx = self.shared.store.begin(&caller.scope).await?;
        store::end_session(&mut tx, user, session, self.shared.clock.now()).await?;
        tx.commit().await?;
        self.forget_token(token);
        Ok(())
    }

    /// Gives the caller another password and ends their other sessions.
    ///
    /// # Errors
    /// `IdentityError::WrongPassword` when the current one is not right, `Guessing` after too many.
    pub(super) async fn change_password(
        &self,
        caller: &Caller,
        address: IpAddr,
        current: &str,
        new: &Password,
    ) -> Result<(), IdentityError> {
        let user = caller.scope.user().ok_or(IdentityError::NoPerson)?;
        let mut tx = self.shared.store.read(&caller.scope).await?;
        let (person, hash) = store::user(&mut tx, user).await?.ok_or(IdentityError::NoPerson)?;
        drop(tx);
        if person.kind == AccountKind::Bot {
            return Err(IdentityError::BotLimit("a bot has no password"));
        }
        let now = self.shared.clock.monotonic();
        self.shared.guesses.attempt(&person.email, address, now)?;
        if !self.shared.passwords.verify(current, hash).await? {
            return Err(IdentityError::Invalid {
                field: "$.current",
                message: "the current password is wrong".into(),
            });
        }
        self.shared.guesses.right(&person.email, address);
        let hash = self.shared.passwords.hash(new).await?;
        let now = self.shared.clock.now();
        let mut tx = self.shared.store.begin(&caller.scope).await?;
        store::update_user(&mut tx, &person, Some(&hash), now).await?;
        store::end_sessions(&mut tx, user, caller.scope.session, now).await?;
        tx.commit().await?;
        self.shared.callers.drop_user(caller.scope.tenant, user);
        Ok(())
    }

    /// The accounts that email address and password open. Takes as long when there are none.
    async fn opened_by(&self, attempt: &SignIn<'_>) -> Result<Vec<Opened>, IdentityError> {
        let candidates = self.candidates(attempt).await?;
        let mut opened = Vec::new();
        let mut tried = false;
        for (tenant, user) in candidates {
            let Some((person, hash)) = self.account(tenant, user).await? else { continue };
            tried = true;
            if self.shared.passwords.verify(attempt.password, hash).await? {
                opened.push(Opened { tenant: self.tenant(tenant).await?, person });
            }
        }
        if !tried {
            self.shared.passwords.verify_nobody(attempt.password).await?;
        }
        Ok(opened)
    }

    async fn candidates(&self, attempt: &SignIn<'_>) -> Result<Vec<(TenantId, UserId)>, IdentityError> {
        let at_host = match attempt.host {
            Some(host) => self.tenant_of_host(host).await?,
            None => None,
        };
        let mut tx = self.shared.store.system().await?;
        let logins = tenants::logins(&mut tx, &attempt.email).await?;
        let named = match attempt.tenant {
            Some(slug) => Some(tenants::by_slug(&mut tx, slug).await?.map(|tenant| tenant.id)),
            None => at_host.map(Some),
        };
        let meant = |tenant: TenantId| named.is_none_or(|named| named == Some(tenant));
        let found = logins.into_iter().map(|login| (login.tenant_id, login.user_id));
        Ok(found.filter(|(tenant, _)| meant(*tenant)).collect())
    }

    /// A login can outlive its account by a crash: then there is none.
    async fn account(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<(Person, String)>, IdentityError> {
        let mut tx = match self.shared.store.read(&Scope::system(tenant)).await {
            Ok(tx) => tx,
            Err(crate::store::StoreError::NoTenant) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        store::user(&mut tx, user).await
    }
}

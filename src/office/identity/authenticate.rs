//! From a request to a scope: the token, the tenant, the session, the site that sent it.

use actix_http::RequestHead;
use chrono::TimeDelta;
use futures::future::LocalBoxFuture;
use uuid::Uuid;

use crate::ids::{TenantId, Timestamp};
use crate::protocols::http::caller::{Claims, Credential};
use crate::protocols::http::problem::ApiError;
use crate::protocols::http::scoped::Authenticator;
use crate::protocols::http::upgrade::Upgrade;
use crate::protocols::ws::live::upgrade::Doorkeeper;
use crate::scope::{Principal, Role, Scope};

use super::cache::{Caller, Reading};
use super::error::IdentityError;
use super::token::{SessionToken, hash};
use super::{Identity, store};

/// A session that is not used for this long ends.
pub(super) const SESSION_LIFE: TimeDelta = TimeDelta::days(30);
/// How often a session's use is written down at most.
const TOUCH_AFTER: TimeDelta = TimeDelta::hours(1);

/// The same for API tokens.
const TOKEN_TOUCH_AFTER: TimeDelta = TimeDelta::minutes(5);

/// What a ticket for a document's sync connection is issued for.
pub const SYNC_TICKET: &str = "documents.sync";
/// What a ticket for a live socket is issued for.
pub const LIVE_TICKET: &str = "live";

impl Authenticator for Identity {
    fn authenticate(&self, head: &RequestHead) -> LocalBoxFuture<'static, Result<Scope, ApiError>> {
        let claims = self.claims(head);
        let this = self.clone();
        Box::pin(async move { Ok(this.gate(&claims).await?.scope) })
    }
}

impl Doorkeeper for Identity {
    fn admit(&self, request: &Upgrade) -> LocalBoxFuture<'static, Result<Scope, ApiError>> {
        let (claims, ticket, this) = (self.claims(request.head()), request.query("ticket"), self.clone());
        Box::pin(async move { this.authenticate_upgrade(claims, ticket, LIVE_TICKET, Uuid::nil()).await })
    }
}

impl Identity {
    /// Who asks for another protocol: by header, cookie or `?ticket=` for this purpose and object.
    ///
    /// # Errors
    /// `ApiError` of kind `Unauthenticated`, `Forbidden`, `TooMany` or `Busy`.
    pub async fn authenticate_upgrade(
        &self,
        claims: Claims,
        ticket: Option<String>,
        purpose: &str,
        object: Uuid,
    ) -> Result<Scope, ApiError> {
        let Some(ticket) = ticket else {
            // Browsers open sockets across sites, and send the cookie along.
            if matches!(claims.credential, Some(Credential::Cookie(_))) && self.is_cross_site(&claims) {
                return Err(IdentityError::CrossSite.into());
            }
            return Ok(self.gate(&claims).await?.scope);
        };
        match self.redeem_ticket(&ticket, purpose, object).await {
            Ok(scope) => Ok(scope),
            Err(error) => {
                self.shared.limits.address(claims.address)?;
                Err(error.into())
            }
        }
    }

    /// Issues a ticket that opens one object once, within a minute, as its holder.
    ///
    /// # Errors
    /// `IdentityError::Crowded` when too many wait.
    pub fn issue_ticket(
        &self,
        scope: &Scope,
        purpose: &'static str,
        object: Uuid,
    ) -> Result<(String, Timestamp), IdentityError> {
        self.shared.tickets.issue(scope, purpose, object, self.shared.clock.now())
    }

    /// Uses a ticket up; its holder must still be welcome.
    ///
    /// # Errors
    /// `IdentityError::SignedOut` when it is unknown, used, too old or for something else.
    pub async fn redeem_ticket(
        &self,
        ticket: &str,
        purpose: &str,
        object: Uuid,
    ) -> Result<Scope, IdentityError> {
        let now = self.shared.clock.now();
        let holder =
            self.shared.tickets.redeem(ticket, purpose, object, now).ok_or(IdentityError::SignedOut)?;
        self.check_open(holder.tenant).await?;
        let Some(user) = holder.user() else { return Ok(holder) };
        let mut tx = self.shared.store.read(&Scope::system(holder.tenant)).await?;
        let (person, _) = store::user(&mut tx, user).await?.ok_or(IdentityError::SignedOut)?;
        if person.status != super::messages::Status::Active {
            return Err(IdentityError::SignedOut);
        }
        // Who has signed out since has taken their tickets along.
        if let Some(session) = holder.session
            && !store::is_session_open(&mut tx, session).await?
        {
            return Err(IdentityError::SignedOut);
        }
        Ok(Scope { role: person.role, ..holder })
    }

    /// What a request says of who sends it.
    #[must_use]
    pub fn claims(&self, head: &RequestHead) -> Claims {
        Claims::read(head, self.shared.settings.behind_proxy)
    }

    /// Checks who asks and how often they do.
    pub(super) async fn gate(&self, claims: &Claims) -> Result<Caller, ApiError> {
        match self.caller(claims).await {
            Ok(caller) => {
                self.shared.limits.principal(&caller.scope)?;
                Ok(caller)
            }
            Err(error) => {
                self.shared.limits.address(claims.address)?;
                Err(error.into())
            }
        }
    }

    async fn caller(&self, claims: &Claims) -> Result<Caller, IdentityError> {
        let caller = match claims.credential.as_ref().ok_or(IdentityError::SignedOut)? {
            Credential::Bearer(token) => self.caller_of(token).await?,
            Credential::Cookie(token) => {
                if claims.is_unsafe() && (!claims.csrf || self.is_cross_site(claims)) {
                    return Err(IdentityError::CrossSite);
                }
                self.caller_of(token).await?
            }
        };
        self.check_tenant(claims, &caller.scope).await?;
        Ok(caller)
    }

    /// Whether another site caused the request, as far as the browser tells.
    pub(super) fn is_cross_site(&self, claims: &Claims) -> bool {
        claims.is_cross_site() && !self.is_public_origin(claims)
    }

    fn is_public_origin(&self, claims: &Claims) -> bool {
        let public = self.shared.settings.public_url.as_deref().map(|url| url.trim_end_matches('/'));
        claims.fetch_site.is_none() && public.is_some() && claims.origin.as_deref() == public
    }

    async fn caller_of(&self, token: &str) -> Result<Caller, IdentityError> {
        if let Some(operator) = &self.shared.settings.operator
            && operator.matches(token)
        {
            let tenant = TenantId(Uuid::nil());
            return Ok(Caller { scope: Scope { role: Role::PlatformAdmin, ..Scope::system(tenant) } });
        }
        let token = SessionToken::parse(token).ok_or(IdentityError::SignedOut)?;
        let began = self.shared.clock.monotonic();
        if let Some(caller) = self.shared.callers.get(&token.hash, began) {
            return Ok(caller);
        }
        let reading = self.shared.callers.begin(began);
        match self.read_caller(&token, reading).await {
            // A token may name any tenant: whether it exists is nobody's business.
            Err(IdentityError::NoTenant) => Err(IdentityError::SignedOut),
            other => other,
        }
    }

    async fn read_caller(&self, token: &SessionToken, reading: Reading) -> Result<Caller, IdentityError> {
        self.check_open(token.tenant).await?;
        let now = self.shared.clock.now();
        let system = Scope::system(token.tenant);
        let mut tx = self.shared.store.read(&system).await?;
        let found = store::session(&mut tx, &token.hash).await?;
        drop(tx);
        let session = found.filter(|session| session.expires_at > now && session.is_active());
        let session = session.ok_or(IdentityError::SignedOut)?;
        let (touch_after, until) = match session.name {
            // The end of a token stays where it was set; its first use is written down at once.
            Some(_) if session.used_at == session.created_at => (TimeDelta::zero(), session.expires_at),
            Some(_) => (TOKEN_TOUCH_AFTER, session.expires_at),
            None => (TOUCH_AFTER, now + SESSION_LIFE),
        };
        if now - session.used_at > touch_after {
            let mut tx = self.shared.store.begin(&system).await?;
            store::touch_session(&mut tx, session.id, now, until).await?;
            tx.commit().await?;
        }
        let principal = Principal::User(session.user_id);
        let (role, session) = (session.role()?, Some(session.id));
        let caller = Caller { scope: Scope { tenant: token.tenant, principal, role, session } };
        self.shared.callers.put(token.hash, caller.clone(), reading);
        Ok(caller)
    }

    /// A request that names a tenant, by header or by host, must mean the token's.
    async fn check_tenant(&self, claims: &Claims, scope: &Scope) -> Result<(), IdentityError> {
        if scope.principal == Principal::System {
            return Ok(());
        }
        if let Some(named) = &claims.tenant {
            let same = match named.parse::<TenantId>() {
                Ok(id) => id == scope.tenant,
                Err(_) => self.tenant(scope.tenant).await?.slug == *named,
            };
            if !same {
                return Err(IdentityError::OtherTenant);
            }
        }
        match &claims.host {
            Some(host) => match self.tenant_of_host(host).await? {
                Some(tenant) if tenant != scope.tenant => Err(IdentityError::OtherTenant),
                _ => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Forgets a token that was read a moment ago.
    pub(super) fn forget_token(&self, token: &str) {
        let hash = hash(token);
        self.shared.callers.drop_where(|key, _| *key == hash);
    }
}

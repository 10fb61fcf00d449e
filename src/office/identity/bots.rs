//! Bots: accounts of programs, which come with API tokens instead of a password.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use crate::ids::{SessionId, TenantId, Timestamp, UserId};
use crate::scope::{Permission, Role, Scope};
use crate::store::{NewEvent, Store, TenantTx};

use super::error::IdentityError;
use super::messages::{AccountKind, ChangePerson, Person, PersonName, Status, TOKEN_MADE};
use super::store::NewSession;
use super::token::SessionToken;
use super::tokens::{self, TokenRow};
use super::{EmailAddress, Identity, store};

/// Bots of one business.
const BOTS: usize = 200;
/// Tokens of one bot.
const TOKENS: usize = 20;
const DESCRIPTION: usize = 500;
const PICTURE: usize = 60;
/// A token without an end ends with this: a hundred years.
const ENDLESS: TimeDelta = TimeDelta::days(36_500);

/// A bot and what is said of it.
pub struct Bot {
    pub person: Person,
    pub description: String,
}

/// What a bot is to be; only what is named changes.
#[derive(Default)]
pub struct BotChange {
    pub name: Option<PersonName>,
    pub role: Option<Role>,
    pub status: Option<Status>,
    pub picture: Option<String>,
    pub description: Option<String>,
}

/// Whether a bot may have this role.
pub fn may_be(role: Option<Role>) -> bool {
    matches!(role, None | Some(Role::TenantGuest | Role::TenantUser))
}

/// Whether a token has no end of its own.
pub fn is_endless(token: &TokenRow) -> bool {
    token.expires_at - token.created_at >= ENDLESS
}

impl Identity {
    pub(super) async fn list_bots(&self, scope: &Scope) -> Result<Vec<Bot>, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let mut tx = self.shared.store.read(scope).await?;
        let mut bots = Vec::new();
        for row in tokens::bots(&mut tx).await? {
            let description = tokens::description(&mut tx, row.id).await?;
            bots.push(Bot { person: row.person()?.0, description });
        }
        Ok(bots)
    }

    /// Makes a bot; it sees only what it is added to, unless it gets the role of a colleague.
    pub(super) async fn add_bot(&self, scope: &Scope, new: BotChange) -> Result<Bot, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        check(&new)?;
        let name = new.name.ok_or_else(|| fault("$.name", "a bot has a name"))?;
        let now = self.shared.clock.now();
        let id = UserId::at(now);
        let person = Person {
            id,
            // A name that no mail reaches (RFC 2606, 2).
            email: EmailAddress::parse(&format!("bot-{}@bots.invalid", id.0.simple()))
                .map_err(|_| IdentityError::Damaged("email address"))?,
            name: name.as_str().to_owned(),
            role: new.role.unwrap_or(Role::TenantGuest),
            status: Status::Active,
            created_at: now,
            kind: AccountKind::Bot,
            picture: new.picture.unwrap_or_default(),
        };
        let mut tx = self.shared.store.begin(scope).await?;
        if tokens::bots(&mut tx).await?.len() >= BOTS {
            return Err(IdentityError::BotLimit("at most 200 bots fit into one business"));
        }
        // No login and no hash that any password has: nobody signs in as a bot.
        store::insert_user(&mut tx, &person, "").await?;
        let description = new.description.unwrap_or_default();
        tokens::describe(&mut tx, id, None, Some(&description)).await?;
        tx.commit().await?;
        Ok(Bot { person, description })
    }

    /// Changes a bot; one that is suspended loses its tokens and its connections at once.
    pub(super) async fn change_bot(
        &self,
        scope: &Scope,
        id: UserId,
        change: BotChange,
    ) -> Result<Bot, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        check(&change)?;
        let mut tx = self.shared.store.begin(scope).await?;
        bot(&mut tx, id).await?;
        tokens::describe(&mut tx, id, change.picture.as_deref(), change.description.as_deref()).await?;
        tx.commit().await?;
        let BotChange { name, role, status, .. } = change;
        let person =
            self.change_person(scope, id, ChangePerson { name, role, status, password: None }).await?;
        let mut tx = self.shared.store.read(scope).await?;
        let description = tokens::description(&mut tx, id).await?;
        Ok(Bot { person, description })
    }

    pub(super) async fn list_tokens(
        &self,
        scope: &Scope,
        id: UserId,
    ) -> Result<Vec<TokenRow>, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let mut tx = self.shared.store.read(scope).await?;
        bot(&mut tx, id).await?;
        Ok(tokens::of(&mut tx, id).await?)
    }

    /// Makes a token of a bot; its text is shown once.
    pub(super) async fn add_token(
        &self,
        scope: &Scope,
        id: UserId,
        name: &PersonName,
        expires_at: Option<Timestamp>,
    ) -> Result<(TokenRow, String), IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let now = self.shared.clock.now();
        if expires_at.is_some_and(|end| end <= now || end > now + ENDLESS) {
            return Err(fault("$.expires_at", "a token ends in the next hundred years"));
        }
        let (token, text) = SessionToken::make(scope.tenant)?;
        let expires_at = expires_at.unwrap_or(now + ENDLESS);
        let session = NewSession { id: SessionId::at(now), user: id, hash: token.hash, now, expires_at };
        let mut tx = self.shared.store.begin(scope).await?;
        if bot(&mut tx, id).await?.status != Status::Active {
            return Err(IdentityError::BotLimit("the bot is switched off"));
        }
        if tokens::of(&mut tx, id).await?.len() >= TOKENS {
            return Err(IdentityError::BotLimit("at most 20 tokens fit to one bot"));
        }
        tokens::insert(&mut tx, &session, name.as_str()).await?;
        let data = json!({ "user": id });
        tx.publish(NewEvent { entity: id.0, kind: TOKEN_MADE, data, at: now }).await?;
        tx.commit().await?;
        let name = name.as_str().to_owned();
        let row = TokenRow { id: session.id, user_id: id, name, created_at: now, used_at: now, expires_at };
        Ok((row, text))
    }

    /// Ends a token and the connections that it has opened.
    pub(super) async fn revoke_token(
        &self,
        scope: &Scope,
        id: UserId,
        token: Uuid,
    ) -> Result<(), IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let token = SessionId(token);
        let mut tx = self.shared.store.begin(scope).await?;
        bot(&mut tx, id).await?;
        if !tokens::of(&mut tx, id).await?.iter().any(|known| known.id == token) {
            return Err(IdentityError::NoBot);
        }
        store::end_session(&mut tx, id, token, self.shared.clock.now()).await?;
        tx.commit().await?;
        self.shared.callers.drop_user(scope.tenant, id);
        Ok(())
    }
}

/// Ends the tokens whose time is over, and tells when the next one ends.
pub async fn end_expired(
    store: &Store,
    tenant: TenantId,
    now: Timestamp,
) -> Result<Option<Timestamp>, crate::store::StoreError> {
    let scope = Scope::system(tenant);
    let mut tx = store.read(&scope).await?;
    let expired = tokens::expired(&mut tx, now).await?;
    if expired.is_empty() {
        return tokens::next_end(&mut tx).await;
    }
    drop(tx);
    let mut tx = store.begin(&scope).await?;
    for token in expired {
        store::end_session(&mut tx, token.user_id, token.id, now).await?;
    }
    let next = tokens::next_end(&mut tx).await?;
    tx.commit().await?;
    Ok(next)
}

async fn bot(tx: &mut TenantTx, id: UserId) -> Result<Person, IdentityError> {
    let found = store::user(tx, id).await?.map(|(person, _)| person);
    found.filter(|person| person.kind == AccountKind::Bot).ok_or(IdentityError::NoBot)
}

fn check(change: &BotChange) -> Result<(), IdentityError> {
    let long = |text: &Option<String>, most| {
        text.as_ref().is_some_and(|text| text.chars().count() > most || text.contains('\0'))
    };
    if long(&change.picture, PICTURE) {
        return Err(fault("$.picture", "a picture is an emoji or the :name: of an own one"));
    }
    if long(&change.description, DESCRIPTION) {
        return Err(fault("$.description", "a description has at most 500 characters"));
    }
    if !may_be(change.role) {
        return Err(fault("$.role", "a bot is a tenant_guest or a tenant_user"));
    }
    Ok(())
}

fn fault(field: &'static str, message: &str) -> IdentityError {
    IdentityError::Invalid { field, message: message.to_owned() }
}

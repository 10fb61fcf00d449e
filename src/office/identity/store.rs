//! Every SQL statement of people and sessions.

use serde_json::json;

use crate::ids::{SessionId, Timestamp, UserId};
use crate::scope::Role;
use crate::store::{NewEvent, StoreError, TenantTx, args, row};

use super::EmailAddress;
use super::error::IdentityError;
use super::messages::{AccountKind, Person, SESSION_ENDED, Status, USER_CHANGED};
use super::token::TokenHash;

row! {
    pub struct UserRow {
        pub id: UserId,
        email: String,
        name: String,
        role: String,
        status: String,
        pub password: String,
        created_at: Timestamp,
        kind: String,
        picture: String,
    }
}

row! {
    pub struct SessionRow {
        pub id: SessionId,
        pub user_id: UserId,
        pub created_at: Timestamp,
        pub used_at: Timestamp,
        pub expires_at: Timestamp,
        /// Of an API token.
        pub name: Option<String>,
        role: String,
        status: String,
    }
}

row! {
    struct SessionIdRow {
        id: SessionId,
    }
}

row! {
    struct Count {
        count: i64,
    }
}

/// A session to be written.
pub struct NewSession {
    pub id: SessionId,
    pub user: UserId,
    pub hash: TokenHash,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// Which people a list shows, by name.
pub struct Filter<'a> {
    pub query: Option<&'a str>,
    pub after: Option<(String, UserId)>,
    pub limit: i64,
}

impl UserRow {
    pub fn person(self) -> Result<(Person, String), IdentityError> {
        let person = Person {
            id: self.id,
            email: EmailAddress::parse(&self.email).map_err(|_| IdentityError::Damaged("email address"))?,
            name: self.name,
            role: role(&self.role)?,
            status: Status::read(&self.status),
            created_at: self.created_at,
            kind: AccountKind::read(&self.kind),
            picture: self.picture,
        };
        Ok((person, self.password))
    }
}

impl SessionRow {
    pub fn role(&self) -> Result<Role, IdentityError> {
        role(&self.role)
    }

    pub fn is_active(&self) -> bool {
        Status::read(&self.status) == Status::Active
    }
}

fn role(text: &str) -> Result<Role, IdentityError> {
    text.parse().map_err(|_| IdentityError::Damaged("role"))
}

/// One person and the hash of their password.
pub async fn user(tx: &mut TenantTx, id: UserId) -> Result<Option<(Person, String)>, IdentityError> {
    let tenant = tx.tenant();
    let sql = "SELECT id, email, name, role, status, password, created_at, kind, picture FROM users
                WHERE tenant_id = $1 AND id = $2";
    let row: Option<UserRow> = tx.optional(sql, args![tenant, id]).await?;
    row.map(UserRow::person).transpose()
}

/// Whether someone has an account here, active or not.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn is_person(tx: &mut TenantTx, id: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) AS count FROM users WHERE tenant_id = $1 AND id = $2";
    let row: Count = tx.one(sql, args![tx.tenant(), id]).await?;
    Ok(row.count > 0)
}

row! {
    struct AddressRow {
        id: UserId,
        email: String,
    }
}

/// The person with this address.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn person_at(tx: &mut TenantTx, email: &EmailAddress) -> Result<Option<UserId>, StoreError> {
    let sql = "SELECT id, email FROM users WHERE tenant_id = $1 AND email = $2";
    let row: Option<AddressRow> = tx.optional(sql, args![tx.tenant(), email.as_str()]).await?;
    Ok(row.map(|row| row.id))
}

/// The address of a person.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn address_of(tx: &mut TenantTx, id: UserId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id, email FROM users WHERE tenant_id = $1 AND id = $2";
    let row: Option<AddressRow> = tx.optional(sql, args![tx.tenant(), id]).await?;
    Ok(row.map(|row| row.email))
}

pub async fn user_by_email(
    tx: &mut TenantTx,
    email: &EmailAddress,
) -> Result<Option<(Person, String)>, IdentityError> {
    let tenant = tx.tenant();
    let sql = "SELECT id, email, name, role, status, password, created_at, kind, picture FROM users
                WHERE tenant_id = $1 AND email = $2";
    let row: Option<UserRow> = tx.optional(sql, args![tenant, email.as_str()]).await?;
    row.map(UserRow::person).transpose()
}

pub async fn list(tx: &mut TenantTx, filter: Filter<'_>) -> Result<Vec<Person>, IdentityError> {
    let (name, id) = filter.after.map_or((None, None), |(name, id)| (Some(name), Some(id)));
    let tenant = tx.tenant();
    let rows: Vec<UserRow> = tx
        .all(
            "SELECT id, email, name, role, status, password, created_at, kind, picture FROM users
              WHERE tenant_id = $1
                AND ($2 IS NULL OR lower(name) LIKE $2 ESCAPE '\\' OR email LIKE $2 ESCAPE '\\')
                AND ($3 IS NULL OR name > $3 OR (name = $3 AND id > $4))
              ORDER BY name, id LIMIT $5",
            args![tenant, filter.query.map(like_pattern), name, id, filter.limit],
        )
        .await?;
    rows.into_iter().map(|row| row.person().map(|(person, _)| person)).collect()
}

/// A pattern that finds the text anywhere, whatever signs it holds.
fn like_pattern(query: &str) -> String {
    let mut pattern = String::from("%");
    for letter in query.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

pub async fn insert_user(tx: &mut TenantTx, person: &Person, password: &str) -> Result<(), IdentityError> {
    let tenant = tx.tenant();
    let written = tx
        .execute(
            "INSERT INTO users (tenant_id, id, email, name, role, status, password, created_at, kind, picture)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, email) DO NOTHING",
            args![
                tenant,
                person.id,
                person.email.as_str(),
                &person.name,
                person.role.as_str(),
                person.status.as_str(),
                password,
                person.created_at,
                person.kind.as_str(),
                &person.picture
            ],
        )
        .await?;
    if written == 0 {
        return Err(IdentityError::EmailTaken);
    }
    user_changed(tx, person, person.created_at).await?;
    Ok(())
}

pub async fn update_user(
    tx: &mut TenantTx,
    person: &Person,
    password: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "UPDATE users SET name = $3, role = $4, status = $5, password = coalesce($6, password)
          WHERE tenant_id = $1 AND id = $2",
        args![tenant, person.id, &person.name, person.role.as_str(), person.status.as_str(), password],
    )
    .await?;
    user_changed(tx, person, now).await
}

async fn user_changed(tx: &mut TenantTx, person: &Person, now: Timestamp) -> Result<(), StoreError> {
    let role = (person.status == Status::Active).then_some(person.role);
    let data = json!({ "user": person.id, "role": role });
    tx.publish(NewEvent { entity: person.id.0, kind: USER_CHANGED, data, at: now }).await
}

/// Makes two changes of administrators wait for each other, on both databases.
pub async fn lock_administrators(tx: &mut TenantTx) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql =
        "UPDATE users SET role = role WHERE tenant_id = $1 AND role IN ('tenant_admin', 'platform_admin')";
    tx.execute(sql, args![tenant]).await?;
    Ok(())
}

/// Administrators besides one person who can sign in.
pub async fn other_administrators(tx: &mut TenantTx, besides: UserId) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT count(*) AS count FROM users
                WHERE tenant_id = $1 AND id <> $2 AND role IN ('tenant_admin', 'platform_admin')
                  AND status = 'active'";
    let row: Count = tx.one(sql, args![tenant, besides]).await?;
    Ok(row.count)
}

/// Writes a session, and takes the person's expired ones away.
pub async fn insert_session(tx: &mut TenantTx, session: &NewSession) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND expires_at <= $3",
        args![tenant, session.user, session.now],
    )
    .await?;
    tx.execute(
        "INSERT INTO sessions (tenant_id, id, user_id, hash, created_at, used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6)",
        args![tenant, session.id, session.user, &session.hash[..], session.now, session.expires_at],
    )
    .await?;
    Ok(())
}

pub async fn session(tx: &mut TenantTx, hash: &TokenHash) -> Result<Option<SessionRow>, StoreError> {
    let tenant = tx.tenant();
    tx.optional(
        "SELECT s.id AS id, s.user_id AS user_id, s.created_at AS created_at, s.used_at AS used_at,
                s.expires_at AS expires_at, s.name AS name, u.role AS role, u.status AS status
           FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
          WHERE s.tenant_id = $1 AND s.hash = $2",
        args![tenant, &hash[..]],
    )
    .await
}

/// Notes that the session is in use.
pub async fn touch_session(
    tx: &mut TenantTx,
    id: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "UPDATE sessions SET used_at = $3, expires_at = $4 WHERE tenant_id = $1 AND id = $2",
        args![tenant, id, now, expires_at],
    )
    .await?;
    Ok(())
}

/// Ends all sessions of a person but one.
pub async fn end_sessions(
    tx: &mut TenantTx,
    user: UserId,
    besides: Option<SessionId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let ended: Vec<SessionIdRow> =
        tx.all("SELECT id FROM sessions WHERE tenant_id = $1 AND user_id = $2", args![tenant, user]).await?;
    for session in ended.into_iter().filter(|session| Some(session.id) != besides) {
        end_session(tx, user, session.id, now).await?;
    }
    Ok(())
}

pub async fn end_session(
    tx: &mut TenantTx,
    user: UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute("DELETE FROM sessions WHERE tenant_id = $1 AND id = $2", args![tenant, id]).await?;
    let data = json!({ "user": user, "session": id });
    tx.publish(NewEvent { entity: user.0, kind: SESSION_ENDED, data, at: now }).await
}

/// Whether a session has not ended.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn is_session_open(tx: &mut TenantTx, id: SessionId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id FROM sessions WHERE tenant_id = $1 AND id = $2";
    let found: Option<SessionIdRow> = tx.optional(sql, args![tenant, id]).await?;
    Ok(found.is_some())
}

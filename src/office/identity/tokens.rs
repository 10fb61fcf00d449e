//! Every SQL statement of bots and their API tokens. A token is a session with a name.

use crate::ids::{SessionId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

use super::store::{NewSession, UserRow};

row! {
    /// An API token; its secret is not kept.
    pub struct TokenRow {
        pub id: SessionId,
        pub user_id: UserId,
        pub name: String,
        pub created_at: Timestamp,
        pub used_at: Timestamp,
        pub expires_at: Timestamp,
    }
}

row! {
    struct DescriptionRow {
        description: String,
    }
}

row! {
    struct NextRow {
        expires_at: Option<Timestamp>,
    }
}

/// All bots, by name.
pub async fn bots(tx: &mut TenantTx) -> Result<Vec<UserRow>, StoreError> {
    let sql = "SELECT id, email, name, role, status, password, created_at, kind, picture FROM users
                WHERE tenant_id = $1 AND kind = 'bot' ORDER BY name, id LIMIT 1000";
    tx.all(sql, args![tx.tenant()]).await
}

pub async fn description(tx: &mut TenantTx, bot: UserId) -> Result<String, StoreError> {
    let sql = "SELECT description FROM users WHERE tenant_id = $1 AND id = $2";
    let row: Option<DescriptionRow> = tx.optional(sql, args![tx.tenant(), bot]).await?;
    Ok(row.map(|row| row.description).unwrap_or_default())
}

/// Writes what only bots have; only what is named.
pub async fn describe(
    tx: &mut TenantTx,
    bot: UserId,
    picture: Option<&str>,
    description: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "UPDATE users SET picture = coalesce($3, picture), description = coalesce($4, description)
                WHERE tenant_id = $1 AND id = $2 AND kind = 'bot'";
    tx.execute(sql, args![tx.tenant(), bot, picture, description]).await.map(|_| ())
}

pub async fn insert(tx: &mut TenantTx, token: &NewSession, name: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO sessions (tenant_id, id, user_id, hash, created_at, used_at, expires_at, name)
               VALUES ($1, $2, $3, $4, $5, $5, $6, $7)";
    let args = args![tx.tenant(), token.id, token.user, &token.hash[..], token.now, token.expires_at, name];
    tx.execute(sql, args).await.map(|_| ())
}

/// The tokens of a bot, the youngest first.
pub async fn of(tx: &mut TenantTx, bot: UserId) -> Result<Vec<TokenRow>, StoreError> {
    let sql = "SELECT id, user_id, name, created_at, used_at, expires_at FROM sessions
                WHERE tenant_id = $1 AND user_id = $2 AND name IS NOT NULL ORDER BY id DESC LIMIT 1000";
    tx.all(sql, args![tx.tenant(), bot]).await
}

/// Tokens whose time is over.
pub async fn expired(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<TokenRow>, StoreError> {
    let sql = "SELECT id, user_id, name, created_at, used_at, expires_at FROM sessions
                WHERE tenant_id = $1 AND name IS NOT NULL AND expires_at <= $2 ORDER BY expires_at LIMIT 1000";
    tx.all(sql, args![tx.tenant(), now]).await
}

/// When the next token ends.
pub async fn next_end(tx: &mut TenantTx) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT min(expires_at) AS expires_at FROM sessions WHERE tenant_id = $1 AND name IS NOT NULL";
    Ok(tx.one::<NextRow>(sql, args![tx.tenant()]).await?.expires_at)
}

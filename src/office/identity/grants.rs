//! Rights of single people on single objects.

use serde_json::json;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId};
use crate::scope::Right;
use crate::store::{NewEvent, StoreError, TenantTx, args, events_of, row};

/// The event that a right has changed: `{object_kind, object_id, user}`.
pub const GRANT_CHANGED: &str = "identity.grant_changed";

row! {
    /// A right that a person holds on an object.
    pub struct GrantRow {
        pub user_id: UserId,
        pub name: String,
        pub email: String,
        held: String,
    }
}

row! {
    struct HeldRow {
        held: String,
    }
}

impl GrantRow {
    /// The right; an unknown word, as of a later release, gives the least.
    #[must_use]
    pub fn right(&self) -> Right {
        self.held.parse().unwrap_or(Right::View)
    }
}

/// The right that a person holds on an object, whether they may sign in or not.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn right_of(
    tx: &mut TenantTx,
    object_kind: &str,
    object_id: Uuid,
    user: UserId,
) -> Result<Option<Right>, StoreError> {
    let tenant = tx.tenant();
    let found: Option<HeldRow> = tx
        .optional(
            "SELECT held FROM grants
              WHERE tenant_id = $1 AND object_kind = $2 AND object_id = $3 AND user_id = $4",
            args![tenant, object_kind, object_id, user],
        )
        .await?;
    Ok(found.and_then(|row| row.held.parse().ok()))
}

/// The right that a person may use now: none for someone who is suspended.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn right_of_active(
    tx: &mut TenantTx,
    object_kind: &str,
    object_id: Uuid,
    user: UserId,
) -> Result<Option<Right>, StoreError> {
    let tenant = tx.tenant();
    let found: Option<HeldRow> = tx
        .optional(
            "SELECT g.held AS held FROM grants g
               JOIN users u ON u.tenant_id = g.tenant_id AND u.id = g.user_id AND u.status = 'active'
              WHERE g.tenant_id = $1 AND g.object_kind = $2 AND g.object_id = $3 AND g.user_id = $4",
            args![tenant, object_kind, object_id, user],
        )
        .await?;
    Ok(found.and_then(|row| row.held.parse().ok()))
}

/// Everyone who holds a right on the object, in the order in which they got it.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn list(
    tx: &mut TenantTx,
    object_kind: &str,
    object_id: Uuid,
) -> Result<Vec<GrantRow>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        "SELECT g.user_id AS user_id, u.name AS name, u.email AS email, g.held AS held
           FROM grants g JOIN users u ON u.tenant_id = g.tenant_id AND u.id = g.user_id
          WHERE g.tenant_id = $1 AND g.object_kind = $2 AND g.object_id = $3
          ORDER BY g.created_at, u.email",
        args![tenant, object_kind, object_id],
    )
    .await
}

/// Gives a person of the tenant a right, in place of the one they hold.
///
/// # Errors
/// `StoreError::NoRow` when there is no such person.
pub async fn put(
    tx: &mut TenantTx,
    object_kind: &str,
    object_id: Uuid,
    user: UserId,
    right: Right,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let written = tx
        .execute(
            "INSERT INTO grants (tenant_id, object_kind, object_id, user_id, held, created_at)
             SELECT u.tenant_id, $2, $3, u.id, $5, $6 FROM users u WHERE u.tenant_id = $1 AND u.id = $4
             ON CONFLICT (tenant_id, object_kind, object_id, user_id) DO UPDATE SET held = excluded.held",
            args![tenant, object_kind, object_id, user, right.as_str(), now],
        )
        .await?;
    if written == 0 {
        return Err(StoreError::NoRow);
    }
    publish(tx, object_kind, object_id, user, now).await
}

/// Takes a person's right away.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn remove(
    tx: &mut TenantTx,
    object_kind: &str,
    object_id: Uuid,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "DELETE FROM grants WHERE tenant_id = $1 AND object_kind = $2 AND object_id = $3 AND user_id = $4",
        args![tenant, object_kind, object_id, user],
    )
    .await?;
    publish(tx, object_kind, object_id, user, now).await
}

async fn publish(
    tx: &mut TenantTx,
    object_kind: &str,
    object_id: Uuid,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let data = json!({ "object_kind": object_kind, "object_id": object_id, "user": user });
    tx.publish(NewEvent { entity: events_of(object_id), kind: GRANT_CHANGED, data, at: now }).await
}

//! Every SQL statement of subscriptions and of the push queue.

use p256::PublicKey;

use crate::ids::{NotificationId, SubscriptionId, Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

use super::encrypt::{Receiver, point};
use super::subscription::Subscription;

/// Browsers of one person; the oldest goes for a new one.
const MOST: i64 = 20;

row! {
    /// A push that is due.
    pub struct Due {
        pub notification_id: NotificationId,
        pub subscription_id: SubscriptionId,
        pub user_id: UserId,
        pub urgent: bool,
        pub bundle: Option<String>,
        pub payload: String,
        pub attempts: i64,
        pub created_at: Timestamp,
        status: Option<String>,
        pub endpoint: String,
        p256dh: Vec<u8>,
        auth: Vec<u8>,
        pub quiet_from: Option<String>,
        pub quiet_to: Option<String>,
        pub time_zone: Option<String>,
        pub paused_until: Option<Timestamp>,
    }
}

row! {
    struct NextRow {
        due_at: Option<Timestamp>,
    }
}

row! {
    struct IdRow {
        id: SubscriptionId,
    }
}

impl Due {
    /// Whether the person may still sign in.
    #[must_use]
    pub fn is_welcome(&self) -> bool {
        self.status.as_deref() == Some("active")
    }

    /// The keys of the browser; none when what is stored is damaged.
    #[must_use]
    pub fn receiver(&self) -> Option<Receiver> {
        let public = PublicKey::from_sec1_bytes(&self.p256dh).ok()?;
        Some(Receiver { public, auth: self.auth.as_slice().try_into().ok()? })
    }
}

/// Writes a subscription. A browser has one at a time: who signs in there gets it, and its pushes
/// no longer reach who was there before.
pub async fn subscribe(
    tx: &mut TenantTx,
    user: UserId,
    id: SubscriptionId,
    subscription: &Subscription,
    now: Timestamp,
) -> Result<SubscriptionId, StoreError> {
    let tenant = tx.tenant();
    let Receiver { public, auth } = &subscription.receiver;
    let endpoint = subscription.endpoint.as_str();
    let sql = "DELETE FROM push_queue WHERE tenant_id = $1 AND user_id <> $2 AND subscription_id IN (
                 SELECT s.id FROM push_subscriptions s WHERE s.tenant_id = $1 AND s.endpoint = $3)";
    tx.execute(sql, args![tenant, user, endpoint]).await?;
    let row: IdRow = tx
        .one(
            "INSERT INTO push_subscriptions (tenant_id, id, user_id, endpoint, p256dh, auth, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, endpoint) DO UPDATE SET user_id = excluded.user_id,
               p256dh = excluded.p256dh, auth = excluded.auth, created_at = excluded.created_at
             RETURNING id",
            args![tenant, id, user, endpoint, point(public), &auth[..], now],
        )
        .await?;
    let sql = "SELECT id FROM push_subscriptions WHERE tenant_id = $1 AND user_id = $2
                ORDER BY created_at DESC, id DESC LIMIT 100 OFFSET $3";
    for old in tx.all::<IdRow>(sql, args![tenant, user, MOST]).await? {
        remove(tx, old.id).await?;
    }
    Ok(row.id)
}

/// Ends a person's own subscription; one of others stays.
pub async fn unsubscribe(tx: &mut TenantTx, user: UserId, id: SubscriptionId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id FROM push_subscriptions WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    match tx.optional::<IdRow>(sql, args![tenant, user, id]).await? {
        Some(own) => remove(tx, own.id).await,
        None => Ok(()),
    }
}

/// Ends a subscription with what waits for it.
pub async fn remove(tx: &mut TenantTx, id: SubscriptionId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute("DELETE FROM push_queue WHERE tenant_id = $1 AND subscription_id = $2", args![tenant, id])
        .await?;
    tx.execute("DELETE FROM push_subscriptions WHERE tenant_id = $1 AND id = $2", args![tenant, id]).await?;
    Ok(())
}

/// Pushes that are due, the oldest first.
pub async fn due(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<Vec<Due>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        "SELECT q.notification_id, q.subscription_id, q.user_id, q.urgent, q.bundle, q.payload, q.attempts,
                q.created_at, u.status, s.endpoint, s.p256dh, s.auth, p.quiet_from, p.quiet_to, p.time_zone,
                p.paused_until
           FROM push_queue q
           JOIN push_subscriptions s ON s.tenant_id = q.tenant_id AND s.id = q.subscription_id
           LEFT JOIN users u ON u.tenant_id = q.tenant_id AND u.id = q.user_id
           LEFT JOIN notification_settings p ON p.tenant_id = q.tenant_id AND p.user_id = q.user_id
          WHERE q.tenant_id = $1 AND q.due_at <= $2
          ORDER BY q.due_at, q.notification_id LIMIT $3",
        args![tenant, now, limit],
    )
    .await
}

/// When the next push is due; none when none waits.
pub async fn next(tx: &mut TenantTx) -> Result<Option<Timestamp>, StoreError> {
    let tenant = tx.tenant();
    // As `due` sees them: a push without its subscription would be due for ever.
    let sql = "SELECT min(q.due_at) AS due_at FROM push_queue q
                 JOIN push_subscriptions s ON s.tenant_id = q.tenant_id AND s.id = q.subscription_id
                WHERE q.tenant_id = $1";
    Ok(tx.one::<NextRow>(sql, args![tenant]).await?.due_at)
}

/// Whether anyone wants pushes at all.
pub async fn any_subscription(tx: &mut TenantTx) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id FROM push_subscriptions WHERE tenant_id = $1 LIMIT 1";
    Ok(tx.optional::<IdRow>(sql, args![tenant]).await?.is_some())
}

/// Takes a push out of the queue.
pub async fn done(tx: &mut TenantTx, push: &Due) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "DELETE FROM push_queue WHERE tenant_id = $1 AND notification_id = $2 AND subscription_id = $3",
        args![tenant, push.notification_id, push.subscription_id],
    )
    .await?;
    Ok(())
}

/// Puts a push off; `attempts` were made.
pub async fn put_off(
    tx: &mut TenantTx,
    push: &Due,
    attempts: i64,
    until: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "UPDATE push_queue SET attempts = $4, due_at = $5
          WHERE tenant_id = $1 AND notification_id = $2 AND subscription_id = $3",
        args![tenant, push.notification_id, push.subscription_id, attempts, until],
    )
    .await?;
    Ok(())
}

//! When a person does not want to be disturbed, for all apps.

use serde_json::json;

use crate::ids::{Timestamp, UserId};
use crate::store::{NewEvent, StoreError, TenantTx, args, events_of, row};

use super::messages::{ADDED, DoNotDisturb};

row! {
    struct QuietRow {
        quiet_from: Option<String>,
        quiet_to: Option<String>,
        paused_until: Option<Timestamp>,
    }
}

pub async fn load(tx: &mut TenantTx, user: UserId) -> Result<DoNotDisturb, StoreError> {
    let sql = "SELECT quiet_from, quiet_to, paused_until FROM notification_settings
                WHERE tenant_id = $1 AND user_id = $2";
    let found: Option<QuietRow> = tx.optional(sql, args![tx.tenant(), user]).await?;
    Ok(found.map_or_else(DoNotDisturb::default, |row| {
        let QuietRow { quiet_from: from, quiet_to: to, paused_until: until } = row;
        DoNotDisturb { from, to, until }
    }))
}

pub async fn save(tx: &mut TenantTx, user: UserId, quiet: &DoNotDisturb) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO notification_settings (tenant_id, user_id, quiet_from, quiet_to, digest, paused_until)
               VALUES ($1, $2, $3, $4, 'off', $5)
               ON CONFLICT (tenant_id, user_id) DO UPDATE SET quiet_from = excluded.quiet_from,
                 quiet_to = excluded.quiet_to, paused_until = excluded.paused_until";
    let DoNotDisturb { from, to, until } = quiet;
    tx.execute(sql, args![tx.tenant(), user, from.as_deref(), to.as_deref(), *until]).await.map(|_| ())
}

/// Lets what was held back be looked at again. What a push service has refused keeps its time.
pub async fn release(tx: &mut TenantTx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE push_queue SET due_at = $3
                WHERE tenant_id = $1 AND user_id = $2 AND due_at > $3 AND attempts = 0";
    if tx.execute(sql, args![tx.tenant(), user, now]).await? > 0 {
        // The queue looks whenever something was added, and nothing was.
        let (entity, data) = (events_of(user.0), json!({ "added": [] }));
        tx.publish(NewEvent { entity, kind: ADDED, data, at: now }).await?;
    }
    Ok(())
}

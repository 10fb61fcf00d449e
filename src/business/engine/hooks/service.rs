//! Webhooks of records for those who administrate a business.

use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::filter::Meaning;
use crate::business::engine::service::Engine;
use crate::business::engine::store::{events, hooks as rows};
use crate::ids::Timestamp;
use crate::office::webhooks::messages::{
    self as webhooks, ChangeEndpoint, DeliveryJson, EndpointRow, Format, NewEndpoint, WebhookError, announce,
};
use crate::scope::Scope;
use crate::store::TenantTx;

use super::{Hook, PURPOSE, Wants, all};

/// Webhooks of one business.
const HOOKS: usize = 50;

/// A webhook to be made.
pub struct NewHook {
    pub name: String,
    pub url: String,
    pub wants: Wants,
}

/// What is to be changed about one.
#[derive(Default)]
pub struct HookChange {
    pub name: Option<String>,
    pub url: Option<String>,
    pub active: Option<bool>,
    pub wants: Option<Wants>,
}

/// A webhook with its endpoint.
pub struct HookFound {
    pub hook: Hook,
    pub endpoint: EndpointRow,
    /// Whether its filter still fits its type.
    pub fits: bool,
    /// Events that it has still to be told of, beside what waits in the queue.
    pub behind: i64,
}

impl Engine {
    /// The webhooks of records.
    pub async fn hooks(&self, scope: &Scope) -> Result<Vec<HookFound>, EngineError> {
        let mut tx = self.store.read(scope).await?;
        let mut found = Vec::new();
        for hook in all(&mut tx).await? {
            found.push(self.found(&mut tx, scope, hook).await?);
        }
        Ok(found)
    }

    /// One of them.
    pub async fn hook(&self, tx: &mut TenantTx, scope: &Scope, id: Uuid) -> Result<HookFound, EngineError> {
        let hook = all(tx).await?.into_iter().find(|hook| hook.id == id).ok_or(EngineError::NoEntry)?;
        self.found(tx, scope, hook).await
    }

    async fn found(&self, tx: &mut TenantTx, scope: &Scope, hook: Hook) -> Result<HookFound, EngineError> {
        let catalog = self.catalog(tx).await?;
        let endpoint = webhooks::endpoint(tx, hook.id).await.map_err(refused)?;
        let fits = hook.fits(&catalog, scope, self.clock.now());
        let head = events::head(tx).await?;
        let behind = head - rows::seq(tx, hook.id).await?.unwrap_or(head);
        Ok(HookFound { hook, endpoint, fits, behind })
    }

    /// Makes a webhook; tells its secret, which is shown once.
    pub async fn add_hook(&self, scope: &Scope, new: NewHook) -> Result<(HookFound, String), EngineError> {
        let owner = scope.user().ok_or(EngineError::NoEntry)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        let catalog = self.catalog(&mut tx).await?;
        new.wants.check(&catalog, Meaning { scope, now })?;
        if all(&mut tx).await?.len() >= HOOKS {
            return Err(EngineError::TooMany { what: "webhooks of records", limit: HOOKS });
        }
        let endpoint = NewEndpoint {
            purpose: PURPOSE,
            owner,
            name: &new.name,
            url: &new.url,
            format: Format::Json,
            kinds: &[],
            link: "/admin/webhooks".into(),
        };
        let made = webhooks::add(&self.store, &self.client, &mut tx, &endpoint, now).await;
        let (id, secret) = made.map_err(refused)?;
        let seq = events::head(&mut tx).await?;
        rows::put(&mut tx, &row(id, owner, &new.wants)?, seq).await?;
        let found = self.hook(&mut tx, scope, id).await?;
        tx.commit().await?;
        self.hooks_changed(scope, now).await;
        Ok((found, secret))
    }

    /// Changes a webhook; one that is switched on again goes on.
    pub async fn change_hook(
        &self,
        scope: &Scope,
        id: Uuid,
        change: HookChange,
    ) -> Result<HookFound, EngineError> {
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        let found = self.hook(&mut tx, scope, id).await?;
        let HookChange { name, url, active, wants } = change;
        let endpoint = ChangeEndpoint { name: name.as_deref(), url: url.as_deref(), active };
        webhooks::change(&self.client, &mut tx, id, &endpoint).await.map_err(refused)?;
        if let Some(wants) = wants {
            let catalog = self.catalog(&mut tx).await?;
            wants.check(&catalog, Meaning { scope, now })?;
            rows::put(&mut tx, &row(id, found.hook.owner, &wants)?, 0).await?;
        }
        let found = self.hook(&mut tx, scope, id).await?;
        tx.commit().await?;
        self.hooks_changed(scope, now).await;
        Ok(found)
    }

    /// Takes a webhook away, with what waits for it.
    pub async fn remove_hook(&self, scope: &Scope, id: Uuid) -> Result<(), EngineError> {
        let mut tx = self.store.begin(scope).await?;
        self.hook(&mut tx, scope, id).await?;
        rows::remove(&mut tx, id).await?;
        webhooks::remove(&mut tx, id).await?;
        tx.commit().await?;
        self.hooks_changed(scope, self.clock.now()).await;
        Ok(())
    }

    /// What a webhook was told, is to be told, or could not be, the youngest first.
    pub async fn hook_deliveries(
        &self,
        scope: &Scope,
        id: Uuid,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<DeliveryJson>, EngineError> {
        let mut tx = self.store.read(scope).await?;
        self.hook(&mut tx, scope, id).await?;
        Ok(webhooks::deliveries(&mut tx, id, before, limit).await?)
    }

    /// Tells once more one delivery, or all that were given up; tells how many.
    pub async fn replay_hook(
        &self,
        scope: &Scope,
        id: Uuid,
        delivery: Option<Uuid>,
    ) -> Result<usize, EngineError> {
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        self.hook(&mut tx, scope, id).await?;
        let count = match delivery {
            Some(delivery) => {
                webhooks::replay(&mut tx, id, delivery, now).await.map_err(refused)?;
                1
            }
            None => webhooks::replay_dead(&mut tx, id, now).await?,
        };
        tx.commit().await?;
        self.hooks_changed(scope, now).await;
        Ok(count)
    }

    /// Lets the next commit know the webhooks of now, and the queue look at once.
    async fn hooks_changed(&self, scope: &Scope, now: Timestamp) {
        self.catalogs.forget(scope.tenant);
        // One that cannot wake now finds what waits when it does.
        if let Ok(env) = self.tenants.wake(scope.tenant).await {
            announce(&env.bus(), scope.tenant, now);
        }
    }
}

fn row(id: Uuid, owner: crate::ids::UserId, wants: &Wants) -> Result<rows::HookRow, EngineError> {
    let definition = serde_json::to_value(wants).map_err(|error| EngineError::Invalid(error.to_string()))?;
    Ok(rows::HookRow { id, owner, definition })
}

/// What webhooks say, as records say it.
fn refused(error: WebhookError) -> EngineError {
    match error {
        WebhookError::NoEndpoint | WebhookError::NoDelivery => EngineError::NoEntry,
        WebhookError::Store(error) => error.into(),
        WebhookError::TooMany(_) => EngineError::Conflict(error.to_string()),
        WebhookError::Invalid(_) | WebhookError::Address(_) => EngineError::Invalid(error.to_string()),
        WebhookError::NoChance => EngineError::Busy,
    }
}

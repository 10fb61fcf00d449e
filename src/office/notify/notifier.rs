//! The actor `Notifier`: tells open sockets what was written and read, and keeps inboxes short.

use std::collections::BTreeMap;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use chrono::TimeDelta;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::actors::{ChildSpec, Event, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::ids::{NotificationId, TenantId, UserId};
use crate::scope::Scope;
use crate::store::StoreError;

use super::messages::{ADDED, Added, READ, ReadTogether, UNREAD};
use super::{Notify, store};

/// Read notifications are kept for this long.
const KEPT: TimeDelta = TimeDelta::days(90);
/// How often what is too old or too much is dropped.
const TIDY_EVERY: Duration = Duration::from_secs(6 * 3600);
/// Notifications of one person after which their inbox is looked at in between.
const LOOK_AFTER: u32 = 100;

/// Tells the sockets of one tenant of notifications.
pub struct Notifier {
    tenant: TenantEnv,
    notify: Notify,
    /// Notifications of each person since their inbox was last cut to its length.
    added: BTreeMap<UserId, u32>,
    told: u64,
}

/// The notifier as a child of its tenant.
pub fn child(tenant: &TenantEnv, notify: &Notify) -> ChildSpec {
    let (tenant, notify) = (tenant.clone(), notify.clone());
    ChildSpec::actor("notifier", Restart::Permanent, move || Notifier {
        tenant: tenant.clone(),
        notify: notify.clone(),
        added: BTreeMap::new(),
        told: 0,
    })
}

impl Actor for Notifier {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.tenant.bus().subscribe_to(Kinds::Only(&[ADDED, READ]), ctx.address().recipient());
        // Only what an index finds: a business that wakes for one request has no time for more.
        self.tidy(false, ctx);
    }
}

impl Notifier {
    /// Drops what is too old and, if `all`, what is too much; arms the next time before the work.
    fn tidy(&mut self, all: bool, ctx: &mut Context<Self>) {
        let sleep = self.tenant.clock.sleep(TIDY_EVERY).into_actor(self);
        ctx.spawn(sleep.map(|(), notifier, ctx| notifier.tidy(true, ctx)));
        let tenant = self.tenant.clone();
        let work = async move {
            if let Err(error) = tidy(&tenant, all).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "old notifications were not dropped");
            }
        };
        ctx.spawn(work.into_actor(self));
    }

    /// Who has had so many notifications that their inbox is to be cut.
    fn count(&mut self, added: &[Added]) -> Vec<UserId> {
        let mut full = Vec::new();
        for Added { user, .. } in added {
            let count = self.added.entry(*user).or_default();
            *count += 1;
            if *count >= LOOK_AFTER {
                *count = 0;
                full.push(*user);
            }
        }
        full
    }

    fn added(&mut self, data: &Value, ctx: &mut Context<Self>) {
        let Ok(added) = Vec::<Added>::deserialize(&data["added"]) else { return };
        self.told += added.len() as u64;
        let full = self.count(&added);
        let (tenant, notify) = (self.tenant.clone(), self.notify.clone());
        let work = async move {
            if let Err(error) = tell_added(&tenant, &notify, &added, &full).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "notifications were not told");
            }
        };
        ctx.spawn(work.into_actor(self));
    }

    fn read(&self, data: &Value, ctx: &mut Context<Self>) {
        let Ok(read) = ReadTogether::deserialize(data) else { return };
        let (tenant, notify) = (self.tenant.clone(), self.notify.clone());
        let work = async move {
            if let Err(error) = tell_read_together(&tenant, &notify, &read).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "what was read was not told");
            }
        };
        ctx.spawn(work.into_actor(self));
    }
}

/// Tells those who are there what was written for them.
async fn tell_added(
    tenant: &TenantEnv,
    notify: &Notify,
    added: &[Added],
    full: &[UserId],
) -> Result<(), StoreError> {
    let hub = notify.hubs.of(tenant.tenant);
    if !hub.is_empty() {
        let present = hub.present();
        let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
        for Added { user, id } in added.iter().filter(|one| present.contains_key(&one.user)) {
            if let Some(notification) = store::find(&mut tx, *user, *id).await? {
                let unread = store::unread(&mut tx, *user).await?;
                hub.tell(*user, ADDED, &json!({ "notification": notification, "unread": unread }));
            }
        }
    }
    if !full.is_empty() {
        let mut tx = tenant.store.begin(&Scope::system(tenant.tenant)).await?;
        for user in full {
            store::trim(&mut tx, *user).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn tell_read_together(
    tenant: &TenantEnv,
    notify: &Notify,
    read: &ReadTogether,
) -> Result<(), StoreError> {
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let ids = store::read_at(&mut tx, read.user, &read.bundle, read.at).await?;
    if !ids.is_empty() {
        let unread = store::unread(&mut tx, read.user).await?;
        tell_read(notify, tenant.tenant, read.user, Some(&ids), unread);
    }
    Ok(())
}

/// Tells a person's devices what was read; all of it with `ids` none.
pub fn tell_read(
    notify: &Notify,
    tenant: TenantId,
    user: UserId,
    ids: Option<&[NotificationId]>,
    unread: i64,
) {
    notify.hubs.of(tenant).tell(user, READ, &json!({ "ids": ids, "unread": unread }));
}

/// Tells a person's devices what was marked as unread.
pub fn tell_unread(notify: &Notify, tenant: TenantId, user: UserId, ids: &[NotificationId], unread: i64) {
    notify.hubs.of(tenant).tell(user, UNREAD, &json!({ "ids": ids, "unread": unread }));
}

async fn tidy(tenant: &TenantEnv, all: bool) -> Result<(), StoreError> {
    let scope = Scope::system(tenant.tenant);
    let old = tenant.clock.now() - KEPT;
    let mut tx = tenant.store.read(&scope).await?;
    let crowded = if all { store::crowded(&mut tx).await? } else { Vec::new() };
    let any = store::has_read_before(&mut tx, old).await?;
    drop(tx);
    if crowded.is_empty() && !any {
        return Ok(());
    }
    let mut tx = tenant.store.begin(&scope).await?;
    store::drop_read(&mut tx, old).await?;
    for user in crowded {
        store::trim(&mut tx, user).await?;
    }
    tx.commit().await
}

impl Handler<Published> for Notifier {
    type Result = ();

    fn handle(&mut self, event: Published, ctx: &mut Context<Self>) {
        let Event { kind, data, .. } = &*event.0;
        match kind.as_str() {
            ADDED => self.added(data, ctx),
            READ => self.read(data, ctx),
            _ => {}
        }
    }
}

impl Handler<Shutdown> for Notifier {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Notifier {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of("notifier", "notifier", "running").with(json!({ "told": self.told }))
    }
}

//! Wakes tenants whose alarms are due: timers hold while a tenant sleeps and over a restart.

use std::time::Duration;

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, WrapFuture};
use futures::StreamExt;
use futures::stream::iter;

use super::child::{ChildSpec, Restart};
use super::clock::Clock;
use super::messages::{Observation, Observe, Shutdown};
use super::tenant::{TenantError, Tenants};
use crate::ids::TenantId;
use crate::store::Store;

/// How late an alarm may be.
const EVERY: Duration = Duration::from_secs(5);
/// Tenants woken by one look, and at the same time.
const BATCH: i64 = 1_000;
const PARALLEL: usize = 16;

/// Looks for alarms that are due. A tenant that is awake keeps its own time and is left alone: its
/// parts set their alarms when they go to sleep, and take them away when nothing waits.
pub struct Alarms {
    store: Store,
    tenants: Tenants,
    clock: Clock,
    looking: bool,
    woken: u64,
}

impl Alarms {
    /// The alarms as a child of the root.
    #[must_use]
    pub fn child(store: Store, tenants: Tenants, clock: Clock) -> ChildSpec {
        let build = move || Self {
            store: store.clone(),
            tenants: tenants.clone(),
            clock: clock.clone(),
            looking: false,
            woken: 0,
        };
        ChildSpec::actor("alarms", Restart::Permanent, build)
    }

    /// Wakes who is to be woken; the next look is armed before.
    fn look(&mut self, ctx: &mut Context<Self>) {
        let sleep = self.clock.sleep(EVERY).into_actor(self).map(|(), alarms, ctx| alarms.look(ctx));
        ctx.spawn(sleep);
        if std::mem::replace(&mut self.looking, true) {
            return;
        }
        let work = wake_due(self.store.clone(), self.tenants.clone(), self.clock.clone());
        ctx.spawn(work.into_actor(self).map(|woken, alarms, _| {
            alarms.looking = false;
            alarms.woken += woken;
        }));
    }
}

async fn wake_due(store: Store, tenants: Tenants, clock: Clock) -> u64 {
    let due = match store.alarms_due(clock.now(), BATCH).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(%error, "cannot look for alarms");
            return 0;
        }
    };
    let asleep = due.into_iter().filter(|tenant| tenants.peek(*tenant).is_none());
    let woken = iter(asleep).map(|tenant| wake(&store, &tenants, tenant)).buffer_unordered(PARALLEL);
    woken.filter(|woken| std::future::ready(*woken)).count().await as u64
}

async fn wake(store: &Store, tenants: &Tenants, tenant: TenantId) -> bool {
    match tenants.wake(tenant).await {
        Ok(_) => true,
        // What waits there waits until it is resumed.
        Err(TenantError::Suspended) => false,
        Err(TenantError::Unknown) => {
            // Deleted while one of its parts went to sleep.
            if let Err(error) = store.forget_alarms(tenant).await {
                tracing::warn!(%tenant, %error, "alarms of a deleted tenant stay");
            }
            false
        }
        Err(error) => {
            tracing::warn!(%tenant, %error, "an alarm did not wake its tenant");
            false
        }
    }
}

impl Actor for Alarms {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.look(ctx);
    }
}

impl Handler<Shutdown> for Alarms {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Alarms {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of("alarms", "alarms", "running").with(serde_json::json!({ "woken": self.woken }))
    }
}

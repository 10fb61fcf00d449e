//! The actor `HookFeeder`: brings webhooks further that have fallen behind the events.

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler, Message};
use futures::future::LocalBoxFuture;

use crate::actors::{ChildSpec, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::business::engine::catalog::Catalogs;
use crate::business::engine::error::EngineError;
use crate::business::engine::store::{events, hooks as rows};
use crate::office::identity::Identity;
use crate::office::webhooks::messages::{self as webhooks, Answered, QUEUED, TakesAnswers, announce};
use crate::scope::Scope;
use crate::store::StoreError;

use super::PURPOSE;
use super::queue::{About, catch_up};

/// Feeds the webhooks of records of one tenant.
pub struct HookFeeder {
    tenant: TenantEnv,
    identity: Identity,
    catalogs: Catalogs,
    looking: bool,
    /// Something happened while it looked.
    again: bool,
}

/// Looks for webhooks that are behind.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
struct Work;

/// The feeder as a child of its tenant.
pub fn child(tenant: &TenantEnv, identity: &Identity, catalogs: &Catalogs) -> ChildSpec {
    let (tenant, identity, catalogs) = (tenant.clone(), identity.clone(), catalogs.clone());
    ChildSpec::actor("hook-feeder", Restart::Permanent, move || HookFeeder {
        tenant: tenant.clone(),
        identity: identity.clone(),
        catalogs: catalogs.clone(),
        looking: false,
        again: false,
    })
}

impl Actor for HookFeeder {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // Before the first look, so that nothing falls between the two.
        self.tenant.bus().subscribe_to(Kinds::Only(&[QUEUED]), ctx.address().recipient());
        ctx.notify(Work);
    }
}

impl Handler<Published> for HookFeeder {
    type Result = ();

    fn handle(&mut self, _: Published, ctx: &mut Context<Self>) {
        ctx.notify(Work);
    }
}

impl Handler<Work> for HookFeeder {
    type Result = ();

    fn handle(&mut self, _: Work, ctx: &mut Context<Self>) {
        if self.looking {
            self.again = true;
            return;
        }
        (self.looking, self.again) = (true, false);
        let work = feed(self.tenant.clone(), self.identity.clone(), self.catalogs.clone());
        ctx.spawn(work.into_actor(self).map(|fed, feeder, ctx| {
            feeder.looking = false;
            if let Err(error) = fed {
                // The next event, or the next delivery, looks again.
                tracing::warn!(tenant = %feeder.tenant.tenant, %error, "webhooks of records wait");
            } else if feeder.again {
                ctx.notify(Work);
            }
        }));
    }
}

/// Brings webhooks further until they are here, or have as much waiting as fits.
async fn feed(tenant: TenantEnv, identity: Identity, catalogs: Catalogs) -> Result<(), EngineError> {
    let system = Scope::system(tenant.tenant);
    while is_behind(&tenant).await? {
        let about = identity.tenant(tenant.tenant).await?;
        let mut tx = tenant.store.begin(&system).await?;
        let catalog = catalogs.of(&mut tx, &about.profile.modules).await?;
        let now = tenant.clock.now();
        if !catch_up(&mut tx, &catalog, About { slug: &about.slug, now }).await? {
            break;
        }
        tx.commit().await?;
        announce(&tenant.bus(), tenant.tenant, now);
    }
    Ok(())
}

async fn is_behind(tenant: &TenantEnv) -> Result<bool, StoreError> {
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let Some(least) = rows::least(&mut tx).await? else { return Ok(false) };
    Ok(least < events::head(&mut tx).await?)
}

impl Handler<Shutdown> for HookFeeder {
    type Result = ();

    /// Ends at once: the cursors are with what they count.
    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for HookFeeder {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of("hook-feeder", "hook-feeder", if self.looking { "feeding" } else { "running" })
    }
}

/// Lets the feeder go on when a delivery has made room.
pub struct HookAnswers;

impl TakesAnswers for HookAnswers {
    fn purpose(&self) -> &'static str {
        PURPOSE
    }

    fn take(
        &self,
        tenant: &TenantEnv,
        answered: Answered,
    ) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        let (tenant, endpoint) = (tenant.clone(), answered.endpoint);
        Box::pin(async move {
            let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
            // Not for each delivery: when half of what fits has been told.
            let has_room = webhooks::room(&mut tx, endpoint).await?.is_half();
            drop(tx);
            if has_room && is_behind(&tenant).await? {
                announce(&tenant.bus(), tenant.tenant, tenant.clock.now());
            }
            Ok(())
        })
    }
}

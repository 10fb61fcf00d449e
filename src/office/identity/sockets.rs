//! The actor `SocketWatch`: ends the live sockets of those who have signed out or lost a right, and API
//! tokens at their time.

use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use serde::Deserialize;

use crate::actors::{ChildSpec, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::ids::{SessionId, Timestamp, UserId};
use crate::protocols::ws::live::hub::Hubs;
use crate::protocols::ws::outlet::Close;
use crate::scope::Role;

use super::bots;
use super::messages::{SESSION_ENDED, TOKEN_MADE, USER_CHANGED};

/// How a socket ends whose sign-in has ended.
const SIGNED_OUT: Close = Close { code: 4401, reason: "sign in again" };

/// The longest and the shortest time between two looks for tokens whose time is over.
const LOOKS: (Duration, Duration) = (Duration::from_secs(3600), Duration::from_millis(20));

/// Watches the events of one tenant's people.
pub struct SocketWatch {
    tenant: TenantEnv,
    hubs: Hubs,
    /// Grows with every look, so that an earlier timer does nothing.
    look: u64,
}

/// The watch as a child of its tenant.
pub fn child(tenant: &TenantEnv, hubs: &Hubs) -> ChildSpec {
    let (tenant, hubs) = (tenant.clone(), hubs.clone());
    ChildSpec::actor("live-sockets-watch", Restart::Permanent, move || SocketWatch {
        tenant: tenant.clone(),
        hubs: hubs.clone(),
        look: 0,
    })
}

#[derive(Deserialize)]
struct Ended {
    user: UserId,
    session: SessionId,
}

#[derive(Deserialize)]
struct Changed {
    user: UserId,
    /// What the person may do from now on; None for someone who may not sign in.
    role: Option<Role>,
}

impl Actor for SocketWatch {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let kinds = Kinds::Only(&[USER_CHANGED, SESSION_ENDED, TOKEN_MADE]);
        self.tenant.bus().subscribe_to(kinds, ctx.address().recipient());
        self.look(ctx);
    }
}

impl SocketWatch {
    /// Ends tokens whose time is over and sleeps until the next.
    fn look(&mut self, ctx: &mut Context<Self>) {
        self.look += 1;
        let (look, tenant) = (self.look, self.tenant.clone());
        let work = async move {
            let next = bots::end_expired(&tenant.store, tenant.tenant, tenant.clock.now()).await;
            if let Err(error) = &next {
                tracing::warn!(tenant = %tenant.tenant, %error, "tokens at their end stay until another look");
            }
            let (longest, shortest) = LOOKS;
            let until = |next: Timestamp| (next - tenant.clock.now()).to_std().unwrap_or_default();
            let wait = next.ok().flatten().map_or(longest, until).clamp(shortest, longest);
            tenant.clock.sleep(wait).await;
        };
        ctx.spawn(work.into_actor(self).map(move |(), watch, ctx| {
            if watch.look == look {
                watch.look(ctx);
            }
        }));
    }
}

impl Handler<Published> for SocketWatch {
    type Result = ();

    fn handle(&mut self, Published(event, missed): Published, ctx: &mut Context<Self>) {
        if event.kind == TOKEN_MADE {
            return self.look(ctx);
        }
        let hub = self.hubs.of(self.tenant.tenant);
        if missed > 0 {
            // Nobody knows whom it was about: everyone comes back and is asked again.
            hub.close_all(Close::RESTART);
        }
        let told = match event.kind.as_str() {
            SESSION_ENDED => Ended::deserialize(&event.data)
                .map(|Ended { user, session }| hub.close_session(user, session, SIGNED_OUT)),
            // Whoever may still sign in comes back at once, with the rights of now.
            _ => Changed::deserialize(&event.data)
                .map(|Changed { user, role }| hub.close_unless(user, role, Close::RESTART)),
        };
        if let Err(error) = told {
            tracing::warn!(%error, kind = event.kind, "an event was not understood");
        }
    }
}

impl Handler<Shutdown> for SocketWatch {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for SocketWatch {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        let sockets = self.hubs.of(self.tenant.tenant).len();
        let detail = serde_json::json!({ "sockets": sockets });
        Observation::of("live-sockets-watch", "sockets-watch", "running").with(detail)
    }
}

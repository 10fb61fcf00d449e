//! One tenant in memory: its bus, its modules and its registries, woken on demand and put to sleep.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix::{
    Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Context, Handler, ResponseFuture, WrapFuture,
};
use futures::future::LocalBoxFuture;
use tokio::sync::oneshot;

use super::arbiters::Arbiters;
use super::bus::Bus;
use super::child::ChildSpec;
use super::clock::Clock;
use super::messages::{Exit, Observation, Observe, Shutdown};
use super::policy::{Intensity, Strategy};
use super::registry::{Passivator, Registered, Registrar};
use super::sharded::sharded_registry;
use super::supervisor::Supervisor;
use super::tenants::{AwakeMark, House};
pub use super::tenants::{TenantCheck, TenantError, Tenants, TenantsConfig};
use super::watch::{Label, exit_with, start_watched};
use crate::ids::TenantId;
use crate::store::Store;

/// Names the children of every tenant, in the order of their start; the bus comes before them.
pub type TenantChildren = Arc<dyn Fn(&TenantEnv) -> Vec<ChildSpec> + Send + Sync>;

/// What the actors of one tenant work with; cheap to clone.
///
/// It is valid for one waking of the tenant: whoever keeps it longer than a request finds registries
/// closed after the tenant went to sleep, and wakes it again.
#[derive(Clone)]
pub struct TenantEnv {
    pub tenant: TenantId,
    pub store: Store,
    pub clock: Clock,
    pub arbiters: Arbiters,
    shared: Arc<Shared>,
}

/// The registry of one kind of actor as a child of its tenant; `env.registrar::<A>()` finds them.
pub fn registry_child<A: Registered>(
    env: &TenantEnv,
    make_env: impl Fn(&TenantEnv) -> A::Env + 'static,
) -> ChildSpec {
    let tenant = env.clone();
    sharded_registry(A::KIND, env.registrar::<A>(), env.clock.clone(), move || make_env(&tenant))
}

impl TenantEnv {
    pub(super) fn new(tenant: TenantId, store: Store, clock: Clock, arbiters: Arbiters) -> Self {
        let shared =
            Shared { bus: Bus::new(clock.clone()), registrars: RwLock::default(), used: AtomicU64::new(0) };
        let env = Self { tenant, store, clock, arbiters, shared: Arc::new(shared) };
        env.touch();
        env
    }

    /// The tenant's events.
    #[must_use]
    pub fn bus(&self) -> Bus {
        self.shared.bus.clone()
    }

    /// Finds actors of one kind. Before its registry has started, and when the tenant has none, they
    /// are `LocateError::Closed`.
    #[must_use]
    pub fn registrar<A: Registered>(&self) -> Registrar<A> {
        let kind = TypeId::of::<A>();
        let known = self.shared.registrars.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(registrar) = known.get(&kind).and_then(|any| any.as_any().downcast_ref()) {
            return Registrar::<A>::clone(registrar);
        }
        drop(known);
        let mut all = self.shared.registrars.write().unwrap_or_else(PoisonError::into_inner);
        let fresh = Registrar::<A>::new(self.arbiters.clone());
        let entry = all.entry(kind).or_insert_with(|| Box::new(fresh.clone()));
        entry.as_any().downcast_ref().unwrap_or(&fresh).clone()
    }

    /// How many actors the tenant's registries hold.
    #[must_use]
    pub fn live_actors(&self) -> usize {
        let registrars = self.shared.registrars.read().unwrap_or_else(PoisonError::into_inner);
        registrars.values().map(|registrar| registrar.count()).sum()
    }

    /// Notes that someone uses the tenant.
    pub(super) fn touch(&self) {
        self.shared.used.store(millis(self.clock.monotonic()), Ordering::Relaxed);
    }

    /// How long nobody has used the tenant; zero while one of its registries holds an actor.
    pub(super) fn idle(&self) -> Duration {
        if self.live_actors() > 0 {
            self.touch();
        }
        let used = self.shared.used.load(Ordering::Relaxed);
        Duration::from_millis(millis(self.clock.monotonic()).saturating_sub(used))
    }
}

struct Shared {
    bus: Bus,
    registrars: RwLock<HashMap<TypeId, Box<dyn AnyRegistrar>>>,
    /// Milliseconds of the monotonic clock.
    used: AtomicU64,
}

trait AnyRegistrar: Send + Sync {
    fn count(&self) -> usize;
    fn as_any(&self) -> &dyn Any;
}

impl<A: Registered> AnyRegistrar for Registrar<A> {
    fn count(&self) -> usize {
        Registrar::count(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One waking of a tenant: watches over its tree and puts it to sleep when it is idle.
pub struct Tenant {
    env: TenantEnv,
    house: Arc<House>,
    me: Passivator<Self>,
    tree: Tree,
    ended: Option<oneshot::Receiver<Exit>>,
    /// Lets others find `env` while this lives.
    mark: AwakeMark,
    stopping: bool,
}

/// Ends the tenant's actors when the `Tenant` is gone, however it went.
struct Tree(Addr<Supervisor>);

impl Drop for Tree {
    fn drop(&mut self) {
        self.0.do_send(Shutdown);
    }
}

const INTENSITY: Intensity = Intensity { restarts: 5, within: Duration::from_secs(30) };

impl Registered for Tenant {
    const KIND: &'static str = "tenant";
    const SHUTDOWN: Duration = Duration::from_secs(8);
    type Id = TenantId;
    type Env = Arc<House>;
    type LoadError = TenantError;

    fn load(
        house: Arc<House>,
        id: TenantId,
        me: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, TenantError>> {
        Box::pin(async move {
            (house.config.check)(id).await?;
            let config = &house.config;
            let env = TenantEnv::new(id, config.store.clone(), config.clock.clone(), config.arbiters.clone());
            let mut children = vec![env.bus().child()];
            children.extend((config.children)(&env));
            let (ready, is_ready) = oneshot::channel();
            let (end, ended) = oneshot::channel();
            let supervisor =
                Supervisor::new(id.to_string(), Strategy::RestForOne, INTENSITY, children, env.clock.clone())
                    .tells_when_ready(ready);
            let tree = start_watched(Label::of("tenant", id), supervisor, move |exit| {
                // A tenant that panicked does not hear it.
                let _ = end.send(exit);
            });
            let tree = Tree(tree.addr);
            is_ready.await.map_err(|_| TenantError::Failed)?;
            let mark = AwakeMark::new(&house, &env);
            Ok(Self { env, house, me, tree, ended: Some(ended), mark, stopping: false })
        })
    }
}

impl Tenant {
    /// Sleeps until the tenant may have been idle for long enough, and looks then.
    fn watch_idle(&self, ctx: &mut Context<Self>) {
        let idle = self.house.config.idle;
        let wait = idle.saturating_sub(self.env.idle()).max(idle / 8);
        let sleep = self.env.clock.sleep(wait).into_actor(self).map(|(), tenant, ctx| {
            // Armed again before the work, so that nothing in it can end the watch.
            tenant.watch_idle(ctx);
            if !tenant.stopping && tenant.mark.remove_if_idle(tenant.house.config.idle) {
                tenant.me.passivate();
            }
        });
        ctx.spawn(sleep);
    }

    /// Follows the end of the tree: asked for, the tenant ends after it; otherwise it gives up.
    fn tree_ended(&mut self, ctx: &mut Context<Self>) {
        if !self.stopping {
            exit_with(Exit::GaveUp);
            return ctx.stop();
        }
        let (store, tenant) = (self.env.store.clone(), self.env.tenant);
        let release = async move { store.release(tenant).await };
        ctx.spawn(release.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl Actor for Tenant {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        if let Some(ended) = self.ended.take() {
            ctx.spawn(ended.into_actor(self).map(|_, tenant, ctx| tenant.tree_ended(ctx)));
        }
        self.watch_idle(ctx);
    }
}

impl Handler<Shutdown> for Tenant {
    type Result = ();

    fn handle(&mut self, _: Shutdown, _: &mut Context<Self>) {
        self.stopping = true;
        self.mark.remove();
        self.tree.0.do_send(Shutdown);
    }
}

impl Handler<Observe> for Tenant {
    type Result = ResponseFuture<Observation>;

    fn handle(&mut self, asked: Observe, _: &mut Context<Self>) -> Self::Result {
        let (tree, env) = (self.tree.0.clone(), self.env.clone());
        let state = if self.stopping { "ending" } else { "running" };
        Box::pin(async move {
            let children = asked.child(tree.recipient(), &env.clock).await.children;
            let idle = env.idle().as_secs();
            let detail = serde_json::json!({ "actors": env.live_actors(), "idle_seconds": idle });
            Observation { children, ..Observation::of(env.tenant, "tenant", state).with(detail) }
        })
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

//! A small installation: a real store, tenants with one module and pages, an outbox.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use actix::{Actor, ActorContext, AsyncContext, Context, Handler};
use futures::future::LocalBoxFuture;
use uuid::Uuid;

use super::*;
use crate::ids::TenantId;
use crate::scope::Scope;
use crate::store::{NewEvent, Store, StoreConfig, StoreError};

/// What happens in all tenants, on all threads.
#[derive(Clone, Default)]
pub(super) struct World {
    /// How often the check still fails.
    pub trouble: Arc<AtomicUsize>,
    pub journal: Arc<Mutex<Vec<String>>>,
    pub suspended: Arc<Mutex<HashSet<TenantId>>>,
    pub starts: Arc<AtomicUsize>,
    pub modules: Arc<Mutex<Vec<Addr<Module>>>>,
    pub events: Arc<Mutex<Vec<Event>>>,
}

impl World {
    pub(super) fn note(&self, what: impl Into<String>) {
        self.journal.lock().unwrap().push(what.into());
    }

    pub(super) fn journal(&self) -> Vec<String> {
        std::mem::take(&mut self.journal.lock().unwrap())
    }
}

/// A module of a tenant that hears its events.
pub(super) struct Module {
    world: World,
    env: TenantEnv,
}

impl Actor for Module {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.world.note("start module");
        self.world.starts.fetch_add(1, Ordering::Relaxed);
        self.world.modules.lock().unwrap().push(ctx.address());
        self.env.bus().subscribe(ctx.address().recipient());
    }
}

impl Handler<Published> for Module {
    type Result = ();

    fn handle(&mut self, Published(event, _): Published, _: &mut Context<Self>) {
        self.world.events.lock().unwrap().push((*event).clone());
    }
}

breakable!([] Module);

impl Handler<Shutdown> for Module {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        self.world.note("stop module");
        ctx.stop();
    }
}

impl Handler<Observe> for Module {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of("module", "module", "running")
    }
}

/// One of many actors of a tenant.
pub(super) struct Page {
    id: u32,
    world: World,
}

impl Actor for Page {
    type Context = Context<Self>;
}

impl Registered for Page {
    const KIND: &'static str = "page";
    type Id = u32;
    type Env = World;
    type LoadError = std::fmt::Error;

    fn load(
        world: World,
        id: u32,
        _: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, std::fmt::Error>> {
        Box::pin(async move { Ok(Self { id, world }) })
    }
}

impl Handler<Shutdown> for Page {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        self.world.note(format!("stop page {}", self.id));
        ctx.stop();
    }
}

impl Handler<Observe> for Page {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of(self.id, "page", "running")
    }
}

pub(super) struct Installation {
    pub world: World,
    pub tenants: Tenants,
    pub store: Store,
    pub root: Root,
    pub clock: Clock,
    pub hand: ClockHand,
    pub arbiters: Arbiters,
    folder: tempfile::TempDir,
}

pub(super) const IDLE: Duration = Duration::from_secs(60);

impl Installation {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreConfig::embedded(folder.path())).await.unwrap();
        let (clock, hand) = clock();
        let world = World::default();
        let arbiters = Arbiters::start(2).unwrap();
        let tenants = Tenants::new(TenantsConfig {
            store: store.clone(),
            clock: clock.clone(),
            arbiters: arbiters.clone(),
            children: children(&world),
            check: check(&world),
            idle: IDLE,
        });
        let outbox = Outbox::child(store.clone(), tenants.clone(), clock.clone());
        let root = Root::start(vec![outbox, tenants.child()], clock.clone()).await.unwrap();
        Self { world, tenants, store, root, clock, hand, arbiters, folder }
    }

    /// Ends what may still hold a transaction, which cannot be dropped after the runtime.
    pub(super) async fn stop(self) {
        self.root.stop().await;
        self.arbiters.stop().await;
    }

    pub(super) async fn tenant(&self) -> TenantId {
        let id = TenantId::at(self.clock.now());
        self.store.provision(id).await.unwrap();
        id
    }

    pub(super) async fn page(&self, tenant: TenantId, page: u32) -> Addr<Page> {
        self.tenants.wake(tenant).await.unwrap().registrar::<Page>().locate(page).await.unwrap()
    }

    /// Lets the idle watch of a sleeping tenant see that the time is over.
    pub(super) async fn fall_asleep(&self, tenant: TenantId) {
        let slept = || {
            self.hand.advance(IDLE / 4);
            self.tenants.peek(tenant).is_none()
        };
        eventually(slept).await;
    }

    pub(super) async fn publish(&self, tenant: TenantId, numbers: std::ops::Range<i64>) {
        let mut tx = self.store.begin(&Scope::system(tenant)).await.unwrap();
        for number in numbers {
            let data = serde_json::json!(number);
            let event = NewEvent { entity: Uuid::nil(), kind: "page.written", data, at: self.clock.now() };
            tx.publish(event).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Waits until the outbox of a tenant is empty.
    pub(super) async fn until_delivered(&self, tenant: TenantId) {
        for _ in 0..5_000 {
            if self.store.outbox_batch(tenant, 1).await.unwrap().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("the events stay in the outbox");
    }

    /// Waits until no tenant has an open file, which would have its write-ahead log beside it. The mark
    /// of an outbox may stay: it costs one look at the next start.
    pub(super) async fn until_closed(&self) {
        for _ in 0..5_000 {
            let files = std::fs::read_dir(self.folder.path().join("tenants")).unwrap();
            let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
            if !names.into_iter().any(|name| name.ends_with("-wal")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("the file of a tenant stays open");
    }

    pub(super) fn heard(&self) -> Vec<i64> {
        self.world.events.lock().unwrap().iter().filter_map(|event| event.data.as_i64()).collect()
    }
}

pub(super) fn children(world: &World) -> TenantChildren {
    let world = world.clone();
    Arc::new(move |env: &TenantEnv| {
        let (for_module, for_pages, module_env) = (world.clone(), world.clone(), env.clone());
        let module = ChildSpec::actor("module", Restart::Permanent, move || Module {
            world: for_module.clone(),
            env: module_env.clone(),
        });
        vec![module, registry_child::<Page>(env, move |_| for_pages.clone())]
    })
}

pub(super) fn check(world: &World) -> TenantCheck {
    let world = world.clone();
    Arc::new(move |id| {
        let world = world.clone();
        Box::pin(async move {
            let suspended = world.suspended.lock().unwrap().contains(&id);
            let down = |left: usize| left.checked_sub(1);
            if world.trouble.fetch_update(Ordering::Relaxed, Ordering::Relaxed, down).is_ok() {
                return Err(TenantError::Store(StoreError::Unavailable("injected".into())));
            }
            if suspended { Err(TenantError::Suspended) } else { Ok(()) }
        })
    })
}

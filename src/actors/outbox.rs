//! Delivers what tenants wrote to their outboxes to their buses: at least once, in order per entity.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use actix::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Message, StreamHandler, WrapFuture,
};
use futures::Stream;
use futures::stream::unfold;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::bus::Event;
use super::child::{ChildSpec, Restart};
use super::clock::Clock;
use super::messages::{Observation, Observe, Shutdown};
use super::policy::{Backoff, Jitter};
use super::tenant::{TenantError, Tenants};
use crate::ids::TenantId;
use crate::store::{OutboxEvent, Store, StoreError};

/// Brings the events of all tenants from the store to their buses.
///
/// A tenant has one delivery at a time, so its order holds; some tenants are delivered at the same
/// time, so one cannot hold up all. What is not delivered stays in the store.
pub struct Outbox {
    store: Store,
    tenants: Tenants,
    clock: Clock,
    jitter: Jitter,
    backoff: Backoff,
    queue: VecDeque<TenantId>,
    deliveries: HashMap<TenantId, Delivery>,
    running: usize,
    delivered: u64,
    /// How often in a row the store could not tell which tenants have something.
    searches_failed: u32,
}

/// Looks into the outbox of one tenant, or of all that may have something.
#[derive(Clone, Copy, Debug)]
pub enum Deliver {
    Of(TenantId),
    All,
}

impl Message for Deliver {
    type Result = ();
}

/// How many tenants are delivered at the same time.
const PARALLEL: usize = 16;
const BATCH: i64 = 256;
/// How often all outboxes are looked into without being told: a commit whose outcome was unknown may
/// have happened without telling anyone.
const SEARCH_EVERY: Duration = Duration::from_secs(30);

impl Outbox {
    /// The outbox as a child of the root.
    #[must_use]
    pub fn child(store: Store, tenants: Tenants, clock: Clock) -> ChildSpec {
        let build = move || Self {
            store: store.clone(),
            tenants: tenants.clone(),
            clock: clock.clone(),
            jitter: clock.jitter(),
            backoff: Backoff::default(),
            queue: VecDeque::new(),
            deliveries: HashMap::new(),
            running: 0,
            delivered: 0,
            searches_failed: 0,
        };
        ChildSpec::actor("outbox", Restart::Permanent, build)
    }

    fn enqueue(&mut self, tenant: TenantId, ctx: &mut Context<Self>) {
        let delivery = self.deliveries.entry(tenant).or_default();
        match delivery.state {
            // It is tried again when its rest is over.
            State::Queued | State::Resting => {}
            State::Running => delivery.again = true,
            State::New => {
                delivery.state = State::Queued;
                self.queue.push_back(tenant);
            }
        }
        self.start_deliveries(ctx);
    }

    fn start_deliveries(&mut self, ctx: &mut Context<Self>) {
        while self.running < PARALLEL {
            let Some(tenant) = self.queue.pop_front() else { return };
            self.running += 1;
            let delivery = self.deliveries.entry(tenant).or_default();
            (delivery.state, delivery.again) = (State::Running, false);
            let work = deliver(self.store.clone(), self.tenants.clone(), self.clock.clone(), tenant);
            let end = move |outcome, outbox: &mut Self, ctx: &mut Context<Self>| {
                outbox.finish(tenant, outcome, ctx);
            };
            ctx.spawn(work.into_actor(self).map(end));
        }
    }

    fn finish(&mut self, tenant: TenantId, outcome: Result<u64, TenantError>, ctx: &mut Context<Self>) {
        self.running -= 1;
        let delivery = self.deliveries.remove(&tenant).unwrap_or_default();
        match outcome {
            Ok(count) => {
                self.delivered += count;
                if delivery.again {
                    self.enqueue(tenant, ctx);
                }
            }
            Err(error) => {
                let delay = self.backoff.delay(delivery.failures, &mut self.jitter);
                tracing::warn!(%tenant, %error, ?delay, "events wait for another try");
                let failures = delivery.failures.saturating_add(1);
                let resting = Delivery { state: State::Resting, again: false, failures };
                self.deliveries.insert(tenant, resting);
                let rest = self.clock.sleep(delay).into_actor(self).map(move |(), outbox, ctx| {
                    outbox.deliveries.entry(tenant).or_default().state = State::New;
                    outbox.enqueue(tenant, ctx);
                });
                ctx.spawn(rest);
            }
        }
        self.start_deliveries(ctx);
    }

    /// Looks for tenants that may have something, and arms the next look.
    fn search(&mut self, ctx: &mut Context<Self>) {
        let store = self.store.clone();
        let found = async move { store.awake_tenants().await };
        let search = found.into_actor(self).map(|found, outbox, ctx| outbox.found(found, ctx));
        ctx.spawn(search);
    }

    fn found(&mut self, found: Result<Vec<TenantId>, StoreError>, ctx: &mut Context<Self>) {
        let next = match &found {
            Ok(_) => {
                self.searches_failed = 0;
                SEARCH_EVERY
            }
            Err(error) => {
                let delay = self.backoff.delay(self.searches_failed, &mut self.jitter);
                self.searches_failed = self.searches_failed.saturating_add(1);
                tracing::warn!(%error, ?delay, "cannot look for tenants with events");
                delay
            }
        };
        let sleep = self.clock.sleep(next).into_actor(self).map(|(), outbox, ctx| outbox.search(ctx));
        ctx.spawn(sleep);
        for tenant in found.unwrap_or_default() {
            self.enqueue(tenant, ctx);
        }
    }
}

#[derive(Default)]
struct Delivery {
    state: State,
    /// Something was written while it ran.
    again: bool,
    failures: u32,
}

#[derive(Default)]
enum State {
    #[default]
    New,
    Queued,
    Running,
    Resting,
}

/// Delivers what waits in one tenant's outbox and tells how many events that were.
async fn deliver(store: Store, tenants: Tenants, clock: Clock, tenant: TenantId) -> Result<u64, TenantError> {
    let mut count = 0;
    loop {
        let batch = match store.outbox_batch(tenant, BATCH).await {
            // Deleted since it wrote them.
            Err(StoreError::NoTenant) => return Ok(count),
            batch => batch?,
        };
        if batch.is_empty() {
            return Ok(count);
        }
        let bus = match tenants.wake(tenant).await {
            Ok(env) => env.bus(),
            // The events wait in the store until it is resumed, or go with it.
            Err(TenantError::Suspended | TenantError::Unknown) => return Ok(count),
            Err(error) => return Err(error),
        };
        let ids: Vec<i64> = batch.iter().map(|row| row.id).collect();
        for row in batch {
            let lag = (clock.now() - row.at).to_std().unwrap_or_default();
            metrics::histogram!("kontor_outbox_lag_seconds").record(lag);
            bus.deliver(Arc::new(event(tenant, row))).await;
        }
        // After the delivery: a crash in between delivers them twice and loses none.
        store.outbox_done(tenant, &ids).await?;
        metrics::counter!("kontor_outbox_delivered_total").increment(ids.len() as u64);
        count += ids.len() as u64;
    }
}

fn event(tenant: TenantId, row: OutboxEvent) -> Event {
    let OutboxEvent { entity, seq, kind, data, at, .. } = row;
    Event { tenant, entity, seq, kind, data, at }
}

/// What the store tells about commits with events.
fn nudges(receiver: Receiver<TenantId>) -> impl Stream<Item = Deliver> {
    unfold(receiver, |mut receiver| async move {
        let told = match receiver.recv().await {
            Ok(tenant) => Deliver::Of(tenant),
            Err(RecvError::Lagged(_)) => Deliver::All,
            Err(RecvError::Closed) => return None,
        };
        Some((told, receiver))
    })
}

impl Actor for Outbox {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        // Before the search, so that no commit falls between the two.
        ctx.add_stream(nudges(self.store.outbox_nudges()));
        self.search(ctx);
    }
}

impl StreamHandler<Deliver> for Outbox {
    fn handle(&mut self, deliver: Deliver, ctx: &mut Context<Self>) {
        Handler::handle(self, deliver, ctx);
    }

    /// Without the store's word the search still finds everything.
    fn finished(&mut self, _: &mut Context<Self>) {}
}

impl Handler<Deliver> for Outbox {
    type Result = ();

    fn handle(&mut self, deliver: Deliver, ctx: &mut Context<Self>) {
        match deliver {
            Deliver::Of(tenant) => self.enqueue(tenant, ctx),
            Deliver::All => {
                let store = self.store.clone();
                let found = async move { store.awake_tenants().await.unwrap_or_default() };
                ctx.spawn(found.into_actor(self).map(|found, outbox, ctx| {
                    for tenant in found {
                        outbox.enqueue(tenant, ctx);
                    }
                }));
            }
        }
    }
}

impl Handler<Shutdown> for Outbox {
    type Result = ();

    /// Ends at once: what was not marked as delivered is delivered after the next start.
    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Outbox {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        let resting = self.deliveries.values().filter(|one| matches!(one.state, State::Resting)).count();
        Observation::of("outbox", "outbox", "running").with(serde_json::json!({
            "delivered": self.delivered, "running": self.running, "waiting": self.queue.len(), "resting": resting,
        }))
    }
}

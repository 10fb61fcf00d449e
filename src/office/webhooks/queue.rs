//! The actor `WebhookQueue`: brings deliveries out of the database, one after the other for each
//! endpoint, many endpoints side by side.
//!
//! What waits is in the database from the commit of its cause on, so a crash loses none. One that was
//! sent right before a crash is sent again, with the same id.

use std::collections::BTreeSet;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler, Message};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::actors::{
    Backoff, ChildSpec, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv,
};
use crate::ids::Timestamp;
use crate::office::notify::messages::{self as notify, Kind, NewNotification, Place};
use crate::protocols::http::outbound::{Limits, Longer};
use crate::scope::Scope;
use crate::store::StoreError;

use super::Webhooks;
use super::deliver::{Outcome, Request, outcome};
use super::messages::{Answered, EndpointRow, Format, QUEUED, unseal};
use super::store::{self, Due, Head};

/// The alarm that wakes a tenant for its webhooks.
pub const ALARM: &str = "webhooks";

/// Endpoints that are told at the same time.
const AT_ONCE: usize = 8;
/// How often a delivery is tried before it is given up: for about an hour.
const ATTEMPTS: i64 = 12;
const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), max: Duration::from_secs(1800) };
/// An endpoint that has taken nothing for so long is switched off.
const FAILING: TimeDelta = TimeDelta::days(3);
/// Time between two looks, unless something new was written.
const LEAST: Duration = Duration::from_millis(50);
/// How long to wait when the store did not answer.
const STORE_REST: Duration = Duration::from_secs(5);
const ANSWER: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(10);
/// Deliveries after which the list of an endpoint is cut.
const TIDY_EVERY: i64 = 64;

/// Tells the endpoints of one tenant.
pub struct WebhookQueue {
    tenant: TenantEnv,
    webhooks: Webhooks,
    /// Endpoints that are being told something.
    busy: BTreeSet<Uuid>,
    looking: bool,
    /// Something was written while it looked.
    again: bool,
    delivered: u64,
    /// Counts the timers, so that only the youngest counts.
    timer: u64,
}

/// Looks for deliveries that are due.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
struct Work;

/// The queue as a child of its tenant.
pub fn child(tenant: &TenantEnv, webhooks: &Webhooks) -> ChildSpec {
    let (tenant, webhooks) = (tenant.clone(), webhooks.clone());
    ChildSpec::actor("webhook-queue", Restart::Permanent, move || WebhookQueue {
        tenant: tenant.clone(),
        webhooks: webhooks.clone(),
        busy: BTreeSet::new(),
        looking: false,
        again: false,
        delivered: 0,
        timer: 0,
    })
}

impl Actor for WebhookQueue {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // Before the first look, so that no commit falls between the two.
        self.tenant.bus().subscribe_to(Kinds::Only(&[QUEUED]), ctx.address().recipient());
        let tenant = self.tenant.clone();
        let mark = async move {
            if let Err(error) = mark_awake(&tenant).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "a crash would leave webhooks unsent until the next use");
            }
        };
        ctx.spawn(mark.into_actor(self).map(|(), _, ctx| ctx.notify(Work)));
    }
}

impl Handler<Published> for WebhookQueue {
    type Result = ();

    fn handle(&mut self, _: Published, ctx: &mut Context<Self>) {
        ctx.notify(Work);
    }
}

impl Handler<Work> for WebhookQueue {
    type Result = ();

    fn handle(&mut self, _: Work, ctx: &mut Context<Self>) {
        if self.looking {
            self.again = true;
            return;
        }
        (self.looking, self.again) = (true, false);
        let tenant = self.tenant.clone();
        let look = async move {
            let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
            store::heads(&mut tx).await
        };
        ctx.spawn(look.into_actor(self).map(|heads, queue, ctx| queue.seen(heads, ctx)));
    }
}

impl WebhookQueue {
    /// Begins what is due, and arms a timer for what is not.
    fn seen(&mut self, heads: Result<Vec<Head>, StoreError>, ctx: &mut Context<Self>) {
        self.looking = false;
        let heads = match heads {
            Ok(heads) => heads,
            Err(error) => {
                tracing::warn!(tenant = %self.tenant.tenant, %error, "webhooks wait for another look");
                return self.arm(STORE_REST, ctx);
            }
        };
        let now = self.tenant.clock.now();
        let mut next: Option<Timestamp> = None;
        for head in heads {
            if self.busy.contains(&head.endpoint_id) {
                // It looks again when it is done.
                continue;
            }
            if head.due_at > now {
                next = Some(next.map_or(head.due_at, |known| known.min(head.due_at)));
            } else if self.busy.len() < AT_ONCE {
                self.begin(&head, ctx);
            }
        }
        if self.again {
            ctx.notify(Work);
        } else if let Some(next) = next {
            // Never at once: what is due has just been looked for.
            let wait = (next - now).to_std().unwrap_or_default();
            self.arm(wait.max(LEAST), ctx);
        }
    }

    fn begin(&mut self, head: &Head, ctx: &mut Context<Self>) {
        let (endpoint, seq) = (head.endpoint_id, head.seq);
        self.busy.insert(endpoint);
        let (tenant, webhooks) = (self.tenant.clone(), self.webhooks.clone());
        let work = async move {
            let done = one(&tenant, &webhooks, endpoint, seq).await;
            if let Err(error) = &done {
                tracing::warn!(tenant = %tenant.tenant, %endpoint, %error, "a webhook waits for another try");
                tenant.clock.sleep(STORE_REST).await;
            }
            done.unwrap_or(false)
        };
        ctx.spawn(work.into_actor(self).map(move |delivered, queue, ctx| {
            queue.busy.remove(&endpoint);
            queue.delivered += u64::from(delivered);
            ctx.notify(Work);
        }));
    }

    /// Looks again after a while; only the timer armed last counts.
    fn arm(&mut self, wait: Duration, ctx: &mut Context<Self>) {
        self.timer += 1;
        let timer = self.timer;
        let sleep = self.tenant.clock.sleep(wait).into_actor(self).map(move |(), queue, ctx| {
            if queue.timer == timer {
                ctx.notify(Work);
            }
        });
        ctx.spawn(sleep);
    }
}

/// Makes one delivery and writes down what became of it; tells whether it was taken.
async fn one(tenant: &TenantEnv, webhooks: &Webhooks, endpoint: Uuid, seq: i64) -> Result<bool, StoreError> {
    let scope = Scope::system(tenant.tenant);
    let mut tx = tenant.store.read(&scope).await?;
    let Some(due) = store::due(&mut tx, endpoint, seq).await? else { return Ok(false) };
    let Some(row) = store::endpoint(&mut tx, endpoint).await?.filter(|row| row.active) else {
        return Ok(false);
    };
    let secret = unseal(&tenant.store, &mut tx, &row.sealed).await?;
    drop(tx);
    let request = Request {
        url: &row.url,
        form: row.format() == Format::Form,
        secret: &secret,
        event: &due.kind,
        delivery: due.id,
        attempt: due.attempts + 1,
        body: due.body.clone(),
    };
    let limits = Limits { bytes: ANSWER, longer: Longer::Cut, time: PATIENCE, ..Limits::default() };
    let became = outcome(request.send(&webhooks.client, limits, tenant.clock.now()).await);
    count(&became);
    if let Outcome::Delivered(_, answer) = &became {
        let taker = webhooks.answers.iter().find(|taker| taker.purpose() == row.purpose);
        if let Some(taker) = taker {
            let (delivery, kind, request) = (due.id, due.kind.clone(), due.body.clone());
            taker
                .take(tenant, Answered { endpoint, delivery, kind, request, answer: answer.clone() })
                .await?;
        }
    }
    settle(tenant, &row, &due, became).await
}

fn count(became: &Outcome) {
    let outcome = match became {
        Outcome::Delivered(..) => "delivered",
        Outcome::Gone(..) => "gone",
        Outcome::Later(..) => "later",
    };
    metrics::counter!("kontor_webhooks_total", "outcome" => outcome).increment(1);
}

/// Writes down what became of a delivery. After a crash before this, it is made again.
async fn settle(
    tenant: &TenantEnv,
    row: &EndpointRow,
    due: &Due,
    became: Outcome,
) -> Result<bool, StoreError> {
    let now = tenant.clock.now();
    let mut tx = tenant.store.begin(&Scope::system(tenant.tenant)).await?;
    let taken = matches!(became, Outcome::Delivered(..));
    let mut stopped = None;
    match became {
        Outcome::Delivered(status, _) => {
            store::finish(&mut tx, due, "delivered", (Some(status), None), now).await?;
            if row.failing_since.is_some() {
                store::set_failing(&mut tx, row.id, None).await?;
            }
        }
        Outcome::Gone(status, note) => {
            store::finish(&mut tx, due, "dead", (status, Some(&note)), now).await?;
            stopped = (status == Some(410)).then_some("gone");
        }
        Outcome::Later(status, note, asked) => {
            let earlier = u32::try_from(due.attempts).unwrap_or(u32::MAX);
            let wait = BACKOFF.delay(earlier, &mut tenant.clock.jitter()).max(asked.unwrap_or_default());
            let at = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1));
            if due.attempts + 1 < ATTEMPTS {
                store::put_off(&mut tx, due, (status, &note), at).await?;
            } else {
                store::finish(&mut tx, due, "dead", (status, Some(&note)), now).await?;
            }
            match row.failing_since {
                None => store::set_failing(&mut tx, row.id, Some(now)).await?,
                Some(since) if now - since > FAILING => stopped = Some("failing"),
                Some(_) => {}
            }
        }
    }
    if let Some(reason) = stopped {
        store::stop(&mut tx, row.id, reason).await?;
        notify::add(&mut tx, &switched_off(row, reason), now).await?;
    }
    if (due.seq >> 8) % TIDY_EVERY == 0 {
        store::tidy(&mut tx, row.id).await?;
    }
    tx.commit().await?;
    Ok(taken)
}

/// What the owner is told.
fn switched_off(row: &EndpointRow, reason: &str) -> NewNotification {
    let why =
        if reason == "gone" { "it says that it is gone" } else { "it has taken nothing for three days" };
    NewNotification {
        user: row.owner,
        kind: Kind::Reminder,
        actor: None,
        actor_name: String::new(),
        title: format!("The webhook \"{}\" was switched off", row.name),
        body: format!(
            "Its address is told nothing any more: {why}. What waits is kept until you switch it on."
        ),
        place: Place::Chat,
        link: row.link.clone(),
        group: None,
    }
}

/// Lets the next start of the program find this tenant, should this one end by a crash. Without an
/// endpoint there is nothing to find.
async fn mark_awake(tenant: &TenantEnv) -> Result<(), StoreError> {
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let any = store::any_active(&mut tx).await?;
    drop(tx);
    tenant.store.set_alarm(tenant.tenant, ALARM, any.then(|| tenant.clock.now())).await
}

/// Sets the alarm to the next delivery, or takes it away.
async fn set_alarm(tenant: &TenantEnv) -> Result<(), StoreError> {
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let next = store::heads(&mut tx).await?.into_iter().map(|head| head.due_at).min();
    drop(tx);
    tenant.store.set_alarm(tenant.tenant, ALARM, next).await
}

impl Handler<Shutdown> for WebhookQueue {
    type Result = ();

    /// Ends at once: what was not marked as delivered is sent after the next start, which the alarm brings.
    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        let tenant = self.tenant.clone();
        let sleep = async move {
            if let Err(error) = set_alarm(&tenant).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "webhooks wait for the next use");
            }
        };
        ctx.wait(sleep.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl Handler<Observe> for WebhookQueue {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        let state = if self.busy.is_empty() { "running" } else { "delivering" };
        Observation::of("webhook-queue", "webhook-queue", state)
            .with(serde_json::json!({ "delivered": self.delivered, "busy": self.busy.len() }))
    }
}

//! The actor `PushQueue`: brings pushes out of the database until none is due.
//!
//! What waits is in the database from the commit of its notification on, so a crash loses none. One
//! that was sent right before a crash may be sent twice: the browser shows one notification for it.

use std::rc::Rc;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler, Message};
use chrono::TimeDelta;
use chrono_tz::Tz;
use futures::StreamExt as _;

use crate::actors::{
    Backoff, ChildSpec, Jitter, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv,
};
use crate::ids::Timestamp;
use crate::scope::Scope;
use crate::store::StoreError;

use super::super::Notify;
use super::super::error::NotifyError;
use super::super::messages::ADDED;
use super::super::preferences::Quiet;
use super::deliver::{LIFE, Outcome, deliver};
use super::keys::Vapid;
use super::store::{self, Due};

/// The alarm that wakes a tenant for its pushes.
pub const ALARM: &str = "notify.push";

/// Pushes read and decided together.
const BATCH: i64 = 64;
/// Pushes on their way at the same time.
const AT_ONCE: usize = 8;
/// How often a push is tried before it is given up.
const ATTEMPTS: i64 = 12;
const BACKOFF: Backoff = Backoff { first: Duration::from_secs(2), max: Duration::from_secs(3600) };
/// Time between two looks, unless something new was written.
const LEAST: Duration = Duration::from_millis(100);
/// How long to wait when the store did not answer.
const STORE_REST: Duration = Duration::from_secs(5);

/// Brings the pushes of one tenant to their push services.
pub struct PushQueue {
    tenant: TenantEnv,
    notify: Notify,
    vapid: Option<Rc<Vapid>>,
    jitter: Jitter,
    running: bool,
    /// Something was written while it ran.
    again: bool,
    delivered: u64,
    /// Counts the timers, so that only the youngest counts.
    timer: u64,
}

/// Looks for pushes that are due.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct Work;

/// What a round has left.
struct Round {
    vapid: Option<Rc<Vapid>>,
    jitter: Jitter,
    delivered: u64,
    next: Option<Timestamp>,
}

/// The queue as a child of its tenant.
pub fn child(tenant: &TenantEnv, notify: &Notify) -> ChildSpec {
    let (tenant, notify) = (tenant.clone(), notify.clone());
    ChildSpec::actor("push-queue", Restart::Permanent, move || PushQueue {
        jitter: tenant.clock.jitter(),
        tenant: tenant.clone(),
        notify: notify.clone(),
        vapid: None,
        running: false,
        again: false,
        delivered: 0,
        timer: 0,
    })
}

impl Actor for PushQueue {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // Before the first look, so that no commit falls between the two.
        self.tenant.bus().subscribe_to(Kinds::Only(&[ADDED]), ctx.address().recipient());
        let tenant = self.tenant.clone();
        let mark = async move {
            if let Err(error) = mark_awake(&tenant).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "a crash would leave pushes unsent until the next use");
            }
        };
        ctx.spawn(mark.into_actor(self).map(|(), _, ctx| ctx.notify(Work)));
    }
}

impl Handler<Published> for PushQueue {
    type Result = ();

    fn handle(&mut self, _: Published, ctx: &mut Context<Self>) {
        ctx.notify(Work);
    }
}

impl Handler<Work> for PushQueue {
    type Result = ();

    fn handle(&mut self, _: Work, ctx: &mut Context<Self>) {
        if self.running {
            self.again = true;
            return;
        }
        (self.running, self.again) = (true, false);
        let round =
            Round { vapid: self.vapid.clone(), jitter: self.jitter.clone(), delivered: 0, next: None };
        let work = run(self.tenant.clone(), self.notify.clone(), round);
        ctx.spawn(work.into_actor(self).map(|outcome, queue, ctx| queue.finish(outcome, ctx)));
    }
}

impl PushQueue {
    fn finish(&mut self, outcome: Result<Round, NotifyError>, ctx: &mut Context<Self>) {
        self.running = false;
        let wait = match outcome {
            Ok(round) => {
                self.vapid = round.vapid;
                self.jitter = round.jitter;
                self.delivered += round.delivered;
                let until = |next: Timestamp| (next - self.tenant.clock.now()).to_std().unwrap_or_default();
                // Never at once: what is due has just been looked for.
                round.next.map(|next| until(next).max(LEAST))
            }
            Err(error) => {
                tracing::warn!(tenant = %self.tenant.tenant, %error, "pushes wait for another try");
                Some(STORE_REST)
            }
        };
        if self.again {
            ctx.notify(Work);
        } else if let Some(wait) = wait {
            self.arm(wait, ctx);
        }
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

/// Delivers what is due, and tells when the next push is.
async fn run(tenant: TenantEnv, notify: Notify, mut round: Round) -> Result<Round, NotifyError> {
    let scope = Scope::system(tenant.tenant);
    loop {
        let mut tx = tenant.store.read(&scope).await?;
        let due = store::due(&mut tx, tenant.clock.now(), BATCH).await?;
        if due.is_empty() {
            round.next = store::next(&mut tx).await?;
            return Ok(round);
        }
        drop(tx);
        let vapid = match &round.vapid {
            Some(vapid) => vapid.clone(),
            None => {
                let vapid = Vapid::load(&tenant.store, &scope, notify.contact.clone()).await?;
                round.vapid.insert(Rc::new(vapid)).clone()
            }
        };
        let home = home_zone(&tenant, &notify).await;
        let (held, ready): (Vec<_>, Vec<_>) = due
            .into_iter()
            .map(|push| (quiet_until(&push, home, tenant.clock.now()), push))
            .partition(|(until, _)| until.is_some());
        let sending = ready.into_iter().map(|(_, push)| {
            let (vapid, client, now) = (vapid.clone(), notify.client.clone(), tenant.clock.now());
            async move { (deliver(&client, &vapid, &push, now).await, push) }
        });
        let sent: Vec<_> = futures::stream::iter(sending).buffer_unordered(AT_ONCE).collect().await;
        let held = held.into_iter().filter_map(|(until, push)| Some((until?, push)));
        settle(&tenant, &mut round, held, sent).await?;
    }
}

/// Lets the next start of the program find this tenant, should this one end by a crash. Without a
/// subscription there is nothing to find.
async fn mark_awake(tenant: &TenantEnv) -> Result<(), StoreError> {
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let any = store::any_subscription(&mut tx).await?;
    drop(tx);
    tenant.store.set_alarm(tenant.tenant, ALARM, any.then(|| tenant.clock.now())).await
}

/// Sets the alarm to the next push, or takes it away.
async fn set_alarm(tenant: &TenantEnv) -> Result<(), StoreError> {
    let mut tx = tenant.store.read(&Scope::system(tenant.tenant)).await?;
    let next = store::next(&mut tx).await?;
    drop(tx);
    tenant.store.set_alarm(tenant.tenant, ALARM, next).await
}

/// Writes down what became of pushes. After a crash before this, they are sent again.
async fn settle(
    tenant: &TenantEnv,
    round: &mut Round,
    held: impl Iterator<Item = (Timestamp, Due)>,
    sent: Vec<(Outcome, Due)>,
) -> Result<(), StoreError> {
    let mut tx = tenant.store.begin(&Scope::system(tenant.tenant)).await?;
    for (until, push) in held {
        store::put_off(&mut tx, &push, push.attempts, until).await?;
    }
    let now = tenant.clock.now();
    for (outcome, push) in sent {
        count(outcome);
        match outcome {
            Outcome::Delivered => {
                round.delivered += 1;
                store::done(&mut tx, &push).await?;
            }
            Outcome::Gone => store::remove(&mut tx, push.subscription_id).await?,
            Outcome::Refused(status) => {
                tracing::warn!(tenant = %tenant.tenant, status, "a push service refused a push");
                store::done(&mut tx, &push).await?;
            }
            Outcome::Later(asked) => match next_try(&push, asked, now, &mut round.jitter) {
                Some(at) => store::put_off(&mut tx, &push, push.attempts + 1, at).await?,
                None => store::done(&mut tx, &push).await?,
            },
        }
    }
    tx.commit().await
}

fn count(outcome: Outcome) {
    let outcome = match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Gone => "gone",
        Outcome::Refused(_) => "refused",
        Outcome::Later(_) => "later",
    };
    metrics::counter!("kontor_pushes_total", "outcome" => outcome).increment(1);
}

/// When to try again; never after too many attempts or when the news is old.
fn next_try(push: &Due, asked: Option<Duration>, now: Timestamp, jitter: &mut Jitter) -> Option<Timestamp> {
    let earlier = u32::try_from(push.attempts).unwrap_or(u32::MAX);
    let wait = BACKOFF.delay(earlier, jitter).max(asked.unwrap_or_default());
    let at = now + TimeDelta::from_std(wait).ok()?;
    (push.attempts + 1 < ATTEMPTS && at < push.created_at + LIFE).then_some(at)
}

/// The end of the person's quiet hours or of their pause, if it is one.
fn quiet_until(push: &Due, home: Tz, now: Timestamp) -> Option<Timestamp> {
    let zone = push.time_zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(home);
    let hours = Quiet::read(push.quiet_from.as_deref(), push.quiet_to.as_deref());
    let paused = push.paused_until.filter(|until| *until > now);
    hours.and_then(|quiet| quiet.until(zone, now)).max(paused)
}

/// The time zone of the business.
async fn home_zone(tenant: &TenantEnv, notify: &Notify) -> Tz {
    let known = notify.identity.tenant(tenant.tenant).await.ok();
    known.and_then(|tenant| tenant.profile.time_zone.parse().ok()).unwrap_or(Tz::UTC)
}

impl Handler<Shutdown> for PushQueue {
    type Result = ();

    /// Ends at once: what was not marked as sent is sent after the next start, which the alarm brings.
    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        let tenant = self.tenant.clone();
        let sleep = async move {
            if let Err(error) = set_alarm(&tenant).await {
                tracing::warn!(tenant = %tenant.tenant, %error, "pushes wait for the next use");
            }
        };
        ctx.wait(sleep.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl Handler<Observe> for PushQueue {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        let state = if self.running { "delivering" } else { "running" };
        Observation::of("push-queue", "push-queue", state)
            .with(serde_json::json!({ "delivered": self.delivered }))
    }
}

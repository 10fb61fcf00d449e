//! The actor `Days`: waits for the days in fields of records, and tells the recorder that they have come.
//!
//! A day comes at midnight where the business is. The recorder takes it off the record in the commit in which it
//! is told, so that it comes once, whenever the server was killed or slept.

use std::sync::Arc;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use chrono::{DateTime, Datelike as _, Days as Further, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::actors::{ChildSpec, Event, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::ids::{RecordId, Timestamp, uuid_at};
use crate::office::identity::Identity;
use crate::scope::Scope;
use crate::store::events_of;

use super::catalog::{Catalog, Catalogs};
use super::commit::{Op, Task};
use super::error::EngineError;
use super::event::Via;
use super::recorder::{Commit, Recorder};
use super::store::days;

/// The alarm that wakes a tenant for a day.
pub const ALARM: &str = "records.days";
/// The event that a day was written or taken away.
const WRITTEN: &str = "records.days";
/// The longest time between two looks: the clock may be turned.
const EVERY: Duration = Duration::from_secs(3_600);
/// After a fault it is tried again so much later.
const AGAIN: Duration = Duration::from_secs(5);
/// Records whose day has come that are told together.
const TOGETHER: i64 = 100;

/// Waits for the days of one tenant.
pub struct Days {
    waiting: Waiting,
    /// Grows with every look, so that an earlier timer does nothing.
    look: u64,
    come: u64,
}

#[derive(Clone)]
struct Waiting {
    tenant: TenantEnv,
    identity: Identity,
    catalogs: Catalogs,
    awaited: Awaited,
}

/// The actor as a child of its tenant.
pub fn child(tenant: &TenantEnv, identity: &Identity, catalogs: &Catalogs, awaited: &Awaited) -> ChildSpec {
    let (tenant, identity, catalogs) = (tenant.clone(), identity.clone(), catalogs.clone());
    let waiting = Waiting { tenant, identity, catalogs, awaited: awaited.clone() };
    ChildSpec::actor("record-days", Restart::Permanent, move || Days {
        waiting: waiting.clone(),
        look: 0,
        come: 0,
    })
}

/// What writes days and what waits for them have in common; cheap to clone.
#[derive(Clone, Default)]
pub struct Awaited {
    /// None where nobody waits.
    tenant: Option<TenantEnv>,
    /// Held from before the alarm is set until the days are committed, and while the days are read and the alarm is
    /// set to the next one: of two who set it, the later one has seen what the earlier one wrote.
    alarm: Arc<Mutex<()>>,
}

impl Awaited {
    #[must_use]
    pub fn of(tenant: &TenantEnv) -> Self {
        Self { tenant: Some(tenant.clone()), alarm: Arc::default() }
    }

    /// Keeps the alarm as it is set.
    pub(super) async fn hold(&self) -> MutexGuard<'_, ()> {
        self.alarm.lock().await
    }

    /// Tells the actor that a day was written.
    pub(super) fn nudge(&self) {
        let Some(tenant) = &self.tenant else { return };
        let (entity, at) = (events_of(tenant.tenant.0), tenant.clock.now());
        let (kind, data) = (WRITTEN.to_owned(), json!({}));
        tenant.bus().publish(Event { tenant: tenant.tenant, entity, seq: 0, kind, data, at }.into());
    }
}

/// Where a business is; one that does not say so is in UTC.
#[must_use]
pub fn zone_of(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The moment at which a day begins. Where the clock leaps over midnight, it begins with the first moment there is.
#[must_use]
pub fn begin_of(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    let quarters =
        (0..=96).filter_map(|quarter| midnight.checked_add_signed(chrono::TimeDelta::minutes(15 * quarter)));
    let mut found = quarters.filter_map(|local| zone.from_local_datetime(&local).earliest());
    found.next().map_or_else(|| midnight.and_utc(), |begin| begin.to_utc())
}

impl Actor for Days {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.waiting.tenant.bus().subscribe_to(Kinds::Only(&[WRITTEN]), ctx.address().recipient());
        self.look(ctx);
    }
}

impl Days {
    /// Tells which days have come, and sleeps until the next one.
    fn look(&mut self, ctx: &mut Context<Self>) {
        self.look += 1;
        let (look, waiting) = (self.look, self.waiting.clone());
        let work = async move { waiting.tell().await };
        ctx.spawn(work.into_actor(self).map(move |result, days, ctx| {
            let wait = match result {
                Ok((come, wait)) => {
                    days.come += come;
                    wait
                }
                Err(error) => {
                    tracing::warn!(tenant = %days.waiting.tenant.tenant, %error, "days of records wait");
                    Some(AGAIN)
                }
            };
            let Some(wait) = wait else { return };
            let sleep = days.waiting.tenant.clock.sleep(wait).into_actor(days);
            ctx.spawn(sleep.map(move |(), days, ctx| {
                if days.look == look {
                    days.look(ctx);
                }
            }));
        }));
    }
}

impl Waiting {
    /// Tells which days have come: how many, and when to look again, if anything is waited for.
    async fn tell(&self) -> Result<(u64, Option<Duration>), EngineError> {
        let system = Scope::system(self.tenant.tenant);
        let profile = self.identity.tenant(self.tenant.tenant).await?.profile;
        let zone = zone_of(&profile.time_zone);
        let today = self.tenant.clock.now().with_timezone(&zone).date_naive();
        let mut tx = self.tenant.store.read(&system).await?;
        let catalog = self.catalogs.of(&mut tx, &profile.modules).await?;
        drop(tx);
        let mut come = 0;
        for (kind, field) in catalog.days() {
            let Some(slot) = field.slot else { continue };
            loop {
                let mut tx = self.tenant.store.read(&system).await?;
                let found = days::due(&mut tx, &kind.name, slot, number(today), TOGETHER).await?;
                drop(tx);
                if found.is_empty() {
                    break;
                }
                come += found.len() as u64;
                self.commit(&system, found, &field.name).await?;
            }
        }
        let held = self.awaited.hold().await;
        let next = self.next(&system, &catalog).await?.map(|day| begin_of(day, zone));
        self.tenant.store.set_alarm(self.tenant.tenant, ALARM, next).await?;
        drop(held);
        // A moment more, so that it has come by the clock when the timer ends.
        let wait = |next: DateTime<_>| (next - self.tenant.clock.now()).to_std().unwrap_or_default();
        Ok((come, next.map(|next| wait(next).min(EVERY) + Duration::from_millis(1))))
    }

    /// The first day that is waited for; one that was written meanwhile may have come.
    async fn next(&self, system: &Scope, catalog: &Catalog) -> Result<Option<NaiveDate>, EngineError> {
        let mut tx = self.tenant.store.read(system).await?;
        let mut next = None::<NaiveDate>;
        for (kind, field) in catalog.days() {
            let Some(slot) = field.slot else { continue };
            let first = days::first(&mut tx, &kind.name, slot).await?;
            next = first.and_then(day_of).into_iter().chain(next).min();
        }
        Ok(next)
    }

    /// Each by itself. Where what would follow is refused, the day is taken off alone, and keeps no other back.
    async fn commit(&self, system: &Scope, found: Vec<RecordId>, field: &str) -> Result<(), EngineError> {
        let recorders = self.tenant.registrar::<Recorder>();
        let recorder = recorders.locate(system.tenant).await.map_err(|_| EngineError::Busy)?;
        for id in found {
            let none = [(field.to_owned(), Value::Null)].into_iter().collect();
            let come = Op::Come { id, field: field.to_owned() };
            let off = Op::Change { id, base: None, set: none, owner: None };
            for op in [come, off] {
                let (batch, ops) = (uuid_at(self.tenant.clock.now()), vec![op]);
                let task = Task { scope: system.clone(), via: Via::Rule, batch, named: false, ops };
                match recorder.send(Commit(task)).await.map_err(|_| EngineError::Busy)? {
                    Ok(_) => break,
                    Err(error @ (EngineError::Store(_) | EngineError::Busy)) => return Err(error),
                    Err(error) => {
                        tracing::warn!(tenant = %system.tenant, %error, record = %id, field, "nothing follows a day");
                    }
                }
            }
        }
        Ok(())
    }
}

fn number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

fn day_of(number: i64) -> Option<NaiveDate> {
    let days = u64::try_from(number.checked_sub(1)?).ok()?;
    NaiveDate::from_ymd_opt(1, 1, 1)?.checked_add_days(Further::new(days))
}

impl Handler<Published> for Days {
    type Result = ();

    fn handle(&mut self, _: Published, ctx: &mut Context<Self>) {
        self.look(ctx);
    }
}

impl Handler<Shutdown> for Days {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Days {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of("record-days", "days", "running").with(json!({ "come": self.come }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_business_is_whatever_the_clock_does() {
        let check = |day: &str, zone: Tz, expected: &str| {
            assert_eq!(begin_of(day.parse().unwrap(), zone).to_rfc3339(), expected, "{day} in {zone}");
        };
        check("2026-11-22", Tz::UTC, "2026-11-22T00:00:00+00:00");
        check("2026-03-29", Tz::Europe__Berlin, "2026-03-28T23:00:00+00:00");
        check("2026-03-30", Tz::Europe__Berlin, "2026-03-29T22:00:00+00:00");
        check("2026-10-26", Tz::Europe__Berlin, "2026-10-25T23:00:00+00:00");
        // In Beirut the clock leaps from midnight to one o'clock.
        check("2026-03-29", Tz::Asia__Beirut, "2026-03-28T22:00:00+00:00");
        assert_eq!(day_of(number("2026-11-21".parse().unwrap())), "2026-11-21".parse().ok());
    }
}

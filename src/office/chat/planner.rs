//! The actor `Planner`: posts what is scheduled, gives reminders, and lets old messages go.

use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use chrono::TimeDelta;
use serde_json::json;

use crate::actors::{ChildSpec, Event, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv};
use crate::ids::{Timestamp, UserId};
use crate::office::identity::Identity;
use crate::office::identity::messages::Status;
use crate::office::notify::messages::{self as notify, Kind, NewNotification, Place};
use crate::protocols::ws::live::hub::Hubs;
use crate::scope::{Principal, Scope};
use crate::store::{StoreError, events_of};

use super::error::ChatError;
use super::messages::LiftBan;
use super::room::Room;
use super::service::{NewMessage, prepare};
use super::store::bans::{self, UNBAN};
use super::store::later::{self, LaterRow, MESSAGE};
use super::store::messages;

/// The alarm that wakes a tenant for what is planned.
pub const ALARM: &str = "chat.later";
/// The event that something was planned.
const PLANNED: &str = "chat.planned";
/// The longest time between two looks.
const EVERY: Duration = Duration::from_secs(600);
/// After a fault it is tried again so much later.
const AGAIN: Duration = Duration::from_secs(5);

/// Carries out what people of one tenant have planned in chat.
pub struct Planner {
    plans: Plans,
    /// Grows with every look, so that an earlier timer does nothing.
    look: u64,
    done: u64,
}

#[derive(Clone)]
struct Plans {
    tenant: TenantEnv,
    identity: Identity,
    hubs: Hubs,
}

/// The planner as a child of its tenant.
pub fn child(tenant: &TenantEnv, identity: &Identity, hubs: &Hubs) -> ChildSpec {
    let plans = Plans { tenant: tenant.clone(), identity: identity.clone(), hubs: hubs.clone() };
    ChildSpec::actor("chat-planner", Restart::Permanent, move || Planner {
        plans: plans.clone(),
        look: 0,
        done: 0,
    })
}

/// Tells the planner that something new is planned.
pub fn nudge(tenant: &TenantEnv) {
    let (entity, at) = (events_of(tenant.tenant.0), tenant.clock.now());
    let (kind, data) = (PLANNED.to_owned(), json!({}));
    tenant.bus().publish(Event { tenant: tenant.tenant, entity, seq: 0, kind, data, at }.into());
}

impl Actor for Planner {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.plans.tenant.bus().subscribe_to(Kinds::Only(&[PLANNED]), ctx.address().recipient());
        self.look(ctx);
    }
}

impl Planner {
    /// Carries out what is due and sleeps until the next.
    fn look(&mut self, ctx: &mut Context<Self>) {
        self.look += 1;
        let (look, plans) = (self.look, self.plans.clone());
        let work = async move { plans.carry_out().await };
        ctx.spawn(work.into_actor(self).map(move |result, planner, ctx| {
            let wait = match result {
                Ok((done, wait)) => {
                    planner.done += done;
                    wait
                }
                Err(error) => {
                    tracing::warn!(tenant = %planner.plans.tenant.tenant, %error, "plans wait");
                    AGAIN
                }
            };
            let sleep = planner.plans.tenant.clock.sleep(wait).into_actor(planner);
            ctx.spawn(sleep.map(move |(), planner, ctx| {
                if planner.look == look {
                    planner.look(ctx);
                }
            }));
        }));
    }
}

impl Plans {
    /// Carries out what is due; tells how much it was and when to look again.
    async fn carry_out(&self) -> Result<(u64, Duration), ChatError> {
        let (store, system) = (&self.tenant.store, Scope::system(self.tenant.tenant));
        self.forget_old(&system).await?;
        let mut done = 0;
        loop {
            let mut tx = store.read(&system).await?;
            let due = later::due(&mut tx, self.tenant.clock.now()).await?;
            drop(tx);
            if due.is_empty() {
                break;
            }
            for row in due {
                self.one(&system, row).await?;
                done += 1;
            }
        }
        let mut tx = store.read(&system).await?;
        let next = later::next(&mut tx).await?;
        drop(tx);
        store.set_alarm(self.tenant.tenant, ALARM, next).await?;
        let wait = next.map_or(EVERY, |next| (next - self.tenant.clock.now()).to_std().unwrap_or_default());
        // A moment more, so that it is due by the clock when the timer ends.
        Ok((done, wait.min(EVERY) + Duration::from_millis(1)))
    }

    async fn one(&self, system: &Scope, row: LaterRow) -> Result<(), ChatError> {
        if row.kind == UNBAN {
            return self.lift_ban(system, &row).await;
        }
        if row.kind == MESSAGE {
            match self.post(system, &row).await {
                Ok(()) => {}
                Err(error @ (ChatError::Busy | ChatError::Store(_))) => return Err(error),
                Err(error) => self.tell_failed(system, &row, &error).await?,
            }
        } else {
            self.remind(system, &row).await?;
        }
        let mut tx = self.tenant.store.begin(system).await?;
        later::remove(&mut tx, row.user_id, row.id).await?;
        tx.commit().await?;
        self.hubs.of(self.tenant.tenant).tell(row.user_id, "chat.scheduled", &json!({ "id": row.id }));
        Ok(())
    }

    /// Lets a person come back whose ban is over.
    async fn lift_ban(&self, system: &Scope, row: &LaterRow) -> Result<(), ChatError> {
        let (user, now) = (row.user_id, self.tenant.clock.now());
        let mut tx = self.tenant.store.read(system).await?;
        let ban = bans::find(&mut tx, row.room_id, user).await?;
        drop(tx);
        if ban.and_then(|ban| ban.until).is_some_and(|until| until <= now) {
            let rooms = self.tenant.registrar::<Room>();
            let room = rooms.locate(row.room_id).await.map_err(|_| ChatError::Busy)?;
            room.send(LiftBan { scope: system.clone(), user }).await.map_err(|_| ChatError::Busy)??;
        }
        let mut tx = self.tenant.store.begin(system).await?;
        later::remove(&mut tx, user, row.id).await?;
        Ok(tx.commit().await?)
    }

    /// Posts as the person, with the rights that they have now; the plan's id is the command, so that
    /// a plan that is carried out again after a crash appears once.
    async fn post(&self, system: &Scope, row: &LaterRow) -> Result<(), ChatError> {
        let scope = self.scope_of(system, row.user_id).await?;
        let mut tx = self.tenant.store.read(system).await?;
        if messages::by_command(&mut tx, row.room_id, row.user_id, row.id).await?.is_some() {
            return Ok(());
        }
        drop(tx);
        let (command_id, text, thread) = (Some(row.id), row.body.clone(), row.seq);
        let new = NewMessage { command_id, text, thread, ..NewMessage::default() };
        let post = prepare(&self.tenant.store, &self.identity, &scope, row.room_id, new).await?;
        let room = self.tenant.registrar::<Room>().locate(row.room_id).await.map_err(|_| ChatError::Busy)?;
        match room.send(post).await.map_err(|_| ChatError::Busy)? {
            Ok(_) | Err(ChatError::Store(StoreError::Conflict)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn scope_of(&self, system: &Scope, user: UserId) -> Result<Scope, ChatError> {
        let person = self.identity.person(system, user).await.map_err(|_| ChatError::NotMember)?;
        if person.status != Status::Active {
            return Err(ChatError::NotMember);
        }
        Ok(Scope { principal: Principal::User(user), role: person.role, ..system.clone() })
    }

    async fn remind(&self, system: &Scope, row: &LaterRow) -> Result<(), ChatError> {
        self.tell(system, row, "Reminder", &row.body).await?;
        let told = json!({ "id": row.id, "room": row.room_id, "seq": row.seq, "text": row.body });
        self.hubs.of(self.tenant.tenant).tell(row.user_id, "chat.reminder", &told);
        Ok(())
    }

    /// What could not be posted is told and not lost: the notification holds the text.
    async fn tell_failed(&self, system: &Scope, row: &LaterRow, error: &ChatError) -> Result<(), ChatError> {
        self.tell(system, row, &format!("Not posted: {error}"), &row.body).await
    }

    async fn tell(&self, system: &Scope, row: &LaterRow, title: &str, body: &str) -> Result<(), ChatError> {
        let at = row.seq.filter(|_| row.kind != MESSAGE).map(|seq| format!("?at={seq}")).unwrap_or_default();
        let new = NewNotification {
            user: row.user_id,
            kind: Kind::Reminder,
            actor: None,
            actor_name: String::new(),
            title: title.to_owned(),
            body: body.to_owned(),
            place: Place::Chat,
            link: format!("/chat/{}{at}", row.room_id),
            group: None,
        };
        let mut tx = self.tenant.store.begin(system).await?;
        notify::add_once(&mut tx, &new, &row.id.to_string(), self.tenant.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes what is older than its room keeps.
    async fn forget_old(&self, system: &Scope) -> Result<(), ChatError> {
        let mut tx = self.tenant.store.read(system).await?;
        let rooms = later::with_retention(&mut tx).await?;
        drop(tx);
        for room in rooms {
            let Some(before) = room.retention_days.and_then(|days| self.days_ago(days)) else { continue };
            let statements = later::forget_before(system.tenant, room.id, before);
            self.tenant.store.write(system, statements.into()).await?;
        }
        Ok(())
    }

    fn days_ago(&self, days: i64) -> Option<Timestamp> {
        self.tenant.clock.now().checked_sub_signed(TimeDelta::try_days(days)?)
    }
}

impl Handler<Published> for Planner {
    type Result = ();

    fn handle(&mut self, _: Published, ctx: &mut Context<Self>) {
        self.look(ctx);
    }
}

impl Handler<Shutdown> for Planner {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Planner {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::of("chat-planner", "planner", "running").with(json!({ "carried_out": self.done }))
    }
}

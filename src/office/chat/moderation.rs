//! Reports of messages, and what moderators decide about them and about people.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId, uuid_at};
use crate::office::notify::messages::{self as notify, Kind, NewNotification, Place};
use crate::scope::{Permission, Right, Role, Scope};
use crate::store::{StoreError, TenantTx};

use super::begin::person;
use super::error::ChatError;
use super::messages::{Author, Ban, Change, ChangeMessage, LiftBan, PostMessage};
use super::model::RoomKind;
use super::planner::{ALARM, nudge};
use super::service::Chat;
use super::store::audit::{self, Entry};
use super::store::cases::{self, CaseRow, NewCase};
use super::store::messages::{self, Extra, MessageRow};
use super::store::{bans, later};
use super::{rights, text};

/// Characters of a reason or a note.
const REASON: usize = 1_000;
/// Reports of one person in an hour.
const REPORTS: i64 = 20;
/// Who speaks when a moderator warns.
const MODERATION: &str = "Moderation";

/// What is to be done about a reported message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatModerationAction)]
pub enum Action {
    /// The message is taken away.
    Remove,
    /// Its author is told in a message of the program.
    Warn,
    /// Its author may not be in the room any more.
    Ban,
}

/// What a moderator decides.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatDecision)]
pub struct Decision {
    /// Nothing is done when there are none: the report is dismissed.
    pub actions: Vec<Action>,
    /// Up to 1 000 characters: kept with the decision, shown to who is warned.
    #[serde(default)]
    pub note: String,
    /// When a ban is over; never when it is null.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Warn => "warn",
            Self::Ban => "ban",
        }
    }
}

/// A reason or a note as it is kept.
pub fn reason(text: &str) -> Result<String, ChatError> {
    let text = text.trim();
    if text.chars().count() > REASON || text.contains('\0') {
        return Err(ChatError::Invalid(format!("a reason has at most {REASON} characters")));
    }
    Ok(text.to_owned())
}

impl Chat {
    /// Tells moderators of a message; each person once.
    pub async fn report(&self, scope: &Scope, room: RoomId, seq: i64, why: &str) -> Result<(), ChatError> {
        let (me, why, now) = (person(scope)?, reason(why)?, self.clock.now());
        if why.is_empty() {
            return Err(ChatError::invalid("say what is wrong with the message"));
        }
        let mut tx = self.store.begin(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        let row = messages::get(&mut tx, room, seq).await?.filter(|row| row.deleted_at.is_none());
        let row = row.ok_or(ChatError::NoMessage)?;
        if row.author == Some(me) {
            return Err(ChatError::invalid("nobody reports what they said themselves"));
        }
        if cases::reports_since(&mut tx, me, now - chrono::TimeDelta::hours(1)).await? >= REPORTS {
            return Err(ChatError::TooManyReports { limit: REPORTS });
        }
        let (case, waits) = open(&mut tx, &row, now).await?;
        if !cases::report(&mut tx, case, me, &why, now).await? {
            return Err(ChatError::Reported);
        }
        if !waits {
            notify_moderators(&mut tx, (me, case), &why, now).await?;
        }
        let moderators = bans::administrators(&mut tx).await?;
        tx.commit().await?;
        self.tell_moderators(scope, &moderators, case);
        Ok(())
    }

    fn tell_moderators(&self, scope: &Scope, moderators: &[UserId], case: Uuid) {
        let hub = self.hubs.of(scope.tenant);
        for user in moderators {
            hub.tell(*user, "chat.reported", &json!({ "case": case }));
        }
    }

    /// Decides a case, and does what was decided.
    pub async fn decide(&self, scope: &Scope, case: Uuid, decision: Decision) -> Result<(), ChatError> {
        scope.require(Permission::ChatModeration)?;
        let (note, now) = (reason(&decision.note)?, self.clock.now());
        let mut actions = decision.actions.clone();
        actions.sort_unstable();
        actions.dedup();
        let mut tx = self.store.begin(scope).await?;
        let row = cases::get(&mut tx, case).await?.ok_or(ChatError::NoEntry)?;
        self.check_decision(&mut tx, scope, &row, (&actions, decision.until)).await?;
        let words: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
        let outcome = if words.is_empty() { "dismiss".to_owned() } else { words.join(" ") };
        // First, so that of two moderators only one acts.
        if !cases::resolve(&mut tx, case, scope.user(), (&outcome, &note), now).await? {
            return Err(ChatError::Decided);
        }
        let entry = Entry::of(audit::MODERATION, "report.resolved", scope.user());
        let said = if note.is_empty() { outcome } else { format!("{outcome}: {note}") };
        let entry =
            Entry { room: Some(row.room_id), seq: Some(row.seq), user: row.author, note: said, ..entry };
        tx.run(entry.at(scope.tenant, now)).await?;
        let moderators = bans::administrators(&mut tx).await?;
        tx.commit().await?;
        let done = self.act(scope, &row, &actions, &note, decision.until).await;
        if done.is_err() {
            let mut tx = self.store.begin(scope).await?;
            cases::reopen(&mut tx, case).await?;
            tx.commit().await?;
        }
        self.tell_moderators(scope, &moderators, case);
        done
    }

    async fn check_decision(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        row: &CaseRow,
        (actions, until): (&[Action], Option<Timestamp>),
    ) -> Result<(), ChatError> {
        let at_author = actions.iter().any(|action| *action != Action::Remove);
        let author = match row.author {
            None if at_author => {
                return Err(ChatError::invalid("the author is nobody who can be warned or banned"));
            }
            author => author,
        };
        if actions.contains(&Action::Ban) {
            if row.room_kind.as_deref() != Some(RoomKind::Channel.as_str()) {
                return Err(ChatError::invalid("people are banned from channels only"));
            }
            self.check_until(until)?;
            if let Some(author) = author {
                check_target(tx, scope, author).await?;
            }
        }
        Ok(())
    }

    async fn act(
        &self,
        scope: &Scope,
        row: &CaseRow,
        actions: &[Action],
        note: &str,
        until: Option<Timestamp>,
    ) -> Result<(), ChatError> {
        for action in actions {
            match (action, row.author) {
                (Action::Remove, _) => self.remove_reported(scope, row).await?,
                (Action::Warn, Some(author)) => self.warn(scope, row, author, note).await?,
                (Action::Ban, Some(author)) => self.ban(scope, row.room_id, author, note, until).await?,
                (Action::Warn | Action::Ban, None) => {}
            }
        }
        Ok(())
    }

    /// Removes a message that may be in a room which the moderator may not see.
    async fn remove_reported(&self, scope: &Scope, row: &CaseRow) -> Result<(), ChatError> {
        let mut tx = self.store.read(scope).await?;
        let message = messages::get(&mut tx, row.room_id, row.seq).await?;
        drop(tx);
        // It is gone already.
        let Some(message) = message.filter(|message| message.deleted_at.is_none()) else { return Ok(()) };
        let (author, change) = (message.author, Change::Delete);
        let change = ChangeMessage { scope: scope.clone(), seq: row.seq, author, change };
        let room = self.room(scope, row.room_id).await?;
        room.send(change).await.map_err(|_| ChatError::Busy)?.map(|_| ())
    }

    /// Tells the author in the conversation that they have with nobody else.
    async fn warn(&self, scope: &Scope, row: &CaseRow, author: UserId, note: &str) -> Result<(), ChatError> {
        let room = self.own_room(&Scope::system(scope.tenant), author).await?;
        let quote: String = text::cut(&row.body, 300).lines().map(|line| format!("> {line}\n")).collect();
        let text = format!("A message of yours was reported and a moderator warns you.\n\n{quote}\n{note}");
        let post = PostMessage {
            author: Author::Named(MODERATION.to_owned()),
            command: None,
            text: text.trim_end().to_owned(),
            topic: None,
            extra: Extra::default(),
            thread: None,
            of_groups: Vec::new(),
            also: Vec::new(),
        };
        self.room(scope, room).await?.send(post).await.map_err(|_| ChatError::Busy)??;
        let entry = Entry::of(audit::MODERATION, "person.warned", scope.user());
        let entry = Entry {
            room: Some(row.room_id),
            seq: Some(row.seq),
            user: Some(author),
            note: note.to_owned(),
            ..entry
        };
        Ok(self.store.write(scope, vec![entry.at(scope.tenant, self.clock.now())]).await?)
    }

    /// Keeps a person out of a room.
    pub async fn ban(
        &self,
        scope: &Scope,
        room: RoomId,
        user: UserId,
        why: &str,
        until: Option<Timestamp>,
    ) -> Result<(), ChatError> {
        let reason = reason(why)?;
        self.check_until(until)?;
        let mut tx = self.store.read(scope).await?;
        check_target(&mut tx, scope, user).await?;
        drop(tx);
        let ban = Ban { scope: scope.clone(), user, reason, until };
        self.room(scope, room).await?.send(ban).await.map_err(|_| ChatError::Busy)??;
        let mut tx = self.store.read(scope).await?;
        let next = later::next(&mut tx).await?;
        drop(tx);
        self.store.set_alarm(scope.tenant, ALARM, next).await?;
        if let Some(env) = self.tenants.peek(scope.tenant) {
            nudge(&env);
        }
        Ok(())
    }

    /// Lets a person come back to a room.
    pub async fn lift_ban(&self, scope: &Scope, room: RoomId, user: UserId) -> Result<(), ChatError> {
        let lift = LiftBan { scope: scope.clone(), user };
        self.room(scope, room).await?.send(lift).await.map_err(|_| ChatError::Busy)?
    }

    /// Lets a person only read, in the whole business.
    pub async fn mute(
        &self,
        scope: &Scope,
        user: UserId,
        why: &str,
        until: Option<Timestamp>,
    ) -> Result<(), ChatError> {
        scope.require(Permission::ChatModeration)?;
        let (why, now) = (reason(why)?, self.clock.now());
        self.check_until(until)?;
        let profiles = self.profiles.of(scope.tenant);
        profiles.load(&self.store, scope.tenant).await?;
        let mut tx = self.store.begin(scope).await?;
        check_target(&mut tx, scope, user).await?;
        tx.run(bans::mute(scope.tenant, user, &why, scope.user(), now, until)).await?;
        let entry = Entry::of(audit::MODERATION, "person.muted", scope.user());
        tx.run(Entry { user: Some(user), note: why, ..entry }.at(scope.tenant, now)).await?;
        tx.commit().await?;
        profiles.mute(user, until);
        self.hubs.of(scope.tenant).tell(user, "chat.muted", &json!({ "muted": true, "until": until }));
        Ok(())
    }

    /// Lets a person write again.
    pub async fn unmute(&self, scope: &Scope, user: UserId) -> Result<(), ChatError> {
        scope.require(Permission::ChatModeration)?;
        let profiles = self.profiles.of(scope.tenant);
        profiles.load(&self.store, scope.tenant).await?;
        let mut tx = self.store.begin(scope).await?;
        bans::person(&mut tx, user).await?.ok_or(ChatError::NoEntry)?;
        if tx.run(bans::unmute(scope.tenant, user)).await? > 0 {
            let entry = Entry::of(audit::MODERATION, "mute.lifted", scope.user());
            tx.run(Entry { user: Some(user), ..entry }.at(scope.tenant, self.clock.now())).await?;
        }
        tx.commit().await?;
        profiles.unmute(user);
        self.hubs.of(scope.tenant).tell(user, "chat.muted", &json!({ "muted": false, "until": null }));
        Ok(())
    }

    fn check_until(&self, until: Option<Timestamp>) -> Result<(), ChatError> {
        let now = self.clock.now();
        let wrong = |until| until <= now || until > now + chrono::TimeDelta::days(3_660);
        if until.is_some_and(wrong) {
            return Err(ChatError::invalid("the end lies within the next ten years"));
        }
        Ok(())
    }
}

/// Refuses whom nobody bans or mutes: oneself, and those who rule over the business.
async fn check_target(tx: &mut TenantTx, scope: &Scope, user: UserId) -> Result<(), ChatError> {
    if scope.user() == Some(user) {
        return Err(ChatError::invalid("nobody does this to themselves"));
    }
    let target = bans::person(tx, user).await?.ok_or(ChatError::NoEntry)?;
    if target.role.parse::<Role>().is_ok_and(Role::is_administrator) {
        return Err(ChatError::invalid("who rules over the business can be neither banned nor muted"));
    }
    Ok(())
}

/// The case of a message, and whether it waited already.
async fn open(tx: &mut TenantTx, row: &MessageRow, now: Timestamp) -> Result<(Uuid, bool), ChatError> {
    if let Some(known) = cases::of_message(tx, row.room_id, row.seq).await? {
        if known.resolved_at.is_some() {
            cases::reopen(tx, known.id).await?;
        }
        return Ok((known.id, known.resolved_at.is_none()));
    }
    let author_name = match (&row.author_name, row.author) {
        (Some(name), _) => name.clone(),
        (None, Some(author)) => bans::person(tx, author).await?.map(|it| it.name).unwrap_or_default(),
        (None, None) => String::new(),
    };
    let new = NewCase {
        id: uuid_at(now),
        room: row.room_id,
        seq: row.seq,
        author: row.author,
        author_name: &author_name,
        body: &row.body,
        said_at: row.created_at,
        at: now,
    };
    match cases::open(tx, &new).await {
        // Somebody else reports it at this moment.
        Err(StoreError::Conflict) => Err(ChatError::Busy),
        other => Ok(other.map(|()| (new.id, false))?),
    }
}

async fn notify_moderators(
    tx: &mut TenantTx,
    (by, case): (UserId, Uuid),
    why: &str,
    now: Timestamp,
) -> Result<(), ChatError> {
    let actor_name = bans::person(tx, by).await?.map(|row| row.name).unwrap_or_default();
    for user in bans::administrators(tx).await? {
        let new = NewNotification {
            user,
            kind: Kind::Report,
            actor: Some(by),
            actor_name: actor_name.clone(),
            title: format!("{actor_name} reported a message"),
            body: why.to_owned(),
            place: Place::Chat,
            link: format!("/admin/moderation?case={case}"),
            group: Some("chat:moderation".to_owned()),
        };
        notify::add(tx, &new, now).await?;
    }
    Ok(())
}

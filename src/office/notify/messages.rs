//! What other features say to notifications, and what notifications say to others.
//!
//! Two ways to write one: `add` in a transaction of one's own, or `statements` for a commit that
//! somebody else makes, followed by `announce`. Preferences are part of the statements themselves, so
//! nothing can be written past them and nothing is cached that could be out of date.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::actors::{Bus, Event};
use crate::ids::{NotificationId, TenantId, Timestamp, UserId};
use crate::protocols::ws::live::hub::Hub;
use crate::store::{NewEvent, Statement, StoreError, TenantTx, events_of};

use super::{quiet, store};

/// The event that notifications were written: `{added: [{user, id}]}`.
pub const ADDED: &str = "notify.added";

/// What live sockets hear when notifications were marked as unread: `{ids, unread}`.
pub const UNREAD: &str = "notify.unread";

/// The event that what belongs together was read: `{user, bundle, at}`.
pub const READ: &str = "notify.read";

/// What live sockets hear when somebody does not want to be disturbed at other times: `DoNotDisturb`.
pub const QUIET: &str = "notify.quiet";

/// Why someone is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationKind)]
pub enum Kind {
    Mention,
    Reply,
    Comment,
    Share,
    Reminder,
    Keyword,
    Direct,
    /// Somebody has reported what another person said; for moderators.
    Report,
}

/// The part of the suite that it happened in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationPlace)]
pub enum Place {
    Chat,
    Documents,
    /// Records of business modules.
    Business,
}

/// A notification to be written.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// Who is told. Nobody is told of what they did themselves, nor someone who cannot sign in.
    pub user: UserId,
    pub kind: Kind,
    /// Who caused it; nobody for reminders.
    pub actor: Option<UserId>,
    pub actor_name: String,
    /// Up to 200 characters; what is longer is cut.
    pub title: String,
    /// Up to 500 characters; what is longer is cut.
    pub body: String,
    pub place: Place,
    /// Path in the web app: `/documents/ID`.
    pub link: String,
    /// What belongs together, such as `room:ID`: it is read together (`read_statements`), and a
    /// device that was away gets only the newest push of it.
    pub group: Option<String>,
}

/// A notification as clients see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Notification)]
pub struct NotificationJson {
    pub id: NotificationId,
    pub kind: Kind,
    #[schema(required = true)]
    pub actor: Option<UserId>,
    pub actor_name: String,
    pub title: String,
    pub body: String,
    pub place: Place,
    /// Path in the web app.
    pub link: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub read_at: Option<Timestamp>,
}

/// A notification that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub user: UserId,
    pub id: NotificationId,
}

/// What somebody else commits, and what is announced afterwards.
#[derive(Debug)]
pub struct Writing {
    pub statements: Vec<Statement>,
    pub added: Added,
}

/// When someone does not want to be disturbed: pushes wait, the inbox does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DoNotDisturb {
    /// `22:00`; every day from then until `to`.
    #[schema(required = true)]
    pub from: Option<String>,
    #[schema(required = true)]
    pub to: Option<String>,
    /// Not before this moment, whatever the time of the day.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub until: Option<Timestamp>,
}

/// What was read together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadTogether {
    pub user: UserId,
    pub bundle: String,
    pub at: Timestamp,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Mention,
        Self::Reply,
        Self::Comment,
        Self::Share,
        Self::Reminder,
        Self::Keyword,
        Self::Direct,
        Self::Report,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Reply => "reply",
            Self::Comment => "comment",
            Self::Share => "share",
            Self::Reminder => "reminder",
            Self::Keyword => "keyword",
            Self::Direct => "direct",
            Self::Report => "report",
        }
    }

    /// A word of a later release is the plainest kind.
    pub(super) fn read(text: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Comment)
    }
}

impl Place {
    pub const ALL: [Self; 3] = [Self::Chat, Self::Documents, Self::Business];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Documents => "documents",
            Self::Business => "business",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        Self::ALL.into_iter().find(|place| place.as_str() == text).unwrap_or(Self::Documents)
    }
}

/// Writes a notification with the transaction; it is told and pushed after the commit.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn add(tx: &mut TenantTx, new: &NewNotification, now: Timestamp) -> Result<(), StoreError> {
    write(tx, new, None, now).await.map(|_| ())
}

/// Writes a notification, unless the person had one with the same `key`; tells whether it was written.
///
/// # Errors
/// As `add`.
pub async fn add_once(
    tx: &mut TenantTx,
    new: &NewNotification,
    key: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    write(tx, new, Some(key), now).await
}

async fn write(
    tx: &mut TenantTx,
    new: &NewNotification,
    key: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(Writing { statements, added }) = prepare(tx.tenant(), new, key, now) else { return Ok(false) };
    for (at, statement) in statements.into_iter().enumerate() {
        // The first writes the notification; without one there is nothing to push.
        if tx.run(statement).await? == 0 && at == 0 {
            return Ok(false);
        }
    }
    let (entity, data) = (events_of(added.user.0), json!({ "added": [added] }));
    tx.publish(NewEvent { entity, kind: ADDED, data, at: now }).await?;
    Ok(true)
}

/// The statements that write a notification, for a commit of somebody else; `announce` tells it
/// afterwards. None when it would tell someone of what they did themselves.
#[must_use]
pub fn statements(tenant: TenantId, new: &NewNotification, now: Timestamp) -> Option<Writing> {
    prepare(tenant, new, None, now)
}

fn prepare(tenant: TenantId, new: &NewNotification, key: Option<&str>, now: Timestamp) -> Option<Writing> {
    if new.actor == Some(new.user) {
        return None;
    }
    let id = NotificationId::at(now);
    let statements = vec![store::insert(tenant, id, new, key, now), store::enqueue(tenant, id, new, now)];
    Some(Writing { statements, added: Added { user: new.user, id } })
}

/// Tells open sockets and the push queue what a commit has written. After a crash in between, the
/// inbox shows it and the push queue finds it.
pub fn announce(bus: &Bus, tenant: TenantId, added: &[Added], now: Timestamp) {
    if !added.is_empty() {
        tell(bus, tenant, ADDED, json!({ "added": added }), now);
    }
}

/// The statements that mark as read what a person has of `group`, as when they read the room;
/// `announce_read` tells their other devices afterwards.
#[must_use]
pub fn read_statements(tenant: TenantId, user: UserId, group: &str, now: Timestamp) -> Vec<Statement> {
    store::read_bundle(tenant, user, group, now)
}

/// Tells a person's devices what the commit of `read_statements` at `now` has marked as read.
pub fn announce_read(bus: &Bus, tenant: TenantId, user: UserId, group: &str, now: Timestamp) {
    let data = json!(ReadTogether { user, bundle: group.to_owned(), at: now });
    tell(bus, tenant, READ, data, now);
}

fn tell(bus: &Bus, tenant: TenantId, kind: &'static str, data: serde_json::Value, at: Timestamp) {
    let entity = events_of(tenant.0);
    bus.publish(Arc::new(Event { tenant, entity, seq: 0, kind: kind.to_owned(), data, at }));
}

/// When a person does not want to be disturbed.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn do_not_disturb(tx: &mut TenantTx, user: UserId) -> Result<DoNotDisturb, StoreError> {
    quiet::load(tx, user).await
}

/// Writes when a person does not want to be disturbed; `tell_do_not_disturb` tells their devices after the
/// commit. What waited for a pause that is over goes out.
///
/// # Errors
/// As `do_not_disturb`.
pub async fn set_do_not_disturb(
    tx: &mut TenantTx,
    user: UserId,
    quiet: &DoNotDisturb,
    now: Timestamp,
) -> Result<(), StoreError> {
    quiet::save(tx, user, quiet).await?;
    quiet::release(tx, user, now).await
}

/// Tells a person's devices when they do not want to be disturbed.
pub fn tell_do_not_disturb(hub: &Hub, user: UserId, quiet: &DoNotDisturb) {
    hub.tell(user, QUIET, &json!(quiet));
}

/// Unread notifications of a person, at most 1000.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn unread(tx: &mut TenantTx, user: UserId) -> Result<i64, StoreError> {
    store::unread(tx, user).await
}

/// What a person's notifications of late say, as the text of a digest; none when there are no unread
/// ones. Mail brings it once mail is there: until then the setting is stored and nothing is sent.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn digest(tx: &mut TenantTx, user: UserId, since: Timestamp) -> Result<Option<String>, StoreError> {
    Ok(super::digest::build(&store::unread_since(tx, user, since).await?))
}

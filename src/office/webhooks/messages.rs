//! What others may say to webhooks.
//!
//! Whoever causes an event writes it with the same commit: `statements` for a commit that somebody else
//! makes, followed by `announce`. From then on the queue brings it to its endpoint.

use std::borrow::Cow;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::actors::{Bus, Event, TenantEnv};
use crate::ids::{TenantId, Timestamp, UserId, uuid_at};
use crate::protocols::http::outbound::{Answer, GuardedClient, Limits, Longer, OutboundError};
use crate::store::{Statement, Store, StoreError, TenantTx, events_of};

pub use super::error::WebhookError;
pub use super::sign::{BadSignature, WINDOW, sign, token, verify};
pub use super::store::{BODY, DeliveryJson, EndpointRow};
use super::{deliver, queue, store};

/// The event that something waits to be delivered, and that an endpoint has changed.
pub const QUEUED: &str = "webhooks.queued";

/// Endpoints of one business.
pub const ENDPOINTS: i64 = 500;
/// Characters of an address.
const URL: usize = 2_000;
/// Characters of a name.
const NAME: usize = 80;
/// Bytes of a secret, before they are written in hexadecimal.
const SECRET: usize = 32;
/// Bytes of an answer that are read.
const ANSWER: usize = 64 << 10;
const PURPOSE: &str = "webhooks.endpoint";

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookFormat)]
pub enum Format {
    Json,
    /// As an HTML form, with the verification token as its first field.
    Form,
}

/// An endpoint to be made.
pub struct NewEndpoint<'a> {
    /// Whose endpoint it is: `chat.outgoing`.
    pub purpose: &'static str,
    /// Who is told when it is switched off.
    pub owner: UserId,
    pub name: &'a str,
    pub url: &'a str,
    pub format: Format,
    /// Kinds of events that it is told of, without being named.
    pub kinds: &'a [&'a str],
    /// Path in the web app where it is managed.
    pub link: String,
}

/// What to change about an endpoint.
#[derive(Default)]
pub struct ChangeEndpoint<'a> {
    pub name: Option<&'a str>,
    pub url: Option<&'a str>,
    pub active: Option<bool>,
}

/// Whom an event is for.
#[derive(Clone, Copy, Debug)]
pub enum To {
    Endpoint(Uuid),
    /// Every active endpoint that has asked for this kind.
    Kind,
}

/// An event to be told.
pub struct NewDelivery {
    pub to: To,
    pub kind: Cow<'static, str>,
    pub body: String,
    /// Nobody is told of what this bot did: bots that answer each other would never end.
    pub unless_bot: Option<UserId>,
}

/// What an endpoint answered to a delivery.
#[derive(Clone, Debug)]
pub struct Answered {
    pub endpoint: Uuid,
    pub delivery: Uuid,
    pub kind: String,
    pub request: String,
    pub answer: Bytes,
}

/// Takes what endpoints of one purpose answer; the delivery counts as done after that.
pub trait TakesAnswers: Send + Sync {
    fn purpose(&self) -> &'static str;

    /// Called again with the same delivery when it failed, or when the program ended meanwhile.
    fn take(&self, tenant: &TenantEnv, answered: Answered)
    -> LocalBoxFuture<'static, Result<(), StoreError>>;
}

/// A number that grows with every call, whatever the clock does.
fn next_seq(now: Timestamp) -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let least = now.timestamp_micros() << 8;
    let next = |last: i64| Some(least.max(last + 1));
    let last = LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).unwrap_or_default();
    least.max(last + 1)
}

/// The statements that queue an event, for a commit of somebody else. An endpoint for which too much
/// waits, or that is switched off, gets nothing.
#[must_use]
pub fn statements(tenant: TenantId, new: &NewDelivery, now: Timestamp) -> Vec<Statement> {
    store::enqueue(tenant, uuid_at(now), next_seq(now), new, now)
}

/// Tells the queue that a commit has written deliveries. After a crash in between it finds them.
pub fn announce(bus: &Bus, tenant: TenantId, at: Timestamp) {
    let (entity, kind) = (events_of(tenant.0), QUEUED.to_owned());
    bus.publish(Event { tenant, entity, seq: 0, kind, data: json!({}), at }.into());
}

/// Makes an endpoint; returns its id and its secret, which is shown once.
///
/// # Errors
/// `WebhookError` when the address may not be asked or there are too many.
pub async fn add(
    store: &Store,
    client: &GuardedClient,
    tx: &mut TenantTx,
    new: &NewEndpoint<'_>,
    now: Timestamp,
) -> Result<(Uuid, String), WebhookError> {
    check_name(new.name)?;
    check_url(client, new.url)?;
    if store::count(tx).await? >= ENDPOINTS {
        return Err(WebhookError::TooMany(ENDPOINTS));
    }
    let secret = make_secret()?;
    let sealed = store.secrets().seal(tx, PURPOSE, secret.as_bytes()).await?;
    let id = uuid_at(now);
    store::insert(tx, id, new, sealed, now).await?;
    // Before the commit, as the two are not one transaction: an alarm for nothing does no harm.
    store.set_alarm(tx.tenant(), queue::ALARM, Some(now)).await?;
    Ok((id, secret))
}

/// Changes an endpoint; one that is switched on again is told what waited meanwhile.
///
/// # Errors
/// As `add`, and `WebhookError::NoEndpoint`.
pub async fn change(
    client: &GuardedClient,
    tx: &mut TenantTx,
    id: Uuid,
    change: &ChangeEndpoint<'_>,
) -> Result<(), WebhookError> {
    if let Some(name) = change.name {
        check_name(name)?;
    }
    if let Some(url) = change.url {
        check_url(client, url)?;
    }
    if store::change(tx, id, change).await? { Ok(()) } else { Err(WebhookError::NoEndpoint) }
}

/// Forgets an endpoint and what waits for it.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn remove(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    store::remove(tx, id).await
}

/// Endpoints of a purpose.
///
/// # Errors
/// As `remove`.
pub async fn endpoints(tx: &mut TenantTx, purpose: &str) -> Result<Vec<EndpointRow>, StoreError> {
    store::endpoints(tx, purpose).await
}

/// One endpoint.
///
/// # Errors
/// `WebhookError::NoEndpoint` when there is none.
pub async fn endpoint(tx: &mut TenantTx, id: Uuid) -> Result<EndpointRow, WebhookError> {
    store::endpoint(tx, id).await?.ok_or(WebhookError::NoEndpoint)
}

/// How much more may wait for an endpoint, for those who can wait with what they tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    For(i64),
    /// It was switched off since it did not answer, and goes on where it was.
    Stopped,
    /// Someone has switched it off, or it is gone.
    Off,
}

/// Deliveries that wait at once where the rest can wait elsewhere.
const AHEAD: i64 = 100;

impl Room {
    /// Whether half of what may wait at once was told.
    #[must_use]
    pub fn is_half(self) -> bool {
        matches!(self, Self::For(room) if room >= AHEAD / 2)
    }
}

/// How much more may wait for an endpoint.
///
/// # Errors
/// As `remove`.
pub async fn room(tx: &mut TenantTx, endpoint: Uuid) -> Result<Room, StoreError> {
    let Some(row) = store::endpoint(tx, endpoint).await? else { return Ok(Room::Off) };
    Ok(match (row.active, row.stopped) {
        (true, _) => Room::For((AHEAD - store::waiting(tx, endpoint, AHEAD).await?).max(0)),
        (false, Some(_)) => Room::Stopped,
        (false, None) => Room::Off,
    })
}

/// The last deliveries of an endpoint, the youngest first, beginning before one.
///
/// # Errors
/// As `remove`.
pub async fn deliveries(
    tx: &mut TenantTx,
    endpoint: Uuid,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<DeliveryJson>, StoreError> {
    store::deliveries(tx, endpoint, before, limit).await
}

/// Delivers once more what was delivered or given up, behind all that waits; what waits is tried at once.
///
/// # Errors
/// `WebhookError::NoDelivery` when there is none.
pub async fn replay(
    tx: &mut TenantTx,
    endpoint: Uuid,
    delivery: Uuid,
    now: Timestamp,
) -> Result<(), WebhookError> {
    let done = store::replay(tx, endpoint, delivery, next_seq(now), now).await?;
    if done { Ok(()) } else { Err(WebhookError::NoDelivery) }
}

/// Delivers once more all that was given up, in its order; tells how much it is.
///
/// # Errors
/// As `remove`.
pub async fn replay_dead(tx: &mut TenantTx, endpoint: Uuid, now: Timestamp) -> Result<usize, StoreError> {
    let dead = store::dead(tx, endpoint).await?;
    for id in &dead {
        store::replay(tx, endpoint, *id, next_seq(now), now).await?;
    }
    Ok(dead.len())
}

/// Asks an endpoint at once and beside the queue, signed like a delivery.
///
/// # Errors
/// `OutboundError`, or the store's.
pub async fn ask(
    client: &GuardedClient,
    endpoint: &EndpointRow,
    secret: &str,
    body: String,
    within: Duration,
    now: Timestamp,
) -> Result<Answer, OutboundError> {
    let limits = Limits { bytes: ANSWER, longer: Longer::Refuse, time: within, ..Limits::default() };
    let request = deliver::Request {
        url: &endpoint.url,
        form: endpoint.format() == Format::Form,
        secret,
        event: &endpoint.purpose,
        delivery: uuid_at(now),
        attempt: 1,
        body,
    };
    request.send(client, limits, now).await
}

/// The secret of an endpoint.
///
/// # Errors
/// `StoreError` when it cannot be opened.
pub async fn secret(store: &Store, tx: &mut TenantTx, endpoint: &EndpointRow) -> Result<String, StoreError> {
    unseal(store, tx, &endpoint.sealed).await
}

/// A secret that nobody can guess, in hexadecimal.
///
/// # Errors
/// `WebhookError::NoChance` when the machine has no random numbers.
pub fn make_secret() -> Result<String, WebhookError> {
    let mut bytes = [0; SECRET];
    getrandom::fill(&mut bytes).map_err(|_| WebhookError::NoChance)?;
    Ok(blake3::Hash::from(bytes).to_hex().to_string())
}

/// Seals a signing secret that belongs to no endpoint.
///
/// # Errors
/// `StoreError` when the tenant's key cannot be had.
pub async fn seal(store: &Store, tx: &mut TenantTx, secret: &str) -> Result<Vec<u8>, StoreError> {
    store.secrets().seal(tx, PURPOSE, secret.as_bytes()).await
}

/// Opens what `seal` made.
///
/// # Errors
/// `StoreError::Damaged` when it is not that.
pub async fn unseal(store: &Store, tx: &mut TenantTx, sealed: &[u8]) -> Result<String, StoreError> {
    let secret = store.secrets().unseal(tx, PURPOSE, sealed).await?;
    String::from_utf8(secret).map_err(|_| StoreError::Damaged("secret".into()))
}

fn check_name(name: &str) -> Result<(), WebhookError> {
    if name.trim().is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(WebhookError::Invalid("a name has 1 to 80 characters and no control characters"));
    }
    Ok(())
}

fn check_url(client: &GuardedClient, url: &str) -> Result<(), WebhookError> {
    if url.len() > URL {
        return Err(WebhookError::Invalid("an address has at most 2 000 characters"));
    }
    client.check(url).map(drop).map_err(WebhookError::Address)
}

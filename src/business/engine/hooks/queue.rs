//! From events to deliveries: what a commit has made happen, and what a webhook has fallen behind.

use std::sync::Arc;

use serde_json::json;

use crate::business::engine::catalog::Catalog;
use crate::business::engine::commit::Happened;
use crate::business::engine::error::EngineError;
use crate::business::engine::event::Event;
use crate::business::engine::history::record_at;
use crate::business::engine::json::RecordJson;
use crate::business::engine::record::Stored;
use crate::business::engine::store::events::{self, Wanted};
use crate::business::engine::store::{hooks as rows, records};
use crate::ids::Timestamp;
use crate::office::webhooks::messages::{self as webhooks, BODY, NewDelivery, To};
use crate::scope::Scope;
use crate::store::TenantTx;

use super::Hook;

/// Events that a webhook catches up with in one transaction.
const PAGE: i64 = 500;

/// Which tenant it is, and when.
#[derive(Clone, Copy)]
pub struct About<'a> {
    pub slug: &'a str,
    pub now: Timestamp,
}

/// Queues what has just happened for every webhook that wants it and has kept up, with the same commit; tells whether
/// the queue has something to look at.
pub async fn queue(
    tx: &mut TenantTx,
    catalog: &Catalog,
    about: About<'_>,
    happened: &[Happened],
) -> Result<bool, EngineError> {
    let (Some(first), Some(last)) = (happened.first(), happened.last()) else { return Ok(false) };
    let mut queued = false;
    for hook in catalog.hooks.iter() {
        // One that is gone meanwhile, or is behind: the feeder brings it here.
        if rows::seq(tx, hook.id).await? != Some(first.event.seq - 1) {
            queued = true;
            continue;
        }
        let mut room = Room::of(tx, hook).await?;
        let mut told = last.event.seq;
        for one in happened.iter().filter(|one| hook.wants(catalog, &one.event)) {
            if room == Room::Full(0) {
                told = one.event.seq - 1;
                break;
            }
            queued |= tell(tx, (hook, catalog), about, (&one.event, &one.after), &mut room).await?;
        }
        rows::set_seq(tx, hook.id, told).await?;
    }
    Ok(queued)
}

/// Brings the webhooks that are behind some events further; tells whether it has queued or passed over any.
///
/// # Errors
/// `EngineError` when the database is not reachable.
pub async fn catch_up(tx: &mut TenantTx, catalog: &Catalog, about: About<'_>) -> Result<bool, EngineError> {
    let head = events::lock_head(tx).await?;
    let mut moved = false;
    for hook in catalog.hooks.iter() {
        let Some(seq) = rows::seq(tx, hook.id).await?.filter(|seq| *seq < head) else { continue };
        let mut room = Room::of(tx, hook).await?;
        let mut told = seq;
        for event in events::after(tx, Wanted::All, seq, PAGE).await? {
            if room == Room::Full(0) {
                break;
            }
            if hook.wants(catalog, &event)
                && let Some(record) = records::get(tx, event.record).await?
                && let Some(record) = record_at(tx, record, event.seq).await?
            {
                tell(tx, (hook, catalog), about, (&event, &Arc::new(record)), &mut room).await?;
            }
            told = event.seq;
        }
        if told > seq {
            rows::set_seq(tx, hook.id, told).await?;
            moved = true;
        }
    }
    Ok(moved)
}

/// How much may wait for a webhook beside what waits already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Full(i64),
    /// Someone has switched it off: what happens meanwhile is passed over.
    Off,
}

impl Room {
    async fn of(tx: &mut TenantTx, hook: &Hook) -> Result<Self, EngineError> {
        Ok(match webhooks::room(tx, hook.id).await? {
            webhooks::Room::For(count) => Self::Full(count),
            // It goes on where it was when it works again.
            webhooks::Room::Stopped => Self::Full(0),
            webhooks::Room::Off => Self::Off,
        })
    }
}

/// Queues one event for one webhook, if its record passes the filter.
async fn tell(
    tx: &mut TenantTx,
    (hook, catalog): (&Hook, &Catalog),
    about: About<'_>,
    (event, record): (&Event, &Arc<Stored>),
    room: &mut Room,
) -> Result<bool, EngineError> {
    let Room::Full(left) = room else { return Ok(false) };
    let tenant = tx.tenant();
    if !hook.passes(catalog, &Scope::system(tenant), record, about.now) {
        return Ok(false);
    }
    let kind = name_of(event);
    let tenant_json = json!({ "id": tenant, "slug": about.slug });
    let mut body = json!({
        "type": kind,
        "at": event.at,
        "tenant": tenant_json,
        "event": event,
        "record": RecordJson::of(record, &[]),
    });
    let mut text = body.to_string();
    if text.len() > BODY {
        // The receiver asks for what is too long to be told.
        (body["record"], body["event"]["changes"], body["cut"]) = (json!(null), json!({}), json!(true));
        text = body.to_string();
    }
    let new = NewDelivery { to: To::Endpoint(hook.id), kind: kind.into(), body: text, unless_bot: None };
    for statement in webhooks::statements(tenant, &new, about.now) {
        tx.execute(statement.sql, statement.args).await?;
    }
    *left -= 1;
    Ok(true)
}

/// What happened to a record, or what a command has told.
fn name_of(event: &Event) -> String {
    if event.name.contains('.') { event.name.clone() } else { format!("record.{}", event.name) }
}

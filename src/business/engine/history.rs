//! Time travel: a record or a list as it was, made of what is there now and what has happened since.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::ids::{RecordId, Timestamp};
use crate::store::TenantTx;

use super::error::EngineError;
use super::event::Event;
use super::filter::Facts as _;
use super::kind::Kind;
use super::record::{Seen, Stored};
use super::store::events::{self, Wanted};
use super::store::lists::{self, Listing, Mark};
use super::value::Key;

/// Events that one look into the past takes back.
const MOST: usize = 200_000;
/// Records of a type that a list of the past looks through.
const RECORDS: usize = 500_000;
const PAGE: i64 = 1_000;

/// Where a record stands in an order.
type Place = (Vec<Option<Key>>, Uuid);

/// Takes one event back; `None` when it made the record.
fn back(mut record: Stored, event: &Event) -> Option<Stored> {
    match event.name.as_str() {
        "created" => return None,
        "deleted" | "merged" => (record.deleted_at, record.merged_into) = (None, None),
        "restored" => record.deleted_at = Some(event.at),
        _ => {}
    }
    for (field, change) in event.changes.iter().filter(|_| event.name == "changed") {
        match field.as_str() {
            "state" => record.state = change.old.as_str().unwrap_or_default().to_owned(),
            "owner" => record.owner = change.old.as_str().and_then(|text| text.parse().ok()),
            _ if change.old.is_null() => drop(record.fields.remove(field)),
            _ => drop(record.fields.insert(field.clone(), change.old.clone())),
        }
    }
    if super::write::changes_record(&event.name) {
        record.version = event.version - 1;
    }
    Some(record)
}

/// A record as it was after an event; `None` when it was not there yet.
///
/// # Errors
/// `EngineError` when the database is not reachable.
pub async fn record_at(tx: &mut TenantTx, record: Stored, seq: i64) -> Result<Option<Stored>, EngineError> {
    let (mut record, mut last, mut count) = (record, i64::MAX, 0);
    loop {
        let page = events::before(tx, Wanted::Record(record.id), last, PAGE).await?;
        for event in &page {
            if event.seq <= seq {
                (record.seq, record.updated_at, record.updated_by) = (event.seq, event.at, event.actor);
                return Ok(Some(record));
            }
            match back(record, event) {
                None => return Ok(None),
                Some(before) => record = before,
            }
        }
        count += page.len();
        match page.last() {
            Some(event) if count <= MOST => last = event.seq,
            Some(_) => return Err(EngineError::TooMany { what: "a look into the past", limit: MOST }),
            None => return Ok(Some(record)),
        }
    }
}

/// A list as it was at a moment. The filter's rights are those of now.
///
/// # Errors
/// `EngineError::TooMany` when it would be too much work.
pub async fn list(
    tx: &mut TenantTx,
    kind: &Kind,
    listing: &Listing,
    at: Timestamp,
    after: Option<&Mark>,
    limit: i64,
) -> Result<Vec<Stored>, EngineError> {
    let mut records = all_at(tx, &listing.kind, at).await?;
    records.retain(|record| record.deleted_at.is_some() == listing.deleted);
    let kind = Arc::new(kind.clone());
    let mut seen: Vec<Seen> = records.into_iter().map(|record| Seen::new(&kind, &Arc::new(record))).collect();
    seen.retain(|seen| listing.filter.passes(seen));
    let keys =
        |seen: &Seen| -> Vec<Option<Key>> { listing.order.iter().map(|key| seen.key(key.place)).collect() };
    let compare = |one: &Place, other: &Place| {
        let each = listing.order.iter().zip(one.0.iter().zip(&other.0)).map(|(key, (one, other))| {
            match (one, other) {
                // Those without a value come last in both directions.
                (None, None) => std::cmp::Ordering::Equal,
                (None, _) => std::cmp::Ordering::Greater,
                (_, None) => std::cmp::Ordering::Less,
                (one, other) if key.descending => other.cmp(one),
                (one, other) => one.cmp(other),
            }
        });
        each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then(one.1.cmp(&other.1))
    };
    let mut ordered: Vec<(Place, Seen)> =
        seen.into_iter().map(|seen| ((keys(&seen), seen.record.id.0), seen)).collect();
    ordered.sort_by(|one, other| compare(&one.0, &other.0));
    let from = after.map_or(0, |mark| {
        let mark = (mark.keys.clone(), mark.id);
        ordered.partition_point(|(place, _)| compare(place, &mark) != std::cmp::Ordering::Greater)
    });
    let limit = usize::try_from(limit).unwrap_or(0);
    Ok(ordered.into_iter().skip(from).take(limit).map(|(_, seen)| (*seen.record).clone()).collect())
}

/// All records of a type as they were at a moment, deleted ones too.
pub async fn all_at(tx: &mut TenantTx, kind: &str, at: Timestamp) -> Result<Vec<Stored>, EngineError> {
    let seq = events::seq_at(tx, at).await?;
    let mut since: HashMap<RecordId, Vec<Event>> = HashMap::new();
    let (mut last, mut count) = (seq, 0);
    loop {
        let page = events::after(tx, Wanted::Kind(kind), last, PAGE).await?;
        let Some(latest) = page.last() else { break };
        last = latest.seq;
        count += page.len();
        if count > MOST {
            return Err(EngineError::TooMany { what: "a look into the past", limit: MOST });
        }
        for event in page {
            since.entry(event.record).or_default().push(event);
        }
    }
    let (mut all, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page = lists::everything(tx, kind, after, PAGE).await?;
        let Some(latest) = page.last() else { break };
        after = latest.id.0;
        for record in page {
            let events = since.remove(&record.id).unwrap_or_default();
            all.extend(events.iter().rev().try_fold(record, back));
        }
        if all.len() > RECORDS {
            return Err(EngineError::TooMany { what: "a look into the past", limit: RECORDS });
        }
    }
    Ok(all)
}

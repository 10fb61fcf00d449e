//! Webhooks of records: addresses that are told of what happens to records, each of the events that it wants.
//!
//! What a commit makes happen is queued with that commit for every webhook that has kept up. One that has not, since
//! more waits for it than fits, has a cursor in the stream of events, from which the feeder goes on.

mod feeder;
mod queue;
mod service;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId};
use crate::scope::{Principal, Role, Scope};
use crate::store::TenantTx;

use super::catalog::Catalog;
use super::error::EngineError;
use super::event::Event;
use super::filter::{Filter, FilterJson, Meaning};
use super::record::{Seen, Stored};
use super::store::hooks as rows;

pub use feeder::HookAnswers;
pub(super) use feeder::child;
pub(super) use queue::{About, queue};
pub use service::{HookChange, HookFound, NewHook};

/// The purpose of endpoints of records.
pub const PURPOSE: &str = "records.webhook";
/// Types and names of events that one webhook names.
const NAMES: usize = 100;
/// Characters of such a name.
const NAME: usize = 80;

/// What a webhook wants to be told of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordHookWants)]
#[serde(deny_unknown_fields, default)]
pub struct Wants {
    /// Names of types, such as `crm.deal`; without any, all types.
    pub kinds: Vec<String>,
    /// `created`, `changed`, `deleted`, `restored`, `merged`, or what a command tells, such as `crm.deal.won`; without
    /// any, all events.
    pub events: Vec<String>,
    /// Which records of the one type that is named, as they are after the event.
    pub filter: Option<FilterJson>,
}

/// A webhook as events are held against it.
#[derive(Clone, Debug)]
pub struct Hook {
    pub id: Uuid,
    /// Who has made it: `me` in its filter.
    pub owner: UserId,
    pub wants: Wants,
}

impl Wants {
    /// Refuses what no event could fit.
    ///
    /// # Errors
    /// `EngineError::Invalid` says what.
    pub fn check(&self, catalog: &Catalog, meaning: Meaning<'_>) -> Result<(), EngineError> {
        if self.kinds.len() > NAMES || self.events.len() > NAMES {
            return Err(EngineError::TooMany { what: "a webhook's list of names", limit: NAMES });
        }
        if let Some(name) = self.kinds.iter().find(|name| catalog.kind(name).is_err()) {
            return Err(EngineError::Invalid(format!("there is no type {name}")));
        }
        let is_name = |name: &&String| {
            (1..=NAME).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        if let Some(name) = self.events.iter().find(|name| !is_name(name)) {
            return Err(EngineError::Invalid(format!("\"{name}\" is no name of an event")));
        }
        match (&self.filter, &self.kinds[..]) {
            (None, _) => Ok(()),
            (Some(filter), [only]) => Filter::read(&*catalog.kind(only)?, filter, meaning).map(|_| ()),
            (Some(_), _) => Err(EngineError::invalid("a filter is for one type, which is named")),
        }
    }
}

impl Hook {
    fn of(row: rows::HookRow) -> Result<Self, EngineError> {
        let wants = serde_json::from_value(row.definition).map_err(|_| EngineError::Damaged("webhook"))?;
        Ok(Self { id: row.id, owner: row.owner, wants })
    }

    /// Whether it wants an event, by its type and name.
    fn wants(&self, catalog: &Catalog, event: &Event) -> bool {
        let has = |names: &[String], name: &str| names.is_empty() || names.iter().any(|known| known == name);
        has(&self.wants.kinds, &event.kind)
            && has(&self.wants.events, &event.name)
            // What belongs to a module that is switched off is told to nobody.
            && catalog.kind(&event.kind).is_ok()
    }

    /// Whether a record passes its filter. Nothing passes one that no longer fits its type.
    fn passes(&self, catalog: &Catalog, scope: &Scope, record: &Arc<Stored>, now: Timestamp) -> bool {
        let Some(filter) = &self.wants.filter else { return true };
        let Ok(kind) = catalog.kind(&record.kind) else { return false };
        let scope = self.scope(scope);
        let filter = Filter::read(&kind, filter, Meaning { scope: &scope, now });
        filter.is_ok_and(|filter| filter.passes(&Seen::new(&kind, record)))
    }

    /// Whether its filter can still be read.
    fn fits(&self, catalog: &Catalog, scope: &Scope, now: Timestamp) -> bool {
        let scope = self.scope(scope);
        self.wants.check(catalog, Meaning { scope: &scope, now }).is_ok()
    }

    fn scope(&self, scope: &Scope) -> Scope {
        Scope { principal: Principal::User(self.owner), role: Role::TenantAdmin, ..scope.clone() }
    }
}

/// The webhooks of the tenant.
///
/// # Errors
/// `EngineError` when the database is not reachable.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Hook>, EngineError> {
    let read = |row| match Hook::of(row) {
        Ok(hook) => Some(hook),
        Err(error) => {
            // One that a later release has written keeps nobody else from working.
            tracing::warn!(%error, "a webhook is left out");
            None
        }
    };
    Ok(rows::all(tx).await?.into_iter().filter_map(read).collect())
}

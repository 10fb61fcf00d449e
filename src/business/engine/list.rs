//! Lists: what is asked for, read once; pages, totals, and lists as they were.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::Timestamp;
use crate::scope::Scope;
use crate::store::TenantTx;

use super::error::EngineError;
use super::field::Holds;
use super::filter::{Filter, FilterJson, Meaning, Place, place};
use super::history;
use super::kind::Kind;
use super::record::{Stored, key_at};
use super::rights::Access;
use super::service::Engine;
use super::store::SortKey;
use super::store::lists::{self, Group, Listing, Mark, Sum};
use super::value::Key;

/// Keys of an order.
const ORDER: usize = 4;
/// Groups of one total.
const GROUPS: i64 = 1_000;

/// A list as it is asked for.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub filter: Option<FilterJson>,
    /// Words to look for.
    pub search: Option<String>,
    /// Names of fields, the most important first, each with `-` before it for the other direction.
    pub sort: Vec<String>,
    pub deleted: bool,
    /// As it was at this moment.
    pub as_of: Option<Timestamp>,
}

/// Where a page ended, for the cursor.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct MarkJson(Vec<Value>, Uuid);

impl Ask {
    /// The listing that the caller may see.
    ///
    /// # Errors
    /// `EngineError::Invalid` says what does not fit the type.
    pub fn listing(
        &self,
        kind: &Kind,
        access: &Access,
        meaning: Meaning<'_>,
    ) -> Result<Listing, EngineError> {
        let mut filter = access.filter();
        if let Some(asked) = &self.filter {
            // A filter on what is hidden would tell it.
            check_visible(asked, access)?;
            filter = filter.and(Filter::read(kind, asked, meaning)?);
        }
        if let Some(search) = self.search.as_deref().and_then(Filter::search) {
            filter = filter.and(search);
        }
        if self.sort.len() > ORDER {
            return Err(EngineError::Invalid(format!("an order has at most {ORDER} keys")));
        }
        let order = self.sort.iter().map(|name| sort_key(kind, access, name)).collect::<Result<_, _>>()?;
        Ok(Listing { kind: kind.name.clone(), filter, order, deleted: self.deleted })
    }
}

pub(super) fn check_visible(filter: &FilterJson, access: &Access) -> Result<(), EngineError> {
    match filter {
        FilterJson::All { all: each } | FilterJson::Any { any: each } => {
            each.iter().try_for_each(|one| check_visible(one, access))
        }
        FilterJson::Not { not } => check_visible(not, access),
        FilterJson::Test { field, .. } if access.is_hidden(field) => {
            Err(EngineError::Invalid(format!("there is no field {field}")))
        }
        FilterJson::Test { .. } => Ok(()),
    }
}

fn sort_key(kind: &Kind, access: &Access, name: &str) -> Result<SortKey, EngineError> {
    let (descending, name) = name.strip_prefix('-').map_or((false, name), |rest| (true, rest));
    let place = place(kind, name).filter(|_| !access.is_hidden(name));
    let place = place.ok_or_else(|| EngineError::Invalid(format!("{name} is no field that sorts")))?;
    Ok(SortKey { place, descending })
}

impl MarkJson {
    /// The mark of a record in an order.
    #[must_use]
    pub fn of(kind: &Kind, record: &Stored, order: &[SortKey]) -> Self {
        let key = |key: &SortKey| match key_at(kind, record, key.place) {
            None => Value::Null,
            Some(Key::Text(text)) => text.into(),
            Some(Key::Number(number)) => number.into(),
        };
        Self(order.iter().map(key).collect(), record.id.0)
    }

    /// What the store looks for.
    ///
    /// # Errors
    /// `EngineError::Invalid` for the cursor of another list.
    pub fn read(&self, order: &[SortKey]) -> Result<Mark, EngineError> {
        let wrong = || EngineError::invalid("the cursor is not one that this list gave");
        let key = |value: &Value| match value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(Key::Text(text.clone()))),
            Value::Number(number) => Ok(Some(Key::Number(number.as_i64().ok_or_else(wrong)?))),
            _ => Err(wrong()),
        };
        let keys = self.0.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        if keys.len() == order.len() { Ok(Mark { keys, id: self.1 }) } else { Err(wrong()) }
    }
}

impl Engine {
    /// A page of a list; one more than `limit`, when there are more.
    pub async fn list(
        &self,
        tx: &mut TenantTx,
        kind: &Kind,
        listing: &Listing,
        ask: &Ask,
        after: Option<&Mark>,
        limit: i64,
    ) -> Result<Vec<Stored>, EngineError> {
        match ask.as_of {
            None => lists::page(tx, listing, after, limit + 1).await,
            Some(at) => history::list(tx, kind, listing, at, after, limit + 1).await,
        }
    }

    /// What the records of a list add up to, by the values of one field.
    pub async fn totals(
        &self,
        scope: &Scope,
        kind: &str,
        ask: &Ask,
        by: Option<&str>,
        sum: Option<&str>,
    ) -> Result<Vec<Group>, EngineError> {
        let mut tx = self.store.read(scope).await?;
        let (kind, access) = self.kind(&mut tx, scope, kind).await?;
        let meaning = Meaning { scope, now: self.clock.now() };
        let listing = ask.listing(&kind, &access, meaning)?;
        let by = by.map(|name| sort_key(&kind, &access, name)).transpose()?.map(|key| key.place);
        let sum = sum.map(|name| summed(&kind, &access, name)).transpose()?;
        let mut groups = lists::groups(&mut tx, &listing, by, sum, GROUPS).await?;
        if by == Some(Place::Owner) {
            groups.iter_mut().for_each(|group| group.key = group.key.take().map(as_id));
        }
        Ok(groups)
    }
}

/// An id as clients know it; the databases group by its digits.
fn as_id(key: Key) -> Key {
    match key {
        Key::Text(digits) => Key::Text(Uuid::try_parse(&digits).map_or(digits, |id| id.to_string())),
        number @ Key::Number(_) => number,
    }
}

pub(super) fn summed<'a>(kind: &'a Kind, access: &Access, name: &str) -> Result<Sum<'a>, EngineError> {
    let field = kind.field(name).filter(|_| !access.is_hidden(name));
    let wrong = || EngineError::Invalid(format!("{name} is no field of numbers or amounts"));
    let field =
        field.filter(|field| matches!(field.holds, Holds::Money | Holds::Number { .. })).ok_or_else(wrong)?;
    let place = place(kind, name).ok_or_else(wrong)?;
    Ok(Sum { place, money: (field.holds == Holds::Money).then_some(field.name.as_str()) })
}

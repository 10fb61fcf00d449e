//! The way to the records of a listing. SQLite has no statistics of a table that holds every type, so it is
//! told: the narrowest condition that finds few records, or else a walk along the order until a page is full.

use std::borrow::Cow;

use crate::business::engine::filter::{Filter, Place};
use crate::store::{Dialect, Sql as Text, StoreError, TenantTx, args, row};

use super::lists::Listing;
use super::query::Sql;

/// A condition that finds at most so many records is narrow: they are all read, and then sorted.
const NARROW: i64 = 1_000;
/// Conditions that are tried.
const TRIED: usize = 6;

/// What stands behind the name of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The database chooses.
    Free,
    By(Cow<'static, str>),
    /// By the records that a full-text search has found.
    Found,
}

row! {
    struct Number {
        count: i64,
    }
}

impl Way {
    /// The index that leads along a place, if there is one.
    pub fn along(dialect: Dialect, place: Place) -> Self {
        match index(place) {
            Some(index) if dialect == Dialect::Sqlite => Self::By(index),
            _ => Self::Free,
        }
    }

    /// What a statement says of it.
    pub fn hint(&self) -> String {
        match self {
            Self::Free => String::new(),
            Self::By(index) => format!(" INDEXED BY {index}"),
            Self::Found => " NOT INDEXED".to_owned(),
        }
    }
}

/// `INDEXED BY`, where the database knows it.
pub(super) fn indexed(dialect: Dialect, index: &'static str) -> String {
    if dialect == Dialect::Sqlite { Way::By(index.into()).hint() } else { String::new() }
}

/// The way by the narrowest condition of a listing; none when all of them find many records.
pub(super) async fn narrow(tx: &mut TenantTx, listing: &Listing) -> Result<Option<Way>, StoreError> {
    if tx.dialect() != Dialect::Sqlite || listing.deleted {
        return Ok(None);
    }
    let mut conditions = Vec::new();
    gather(&listing.filter, &mut conditions);
    let (mut best, mut least) = (None, NARROW + 1);
    for (condition, way) in conditions.into_iter().take(TRIED) {
        let found = probe(tx, &listing.kind, condition, &way, least).await?;
        if found < least {
            (best, least) = (Some(way), found);
        }
    }
    Ok(best)
}

/// The conditions that all records of a filter meet, and for which there is an index.
fn gather<'a>(filter: &'a Filter, into: &mut Vec<(&'a Filter, Way)>) {
    match filter {
        Filter::All(all) => all.iter().for_each(|one| gather(one, into)),
        Filter::In(place, _) | Filter::Compare(place, ..) => {
            into.extend(index(*place).map(|index| (filter, Way::By(index))));
        }
        Filter::Has(..) => into.push((filter, Way::By("sqlite_autoindex_records_1".into()))),
        Filter::Words(_) => into.push((filter, Way::Found)),
        _ => {}
    }
}

/// How many records a condition finds, counted up to `most`.
async fn probe(
    tx: &mut TenantTx,
    kind: &str,
    condition: &Filter,
    way: &Way,
    most: i64,
) -> Result<i64, StoreError> {
    let mut sql = match condition {
        // Of all types of the business whose file this is: the search knows neither.
        Filter::Words(words) => {
            let mut sql = Sql::new(Dialect::Sqlite, COUNT, args![tx.tenant()]);
            sql.push("record_search WHERE $1 = $1 AND ");
            sql.matches(words);
            sql
        }
        Filter::Has(field, value) => {
            let mut sql = Sql::new(Dialect::Sqlite, COUNT, args![tx.tenant(), kind]);
            sql.having(field, value);
            sql
        }
        _ => {
            let mut sql = Sql::new(Dialect::Sqlite, COUNT, args![tx.tenant(), kind]);
            sql.push(&format!("records r{} WHERE r.tenant_id = $1 AND r.kind = $2 AND ", way.hint()));
            sql.push("r.deleted_at IS NULL AND ");
            sql.filter(condition);
            sql
        }
    };
    sql.push(" LIMIT ");
    sql.value(most.into());
    sql.push(")");
    let (text, args) = sql.finish();
    let found: Number = tx.one(Text::Built(text), args).await?;
    Ok(found.count)
}

const COUNT: &str = "SELECT count(*) AS count FROM (SELECT 1 FROM ";

/// The index whose first columns are tenant, type and this place.
fn index(place: Place) -> Option<Cow<'static, str>> {
    Some(match place {
        Place::Slot(slot) => format!("records_{}", slot.column()).into(),
        Place::Id => "records_by_kind".into(),
        Place::Owner => "records_by_owner".into(),
        Place::State => "records_by_state".into(),
        Place::UpdatedAt => "records_by_update".into(),
        Place::CreatedAt => return None,
    })
}

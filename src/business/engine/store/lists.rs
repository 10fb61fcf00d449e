//! Lists of records: filter, order, page, totals.

use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::filter::{Filter, Place};
use crate::business::engine::record::Stored;
use crate::business::engine::value::Key;
use crate::store::{Dialect, Sql as Text, StoreError, TenantTx, Val, args, row};

use super::query::{Nulls, SortKey, Sql, column};
use super::records::{COLUMNS, RecordRow};
use super::way::{self, Way};

/// Which records of a type, and in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Listing {
    pub kind: String,
    pub filter: Filter,
    pub order: Vec<SortKey>,
    /// Whether those that were deleted are wanted instead.
    pub deleted: bool,
}

/// Where a page ended: the keys of its last record.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub keys: Vec<Option<Key>>,
    pub id: Uuid,
}

row! {
    struct GroupRow {
        count: i64,
        sum: Option<i64>,
        key_text: Option<String>,
        key_number: Option<i64>,
        currency: Option<String>,
    }
}

row! {
    struct CountRow {
        count: i64,
    }
}

/// What a group of records adds up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub key: Option<Key>,
    /// Of the sum, when that is of amounts.
    pub currency: Option<String>,
    pub count: i64,
    pub sum: Option<i64>,
}

/// A field to add up.
#[derive(Clone, Copy, Debug)]
pub struct Sum<'a> {
    pub place: Place,
    /// The name of the field when it holds amounts: each currency adds up by itself.
    pub money: Option<&'a str>,
}

/// The records of a listing after a mark.
pub async fn page(
    tx: &mut TenantTx,
    listing: &Listing,
    after: Option<&Mark>,
    limit: i64,
) -> Result<Vec<Stored>, EngineError> {
    let way = way::narrow(tx, listing).await?;
    // Those with a value in the first key are a walk along its index; those without come after them.
    let Some(first) = listing.order.first().filter(|first| may_miss(first.place)) else {
        return rows(tx, listing, after, (Part::Whole, way), limit).await;
    };
    let is_past = after.is_some_and(|mark| matches!(mark.keys.first(), Some(None)));
    let mut found = match is_past {
        true => Vec::new(),
        false => rows(tx, listing, after, (Part::With(first.place), way.clone()), limit).await?,
    };
    let left = limit - found.len() as i64;
    if left > 0 {
        let after = after.filter(|_| is_past);
        found.extend(rows(tx, listing, after, (Part::Without(first.place), way), left).await?);
    }
    Ok(found)
}

/// Which part of a listing.
#[derive(Clone, Copy)]
enum Part {
    Whole,
    /// Those with a value there.
    With(Place),
    Without(Place),
}

fn may_miss(place: Place) -> bool {
    matches!(place, Place::Slot(_) | Place::Owner)
}

async fn rows(
    tx: &mut TenantTx,
    listing: &Listing,
    after: Option<&Mark>,
    (part, way): (Part, Option<Way>),
    limit: i64,
) -> Result<Vec<Stored>, EngineError> {
    let way = way.unwrap_or_else(|| walk(tx.dialect(), listing, part));
    let mut sql = from(tx, listing, &format!("SELECT {COLUMNS} FROM records r{}", way.hint()));
    let (order, keys_from) = match part {
        Part::Whole => (&listing.order[..], 0),
        Part::With(place) => {
            sql.push(&format!(" AND {} IS NOT NULL", column(place)));
            (&listing.order[..], 0)
        }
        Part::Without(place) => {
            sql.push(&format!(" AND {} IS NULL", column(place)));
            (&listing.order[1..], 1)
        }
    };
    if let Some(mark) = after {
        let keys = mark.keys.get(keys_from..).unwrap_or_default();
        if let (Part::With(_) | Part::Whole, Some(first), Some(Some(key))) =
            (part, order.first(), keys.first())
        {
            sql.begin_at(*first, key);
        }
        sql.push(" AND ");
        sql.after(order, keys, mark.id);
    }
    sql.order(order, if matches!(part, Part::Without(_)) { Nulls::Last } else { Nulls::None });
    sql.push(" LIMIT ");
    sql.value(limit.into());
    let (text, args) = sql.finish();
    let rows: Vec<RecordRow> = tx.all(Text::Built(text), args).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// The way along the order of a listing.
fn walk(dialect: Dialect, listing: &Listing, part: Part) -> Way {
    match part {
        // Deleted records have no keys.
        _ if listing.deleted => Way::Free,
        Part::Without(_) => Way::Free,
        Part::Whole | Part::With(_) => {
            Way::along(dialect, listing.order.first().map_or(Place::Id, |first| first.place))
        }
    }
}

fn from(tx: &TenantTx, listing: &Listing, what: &str) -> Sql {
    let args = args![tx.tenant(), &listing.kind];
    let mut sql = Sql::new(tx.dialect(), what, args);
    sql.push(" WHERE r.tenant_id = $1 AND r.kind = $2 AND r.deleted_at IS ");
    sql.push(if listing.deleted { "NOT NULL AND " } else { "NULL AND " });
    sql.filter(&listing.filter);
    sql
}

/// How many records a listing has, counted up to a limit.
pub async fn count(tx: &mut TenantTx, listing: &Listing, most: i64) -> Result<i64, StoreError> {
    let way = way::narrow(tx, listing).await?.unwrap_or(Way::Free);
    let what = format!("SELECT count(*) AS count FROM (SELECT 1 AS one FROM records r{}", way.hint());
    let mut sql = from(tx, listing, &what);
    sql.push(" LIMIT ");
    sql.value(most.into());
    sql.push(") counted");
    let (text, args) = sql.finish();
    let row: CountRow = tx.one(Text::Built(text), args).await?;
    Ok(row.count)
}

/// What the groups of a listing add up to, by the values of one place.
pub async fn groups(
    tx: &mut TenantTx,
    listing: &Listing,
    by: Option<Place>,
    sum: Option<Sum<'_>>,
    limit: i64,
) -> Result<Vec<Group>, StoreError> {
    let (sqlite, mut currency) = (tx.dialect() == Dialect::Sqlite, "CAST(NULL AS text)".to_owned());
    let mut values = Vec::new();
    if let Some(name) = sum.and_then(|sum| sum.money) {
        // Names of fields are letters, digits and underscores.
        currency = if sqlite {
            values.push(Val::from(format!("$.{name}.currency")));
            "json_extract(r.fields, $3)".to_owned()
        } else {
            values.push(Val::from(name));
            "r.fields -> $3 ->> 'currency'".to_owned()
        };
    }
    let total = sum.map_or("CAST(NULL AS bigint)".to_owned(), |sum| {
        format!("CAST(sum({}) AS bigint)", column(sum.place))
    });
    let (text, number) = keys(by, sqlite);
    let way = way::narrow(tx, listing).await?.unwrap_or(Way::Free);
    let what = format!(
        "SELECT count(*) AS count, {total} AS sum, {text} AS key_text, {number} AS key_number, {currency} AS currency FROM records r{}",
        way.hint()
    );
    let mut sql =
        Sql::new(tx.dialect(), &what, super::records::with(args![tx.tenant(), &listing.kind], values));
    sql.push(" WHERE r.tenant_id = $1 AND r.kind = $2 AND r.deleted_at IS NULL AND ");
    sql.filter(&listing.filter);
    sql.push(" GROUP BY 3, 4, 5 ORDER BY 4, 3, 5 LIMIT ");
    sql.value(limit.into());
    let (text, args) = sql.finish();
    let rows: Vec<GroupRow> = tx.all(Text::Built(text), args).await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// The key of a group as text and as number, of which one is always null.
fn keys(by: Option<Place>, sqlite: bool) -> (String, String) {
    let none = |kind: &str| format!("CAST(NULL AS {kind})");
    match by {
        Some(place @ Place::Slot(crate::business::engine::field::Slot::Number(_))) => {
            (none("text"), column(place).to_owned())
        }
        Some(place @ (Place::Owner | Place::Id)) if sqlite => {
            (format!("lower(hex({}))", column(place)), none("bigint"))
        }
        Some(place @ (Place::Owner | Place::Id)) => {
            (format!("replace({}::text, '-', '')", column(place)), none("bigint"))
        }
        Some(place @ (Place::Slot(_) | Place::State)) => (column(place).to_owned(), none("bigint")),
        Some(Place::CreatedAt | Place::UpdatedAt) | None => (none("text"), none("bigint")),
    }
}

impl From<GroupRow> for Group {
    fn from(GroupRow { count, sum, key_text, key_number, currency }: GroupRow) -> Self {
        let key = key_number.map(Key::Number).or(key_text.map(Key::Text));
        Self { key, currency, count, sum }
    }
}

/// All records of a type, deleted ones too, in the order of their making, page by page.
pub async fn everything(
    tx: &mut TenantTx,
    kind: &str,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Stored>, EngineError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records r WHERE r.tenant_id = $1 AND r.kind = $2 AND r.id > $3 ORDER BY r.id LIMIT $4"
    );
    let rows: Vec<RecordRow> = tx.all(Text::Built(sql), args![tx.tenant(), kind, after, limit]).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

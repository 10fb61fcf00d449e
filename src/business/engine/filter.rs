//! What a list shows: conditions on fields, read once, then asked of the database and of records that
//! change. Both must agree; a property test compares them.

use chrono::{Datelike as _, Duration, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::Timestamp;
use crate::scope::Scope;

use super::error::EngineError;
use super::field::{Field, Holds, Slot, Sort};
use super::kind::Kind;
use super::value::{self, Key};

/// Conditions of one filter.
const CONDITIONS: usize = 40;
/// Values that one condition compares with.
const VALUES: usize = 200;
/// Filters inside of filters.
const DEPTH: usize = 5;

/// A filter as clients write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordFilter, no_recursion)]
#[serde(untagged, deny_unknown_fields)]
pub enum FilterJson {
    All {
        all: Vec<FilterJson>,
    },
    Any {
        any: Vec<FilterJson>,
    },
    Not {
        not: Box<FilterJson>,
    },
    Test {
        /// The name of a field, or `state`, `owner`, `created_at`, `updated_at`.
        field: String,
        op: Op,
        /// `me` stands for the caller, `today`, `today+7`, `today-30` for days.
        #[serde(default)]
        value: Value,
    },
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordFilterOp)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Is,
    IsNot,
    /// The value is a list, one of which it is.
    In,
    /// The text is somewhere in it; a list holds the value.
    Contains,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Empty,
    NotEmpty,
}

/// A filter that has been read: it fits the type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// Never empty.
    In(Place, Vec<Key>),
    Compare(Place, Order, Key),
    Contains(Place, String),
    Has(String, String),
    /// Whether there is a value.
    Present(Place),
    HasAny(String),
    /// Every word begins a word of the record.
    Words(Vec<String>),
}

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    Slot(Slot),
    Id,
    State,
    Owner,
    CreatedAt,
    UpdatedAt,
}

/// An order comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What a filter looks at in a record.
pub trait Facts {
    fn key(&self, place: Place) -> Option<Key>;
    fn has(&self, field: &str, value: &str) -> bool;
    fn has_any(&self, field: &str) -> bool;
    /// The folded words of the record.
    fn words(&self) -> &str;
}

/// What `me` and `today` mean.
#[derive(Clone, Copy, Debug)]
pub struct Meaning<'a> {
    pub scope: &'a Scope,
    pub now: Timestamp,
}

impl Filter {
    /// The filter that everything passes.
    #[must_use]
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Reads a filter for a type.
    ///
    /// # Errors
    /// `EngineError::Invalid` says which part does not fit.
    pub fn read(kind: &Kind, json: &FilterJson, meaning: Meaning<'_>) -> Result<Self, EngineError> {
        let mut left = CONDITIONS;
        read(kind, json, meaning, DEPTH, &mut left)
    }

    /// The filter that finds a text: each word of it begins a word of the record.
    #[must_use]
    pub fn search(text: &str) -> Option<Self> {
        let words: Vec<String> = words_of(&value::fold(text)).take(10).map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self::Words(words))
    }

    /// Both filters.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(mut all), Self::All(more)) => {
                all.extend(more);
                Self::All(all)
            }
            (Self::All(mut all), other) | (other, Self::All(mut all)) => {
                all.push(other);
                Self::All(all)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// Whether it asks for everything that another one asks for, in the same words.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::All(others)) if !others.is_empty() => others.iter().all(|one| self.includes(one)),
            (Self::All(all), other) => all.contains(other),
            (one, other) => one == other,
        }
    }

    /// Whether a record passes.
    #[must_use]
    pub fn passes(&self, record: &dyn Facts) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.passes(record)),
            Self::Any(any) => any.iter().any(|one| one.passes(record)),
            Self::Not(one) => !one.passes(record),
            Self::In(place, keys) => record.key(*place).is_some_and(|key| keys.contains(&key)),
            Self::Compare(place, order, bound) => record.key(*place).is_some_and(|key| match order {
                Order::Less => key < *bound,
                Order::AtMost => key <= *bound,
                Order::Greater => key > *bound,
                Order::AtLeast => key >= *bound,
            }),
            Self::Contains(place, part) => match record.key(*place) {
                Some(Key::Text(text)) => text.contains(part),
                _ => false,
            },
            Self::Has(field, value) => record.has(field, value),
            Self::Present(place) => record.key(*place).is_some(),
            Self::HasAny(field) => record.has_any(field),
            Self::Words(words) => words
                .iter()
                .all(|word| words_of(record.words()).any(|known| known.starts_with(word.as_str()))),
        }
    }
}

/// The words of a folded text.
pub fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn read(
    kind: &Kind,
    json: &FilterJson,
    meaning: Meaning<'_>,
    depth: usize,
    left: &mut usize,
) -> Result<Filter, EngineError> {
    if depth == 0 {
        return Err(EngineError::Invalid(format!("a filter is at most {DEPTH} deep")));
    }
    *left = left
        .checked_sub(1)
        .ok_or_else(|| EngineError::Invalid(format!("a filter has at most {CONDITIONS} conditions")))?;
    let mut each = |all: &[FilterJson]| {
        all.iter().map(|one| read(kind, one, meaning, depth - 1, left)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match json {
        FilterJson::All { all } => Filter::All(each(all)?),
        FilterJson::Any { any } => Filter::Any(each(any)?),
        FilterJson::Not { not } => Filter::Not(Box::new(read(kind, not, meaning, depth - 1, left)?)),
        FilterJson::Test { field, op, value } => test(kind, field, *op, value, meaning)
            .map_err(|why| EngineError::Invalid(format!("the filter on {field}: {why}")))?,
    })
}

/// One condition: where the value is, and how what it is compared with is read.
fn test(kind: &Kind, name: &str, op: Op, value: &Value, meaning: Meaning<'_>) -> Result<Filter, String> {
    if let Some(field) = kind.field(name).filter(|field| field.holds.is_many()) {
        return many(field, op, value);
    }
    let place = place(kind, name).ok_or("there is no such field that can be filtered")?;
    let holds = holds_of(kind, name);
    let one = |value: &Value| comparable(&holds, value, meaning);
    let ordered = |order| Ok(Filter::Compare(place, order, one(value)?));
    match op {
        Op::Empty => Ok(Filter::Not(Box::new(Filter::Present(place)))),
        Op::NotEmpty => Ok(Filter::Present(place)),
        Op::Is => Ok(Filter::In(place, vec![one(value)?])),
        Op::IsNot => Ok(Filter::Not(Box::new(Filter::In(place, vec![one(value)?])))),
        Op::In => Ok(Filter::In(place, list(value)?.iter().map(one).collect::<Result<_, _>>()?)),
        Op::Contains if holds.sort() == Sort::Text && !is_id(&holds) => {
            let part = value::sort_text(value.as_str().ok_or("the value is a text")?);
            Ok(Filter::Contains(place, part))
        }
        Op::Contains => Err("only texts and lists contain something".into()),
        Op::Less => ordered(Order::Less),
        Op::AtMost => ordered(Order::AtMost),
        Op::Greater => ordered(Order::Greater),
        Op::AtLeast => ordered(Order::AtLeast),
    }
}

fn many(field: &Field, op: Op, value: &Value) -> Result<Filter, String> {
    let name = field.name.clone();
    let has = |value: &Value| -> Result<Filter, String> {
        let value = value.as_str().ok_or("the value is a text")?;
        Ok(Filter::Has(name.clone(), value.trim().to_owned()))
    };
    match op {
        Op::Empty => Ok(Filter::Not(Box::new(Filter::HasAny(name)))),
        Op::NotEmpty => Ok(Filter::HasAny(name)),
        Op::Is | Op::Contains => has(value),
        Op::IsNot => Ok(Filter::Not(Box::new(has(value)?))),
        Op::In => Ok(Filter::Any(list(value)?.iter().map(has).collect::<Result<_, _>>()?)),
        Op::Less | Op::AtMost | Op::Greater | Op::AtLeast => Err("a list has no order".into()),
    }
}

fn list(value: &Value) -> Result<&[Value], String> {
    let all = value.as_array().ok_or("the value is a list")?;
    if (1..=VALUES).contains(&all.len()) {
        Ok(all)
    } else {
        Err(format!("the list has 1 to {VALUES} values"))
    }
}

/// Where a name that a client uses is to be found.
#[must_use]
pub fn place(kind: &Kind, name: &str) -> Option<Place> {
    Some(match name {
        "id" => Place::Id,
        "state" => Place::State,
        "owner" => Place::Owner,
        "created_at" => Place::CreatedAt,
        "updated_at" => Place::UpdatedAt,
        _ => Place::Slot(kind.field(name)?.slot?),
    })
}

/// What a name that has a place holds.
fn holds_of(kind: &Kind, name: &str) -> Holds {
    match (name, kind.field(name)) {
        ("owner" | "id", _) => Holds::Person,
        ("created_at" | "updated_at", _) => Holds::Datetime,
        (_, Some(field)) => field.holds.clone(),
        (_, None) => Holds::Text,
    }
}

fn is_id(holds: &Holds) -> bool {
    matches!(holds, Holds::Link { .. } | Holds::Person)
}

/// The key of what a field is compared with.
fn comparable(holds: &Holds, value: &Value, meaning: Meaning<'_>) -> Result<Key, String> {
    match (holds, value) {
        (Holds::Person, Value::String(me)) if me == "me" => {
            Ok(Key::Text(meaning.scope.user().map_or(Uuid::nil(), Uuid::from).to_string()))
        }
        (Holds::Date, Value::String(text)) if text.starts_with("today") => {
            Ok(Key::Number(i64::from(day(text, meaning.now)?.num_days_from_ce())))
        }
        (Holds::Datetime, Value::String(text)) if text.starts_with("today") => {
            let start = day(text, meaning.now)?.and_time(chrono::NaiveTime::MIN).and_utc();
            Ok(Key::Number(start.timestamp_micros()))
        }
        // An amount is compared with minor units.
        (Holds::Money, Value::Number(minor)) => {
            minor.as_i64().map(Key::Number).ok_or_else(|| "is a whole number".into())
        }
        _ => {
            let parsed = value::parse(holds, value)?.ok_or("the value is missing")?;
            value::key(holds, &parsed).ok_or_else(|| "cannot be compared".into())
        }
    }
}

fn day(text: &str, now: Timestamp) -> Result<NaiveDate, String> {
    let shift = text.strip_prefix("today").unwrap_or_default();
    let days: i64 = if shift.is_empty() {
        0
    } else {
        shift.parse().map_err(|_| "is a day such as today, today+7, today-30")?
    };
    if days.abs() > 100_000 {
        return Err("is a day within 100 000 days".into());
    }
    Ok(now.date_naive() + Duration::days(days))
}

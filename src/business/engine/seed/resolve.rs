//! The short forms of a seed's values, written out.

use std::collections::HashMap;

use chrono::{Days, NaiveTime};
use serde_json::{Map, Value, json};

use crate::business::engine::field::Holds;
use crate::business::engine::kind::Kind;
use crate::ids::{RecordId, Timestamp, UserId};

use super::SeedRecord;

/// Most days between the making and a day that is counted from it.
const FAR: u64 = 5_000;

/// What the short forms stand for.
pub struct Words<'a> {
    pub currency: &'a str,
    pub now: Timestamp,
    pub admin: Option<UserId>,
    /// By key.
    pub ids: &'a HashMap<String, RecordId>,
}

impl Words<'_> {
    /// The fields of a record as the engine takes them. A link to what is not made is left out.
    pub fn fields(&self, kind: &Kind, record: &SeedRecord) -> Map<String, Value> {
        let value = |(name, value): (&String, &Value)| {
            let written_out = match kind.field(name) {
                Some(field) => self.value(&field.holds, value)?,
                None => value.clone(),
            };
            Some((name.clone(), written_out))
        };
        record.fields.iter().filter_map(value).collect()
    }

    fn value(&self, holds: &Holds, value: &Value) -> Option<Value> {
        let text = value.as_str().unwrap_or_default();
        Some(match holds {
            Holds::Link { .. } if text.starts_with('@') => json!(self.ids.get(&text[1..])?),
            Holds::Person if text == "@admin" => json!(self.admin?),
            Holds::Date => match self.day(text) {
                Some(day) => json!(day.date_naive()),
                None => value.clone(),
            },
            Holds::Datetime => match self.moment(text) {
                Some(moment) => json!(moment),
                None => value.clone(),
            },
            Holds::Money if value.is_object() && value.get("currency").is_none() => {
                let mut money = value.clone();
                money["currency"] = json!(self.currency);
                money
            }
            _ => value.clone(),
        })
    }

    /// `+7d` or `-3d`.
    fn day(&self, text: &str) -> Option<Timestamp> {
        let (back, count) = match text.strip_prefix('-') {
            Some(count) => (true, count),
            None => (false, text.strip_prefix('+')?),
        };
        let days = Days::new(count.strip_suffix('d')?.parse().ok().filter(|count| *count <= FAR)?);
        if back { self.now.checked_sub_days(days) } else { self.now.checked_add_days(days) }
    }

    /// `+7d 10:00`, in UTC.
    fn moment(&self, text: &str) -> Option<Timestamp> {
        let (day, time) = text.split_once(' ')?;
        let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
        Some(self.day(day)?.date_naive().and_time(time).and_utc())
    }
}

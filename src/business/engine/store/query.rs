//! Filters and orders as SQL, of fixed parts and placeholders. `$1` is the tenant, `$2` the type.

use chrono::DateTime;
use uuid::Uuid;

use crate::business::engine::filter::{Filter, Order, Place};
use crate::business::engine::value::Key;
use crate::store::{Args, Dialect, Val};

/// A statement that grows, with its values.
pub(super) struct Sql {
    pub text: String,
    pub args: Vec<Val>,
    dialect: Dialect,
}

/// One key of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    pub place: Place,
    pub descending: bool,
}

impl Sql {
    pub fn new(dialect: Dialect, text: &str, args: Args) -> Self {
        Self { text: text.to_owned(), args: args.0, dialect }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a placeholder for a value.
    pub fn value(&mut self, value: Val) {
        self.args.push(value);
        self.text.push_str(&format!("${}", self.args.len()));
    }

    pub fn finish(self) -> (String, Args) {
        (self.text, Args(self.args))
    }

    /// Adds a condition of records.
    pub fn filter(&mut self, filter: &Filter) {
        match filter {
            Filter::All(all) => self.each(all, " AND ", "1 = 1"),
            Filter::Any(any) => self.each(any, " OR ", "1 = 0"),
            Filter::Not(one) => {
                // A comparison with nothing is false for us and unknown to SQL.
                self.push("NOT coalesce(");
                self.filter(one);
                self.push(", 1 = 0)");
            }
            Filter::In(place, keys) => self.is_in(*place, keys),
            Filter::Compare(place, order, key) => self.compare(*place, *order, key),
            Filter::Contains(place, part) => {
                self.push(if self.dialect == Dialect::Sqlite { "instr(" } else { "strpos(" });
                self.push(column(*place));
                self.push(", ");
                self.value(part.as_str().into());
                self.push(") > 0");
            }
            Filter::Present(place) => {
                self.push(column(*place));
                self.push(" IS NOT NULL");
            }
            Filter::Has(field, value) => {
                self.push("r.id IN (SELECT v.record FROM ");
                self.having(field, value);
                self.push(")");
            }
            Filter::HasAny(field) => {
                self.push("EXISTS (SELECT 1 FROM record_values v WHERE v.tenant_id = $1 AND v.record = r.id AND v.kind = $2 AND v.field = ");
                self.value(field.into());
                self.push(")");
            }
            Filter::Words(words) => self.words(words),
        }
    }

    fn is_in(&mut self, place: Place, keys: &[Key]) {
        self.push(column(place));
        self.push(" IN (");
        for (number, key) in keys.iter().enumerate() {
            self.push(if number > 0 { ", " } else { "" });
            self.value(stored(place, key));
        }
        self.push(")");
    }

    fn compare(&mut self, place: Place, order: Order, key: &Key) {
        self.push(column(place));
        self.push(match order {
            Order::Less => " < ",
            Order::AtMost => " <= ",
            Order::Greater => " > ",
            Order::AtLeast => " >= ",
        });
        self.value(stored(place, key));
    }

    fn each(&mut self, all: &[Filter], join: &str, none: &str) {
        if all.is_empty() {
            return self.push(none);
        }
        self.push("(");
        for (number, one) in all.iter().enumerate() {
            self.push(if number > 0 { join } else { "" });
            self.filter(one);
        }
        self.push(")");
    }

    /// Adds the values of a field that are this one, each with its record.
    pub fn having(&mut self, field: &str, value: &str) {
        self.push("record_values v WHERE v.tenant_id = $1 AND v.kind = $2 AND v.field = ");
        self.value(field.into());
        self.push(" AND v.value = ");
        self.value(value.into());
    }

    /// Adds a condition of SQLite's full-text table.
    pub fn matches(&mut self, words: &[String]) {
        let query: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
        self.push("record_search MATCH ");
        self.value(query.join(" AND ").into());
    }

    fn words(&mut self, words: &[String]) {
        match self.dialect {
            Dialect::Sqlite => {
                self.push("r.nr IN (SELECT rowid FROM record_search WHERE ");
                self.matches(words);
                self.push(")");
            }
            Dialect::Postgres => {
                let query: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
                self.push("to_tsvector('simple', r.words) @@ ");
                self.value(query.join(" & ").into());
                self.push("::text::tsquery");
            }
        }
    }

    /// Adds what follows from `after`: with it the index is entered at the right place.
    pub fn begin_at(&mut self, first: SortKey, key: &Key) {
        self.push(&format!(" AND {} {} ", column(first.place), if first.descending { "<=" } else { ">=" }));
        self.value(stored(first.place, key));
    }

    /// Adds the condition of what comes after a record in an order: `keys` are those of that record, `id`
    /// decides between equals. Records without a value come last.
    pub fn after(&mut self, order: &[SortKey], keys: &[Option<Key>], id: Uuid) {
        let (Some((first, rest)), Some((key, keys))) = (order.split_first(), keys.split_first()) else {
            self.push("r.id > ");
            return self.value(Val::Uuid(Some(id)));
        };
        let name = column(first.place);
        let Some(key) = key else {
            self.push(&format!("({name} IS NULL AND "));
            self.after(rest, keys, id);
            return self.push(")");
        };
        let sign = if first.descending { "<" } else { ">" };
        self.push(&format!("({name} IS NULL OR {name} {sign} "));
        self.value(stored(first.place, key));
        self.push(&format!(" OR ({name} = "));
        self.value(stored(first.place, key));
        self.push(" AND ");
        self.after(rest, keys, id);
        self.push("))");
    }

    /// Adds an order.
    pub fn order(&mut self, order: &[SortKey], nulls: Nulls) {
        self.push(" ORDER BY ");
        for (number, key) in order.iter().enumerate() {
            let name = column(key.place);
            let nulls_last = if number == 0 && nulls == Nulls::None { "" } else { " NULLS LAST" };
            self.push(&format!("{name}{}{nulls_last}, ", if key.descending { " DESC" } else { "" }));
        }
        self.push("r.id");
    }
}

/// Whether the first key of an order may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nulls {
    None,
    Last,
}

/// The column of a place.
pub(super) fn column(place: Place) -> &'static str {
    match place {
        Place::Slot(slot) => slot.column(),
        Place::Id => "r.id",
        Place::State => "r.state",
        Place::Owner => "r.owner",
        Place::CreatedAt => "r.created_at",
        Place::UpdatedAt => "r.updated_at",
    }
}

/// A key as its column holds it.
pub(super) fn stored(place: Place, key: &Key) -> Val {
    match (place, key) {
        (Place::Id | Place::Owner, Key::Text(text)) => {
            Val::Uuid(Some(Uuid::try_parse(text).unwrap_or_default()))
        }
        (Place::CreatedAt | Place::UpdatedAt, Key::Number(micros)) => {
            Val::Timestamp(DateTime::from_timestamp_micros(*micros))
        }
        (_, Key::Text(text)) => text.into(),
        (_, Key::Number(number)) => (*number).into(),
    }
}

//! The fields of a record type: what each holds, how it is read, and where it is indexed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Slots of each sort that one type may use: columns of `records` with an index each.
pub const SLOTS: u8 = 16;

/// One field of a record type.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RecordField)]
pub struct Field {
    /// Stable name: letters, digits and underscores; those of the tenant's own begin with `x_`.
    pub name: String,
    pub label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    #[serde(flatten)]
    pub holds: Holds,
    pub required: bool,
    /// Whether lists may filter and sort by it.
    #[serde(rename = "indexed", serialize_with = "is_indexed")]
    #[schema(value_type = bool)]
    pub slot: Option<Slot>,
    /// Whether the tenant has added it.
    pub custom: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Holds {
    /// One line.
    Text,
    /// Several lines of Markdown.
    Markdown,
    /// An exact decimal as text, with at most this many digits behind the point.
    Number {
        #[serde(default)]
        #[schema(maximum = 6)]
        scale: u8,
    },
    /// An amount in minor units with its currency (ISO 4217).
    Money,
    /// A day, `2026-11-21` (RFC 3339 full-date).
    Date,
    /// A moment (RFC 3339 date-time).
    Datetime,
    Boolean,
    /// One of these.
    Choice {
        options: Vec<Choice>,
    },
    /// Any of these.
    Choices {
        options: Vec<Choice>,
    },
    /// Another record.
    Link {
        /// The type of that record.
        to: String,
        #[serde(default)]
        on_delete: OnDelete,
        /// For links to the same type: following them never comes back to where it began.
        #[serde(default, skip_serializing_if = "is_false")]
        acyclic: bool,
    },
    /// Someone with an account.
    Person,
    Email,
    Phone,
    Url,
    /// Words of one's own.
    Tags,
    /// Days that come again and again, `FREQ=WEEKLY;BYDAY=MO` (RFC 5545, 3.3.10).
    Recurrence,
}

/// One of the values of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[schema(as = RecordChoice)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// What becomes of a record when one that it links to is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The link is emptied.
    #[default]
    Clear,
    /// The deletion is refused.
    Refuse,
    /// It is deleted too.
    Follow,
}

/// The column in which a field is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    Text(u8),
    Number(u8),
}

/// How a field sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Text,
    Number,
    /// It does not: it is long, or has several values.
    No,
}

impl Holds {
    /// Which sort of slot indexes it.
    #[must_use]
    pub fn sort(&self) -> Sort {
        match self {
            Self::Text
            | Self::Link { .. }
            | Self::Person
            | Self::Email
            | Self::Phone
            | Self::Url => Sort::Text,
            Self::Number { .. }
            | Self::Money
            | Self::Date
            | Self::Datetime
            | Self::Boolean
            // By the place among the options.
            | Self::Choice { .. } => Sort::Number,
            Self::Markdown | Self::Choices { .. } | Self::Tags | Self::Recurrence => Sort::No,
        }
    }

    /// Whether full-text search looks into it.
    #[must_use]
    pub fn is_searched(&self) -> bool {
        matches!(self, Self::Text | Self::Markdown | Self::Email | Self::Phone | Self::Url | Self::Tags)
    }

    /// Whether it has any number of values.
    #[must_use]
    pub fn is_many(&self) -> bool {
        matches!(self, Self::Choices { .. } | Self::Tags)
    }
}

impl Slot {
    /// The name of its column.
    #[must_use]
    pub fn column(self) -> &'static str {
        const TEXTS: [&str; SLOTS as usize] = [
            "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t12", "t13", "t14", "t15",
            "t16",
        ];
        const NUMBERS: [&str; SLOTS as usize] = [
            "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13", "n14", "n15",
            "n16",
        ];
        match self {
            Self::Text(place) => TEXTS[usize::from(place)],
            Self::Number(place) => NUMBERS[usize::from(place)],
        }
    }
}

/// Gives each field that sorts a slot of its own, the first from below; later fields go without when
/// there is none left.
pub fn assign_slots(fields: &mut [Field]) {
    let (mut texts, mut numbers) = (0, 0);
    for field in fields {
        let (next, slot): (&mut u8, fn(u8) -> Slot) = match field.holds.sort() {
            Sort::Text => (&mut texts, Slot::Text),
            Sort::Number => (&mut numbers, Slot::Number),
            Sort::No => continue,
        };
        if *next < SLOTS {
            field.slot = Some(slot(*next));
            *next += 1;
        }
    }
}

/// Whether a name can be that of a field.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A name as words: `due_on` is "Due on".
#[must_use]
pub fn label_of(name: &str) -> String {
    let words = name.strip_prefix("x_").unwrap_or(name).replace('_', " ");
    let mut signs = words.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

fn is_indexed<S: serde::Serializer>(slot: &Option<Slot>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(slot.is_some())
}

fn is_false(flag: &bool) -> bool {
    !flag
}

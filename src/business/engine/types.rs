//! What the fields of a record are made of. Each type tells its schema which field it is.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::{RecordId, Timestamp, UserId};

use super::kind::Record;

/// The key under which a schema tells what the field holds.
pub const FIELD: &str = "x-field";

/// An amount in minor units (cents) of a currency (ISO 4217).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    pub minor: i64,
    pub currency: String,
}

/// An exact decimal with at most `SCALE` digits behind the point, as that many millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal<const SCALE: u8>(pub i64);

/// A day.
pub type Date = chrono::NaiveDate;

/// A checked reference to a record of type `T`.
pub struct Link<T> {
    pub id: RecordId,
    target: PhantomData<fn() -> T>,
}

macro_rules! worded {
    ($($(#[$doc:meta])* $name:ident($inner:ty): $schema:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

worded! {
    /// Several lines of Markdown.
    Markdown(String): { "type": "string", "x-field": { "type": "markdown" } };
    /// Someone with an account.
    Account(UserId): { "type": "string", "format": "uuid", "x-field": { "type": "person" } };
    /// An address of mail (RFC 5321).
    Email(String): { "type": "string", "format": "email", "x-field": { "type": "email" } };
    /// A telephone number, with the country's code (E.164) where it is known.
    Phone(String): { "type": "string", "x-field": { "type": "phone" } };
    /// An address of the web, `https://…`.
    Url(String): { "type": "string", "format": "uri", "x-field": { "type": "url" } };
    /// A moment.
    Moment(Timestamp): { "type": "string", "format": "date-time", "x-field": { "type": "datetime" } };
    /// Days that come again and again (RFC 5545).
    Recurrence(String): { "type": "string", "x-field": { "type": "recurrence" } };
    /// A day.
    Day(Date): { "type": "string", "format": "date", "x-field": { "type": "date" } };
    /// Words of one's own.
    Tags(Vec<String>): { "type": "array", "items": { "type": "string" }, "x-field": { "type": "tags" } };
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "minor": { "type": "integer", "format": "int64" },
                "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
            },
            "required": ["minor", "currency"],
            "x-field": { "type": "money" },
        })
    }
}

impl<const SCALE: u8> JsonSchema for Decimal<SCALE> {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "decimal", "x-field": { "type": "number", "scale": SCALE } })
    }
}

impl<const SCALE: u8> Serialize for Decimal<SCALE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::value::decimal_text(self.0))
    }
}

impl<'de, const SCALE: u8> Deserialize<'de> for Decimal<SCALE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        super::value::decimal(&text, SCALE).map(Self).map_err(serde::de::Error::custom)
    }
}

impl<T> Link<T> {
    #[must_use]
    pub fn to(id: RecordId) -> Self {
        Self { id, target: PhantomData }
    }
}

impl<T> Clone for Link<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Link<T> {}

impl<T> PartialEq for Link<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({})", self.id)
    }
}

impl<T> Serialize for Link<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Link<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RecordId::deserialize(deserializer).map(Self::to)
    }
}

impl<T: Record> JsonSchema for Link<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Link to {}", T::KIND).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid", "x-field": { "type": "link", "to": T::KIND } })
    }
}

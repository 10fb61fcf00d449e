//! Values on their way into a statement.

use std::borrow::Cow;

use bytes::Bytes;
use chrono::{Datelike as _, Timelike as _};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe};
use uuid::Uuid;

use crate::ids::{
    CommentId, DocumentId, GroupId, NotificationId, RecordId, RoomId, SessionId, SubscriptionId, TenantId,
    Timestamp, UserId, VersionId,
};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
    Timestamp(Option<Timestamp>),
    Json(Option<serde_json::Value>),
}

/// The values of one statement, in the order of their placeholders.
#[derive(Clone, Debug)]
pub struct Args(pub Vec<Val>);

/// The text of a statement. Nothing that anyone has said is ever part of it: values have placeholders.
#[derive(Clone, Debug)]
pub enum Sql {
    Fixed(&'static str),
    /// Put together of fixed parts.
    Built(String),
}

/// A statement that runs later, together with others.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: &'static str,
    pub args: Args,
}

impl Sql {
    pub(super) fn into_safe(self) -> AssertSqlSafe<Cow<'static, str>> {
        AssertSqlSafe(match self {
            Self::Fixed(text) => Cow::Borrowed(text),
            Self::Built(text) => Cow::Owned(text),
        })
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

/// Collects values for a statement: `args![tenant, id]`.
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        $crate::store::Args(vec![$($crate::store::Val::from($value)),*])
    };
}
pub(crate) use args;

/// The one text form of a timestamp in SQLite, `2026-11-21T08:00:00.000000Z`: of fixed width, so
/// that it sorts. Written by hand: it is made for every entry of the log.
#[must_use]
pub(super) fn timestamp_text(at: Timestamp) -> String {
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |from: usize, width: usize, number: u32| {
        let mut rest = number;
        for place in (from..from + width).rev() {
            text[place] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    };
    // Outside of the years 0 to 9999 nothing sorts; no clock shows them.
    put(0, 4, at.year().clamp(0, 9999).cast_unsigned());
    put(5, 2, at.month());
    put(8, 2, at.day());
    put(11, 2, at.hour());
    put(14, 2, at.minute());
    put(17, 2, at.second());
    // A leap second counts past the million.
    put(20, 6, at.timestamp_subsec_micros().min(999_999));
    String::from_utf8_lossy(&text).into_owned()
}

type Encoded = Result<(), sqlx::error::BoxDynError>;

impl Args {
    pub(super) fn sqlite(self) -> Result<SqliteArguments, sqlx::Error> {
        let mut out = SqliteArguments::default();
        for value in self.0 {
            add_sqlite(&mut out, value).map_err(sqlx::Error::Encode)?;
        }
        Ok(out)
    }

    pub(super) fn postgres(self) -> Result<PgArguments, sqlx::Error> {
        let mut out = PgArguments::default();
        for value in self.0 {
            add_postgres(&mut out, value).map_err(sqlx::Error::Encode)?;
        }
        Ok(out)
    }
}

fn add_sqlite(out: &mut SqliteArguments, value: Val) -> Encoded {
    match value {
        Val::Int(value) => out.add(value),
        Val::Bool(value) => out.add(value),
        Val::Text(value) => out.add(value),
        Val::Bytes(value) => out.add(value),
        Val::Uuid(value) => out.add(value.map(|id| id.as_bytes().to_vec())),
        Val::Timestamp(value) => out.add(value.map(timestamp_text)),
        Val::Json(value) => out.add(value.map(|json| json.to_string())),
    }
}

fn add_postgres(out: &mut PgArguments, value: Val) -> Encoded {
    match value {
        Val::Int(value) => out.add(value),
        Val::Bool(value) => out.add(value),
        Val::Text(value) => out.add(value),
        Val::Bytes(value) => out.add(value),
        Val::Uuid(value) => out.add(value),
        Val::Timestamp(value) => out.add(value),
        Val::Json(value) => out.add(value),
    }
}

macro_rules! from {
    ($($kind:ident: $($source:ty => $convert:expr),+;)*) => {$($(
        impl From<$source> for Val {
            fn from(value: $source) -> Self {
                Self::$kind(Some($convert(value)))
            }
        }

        impl From<Option<$source>> for Val {
            fn from(value: Option<$source>) -> Self {
                Self::$kind(value.map($convert))
            }
        }
    )+)*};
}

from! {
    Int: i64 => |value| value, i32 => i64::from, u32 => i64::from;
    Bool: bool => |value| value;
    Text: String => |value| value, &str => str::to_owned, &String => String::clone;
    Bytes: Vec<u8> => |value| value, &[u8] => <[u8]>::to_vec, Bytes => Vec::from;
    Uuid: Uuid => |value| value, TenantId => Uuid::from, UserId => Uuid::from, SessionId => Uuid::from,
        DocumentId => Uuid::from, VersionId => Uuid::from, GroupId => Uuid::from, NotificationId => Uuid::from,
        SubscriptionId => Uuid::from, RoomId => Uuid::from, RecordId => Uuid::from, CommentId => Uuid::from;
    Timestamp: Timestamp => |value| value;
    Json: serde_json::Value => |value| value;
}

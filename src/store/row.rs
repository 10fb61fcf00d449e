//! Rows on their way out of the database.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Postgres, Row as _, Sqlite};
use uuid::Uuid;

use crate::ids::{
    CommentId, DocumentId, GroupId, NotificationId, RecordId, RoomId, SessionId, SubscriptionId, TenantId,
    Timestamp, UserId, VersionId,
};

use super::error::StoreError;

/// A row of either database.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column; `None` for NULL.
    ///
    /// # Errors
    /// `StoreError` when there is no such column or it holds something else.
    fn read(row: &Row, name: &str) -> Result<Option<Self>, StoreError>;

    /// Reads a column that may not be NULL, unless the type itself says so.
    ///
    /// # Errors
    /// As `read`, and for NULL.
    fn required(row: &Row, name: &str) -> Result<Self, StoreError> {
        Self::read(row, name)?.ok_or_else(|| StoreError::Damaged(format!("column {name} is null")))
    }
}

/// A struct that a row can be read as; `row!` writes it.
pub trait FromRow: Sized {
    /// # Errors
    /// `StoreError` when a column is missing or holds something else.
    fn from_row(row: &Row) -> Result<Self, StoreError>;
}

/// Declares a struct whose fields are the columns of a statement.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl $crate::store::FromRow for $name {
            fn from_row(row: &$crate::store::Row) -> Result<Self, $crate::store::StoreError> {
                Ok(Self { $($field: <$type as $crate::store::Column>::required(row, stringify!($field))?),* })
            }
        }
    };
}
pub(crate) use row;

impl Row {
    fn get<'r, T>(&'r self, name: &str) -> Result<Option<T>, StoreError>
    where
        T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite> + sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(name)?,
            Self::Postgres(row) => row.try_get(name)?,
        })
    }
}

macro_rules! plain_columns {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Option<Self>, StoreError> {
                row.get(name)
            }
        }
    )*};
}
plain_columns!(i64, bool, String, Vec<u8>, Uuid, serde_json::Value);

macro_rules! id_columns {
    ($($type:ident),*) => {$(
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Option<Self>, StoreError> {
                Ok(row.get::<Uuid>(name)?.map($type))
            }
        }
    )*};
}
id_columns!(
    TenantId,
    UserId,
    SessionId,
    DocumentId,
    VersionId,
    RoomId,
    GroupId,
    NotificationId,
    SubscriptionId,
    RecordId,
    CommentId
);

impl Column for Timestamp {
    fn read(row: &Row, name: &str) -> Result<Option<Self>, StoreError> {
        match row {
            Row::Postgres(row) => Ok(row.try_get(name)?),
            Row::Sqlite(row) => {
                let text: Option<&str> = row.try_get(name)?;
                let parse = |text: &str| {
                    chrono::DateTime::parse_from_rfc3339(text)
                        .map(|at| at.to_utc())
                        .map_err(|_| StoreError::Damaged(format!("column {name} is no timestamp")))
                };
                text.map(parse).transpose()
            }
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn read(row: &Row, name: &str) -> Result<Option<Self>, StoreError> {
        T::read(row, name).map(Some)
    }
}

//! What can go wrong with the store.

use std::sync::Arc;

use sqlx::sqlite::SqliteError;

use crate::error::ErrorKind;

/// Why the store did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database or the blobs cannot be reached now.
    #[error("the store is not reachable: {0}")]
    Unavailable(String),
    /// The disk is full or read-only.
    #[error("the store cannot write: {0}")]
    Full(String),
    /// A key or a position is taken.
    #[error("the entry exists already")]
    Conflict,
    /// The commit may have happened or not.
    #[error("nobody can tell whether the commit happened: {0}")]
    Unknown(String),
    #[error("there is no such tenant")]
    NoTenant,
    #[error("there is no such row")]
    NoRow,
    #[error("there is no such blob")]
    NoBlob,
    #[error("a blob may have {limit} bytes")]
    TooLarge { limit: usize },
    #[error("what is stored is damaged: {0}")]
    Damaged(String),
    /// A statement in a tenant's transaction that does not name this tenant.
    #[error("the statement does not name the tenant of its transaction")]
    NotScoped,
    /// An export that cannot be taken in.
    #[error("the export cannot be imported: {0}")]
    Import(String),
    #[error("the database refused the statement: {0}")]
    Sql(Arc<sqlx::Error>),
    #[error("a file of the store: {0}")]
    Io(Arc<std::io::Error>),
}

impl StoreError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable(_) | Self::Full(_) | Self::Unknown(_) => ErrorKind::Busy,
            Self::Conflict => ErrorKind::Conflict,
            Self::NoTenant | Self::NoRow | Self::NoBlob => ErrorKind::NotFound,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Import(_) => ErrorKind::Invalid,
            Self::Damaged(_) | Self::NotScoped | Self::Sql(_) | Self::Io(_) => ErrorKind::Internal,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NoRow,
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(inner) => {
                let code = inner.code().unwrap_or_default();
                let meaning = if inner.try_downcast_ref::<SqliteError>().is_some() {
                    of_sqlite(&code)
                } else {
                    of_postgres(&code)
                };
                match meaning {
                    Meaning::Full => Self::Full(error.to_string()),
                    Meaning::Unavailable => Self::Unavailable(error.to_string()),
                    Meaning::Refused => Self::Sql(Arc::new(error)),
                }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::BeginFailed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            _ => Self::Sql(Arc::new(error)),
        }
    }
}

/// What the code of a database says.
enum Meaning {
    Full,
    Unavailable,
    Refused,
}

/// The lowest byte is the primary code, the rest tells details.
fn of_sqlite(code: &str) -> Meaning {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const READ_ONLY: i32 = 8;
    const IO: i32 = 10;
    const DISK_FULL: i32 = 13;
    const CANNOT_OPEN: i32 = 14;
    match code.parse::<i32>().unwrap_or_default() & 0xff {
        DISK_FULL | READ_ONLY => Meaning::Full,
        BUSY | LOCKED | IO | CANNOT_OPEN => Meaning::Unavailable,
        _ => Meaning::Refused,
    }
}

/// Appendix A of PostgreSQL's manual: the first two signs are the class.
fn of_postgres(code: &str) -> Meaning {
    match code {
        "53100" | "25006" => Meaning::Full,
        // Serialisation failure and deadlock: the same request may succeed now.
        "40001" | "40P01" => Meaning::Unavailable,
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Meaning::Unavailable,
        _ => Meaning::Refused,
    }
}

impl StoreError {
    /// What a failed commit means: one that was lost on the way may have happened.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        match Self::from(error) {
            Self::Unavailable(reason) => Self::Unknown(reason),
            other => other,
        }
    }

    /// Whether the connection that gave it may be of no more use.
    pub(super) fn is_of_connection(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Unknown(_))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::Full(error.to_string())
            }
            _ => Self::Io(Arc::new(error)),
        }
    }
}

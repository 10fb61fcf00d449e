//! What can go wrong with records.

use crate::error::ErrorKind;
use crate::ids::RecordId;
use crate::office::identity::IdentityError;
use crate::protocols::http::problem::{ApiError, Fault};
use crate::scope::Denied;
use crate::store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    #[error("there is no such type of records")]
    NoKind,
    #[error("there is no such record")]
    NoRecord,
    #[error("there is no such thing")]
    NoEntry,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("you may not {0}")]
    Forbidden(String),
    #[error("{0}")]
    Invalid(String),
    /// Faults of fields, each with its name.
    #[error("the record has faults")]
    Faults(Vec<(String, String)>),
    #[error("{0}")]
    Conflict(String),
    #[error("\"{title}\" is needed by another record")]
    Needed { id: RecordId, title: String },
    #[error("{what} has at most {limit}")]
    TooMany { what: &'static str, limit: usize },
    #[error("the stored {0} is damaged")]
    Damaged(&'static str),
    #[error("records are loading or recovering, try again")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EngineError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoKind | Self::NoRecord | Self::NoEntry => ErrorKind::NotFound,
            Self::Denied(denied) => denied.kind(),
            Self::Forbidden(_) => ErrorKind::Forbidden,
            Self::Invalid(_) | Self::Faults(_) | Self::TooMany { .. } => ErrorKind::Invalid,
            Self::Conflict(_) | Self::Needed { .. } => ErrorKind::Conflict,
            Self::Damaged(_) => ErrorKind::Internal,
            Self::Busy => ErrorKind::Busy,
            Self::Store(error) => error.kind(),
        }
    }

    /// What is wrong, as one line for people.
    #[must_use]
    pub fn told(&self) -> String {
        let Self::Faults(faults) = self else { return self.to_string() };
        let one = |(field, fault): &(String, String)| {
            format!("{} {fault}", super::field::label_of(field)).trim_start().to_owned()
        };
        faults.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid(detail.into())
    }

    /// A fault of one field.
    pub(crate) fn fault(field: &str, fault: impl Into<String>) -> Self {
        Self::Faults(vec![(field.to_owned(), fault.into())])
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => error.into(),
            EngineError::Faults(faults) => {
                let fault = |(field, message): (String, String)| {
                    let message =
                        format!("{} {message}", super::field::label_of(&field)).trim_start().to_owned();
                    Fault { path: format!("$.fields.{field}"), message }
                };
                Self::faults(faults.into_iter().map(fault).collect())
            }
            other => Self::new(other.kind(), other.to_string()),
        }
    }
}

impl From<IdentityError> for EngineError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Store(error) => Self::Store(error),
            IdentityError::Denied(denied) => Self::Denied(denied),
            other => Self::Invalid(other.to_string()),
        }
    }
}

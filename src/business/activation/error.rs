//! What can go wrong with an activation.

use crate::error::ErrorKind;
use crate::office::identity::IdentityError;
use crate::protocols::http::problem::{ApiError, Fault};
use crate::store::StoreError;

use super::saga::Step;

#[derive(Clone, Debug, thiserror::Error)]
pub enum ActivationError {
    /// Every fault of the document.
    #[error("the activation has {} faults", .0.len())]
    Faults(Vec<Fault>),
    #[error("another business has the slug {0:?} already")]
    SlugTaken(String),
    #[error("the step {} was stopped", .0.as_str())]
    Stopped(Step),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ActivationError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Faults(_) => ErrorKind::Invalid,
            Self::SlugTaken(_) => ErrorKind::Conflict,
            Self::Stopped(_) => ErrorKind::Busy,
            Self::Identity(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }
}

impl From<ActivationError> for ApiError {
    fn from(error: ActivationError) -> Self {
        match error {
            ActivationError::Faults(faults) => Self::faults(faults),
            ActivationError::SlugTaken(_) => {
                Self::new(error.kind(), error.to_string()).with_code("slug_taken")
            }
            ActivationError::Stopped(_) => Self::new(error.kind(), error.to_string()),
            ActivationError::Identity(error) => error.into(),
            ActivationError::Store(error) => error.into(),
        }
    }
}

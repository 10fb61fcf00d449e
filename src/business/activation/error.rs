//! What can go wrong with an activation.

use crate::business::engine::EngineError;
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
    #[error("another business has the domain {0}")]
    DomainTaken(String),
    #[error("there is no business with the slug {0:?}")]
    NoBusiness(String),
    #[error("the step {} was stopped", .0.as_str())]
    Stopped(Step),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl ActivationError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Faults(_) => ErrorKind::Invalid,
            Self::SlugTaken(_) | Self::DomainTaken(_) => ErrorKind::Conflict,
            Self::NoBusiness(_) => ErrorKind::NotFound,
            Self::Stopped(_) => ErrorKind::Busy,
            Self::Identity(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Engine(error) => error.kind(),
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
            ActivationError::DomainTaken(_) => {
                Self::new(error.kind(), error.to_string()).with_code("domain_taken")
            }
            ActivationError::Stopped(_) | ActivationError::NoBusiness(_) => {
                Self::new(error.kind(), error.to_string())
            }
            ActivationError::Engine(error) => error.into(),
            ActivationError::Identity(error) => error.into(),
            ActivationError::Store(error) => error.into(),
        }
    }
}

//! What can go wrong with notifications.

use crate::error::ErrorKind;
use crate::store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum NotifyError {
    /// The operator of the platform has no inbox.
    #[error("only people have notifications")]
    Nobody,
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: &'static str },
    #[error("the stored {0} is damaged")]
    Damaged(&'static str),
    #[error("the machine has no random numbers")]
    NoChance,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NotifyError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Nobody => ErrorKind::NotFound,
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Damaged(_) | Self::NoChance => ErrorKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }
}

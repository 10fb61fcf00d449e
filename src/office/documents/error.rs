//! What can go wrong with a document.

use crate::error::ErrorKind;
use crate::protocols::ws::outlet::Close;
use crate::scope::Denied;
use crate::store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("there is no such document")]
    NotFound,
    #[error("the session has ended")]
    SignedOut,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the update is malformed")]
    Malformed,
    #[error("the update broke the document and was refused")]
    Poison,
    #[error("the document would grow past {limit} bytes")]
    TooLarge { limit: usize },
    #[error("a presence state is larger or more numerous than allowed")]
    PresenceTooLarge,
    #[error("{limit} connections are already in this document")]
    Full { limit: usize },
    #[error("the connection sends messages faster than allowed")]
    TooFast,
    #[error("the stored {0} is damaged")]
    Damaged(&'static str),
    #[error("the document is loading or recovering, try again")]
    Busy,
    #[error("only documents in the trash can be deleted for ever")]
    NotInTrash,
    #[error("the owner of a document keeps the right to manage it")]
    OwnerKeepsRight,
    #[error("{0}")]
    Invalid(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DocumentError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::SignedOut => ErrorKind::Unauthenticated,
            Self::Denied(denied) => denied.kind(),
            Self::Malformed | Self::Poison | Self::Invalid(_) => ErrorKind::Invalid,
            Self::TooLarge { .. } | Self::PresenceTooLarge => ErrorKind::TooLarge,
            Self::Full { .. } | Self::TooFast => ErrorKind::TooMany,
            Self::Damaged(_) => ErrorKind::Internal,
            Self::Busy => ErrorKind::Busy,
            Self::NotInTrash | Self::OwnerKeepsRight => ErrorKind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    /// How a sync connection ends for this reason.
    #[must_use]
    pub fn close(&self) -> Close {
        let (code, reason) = match self {
            Self::Malformed => (4400, "the message is malformed"),
            Self::Poison => (4400, "the update broke the document and was refused"),
            Self::NotFound => (4404, "there is no such document"),
            Self::TooLarge { .. } => (4413, "the document would grow larger than allowed"),
            Self::PresenceTooLarge => (4413, "the presence state is larger than allowed"),
            Self::Full { .. } => (4429, "too many connections are in this document"),
            Self::TooFast => (4429, "too many messages in a short time"),
            other => match other.kind() {
                ErrorKind::Unauthenticated => (4401, "sign in again"),
                ErrorKind::Forbidden => (4403, "the right to this document was revoked"),
                ErrorKind::NotFound => (4404, "there is no such document"),
                _ => return Close::RESTART,
            },
        };
        Close { code, reason }
    }
}

//! What can go wrong in chat.

use crate::error::ErrorKind;
use crate::office::identity::IdentityError;
use crate::office::webhooks::messages::WebhookError;
use crate::protocols::http::problem::ApiError;
use crate::scope::Denied;
use crate::store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum ChatError {
    #[error("there is no such room")]
    NoRoom,
    #[error("there is no such message")]
    NoMessage,
    #[error("there is no such thing")]
    NoEntry,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("join the room first")]
    NotMember,
    #[error("only the author may change a message")]
    NotAuthor,
    #[error("a moderator has decided that you may read and not write for now")]
    Muted,
    #[error("this person is banned from the room")]
    Banned,
    #[error("you have reported this message already")]
    Reported,
    #[error("this was decided already")]
    Decided,
    #[error("another device has changed this meanwhile")]
    Stale,
    #[error("at most {limit} reports an hour")]
    TooManyReports { limit: i64 },
    #[error("the room is archived")]
    Archived,
    #[error("a channel of this name is there already")]
    NameTaken,
    #[error("a room needs an owner; make someone else an owner first")]
    LastOwner,
    #[error("{limit} people are in this room already")]
    Full { limit: usize },
    #[error("something is being imported into this business already")]
    Importing,
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    UnknownCommand(String),
    #[error("{0}")]
    CommandFailed(String),
    #[error("the stored {0} is damaged")]
    Damaged(&'static str),
    #[error("the room is loading or recovering, try again")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ChatError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoRoom | Self::NoMessage | Self::NoEntry => ErrorKind::NotFound,
            Self::Denied(denied) => denied.kind(),
            Self::NotMember | Self::NotAuthor | Self::Muted => ErrorKind::Forbidden,
            Self::Archived
            | Self::NameTaken
            | Self::LastOwner
            | Self::Importing
            | Self::Banned
            | Self::Reported
            | Self::Decided
            | Self::Stale
            | Self::CommandFailed(_) => ErrorKind::Conflict,
            Self::Full { .. } | Self::TooManyReports { .. } => ErrorKind::TooMany,
            Self::Invalid(_) | Self::UnknownCommand(_) => ErrorKind::Invalid,
            Self::Damaged(_) => ErrorKind::Internal,
            Self::Busy => ErrorKind::Busy,
            Self::Store(error) => error.kind(),
        }
    }

    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid(detail.into())
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        let code = match &error {
            ChatError::Muted => Some("muted"),
            ChatError::Stale => Some("changed_meanwhile"),
            _ => None,
        };
        let problem = match error {
            ChatError::Store(error) => error.into(),
            ChatError::UnknownCommand(detail) => Self::invalid(detail).with_code("unknown_command"),
            ChatError::CommandFailed(detail) => {
                Self::new(ErrorKind::Conflict, detail).with_code("command_failed")
            }
            other => Self::new(other.kind(), other.to_string()),
        };
        match code {
            Some(code) => problem.with_code(code),
            None => problem,
        }
    }
}

impl From<WebhookError> for ChatError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Store(error) => Self::Store(error),
            WebhookError::NoEndpoint | WebhookError::NoDelivery => Self::NoEntry,
            other => Self::Invalid(other.to_string()),
        }
    }
}

impl From<IdentityError> for ChatError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Store(error) => Self::Store(error),
            IdentityError::Denied(denied) => Self::Denied(denied),
            other => Self::Invalid(other.to_string()),
        }
    }
}

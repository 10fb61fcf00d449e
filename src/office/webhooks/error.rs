//! What can go wrong with webhooks.

use crate::error::ErrorKind;
use crate::protocols::http::outbound::OutboundError;
use crate::protocols::http::problem::ApiError;
use crate::store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("there is no such webhook")]
    NoEndpoint,
    #[error("there is no such delivery")]
    NoDelivery,
    #[error("at most {0} webhooks fit into one business")]
    TooMany(i64),
    #[error("{0}")]
    Invalid(&'static str),
    #[error("the address: {0}")]
    Address(OutboundError),
    #[error("the machine has no random numbers")]
    NoChance,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WebhookError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoEndpoint | Self::NoDelivery => ErrorKind::NotFound,
            Self::TooMany(_) => ErrorKind::Conflict,
            Self::Invalid(_) | Self::Address(_) => ErrorKind::Invalid,
            Self::NoChance => ErrorKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }
}

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Store(error) => error.into(),
            other => Self::new(other.kind(), other.to_string()),
        }
    }
}

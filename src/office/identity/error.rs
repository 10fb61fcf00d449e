//! What can go wrong with identity.

use std::time::Duration;

use crate::actors::TenantError;
use crate::error::ErrorKind;
use crate::scope::Denied;
use crate::store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("sign in first")]
    SignedOut,
    #[error("email or password is wrong")]
    WrongPassword,
    #[error("too many attempts, try again later")]
    Guessing { retry_after: Duration },
    #[error("this email and password open several businesses, choose one")]
    SeveralTenants(Vec<Choice>),
    #[error("this business is suspended")]
    TenantSuspended,
    #[error("this account is suspended")]
    AccountSuspended,
    #[error("the sign-in is for another business than the one that was asked for")]
    OtherTenant,
    #[error("the request comes from another site or lacks the header X-Kontor-CSRF: 1")]
    CrossSite,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("there is no such person")]
    NoPerson,
    #[error("there is no such business")]
    NoTenant,
    #[error("someone of this business has this email address already")]
    EmailTaken,
    #[error("a business needs at least one administrator")]
    LastAdministrator,
    #[error("there is no such group")]
    NoGroup,
    #[error("another group has this handle already")]
    HandleTaken,
    #[error("{0}")]
    BotLimit(&'static str),
    #[error("there is no such bot or token")]
    NoBot,
    #[error("a group cannot be inside of itself")]
    Cycle,
    #[error("{0}")]
    GroupLimit(&'static str),
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
    #[error("too many sign-ins at once, try again")]
    Crowded,
    #[error("the stored {0} is damaged")]
    Damaged(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A business that a sign-in could open.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    pub slug: String,
    pub name: String,
}

impl IdentityError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::SignedOut | Self::WrongPassword => ErrorKind::Unauthenticated,
            Self::Guessing { .. } => ErrorKind::TooMany,
            Self::SeveralTenants(_)
            | Self::EmailTaken
            | Self::LastAdministrator
            | Self::HandleTaken
            | Self::Cycle
            | Self::BotLimit(_)
            | Self::GroupLimit(_) => ErrorKind::Conflict,
            Self::TenantSuspended | Self::AccountSuspended | Self::OtherTenant | Self::CrossSite => {
                ErrorKind::Forbidden
            }
            Self::Denied(denied) => denied.kind(),
            Self::NoPerson | Self::NoTenant | Self::NoGroup | Self::NoBot => ErrorKind::NotFound,
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Crowded => ErrorKind::Busy,
            Self::Damaged(_) => ErrorKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    /// A code of its own, where the kind does not tell enough.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::WrongPassword => "wrong_password",
            Self::SeveralTenants(_) => "choose_tenant",
            Self::TenantSuspended => "tenant_suspended",
            Self::AccountSuspended => "account_suspended",
            Self::OtherTenant => "other_tenant",
            Self::CrossSite => "cross_site",
            Self::EmailTaken => "email_taken",
            Self::LastAdministrator => "last_administrator",
            Self::HandleTaken => "handle_taken",
            Self::Cycle => "group_cycle",
            Self::GroupLimit(_) => "group_limit",
            Self::BotLimit(_) => "bot_limit",
            _ => return None,
        })
    }
}

impl From<IdentityError> for TenantError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::NoTenant => Self::Unknown,
            IdentityError::TenantSuspended => Self::Suspended,
            IdentityError::Store(error) => Self::Store(error),
            _ => Self::Failed,
        }
    }
}

//! Routes of notifications. JSON types never leave this folder, but for the notification itself.

mod inbox;
mod settings;

use actix_web::web::{Data, ServiceConfig};
use utoipa::OpenApi as _;

use crate::actors::Clock;
use crate::ids::UserId;
use crate::protocols::http::problem::{ApiError, Fault};
use crate::scope::Scope;
use crate::store::Store;

use super::Notify;
use super::error::NotifyError;

/// What the routes of notifications work with.
#[derive(Clone)]
pub struct Notifications {
    pub store: Store,
    pub clock: Clock,
    pub notify: Notify,
}

impl From<NotifyError> for ApiError {
    fn from(error: NotifyError) -> Self {
        match error {
            NotifyError::Store(error) => error.into(),
            NotifyError::Invalid { field, message } => {
                Self::faults(vec![Fault { path: field.into(), message: message.into() }])
            }
            other => Self::new(other.kind(), other.to_string()),
        }
    }
}

/// The person who asks; the operator of the platform has no inbox.
fn person(scope: &Scope) -> Result<UserId, NotifyError> {
    scope.user().ok_or(NotifyError::Nobody)
}

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, notifications: Notifications) {
    config.app_data(Data::new(notifications));
    inbox::configure(config);
    settings::configure(config);
}

/// The OpenAPI description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = inbox::Api::openapi();
    all.merge(settings::Api::openapi());
    all
}

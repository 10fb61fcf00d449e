//! Routes of identity. JSON types never leave this folder.

mod auth;
mod bots;
mod groups;
mod people;

use actix_web::web::{Data, ServiceConfig};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::error::ErrorKind;
use crate::ids::{Timestamp, UserId};
use crate::protocols::http::problem::{ApiError, Fault};
use crate::scope::Role;

use super::Identity;
use super::error::IdentityError;
use super::messages::{AccountKind, Person, Status};

/// Someone with an account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserJson {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub status: Status,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub kind: AccountKind,
    /// Of a bot: an emoji, or the `:name:` of an own one.
    pub picture: String,
}

impl From<Person> for UserJson {
    fn from(person: Person) -> Self {
        let Person { id, email, name, role, status, created_at, kind, picture } = person;
        Self { id, email: email.to_string(), name, role, status, created_at, kind, picture }
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        let error = match error {
            IdentityError::Store(error) => return error.into(),
            IdentityError::Invalid { field, message } => {
                return Self::faults(vec![Fault { path: field.into(), message }]);
            }
            other => other,
        };
        let mut answer = Self::new(error.kind(), error.to_string());
        if let Some(code) = error.code() {
            answer = answer.with_code(code);
        }
        match error {
            IdentityError::Guessing { retry_after } => {
                let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
                answer.retry_after = Some(seconds);
            }
            IdentityError::SeveralTenants(choices) => {
                answer.tenants = serde_json::to_value(choices).ok();
            }
            _ => {}
        }
        answer
    }
}

/// A field that is wrong.
fn fault(field: &'static str) -> impl Fn(super::messages::WrongText) -> IdentityError {
    move |wrong| IdentityError::Invalid { field, message: wrong.to_string() }
}

/// A problem without a scope at all.
fn signed_out() -> ApiError {
    ApiError::new(ErrorKind::Unauthenticated, "sign in first")
}

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, identity: Identity) {
    config.app_data(Data::new(identity));
    auth::configure(config);
    people::configure(config);
    bots::configure(config);
    groups::configure(config);
}

/// The OpenAPI description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = auth::Api::openapi();
    all.merge(people::Api::openapi());
    all.merge(bots::Api::openapi());
    all.merge(groups::Api::openapi());
    all
}

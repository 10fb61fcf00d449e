//! What strangers reach of the CRM: forms.

mod answers;
mod forms;
mod page;
mod words;

use std::num::NonZeroU32;

use actix_web::web::{Data, ServiceConfig};
use utoipa::OpenApi as _;

use crate::business::engine::Engine;
use crate::protocols::http::rate_limit::{Rate, RateLimits};

/// What the routes of forms work with.
#[derive(Clone)]
pub struct Forms {
    pub engine: Engine,
    /// How often one form is answered, and how often one address asks.
    pub limits: RateLimits,
}

/// How often one form is answered.
const FORM: Rate =
    Rate { per_second: NonZeroU32::MIN.saturating_add(4), burst: NonZeroU32::MIN.saturating_add(99) };
/// How often one address asks for forms or answers them.
const ADDRESS: Rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN.saturating_add(29) };

impl Forms {
    /// The limits of an installation.
    #[must_use]
    pub fn limits() -> RateLimits {
        RateLimits::new(FORM, ADDRESS)
    }
}

pub fn configure(config: &mut ServiceConfig, forms: Forms) {
    config.app_data(Data::new(forms)).configure(forms::configure);
}

#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    forms::Api::openapi()
}

//! Events told to addresses that people name: queued with their cause, signed, in order, at least once.

mod deliver;
pub mod error;
pub mod messages;
mod queue;
mod sign;
mod store;

use std::sync::Arc;

use crate::actors::{ChildSpec, TenantEnv};
use crate::protocols::http::outbound::GuardedClient;

use messages::TakesAnswers;

/// What the queue works with; cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    pub client: GuardedClient,
    /// Those who want to know what endpoints answered.
    pub answers: Arc<[Arc<dyn TakesAnswers>]>,
}

/// The actors of webhooks in one tenant: the deliveries on their way.
pub fn children(tenant: &TenantEnv, webhooks: &Webhooks) -> Vec<ChildSpec> {
    vec![queue::child(tenant, webhooks)]
}

//! One inbox for all of the suite, told on open sockets and pushed to closed browsers.

mod digest;
pub mod error;
pub mod http;
pub mod messages;
mod notifier;
pub mod preferences;
pub mod push;
mod quiet;
mod store;
#[cfg(test)]
mod tests;
pub mod told;

use crate::actors::{ChildSpec, TenantEnv};
use crate::protocols::http::outbound::GuardedClient;
use crate::protocols::ws::live::hub::Hubs;

use super::identity::Identity;

/// What the actors of notifications work with; cheap to clone.
#[derive(Clone)]
pub struct Notify {
    pub identity: Identity,
    pub hubs: Hubs,
    pub client: GuardedClient,
    /// Whom push services may write to: the address of the installation.
    pub contact: Option<String>,
}

/// The actors of notifications in one tenant: who tells sockets, and the pushes on their way.
pub fn children(tenant: &TenantEnv, notify: &Notify) -> Vec<ChildSpec> {
    vec![notifier::child(tenant, notify), push::queue::child(tenant, notify)]
}

//! Supervision, registries, the event bus and the clock; knows no protocol and no feature.

mod alarms;
mod arbiters;
pub mod bus;
pub mod child;
pub mod clock;
mod crashes;
mod entry;
mod family;
pub mod messages;
pub mod outbox;
mod policy;
mod registrar;
pub mod registry;
pub mod root;
mod sharded;
mod supervisor;
pub mod tenant;
mod tenants;
mod watch;

pub use alarms::Alarms;
pub use arbiters::{ArbiterGone, Arbiters, runtime};
pub use bus::{Bus, Event, Kinds, Published};
pub use child::{ChildSpec, StartError};
pub use clock::{Clock, ClockHand};
pub use messages::{ActorExited, Child, Exit, Observation, Observe, Shutdown};
pub use outbox::Outbox;
pub use policy::{Backoff, Intensity, Jitter, Restart, Strategy};
pub use registry::{LocateError, Passivator, Registered, Registrar, Registry};
pub use root::Root;
pub use sharded::sharded_registry;
pub use supervisor::Supervisor;
pub use tenant::{
    TenantCheck, TenantChildren, TenantEnv, TenantError, Tenants, TenantsConfig, registry_child,
};
pub use watch::{Label, Panicked, Started, current_actor, exit_with, install_panic_hook, start_watched};

#[cfg(test)]
mod tests;

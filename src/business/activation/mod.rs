//! Brings a business to life from one JSON document.

pub mod connect;
mod error;
pub mod http;
mod items;
mod lists;
mod parse;
pub mod plan;
pub mod presets;
mod preview;
mod saga;
#[cfg(test)]
mod tests;

pub use error::ActivationError;
pub use items::{Item, PlannedStep};
pub use parse::parse;
pub use plan::Plan;
pub use preview::Preview;
pub use saga::{Account, Activated, Activation, Progress, Step, StepStatus};

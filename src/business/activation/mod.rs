//! Brings a business to life from one JSON document.

mod error;
pub mod http;
mod lists;
mod parse;
pub mod plan;
mod saga;
#[cfg(test)]
mod tests;

pub use error::ActivationError;
pub use parse::parse;
pub use plan::Plan;
pub use saga::{Account, Activated, Activation, Progress, Step, StepStatus};

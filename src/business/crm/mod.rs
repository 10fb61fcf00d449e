//! CRM: companies and people, leads, deals in pipelines, what was done and what was offered.

mod activity;
mod company;
mod deal;
mod lead;
mod person;
mod pipeline;
mod quote;

use super::engine::Module;

pub use activity::Activity;
pub use company::Company;
pub use deal::{Deal, DealState, WON};
pub use lead::{Lead, LeadState};
pub use person::Person;
pub use pipeline::{Pipeline, Stage};
pub use quote::Quote;

#[must_use]
pub fn module() -> Module {
    Module::new("crm")
        .record::<Company>()
        .record::<Person>()
        .record::<Lead>()
        .record::<Pipeline>()
        .record::<Stage>()
        .record::<Deal>()
        .record::<Activity>()
        .record::<Quote>()
        .command::<deal::Win>()
        .command::<deal::Lose>()
        .command::<deal::Reopen>()
        .command::<lead::Qualify>()
        .command::<lead::Disqualify>()
        .command::<lead::Convert>()
        .command::<activity::Complete>()
        .command::<quote::Send>()
        .command::<quote::Accept>()
        .command::<quote::Decline>()
}

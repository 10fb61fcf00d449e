//! CRM: companies and people, leads, deals in pipelines, what was done and what was offered.

mod activity;
mod assign;
mod company;
mod condition;
mod deal;
mod form;
pub mod http;
mod lead;
mod person;
mod pipeline;
mod quote;
mod score;

use super::engine::Module;

pub use activity::Activity;
pub use assign::AssignmentRule;
pub use company::Company;
pub use deal::{Deal, DealState, WON};
pub use form::LeadForm;
pub use lead::{Lead, LeadState};
pub use person::Person;
pub use pipeline::{Pipeline, Stage};
pub use quote::Quote;
pub use score::ScoringRule;

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
        .record::<LeadForm>()
        .record::<ScoringRule>()
        .record::<AssignmentRule>()
        .command::<form::Close>()
        .command::<form::Reopen>()
        .consequence(score::Score)
        .consequence(assign::Assign)
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

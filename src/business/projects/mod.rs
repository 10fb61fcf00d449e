//! Projects: what is to be done, by whom, until when, and how long it took.

mod bill;
mod copy;
mod project;
mod repeat;
mod task;
mod time;

use super::engine::Module;

pub use project::{Milestone, Project, Sprint};
pub use task::{Meaning, RepeatsBy, Status, Task};
pub use time::TimeEntry;

#[must_use]
pub fn module() -> Module {
    Module::new("projects")
        .record::<Project>()
        .record::<Milestone>()
        .record::<Sprint>()
        .record::<Status>()
        .record::<Task>()
        .record::<TimeEntry>()
        .command::<project::Close>()
        .command::<project::Reopen>()
        .command::<copy::Copy>()
        .command::<copy::MakeTemplate>()
        .command::<bill::DraftInvoice>()
        .consequence(bill::ProjectOfTask)
        .consequence(repeat::NextDay)
        .consequence(repeat::NextTask)
        .awaits::<Task>(repeat::NEXT_ON)
        .rule(project::ProjectForWonDeal)
}

//! Projects: what is to be done, by whom, until when, and how long it took.

mod project;
mod task;
mod time;

use super::engine::Module;

pub use project::{Milestone, Project, Sprint};
pub use task::{Status, Task};
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
        .rule(project::ProjectForWonDeal)
}

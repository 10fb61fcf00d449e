//! What companies keep.

pub mod activation;
pub mod crm;
pub mod engine;
pub mod finance;
pub mod projects;

use engine::Module;

/// Every module of the program.
#[must_use]
pub fn modules() -> Vec<Module> {
    vec![crm::module(), projects::module(), finance::module()]
}

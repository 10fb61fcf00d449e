//! Records of business modules: stored, listed, changed together, followed live, undone.

pub mod catalog;
pub mod command;
pub mod commit;
pub mod engine;
pub mod error;
pub mod event;
pub mod field;
pub mod filter;
pub mod history;
pub mod http;
pub mod json;
pub mod kind;
pub mod list;
pub mod live;
pub mod module;
mod own;
pub mod record;
pub mod recorder;
pub mod rights;
pub mod rule;
pub mod store;
#[cfg(test)]
mod tests;
pub mod told;
pub mod types;
pub mod value;
mod write;

pub use engine::{Engine, children};

//! Every SQL statement of records.

pub mod catalog;
pub mod days;
pub mod events;
pub mod files;
pub mod hooks;
pub mod imports;
pub mod lists;
mod query;
pub mod records;
pub mod seeds;
pub mod talk;
pub mod views;
mod way;

pub use query::SortKey;

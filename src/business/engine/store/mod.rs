//! Every SQL statement of records.

pub mod catalog;
pub mod days;
pub mod events;
pub mod imports;
pub mod lists;
mod query;
pub mod records;
pub mod seeds;
pub mod talk;

pub use query::SortKey;

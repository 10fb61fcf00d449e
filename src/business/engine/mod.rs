//! Records of business modules: stored, listed, changed together, followed live, undone.

pub mod catalog;
pub mod command;
pub mod commit;
pub mod consequence;
pub mod dashboards;
pub mod days;
pub mod error;
pub mod event;
pub mod export;
pub mod field;
pub mod filter;
pub mod history;
pub mod hooks;
pub mod http;
pub mod import;
pub mod json;
pub mod kind;
pub mod list;
pub mod live;
pub mod module;
pub mod money;
mod own;
pub mod record;
pub mod recorder;
mod recurrence;
pub mod rights;
pub mod rule;
pub mod saved;
pub mod seed;
pub mod service;
pub mod store;
mod talk;
#[cfg(test)]
mod tests;
pub mod told;
pub mod types;
pub mod value;
pub mod views;
pub mod watchers;
mod write;

pub use catalog::{Catalog, Catalogs};
pub use command::{Ask, Change, Command, Known, New, Target};
pub use commit::Op;
pub use consequence::{Changed, Consequence};
pub use error::EngineError;
pub use event::{Event, Via};
pub use kind::{Kind, Plain, Record, Shown, read};
pub use module::Module;
pub use money::amount;
pub use record::Stored;
pub use recurrence::next as next_day;
pub use rule::{Answer, Rule, Tell};
pub use seed::{
    Fate, SeedItem, SeedPack, SeedRecord, SeedWhat, Seeding, Seeds, all_new as all_new_seeds,
    check as check_seeds,
};
pub use service::{Engine, children};
pub use types::{Account, Day, Decimal, Email, Link, Markdown, Moment, Money, Phone, Recurrence, Tags, Url};
pub use value::{decimal, decimal_text, fold};

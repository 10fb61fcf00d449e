//! Kontor: the office and the business of a company in one self-hosted binary.
//!
//! Each module may use only the modules named to its right:
//! `cli → app → business → office → protocols → actors → store → scope, ids, error, config`.

pub mod actors;
pub mod app;
pub mod business;
pub mod cli;
pub mod config;
pub mod error;
pub mod ids;
pub mod office;
pub mod protocols;
pub mod scope;
pub mod store;

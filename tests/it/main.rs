//! The integration tests.

#![allow(clippy::unwrap_used, reason = "a test may end by a panic")]

mod activation;
mod activation_seeds;
mod architecture;
mod chat;
mod chat_holds;
mod chat_hooks;
mod chat_import;
mod chat_moderation;
mod chat_previews;
mod documents;
mod fuzz;
mod groups;
mod harness;
mod health;
mod identity;
mod kill;
mod leads;
mod live;
mod live_api;
mod notify;
mod peer;
mod process;
mod projects;
mod record_dashboards;
mod record_files;
mod record_hooks;
mod record_import;
mod record_views;
mod records;
mod rights;
mod sockets;
mod sync;

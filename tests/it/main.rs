//! The integration tests.

#![allow(clippy::unwrap_used, reason = "a test may end by a panic")]

mod activation;
mod architecture;
mod chat;
mod chat_hooks;
mod chat_import;
mod documents;
mod fuzz;
mod groups;
mod harness;
mod health;
mod identity;
mod kill;
mod live;
mod notify;
mod peer;
mod process;
mod rights;
mod sockets;
mod sync;

//! What administrators look at: the live tree of actors.

pub mod http;

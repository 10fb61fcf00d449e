//! Webhooks of rooms in both directions, and slash commands.
//!
//! Payloads are those of Slack, so that what can talk to Slack can talk to a room. What a hook or a command
//! posts never triggers an outgoing webhook, and neither does a bot: nothing answers itself for ever.

pub mod answers;
pub mod builtin;
pub mod commands;
pub mod custom;
pub mod incoming;
pub mod key;
pub mod outgoing;
pub mod payload;
mod remind;

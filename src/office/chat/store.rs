//! Every SQL statement of chat.

pub mod audit;
pub mod bans;
pub mod bookmarks;
pub mod cases;
pub mod changes;
pub mod commands;
pub mod exports;
pub mod holds;
pub mod hooks;
pub mod imports;
pub mod later;
pub mod members;
pub mod messages;
pub mod people;
pub mod rooms;
pub mod search;
pub mod threads;
pub mod topics;

//! Every SQL statement of chat.

pub mod messages;
pub mod people;
pub mod rooms;
pub mod threads;

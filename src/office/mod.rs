//! What people work with.

pub mod admin;
pub mod chat;
pub mod documents;
pub mod identity;
pub mod notify;
pub mod webhooks;

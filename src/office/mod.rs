//! What people work with.

pub mod admin;
pub mod documents;
pub mod identity;
pub mod notify;

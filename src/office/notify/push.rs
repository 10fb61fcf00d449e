//! Web Push without anybody's relay: straight to the push service that a browser names (RFC 8030),
//! as a sender it knows (RFC 8292), with content that only the browser can read (RFC 8291).

pub(super) mod deliver;
pub mod encrypt;
pub mod keys;
pub mod payload;
pub mod queue;
pub mod store;
pub mod subscription;

//! WebSocket (RFC 6455) on a bare TCP stream, and the y-websocket protocol that documents speak.
//!
//! Frames are encoded once and shared by all who receive them; a frame whose declared length is
//! over the limit is refused from its header, before its payload is in memory.

pub mod frame;
pub mod handshake;
pub mod inbox;
pub mod live;
pub mod outlet;
pub mod pace;
pub mod socket;
pub mod sync;
pub mod varint;

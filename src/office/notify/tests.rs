//! Decisions of notifications, without sockets.

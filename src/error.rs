//! What an error means to a caller. Each protocol maps the kind to a code of its own.

use std::fmt;

/// The meaning of an error, the same on every surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The caller has not said who they are.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The state of things does not allow it now.
    Conflict,
    /// The request itself is wrong.
    Invalid,
    /// The request is larger than a limit allows.
    TooLarge,
    /// The caller asks too often.
    TooMany,
    /// A part is not reachable for the moment; the same request may succeed later.
    Busy,
    /// A fault of the server.
    Internal,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not found",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::TooLarge => "too large",
            Self::TooMany => "too many requests",
            Self::Busy => "busy",
            Self::Internal => "internal error",
        })
    }
}

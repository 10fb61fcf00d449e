//! Id newtypes: UUIDv7, so that ids sort by the time of their making.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Uuid};

/// A moment in UTC, to the microsecond: the finest that both databases keep.
pub type Timestamp = DateTime<Utc>;

/// Makes a fresh UUIDv7 for the moment `now`.
#[must_use]
pub fn uuid_at(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let time = uuid::Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(time)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a fresh id for the moment `now`.
            #[must_use]
            pub fn at(now: Timestamp) -> Self {
                Self(uuid_at(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// A business that lives in this installation.
    TenantId
);
id!(
    /// A person with an account in one tenant.
    UserId
);
id!(
    /// One sign-in of one person.
    SessionId
);
id!(
    /// A group of people, addressed together.
    GroupId
);
id!(
    /// A line in a person's inbox.
    NotificationId
);
id!(
    /// A browser that a person wants pushes in.
    SubscriptionId
);
id!(
    /// A document that people write together.
    DocumentId
);
id!(
    /// A point in a document's history that can be looked at and restored.
    VersionId
);
id!(
    /// A room in which people chat.
    RoomId
);
id!(
    /// A record of a business module.
    RecordId
);
id!(
    /// Something that was said about a record.
    CommentId
);

//! What others may ask of a room.

use actix::Message;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId};
use crate::protocols::ws::live::Listener;
use crate::scope::Scope;
use crate::store::Statement;

use super::bookmarks::{BookmarksJson, EditedBookmark, NewBookmark};
use super::error::ChatError;
use super::json::{MessageJson, PreviewJson, RepliesJson, RoomJson};
use super::model::{Level, MemberRole};
use super::store::messages::Extra;

/// The id of a listener in one incarnation of a room.
pub use crate::protocols::ws::live::listeners::ListenerId;

/// Begins to push the room's events; the right is checked.
pub struct Subscribe(pub Listener);

impl Message for Subscribe {
    type Result = Result<ListenerId, ChatError>;
}

/// Ends it.
pub struct Unsubscribe(pub ListenerId);

impl Message for Unsubscribe {
    type Result = ();
}

/// Says something in the room.
pub struct PostMessage {
    pub author: Author,
    pub command: Option<Uuid>,
    pub text: String,
    pub topic: Option<String>,
    pub extra: Extra,
    pub thread: Option<Thread>,
    /// People of the groups that the text mentions.
    pub of_groups: Vec<UserId>,
    /// What is true together with the message.
    pub also: Vec<Statement>,
}

impl Message for PostMessage {
    type Result = Result<MessageJson, ChatError>;
}

/// Who speaks.
#[derive(Clone, Debug)]
pub enum Author {
    Person(Scope),
    /// A webhook or a command, by name.
    Named(String),
}

/// The thread of a reply, as it was read before.
pub struct Thread {
    pub root: i64,
    pub root_author: Option<UserId>,
    pub replies: Option<RepliesJson>,
    pub followers: Vec<UserId>,
}

/// Changes something about a message.
pub struct ChangeMessage {
    pub scope: Scope,
    pub seq: i64,
    /// The message's author, as it was read before.
    pub author: Option<UserId>,
    pub change: Change,
}

impl Message for ChangeMessage {
    type Result = Result<Option<MessageJson>, ChatError>;
}

/// What is to change.
pub enum Change {
    Edit {
        text: String,
        files: bool,
    },
    Delete,
    Pin(bool),
    Topic(Option<String>),
    /// All messages of a topic from one of them on.
    Retopic {
        from: String,
        since: i64,
        to: Option<String>,
    },
    Extra(Extra),
    React {
        emoji: String,
        on: bool,
    },
}

/// Changes what is shown of the links of a message.
pub struct ChangePreviews {
    pub scope: Scope,
    pub seq: i64,
    pub change: PreviewChange,
}

impl Message for ChangePreviews {
    /// The message, if it is another than before.
    type Result = Result<Option<MessageJson>, ChatError>;
}

pub enum PreviewChange {
    /// Unless the link has gone from the message, or somebody has taken its preview away.
    Add(PreviewJson),
    /// The preview of this link does not come back.
    Remove(String),
}

/// Changes the room itself; only what is named.
pub struct ChangeRoom {
    pub scope: Scope,
    pub name: Option<String>,
    pub description: Option<String>,
    pub private: Option<bool>,
    pub archived: Option<bool>,
    pub retention_days: Option<Option<i64>>,
}

impl Message for ChangeRoom {
    type Result = Result<RoomJson, ChatError>;
}

/// Adds people to the room, or gives them another role; oneself to join.
pub struct PutMembers {
    pub scope: Scope,
    /// Active people of the business, with their names.
    pub people: Vec<(UserId, String)>,
    pub role: MemberRole,
}

impl Message for PutMembers {
    type Result = Result<(), ChatError>;
}

/// Takes a person out of the room; themselves to leave.
pub struct RemoveMember {
    pub scope: Scope,
    pub user: UserId,
}

impl Message for RemoveMember {
    type Result = Result<(), ChatError>;
}

/// Takes a person out of the room and keeps them out; for those who manage it and for moderators.
pub struct Ban {
    pub scope: Scope,
    pub user: UserId,
    pub reason: String,
    /// Lifted then; never when there is none.
    pub until: Option<Timestamp>,
}

impl Message for Ban {
    type Result = Result<(), ChatError>;
}

/// Lets a person come back; one who is not banned is no fault.
pub struct LiftBan {
    pub scope: Scope,
    pub user: UserId,
}

impl Message for LiftBan {
    type Result = Result<(), ChatError>;
}

/// Changes the bookmarks of the room; the answer is all of them.
pub struct ChangeBookmarks {
    pub scope: Scope,
    pub change: BookmarkChange,
}

impl Message for ChangeBookmarks {
    type Result = Result<BookmarksJson, ChatError>;
}

/// What is to change about the bookmarks of a room.
pub enum BookmarkChange {
    Add(NewBookmark),
    Edit(Uuid, EditedBookmark),
    Remove(Uuid),
    /// Whether only those who manage the room change them.
    ManagersOnly(bool),
}

/// Gives numbers of the room away: messages with them are written to the store beside the room. The answer
/// is the first of them.
pub struct ReserveNumbers {
    pub scope: Scope,
    pub count: i64,
}

impl Message for ReserveNumbers {
    type Result = Result<i64, ChatError>;
}

/// Says that someone is writing.
pub struct Typing {
    pub scope: Scope,
    pub thread: Option<i64>,
}

impl Message for Typing {
    type Result = ();
}

/// Says that someone wants to be told otherwise of the room; it is stored already.
pub struct SetAttention {
    pub user: UserId,
    pub level: Level,
    pub muted: bool,
}

impl Message for SetAttention {
    type Result = ();
}

/// Says that the room's outgoing webhooks are others; it is stored already.
pub struct ReloadOutgoing;

impl Message for ReloadOutgoing {
    type Result = ();
}

/// Crashes the actor, for tests.
#[cfg(debug_assertions)]
pub struct Crash;

#[cfg(debug_assertions)]
impl Message for Crash {
    type Result = ();
}

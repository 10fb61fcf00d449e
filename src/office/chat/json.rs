//! Messages and rooms as clients see them, over HTTP and on the live socket alike.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};

use super::model::{Level, MemberRole, RoomKind};

/// Something that was said in a room.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatMessage)]
pub struct MessageJson {
    pub room: RoomId,
    /// The message's number in the room; numbers grow and have gaps.
    pub seq: i64,
    /// The root of the thread that it belongs to.
    #[schema(required = true)]
    pub thread: Option<i64>,
    #[schema(required = true)]
    pub topic: Option<String>,
    /// Null for bots and for people of another system.
    #[schema(required = true)]
    pub author: Option<UserId>,
    #[schema(required = true)]
    pub author_name: Option<String>,
    /// Markdown with `<@USER>`, `<@group:GROUP>`, `<!channel>`, `<!here>`, `<#ROOM>`, `<URL|label>`.
    pub text: String,
    pub files: Vec<FileJson>,
    #[schema(required = true)]
    pub quote: Option<QuoteJson>,
    pub previews: Vec<PreviewJson>,
    /// Of a message that a webhook or a command has posted.
    #[schema(required = true)]
    pub hook: Option<HookMark>,
    pub reactions: Vec<ReactionJson>,
    pub pinned: bool,
    /// Of a root that has replies.
    #[schema(required = true)]
    pub replies: Option<RepliesJson>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub edited_at: Option<Timestamp>,
    pub deleted: bool,
    /// The id with which its author's client sent it.
    #[schema(required = true)]
    pub command_id: Option<Uuid>,
}

/// A file of a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatFile)]
pub struct FileJson {
    /// BLAKE3, in hexadecimal.
    pub hash: String,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// In pixels, of images.
    #[schema(required = true)]
    pub width: Option<i64>,
    #[schema(required = true)]
    pub height: Option<i64>,
}

/// A message that another one quotes, as it was then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatQuote)]
pub struct QuoteJson {
    pub room: RoomId,
    pub seq: i64,
    #[schema(required = true)]
    pub author: Option<UserId>,
    #[schema(required = true)]
    pub author_name: Option<String>,
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// What a page that a message links to says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatPreview)]
pub struct PreviewJson {
    /// The link as it stands in the text.
    pub url: String,
    /// Empty when the link is the picture itself.
    pub title: String,
    pub description: String,
    pub site: String,
    #[serde(default)]
    #[schema(required = true)]
    pub image: Option<PreviewImageJson>,
}

/// The picture of a preview: a file of the room, fetched by the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatPreviewImage)]
pub struct PreviewImageJson {
    /// BLAKE3, in hexadecimal.
    pub hash: String,
    /// In pixels.
    pub width: i64,
    pub height: i64,
}

/// The webhook or command that has posted a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatHookMark)]
pub struct HookMark {
    pub id: Uuid,
    /// An emoji, or the `:name:` of an own one; may be empty.
    pub icon: String,
}

/// Who reacted with one emoji.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatReaction)]
pub struct ReactionJson {
    pub emoji: String,
    pub users: Vec<UserId>,
}

/// The thread below a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatReplies)]
pub struct RepliesJson {
    pub count: i64,
    pub last_seq: i64,
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Timestamp,
    /// At most three of those who replied, the latest last.
    pub authors: Vec<UserId>,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatRoom)]
pub struct RoomJson {
    pub id: RoomId,
    pub kind: RoomKind,
    /// Of a channel.
    #[schema(required = true)]
    pub name: Option<String>,
    pub description: String,
    pub private: bool,
    pub archived: bool,
    #[schema(required = true)]
    pub created_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The people of a direct or group conversation.
    pub members: Vec<UserId>,
    pub member_count: i64,
    /// Messages are deleted after so many days.
    #[schema(required = true)]
    pub retention_days: Option<i64>,
    /// The number of the last thing that happened.
    pub last_seq: i64,
}

/// A room and what the asking person is in it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatRoomState)]
pub struct RoomStateJson {
    #[serde(flatten)]
    pub room: RoomJson,
    #[schema(required = true)]
    pub membership: Option<MembershipJson>,
    #[schema(required = true)]
    pub last_message: Option<LastMessageJson>,
}

/// What someone is in a room, and what waits there.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatMembership)]
pub struct MembershipJson {
    pub role: MemberRole,
    pub read_seq: i64,
    pub level: Level,
    pub muted: bool,
    pub starred: bool,
    #[schema(required = true)]
    pub section: Option<String>,
    /// Messages after `read_seq`; 100 means that many or more.
    pub unread: i64,
    pub mentions: i64,
}

/// The last message of a room, cut to 200 characters.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ChatLastMessage)]
pub struct LastMessageJson {
    pub seq: i64,
    #[schema(required = true)]
    pub author: Option<UserId>,
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// One event of a room on the live socket.
#[derive(Serialize)]
pub struct EventJson<'a, T> {
    pub seq: i64,
    pub kind: &'a str,
    pub at: Timestamp,
    pub by: Option<UserId>,
    pub data: T,
}

/// The event that someone posted.
#[derive(Serialize)]
pub struct PostedJson<'a> {
    pub message: &'a MessageJson,
    /// The thread's root after this reply.
    pub root: Option<RootJson>,
}

#[derive(Clone, Serialize)]
pub struct RootJson {
    pub seq: i64,
    pub replies: RepliesJson,
}

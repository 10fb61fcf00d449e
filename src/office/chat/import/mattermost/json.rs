//! Mattermost's bulk format as it is written: what this import reads of it.

use serde::Deserialize;
use serde_json::value::RawValue;

/// A line: its type, and the object under the name of the type.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Line {
    #[serde(rename = "type")]
    pub kind: String,
    pub channel: Option<Channel>,
    pub user: Option<User>,
    pub bot: Option<User>,
    pub emoji: Option<Emoji>,
    pub post: Option<Head>,
    pub direct_channel: Option<Head>,
    pub direct_post: Option<Head>,
}

/// What tells where a post belongs; the rest is read later.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Head {
    pub team: String,
    pub channel: String,
    pub create_at: i64,
    pub channel_members: Vec<String>,
    /// Of direct channels.
    pub members: Option<Vec<String>>,
    pub participants: Option<Vec<Participant>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Participant {
    pub username: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Channel {
    pub team: String,
    pub name: String,
    pub display_name: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub header: Option<String>,
    pub purpose: Option<String>,
    pub deleted_at: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct User {
    pub username: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub nickname: Option<String>,
    /// Of bots.
    pub display_name: Option<String>,
    pub roles: Option<String>,
    pub teams: Option<Vec<Team>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Team {
    pub name: String,
    pub channels: Option<Vec<Membership>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Membership {
    pub name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Emoji {
    pub name: String,
    pub image: String,
}

/// A line of a post with everything that was said.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Whole {
    pub post: Option<Said>,
    pub direct_post: Option<Said>,
}

/// A post or a reply.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    pub user: String,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub message: String,
    pub props: Option<Box<RawValue>>,
    pub create_at: i64,
    pub edit_at: Option<i64>,
    pub is_pinned: Option<bool>,
    pub replies: Option<Vec<Said>>,
    pub reactions: Option<Vec<Reaction>>,
    pub attachments: Option<Vec<Attachment>>,
}

/// What integrations write beside a post.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Props {
    pub override_username: Option<String>,
    pub attachments: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Reaction {
    pub user: String,
    pub emoji_name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Attachment {
    pub path: String,
}

//! What clients hear and ask on the live socket, as types: the description is made of them, and the tests
//! hold every event that they hear against it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::protocols::ws::live::asyncapi::{Entry, Nothing};

use super::bookmarks::BookmarksJson;
use super::hooks::commands::{CommandAnswer, Given};
use super::json::{MessageJson, RepliesJson, RoomJson, RoomStateJson};
use super::profiles::StatusJson;
use super::service::NewMessage;

macro_rules! told {
    ($($(#[$meta:meta])* $name:ident as $shown:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Serialize, ToSchema)]
        #[schema(as = $shown)]
        struct $name { $($(#[$field_meta])* $field: $type),* }
    )*};
}

told! {
    Posted as LivePosted {
        message: MessageJson,
        /// The thread's root after this reply.
        #[schema(required = true)]
        root: Option<Root>,
    }
    Root as LiveRoot { seq: i64, replies: RepliesJson }
    Changed as LiveChanged { message: MessageJson }
    Reacted as LiveReacted { seq: i64, emoji: String, user: UserId, on: bool }
    /// The messages of a topic from one on have another now.
    Retopic as LiveRetopic {
        from: String,
        since: i64,
        #[schema(required = true)]
        to: Option<String>,
    }
    AboutRoom as LiveRoom { room: RoomJson }
    Members as LiveMembers { joined: Vec<UserId>, left: Vec<UserId>, member_count: i64 }
    Typing as LiveTyping {
        user: UserId,
        #[schema(required = true)]
        thread: Option<i64>,
    }
    Joined as LiveJoined { room: RoomStateJson }
    InRoom as LiveInRoom { room: RoomId }
    /// What only this person sees: the answer of a command.
    Ephemeral as LiveEphemeral {
        id: Uuid,
        room: RoomId,
        #[schema(required = true)]
        thread: Option<i64>,
        /// Who answers, and their emoji.
        name: String,
        icon: String,
        text: String,
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    }
    Read as LiveRead {
        room: RoomId,
        #[schema(required = true)]
        thread: Option<i64>,
        read_seq: i64,
        unread: i64,
        mentions: i64,
    }
    Draft as LiveDraft {
        room: RoomId,
        #[schema(required = true)]
        thread: Option<i64>,
        text: String,
    }
    /// A reply in a followed thread has `seq`; a change of following has `following`.
    Thread as LiveThread { room: RoomId, seq: Option<i64>, thread: i64, following: Option<bool> }
    Mention as LiveMention {
        room: RoomId,
        seq: i64,
        #[schema(required = true)]
        thread: Option<i64>,
    }
    Saved as LiveSaved { room: RoomId, seq: i64, saved: bool }
    Plan as LivePlan { id: Uuid }
    Reminder as LiveReminder {
        id: Uuid,
        room: RoomId,
        #[schema(required = true)]
        seq: Option<i64>,
        text: String,
    }
    Sections as LiveSections { sections: Vec<String>, keywords: Vec<String>, version: i64 }
    Emoji as LiveEmoji {
        name: String,
        /// Null when it was taken away.
        #[schema(required = true)]
        hash: Option<String>,
    }
    Muted as LiveMuted {
        muted: bool,
        #[schema(value_type = Option<String>, format = DateTime, required = true)]
        until: Option<Timestamp>,
    }
    Reported as LiveReported { case: Uuid }
    Status as LiveStatus {
        user: UserId,
        #[schema(required = true)]
        status: Option<StatusJson>,
    }
    PostParams as LivePost {
        room: RoomId,
        #[serde(flatten)]
        message: NewMessage,
    }
    PostAnswer as LivePostAnswer { message: MessageJson }
    CommandParams as LiveCommandParams {
        room: RoomId,
        #[serde(flatten)]
        given: Given,
    }
    TypingParams as LiveTypingParams { room: RoomId, thread: Option<i64> }
    ReadParams as LiveReadParams { room: RoomId, seq: i64, thread: Option<i64> }
}

/// Everything that chat says on the live socket.
#[must_use]
pub fn live_api() -> Vec<Entry> {
    let mut all = of_room();
    all.extend(of_me());
    all.extend([
        Entry::signal::<Status>("people", "status", "somebody says something else about themselves"),
        Entry::command::<PostParams, PostAnswer>("chat.post", "says something; happens once for each id"),
        Entry::command::<CommandParams, CommandAnswer>("chat.command", "gives a slash command in a room"),
        Entry::command::<TypingParams, Nothing>("chat.typing", "somebody writes; never answered"),
        Entry::command::<ReadParams, Nothing>("chat.read", "how far a room or a thread was read"),
    ]);
    all
}

fn of_room() -> Vec<Entry> {
    const ROOM: &str = "room:ID";
    vec![
        Entry::event::<Posted>(ROOM, "chat.posted", "somebody has said something"),
        Entry::event::<Changed>(ROOM, "chat.changed", "a message is another than before"),
        Entry::event::<Reacted>(ROOM, "chat.reacted", "a reaction was added or taken back"),
        Entry::event::<Retopic>(ROOM, "chat.topic", "messages have another topic"),
        Entry::event::<AboutRoom>(ROOM, "chat.room", "the room itself is another than before"),
        Entry::event::<Members>(ROOM, "chat.members", "people came, went or have other roles"),
        Entry::event::<BookmarksJson>(ROOM, "chat.bookmarks", "the bookmarks of the room, all of them"),
        Entry::signal::<Typing>(ROOM, "chat.typing", "somebody is writing"),
    ]
}

fn of_me() -> Vec<Entry> {
    const ME: &str = "me";
    vec![
        Entry::event::<Joined>(ME, "chat.joined", "the person is in a room now"),
        Entry::event::<InRoom>(ME, "chat.left", "the person is in a room no more"),
        Entry::event::<Read>(ME, "chat.read", "read on another device"),
        Entry::event::<Joined>(ME, "chat.preferences", "how the person wants to be told of a room"),
        Entry::event::<Ephemeral>(ME, "chat.ephemeral", "an answer for this person alone"),
        Entry::event::<Draft>(ME, "chat.draft", "a draft of another device"),
        Entry::event::<Thread>(ME, "chat.thread", "news of a thread"),
        Entry::event::<Mention>(ME, "chat.mention", "a message calls the person"),
        Entry::event::<Saved>(ME, "chat.saved", "a message was saved or forgotten"),
        Entry::event::<Plan>(ME, "chat.scheduled", "what is planned is other than before"),
        Entry::event::<Reminder>(ME, "chat.reminder", "the time of a reminder has come"),
        Entry::event::<Sections>(ME, "chat.sections", "sections and keywords, with their version"),
        Entry::event::<Emoji>(ME, "chat.emoji", "the business has an own emoji more or less"),
        Entry::event::<Muted>(ME, "chat.muted", "a moderator lets the person only read, or write again"),
        Entry::event::<Reported>(ME, "chat.reported", "for moderators: a report came or was decided"),
    ]
}

//! Who and what the ids and names of an export stand for here.

use std::collections::HashMap;

use crate::ids::{GroupId, RoomId, UserId};

/// Someone of the export.
#[derive(Clone, Debug)]
pub struct Someone {
    /// None for those without an email address: authors by name.
    pub account: Option<UserId>,
    pub name: String,
}

/// Everything that a text may name.
#[derive(Debug, Default)]
pub struct Names {
    pub people: HashMap<String, Someone>,
    /// Rooms with their names.
    pub rooms: HashMap<String, (RoomId, String)>,
    /// By handle.
    pub groups: HashMap<String, GroupId>,
    /// Whether ids of ours stand for themselves.
    pub own: bool,
}

impl Names {
    #[must_use]
    pub fn account(&self, id: &str) -> Option<UserId> {
        self.people.get(id).and_then(|someone| someone.account)
    }

    /// A mention of a person, or their name.
    #[must_use]
    pub fn mention(&self, id: &str, label: &str) -> String {
        match self.people.get(id) {
            Some(Someone { account: Some(user), .. }) => format!("<@{user}>"),
            Some(someone) => format!("@{}", plain(&someone.name)),
            None if self.own && id.parse::<UserId>().is_ok() => format!("<@{id}>"),
            None if label.is_empty() => format!("@{}", plain(id)),
            None => format!("@{}", plain(label)),
        }
    }

    /// A link to a room, or its name.
    #[must_use]
    pub fn room(&self, id: &str, label: &str) -> String {
        match self.rooms.get(id) {
            Some((room, _)) => format!("<#{room}>"),
            None if self.own && id.parse::<RoomId>().is_ok() => format!("<#{id}>"),
            None => format!("#{}", plain(if label.is_empty() { id } else { label })),
        }
    }

    /// A mention of a group, or what it is called.
    #[must_use]
    pub fn group(&self, label: &str) -> String {
        let handle = label.trim_start_matches('@');
        match self.groups.get(&handle.to_lowercase()) {
            Some(group) => format!("<@group:{group}>"),
            None => format!("@{}", plain(handle)),
        }
    }
}

/// A link in our texts, if it is one that may be followed.
#[must_use]
pub fn link(url: &str, label: &str) -> String {
    let odd =
        |sign: char| sign.is_whitespace() || sign.is_control() || matches!(sign, '<' | '>' | '"' | '|' | '`');
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if !is_web || url.contains(odd) {
        return plain(if label.is_empty() { url } else { label });
    }
    match plain(label) {
        label if label.is_empty() || label == url => format!("<{url}>"),
        label => format!("<{url}|{label}>"),
    }
}

/// A text that means nothing but itself.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|sign| if sign.is_control() || matches!(sign, '<' | '>' | '|') { ' ' } else { sign })
        .collect()
}

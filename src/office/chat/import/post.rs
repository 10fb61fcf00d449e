//! A message on its way in, the same from every source.

use uuid::{Builder, Uuid};

use crate::ids::{RoomId, Timestamp, UserId};

use super::super::text::TEXT_LIMIT;

/// Messages into which a text is cut that is longer than one may be.
const PARTS: usize = 20;
/// Characters of the name of an author without an account.
const AUTHOR: usize = 200;

/// A message to be written.
#[derive(Clone, Debug, Default)]
pub struct Post {
    /// Made of what it is called in its source, so that it is written once.
    pub command: Uuid,
    pub at: Timestamp,
    /// The command and the time of the thread's root, of a reply.
    pub root: Option<(Uuid, Timestamp)>,
    /// Whether others reply to it.
    pub has_thread: bool,
    pub author: Option<UserId>,
    pub author_name: Option<String>,
    pub text: String,
    pub edited_at: Option<Timestamp>,
    pub deleted: bool,
    pub pinned: bool,
    pub reactions: Vec<(String, UserId)>,
    pub files: Vec<Attached>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub name: String,
    pub media_type: String,
    /// Its entry in the archive.
    pub entry: Option<usize>,
    /// Where its source has it.
    pub url: Option<String>,
}

/// An id made of names: the same names give the same id.
#[must_use]
pub fn id_of(parts: &[&str]) -> Uuid {
    Builder::from_custom_bytes(digest(parts)).into_uuid()
}

/// A room's id made of names, which sorts by the time of the room's making like any other.
#[must_use]
pub fn room_id(parts: &[&str], made: Timestamp) -> RoomId {
    let mut chance = [0; 10];
    chance.copy_from_slice(&digest(parts)[..10]);
    let millis = u64::try_from(made.timestamp_millis()).unwrap_or(0);
    RoomId(Builder::from_unix_timestamp_millis(millis, &chance).into_uuid())
}

fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key("kontor 2026 ids of imported chat");
    for part in parts {
        // With its length: no two lists of names give the same bytes.
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    id
}

impl Post {
    /// Gives the text to the post, without what no text may hold.
    pub fn set_text(&mut self, text: &str) {
        self.text = text.trim_end().replace('\0', "");
    }

    pub fn set_author_name(&mut self, name: &str) {
        let name: String = name.trim().chars().filter(|sign| !sign.is_control()).take(AUTHOR).collect();
        self.author_name = Some(if name.is_empty() { "unknown".into() } else { name });
    }

    /// Several posts for a text that is longer than a message may be; the further ones follow at once.
    #[must_use]
    pub fn cut(mut self) -> Vec<Self> {
        if self.text.chars().count() <= TEXT_LIMIT {
            return vec![self];
        }
        let text = std::mem::take(&mut self.text);
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while !rest.is_empty() && parts.len() < PARTS {
            let end = rest.char_indices().nth(TEXT_LIMIT).map_or(rest.len(), |(at, _)| at);
            let (part, after) = rest.split_at(end);
            // At the end of a line, if there is one not too far back.
            let cut =
                part.rfind('\n').filter(|at| !after.is_empty() && *at > end / 2).map_or(end, |at| at + 1);
            parts.push(&rest[..cut]);
            rest = &rest[cut..];
        }
        let further = |(at, part): (usize, &&str)| Self {
            command: id_of(&[&self.command.to_string(), &at.to_string()]),
            at: self.at + chrono::TimeDelta::microseconds(at as i64),
            root: self.root,
            author: self.author,
            author_name: self.author_name.clone(),
            text: (*part).to_owned(),
            ..Self::default()
        };
        let mut posts: Vec<Self> = parts.iter().enumerate().skip(1).map(further).collect();
        self.text = parts.first().map(|part| (*part).to_owned()).unwrap_or_default();
        posts.insert(0, self);
        posts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_becomes_several_messages_and_loses_nothing() {
        let text = "word and word\n".repeat(3_000);
        let mut post = Post { command: id_of(&["a"]), ..Post::default() };
        post.set_text(&text);
        let parts = post.cut();
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.text.chars().count() <= TEXT_LIMIT));
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), text.trim_end());
        assert!(parts[0].at < parts[1].at && parts[0].command != parts[1].command);
    }

    #[test]
    fn ids_are_those_of_their_names() {
        assert_eq!(id_of(&["a", "b"]), id_of(&["a", "b"]));
        assert_ne!(id_of(&["a", "b"]), id_of(&["ab", ""]));
        let made = Timestamp::from_timestamp_millis(1_700_000_000_123).unwrap();
        assert_eq!(room_id(&["C1"], made).0.get_version_num(), 7);
        assert!(room_id(&["C1"], made) < room_id(&["C1"], made + chrono::TimeDelta::seconds(1)));
    }
}

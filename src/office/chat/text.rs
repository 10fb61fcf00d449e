//! What the text of a message says: whom it mentions, where it links, by what it is found.

use uuid::Uuid;

use crate::ids::{RoomId, UserId};

/// Characters of a message.
pub const TEXT_LIMIT: usize = 16_000;
/// Mentions that one message may hold; further ones are plain text.
const MENTIONS: usize = 100;
/// Links of one message that are looked at.
const LINKS: usize = 20;
/// Links of one message that get a preview.
const PREVIEWED: usize = 3;
/// Bytes of an address that is taken for a link.
const LINK: usize = 2_000;

/// Whom and what a text names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub users: Vec<UserId>,
    pub groups: Vec<Uuid>,
    /// `<!channel>` or `<!everyone>`.
    pub channel: bool,
    /// `<!here>`.
    pub here: bool,
    pub links: Vec<String>,
}

/// The links of a text of which previews are shown.
#[must_use]
pub fn previewed(text: &str) -> Vec<String> {
    let mut links = named(text).links;
    links.retain(|link| link.len() <= LINK);
    links.truncate(PREVIEWED);
    links
}

/// Finds mentions and links. Those in code are not meant.
#[must_use]
pub fn named(text: &str) -> Named {
    let mut named = Named::default();
    for plain in outside_code(text) {
        let mut rest = plain;
        while let Some(start) = rest.find(['<', 'h']) {
            rest = &rest[start..];
            let taken = match rest.strip_prefix('<').and_then(|inside| inside.split_once('>')) {
                Some((token, _)) if take_token(token, &mut named) => token.len() + 2,
                _ => take_link(rest, &mut named).unwrap_or(1),
            };
            rest = &rest[taken..];
        }
    }
    named
}

fn take_token(token: &str, named: &mut Named) -> bool {
    let (name, _) = token.split_once('|').unwrap_or((token, ""));
    if let Some(group) = name.strip_prefix("@group:") {
        return push(&mut named.groups, group.parse().ok());
    }
    if let Some(user) = name.strip_prefix('@') {
        return push(&mut named.users, user.parse().ok());
    }
    match name {
        "!channel" | "!everyone" => named.channel = true,
        "!here" => named.here = true,
        _ => return name.starts_with("http") && take_link(name, named).is_some(),
    }
    true
}

fn push<T: PartialEq>(list: &mut Vec<T>, found: Option<T>) -> bool {
    let Some(found) = found else { return false };
    if list.len() < MENTIONS && !list.contains(&found) {
        list.push(found);
    }
    true
}

/// Takes an address that begins here; returns how long it is.
fn take_link(text: &str, named: &mut Named) -> Option<usize> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let link =
        text[..end_of_link(text)].trim_end_matches(['.', ',', ']', '!', '?', ';', ':', '*', '_', '~', '\'']);
    if named.links.len() < LINKS && !named.links.iter().any(|known| known == link) {
        named.links.push(link.to_owned());
    }
    Some(link.len())
}

/// Where an address ends: at a space or a sign that none holds, or at a bracket that belongs to the text
/// around it, as in `[label](address)`.
fn end_of_link(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, sign) in text.char_indices() {
        match sign {
            '<' | '>' | '"' | '|' | '`' => return at,
            '(' => open += 1,
            ')' if open == 0 => return at,
            ')' => open -= 1,
            _ if sign.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// The parts of a Markdown text that are neither in backquotes nor in a fenced block.
fn outside_code(text: &str) -> impl Iterator<Item = &str> {
    // Parts between equal runs of backquotes: every second one is code.
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest.take()?;
        let Some(start) = now.find('`') else { return Some(now) };
        let run = now[start..].bytes().take_while(|byte| *byte == b'`').count();
        let fence = &now[start..start + run];
        let after = &now[start + run..];
        rest = Some(match after.find(fence) {
            Some(end) => &after[end + run..],
            None => after,
        });
        Some(&now[..start])
    })
}

/// The words by which a message is found beside its text: its room, its author, what it has.
#[must_use]
pub fn marks(room: RoomId, author: Option<UserId>, files: bool, links: bool) -> String {
    let mut marks = in_mark(room);
    if let Some(author) = author {
        marks.push(' ');
        marks.push_str(&from_mark(author));
    }
    if files {
        marks.push_str(" hasfile");
    }
    if links {
        marks.push_str(" haslink");
    }
    marks
}

/// The word of messages in a room.
#[must_use]
pub fn in_mark(room: RoomId) -> String {
    format!("in{}", room.0.simple())
}

/// The word of messages of a person.
#[must_use]
pub fn from_mark(author: UserId) -> String {
    format!("from{}", author.0.simple())
}

/// Whether a text holds one of someone's keywords, as a whole word and in any case.
#[must_use]
pub fn holds_word(lower: &str, keyword: &str) -> bool {
    let word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    lower.match_indices(keyword).any(|(start, found)| {
        !word(lower[..start].chars().next_back()) && !word(lower[start + found.len()..].chars().next())
    })
}

/// The first characters of a text, for a line in a list.
#[must_use]
pub fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8) -> Uuid {
        Uuid::from_u128(u128::from(last))
    }

    #[test]
    fn mentions_and_links_are_found_outside_of_code() {
        let (ana, team) = (id(1), id(2));
        let text = format!(
            "<@{ana}> and <@{ana}|Ana>, <@group:{team}>: see <https://a.example/x|this>, https://b.example/y). \
             `<@{}>` ```\nhttps://c.example <!channel>\n``` <!here>",
            id(3)
        );
        let expected = Named {
            users: vec![UserId(ana)],
            groups: vec![team],
            channel: false,
            here: true,
            links: vec!["https://a.example/x".into(), "https://b.example/y".into()],
        };
        assert_eq!(named(&text), expected);
    }

    #[test]
    fn a_link_ends_where_the_text_around_it_goes_on() {
        for (text, link) in [
            ("[a](https://a.example/x)more", "https://a.example/x"),
            ("(see https://a.example/b_(c)).", "https://a.example/b_(c)"),
            ("**https://a.example/x**", "https://a.example/x"),
            ("https://a.example/?q=1&r=2, and", "https://a.example/?q=1&r=2"),
        ] {
            assert_eq!(named(text).links, [link], "{text}");
        }
    }

    #[test]
    fn three_different_links_get_a_preview() {
        let text =
            "https://a.example https://b.example https://a.example https://c.example https://d.example";
        assert_eq!(previewed(text), ["https://a.example", "https://b.example", "https://c.example"]);
        assert!(previewed(&format!("https://a.example/{}", "x".repeat(LINK))).is_empty());
    }

    #[test]
    fn hostile_text_names_nobody() {
        for text in ["<@", "<@>", "<@x>", "<<<<", "`", "``` <!channel>`", "h", "<http", "ht😀tp://", "<!>"]
        {
            let found = named(text);
            assert!(found.users.is_empty() && found.groups.is_empty() && found.links.is_empty(), "{text}");
        }
        let many = "<@00000000-0000-0000-0000-000000000001>".repeat(10_000);
        assert_eq!(named(&many).users.len(), 1);
    }

    #[test]
    fn keywords_are_whole_words() {
        assert!(holds_word("the deploy is done", "deploy"));
        assert!(!holds_word("redeployed", "deploy"));
        assert!(holds_word("größe!", "größe"));
    }
}

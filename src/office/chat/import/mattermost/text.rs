//! Mattermost's Markdown as ours: the same but for mentions, links to channels and emoji.

use super::super::emoji;
use super::super::names::Names;

/// The text with our mentions; `team` is where links to channels lead.
#[must_use]
pub fn markdown(text: &str, team: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        spoken(&rest[..start], team, names, &mut out);
        let run = rest[start..].bytes().take_while(|byte| *byte == b'`').count();
        let (fence, after) = rest[start..].split_at(run);
        let end = after.find(fence).map_or(0, |end| end + run);
        out.push_str(fence);
        out.push_str(&after[..end]);
        rest = &after[end..];
    }
    spoken(rest, team, names, &mut out);
    out
}

fn spoken(text: &str, team: &str, names: &Names, out: &mut String) {
    let mut at = 0;
    while let Some(step) = text[at..].find(['@', '~', ':', '<']) {
        out.push_str(&text[at..at + step]);
        at += step;
        let rest = &text[at..];
        let begins = !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let taken = match rest.as_bytes()[0] {
            b'@' if begins => mention(&rest[1..], names),
            b'~' if begins => channel(&rest[1..], team, names),
            b':' => emoji::take(rest).map(|(emoji, length)| (emoji, length - 1)),
            // What was typed begins no mention of ours.
            b'<' if rest[1..].starts_with(['@', '!', '#']) => Some(("\\<".into(), 0)),
            _ => None,
        };
        let (written, length) = taken.unwrap_or_else(|| (rest[..1].to_owned(), 0));
        out.push_str(&written);
        at += 1 + length;
    }
    out.push_str(&text[at..]);
}

/// The longest name that this text begins with.
fn name(text: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    &text[..text.bytes().take(64).position(|byte| !plain(byte)).unwrap_or(text.len().min(64))]
}

fn mention(text: &str, names: &Names) -> Option<(String, usize)> {
    // A name may end in a full stop, and so may a sentence.
    let whole = name(text);
    let ends = whole.trim_end_matches(['.', '-', '_']).len()..=whole.len();
    ends.rev().map(|end| &whole[..end]).find_map(|name| {
        let small = name.to_ascii_lowercase();
        let written = match small.as_str() {
            "channel" | "all" => "<!channel>".to_owned(),
            "here" => "<!here>".to_owned(),
            _ if names.people.contains_key(&small) => names.mention(&small, ""),
            _ if names.groups.contains_key(&small) => names.group(&small),
            _ => return None,
        };
        Some((written, name.len()))
    })
}

fn channel(text: &str, team: &str, names: &Names) -> Option<(String, usize)> {
    let whole = name(text);
    let ends = whole.trim_end_matches(['.', '-', '_']).len()..=whole.len();
    ends.rev().map(|end| &whole[..end]).find_map(|name| {
        let key = format!("{team}/{}", name.to_ascii_lowercase());
        names.rooms.contains_key(&key).then(|| (names.room(&key, name), name.len()))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use uuid::Uuid;

    use super::super::super::names::Someone;
    use super::*;
    use crate::ids::{RoomId, UserId};

    #[test]
    fn names_become_mentions_and_the_rest_stays() {
        let (ana, room) = (UserId(Uuid::from_u128(1)), RoomId(Uuid::from_u128(2)));
        let names = Names {
            people: HashMap::from([("ana.b".into(), Someone { account: Some(ana), name: "Ana".into() })]),
            rooms: HashMap::from([("t/town-square".into(), (room, "town".into()))]),
            ..Names::default()
        };
        let check = |text: &str, expected: &str| assert_eq!(markdown(text, "t", &names), expected, "{text}");
        check("@ana.b: hi @Ana.b.", &format!("<@{ana}>: hi <@{ana}>."));
        check("@all @channel @here @nobody a@ana.b", "<!channel> <!channel> <!here> @nobody a@ana.b");
        check("~town-square, ~other ~~gone~~", &format!("<#{room}>, ~other ~~gone~~"));
        check(":tada: `@all` **x** <!channel>", "🎉 `@all` **x** \\<!channel>");
    }
}

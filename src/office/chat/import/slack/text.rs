//! Slack's mrkdwn as the Markdown of our messages.

use super::super::emoji;
use super::super::names::{self, Names};

/// Bytes after a star or tilde among which its partner is looked for.
const REACH: usize = 4_000;

/// The text with our mentions, links and emphasis.
#[must_use]
pub fn markdown(text: &str, names: &Names) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        spoken(&rest[..start], names, &mut out);
        let fence = if rest[start..].starts_with("```") { "```" } else { "`" };
        let after = &rest[start + fence.len()..];
        match after.find(fence) {
            Some(end) => {
                code(&after[..end], fence, &mut out);
                rest = &after[end + fence.len()..];
            }
            None => {
                out.push_str(fence);
                rest = after;
            }
        }
    }
    spoken(rest, names, &mut out);
    out
}

/// Code holds no emphasis; links in it are their labels.
fn code(text: &str, fence: &str, out: &mut String) {
    let block = fence.len() > 1;
    if block {
        block_start(out);
        out.push_str("```\n");
    } else {
        out.push('`');
    }
    let text = if block { text.trim_matches('\n') } else { text };
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        unescape(&rest[..start], out);
        rest = &rest[start + 1..];
        let Some((token, after)) = rest.split_once('>') else { break };
        let (url, label) = token.split_once('|').unwrap_or((token, token));
        unescape(if label.is_empty() { url } else { label }, out);
        rest = after;
    }
    unescape(rest, out);
    out.push_str(if block { "\n```\n" } else { "`" });
}

fn block_start(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Takes Slack's three entities back, and nothing that comes out of it is one again.
pub fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let (sign, length) = entity(&rest[start..]);
        out.push(sign);
        rest = &rest[start + length..];
    }
    out.push_str(rest);
}

fn entity(text: &str) -> (char, usize) {
    [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')]
        .into_iter()
        .find(|(name, _)| text.starts_with(name))
        .map_or(('&', 1), |(name, sign)| (sign, name.len()))
}

/// Text outside of code.
fn spoken(text: &str, names: &Names, out: &mut String) {
    let mut closing: [Option<usize>; 2] = [None, None];
    let mut at = 0;
    while let Some(step) = text[at..].find(['<', '&', ':', '*', '~']) {
        out.push_str(&text[at..at + step]);
        at += step;
        let rest = &text[at..];
        at += match rest.as_bytes()[0] {
            b'<' => take_token(rest, names, out),
            b'&' => take_entity(rest, out),
            b':' => take_emoji(rest, out),
            sign => {
                let (kind, double) = if sign == b'*' { (0, "**") } else { (1, "~~") };
                if closing[kind] == Some(at) {
                    out.push_str(double);
                    closing[kind] = None;
                } else if let Some(end) =
                    partner(text, at, char::from(sign)).filter(|_| closing[kind].is_none())
                {
                    out.push_str(double);
                    closing[kind] = Some(end);
                } else {
                    out.push(char::from(sign));
                }
                1
            }
        };
    }
    out.push_str(&text[at..]);
}

fn take_entity(text: &str, out: &mut String) -> usize {
    let (sign, length) = entity(text);
    // What was written as a plain sign stays one: it begins no mention and no link.
    if sign == '<' && text[length..].starts_with(['@', '!', '#', 'h']) {
        out.push('\\');
    }
    out.push(sign);
    length
}

fn take_emoji(text: &str, out: &mut String) -> usize {
    match emoji::take(text) {
        Some((emoji, length)) => {
            out.push_str(&emoji);
            length
        }
        None => {
            out.push(':');
            1
        }
    }
}

/// Where the emphasis that begins here ends, on the same line.
fn partner(text: &str, at: usize, sign: char) -> Option<usize> {
    let bounds = |near: Option<char>| near.is_none_or(|near| !near.is_alphanumeric());
    let inside = &text[at + 1..];
    if !bounds(text[..at].chars().next_back()) || inside.starts_with([' ', '\n', sign]) || inside.is_empty() {
        return None;
    }
    let line = &inside[..inside.find('\n').unwrap_or(inside.len())];
    let mut from = 1;
    while let Some(found) = line.get(from..).and_then(|rest| rest.find(sign)).map(|found| found + from) {
        if found > REACH {
            return None;
        }
        let before = line[..found].chars().next_back();
        if !before.is_some_and(char::is_whitespace) && bounds(line[found + 1..].chars().next()) {
            return Some(at + 1 + found);
        }
        from = found + 1;
    }
    None
}

/// `<@U1>`, `<#C1|name>`, `<!channel>`, `<!subteam^S1|@team>`, `<!date^…|text>`, `<https://…|label>`.
fn take_token(text: &str, names: &Names, out: &mut String) -> usize {
    let Some(end) = text.find('>').filter(|end| *end <= REACH) else {
        out.push('<');
        return 1;
    };
    let token = &text[1..end];
    let (name, raw) = token.split_once('|').unwrap_or((token, ""));
    let mut label = String::new();
    unescape(raw, &mut label);
    let mut url = String::new();
    let written = match name.as_bytes().first() {
        Some(b'@') => names.mention(&name[1..], &label),
        Some(b'#') => names.room(&name[1..], &label),
        Some(b'!') => special(&name[1..], &label, names),
        _ => {
            unescape(name, &mut url);
            names::link(url.strip_prefix("mailto:").unwrap_or(&url), &label)
        }
    };
    out.push_str(&written);
    end + 1
}

fn special(name: &str, label: &str, names: &Names) -> String {
    match name {
        "channel" | "everyone" | "group" => "<!channel>".into(),
        "here" => "<!here>".into(),
        _ if name.starts_with("subteam^") && label.is_empty() => format!("@{}", names::plain(&name[8..])),
        _ if name.starts_with("subteam^") => names.group(label),
        _ => names::plain(if label.is_empty() { name } else { label }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use uuid::Uuid;

    use super::super::super::names::Someone;
    use super::*;
    use crate::ids::{GroupId, RoomId, UserId};

    fn names() -> Names {
        let person = |account, name: &str| Someone { account, name: name.into() };
        Names {
            people: HashMap::from([
                ("U1".into(), person(Some(UserId(Uuid::from_u128(1))), "Ana")),
                ("U2".into(), person(None, "Old <Bot>")),
            ]),
            rooms: HashMap::from([("C1".into(), (RoomId(Uuid::from_u128(3)), "general".into()))]),
            groups: HashMap::from([("team".into(), GroupId(Uuid::from_u128(4)))]),
            own: false,
        }
    }

    #[test]
    fn texts_keep_what_they_say() {
        let check = |text: &str, expected: &str| assert_eq!(markdown(text, &names()), expected, "{text}");
        let (ana, general) = (Uuid::from_u128(1), Uuid::from_u128(3));
        check("hi <@U1>, <@U1|ana>", &format!("hi <@{ana}>, <@{ana}>"));
        check("<@U9|x> <@U9>", "@x @U9");
        check("<#C1|general> <#C9|gone>", &format!("<#{general}> #gone"));
        check("<!channel> <!here> <!everyone>", "<!channel> <!here> <!channel>");
        check("<!subteam^S1|@team> <!subteam^S2|@x>", &format!("<@group:{}> @x", Uuid::from_u128(4)));
        check("<!date^1^{date}|today>", "today");
        check(
            "<https://a.example/x?a=1&amp;b=2|see> <http://b.example>",
            "<https://a.example/x?a=1&b=2|see> <http://b.example>",
        );
        check("<mailto:a@b.example|a@b.example> <javascript:alert(1)|x>", "a@b.example x");
        check("a &lt; b &amp;&amp; c &gt; d &amp;lt;", "a < b && c > d &lt;");
        check("&lt;!channel&gt; &lt;@U1&gt;", "\\<!channel> \\<@U1>");
        check("*bold* 2*3*4 * not * ~gone~ _kept_", "**bold** 2*3*4 * not * ~~gone~~ _kept_");
        check("*a <@U1> b*", &format!("**a <@{ana}> b**"));
        check(":tada: 10:30:00 :own-one:", "🎉 10:30:00 :own-one:");
        check("`*a* <http://x.example|x.example>`", "`*a* x.example`");
        check("see ```let a = b &lt; c;\n*p*```", "see \n```\nlet a = b < c;\n*p*\n```\n");
        check("open ` and < end", "open ` and < end");
    }

    #[test]
    fn hostile_texts_take_no_long_time() {
        for text in ["*a ", "~a ", "<", "`", "```", ":a", "&", "*", "<@", "`a```"] {
            assert!(markdown(&text.repeat(5_000), &names()).len() < 200_000, "{text}");
        }
    }
}

//! What Slack's incoming webhooks and the answers of commands say, as one of our messages.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::ids::Timestamp;

use super::super::import::emoji;
use super::super::import::names::{self, Names};
use super::super::import::slack::{blocks, text};
use super::super::text::TEXT_LIMIT;

/// Bytes of a payload.
pub const PAYLOAD: usize = 256 << 10;
/// Attachments that are read.
const ATTACHMENTS: usize = 100;
/// Characters of a name.
const NAME: usize = 80;
const FORM: &str = "application/x-www-form-urlencoded";

/// What is to be posted.
#[derive(Debug, Default, PartialEq)]
pub struct Said {
    /// Markdown, at most as long as a message.
    pub text: String,
    pub name: Option<String>,
    /// An emoji, or the `:name:` of an own one.
    pub icon: Option<String>,
    /// The moment of the message whose thread it belongs to.
    pub thread: Option<Timestamp>,
    /// Whether everyone sees the answer of a command.
    pub in_channel: bool,
}

/// Why nothing can be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPayload {
    #[error("invalid_payload")]
    Invalid,
    #[error("no_text")]
    NoText,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Payload {
    text: Option<String>,
    username: Option<String>,
    icon_emoji: Option<String>,
    thread_ts: Option<Value>,
    response_type: Option<String>,
    attachments: Option<Box<RawValue>>,
    blocks: Option<Box<RawValue>>,
}

/// What of an attachment an import does not look at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Looks {
    color: Option<String>,
    image_url: Option<String>,
    thumb_url: Option<String>,
    footer: Option<String>,
    blocks: Option<Box<RawValue>>,
}

/// Reads the body of a request: JSON, or a form whose `payload` is JSON.
///
/// # Errors
/// `BadPayload`, in Slack's words.
pub fn read(content_type: &str, body: &[u8]) -> Result<Said, BadPayload> {
    let is_form = content_type.trim_start().to_ascii_lowercase().starts_with(FORM);
    // Who forgets the content type sends JSON as a form.
    if !is_form || body.trim_ascii_start().starts_with(b"{") {
        return said(json(body)?);
    }
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| BadPayload::Invalid)?;
    let mut plain = Payload::default();
    for (name, value) in fields {
        match name.as_str() {
            "payload" => return said(json(value.as_bytes())?),
            "text" => plain.text = Some(value),
            "username" => plain.username = Some(value),
            "icon_emoji" => plain.icon_emoji = Some(value),
            _ => {}
        }
    }
    said(plain)
}

/// Reads the answer of an endpoint, which may also be plain text; an empty one says nothing.
///
/// # Errors
/// As `read`.
pub fn read_answer(body: &[u8]) -> Result<Said, BadPayload> {
    if body.trim_ascii_start().starts_with(b"{") {
        return said(json(body)?);
    }
    let text = std::str::from_utf8(body).map_err(|_| BadPayload::Invalid)?;
    said(Payload { text: Some(text.to_owned()), ..Payload::default() })
}

/// An object; a list would be read as one too.
fn json(body: &[u8]) -> Result<Payload, BadPayload> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(BadPayload::Invalid);
    }
    serde_json::from_slice(body).map_err(|_| BadPayload::Invalid)
}

fn said(payload: Payload) -> Result<Said, BadPayload> {
    let names = Names { own: true, ..Names::default() };
    let rich = payload.blocks.as_deref().and_then(|raw| blocks::of_blocks(raw, &names));
    let plain = || text::markdown(payload.text.as_deref().unwrap_or_default(), &names);
    let mut text = rich.unwrap_or_else(plain).trim().to_owned();
    let attachments = payload.attachments.as_deref().map(|raw| attachments(raw, &names)).transpose()?;
    for attachment in attachments.into_iter().flatten() {
        if !text.is_empty() {
            // A quote that follows another line at once would be part of its paragraph.
            text.push_str("\n\n");
        }
        text.push_str(&attachment);
    }
    let text = text.replace('\0', " ");
    if text.trim().is_empty() {
        return Err(BadPayload::NoText);
    }
    Ok(Said {
        text: cut(&text, TEXT_LIMIT),
        name: payload.username.map(|name| name_of(&name)).filter(|name| !name.is_empty()),
        icon: payload.icon_emoji.and_then(|icon| icon_of(&icon)),
        thread: payload.thread_ts.as_ref().and_then(moment),
        in_channel: payload.response_type.as_deref() == Some("in_channel"),
    })
}

/// Each attachment as quoted lines behind a square of its colour.
fn attachments(raw: &RawValue, names: &Names) -> Result<Vec<String>, BadPayload> {
    if raw.get() == "null" {
        return Ok(Vec::new());
    }
    let list: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| BadPayload::Invalid)?;
    let mut all = Vec::new();
    for raw in list.into_iter().take(ATTACHMENTS) {
        let looks: Looks = serde_json::from_str(raw.get()).map_err(|_| BadPayload::Invalid)?;
        let mut lines = vec![blocks::of_one_attachment(raw, names)];
        lines.extend(looks.blocks.as_deref().and_then(|raw| blocks::of_blocks(raw, names)));
        let picture = looks.image_url.or(looks.thumb_url).unwrap_or_default();
        lines.push(names::link(&picture, ""));
        lines.push(looks.footer.map(|footer| names::plain(&footer)).unwrap_or_default());
        lines.retain(|line| !line.trim().is_empty());
        if let Some(first) = lines.first_mut() {
            *first = format!("{}{first}", looks.color.as_deref().map(square).unwrap_or_default());
            let quoted: Vec<String> = lines.join("\n").lines().map(|line| format!("> {line}")).collect();
            all.push(quoted.join("\n"));
        }
    }
    Ok(all)
}

/// The square that is nearest to a colour, with a space; none for what is no colour.
fn square(color: &str) -> &'static str {
    let hex = match color.trim() {
        "good" => "2eb67d",
        "warning" => "ecb22e",
        "danger" => "e01e5a",
        other => other.trim_start_matches('#'),
    };
    let Some(part) = (hex.len() == 6).then(|| u32::from_str_radix(hex, 16).ok()).flatten() else { return "" };
    let own = [(part >> 16) & 255, (part >> 8) & 255, part & 255].map(|part| part.cast_signed());
    let squares = [
        ("🟥 ", [221, 46, 68]),
        ("🟧 ", [244, 144, 12]),
        ("🟨 ", [236, 178, 46]),
        ("🟩 ", [80, 170, 90]),
        ("🟦 ", [60, 136, 238]),
        ("🟪 ", [150, 110, 200]),
        ("🟫 ", [140, 90, 60]),
        ("⬛ ", [30, 30, 30]),
        ("⬜ ", [225, 225, 225]),
    ];
    let far = |other: &[i32; 3]| own.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<i32>();
    squares.iter().min_by_key(|(_, other)| far(other)).map(|(square, _)| *square).unwrap_or_default()
}

/// A name as messages show it.
#[must_use]
pub fn name_of(name: &str) -> String {
    cut(names::plain(name).trim(), NAME)
}

/// An emoji by its name between colons, or by itself.
#[must_use]
pub fn icon_of(icon: &str) -> Option<String> {
    let icon = icon.trim();
    match icon.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')) {
        Some(name) => emoji::of_name(name),
        None => {
            let odd = |sign: char| sign.is_control() || sign.is_ascii() || sign.is_whitespace();
            (!icon.is_empty() && icon.chars().count() <= 16 && !icon.contains(odd)).then(|| icon.to_owned())
        }
    }
}

/// `1355517523.000005`: seconds with six places.
fn moment(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    let (seconds, places) = text.split_once('.')?;
    if places.len() != 6 || seconds.len() > 12 {
        return None;
    }
    let micros =
        seconds.parse::<u32>().ok().map(i64::from)? * 1_000_000 + i64::from(places.parse::<u32>().ok()?);
    Timestamp::from_timestamp_micros(micros)
}

/// How Slack writes a moment.
#[must_use]
pub fn ts(at: Timestamp) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}

fn cut(text: &str, most: usize) -> String {
    let mut letters = text.chars();
    let mut out: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        out.pop();
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(body: &str) -> Result<String, BadPayload> {
        read("application/json", body.as_bytes()).map(|said| said.text)
    }

    #[test]
    fn payloads_say_what_they_say_in_slack() {
        let check = |body: &str, expected: &str| assert_eq!(text_of(body).as_deref(), Ok(expected), "{body}");
        check(
            r#"{"text":"*done* &lt;3 <https://ci.example/7|build 7> :tada:"}"#,
            "**done** <3 <https://ci.example/7|build 7> 🎉",
        );
        check(
            r#"{"text":"fallback","blocks":[{"type":"header","text":{"type":"plain_text","text":"Deploy"}},
            {"type":"section","text":{"type":"mrkdwn","text":"*ok*"},"fields":[{"type":"mrkdwn","text":"a"}]},
            {"type":"divider"},{"type":"context","elements":[{"type":"mrkdwn","text":"by ana"}]},
            {"type":"image","image_url":"https://a.example/x.png","alt_text":"graph"}]}"#,
            "**Deploy**\n**ok**\na\n\n---\nby ana\n<https://a.example/x.png|graph>",
        );
        check(r#"{"text":"fallback","blocks":[{"type":"unheard-of"}]}"#, "fallback");
        check(
            r##"{"text":"Alarm","attachments":[{"color":"#E01E5A","pretext":"now","title":"CPU",
            "title_link":"https://m.example","text":"_95 %_","fields":[{"title":"Host","value":"a1","short":true}],
            "footer":"Grafana"},{"fallback":"plain"}]}"##,
            "Alarm\n\n> 🟥 now\n> <https://m.example|CPU>\n> _95 %_\n> Host: a1\n> Grafana\n\n> plain",
        );
        let user = "00000000-0000-0000-0000-000000000001";
        check(&format!(r#"{{"text":"<@{user}> <@U1> <!here>"}}"#), &format!("<@{user}> @U1 <!here>"));
        let form = read(FORM, b"payload=%7B%22text%22%3A%22a%20b%22%2C%22username%22%3A%22CI%22%7D").unwrap();
        assert_eq!((form.text.as_str(), form.name.as_deref()), ("a b", Some("CI")));
        let bare =
            read(FORM, br#"{"text":"a","icon_emoji":":rocket:","thread_ts":"1700000000.000100"}"#).unwrap();
        assert_eq!(
            (bare.icon.as_deref(), bare.thread.map(ts).as_deref()),
            (Some("🚀"), Some("1700000000.000100"))
        );
        assert!(read_answer(br#"{"response_type":"in_channel","text":"x"}"#).unwrap().in_channel);
        assert_eq!(read_answer(b"plain *text*").unwrap().text, "plain **text**");
    }

    #[test]
    fn what_says_nothing_is_refused_in_the_documented_words() {
        for body in [
            "{}",
            r#"{"text":" "}"#,
            r#"{"text":"","attachments":[]}"#,
            r#"{"blocks":[]}"#,
            r#"{"attachments":[{}]}"#,
        ] {
            assert_eq!(text_of(body), Err(BadPayload::NoText), "{body}");
        }
        for body in [
            "",
            "x",
            "[]",
            r#"{"text":7}"#,
            r#"{"attachments":7}"#,
            "{\"text\":\"a",
            r#"{"attachments":[7]}"#,
        ] {
            assert_eq!(text_of(body), Err(BadPayload::Invalid), "{body}");
        }
        assert_eq!(read("application/json", b"{\"text\":\"\xff\"}"), Err(BadPayload::Invalid));
        assert_eq!(read(FORM, b"payload=%7B"), Err(BadPayload::Invalid));
        assert_eq!(read(FORM, b"other=1"), Err(BadPayload::NoText));
        let long = text_of(&format!(r#"{{"text":"{}"}}"#, "a\\u0000".repeat(20_000))).unwrap();
        assert_eq!((long.chars().count(), long.contains('\0')), (TEXT_LIMIT, false));
    }
}

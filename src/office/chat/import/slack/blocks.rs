//! Rich text and attachments as Markdown.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::emoji;
use super::super::names::{self, Names};
use super::json::Attachment;
use super::text::{markdown, unescape};

/// Depth to which lists are followed; the format has no more.
const DEPTH: usize = 8;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    elements: Vec<Element>,
    text: Option<Text>,
    fields: Option<Vec<Text>>,
    image_url: Option<String>,
    alt_text: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Text {
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Element {
    #[serde(rename = "type")]
    kind: String,
    elements: Vec<Element>,
    /// A text of its own, or the object of a button.
    text: Option<serde_json::Value>,
    url: Option<String>,
    user_id: Option<String>,
    channel_id: Option<String>,
    usergroup_id: Option<String>,
    name: Option<String>,
    range: Option<String>,
    fallback: Option<String>,
    /// An object, or the word `ordered` or `bullet` of a list.
    style: Option<serde_json::Value>,
    indent: Option<u64>,
}

/// What blocks say; none when they say nothing or are of a kind that is not known.
#[must_use]
pub fn of_blocks(raw: &RawValue, names: &Names) -> Option<String> {
    let blocks: Vec<Block> = serde_json::from_str(raw.get()).ok()?;
    let mut out = String::new();
    for block in blocks {
        match block.kind.as_str() {
            "rich_text" => block.elements.iter().for_each(|part| rich(part, names, DEPTH, &mut out)),
            "header" => {
                line(&mut out);
                let text = block.text.map(|text| names::plain(text.text.trim())).unwrap_or_default();
                out.push_str(&if text.is_empty() { text } else { format!("**{text}**") });
            }
            "image" => {
                line(&mut out);
                let label = block.alt_text.unwrap_or_default();
                out.push_str(&names::link(&block.image_url.unwrap_or_default(), &label));
            }
            "divider" if !out.trim().is_empty() => {
                line(&mut out);
                out.push_str("\n---\n");
            }
            "section" | "context" | "markdown" => {
                let elements = block.elements.into_iter().filter_map(|element| match element.text? {
                    serde_json::Value::String(text) => Some(Text { text }),
                    _ => None,
                });
                let texts = block.text.into_iter().chain(block.fields.into_iter().flatten()).chain(elements);
                for text in texts {
                    line(&mut out);
                    out.push_str(&markdown(&text.text, names));
                }
            }
            "divider" | "actions" | "call" => {}
            _ => return None,
        }
    }
    let text = out.trim().trim_end_matches("\n---").trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn rich(part: &Element, names: &Names, depth: usize, out: &mut String) {
    let mut inner = String::new();
    match part.kind.as_str() {
        "rich_text_section" => part.elements.iter().for_each(|leaf| spoken(leaf, names, out)),
        "rich_text_preformatted" => {
            for leaf in &part.elements {
                inner.push_str(leaf.said().or(leaf.url.as_deref()).unwrap_or_default());
            }
            line(out);
            out.push_str(&format!("```\n{}\n```\n", inner.trim_matches('\n')));
        }
        "rich_text_quote" => {
            part.elements.iter().for_each(|leaf| spoken(leaf, names, &mut inner));
            line(out);
            inner.lines().for_each(|text| out.push_str(&format!("> {text}\n")));
        }
        "rich_text_list" if depth > 0 => {
            let ordered = part.style.as_ref().and_then(|style| style.as_str()) == Some("ordered");
            let indent = "    ".repeat(part.indent.unwrap_or(0).min(DEPTH as u64) as usize);
            for (at, item) in part.elements.iter().enumerate() {
                line(out);
                let mark = if ordered { format!("{}.", at + 1) } else { "-".into() };
                out.push_str(&format!("{indent}{mark} "));
                rich(item, names, depth - 1, out);
            }
            line(out);
        }
        _ => {}
    }
}

impl Element {
    fn said(&self) -> Option<&str> {
        self.text.as_ref().and_then(|text| text.as_str())
    }

    fn is(&self, style: &str) -> bool {
        self.style.as_ref().and_then(|styles| styles.get(style)).and_then(|on| on.as_bool()).unwrap_or(false)
    }
}

/// A word or a mention within a line.
fn spoken(leaf: &Element, names: &Names, out: &mut String) {
    let id = |id: &Option<String>| id.clone().unwrap_or_default();
    let written = match leaf.kind.as_str() {
        "text" => styled(leaf, &guarded(leaf.said().unwrap_or_default())),
        "link" => names::link(leaf.url.as_deref().unwrap_or_default(), leaf.said().unwrap_or_default()),
        "user" => names.mention(&id(&leaf.user_id), ""),
        "channel" => names.room(&id(&leaf.channel_id), ""),
        "usergroup" => format!("@{}", names::plain(&id(&leaf.usergroup_id))),
        "emoji" => emoji::of_name(&id(&leaf.name)).unwrap_or_default(),
        "broadcast" if leaf.range.as_deref() == Some("here") => "<!here>".into(),
        "broadcast" => "<!channel>".into(),
        "date" => names::plain(leaf.fallback.as_deref().unwrap_or_default()),
        _ => String::new(),
    };
    out.push_str(&written);
}

/// Text that was typed as it is: it begins no mention.
fn guarded(text: &str) -> String {
    let mut out = text.to_owned();
    for token in ["<@", "<!", "<#", "<http"] {
        if out.contains(token) {
            out = out.replace(token, &format!("\\{token}"));
        }
    }
    out
}

fn styled(leaf: &Element, text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    let mut out =
        if leaf.is("code") && !inner.contains('`') { format!("`{inner}`") } else { inner.to_owned() };
    for (style, mark) in [("italic", "_"), ("bold", "**"), ("strike", "~~")] {
        if leaf.is(style) {
            out = format!("{mark}{out}{mark}");
        }
    }
    // White space stays outside of the emphasis, or it would be none.
    let start = text.len() - text.trim_start().len();
    format!("{}{out}{}", &text[..start], &text[start + inner.len()..])
}

/// What one attachment of a message says; nothing when it is none.
#[must_use]
pub fn of_one_attachment(raw: &RawValue, names: &Names) -> String {
    serde_json::from_str(raw.get()).map(|attachment| of_attachment(attachment, names)).unwrap_or_default()
}

/// What attachments say, as quoted lines; previews of links say nothing of the author's.
#[must_use]
pub fn of_attachments(raw: &RawValue, names: &Names) -> String {
    let attachments: Vec<Attachment> = serde_json::from_str(raw.get()).unwrap_or_default();
    let mut out = String::new();
    for attachment in attachments {
        let shared = attachment.is_msg_unfurl == Some(true) || attachment.is_share == Some(true);
        if attachment.from_url.is_some() && !shared {
            continue;
        }
        let text = of_attachment(attachment, names);
        text.lines().for_each(|text| out.push_str(&format!("> {text}\n")));
    }
    out.trim_end().to_owned()
}

fn of_attachment(attachment: Attachment, names: &Names) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |text: Option<String>| lines.extend(text.filter(|text| !text.trim().is_empty()));
    add(attachment.pretext.map(|text| markdown(&text, names)));
    add(attachment.author_name.map(|name| format!("**{}**", names::plain(&name))));
    let title = attachment.title.map(|title| {
        let mut text = String::new();
        unescape(&title, &mut text);
        text
    });
    add(title.map(|title| match &attachment.title_link {
        Some(url) => names::link(url, &title),
        None => format!("**{}**", names::plain(&title)),
    }));
    add(attachment.text.map(|text| markdown(&text, names)));
    for field in attachment.fields.unwrap_or_default() {
        let value = match field.value {
            Some(serde_json::Value::String(text)) => markdown(&text, names),
            Some(serde_json::Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        add(Some(format!("{}: {value}", names::plain(&field.title.unwrap_or_default()))));
    }
    if lines.is_empty() {
        lines.extend(attachment.fallback.map(|text| markdown(&text, names)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn rich_text_becomes_markdown() {
        let blocks = raw(r#"[{"type":"rich_text","elements":[
                {"type":"rich_text_section","elements":[{"type":"text","text":"see "},
                  {"type":"text","text":"this ","style":{"bold":true}},{"type":"link","url":"https://a.example"},
                  {"type":"emoji","name":"tada"},{"type":"broadcast","range":"here"},{"type":"text","text":"<@U1>"}]},
                {"type":"rich_text_list","style":"ordered","indent":1,"elements":[
                  {"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},
                  {"type":"rich_text_section","elements":[{"type":"text","text":"two"}]}]},
                {"type":"rich_text_quote","elements":[{"type":"text","text":"said"}]},
                {"type":"rich_text_preformatted","elements":[{"type":"text","text":"a < b"}]}]}]"#);
        let expected = "see **this** <https://a.example>🎉<!here>\\<@U1>\n    1. one\n    2. two\n> said\n```\na < b\n```";
        assert_eq!(of_blocks(&blocks, &Names::default()).as_deref(), Some(expected));
        for other in ["[]", "{}", r#"[{"type":"video"}]"#, r#"[{"type":7}]"#, r#"[{"type":"divider"}]"#] {
            assert_eq!(of_blocks(&raw(other), &Names::default()), None, "{other}");
        }
    }

    #[test]
    fn attachments_become_quoted_lines() {
        let attachments =
            raw(r#"[{"fallback":"x","title":"Build 7","title_link":"https://ci.example/7","text":"*failed*",
                 "fields":[{"title":"Branch","value":"main"},{"title":"Took","value":7}]},
                {"from_url":"https://a.example","title":"A page"}, {"fallback":"only this"}]"#);
        let expected =
            "> <https://ci.example/7|Build 7>\n> **failed**\n> Branch: main\n> Took: 7\n> only this";
        assert_eq!(of_attachments(&attachments, &Names::default()), expected);
        assert_eq!(of_attachments(&raw("7"), &Names::default()), "");
    }
}

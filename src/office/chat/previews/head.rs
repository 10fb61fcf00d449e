//! What a page says about itself in its head, token by token: no tree is built, nothing is run.

use std::collections::BTreeMap;

use html5gum::Tokenizer;
use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};

/// Characters of what a preview shows.
const TITLE: usize = 200;
const DESCRIPTION: usize = 300;
const SITE: usize = 80;
/// Bytes of a title that are gathered before it is cut.
const GATHERED: usize = 8 << 10;
/// Bytes of an address.
const ADDRESS: usize = 4096;

/// What is looked for among the `<meta>` elements.
const KNOWN: [&str; 11] = [
    "og:title",
    "twitter:title",
    "og:description",
    "twitter:description",
    "description",
    "og:site_name",
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
];

/// What is known of `KNOWN`.
type Said = BTreeMap<&'static str, String>;

/// What a page says about itself; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub title: String,
    pub description: String,
    pub site: String,
    /// As it stands in the page, perhaps relative to its address.
    pub image: Option<String>,
}

/// Reads the head of a page, whatever it holds.
#[must_use]
pub fn read(html: &str) -> Head {
    let mut said = Said::new();
    let (mut title, mut in_title) = (None::<String>, false);
    for token in tokens(html) {
        match token {
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"body" => break,
                b"meta" => note(&tag, &mut said),
                b"title" => in_title = title.is_none(),
                _ => {}
            },
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"head" => break,
                b"title" => in_title = false,
                _ => {}
            },
            Token::String(text) if in_title => {
                let title = title.get_or_insert_default();
                if title.len() < GATHERED {
                    title.push_str(&String::from_utf8_lossy(&text.value));
                }
            }
            _ => {}
        }
    }
    let image = ["og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src"];
    Head {
        title: clean(first(&said, &KNOWN[..2]).or(title.as_deref()).unwrap_or_default(), TITLE),
        description: clean(first(&said, &KNOWN[2..5]).unwrap_or_default(), DESCRIPTION),
        site: clean(first(&said, &["og:site_name"]).unwrap_or_default(), SITE),
        image: first(&said, &image).map(|src| src.trim().to_owned()).filter(|src| src.len() <= ADDRESS),
    }
}

/// The encoding that a page names in its head.
#[must_use]
pub fn charset(html: &str) -> Option<String> {
    for token in tokens(html) {
        let Token::StartTag(tag) = token else { continue };
        match tag.name.as_slice() {
            b"body" => return None,
            b"meta" => {}
            _ => continue,
        }
        if let Some(label) = value(&tag, b"charset") {
            return Some(label);
        }
        let is_type = value(&tag, b"http-equiv").is_some_and(|it| it.eq_ignore_ascii_case("content-type"));
        if let Some(label) = value(&tag, b"content").filter(|_| is_type).and_then(|it| label_in(&it)) {
            return Some(label);
        }
    }
    None
}

/// The `charset` of a content type.
#[must_use]
pub fn label_in(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1);
    parameters.find_map(|parameter| {
        let (name, label) = parameter.split_once('=')?;
        let label = label.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| label.to_owned())
    })
}

/// The tokens, with text such as that of a script told from markup.
fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    // Reading from memory cannot fail.
    Tokenizer::new_with_emitter(html, emitter).flatten()
}

/// Writes down what a `<meta>` element says; the first one counts.
fn note(tag: &StartTag<()>, said: &mut Said) {
    let Some(content) = value(tag, b"content").filter(|content| !content.trim().is_empty()) else { return };
    // Some pages write `name` where `property` belongs, and the other way round.
    for attribute in [b"property".as_slice(), b"name"] {
        let Some(name) = value(tag, attribute) else { continue };
        let name = name.trim().to_ascii_lowercase();
        if let Some(known) = KNOWN.iter().find(|known| **known == name) {
            said.entry(known).or_insert(content);
            return;
        }
    }
}

fn first<'a>(said: &'a Said, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| said.get(*name)).map(String::as_str)
}

fn value(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|found| String::from_utf8_lossy(&found.value).into_owned())
}

/// One line without signs that control the terminal or turn the direction of what stands around it.
#[must_use]
pub fn clean(text: &str, most: usize) -> String {
    let kept = |sign: &char| {
        !matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            && (sign.is_whitespace() || !sign.is_control())
    };
    let plain: String = text.chars().filter(kept).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

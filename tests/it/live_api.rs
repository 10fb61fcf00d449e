//! The description of the live socket says what the code says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::on_both;

fn described() -> &'static Value {
    static ALL: OnceLock<Value> = OnceLock::new();
    ALL.get_or_init(|| kontor::app::live_api().0)
}

fn messages() -> &'static serde_json::Map<String, Value> {
    described()["components"]["messages"].as_object().unwrap()
}

/// The schema that a reference leads to.
fn schema(carries: &Value) -> &'static Value {
    let name = carries["$ref"].as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
    let found = &described()["components"]["schemas"][name];
    assert!(found.is_object(), "{name} is referred to and not there");
    found
}

/// Holds what a client has heard against the description.
pub fn check(message: &Value) {
    let Some(topic) = message["topic"].as_str() else { return };
    let prefix = topic.split(':').next().unwrap_or_default();
    let events = message["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    let one = message["kind"].is_string().then_some(message);
    for event in events.iter().chain(one) {
        let kind = event["kind"].as_str().unwrap();
        let described = messages().get(&format!("{prefix}.{kind}"));
        let described = described.unwrap_or_else(|| panic!("{kind} of {topic} is not described"));
        let schema = schema(&described["x-carries"]);
        let data = event["data"].as_object().unwrap();
        let Some(properties) = schema["properties"].as_object() else { continue };
        for key in data.keys() {
            assert!(properties.contains_key(key), "{kind} carries {key}, which is not described");
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(data.contains_key(key.as_str().unwrap()), "{kind} lacks {key}: {event}");
        }
    }
}

#[test]
fn the_committed_description_is_the_one_that_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/live.asyncapi.json");
    let committed: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let again = "run `kontor asyncapi > docs/live.asyncapi.json`";
    assert!(committed == *described(), "docs/live.asyncapi.json is of another release: {again}");
}

#[test]
fn everything_that_is_referred_to_is_described() {
    fn walk(value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(to) = fields.get("$ref").and_then(Value::as_str) {
                    let pointer = to.strip_prefix('#').unwrap();
                    assert!(described().pointer(pointer).is_some(), "{to} is nowhere");
                }
                fields.values().for_each(walk);
            }
            Value::Array(all) => all.iter().for_each(walk),
            _ => {}
        }
    }
    walk(described());
}

/// Words with a dot that are no commands and no events of the live socket.
const OTHERS: [&str; 11] = [
    "chat.channels",
    "chat.moderation",
    "chat.holds",
    "chat.zip",
    "chat.later",
    "chat.planned",
    "chat.linked",
    "chat.outgoing",
    "notify.push",
    "chat.",
    "record.",
];

#[test]
fn every_name_in_the_code_is_described() {
    let known: BTreeSet<&str> = messages().values().filter_map(|message| message["name"].as_str()).collect();
    let mut missing = BTreeSet::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for folder in ["office", "business/engine", "protocols/ws/live"] {
        names_in(&src.join(folder), &mut |name| {
            if !known.contains(name) && !OTHERS.contains(&name) {
                missing.insert(name.to_owned());
            }
        });
    }
    assert!(missing.is_empty(), "said and not described: {missing:?}");
    for name in ["presence", "status"] {
        assert!(known.contains(name));
    }
}

/// Every text such as `"chat.posted"` in the code below a folder.
fn names_in(folder: &Path, take: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names_in(&path, take);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        for (at, _) in text.match_indices('"') {
            let rest = &text[at + 1..];
            let end = rest.find(|sign: char| !(sign.is_ascii_lowercase() || sign == '_' || sign == '.'));
            let Some(word) = end.filter(|end| rest[*end..].starts_with('"')).map(|end| &rest[..end]) else {
                continue;
            };
            if ["chat.", "notify.", "presence.", "record."].iter().any(|prefix| word.starts_with(prefix)) {
                take(word);
            }
        }
    }
}

on_both!(the_description_is_served, |server| {
    let served: Value = server.nobody().get("//api/asyncapi.json").await.json().await.unwrap();
    assert_eq!(served["asyncapi"], "3.0.0");
    assert_eq!(served, *described());
});

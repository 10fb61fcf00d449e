//! What people type into the search: words, phrases and operators.

use chrono::{Days, NaiveDate, NaiveTime};

use crate::ids::{Timestamp, UserId};
use crate::store::{StoreError, TenantTx};

use super::store::members;
use super::store::rooms::NamedRow;
use super::store::search::Search;

/// Words, phrases and operators of one search.
const PARTS: usize = 30;

/// A search as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub words: Vec<String>,
    pub without: Vec<String>,
    /// Names or `me`.
    pub from: Vec<String>,
    /// Names of channels.
    pub inside: Vec<String>,
    pub has: Vec<String>,
    pub after: Option<NaiveDate>,
    pub before: Option<NaiveDate>,
    /// What looked like an operator and is none.
    pub unknown: Vec<String>,
}

/// Reads what was typed; nothing is refused, what is no operator is a word.
#[must_use]
pub fn parse(text: &str) -> Query {
    let mut query = Query::default();
    for part in parts(text).take(PARTS) {
        let (not, part) = match part.strip_prefix('-') {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, part.as_str()),
        };
        let operator = if part.starts_with('"') { None } else { part.split_once(':') };
        let word = part.trim_matches('"').to_owned();
        match operator {
            Some(("from", name)) if !not => query.from.push(name.trim_start_matches('@').to_lowercase()),
            Some(("in", name)) if !not => query.inside.push(name.trim_start_matches('#').to_lowercase()),
            Some(("has", what)) if !not => query.has.push(what.to_lowercase()),
            Some((word @ ("before" | "after" | "on"), date)) if !not => take_date(&mut query, word, date),
            _ if word.trim().is_empty() => {}
            _ if not => query.without.push(word),
            _ => query.words.push(word),
        }
    }
    query
}

fn take_date(query: &mut Query, operator: &str, text: &str) {
    let Ok(date) = text.parse::<NaiveDate>() else {
        return query.unknown.push(format!("{operator}:{text}"));
    };
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    match operator {
        "before" => query.before = Some(date),
        "after" => query.after = Some(next),
        _ => (query.after, query.before) = (Some(date), Some(next)),
    }
}

/// Words, and what stands in quotation marks as one.
fn parts(text: &str) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    for sign in text.chars().take(1_000).filter(|sign| *sign != '\0') {
        quoted ^= sign == '"';
        if sign.is_whitespace() && !quoted {
            found.push(std::mem::take(&mut part));
        } else {
            part.push(sign);
        }
    }
    found.push(part);
    found.into_iter().filter(|part| !part.is_empty())
}

impl Query {
    /// What it means for a person who may read these rooms. Names that nobody has find nothing.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn resolve(
        self,
        tx: &mut TenantTx,
        me: UserId,
        readable: &[NamedRow],
    ) -> Result<Option<Search>, StoreError> {
        let mut authors = Vec::new();
        for name in &self.from {
            match name.parse() {
                _ if name == "me" => authors.push(me),
                Ok(id) => authors.push(UserId(id)),
                Err(_) => authors.extend(members::called(tx, name).await?),
            }
        }
        let wanted = |room: &&NamedRow| {
            let named = |name: &String| room.name.as_ref() == Some(name) || room.id.to_string() == *name;
            self.inside.is_empty() || self.inside.iter().any(named)
        };
        let rooms = readable.iter().filter(wanted).map(|room| room.id).collect();
        if !self.from.is_empty() && authors.is_empty() {
            return Ok(None);
        }
        let mark = |what: &String| match what.as_str() {
            "file" | "files" | "image" => Some("hasfile"),
            "link" | "links" => Some("haslink"),
            _ => None,
        };
        let day = |date: NaiveDate| -> Timestamp { date.and_time(NaiveTime::MIN).and_utc() };
        Ok(Some(Search {
            marks: self.has.iter().filter_map(mark).collect(),
            words: self.words,
            without: self.without,
            rooms,
            authors,
            after: self.after.map(day),
            before: self.before.map(day),
            below: None,
            limit: 0,
        }))
    }

    /// Whether anything is looked for at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The part of a text around the first hit, with hits between `⟦` and `⟧`.
#[must_use]
pub fn highlight(text: &str, words: &[String]) -> String {
    const AROUND: usize = 120;
    let lower = text.to_lowercase();
    // Some letters grow when they become small; places would not agree then.
    let hits = if lower.len() == text.len() { hits(&lower, words) } else { Vec::new() };
    let first = hits.first().map_or(0, |(start, _)| *start);
    let start = text[..first].char_indices().rev().nth(AROUND / 2).map_or(0, |(at, _)| at);
    let end = text[start..].char_indices().nth(AROUND * 2).map_or(text.len(), |(at, _)| start + at);
    let mut out = String::new();
    let mut at = start;
    for (from, to) in hits.into_iter().filter(|(from, to)| *from >= start && *to <= end) {
        if from >= at {
            out.extend([&text[at..from], "⟦", &text[from..to], "⟧"]);
            at = to;
        }
    }
    out.push_str(&text[at..end]);
    out
}

fn hits(lower: &str, words: &[String]) -> Vec<(usize, usize)> {
    let mut hits = Vec::new();
    for word in words.iter().map(|word| word.to_lowercase()).filter(|word| !word.is_empty()) {
        hits.extend(lower.match_indices(&word).map(|(start, found)| (start, start + found.len())));
    }
    hits.sort_unstable();
    hits.retain(|(start, end)| lower.is_char_boundary(*start) && lower.is_char_boundary(*end));
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_and_phrases_are_read() {
        let query = parse(r#"deploy "next week" -draft from:@Ana in:#general has:link on:2026-11-21"#);
        let expected = Query {
            words: vec!["deploy".into(), "next week".into()],
            without: vec!["draft".into()],
            from: vec!["ana".into()],
            inside: vec!["general".into()],
            has: vec!["link".into()],
            after: NaiveDate::from_ymd_opt(2026, 11, 21),
            before: NaiveDate::from_ymd_opt(2026, 11, 22),
            unknown: vec![],
        };
        assert_eq!(query, expected);
        assert!(parse("  ").is_empty());
        assert_eq!(parse("before:soon").unknown, ["before:soon"]);
        assert_eq!(parse("https://a.example").words, ["https://a.example"]);
    }

    #[test]
    fn hits_are_marked_wherever_they_are() {
        assert_eq!(highlight("The Deploy is done", &["deploy".into()]), "The ⟦Deploy⟧ is done");
        let long = format!("{} größe {}", "é".repeat(500), "x".repeat(500));
        assert!(highlight(&long, &["größe".into()]).contains("⟦größe⟧"));
        for text in ["", "İİİ deploy", "😀"] {
            let _ = highlight(text, &["deploy".into(), "".into()]);
        }
    }
}

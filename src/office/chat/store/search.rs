//! Finds messages by their words, over the full-text index of either database.
//!
//! Beside `store/`, this is the one place with two texts for one statement: the databases have no
//! common language for full text.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::store::{Dialect, StoreError, TenantTx, args, row};

use super::super::text::{from_mark, in_mark};

/// What is looked for; all parts must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// Words and phrases that the text holds.
    pub words: Vec<String>,
    /// Words and phrases that it does not hold.
    pub without: Vec<String>,
    /// Rooms of which one holds the message: those that the person may read. Empty finds nothing.
    pub rooms: Vec<RoomId>,
    /// Authors of which one wrote it; empty means anyone.
    pub authors: Vec<UserId>,
    /// Marks that it has: `hasfile`, `haslink`.
    pub marks: Vec<&'static str>,
    pub after: Option<Timestamp>,
    pub before: Option<Timestamp>,
    /// Where the page before ended.
    pub below: Option<i64>,
    pub limit: i64,
}

row! {
    /// Where a message is.
    pub struct FoundRow {
        pub id: i64,
        pub room_id: RoomId,
        pub seq: i64,
    }
}

/// More rooms than these are not asked of SQLite's index: it would open its list of each of them.
const FEW: usize = 4;
/// Messages with the words that are looked through for those of many rooms.
const CANDIDATES: usize = 8_192;

/// The messages that hold everything that is looked for, the latest first.
pub async fn find(tx: &mut TenantTx, search: &Search) -> Result<Vec<FoundRow>, StoreError> {
    if search.rooms.is_empty() {
        return Ok(Vec::new());
    }
    let is_word = |text: &String| words_of(text).next().is_some();
    if tx.dialect() == Dialect::Sqlite && search.rooms.len() > FEW && search.words.iter().any(is_word) {
        return sift(tx, search).await;
    }
    matching(tx, search).await
}

/// Asks the index for the words alone, and keeps what is in the rooms. Where the words are common and
/// these rooms seldom hold them, the index is asked for both after all.
async fn sift(tx: &mut TenantTx, search: &Search) -> Result<Vec<FoundRow>, StoreError> {
    let rooms: HashSet<RoomId> = search.rooms.iter().copied().collect();
    let wanted = usize::try_from(search.limit).unwrap_or(0);
    let mut anywhere = Search { rooms: Vec::new(), ..search.clone() };
    let (mut found, mut seen) = (Vec::new(), 0);
    while seen < CANDIDATES {
        let page = matching(tx, &anywhere).await?;
        let is_last = (page.len() as i64) < anywhere.limit;
        seen += page.len();
        anywhere.below = page.last().map(|row| row.id);
        found.extend(page.into_iter().filter(|row| rooms.contains(&row.room_id)));
        found.truncate(wanted);
        if is_last || found.len() == wanted {
            return Ok(found);
        }
        anywhere.limit *= 4;
    }
    let limit = search.limit - found.len() as i64;
    let rest = Search { below: anywhere.below, limit, ..search.clone() };
    found.extend(matching(tx, &rest).await?);
    Ok(found)
}

/// What the index of the database finds.
async fn matching(tx: &mut TenantTx, search: &Search) -> Result<Vec<FoundRow>, StoreError> {
    // The id of a message begins with its time.
    let floor = |at: Timestamp| at.timestamp_micros() << 10;
    let below = search.below.unwrap_or(i64::MAX).min(search.before.map_or(i64::MAX, floor));
    let above = search.after.map_or(0, floor);
    let (sql, expression) = match tx.dialect() {
        Dialect::Sqlite => (
            // SQLite keeps the order of a CROSS JOIN: the index first. Left to itself it goes through
            // the messages and asks the index about each.
            "SELECT m.id AS id, m.room_id AS room_id, m.seq AS seq
               FROM chat_search s CROSS JOIN chat_messages m ON m.id = s.rowid
              WHERE m.tenant_id = $1 AND chat_search MATCH $2 AND s.rowid < $3 AND s.rowid >= $4
                AND m.deleted_at IS NULL
              ORDER BY s.rowid DESC LIMIT $5",
            for_sqlite(search),
        ),
        Dialect::Postgres => (
            "SELECT m.id AS id, m.room_id AS room_id, m.seq AS seq FROM chat_messages m
              WHERE m.tenant_id = $1
                AND (to_tsvector('simple', m.body) || to_tsvector('simple', m.marks)) @@ $2::text::tsquery
                AND m.id < $3 AND m.id >= $4 AND m.deleted_at IS NULL
              ORDER BY m.id DESC LIMIT $5",
            for_postgres(search),
        ),
    };
    tx.all(sql, args![tx.tenant(), expression, below, above, search.limit]).await
}

/// An expression of FTS5: strings in quotation marks are phrases, whatever stands in them.
fn for_sqlite(search: &Search) -> String {
    let any = |words: Vec<String>| {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        format!("marks : ({})", quoted.join(" OR "))
    };
    let phrase = |text: &String| format!("body : \"{}\"", text.replace('"', "\"\""));
    let mut parts: Vec<String> = search.words.iter().map(phrase).collect();
    if !search.rooms.is_empty() {
        parts.push(any(search.rooms.iter().map(|room| in_mark(*room)).collect()));
    }
    if !search.authors.is_empty() {
        parts.push(any(search.authors.iter().map(|author| from_mark(*author)).collect()));
    }
    parts.extend(search.marks.iter().map(|mark| any(vec![(*mark).to_owned()])));
    let mut all = format!("({})", parts.join(") AND ("));
    for text in &search.without {
        let _ = write!(all, " NOT ({})", phrase(text));
    }
    all
}

/// An expression of tsquery: words in apostrophes, `<->` between those of a phrase.
fn for_postgres(search: &Search) -> String {
    let any = |words: Vec<String>| format!("({})", words.join(" | "));
    let phrase = |text: &String| {
        let words: Vec<String> = words_of(text).map(|word| format!("'{word}'")).collect();
        format!("({})", words.join(" <-> "))
    };
    let is_empty = |text: &&String| words_of(text).next().is_none();
    let mut parts: Vec<String> = search.words.iter().filter(|text| !is_empty(text)).map(phrase).collect();
    parts.push(any(search.rooms.iter().map(|room| in_mark(*room)).collect()));
    if !search.authors.is_empty() {
        parts.push(any(search.authors.iter().map(|author| from_mark(*author)).collect()));
    }
    parts.extend(search.marks.iter().map(|mark| (*mark).to_owned()));
    parts.extend(
        search.without.iter().filter(|text| !is_empty(text)).map(|text| format!("!{}", phrase(text))),
    );
    parts.join(" & ")
}

/// The words of a text in small letters: nothing in them means anything to a query.
fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

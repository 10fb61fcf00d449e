//! The search over a long history.

use std::io;
use std::time::Instant;

use super::seed::Business;
use super::server::{Kind, Server};
use crate::edits::Chance;
use crate::histogram::Histogram;
use crate::http;
use crate::report::{Report, Row};

const ROOMS: usize = 100;
const PEOPLE: usize = 20;
/// Different words, of which the n-th is used 1/n as often as the first.
const WORDS: usize = 20_000;
const SEARCHES: usize = 200;

type Query = fn(&mut Chance) -> String;

/// What is searched for.
const QUERIES: &[(&str, Query)] = &[
    ("a rare word", rare),
    ("a common word", common),
    ("two common words", |chance| format!("{} {}", common(chance), common(chance))),
    ("a common and a rare word", |chance| format!("{} {}", common(chance), rare(chance))),
    ("two words of the middle", |chance| format!("{} {}", middle(chance), middle(chance))),
    ("a phrase of common words", |chance| format!("\"{} {}\"", common(chance), common(chance))),
];

/// Fills the business with messages and searches them.
pub fn run(business: &Business, messages: usize, report: &mut Report) -> io::Result<()> {
    let rooms = {
        let server = Server::start(Kind::Kontor, business)?;
        let room = |number: usize| server.room(number, number * PEOPLE..(number + 1) * PEOPLE);
        (0..ROOMS).map(room).collect::<io::Result<Vec<_>>>()?
    };
    let begun = Instant::now();
    business.fill(&rooms, messages)?;
    let filled = messages as f64 / begun.elapsed().as_secs_f64();
    let server = Server::start(Kind::Kontor, business)?;
    let mut chance = Chance(17);
    for (name, query) in QUERIES {
        // As the first person finds the database after a start: not measured.
        ask(&server, business, 0, &query(&mut chance))?;
        let mut latencies = Histogram::new();
        let mut found = 0;
        let cpu = server.process.cpu();
        for _ in 0..SEARCHES {
            let query = query(&mut chance);
            let begun = Instant::now();
            found += ask(&server, business, chance.below(1000), &query)?;
            latencies.record(begun.elapsed().as_micros() as u64);
        }
        let cpu = server.process.cpu() - cpu;
        report.add(
            Row::new(&format!("search: {name}"), "Kontor")
                .value("messages", messages as f64)
                .value("p50 ms", latencies.millis(0.5))
                .value("p95 ms", latencies.millis(0.95))
                .value("p99 ms", latencies.millis(0.99))
                .value("CPU ms/search", cpu * 1000.0 / SEARCHES as f64)
                .value("hits shown", found as f64 / SEARCHES as f64),
        );
    }
    let size = std::fs::read_dir(business.folder().join("tenants"));
    let bytes: u64 =
        size.into_iter().flatten().flatten().filter_map(|entry| Some(entry.metadata().ok()?.len())).sum();
    report.add(
        Row::new("search: the messages", "Kontor")
            .value("messages/s filled in", filled)
            .value("database MiB", bytes as f64 / 1_048_576.0)
            .value("RSS MiB", server.process.rss() / 1024.0),
    );
    Ok(())
}

/// One of the twenty most used: in three to fifty of a hundred messages.
fn common(chance: &mut Chance) -> String {
    word(chance.below(20))
}

fn middle(chance: &mut Chance) -> String {
    word(200 + chance.below(800))
}

/// In some dozens of a million messages.
fn rare(chance: &mut Chance) -> String {
    word(WORDS / 2 + chance.below(WORDS / 2))
}

fn ask(server: &Server<'_>, business: &Business, person: usize, query: &str) -> io::Result<usize> {
    let query = query.replace(' ', "%20").replace('"', "%22");
    let path = format!("/api/v1/chat/search?q={query}");
    match http::request(server.address, "GET", &path, Some(business.token(person)), None)? {
        (200, answer) => Ok(answer["items"].as_array().map_or(0, Vec::len)),
        (status, answer) => Err(io::Error::other(format!("searching: {status} {answer}"))),
    }
}

/// Writes messages of 4 to 20 words, the usual ones often.
pub struct Writer(Chance);

impl Writer {
    pub fn new() -> Self {
        Self(Chance(43))
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0.below(limit)
    }

    pub fn message(&mut self) -> String {
        let words = 4 + self.below(17);
        let mut text = String::with_capacity(words * 7);
        for _ in 0..words {
            if !text.is_empty() {
                text.push(' ');
            }
            let place = (self.below(1 << 30) as f64 / (1 << 30) as f64 * (WORDS as f64).ln()).exp();
            text.push_str(&word(place as usize - 1));
        }
        text
    }
}

/// A word that can be spoken: the number in syllables.
fn word(number: usize) -> String {
    const FIRST: &[u8] = b"bdfgklmnprstvz";
    const SECOND: &[u8] = b"aeiou";
    let (mut number, mut text) = (number + 70, String::new());
    while number > 0 {
        text.push(FIRST[number % FIRST.len()] as char);
        number /= FIRST.len();
        text.push(SECOND[number % SECOND.len()] as char);
        number /= SECOND.len();
    }
    text
}

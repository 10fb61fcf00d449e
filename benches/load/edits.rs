//! Edits as Yjs updates, encoded before the run so that the generator only sends bytes.
//!
//! The encoding is written by hand: yrs finds a place in a text by walking it, which takes minutes
//! for a quarter of a million edits. `typist` and `history` are checked against yrs in `verify`.

use yrs::updates::decoder::Decode as _;
use yrs::{Doc, ReadTxn as _, Transact as _, Update, XmlFragment as _, XmlTextPrelim};

use crate::dialect::{put, put_bytes};

/// Marks a word that the generator typed: U+0138, then who and which as seven base-36 digits.
const MARK: [u8; 2] = [0xc4, 0xb8];
const DIGITS: usize = 7;
const WORD: usize = 8;
/// The field that the editor uses.
const FIELD: &str = "default";

/// The updates of a person who begins a paragraph of their own and types `words` into it.
pub fn typist(client: u64, person: u32, words: u32) -> Vec<Vec<u8>> {
    let (paragraph, mut clock) = paragraph(client);
    let mut updates = vec![paragraph];
    for word in 0..words {
        updates.push(append(client, clock, &mark(person, word)));
        clock += WORD as u64;
    }
    updates
}

/// Calls `found` with person and number of every marked word in `bytes`.
pub fn marks(bytes: &[u8], mut found: impl FnMut(u32, u32)) {
    let mut rest = bytes;
    while let Some(start) = memchr::memchr(MARK[0], rest) {
        rest = &rest[start + 1..];
        if rest.len() < 1 + DIGITS || rest[0] != MARK[1] {
            continue;
        }
        if let Some((person, word)) = read_mark(&rest[1..=DIGITS]) {
            found(person, word);
            rest = &rest[1 + DIGITS..];
        }
    }
}

/// The updates of one client that types, corrects and jumps about as people do: `edits` single
/// characters inserted or deleted, about three insertions to one deletion.
pub fn history(client: u64, edits: usize) -> Vec<Vec<u8>> {
    let (paragraph, clock) = paragraph(client);
    let mut author = Author { client, clock, visible: Vec::new(), cursor: 0, chance: Chance(7) };
    let mut updates = vec![paragraph];
    updates.push(append(client, author.clock, "a"));
    author.visible.push(author.clock);
    author.clock += 1;
    author.cursor = 1;
    while updates.len() < edits {
        author.burst(&mut updates, edits);
    }
    updates
}

struct Author {
    client: u64,
    clock: u64,
    /// Clocks of the characters that are not deleted, in the order of the text.
    visible: Vec<u64>,
    cursor: usize,
    chance: Chance,
}

impl Author {
    fn burst(&mut self, updates: &mut Vec<Vec<u8>>, limit: usize) {
        if self.chance.below(5) == 0 {
            self.cursor = 1 + self.chance.below(self.visible.len());
        }
        let size = 1 + self.chance.below(24);
        let erase = self.chance.below(3) == 0;
        for _ in 0..size.min(limit - updates.len()) {
            if erase && self.cursor > 1 {
                self.cursor -= 1;
                let clock = self.visible.remove(self.cursor);
                updates.push(delete(self.client, clock));
            } else if !erase {
                updates.push(self.insert());
            }
        }
    }

    fn insert(&mut self) -> Vec<u8> {
        let left = self.visible[self.cursor - 1];
        let right = self.visible.get(self.cursor).copied();
        let letter = [b'a' + self.chance.below(26) as u8];
        let update = insert(self.client, self.clock, left, right, &letter);
        self.visible.insert(self.cursor, self.clock);
        self.cursor += 1;
        self.clock += 1;
        update
    }
}

/// A small generator of numbers (xorshift), the same in every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// The document that the updates make.
pub fn apply(updates: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Doc {
    let doc = Doc::new();
    {
        let mut tx = doc.transact_mut();
        for update in updates {
            let update = Update::decode_v1(update.as_ref()).expect("the generator writes whole updates");
            tx.apply_update(update).expect("the generator writes updates that apply");
        }
    }
    doc
}

/// Checks the hand-written encoding: nothing may be left pending.
pub fn verify() {
    let typed = apply(typist(77, 3, 50));
    let mut seen = 0;
    marks(&typed.transact().encode_state_as_update_v1(&yrs::StateVector::default()), |person, word| {
        assert_eq!((person, word), (3, seen), "words come in the order they were typed");
        seen += 1;
    });
    assert_eq!(seen, 50);
    let text = apply(history(78, 2000));
    let tx = text.transact();
    assert!(!tx.has_missing_updates(), "every edit builds on an earlier one");
}

/// A paragraph with an empty text, and the clock after the text's first character.
fn paragraph(client: u64) -> (Vec<u8>, u64) {
    let doc = Doc::with_client_id(client);
    let fragment = doc.get_or_insert_xml_fragment(FIELD);
    let mut tx = doc.transact_mut();
    let paragraph = fragment.push_back(&mut tx, yrs::XmlElementPrelim::empty("paragraph"));
    let _text = paragraph.push_back(&mut tx, XmlTextPrelim::new("x"));
    drop(tx);
    let tx = doc.transact();
    let clock = u64::from(tx.state_vector().get(&doc.client_id()));
    (tx.encode_state_as_update_v1(&yrs::StateVector::default()), clock)
}

/// An update that puts `text` behind this client's latest character.
fn append(client: u64, clock: u64, text: &str) -> Vec<u8> {
    insert(client, clock, clock - 1, None, text.as_bytes())
}

const CONTENT_STRING: u8 = 4;
const HAS_ORIGIN: u8 = 0x80;
const HAS_RIGHT_ORIGIN: u8 = 0x40;

fn insert(client: u64, clock: u64, left: u64, right: Option<u64>, text: &[u8]) -> Vec<u8> {
    let mut out = vec![1, 1];
    put(&mut out, client);
    put(&mut out, clock);
    out.push(CONTENT_STRING | HAS_ORIGIN | if right.is_some() { HAS_RIGHT_ORIGIN } else { 0 });
    put(&mut out, client);
    put(&mut out, left);
    if let Some(right) = right {
        put(&mut out, client);
        put(&mut out, right);
    }
    put_bytes(&mut out, text);
    out.push(0);
    out
}

fn delete(client: u64, clock: u64) -> Vec<u8> {
    let mut out = vec![0, 1];
    put(&mut out, client);
    out.push(1);
    put(&mut out, clock);
    out.push(1);
    out
}

fn mark(person: u32, word: u32) -> String {
    let digit = |value: u32, place: u32| char::from_digit(value / 36_u32.pow(place) % 36, 36).unwrap_or('0');
    let mut out = String::from("\u{138}");
    out.extend((0..3).rev().map(|place| digit(person, place)));
    out.extend((0..4).rev().map(|place| digit(word, place)));
    out
}

fn read_mark(digits: &[u8]) -> Option<(u32, u32)> {
    let value = |digits: &[u8]| {
        digits.iter().try_fold(0, |value, digit| Some(value * 36 + char::from(*digit).to_digit(36)?))
    };
    Some((value(&digits[..3])?, value(&digits[3..])?))
}

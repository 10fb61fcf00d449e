//! JSON lists of which one broken element does not spoil the others.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An element, or all that follows, that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// From 1.
    pub line: u64,
    pub column: u64,
    pub message: String,
}

/// Gives every element that can be read to `take`, one at a time; returns where the others are.
pub fn each<T: DeserializeOwned>(bytes: &[u8], mut take: impl FnMut(T)) -> Vec<Broken> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut broken = Vec::new();
    let mut element = |raw: &RawValue| match serde_json::from_str(raw.get()) {
        Ok(value) => take(value),
        Err(error) => {
            // Invariant: a raw value borrows from the text that it was read from.
            let at = (raw.get().as_ptr() as usize).saturating_sub(start.as_ptr() as usize);
            broken.push(place(start, at, &error));
        }
    };
    let mut reader = serde_json::Deserializer::from_slice(start);
    let whole = reader.deserialize_seq(Elements(&mut element)).and_then(|()| reader.end());
    if let Err(error) = whole {
        broken.push(place(start, 0, &error));
    }
    broken
}

/// Where in the whole an error is whose position counts from `from`.
fn place(whole: &[u8], from: usize, error: &serde_json::Error) -> Broken {
    let before = &whole[..from.min(whole.len())];
    let lines = before.iter().filter(|byte| **byte == b'\n').count() as u64;
    let last =
        before.iter().rposition(|byte| *byte == b'\n').map_or(before.len(), |at| before.len() - at - 1);
    let (line, column) = (error.line() as u64, error.column() as u64);
    let column = if line <= 1 { last as u64 + column } else { column };
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).chars().take(300).collect();
    Broken { line: lines + line.max(1), column, message }
}

struct Elements<'a, F>(&'a mut F);

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<&'de RawValue>()? {
            (self.0)(element);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_element_is_named_and_the_others_are_read() {
        let check = |text: &str, expected: &[i64], faults: &[(u64, u64)]| {
            let mut found = Vec::new();
            let broken = each(text.as_bytes(), |number: i64| found.push(number));
            assert_eq!(found, expected, "{text}");
            assert_eq!(broken.iter().map(|one| (one.line, one.column)).collect::<Vec<_>>(), faults, "{text}");
        };
        check("[1, 2]", &[1, 2], &[]);
        check("\u{feff}[1]", &[1], &[]);
        check("[1,\n \"x\",\n 3]", &[1, 3], &[(2, 4)]);
        check("[1, 2,\n {]", &[1, 2], &[(2, 3)]);
        check("[1, 2", &[1, 2], &[(1, 5)]);
        check("{}", &[], &[(1, 0)]);
        check("", &[], &[(1, 0)]);
    }
}

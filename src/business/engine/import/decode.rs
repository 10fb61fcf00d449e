//! What the bytes of a file say of it: its form, its encoding, the sign between its cells.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes that are looked at to find the sign between cells.
pub const LOOKED_AT: usize = 64 << 10;
const PIECE: usize = 64 << 10;
/// Rows that are looked at.
const ROWS: usize = 50;

/// Whether a file is a spreadsheet: a ZIP.
#[must_use]
pub fn is_xlsx(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// The encoding of a text: by its mark, else UTF-8 when all of it is, else Windows-1252, in which every byte
/// is a sign.
///
/// # Errors
/// When it cannot be read.
pub fn encoding(mut text: impl Read) -> io::Result<&'static Encoding> {
    let mut piece = vec![0; PIECE];
    let (mut kept, mut is_first) = (0, true);
    loop {
        let count = fill(&mut text, &mut piece[kept..])?;
        let bytes = &piece[..kept + count];
        if std::mem::take(&mut is_first)
            && let Some((encoding, _)) = Encoding::for_bom(bytes)
        {
            return Ok(encoding);
        }
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            // A sign that goes on in the next piece.
            Err(error) if error.error_len().is_none() && count > 0 => error.valid_up_to(),
            Err(_) => return Ok(WINDOWS_1252),
        };
        if count == 0 {
            return Ok(UTF_8);
        }
        let end = kept + count;
        piece.copy_within(valid..end, 0);
        kept = end - valid;
    }
}

fn fill(text: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < piece.len() {
        match text.read(&mut piece[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// The sign between cells: that which cuts the first rows into the same number of cells, the more the better.
#[must_use]
pub fn delimiter(head: &[u8]) -> u8 {
    let score = |sign: u8| {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sign).from_reader(head);
        let widths: Vec<usize> =
            reader.byte_records().take(ROWS).map_while(Result::ok).map(|row| row.len()).collect();
        let first = widths.first().copied().unwrap_or_default();
        let same = widths.iter().filter(|width| **width == first).count();
        if first < 2 { (0, 0) } else { (same * 100 / widths.len().max(1), first) }
    };
    // The first of the best.
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|sign| score(*sign)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_mark_or_content() {
        let check = |bytes: &[u8], expected: &str| {
            assert_eq!(encoding(bytes).unwrap().name(), expected);
        };
        check("Zoë".as_bytes(), "UTF-8");
        check(b"", "UTF-8");
        check(b"Zo\xeb;x", "windows-1252");
        check(b"Zo\xc3", "windows-1252");
        check(b"\xff\xfeZ\0", "UTF-16LE");
        check(b"\xfe\xff\0Z", "UTF-16BE");
        // A sign across two pieces.
        let long = format!("{}ë", "a".repeat(PIECE - 1));
        check(long.as_bytes(), "UTF-8");
    }

    #[test]
    fn the_sign_between_cells_is_found() {
        for (text, sign) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("name\nx\n", b','),
            ("", b','),
            ("a;b;c\n\"x,y\";2,5;3,5\n", b';'),
        ] {
            assert_eq!(delimiter(text.as_bytes()), sign, "{text}");
        }
    }
}

//! Bytes of a page to text: what the bytes themselves, the header or the page say of the encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::head;

/// Bytes in which a page names its encoding; the standard looks at the first 1024.
const LOOKED_AT: usize = 4096;

/// Reads the bytes of a page, which may have been cut anywhere. What is wrong in them becomes U+FFFD.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: &str) -> Cow<'a, str> {
    match named(bytes, content_type) {
        Some(encoding) => encoding.decode(bytes).0,
        None => match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_some() => WINDOWS_1252.decode(bytes).0,
            _ => UTF_8.decode(bytes).0,
        },
    }
}

/// The encoding that is named, in the order that the HTML standard sets (13.2.3.2); a label that nobody
/// knows names none.
fn named(bytes: &[u8], content_type: &str) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let of_header = head::label_in(content_type).and_then(|label| Encoding::for_label(label.as_bytes()));
    of_header.or_else(|| {
        // Every byte is a sign of this encoding, and ASCII is ASCII.
        let (start, _) = WINDOWS_1252.decode_without_bom_handling(&bytes[..bytes.len().min(LOOKED_AT)]);
        let encoding = Encoding::for_label(head::charset(&start)?.as_bytes())?;
        // A page that can be read so far is no UTF-16, whatever it says.
        Some(encoding.output_encoding())
    })
}

//! Tables on their way out: CSV (RFC 4180) and XLSX.

use std::borrow::Cow;
use std::io::{Read as _, Seek as _};

use bytes::Bytes;
use rust_xlsxwriter::{Workbook, XlsxError};
use tokio::sync::mpsc::{Receiver, Sender};

use crate::business::engine::error::EngineError;

use super::{Cell, Form};

/// Bytes of a piece of a file.
const PIECE: usize = 64 << 10;
/// Digits that a number of a spreadsheet keeps.
const DIGITS: usize = 15;
/// Characters of a spreadsheet's cell.
const CELL: usize = 32_767;

type Out<'a> = &'a Sender<Result<Bytes, EngineError>>;

/// A text that no spreadsheet takes for a formula: an apostrophe stands before what begins as one. Texts that
/// begin with apostrophes before such a sign get one more, so that nothing is lost on the way back.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What was escaped, as it was before.
#[must_use]
pub fn unescape(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

pub(super) struct Table;

impl Table {
    /// Writes rows until an empty page comes, and gives their bytes away.
    pub(super) fn write(
        form: Form,
        mut pages: Receiver<Vec<Vec<Cell>>>,
        out: Out<'_>,
    ) -> Result<(), EngineError> {
        match form {
            Form::Csv { bom } => csv(&mut pages, bom, out),
            Form::Xlsx => xlsx(&mut pages, out),
        }
    }
}

fn csv(pages: &mut Receiver<Vec<Vec<Cell>>>, bom: bool, out: Out<'_>) -> Result<(), EngineError> {
    let mut piece: Vec<u8> = if bom { "\u{feff}".into() } else { Vec::new() };
    while let Some(page) = pages.blocking_recv() {
        if page.is_empty() {
            return Ok(());
        }
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(std::mem::take(&mut piece));
        for row in &page {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => escape(text),
                Cell::Number(number) => Cow::Borrowed(number.as_str()),
            });
            writer
                .write_record(cells.map(|cell| cell.as_bytes().to_vec()))
                .map_err(|_| EngineError::Damaged("table"))?;
        }
        let bytes = writer.into_inner().map_err(|_| EngineError::Damaged("table"))?;
        if out.blocking_send(Ok(bytes.into())).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn xlsx(pages: &mut Receiver<Vec<Vec<Cell>>>, out: Out<'_>) -> Result<(), EngineError> {
    let broken = |error: std::io::Error| EngineError::Store(error.into());
    let mut file = tempfile::tempfile().map_err(broken)?;
    if !fill(pages, &file).map_err(|error| {
        tracing::warn!(%error, "a spreadsheet cannot be written");
        EngineError::Damaged("table")
    })? {
        return Ok(());
    }
    file.rewind().map_err(broken)?;
    loop {
        let mut piece = vec![0; PIECE];
        let count = file.read(&mut piece).map_err(broken)?;
        piece.truncate(count);
        if count == 0 || out.blocking_send(Ok(piece.into())).is_err() {
            return Ok(());
        }
    }
}

/// Fills a workbook whose rows go to a file as they come; `false` when they come to no end.
fn fill(pages: &mut Receiver<Vec<Vec<Cell>>>, file: &std::fs::File) -> Result<bool, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    let mut line = 0;
    loop {
        let Some(page) = pages.blocking_recv() else { return Ok(false) };
        if page.is_empty() {
            break;
        }
        for row in page {
            for (place, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) if text.is_empty() => {}
                    // Texts are never formulas here; those that look escaped get what the way back takes away.
                    Cell::Text(text) if unescape(&text) != text => {
                        sheet.write_string(line, place, cut(format!("'{text}")))?;
                    }
                    Cell::Text(text) => drop(sheet.write_string(line, place, cut(text))?),
                    Cell::Number(number) => match exact(&number) {
                        Some(float) => drop(sheet.write_number(line, place, float)?),
                        None => drop(sheet.write_string(line, place, number)?),
                    },
                }
            }
            line += 1;
        }
    }
    book.save_to_writer(file)?;
    Ok(true)
}

/// A number that a spreadsheet keeps as it is.
fn exact(number: &str) -> Option<f64> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if digits <= DIGITS { number.parse().ok() } else { None }
}

fn cut(text: String) -> String {
    if text.len() <= CELL { text } else { text.chars().take(CELL).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_a_formula_is_escaped_and_comes_back() {
        for text in ["=1+1", "+49 30", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''@x", "＝1"] {
            let escaped = escape(text);
            assert!(escaped.starts_with('\''), "{text}");
            assert_eq!(unescape(&escaped), text);
        }
        for text in ["", "a=1", "'tis", "5-1", "''"] {
            assert_eq!(escape(text), text);
            assert_eq!(unescape(text), text);
        }
    }
}

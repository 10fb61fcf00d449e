//! Rows of CSV and XLSX files, one after the other. Whatever the file is, no more than a row is in memory, with
//! the shared texts of a spreadsheet.

use std::cell::Cell as Shared;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _};
use std::rc::Rc;

use calamine::{DataRef, Reader as _, Xlsx};
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::about::About;
use super::decode;
use super::part::{Cell, Row};

/// Rows of a file.
pub const ROWS: i64 = 1_000_001;
/// Cells of a row.
pub const COLUMNS: usize = 500;
/// Bytes of a cell.
const CELL: usize = 1 << 20;
/// Bytes of a row, as they are read.
const ROW: usize = 4 << 20;
/// Bytes of a spreadsheet when it is unpacked, and those of its texts that are kept in memory.
const UNPACKED: u64 = 1 << 30;
const TEXTS: u64 = 128 << 20;

/// What a row is given to; what it answers with an error ends the reading.
pub type Take<'a> = &'a mut dyn FnMut(Row) -> Result<(), String>;

/// Reads a file from its beginning and gives every row that is not empty away.
///
/// # Errors
/// What is wrong with the file.
pub fn read(mut file: File, take: Take<'_>) -> Result<About, String> {
    let broken = |error: io::Error| format!("the file cannot be read: {error}");
    let mut head = [0; 4];
    let count = file.read(&mut head).map_err(broken)?;
    file.rewind().map_err(broken)?;
    if decode::is_xlsx(&head[..count]) {
        xlsx(file, take)?;
        return Ok(About { format: "xlsx".into(), ..About::default() });
    }
    let encoding = decode::encoding(&file).map_err(broken)?;
    file.rewind().map_err(broken)?;
    let mut start = Vec::new();
    decoder(&file, encoding).take(decode::LOOKED_AT as u64).read_to_end(&mut start).map_err(broken)?;
    file.rewind().map_err(broken)?;
    let delimiter = decode::delimiter(&start);
    csv(decoder(BufReader::new(file), encoding), delimiter, take)?;
    Ok(About {
        format: "csv".into(),
        encoding: Some(encoding.name().to_owned()),
        delimiter: Some(char::from(delimiter).to_string()),
        ..About::default()
    })
}

fn decoder(file: impl Read, encoding: &'static Encoding) -> impl Read {
    DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).strip_bom(true).build(file)
}

/// A reader that breaks off when a row takes too much.
struct Metered<R> {
    inner: R,
    left: Rc<Shared<usize>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other(format!("a row has at most {ROW} bytes")));
        }
        let count = self.inner.read(out)?;
        self.left.set(self.left.get().saturating_sub(count));
        Ok(count)
    }
}

/// Reads rows of UTF-8.
///
/// # Errors
/// What is wrong with them.
pub fn csv(text: impl Read, delimiter: u8, take: Take<'_>) -> Result<(), String> {
    let left = Rc::new(Shared::new(ROW));
    let metered = Metered { inner: text, left: left.clone() };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(metered);
    let (mut record, mut line) = (csv::ByteRecord::new(), 0);
    loop {
        left.set(ROW);
        let more = reader.read_byte_record(&mut record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => format!("row {}: {error}", line + 1),
            _ => format!("row {} cannot be read", line + 1),
        })?;
        if !more {
            return Ok(());
        }
        line += 1;
        let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned());
        let mut cells: Vec<Cell> = cells.map(Cell::Text).collect();
        if let (1, Some(Cell::Text(first))) = (line, cells.first_mut())
            && let Some(rest) = first.strip_prefix('\u{feff}')
        {
            *first = rest.to_owned();
        }
        give(line, cells, take)?;
    }
}

/// Gives a row away when it fits and is not empty.
fn give(line: i64, mut cells: Vec<Cell>, take: Take<'_>) -> Result<(), String> {
    // Empty cells at the end are none.
    while cells.last().is_some_and(|cell| cell.text().is_empty()) {
        cells.pop();
    }
    if cells.len() > COLUMNS {
        return Err(format!("row {line} has more than {COLUMNS} columns"));
    }
    if cells.iter().any(|cell| cell.text().len() > CELL) {
        return Err(format!("row {line} has a cell of more than {CELL} bytes"));
    }
    if line > ROWS {
        return Err(format!("a file has at most {} rows", ROWS - 1));
    }
    if cells.iter().all(|cell| cell.text().trim().is_empty()) { Ok(()) } else { take((line, cells)) }
}

fn xlsx(file: File, take: Take<'_>) -> Result<(), String> {
    let wrong = |error: calamine::XlsxError| format!("the spreadsheet cannot be read: {error}");
    check_unpacked(&file)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(wrong)?;
    let name = book.sheet_names().first().cloned().ok_or("the spreadsheet has no sheet")?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(wrong)?;
    let (mut line, mut row) = (0_i64, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(wrong)? {
        let (at, place) = cell.get_position();
        let (at, place) = (i64::from(at) + 1, place as usize);
        if at < line {
            return Err("the rows of the spreadsheet are out of order".into());
        }
        if at > line {
            if line > 0 {
                give(line, std::mem::take(&mut row), take)?;
            }
            line = at;
        }
        let cell = value(cell.get_value());
        if cell.text().is_empty() {
            continue;
        }
        if place >= COLUMNS {
            return Err(format!("row {line} has more than {COLUMNS} columns"));
        }
        if row.len() <= place {
            row.resize(place + 1, Cell::Text(String::new()));
        }
        row[place] = cell;
    }
    if line > 0 { give(line, row, take) } else { Ok(()) }
}

/// A file that grows too much when it is unpacked is not opened: what its directory says of sizes may be wrong.
fn check_unpacked(file: &File) -> Result<(), String> {
    let wrong = |error: String| format!("the spreadsheet cannot be read: {error}");
    let copy = file.try_clone().map_err(|error| wrong(error.to_string()))?;
    let mut zip = zip::ZipArchive::new(BufReader::new(copy)).map_err(|error| wrong(error.to_string()))?;
    if zip.len() > 10_000 {
        return Err(wrong("it has too many parts".into()));
    }
    let mut left = UNPACKED;
    for place in 0..zip.len() {
        let entry = zip.by_index(place).map_err(|error| wrong(error.to_string()))?;
        let is_sheet = entry.name().is_ok_and(|name| name.contains("worksheets/"));
        let limit = if is_sheet { left } else { left.min(TEXTS) };
        let size = io::copy(&mut entry.take(limit + 1), &mut io::sink())
            .map_err(|error| wrong(error.to_string()))?;
        if size > limit {
            return Err(wrong("it is too large when it is unpacked".into()));
        }
        left -= size;
    }
    (&*file).rewind().map_err(|error| wrong(error.to_string()))
}

fn value(data: &DataRef<'_>) -> Cell {
    let exact = |exact: String| Cell::Exact { exact };
    match data {
        DataRef::Empty => Cell::Text(String::new()),
        DataRef::Int(number) => exact(number.to_string()),
        DataRef::Float(number) => exact(float(*number)),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(is) => exact(is.to_string()),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second, milli) == (0, 0, 0, 0) {
                exact(date)
            } else {
                exact(format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"))
            }
        }
        DataRef::DateTime(duration) => exact(float(duration.as_f64())),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => exact(text.clone()),
        // What a formula could not tell, a field does not hold.
        DataRef::Error(error) => Cell::Text(format!("{error}")),
    }
}

/// A number with the digits that a spreadsheet keeps, so that 0.1 + 0.2 is 0.3.
fn float(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

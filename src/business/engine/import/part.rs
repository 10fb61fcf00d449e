//! Some hundred rows of a file, as the store keeps them.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use crate::business::engine::error::EngineError;

/// Rows of a part.
pub const ROWS: usize = 400;
/// Bytes of the cells of a part, after which it takes no further row.
const BYTES: usize = 1 << 20;
/// Bytes of a part that is read back: `BYTES` and one row, as JSON.
const UNPACKED: u64 = 64 << 20;

/// The value of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// As somebody has written it.
    Text(String),
    /// A number, a day or a moment that the file itself gives as such.
    Exact { exact: String },
}

/// A row with its number in the file, from 1.
pub type Row = (i64, Vec<Cell>);

/// Rows that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub rows: Vec<Row>,
    bytes: usize,
}

impl Cell {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Exact { exact } => exact,
        }
    }
}

impl Part {
    pub fn push(&mut self, row: Row) {
        self.bytes += row.1.iter().map(|cell| cell.text().len() + 4).sum::<usize>();
        self.rows.push(row);
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.bytes >= BYTES
    }

    /// # Errors
    /// `EngineError::Damaged`, which no rows are.
    pub fn pack(&self) -> Result<Vec<u8>, EngineError> {
        let damaged = EngineError::Damaged("part of a file");
        let text = serde_json::to_vec(&self.rows).map_err(|_| damaged.clone())?;
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&text).and_then(|()| packed.finish()).map_err(|_| damaged)
    }

    /// # Errors
    /// `EngineError::Damaged` for bytes that `pack` has not made.
    pub fn unpack(packed: &[u8]) -> Result<Vec<Row>, EngineError> {
        let damaged = EngineError::Damaged("part of a file");
        let mut text = Vec::new();
        DeflateDecoder::new(packed).take(UNPACKED).read_to_end(&mut text).map_err(|_| damaged.clone())?;
        serde_json::from_slice(&text).map_err(|_| damaged)
    }
}

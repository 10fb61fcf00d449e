//! A ZIP from outside: entry by entry, never more in memory than a limit, nothing written by its names.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use zip::ZipArchive;

use super::super::error::ChatError;

/// Entries of an archive. The list of them is in memory.
const ENTRIES: u64 = 1_000_000;
/// Bytes of the list of entries, for one that lies about their number.
const DIRECTORY: u64 = 256 << 20;
/// Bytes of an entry's name.
const NAME: usize = 1_024;
/// How many times its own size an archive may inflate to in all, beside `SLACK`. Exports of chats
/// shrink to a tenth or a thirtieth; a bomb to a thousandth or less.
const RATIO: u64 = 200;
const SLACK: u64 = 64 << 20;

/// An archive whose names are known and whose entries are read one by one. Cheap to clone.
#[derive(Clone)]
pub struct Archive {
    inner: Arc<Mutex<Inner>>,
    names: Arc<BTreeMap<String, usize>>,
    /// Files below `__uploads/ID/`, by ID.
    uploads: Arc<HashMap<String, usize>>,
    refused: Arc<Vec<String>>,
}

struct Inner {
    zip: ZipArchive<BufReader<File>>,
    /// Bytes that may still be inflated.
    budget: u64,
}

/// Why an entry is not read.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("it has more than {0} bytes")]
    TooLarge(u64),
    #[error("the archive inflates to more than {RATIO} times its size")]
    Bomb,
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl Archive {
    /// Reads the list of entries; a folder around everything is taken away.
    ///
    /// # Errors
    /// `ChatError::Invalid` when it is no ZIP or has too many entries.
    pub fn open(mut file: File) -> Result<Self, ChatError> {
        let broken = |error: &dyn std::fmt::Display| ChatError::Invalid(format!("this is no ZIP: {error}"));
        let size = file.metadata().map_err(|error| broken(&error))?.len();
        check_directory(&mut file, size)?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
        let (mut names, mut refused) = (BTreeMap::new(), Vec::new());
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(|error| broken(&error))?;
            let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
            if !is_plain(&name) || entry.is_symlink() {
                refused.push(name);
            } else if !entry.is_dir() {
                names.entry(name).or_insert(index);
            }
        }
        let names = without_folder(names);
        let uploads = names.iter().filter_map(|(name, index)| {
            let (id, file) = name.strip_prefix("__uploads/")?.split_once('/')?;
            (!file.is_empty()).then(|| (id.to_owned(), *index))
        });
        let uploads = Arc::new(uploads.collect());
        let budget = size.saturating_mul(RATIO).saturating_add(SLACK);
        let inner = Arc::new(Mutex::new(Inner { zip, budget }));
        Ok(Self { inner, names: Arc::new(names), uploads, refused: Arc::new(refused) })
    }

    /// Names that could lead out of a folder, or are no names; their entries are not read.
    #[must_use]
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Every name in alphabetical order, with its entry.
    pub fn names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.names.iter().map(|(name, index)| (name.as_str(), *index))
    }

    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The bytes of an uploaded file, if the archive holds them.
    #[must_use]
    pub fn upload(&self, id: &str) -> Option<usize> {
        self.uploads.get(id).copied()
    }

    /// Gives an entry's bytes to `sink`, as they are inflated.
    ///
    /// # Errors
    /// `Refusal` past the limit, past what the archive may inflate to, and for a wrong checksum.
    pub fn copy(
        &self,
        entry: usize,
        limit: u64,
        mut sink: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<(), Refusal> {
        let damaged = |error: &dyn std::fmt::Display| Refusal::Damaged(error.to_string());
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { zip, budget } = &mut *inner;
        let mut entry = zip.by_index(entry).map_err(|error| damaged(&error))?;
        let (mut chunk, mut read) = (vec![0; 64 << 10], 0);
        loop {
            // What the entry says about its size is not believed: what comes out is counted.
            let count = entry.read(&mut chunk).map_err(|error| damaged(&error))?;
            if count == 0 {
                return Ok(());
            }
            read += count as u64;
            if read > limit {
                return Err(Refusal::TooLarge(limit));
            }
            *budget = budget.checked_sub(count as u64).ok_or(Refusal::Bomb)?;
            sink(&chunk[..count]).map_err(|error| damaged(&error))?;
        }
    }

    /// An entry's bytes.
    ///
    /// # Errors
    /// As `copy`.
    pub fn read(&self, entry: usize, limit: u64) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        self.copy(entry, limit, |chunk| {
            bytes.extend_from_slice(chunk);
            Ok(())
        })?;
        Ok(bytes)
    }
}

/// Looks at the end of the file before the list of entries is read into memory.
fn check_directory(file: &mut File, size: u64) -> Result<(), ChatError> {
    let io = |error: std::io::Error| ChatError::Invalid(format!("this is no ZIP: {error}"));
    let mut tail = vec![0; usize::try_from(size.min(66_000)).unwrap_or_default()];
    file.seek(SeekFrom::End(-(tail.len() as i64))).map_err(io)?;
    file.read_exact(&mut tail).map_err(io)?;
    file.rewind().map_err(io)?;
    let number = |at: usize, width: usize| {
        let bytes = tail.get(at..at + width)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    let find = |sign: &[u8]| tail.windows(sign.len()).rposition(|window| window == sign);
    let end = find(b"PK\x05\x06").ok_or_else(|| ChatError::invalid("this is no ZIP: its end is missing"))?;
    let (mut count, mut bytes) = (number(end + 10, 2), number(end + 12, 4));
    // ZIP64 holds the numbers that do not fit, in a record of its own.
    if let Some(end) = find(b"PK\x06\x06").filter(|_| count == Some(0xffff) || bytes == Some(0xffff_ffff)) {
        (count, bytes) = (number(end + 32, 8), number(end + 40, 8));
    }
    let within = |number: Option<u64>, limit| number.is_some_and(|number| number <= limit);
    if !within(count, ENTRIES) || !within(bytes, DIRECTORY.min(size)) {
        return Err(ChatError::Invalid(format!("an archive has at most {ENTRIES} entries")));
    }
    Ok(())
}

/// A relative path without steps up, backslashes or control characters.
fn is_plain(name: &str) -> bool {
    let part = |part: &str| !matches!(part, "." | "..");
    !name.is_empty()
        && name.len() <= NAME
        && !name.starts_with('/')
        && !name.contains(['\\', ':'])
        && !name.chars().any(char::is_control)
        && name.split('/').all(part)
}

/// Some tools put one folder around everything.
fn without_folder(names: BTreeMap<String, usize>) -> BTreeMap<String, usize> {
    let folder = |name: &String| name.split_once('/').map(|(folder, _)| format!("{folder}/"));
    let is_index = |name: &&String| {
        let last = name.rsplit('/').next().unwrap_or_default();
        name.matches('/').count() == 1 && matches!(last, "users.json" | "channels.json" | "org_users.json")
    };
    if names.contains_key("users.json") || names.contains_key("channels.json") {
        return names;
    }
    let Some(prefix) = names.keys().find(is_index).and_then(folder) else { return names };
    let strip = |(name, index): (String, usize)| Some((name.strip_prefix(&prefix)?.to_owned(), index));
    names.into_iter().filter_map(strip).collect()
}

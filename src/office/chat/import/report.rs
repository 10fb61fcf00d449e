//! What an import has done, and how far it is.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// Faults that a report names; further ones are counted.
const FAULTS: usize = 200;

/// What an import has done. After a second import of the same file all counts but `known` are 0.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ChatImportReport)]
pub struct Report {
    /// People of the export whose email address is known here.
    pub people_matched: u64,
    /// Accounts that were made; they are suspended.
    pub people_created: u64,
    /// People without an email address: authors by name.
    pub people_named: u64,
    pub rooms_created: u64,
    /// Rooms that were here already: of an earlier import, of the same people, or merged.
    pub rooms_found: u64,
    /// Messages that were written, replies among them.
    pub messages: u64,
    /// Threads that have got their first reply.
    pub threads: u64,
    pub replies: u64,
    pub reactions: u64,
    pub files: u64,
    /// Own emoji.
    pub emoji: u64,
    /// Messages that an earlier import has written.
    pub known: u64,
    /// What was left out, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// What could not be read; at most 200.
    pub faults: Vec<ImportFault>,
    /// Faults that are not named.
    pub more_faults: u64,
}

/// A part of the file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChatImportFault)]
pub struct ImportFault {
    /// The file in the archive.
    pub file: String,
    /// Line and column, from 1; 0 when the file as a whole is meant.
    pub line: u64,
    pub column: u64,
    pub message: String,
}

/// What is done one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChatImportStep)]
#[serde(rename_all = "snake_case")]
pub enum ImportStep {
    People,
    Rooms,
    Messages,
}

/// How far an import is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatImportProgress)]
pub struct ImportProgress {
    pub step: ImportStep,
    pub done: u64,
    pub of: u64,
    /// Messages that were written so far.
    pub messages: u64,
}

/// Hears how far an import is.
pub type Listener<'a> = &'a mut (dyn FnMut(&ImportProgress) + Send);

impl Report {
    /// Counts something that was left out.
    pub fn skip(&mut self, reason: &str) {
        self.skip_many(reason, 1);
    }

    pub fn skip_many(&mut self, reason: &str, count: u64) {
        if count > 0 {
            *self.skipped.entry(reason.to_owned()).or_default() += count;
        }
    }

    /// Notes a part that could not be read.
    pub fn fault(&mut self, fault: ImportFault) {
        if self.faults.len() < FAULTS {
            self.faults.push(fault);
        } else {
            self.more_faults += 1;
        }
    }
}

impl ImportFault {
    /// A fault of a file as a whole.
    #[must_use]
    pub fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: shown(file), line: 0, column: 0, message: message.into() }
    }

    #[must_use]
    pub fn at(file: &str, (line, column): (u64, u64), message: impl Into<String>) -> Self {
        Self { file: shown(file), line, column, message: message.into() }
    }
}

/// A name from outside as a report may show it.
fn shown(name: &str) -> String {
    name.chars().filter(|sign| !sign.is_control()).take(200).collect()
}

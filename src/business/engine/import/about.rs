//! An import as it is kept and told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId, uuid_at};

use super::settings::Settings;

/// An import of records.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordImport)]
pub struct Import {
    pub id: Uuid,
    pub kind: String,
    pub owner: UserId,
    /// The name of the file.
    pub name: String,
    pub state: State,
    #[serde(flatten)]
    pub about: About,
    pub settings: Settings,
    pub progress: Progress,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// How often it was begun anew.
    #[serde(skip)]
    pub attempt: i64,
    /// The part with which a run goes on.
    #[serde(skip)]
    pub next: i64,
}

impl Import {
    /// A file that is about to be read.
    #[must_use]
    pub fn new(owner: UserId, kind: &str, name: &str, now: Timestamp) -> Self {
        Self {
            id: uuid_at(now),
            kind: kind.to_owned(),
            owner,
            name: name.to_owned(),
            state: State::Reading,
            about: About::default(),
            settings: Settings::default(),
            progress: Progress::default(),
            created_at: now,
            attempt: 0,
            next: 0,
        }
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The file is being read.
    Reading,
    /// It waits for its settings and a run.
    Ready,
    /// A dry run is under way.
    Checking,
    /// A dry run has come to its end.
    Checked,
    /// Records are being made.
    Running,
    /// The server has ended meanwhile; another run goes on where this one stood.
    Interrupted,
    Done,
    /// Its end was not reached; `progress.error` says why. Another run goes on.
    Failed,
    Undoing,
    Undone,
}

/// What a file is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportFile)]
pub struct About {
    /// `csv` or `xlsx`.
    pub format: String,
    /// The encoding as the WHATWG calls it, such as `UTF-8` or `windows-1252`.
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    /// The first row.
    pub header: Vec<String>,
    /// The next rows, long cells cut.
    pub sample: Vec<Vec<String>>,
    /// All rows, the first one too.
    pub rows: i64,
}

/// How far a run has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportProgress)]
pub struct Progress {
    /// Rows that were read.
    pub read: i64,
    /// Records that were made.
    pub made: i64,
    /// Records that were there and were changed.
    pub changed: i64,
    /// Rows left out since their record is there.
    pub skipped: i64,
    /// Rows left out since something is wrong with them.
    pub failed: i64,
    /// Records that were made since rows link to them.
    pub linked: i64,
    /// Records that an undo has put back.
    #[serde(default)]
    pub undone: i64,
    /// Changes that an undo has left, since others have written after them.
    #[serde(default)]
    pub kept: i64,
    /// Why it did not come to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

macro_rules! words {
    ($($state:ident $word:literal),* $(,)?) => {
        impl State {
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$state => $word),* }
            }
        }

        impl std::str::FromStr for State {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($word => Ok(Self::$state),)* _ => Err(()) }
            }
        }
    };
}

words! {
    Reading "reading", Ready "ready", Checking "checking", Checked "checked", Running "running",
    Interrupted "interrupted", Done "done", Failed "failed", Undoing "undoing", Undone "undone",
}

impl State {
    /// Whether somebody has to be at work on it.
    #[must_use]
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Reading | Self::Checking | Self::Running | Self::Undoing)
    }
}

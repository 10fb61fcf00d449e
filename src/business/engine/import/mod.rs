//! Brings records in from tables. A file is read once, into parts of some hundred rows that the store keeps; a
//! run takes part after part, so that memory, undo and a crash concern a part and not a file.

mod about;
pub mod decode;
mod faults;
mod known;
pub mod map;
pub mod number;
mod part;
pub mod reader;
mod run;
mod service;
mod settings;
mod suggest;
mod take;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

pub use about::{About, Import, Progress, State};
pub use faults::faults;
pub use part::Part;
pub use settings::{Dates, Duplicates, Numbers, Settings};
pub use suggest::suggest;

/// The imports that this program works on at the moment.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<HashSet<Uuid>>>);

/// Holds an import as long as somebody works on it.
pub struct Lease {
    running: Running,
    id: Uuid,
}

impl Running {
    /// Begins work on an import, unless somebody works on it already.
    #[must_use]
    pub fn take(&self, id: Uuid) -> Option<Lease> {
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        is_free.then(|| Lease { running: self.clone(), id })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> HashSet<Uuid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[must_use]
    pub fn has(&self, id: Uuid) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

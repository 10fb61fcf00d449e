//! Files come to a record and go; each of both is an event of its history, and can be undone.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::event::{Changes, Event};
use crate::business::engine::record::Stored;
use crate::business::engine::store::files::{self as rows, FileRow};
use crate::ids::RecordId;
use crate::scope::Right;

use super::work::{Cause, Work};
use super::{Done, NewFile};

/// Files of one record.
pub const FILES: usize = 200;
/// What happened to the record, for its history.
pub const ADDED: &str = "file_added";
pub const REMOVED: &str = "file_removed";

impl Work<'_> {
    pub(super) async fn add_file(
        &mut self,
        cause: &Cause<'_>,
        record: RecordId,
        new: &NewFile,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let record = self.open(cause, record).await?;
        let NewFile { id, hash, name, media_type, size, pixels } = new.clone();
        let (width, height) = pixels.unzip();
        let file = FileRow {
            id,
            record: record.id,
            hash,
            name,
            media_type,
            size,
            width,
            height,
            added_by: cause.scope.user(),
            added_at: self.now,
            removed_at: None,
        };
        self.put_file(cause, &record, file).await?;
        done.touch(record);
        Ok(())
    }

    pub(super) async fn remove_file(
        &mut self,
        cause: &Cause<'_>,
        record: RecordId,
        id: Uuid,
        done: &mut Done,
    ) -> Result<(), EngineError> {
        let record = self.open(cause, record).await?;
        let file = self.file(id).await?.filter(|file| file.record == record.id && file.removed_at.is_none());
        let file = file.ok_or(EngineError::NoEntry)?;
        self.drop_file(cause, &record, file);
        done.touch(record);
        Ok(())
    }

    /// Takes back that a file came or went; tells whether there was something to take back.
    pub(super) async fn undo_file(
        &mut self,
        cause: &Cause<'_>,
        record: &Arc<Stored>,
        event: &Event,
    ) -> Result<bool, EngineError> {
        let told = event
            .changes
            .get("file")
            .map(|change| if event.name == ADDED { &change.new } else { &change.old });
        let id = told.and_then(|file| file["id"].as_str()).and_then(|id| Uuid::try_parse(id).ok());
        let Some(id) = id else { return Ok(false) };
        match self.file(id).await? {
            Some(file) if event.name == ADDED && file.removed_at.is_none() => {
                self.drop_file(cause, record, file)
            }
            Some(file) if event.name == REMOVED && file.removed_at.is_some() => {
                self.put_file(cause, record, FileRow { removed_at: None, ..file }).await?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Gives one record the files of another that becomes part of it.
    pub(super) async fn take_files(
        &mut self,
        cause: &Cause<'_>,
        from: RecordId,
        into: &Arc<Stored>,
    ) -> Result<(), EngineError> {
        for file in self.files_of(from).await?.into_iter().rev() {
            let hash = blake3::hash(format!("{into} {} {}", file.id, cause.batch, into = into.id).as_bytes());
            let mut bytes = *file.id.as_bytes();
            bytes[6..].copy_from_slice(&hash.as_bytes()[..10]);
            let id = uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand);
            let id = id.with_variant(uuid::Variant::RFC4122).into_uuid();
            self.put_file(cause, into, FileRow { id, record: into.id, ..file }).await?;
        }
        Ok(())
    }

    /// A record whose files the caller may change.
    async fn open(&mut self, cause: &Cause<'_>, id: RecordId) -> Result<Arc<Stored>, EngineError> {
        let (record, ..) = self.take(cause, id, Right::Edit).await?;
        if record.deleted_at.is_some() {
            return Err(EngineError::Conflict("the record is deleted; restore it first".into()));
        }
        Ok(record)
    }

    async fn put_file(
        &mut self,
        cause: &Cause<'_>,
        record: &Arc<Stored>,
        file: FileRow,
    ) -> Result<(), EngineError> {
        if self.files_of(record.id).await?.len() >= FILES {
            return Err(EngineError::TooMany { what: "a record's list of files", limit: FILES });
        }
        self.tell(cause, ADDED, record, change(Value::Null, told(&file)));
        self.files.push(file);
        Ok(())
    }

    fn drop_file(&mut self, cause: &Cause<'_>, record: &Arc<Stored>, file: FileRow) {
        self.tell(cause, REMOVED, record, change(told(&file), Value::Null));
        self.files.push(FileRow { removed_at: Some(self.now), ..file });
    }

    /// A file as it will be.
    async fn file(&mut self, id: Uuid) -> Result<Option<FileRow>, EngineError> {
        if let Some(staged) = self.files.iter().rev().find(|file| file.id == id) {
            return Ok(Some(staged.clone()));
        }
        Ok(rows::find(self.tx, id).await?)
    }

    /// The files of a record as they will be, the latest first.
    async fn files_of(&mut self, record: RecordId) -> Result<Vec<FileRow>, EngineError> {
        let mut all = rows::all(self.tx, record).await?;
        for staged in self.files.iter().filter(|file| file.record == record) {
            all.retain(|file| file.id != staged.id);
            if staged.removed_at.is_none() {
                all.insert(0, staged.clone());
            }
        }
        Ok(all)
    }
}

/// What the history tells of a file.
fn told(file: &FileRow) -> Value {
    json!({ "id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size })
}

fn change(old: Value, new: Value) -> Changes {
    let mut changes = Changes::new();
    let entry = changes.entry("file".into()).or_default();
    (entry.old, entry.new) = (old, new);
    changes
}

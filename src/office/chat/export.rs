//! Gives away everything that was said: a business as a ZIP, a room as JSON lines.
//!
//! The ZIP holds `export.json` (format, business, moment), `people.ndjson`, `rooms.ndjson` (each room with its
//! members), `rooms/ROOM.ndjson` (each message as clients see it, with what it said before in `edits`),
//! `emoji.ndjson`, and the bytes of files and emoji as `files/HASH`. It is written while it is read, page by
//! page: what is said meanwhile may be in it.

use std::collections::BTreeSet;
use std::io::Write;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ids::RoomId;
use crate::scope::{Permission, Scope};
use crate::store::{BlobHash, Store, StoreError};

use super::error::ChatError;
use super::json::MessageJson;
use super::store::exports::{self, EditRow};
use super::store::rooms::RoomRow;
use super::store::{messages, people};

/// Changes when an older reader could not read the export.
const FORMAT: u32 = 1;
/// Messages that are read at once.
const PAGE: i64 = 500;
/// Pieces on their way to a slow reader.
const WAITING: usize = 4;
/// Bytes of a piece.
const PIECE: usize = 64 << 10;

/// Bytes on their way out; an error breaks the answer off.
pub type Pieces = mpsc::Receiver<Result<Bytes, ChatError>>;

/// A message as it is given away.
#[derive(Serialize)]
struct MessageLine {
    #[serde(flatten)]
    message: MessageJson,
    /// What it said before it was edited or deleted; only in the export of a whole business.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<Value>,
}

/// Everything of a room, first the room itself.
pub fn room(store: Store, scope: Scope, room: RoomRow) -> Pieces {
    let (sender, pieces) = mpsc::channel(WAITING);
    actix_rt::spawn(async move {
        let written = room_lines(&store, &scope, room, &sender).await;
        if let Err(error) = written {
            // Who asked has gone away.
            let _ = sender.send(Err(error)).await;
        }
    });
    pieces
}

async fn room_lines(
    store: &Store,
    scope: &Scope,
    room: RoomRow,
    out: &mpsc::Sender<Result<Bytes, ChatError>>,
) -> Result<(), ChatError> {
    let id = room.id;
    let send = async |lines| out.send(Ok(Bytes::from(lines))).await.map_err(|_| ChatError::Busy);
    send(lines(&[json!({ "room": room_json(store, scope, room).await? })])).await?;
    let mut after = 0;
    while let Some((page, last)) = page(store, scope, id, after, false, &mut BTreeSet::new()).await? {
        send(page).await?;
        after = last;
    }
    Ok(())
}

/// Everything of a business.
///
/// # Errors
/// `ChatError::Denied` unless the caller manages the business.
pub fn business(store: Store, scope: Scope, now: crate::ids::Timestamp) -> Result<Pieces, ChatError> {
    scope.require(Permission::TenantManage)?;
    let (out, pieces) = mpsc::channel(WAITING);
    let (entries, waiting) = mpsc::channel(WAITING);
    let answer = out.clone();
    // The archive is packed where it holds nobody up.
    let packed = tokio::task::spawn_blocking(move || pack(out, waiting));
    actix_rt::spawn(async move {
        let archive = Entries { store, scope, entries };
        let written = archive.write(now).await;
        // Without an end the reader sees that the archive is not whole.
        let finished = if written.is_ok() { archive.entries.send(Entry::End).await.is_ok() } else { false };
        drop(archive);
        let packed =
            packed.await.map_err(|error| ChatError::from(StoreError::Unavailable(error.to_string())));
        let packed =
            packed.and_then(|packed| packed.map_err(|error| ChatError::from(StoreError::from(error))));
        if let Err(error) =
            written.and(packed).and_then(|()| if finished { Ok(()) } else { Err(ChatError::Busy) })
        {
            tracing::warn!(%error, "an export of chat has failed");
            // Who asked has gone away.
            let _ = answer.send(Err(error)).await;
        }
    });
    Ok(pieces)
}

/// What the archive is made of.
enum Entry {
    File(String),
    Bytes(Vec<u8>),
    End,
}

struct Entries {
    store: Store,
    scope: Scope,
    entries: mpsc::Sender<Entry>,
}

impl Entries {
    async fn write(&self, now: crate::ids::Timestamp) -> Result<(), ChatError> {
        let tenant = self.scope.tenant;
        let header = json!({ "format": FORMAT, "tenant": tenant, "at": now });
        self.file("export.json", vec![header]).await?;
        let mut tx = self.store.read(&self.scope).await?;
        let everyone = exports::people(&mut tx).await?;
        let rooms = exports::rooms(&mut tx).await?;
        let emoji = people::emoji(&mut tx).await?;
        drop(tx);
        self.file("people.ndjson", everyone.iter().map(exports::PersonRow::json).collect()).await?;
        let mut files: BTreeSet<String> = emoji.iter().map(|emoji| emoji.hash.clone()).collect();
        let line = |row: &people::EmojiRow| json!({ "name": row.name, "hash": row.hash, "media_type": row.media_type });
        self.file("emoji.ndjson", emoji.iter().map(line).collect()).await?;
        let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
        self.send(Entry::File("rooms.ndjson".into())).await?;
        for room in rooms {
            let line = lines(&[room_json(&self.store, &self.scope, room).await?]);
            self.send(Entry::Bytes(line)).await?;
        }
        for room in ids {
            self.send(Entry::File(format!("rooms/{room}.ndjson"))).await?;
            let mut after = 0;
            while let Some((page, last)) =
                page(&self.store, &self.scope, room, after, true, &mut files).await?
            {
                self.send(Entry::Bytes(page)).await?;
                after = last;
            }
        }
        self.files(files).await
    }

    async fn files(&self, hashes: BTreeSet<String>) -> Result<(), ChatError> {
        for name in hashes {
            let hash: BlobHash = name.parse().map_err(|_| ChatError::Damaged("file"))?;
            // A file that is lost does not keep the others from going along.
            match self.store.blobs().get(&self.scope, &hash).await {
                Ok(bytes) => {
                    self.send(Entry::File(format!("files/{name}"))).await?;
                    self.send(Entry::Bytes(bytes.into())).await?;
                }
                Err(error) => tracing::warn!(%error, file = name, "a file is not in the export"),
            }
        }
        Ok(())
    }

    async fn file(&self, name: &str, values: Vec<Value>) -> Result<(), ChatError> {
        self.send(Entry::File(name.to_owned())).await?;
        self.send(Entry::Bytes(lines(&values))).await
    }

    async fn send(&self, entry: Entry) -> Result<(), ChatError> {
        self.entries.send(entry).await.map_err(|_| ChatError::Busy)
    }
}

/// A page of a room's messages as JSON lines, and the number of the last; none after the last page.
async fn page(
    store: &Store,
    scope: &Scope,
    room: RoomId,
    after: i64,
    with_edits: bool,
    files: &mut BTreeSet<String>,
) -> Result<Option<(Vec<u8>, i64)>, ChatError> {
    let mut tx = store.read(scope).await?;
    let rows = messages::all_after(&mut tx, room, after, PAGE).await?;
    let Some(last) = rows.last().map(|row| row.seq) else { return Ok(None) };
    let found = messages::with_reactions(&mut tx, room, rows).await?;
    let mut edits: Vec<EditRow> = Vec::new();
    if with_edits {
        edits = exports::edits(&mut tx, room, after, last).await?;
    }
    drop(tx);
    let mut out = Vec::new();
    for message in found {
        files.extend(message.files.iter().map(|file| file.hash.clone()));
        let own = edits.iter().filter(|edit| edit.seq == message.seq).map(EditRow::json).collect();
        put(&mut out, &MessageLine { message, edits: own });
    }
    Ok(Some((out, last)))
}

/// A room with everyone who is in it.
pub(super) async fn room_json(store: &Store, scope: &Scope, room: RoomRow) -> Result<Value, ChatError> {
    let mut tx = store.read(scope).await?;
    let members = exports::members(&mut tx, room.id).await?;
    drop(tx);
    let json = room.json(members.len(), room.changed)?;
    let mut value = serde_json::to_value(json).map_err(|_| ChatError::Damaged("room"))?;
    let people: Vec<Value> = members.iter().map(exports::InRoomRow::json).collect();
    value["people"] = Value::Array(people);
    Ok(value)
}

pub(super) fn lines(values: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    values.iter().for_each(|value| put(&mut out, value));
    out
}

fn put(out: &mut Vec<u8>, value: &impl Serialize) {
    // Invariant: what is kept always serializes.
    if serde_json::to_writer(&mut *out, value).is_ok() {
        out.push(b'\n');
    }
}

/// Packs entries until their end.
fn pack(
    out: mpsc::Sender<Result<Bytes, ChatError>>,
    mut entries: mpsc::Receiver<Entry>,
) -> std::io::Result<()> {
    let out = std::io::BufWriter::with_capacity(PIECE, Outgoing(out));
    let mut archive = ZipWriter::new_stream(out);
    let options = SimpleFileOptions::default().large_file(true);
    while let Some(entry) = entries.blocking_recv() {
        match entry {
            Entry::File(name) => archive.start_file(name, options)?,
            Entry::Bytes(bytes) => archive.write_all(&bytes)?,
            Entry::End => return archive.finish()?.into_inner().flush(),
        }
    }
    Err(std::io::Error::other("the export was broken off"))
}

/// Gives what is written to the answer.
struct Outgoing(mpsc::Sender<Result<Bytes, ChatError>>);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| std::io::Error::other("nobody reads the export"))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

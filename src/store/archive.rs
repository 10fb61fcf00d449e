//! One file of named pieces (tar, gzip), written and read on threads of their own.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::error::StoreError;

/// Pieces on their way between the threads.
const WAITING: usize = 4;
/// Bytes of one piece; what claims to be larger is no export of ours.
const LARGEST: u64 = 1 << 30;

/// A named piece of an archive.
pub(super) struct Piece {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Takes the pieces of an archive that is being written.
pub(super) struct Writer<W> {
    pieces: mpsc::Sender<Piece>,
    thread: JoinHandle<std::io::Result<W>>,
}

/// Gives the pieces of an archive in their order.
pub(super) struct Reader {
    pieces: mpsc::Receiver<std::io::Result<Piece>>,
}

impl<W: Write + Send + 'static> Writer<W> {
    pub(super) fn new(out: W) -> Self {
        let (pieces, waiting) = mpsc::channel(WAITING);
        Self { pieces, thread: tokio::task::spawn_blocking(move || write_all(out, waiting)) }
    }

    pub(super) async fn put(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        // A writer that has failed takes nothing more; `finish` tells why.
        let _ = self.pieces.send(Piece { name: name.to_owned(), bytes }).await;
        Ok(())
    }

    /// Waits until everything is written, and gives the output back.
    pub(super) async fn finish(self) -> Result<W, StoreError> {
        drop(self.pieces);
        let written = self.thread.await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(written?)
    }
}

fn write_all<W: Write>(out: W, mut pieces: mpsc::Receiver<Piece>) -> std::io::Result<W> {
    let mut archive = tar::Builder::new(GzEncoder::new(out, Compression::default()));
    while let Some(piece) = pieces.blocking_recv() {
        let mut header = tar::Header::new_gnu();
        header.set_size(piece.bytes.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, &piece.name, piece.bytes.as_slice())?;
    }
    let mut out = archive.into_inner()?.finish()?;
    out.flush()?;
    Ok(out)
}

impl Reader {
    pub(super) fn new(input: impl Read + Send + 'static) -> Self {
        let (pieces, waiting) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read_all(input, &pieces) {
                // Nobody listens any more when the import has failed for another reason.
                let _ = pieces.blocking_send(Err(error));
            }
        });
        Self { pieces: waiting }
    }

    /// The next piece; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>, StoreError> {
        let piece = self.pieces.recv().await.transpose();
        piece.map_err(|error| StoreError::Import(format!("the file is damaged: {error}")))
    }
}

fn read_all(input: impl Read, pieces: &mpsc::Sender<std::io::Result<Piece>>) -> std::io::Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(input));
    for entry in archive.entries()? {
        let entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        if entry.size() > LARGEST {
            return Err(std::io::Error::other(format!("{name} is too large")));
        }
        let mut bytes = Vec::new();
        entry.take(LARGEST).read_to_end(&mut bytes)?;
        if pieces.blocking_send(Ok(Piece { name, bytes })).is_err() {
            return Ok(());
        }
    }
    // The checksum of gzip stands behind the last entry, and is compared by reading up to there.
    std::io::copy(&mut archive.into_inner().take(LARGEST), &mut std::io::sink())?;
    Ok(())
}

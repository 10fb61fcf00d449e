//! The content of a document: bytes while it is only read, a `yrs::Doc` while it is written.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::{Buf, Bytes, BytesMut};
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, Update};

use crate::protocols::ws::varint;
use crate::store::Loaded;

use super::batch;
use super::error::DocumentError;

/// A whole document as bytes: its state vector and one update that makes it, both in v1 encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub vector: Bytes,
    pub update: Bytes,
}

/// What is stored: the last snapshot and the updates since.
#[derive(Clone, Debug)]
pub struct Stored {
    pub state: State,
    pub tail: Vec<Bytes>,
}

/// The content in one of its two forms.
pub enum Content {
    /// Nobody writes: bytes, which answer readers without being understood.
    Cold(Stored),
    Warm(Doc),
}

impl State {
    /// A document without content.
    #[must_use]
    pub fn empty() -> Self {
        Self { vector: Bytes::from_static(&[0]), update: Bytes::from_static(&[0, 0]) }
    }

    /// The form in which a snapshot is stored: the state vector with its length, then the update.
    #[must_use]
    pub fn to_snapshot(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(self.vector.len() + self.update.len() + 5);
        varint::put_bytes(&mut out, &self.vector);
        out.extend_from_slice(&self.update);
        out.freeze()
    }

    /// Reads a stored snapshot.
    ///
    /// # Errors
    /// `DocumentError::Damaged` when the snapshot is cut short.
    pub fn from_snapshot(mut snapshot: Bytes) -> Result<Self, DocumentError> {
        let mut rest = snapshot.as_ref();
        let size = varint::take_bytes(&mut rest).ok_or(DocumentError::Damaged("snapshot"))?.len();
        let header = snapshot.len() - rest.len() - size;
        snapshot.advance(header);
        let vector = snapshot.split_to(size);
        Ok(Self { vector, update: snapshot })
    }

    /// The state of a document.
    #[must_use]
    pub fn of(doc: &Doc) -> Self {
        let txn = doc.transact();
        Self {
            vector: txn.state_vector().encode_v1().into(),
            update: txn.encode_state_as_update_v1(&StateVector::default()).into(),
        }
    }
}

impl Stored {
    /// Reads what the log holds.
    ///
    /// # Errors
    /// `DocumentError::Damaged` when a snapshot or an entry cannot be read.
    pub fn from_log(loaded: Loaded) -> Result<Self, DocumentError> {
        let state = match loaded.snapshot {
            Some(snapshot) => State::from_snapshot(snapshot.data)?,
            None => State::empty(),
        };
        let mut tail = Vec::new();
        for entry in loaded.entries {
            batch::read(&entry.data, |_, update| tail.push(update))
                .ok_or(DocumentError::Damaged("log entry"))?;
        }
        Ok(Self { state, tail })
    }

    /// Builds the document. Takes milliseconds for a large one: not for an actor's thread.
    ///
    /// # Errors
    /// `DocumentError::Damaged` when the stored bytes are no document.
    pub fn build(&self) -> Result<Doc, DocumentError> {
        let doc = new_doc();
        for update in std::iter::once(&self.state.update).chain(&self.tail) {
            apply(&doc, update).map_err(|_| DocumentError::Damaged("update"))?;
        }
        Ok(doc)
    }

    /// Makes one update of all that came after the snapshot; false when that is not possible.
    pub fn join_tail(&mut self) -> bool {
        if self.tail.len() > 1 {
            let Ok(Ok(joined)) = catch_unwind(|| yrs::merge_updates_v1(&self.tail)) else { return false };
            self.tail = vec![joined.into()];
        }
        true
    }

    /// Bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.state.update.len() + self.tail.iter().map(Bytes::len).sum::<usize>()
    }
}

/// A document as Yjs counts: offsets in UTF-16 units.
#[must_use]
pub fn new_doc() -> Doc {
    Doc::with_options(Options { offset_kind: OffsetKind::Utf16, ..Options::default() })
}

/// Takes one update of a client into a document.
///
/// # Errors
/// `DocumentError::Malformed` when the bytes are no update; the document is as it was.
/// `DocumentError::Poison` when the update broke the document, which must not be used any more.
pub fn apply(doc: &Doc, update: &[u8]) -> Result<(), DocumentError> {
    let decoded = catch_unwind(|| Update::decode_v1(update));
    let Ok(Ok(decoded)) = decoded else { return Err(DocumentError::Malformed) };
    // The document is dropped after a panic, so nothing sees what it broke.
    match catch_unwind(AssertUnwindSafe(|| doc.transact_mut().apply_update(decoded))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(DocumentError::Poison),
    }
}

/// What a client with this state vector lacks, as one update.
///
/// # Errors
/// `DocumentError::Malformed` when the bytes are no state vector.
pub fn missing(doc: &Doc, vector: &[u8]) -> Result<Vec<u8>, DocumentError> {
    let vector = match catch_unwind(|| StateVector::decode_v1(vector)) {
        Ok(Ok(vector)) => vector,
        _ => return Err(DocumentError::Malformed),
    };
    Ok(doc.transact().encode_state_as_update_v1(&vector))
}

/// Whether the document holds updates that wait for others which are not there yet.
#[must_use]
pub fn has_gap(doc: &Doc) -> bool {
    let txn = doc.transact();
    txn.store().pending_update().is_some() || txn.store().pending_ds().is_some()
}

/// What a document has, as a state vector.
#[must_use]
pub fn vector(doc: &Doc) -> Vec<u8> {
    doc.transact().state_vector().encode_v1()
}

/// Whether a state vector says "I have nothing".
#[must_use]
pub fn is_empty_vector(vector: &[u8]) -> bool {
    vector == [0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use yrs::{GetString as _, Text as _};

    fn typed(text: &str) -> Doc {
        let doc = new_doc();
        let root = doc.get_or_insert_text("t");
        for (index, letter) in text.chars().enumerate() {
            root.insert(&mut doc.transact_mut(), index as u32, &letter.to_string());
        }
        doc
    }

    fn text(doc: &Doc) -> String {
        let root = doc.get_or_insert_text("t");
        root.get_string(&doc.transact())
    }

    #[test]
    fn a_snapshot_gives_the_state_back() {
        let state = State::of(&typed("hello"));
        let read = State::from_snapshot(state.to_snapshot()).unwrap();
        assert_eq!(read, state);
        let stored = Stored { state: read, tail: Vec::new() };
        assert_eq!(text(&stored.build().unwrap()), "hello");
    }

    #[test]
    fn an_empty_document_is_two_zeros() {
        assert_eq!(State::of(&new_doc()), State::empty());
    }

    #[test]
    fn garbage_is_malformed_and_changes_nothing() {
        let doc = typed("safe");
        assert!(matches!(apply(&doc, &[1, 2, 3, 255, 255]), Err(DocumentError::Malformed)));
        assert_eq!(text(&doc), "safe");
    }

    #[test]
    fn an_update_without_its_predecessor_leaves_a_gap_until_that_comes() {
        let source = new_doc();
        let root = source.get_or_insert_text("t");
        let updates = ["a", "b"].map(|letter| {
            let mut txn = source.transact_mut();
            root.push(&mut txn, letter);
            txn.encode_update_v1()
        });
        let doc = new_doc();
        apply(&doc, &updates[1]).unwrap();
        assert!(has_gap(&doc));
        apply(&doc, &updates[0]).unwrap();
        assert!(!has_gap(&doc));
        assert_eq!(text(&doc), "ab");
    }

    #[test]
    fn a_joined_tail_says_the_same_also_before_the_snapshot_and_with_a_gap() {
        let source = typed("snapshot");
        let root = source.get_or_insert_text("t");
        let state = State::of(&source);
        let mut tail: Vec<Bytes> = Vec::new();
        for number in 0..40 {
            let mut txn = source.transact_mut();
            root.insert(&mut txn, number % 5, "tail");
            root.remove_range(&mut txn, number % 3, 1);
            tail.push(txn.encode_update_v1().into());
        }
        let lost = tail.remove(17);
        let mut stored = Stored { state: state.clone(), tail };
        assert!(stored.join_tail());
        assert_eq!(stored.tail.len(), 1);
        let client = new_doc();
        for update in [&stored.tail[0], &stored.state.update, &lost] {
            apply(&client, update).unwrap();
        }
        assert!(!has_gap(&client));
        assert_eq!(text(&client), text(&source));
    }

    #[test]
    fn a_client_gets_only_what_it_lacks() {
        let doc = typed("abc");
        let vector = doc.transact().state_vector().encode_v1();
        assert_eq!(missing(&doc, &vector).unwrap(), [0, 0]);
        assert!(missing(&doc, &[0]).unwrap().len() > 3);
    }
}

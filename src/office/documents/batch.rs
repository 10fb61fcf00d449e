//! The updates that go to the log together: one entry a commit, however many people wrote.
//!
//! An entry is runs of `16 bytes author, varUint count, count × (varUint length, update)`.

use bytes::{Buf, Bytes, BytesMut};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::ids::UserId;
use crate::protocols::ws::{sync, varint};

use super::members::MemberId;

/// Kind of a log entry with updates.
pub const KIND: &str = "document.updates";

/// Updates on their way to the log.
#[derive(Default)]
pub struct Batch {
    pub runs: Vec<Run>,
    pub bytes: usize,
    /// Writes of each client that are stored with this batch.
    pub saved: Vec<(MemberId, u64)>,
    /// Answers that hold these updates and so may leave only after them.
    pub held: Vec<(MemberId, Bytes)>,
    /// Connections that wait until the log has caught up.
    pub waiting: Vec<oneshot::Sender<()>>,
}

/// Updates of one client that came together.
pub struct Run {
    pub member: MemberId,
    pub author: UserId,
    pub updates: Vec<Bytes>,
}

impl Batch {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether somebody waits until it is stored.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        !self.held.is_empty() || !self.waiting.is_empty()
    }

    /// Adds an update of a client.
    pub fn push(&mut self, member: MemberId, author: UserId, update: Bytes) {
        self.bytes += update.len();
        match self.runs.last_mut() {
            Some(run) if run.member == member && run.author == author => run.updates.push(update),
            _ => self.runs.push(Run { member, author, updates: vec![update] }),
        }
    }

    /// Notes that the client's first `count` writes are in this batch or an earlier one.
    pub fn note_saved(&mut self, member: MemberId, count: u64) {
        match self.saved.iter_mut().find(|(id, _)| *id == member) {
            Some(entry) => entry.1 = count,
            None => self.saved.push((member, count)),
        }
    }

    /// The log entry.
    #[must_use]
    pub fn entry(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(self.bytes + self.runs.len() * 20 + 64);
        for run in &self.runs {
            out.extend_from_slice(run.author.0.as_bytes());
            varint::put(&mut out, run.updates.len() as u64);
            for update in &run.updates {
                varint::put_bytes(&mut out, update);
            }
        }
        out.freeze()
    }

    /// All frames of the batch in one piece, and where each run's frames end in it.
    #[must_use]
    pub fn frames(&self) -> (Bytes, Vec<usize>) {
        let mut out = BytesMut::with_capacity(
            self.bytes + self.runs.iter().map(|r| r.updates.len() * 14).sum::<usize>(),
        );
        let mut ends = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            for update in &run.updates {
                sync::put_update(&mut out, update);
            }
            ends.push(out.len());
        }
        (out.freeze(), ends)
    }
}

/// Calls `each` with every update of a log entry and its author; `None` when the entry is damaged.
pub fn read(entry: &Bytes, mut each: impl FnMut(UserId, Bytes)) -> Option<()> {
    let mut rest = entry.clone();
    while !rest.is_empty() {
        let author = UserId(Uuid::from_slice(rest.get(..16)?).ok()?);
        rest.advance(16);
        for _ in 0..take(&mut rest)? {
            let size = usize::try_from(take(&mut rest)?).ok()?;
            if size > rest.len() {
                return None;
            }
            each(author, rest.split_to(size));
        }
    }
    Some(())
}

fn take(rest: &mut Bytes) -> Option<u64> {
    let mut input = rest.as_ref();
    let value = varint::take(&mut input)?;
    let used = rest.len() - input.len();
    rest.advance(used);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn sample() -> Batch {
        let mut batch = Batch::default();
        batch.push(MemberId(1), user(1), Bytes::from_static(b"a"));
        batch.push(MemberId(1), user(1), Bytes::from_static(b"bb"));
        batch.push(MemberId(2), user(2), Bytes::from_static(b"ccc"));
        batch
    }

    #[test]
    fn an_entry_gives_updates_and_authors_back() {
        let mut seen = Vec::new();
        read(&sample().entry(), |author, update| seen.push((author, update))).unwrap();
        let expected = [(user(1), "a"), (user(1), "bb"), (user(2), "ccc")];
        assert_eq!(seen, expected.map(|(author, text)| (author, Bytes::from(text))));
    }

    #[test]
    fn a_cut_entry_is_damaged() {
        let entry = sample().entry();
        for end in 1..entry.len() {
            let whole_runs = end == 16 + 1 + 2 + 3;
            assert_eq!(read(&entry.slice(..end), |_, _| {}).is_some(), whole_runs, "cut at {end}");
        }
    }

    #[test]
    fn frames_of_a_run_end_where_the_next_begin() {
        let (frames, ends) = sample().frames();
        assert_eq!(ends, [(2 + 3 + 1) + (2 + 3 + 2), frames.len()]);
    }
}

//! Messages of the y-websocket protocol (y-protocols: sync, awareness, auth), one per frame.
//!
//! A message is `varUint type` and its body. Kontor adds type 100, sent only to clients that ask
//! with `acks=1`: `varUint 100, varUint n` says that the first `n` sync messages of kind step 2
//! or update that came over this connection are stored durably.

use bytes::{Bytes, BytesMut};

use super::frame::{self, Opcode};
use super::varint;

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const SAVED: u64 = 100;

const STEP_1: u64 = 0;
const STEP_2: u64 = 1;
const UPDATE: u64 = 2;

/// What a client says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMessage<'a> {
    /// "This is what I have": a state vector; it wants the rest.
    Step1(&'a [u8]),
    /// An answer to the server's step 1, as an update.
    Step2(&'a [u8]),
    Update(&'a [u8]),
    Awareness(&'a [u8]),
    QueryAwareness,
}

/// A message that the protocol does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    #[error("the message is cut short")]
    Short,
    #[error("bytes follow the end of the message")]
    Trailing,
    #[error("message type {0} is not known")]
    UnknownType(u64),
}

/// Reads the message of one frame.
///
/// # Errors
/// `SyncError` when the frame holds no whole message of a known type.
pub fn parse(mut input: &[u8]) -> Result<ClientMessage<'_>, SyncError> {
    let input = &mut input;
    let message = match varint::take(input).ok_or(SyncError::Short)? {
        SYNC => {
            let step = varint::take(input).ok_or(SyncError::Short)?;
            let body = varint::take_bytes(input).ok_or(SyncError::Short)?;
            match step {
                STEP_1 => ClientMessage::Step1(body),
                STEP_2 => ClientMessage::Step2(body),
                UPDATE => ClientMessage::Update(body),
                other => return Err(SyncError::UnknownType(other)),
            }
        }
        AWARENESS => ClientMessage::Awareness(varint::take_bytes(input).ok_or(SyncError::Short)?),
        QUERY_AWARENESS => ClientMessage::QueryAwareness,
        other => return Err(SyncError::UnknownType(other)),
    };
    if input.is_empty() { Ok(message) } else { Err(SyncError::Trailing) }
}

/// Whether an update changes nothing: no structs and no deletions.
#[must_use]
pub fn is_empty_update(update: &[u8]) -> bool {
    update == [0, 0]
}

/// Appends the frame of an update.
pub fn put_update(out: &mut BytesMut, update: &[u8]) {
    put_sync(out, UPDATE, update);
}

/// The frame "this is what I have".
#[must_use]
pub fn step1(state_vector: &[u8]) -> Bytes {
    sync(STEP_1, state_vector)
}

/// The frame that answers a client's step 1.
#[must_use]
pub fn step2(update: &[u8]) -> Bytes {
    sync(STEP_2, update)
}

/// The frame of one update.
#[must_use]
pub fn update(update: &[u8]) -> Bytes {
    sync(UPDATE, update)
}

/// The frame of an awareness update, encoded as y-protocols does.
#[must_use]
pub fn awareness(states: &[u8]) -> Bytes {
    let size = varint::size(AWARENESS) + varint::size(states.len() as u64) + states.len();
    let mut out = BytesMut::with_capacity(size + 10);
    frame::put_header(&mut out, Opcode::Binary, size);
    varint::put(&mut out, AWARENESS);
    varint::put_bytes(&mut out, states);
    out.freeze()
}

/// The frame that refuses a write (y-protocols/auth: permission denied).
#[must_use]
pub fn denied(reason: &str) -> Bytes {
    let mut out = BytesMut::new();
    varint::put(&mut out, AUTH);
    varint::put(&mut out, 0);
    varint::put_bytes(&mut out, reason.as_bytes());
    frame::encode(Opcode::Binary, &out)
}

/// The frame that says how many of the client's writes are stored.
#[must_use]
pub fn saved(count: u64) -> Bytes {
    let mut out = BytesMut::with_capacity(12);
    frame::put_header(&mut out, Opcode::Binary, varint::size(SAVED) + varint::size(count));
    varint::put(&mut out, SAVED);
    varint::put(&mut out, count);
    out.freeze()
}

fn sync(step: u64, body: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(body.len() + 20);
    put_sync(&mut out, step, body);
    out.freeze()
}

fn put_sync(out: &mut BytesMut, step: u64, body: &[u8]) {
    frame::put_header(out, Opcode::Binary, 2 + varint::size(body.len() as u64) + body.len());
    varint::put(out, SYNC);
    varint::put(out, step);
    varint::put_bytes(out, body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_yjs_client_are_understood() {
        let check = |input: &[u8], expected| assert_eq!(parse(input), Ok(expected));
        check(&[0, 0, 1, 0], ClientMessage::Step1(&[0]));
        check(&[0, 1, 2, 0, 0], ClientMessage::Step2(&[0, 0]));
        check(&[0, 2, 3, 7, 8, 9], ClientMessage::Update(&[7, 8, 9]));
        check(&[1, 1, 0], ClientMessage::Awareness(&[0]));
        check(&[3], ClientMessage::QueryAwareness);
    }

    #[test]
    fn other_messages_are_refused() {
        let check = |input: &[u8], error| assert_eq!(parse(input), Err(error));
        check(&[], SyncError::Short);
        check(&[0, 2, 9, 1], SyncError::Short);
        check(&[0, 2, 1, 1, 1], SyncError::Trailing);
        check(&[0, 3, 0], SyncError::UnknownType(3));
        check(&[42], SyncError::UnknownType(42));
    }

    #[test]
    fn a_frame_holds_the_message_that_yrs_reads() {
        use yrs::sync::{Message, SyncMessage};
        use yrs::updates::decoder::Decode as _;
        let read = |frame: &Bytes| Message::decode_v1(&frame[2..]).unwrap();
        assert_eq!(read(&step2(&[1, 2])), Message::Sync(SyncMessage::SyncStep2(vec![1, 2])));
        assert_eq!(read(&update(&[3])), Message::Sync(SyncMessage::Update(vec![3])));
        assert_eq!(read(&denied("no")), Message::Auth(Some("no".into())));
    }
}

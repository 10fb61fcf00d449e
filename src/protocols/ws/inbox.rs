//! From bytes to whole messages: joins reads to frames and fragments to messages.

use bytes::Bytes;

use super::frame::{self, FrameError, Header, Opcode};

/// A whole message of a client, or a control frame that the socket answers itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    Text(Bytes),
    Binary(Bytes),
    Ping(Bytes),
    Pong,
    Close,
}

/// Collects the bytes of one connection until messages are whole.
#[derive(Default)]
pub struct Inbox {
    /// The beginning of a frame that is not whole yet.
    partial: Vec<u8>,
    /// The fragments of a message that is not whole yet, and its kind.
    fragments: Option<(Opcode, Vec<u8>)>,
}

impl Inbox {
    /// Takes bytes in and appends every message that became whole to `out`.
    ///
    /// # Errors
    /// `FrameError` when the connection cannot go on; messages before the fault are in `out`.
    pub fn feed(&mut self, read: &mut [u8], limit: usize, out: &mut Vec<Incoming>) -> Result<(), FrameError> {
        if self.partial.is_empty() {
            let used = self.parse(read, limit, out)?;
            self.partial = read[used..].to_vec();
            return Ok(());
        }
        let mut joined = std::mem::take(&mut self.partial);
        joined.extend_from_slice(read);
        let used = self.parse(&mut joined, limit, out)?;
        joined.drain(..used);
        // An idle connection keeps no buffer.
        self.partial = if joined.is_empty() { Vec::new() } else { joined };
        Ok(())
    }

    /// Takes every whole frame off the front of `input`; returns how many bytes they took.
    fn parse(
        &mut self,
        input: &mut [u8],
        limit: usize,
        out: &mut Vec<Incoming>,
    ) -> Result<usize, FrameError> {
        let mut headers: Vec<(Header, usize)> = Vec::new();
        let mut end = 0;
        let fault = loop {
            let header = match frame::parse_header(&input[end..], limit) {
                Ok(Some(header)) => header,
                Ok(None) => break None,
                Err(error) => break Some(error),
            };
            let start = end + header.size;
            let Some(payload) = input.get_mut(start..start + header.payload) else { break None };
            frame::unmask(payload, header.mask);
            headers.push((header, start));
            end = start + header.payload;
        };
        if headers.is_empty() {
            return fault.map_or(Ok(0), Err);
        }
        // One copy of the read is shared by all its messages.
        let shared = Bytes::copy_from_slice(&input[..end]);
        for (header, start) in headers {
            self.accept(header, shared.slice(start..start + header.payload), limit, out)?;
        }
        fault.map_or(Ok(end), Err)
    }

    fn accept(
        &mut self,
        header: Header,
        payload: Bytes,
        limit: usize,
        out: &mut Vec<Incoming>,
    ) -> Result<(), FrameError> {
        match (header.opcode, header.fin) {
            (Opcode::Ping, _) => out.push(Incoming::Ping(payload)),
            (Opcode::Pong, _) => out.push(Incoming::Pong),
            (Opcode::Close, _) => out.push(Incoming::Close),
            (Opcode::Text | Opcode::Binary, _) if self.fragments.is_some() => {
                return Err(FrameError::BadContinuation);
            }
            (Opcode::Text, true) => out.push(Incoming::Text(payload)),
            (Opcode::Binary, true) => out.push(Incoming::Binary(payload)),
            (kind @ (Opcode::Text | Opcode::Binary), false) => self.fragments = Some((kind, payload.into())),
            (Opcode::Continuation, fin) => {
                let (kind, mut message) = self.fragments.take().ok_or(FrameError::BadContinuation)?;
                let declared = message.len() + payload.len();
                if declared > limit {
                    return Err(FrameError::TooLarge { declared: declared as u64, limit });
                }
                message.extend_from_slice(&payload);
                match (fin, kind) {
                    (false, kind) => self.fragments = Some((kind, message)),
                    (true, Opcode::Text) => out.push(Incoming::Text(message.into())),
                    (true, _) => out.push(Incoming::Binary(message.into())),
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [9, 8, 7, 6];
        let mut body = payload.to_vec();
        frame::unmask(&mut body, mask);
        [&[first, 0x80 | payload.len() as u8], mask.as_slice(), &body].concat()
    }

    #[test]
    fn messages_are_the_same_however_the_reads_fall() {
        let wire =
            [client(0x82, b"one"), client(0x89, b"hi"), client(0x82, b""), client(0x81, b"two")].concat();
        let expected = [
            Incoming::Binary(Bytes::from_static(b"one")),
            Incoming::Ping(Bytes::from_static(b"hi")),
            Incoming::Binary(Bytes::new()),
            Incoming::Text(Bytes::from_static(b"two")),
        ];
        for step in 1..=wire.len() {
            let (mut inbox, mut out) = (Inbox::default(), Vec::new());
            for read in wire.chunks(step) {
                inbox.feed(&mut read.to_vec(), 100, &mut out).unwrap();
            }
            assert_eq!(out, expected);
            assert_eq!(inbox.partial.capacity(), 0);
        }
    }

    #[test]
    fn fragments_are_joined_and_a_control_frame_may_come_between() {
        let mut wire =
            [client(0x02, b"a"), client(0x89, b""), client(0x00, b"b"), client(0x80, b"c")].concat();
        let mut out = Vec::new();
        Inbox::default().feed(&mut wire, 100, &mut out).unwrap();
        assert_eq!(out, [Incoming::Ping(Bytes::new()), Incoming::Binary(Bytes::from_static(b"abc"))]);
    }

    #[test]
    fn fragments_past_the_limit_or_out_of_place_are_refused() {
        let check = |mut wire: Vec<u8>, error| {
            assert_eq!(Inbox::default().feed(&mut wire, 4, &mut Vec::new()), Err(error));
        };
        check(client(0x80, b"c"), FrameError::BadContinuation);
        check([client(0x02, b"a"), client(0x82, b"b")].concat(), FrameError::BadContinuation);
        check(
            [client(0x02, b"abc"), client(0x80, b"de")].concat(),
            FrameError::TooLarge { declared: 5, limit: 4 },
        );
    }
}

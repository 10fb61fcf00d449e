//! Frames of RFC 6455, section 5: parsing what clients send, encoding what they receive.

use bytes::{BufMut, Bytes, BytesMut};

/// What a data or control frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// The header of a frame from a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub fin: bool,
    pub opcode: Opcode,
    /// Bytes that the header itself takes.
    pub size: usize,
    /// Bytes of payload that follow.
    pub payload: usize,
    pub mask: [u8; 4],
}

/// Why a connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("the frame declares {declared} bytes and {limit} are allowed")]
    TooLarge { declared: u64, limit: usize },
    #[error("a client must mask its frames")]
    Unmasked,
    #[error("a reserved bit is set")]
    ReservedBit,
    #[error("opcode {0:#x} is not known")]
    UnknownOpcode(u8),
    #[error("a control frame is fragmented or longer than 125 bytes")]
    BadControl,
    #[error("a message continues that has not begun, or begins inside another")]
    BadContinuation,
}

/// Reads the header at the start of `input`; `None` while it is incomplete.
///
/// # Errors
/// A `FrameError` as soon as the header alone shows that the frame must be refused.
pub fn parse_header(input: &[u8], limit: usize) -> Result<Option<Header>, FrameError> {
    let [first, second, rest @ ..] = input else { return Ok(None) };
    if first & 0x70 != 0 {
        return Err(FrameError::ReservedBit);
    }
    let opcode = opcode(first & 0x0f)?;
    let fin = first & 0x80 != 0;
    if second & 0x80 == 0 {
        return Err(FrameError::Unmasked);
    }
    let short = second & 0x7f;
    let control = matches!(opcode, Opcode::Close | Opcode::Ping | Opcode::Pong);
    if control && (!fin || short > 125) {
        return Err(FrameError::BadControl);
    }
    let (declared, width) = match (short, rest) {
        (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 2),
        (127, [a, b, c, d, e, f, g, h, ..]) => (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 8),
        (126 | 127, _) => return Ok(None),
        (short, _) => (u64::from(short), 0),
    };
    let payload = usize::try_from(declared).ok().filter(|size| *size <= limit);
    let payload = payload.ok_or(FrameError::TooLarge { declared, limit })?;
    let Some([a, b, c, d]) = rest.get(width..width + 4) else { return Ok(None) };
    Ok(Some(Header { fin, opcode, size: 2 + width + 4, payload, mask: [*a, *b, *c, *d] }))
}

fn opcode(bits: u8) -> Result<Opcode, FrameError> {
    Ok(match bits {
        0x0 => Opcode::Continuation,
        0x1 => Opcode::Text,
        0x2 => Opcode::Binary,
        0x8 => Opcode::Close,
        0x9 => Opcode::Ping,
        0xa => Opcode::Pong,
        other => return Err(FrameError::UnknownOpcode(other)),
    })
}

/// Takes the mask off a payload in place (RFC 6455, section 5.3).
pub fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let word = u32::from_ne_bytes(mask);
    let mut chunks = payload.chunks_exact_mut(4);
    for chunk in &mut chunks {
        let masked = u32::from_ne_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]) ^ word;
        chunk.copy_from_slice(&masked.to_ne_bytes());
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(mask) {
        *byte ^= key;
    }
}

/// Appends the header of an unmasked, unfragmented frame from the server.
pub fn put_header(out: &mut BytesMut, opcode: Opcode, payload: usize) {
    let bits = match opcode {
        Opcode::Continuation => 0x0,
        Opcode::Text => 0x1,
        Opcode::Binary => 0x2,
        Opcode::Close => 0x8,
        Opcode::Ping => 0x9,
        Opcode::Pong => 0xa,
    };
    out.put_u8(0x80 | bits);
    match payload {
        0..=125 => out.put_u8(payload as u8),
        126..=0xffff => {
            out.put_u8(126);
            out.put_u16(payload as u16);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(payload as u64);
        }
    }
}

/// Encodes one frame from the server.
#[must_use]
pub fn encode(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + 10);
    put_header(&mut out, opcode, payload.len());
    out.extend_from_slice(payload);
    out.freeze()
}

/// Encodes a close frame; the reason is cut at 123 bytes (RFC 6455, section 5.5).
#[must_use]
pub fn encode_close(code: u16, reason: &str) -> Bytes {
    let end = (0..=reason.len().min(123)).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or(0);
    let mut payload = Vec::with_capacity(2 + end);
    payload.extend_from_slice(&code.to_be_bytes());
    payload.extend_from_slice(&reason.as_bytes()[..end]);
    encode(Opcode::Close, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    fn client_frame(first: u8, length: &[u8]) -> Vec<u8> {
        [&[first], length, &MASK].concat()
    }

    #[test]
    fn a_header_is_read_only_when_it_is_whole() {
        let whole = client_frame(0x82, &[0x80 | 126, 1, 0]);
        for end in 0..whole.len() {
            assert_eq!(parse_header(&whole[..end], 1024), Ok(None));
        }
        let header = parse_header(&whole, 1024).unwrap().unwrap();
        assert_eq!((header.payload, header.size, header.mask), (256, 8, MASK));
    }

    #[test]
    fn a_declared_terabyte_is_refused_from_its_header() {
        let terabyte = (1_u64 << 40).to_be_bytes();
        let input = [&[0x82, 0x80 | 127], terabyte.as_slice()].concat();
        assert_eq!(
            parse_header(&input, 65_536),
            Err(FrameError::TooLarge { declared: 1 << 40, limit: 65_536 })
        );
    }

    #[test]
    fn broken_frames_are_refused() {
        let check = |input: &[u8], error| assert_eq!(parse_header(input, 1024), Err(error));
        check(&[0x82, 0x05], FrameError::Unmasked);
        check(&[0xc2, 0x80], FrameError::ReservedBit);
        check(&[0x83, 0x80], FrameError::UnknownOpcode(3));
        check(&[0x09, 0x80], FrameError::BadControl);
        check(&[0x89, 0xfe, 0, 126], FrameError::BadControl);
    }

    #[test]
    fn unmasking_twice_gives_the_payload_back() {
        for size in 0..20_u8 {
            let payload: Vec<u8> = (0..size).collect();
            let mut copy = payload.clone();
            unmask(&mut copy, MASK);
            assert_eq!(copy.iter().zip(&payload).position(|(a, b)| a == b), None);
            unmask(&mut copy, MASK);
            assert_eq!(copy, payload);
        }
    }

    #[test]
    fn server_frames_carry_the_shortest_length() {
        for (size, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            assert_eq!(encode(Opcode::Binary, &vec![0; size]).len(), size + header);
        }
    }

    #[test]
    fn a_close_reason_is_cut_at_a_character() {
        let frame = encode_close(4413, &"é".repeat(100));
        assert!(frame.len() <= 127);
        assert!(std::str::from_utf8(&frame[4..]).is_ok());
    }
}

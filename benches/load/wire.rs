//! WebSocket frames of a client on a bare TCP stream: the generator must cost less than the server.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One connection after its handshake; blocking until it is taken apart.
pub struct Wire {
    pub stream: TcpStream,
    pub inbox: Inbox,
}

/// Bytes that were read and not yet used.
#[derive(Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    used: usize,
}

/// A frame from the server: opcode and where its payload lies.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub opcode: u8,
    pub payload: &'a [u8],
}

pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;
const BINARY: u8 = 2;

impl Wire {
    /// Connects and switches to WebSocket.
    pub fn open(address: SocketAddr, path: &str, headers: &[(String, String)]) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes())?;
        let mut inbox = Inbox::default();
        let end = loop {
            inbox.fill(&mut stream)?;
            if let Some(end) = inbox.unused().windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&inbox.unused()[..end]).into_owned();
        if !head.starts_with("HTTP/1.1 101") {
            return Err(io::Error::other(head.lines().next().unwrap_or_default().to_owned()));
        }
        inbox.used += end;
        Ok(Self { stream, inbox })
    }

    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.stream.write_all(&frame(BINARY, message))
    }

    /// Waits for the next data frame; answers pings; an error once the server closes.
    pub fn receive<T>(&mut self, mut read: impl FnMut(&[u8]) -> Option<T>) -> io::Result<T> {
        loop {
            while let Some(Frame { opcode, payload }) = self.inbox.next() {
                match opcode {
                    CLOSE => return Err(io::Error::other(close_reason(payload))),
                    PING => self.stream.write_all(&frame(PONG, payload))?,
                    PONG => {}
                    _ => {
                        if let Some(found) = read(payload) {
                            return Ok(found);
                        }
                    }
                }
            }
            self.inbox.fill(&mut self.stream)?;
        }
    }
}

impl Inbox {
    pub fn unused(&self) -> &[u8] {
        &self.bytes[self.used..]
    }

    /// Reads once from a blocking stream.
    pub fn fill(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let mut chunk = [0; 65_536];
        match stream.read(&mut chunk)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            size => {
                self.push(&chunk[..size]);
                Ok(())
            }
        }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        if self.used == self.bytes.len() {
            self.bytes.clear();
            self.used = 0;
        } else if self.used > 1 << 20 {
            self.bytes.drain(..self.used);
            self.used = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame. Servers here send no fragmented messages.
    pub fn next(&mut self) -> Option<Frame<'_>> {
        let (opcode, start, size) = parse(&self.bytes[self.used..])?;
        let start = self.used + start;
        self.used = start + size;
        Some(Frame { opcode, payload: &self.bytes[start..start + size] })
    }
}

/// Opcode, start and size of the payload of a whole frame at the start of `input`.
pub fn parse(input: &[u8]) -> Option<(u8, usize, usize)> {
    let (&first, &second) = (input.first()?, input.get(1)?);
    let (start, size) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(input.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(input.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    (input.len() - start.min(input.len()) >= size).then_some((first & 0x0f, start, size))
}

/// A client's frame. The mask is zero: legal, and free for the generator.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 14);
    out.push(0x80 | opcode);
    match payload.len() {
        size @ 0..=125 => out.push(0x80 | size as u8),
        size @ 126..=0xffff => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(size as u16).to_be_bytes());
        }
        size => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(size as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
    out
}

pub fn binary(payload: &[u8]) -> Vec<u8> {
    frame(BINARY, payload)
}

pub fn close_reason(payload: &[u8]) -> String {
    let code = payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]));
    format!("closed with {code} {}", String::from_utf8_lossy(payload.get(2..).unwrap_or_default()))
}

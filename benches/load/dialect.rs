//! What the peers say inside their frames.

/// How a peer wraps the messages of y-protocols.
#[derive(Clone, Debug)]
pub enum Dialect {
    /// y-websocket: a connection is a document.
    Plain,
    /// Hocuspocus: every message begins with the name of its document.
    Named(String),
}

/// A message from the server.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    Step1(&'a [u8]),
    Step2(&'a [u8]),
    Update(&'a [u8]),
    /// Kontor: so many writes of this connection are stored.
    Saved(u64),
    /// Hocuspocus: one more write of this connection was applied (not yet stored).
    Applied,
    Other,
}

impl Dialect {
    /// What a client must say before anything else.
    pub fn hello(&self) -> Option<Vec<u8>> {
        let Self::Named(_) = self else { return None };
        let mut out = self.message(&[2, 0]);
        put_bytes(&mut out, b"bench");
        put_bytes(&mut out, b"4.7.0");
        Some(out)
    }

    /// "I have this"; an empty state vector is `[0]`.
    pub fn step1(&self, state_vector: &[u8]) -> Vec<u8> {
        self.sync(0, state_vector)
    }

    #[allow(dead_code, reason = "clients of the fault tests answer the server's step 1")]
    pub fn step2(&self, update: &[u8]) -> Vec<u8> {
        self.sync(1, update)
    }

    pub fn update(&self, update: &[u8]) -> Vec<u8> {
        self.sync(2, update)
    }

    fn sync(&self, step: u8, body: &[u8]) -> Vec<u8> {
        let mut out = self.message(&[0, step]);
        put_bytes(&mut out, body);
        out
    }

    fn message(&self, head: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        if let Self::Named(name) = self {
            put_bytes(&mut out, name.as_bytes());
        }
        out.extend_from_slice(head);
        out
    }

    pub fn read<'a>(&self, mut input: &'a [u8]) -> Incoming<'a> {
        let input = &mut input;
        if let Self::Named(_) = self {
            take_bytes(input);
        }
        self.read_body(input).unwrap_or(Incoming::Other)
    }

    fn read_body<'a>(&self, input: &mut &'a [u8]) -> Option<Incoming<'a>> {
        Some(match take(input)? {
            0 | 4 => match (take(input)?, take_bytes(input)?) {
                (0, body) => Incoming::Step1(body),
                (1, body) => Incoming::Step2(body),
                (_, body) => Incoming::Update(body),
            },
            8 => Incoming::Applied,
            100 => Incoming::Saved(take(input)?),
            _ => Incoming::Other,
        })
    }
}

pub fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn take(input: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = input.split_first()?;
        *input = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take_bytes<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let size = take(input)? as usize;
    let (bytes, rest) = input.split_at_checked(size)?;
    *input = rest;
    Some(bytes)
}

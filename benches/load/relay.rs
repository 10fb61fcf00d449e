//! A bare relay: sends every frame on to the others at the same path. It reads no content and keeps
//! nothing, so it shows what the frames alone cost.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::net::{TcpListener, TcpStream};

const ANSWER: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

type Rooms = Rc<RefCell<HashMap<String, Rc<Room>>>>;

#[derive(Default)]
struct Room {
    members: RefCell<Vec<Rc<Member>>>,
    /// Frames of this turn of the loop, when the relay batches.
    batch: RefCell<Vec<u8>>,
}

struct Member {
    stream: TcpStream,
    /// What the socket did not take yet.
    backlog: RefCell<Vec<u8>>,
}

/// Serves until the process ends.
pub fn serve(address: SocketAddr, batch: bool) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(address).await?;
        let rooms = Rooms::default();
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let rooms = Rc::clone(&rooms);
            tokio::task::spawn_local(async move {
                let _ = session(stream, rooms, batch).await;
            });
        }
    })
}

async fn session(stream: TcpStream, rooms: Rooms, batch: bool) -> io::Result<()> {
    let mut input = Vec::new();
    let path = match request(&stream, &mut input).await? {
        Some(path) => path,
        None => return write_all(&stream, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await,
    };
    write_all(&stream, ANSWER.as_bytes()).await?;
    let room = Rc::clone(rooms.borrow_mut().entry(path).or_default());
    let me = Rc::new(Member { stream, backlog: RefCell::default() });
    room.members.borrow_mut().push(Rc::clone(&me));
    let outcome = relay(&me, &room, input, batch).await;
    room.members.borrow_mut().retain(|member| !Rc::ptr_eq(member, &me));
    outcome
}

async fn relay(me: &Rc<Member>, room: &Rc<Room>, mut input: Vec<u8>, batch: bool) -> io::Result<()> {
    loop {
        let mut used = 0;
        while let Some((start, size)) = client_frame(&input[used..]) {
            let payload = &input[used + start..used + start + size];
            match batch {
                true => room.collect(payload),
                false => room.send(&server_frame(payload), Some(me)),
            }
            used += start + size;
        }
        input.drain(..used);
        me.stream.ready(tokio::io::Interest::READABLE | me.writable_interest()).await?;
        me.flush();
        read(&me.stream, &mut input)?;
    }
}

impl Room {
    fn send(&self, frames: &[u8], except: Option<&Rc<Member>>) {
        for member in self.members.borrow().iter() {
            if except.is_none_or(|except| !Rc::ptr_eq(except, member)) {
                member.write(frames);
            }
        }
    }

    /// The first frame of a turn plans the sending; it happens when every ready socket was read.
    fn collect(self: &Rc<Self>, payload: &[u8]) {
        let first = self.batch.borrow().is_empty();
        self.batch.borrow_mut().extend_from_slice(&server_frame(payload));
        if first {
            let room = Rc::clone(self);
            tokio::task::spawn_local(async move {
                tokio::task::yield_now().await;
                let frames = room.batch.take();
                room.send(&frames, None);
            });
        }
    }
}

impl Member {
    fn write(&self, frames: &[u8]) {
        let mut backlog = self.backlog.borrow_mut();
        if !backlog.is_empty() {
            backlog.extend_from_slice(frames);
            return;
        }
        let written = self.stream.try_write(frames).unwrap_or(0);
        backlog.extend_from_slice(&frames[written..]);
    }

    fn flush(&self) {
        let mut backlog = self.backlog.borrow_mut();
        if !backlog.is_empty() {
            let written = self.stream.try_write(&backlog).unwrap_or(0);
            backlog.drain(..written);
        }
    }

    fn writable_interest(&self) -> tokio::io::Interest {
        match self.backlog.borrow().is_empty() {
            true => tokio::io::Interest::READABLE,
            false => tokio::io::Interest::WRITABLE,
        }
    }
}

/// The path of a request for a WebSocket; `None` for any other request.
async fn request(stream: &TcpStream, input: &mut Vec<u8>) -> io::Result<Option<String>> {
    loop {
        if let Some(end) = input.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&input[..end]).into_owned();
            input.drain(..end + 4);
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return Ok(head.contains("Upgrade").then_some(path));
        }
        stream.readable().await?;
        read(stream, input)?;
    }
}

fn read(stream: &TcpStream, input: &mut Vec<u8>) -> io::Result<()> {
    let mut chunk = [0; 16_384];
    match stream.try_read(&mut chunk) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(size) => {
            input.extend_from_slice(&chunk[..size]);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(error),
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        let written = stream.try_write(bytes)?;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// Start and size of the payload. The generator's mask is zero, so there is nothing to take off.
fn client_frame(input: &[u8]) -> Option<(usize, usize)> {
    let (_, start, size) = crate::wire::parse(input)?;
    let start = start + 4;
    (input.len() >= start + size).then_some((start, size))
}

fn server_frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = crate::wire::binary(payload);
    // A server does not mask: the bit and the four bytes of the mask go.
    frame[1] &= 0x7f;
    let header = frame.len() - payload.len();
    frame.drain(header - 4..header);
    frame
}

//! The task that owns one socket: reads messages for a session, writes the frames of its outlet.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::frame::{self, FrameError, Opcode};
use super::inbox::{Inbox, Incoming};
use super::outlet::{Close, Outgoing, Outlet};

/// What a feature makes of a connection's messages.
pub trait Backend {
    /// Takes the messages of one read, in order.
    fn receive(&mut self, messages: Vec<Incoming>) -> impl Future<Output = Result<(), Close>>;

    /// The actor behind the outlet ended: join the next incarnation.
    fn rejoin(&mut self) -> impl Future<Output = Result<(), Close>>;

    /// A message that a client which sees no ping counts as a sign of life.
    fn heartbeat(&self) -> Option<Bytes>;
}

/// Limits of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one message.
    pub message: usize,
    /// A silent connection is pinged this often and ended after three such spans.
    pub heartbeat: Duration,
}

const READ_SIZE: usize = 64 * 1024;
/// How long a closed connection may take to acknowledge.
const LINGER: Duration = Duration::from_secs(1);

thread_local! {
    // One read buffer a thread: a connection that waits holds none.
    static READ: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_SIZE]);
}

/// A connection after the opening handshake.
pub struct Socket<B> {
    stream: TcpStream,
    outlet: Arc<Outlet>,
    backend: B,
    limits: Limits,
    inbox: Inbox,
    sending: VecDeque<Bytes>,
    /// Heartbeats since the client was last heard.
    silent: u8,
}

/// What the connection waited for.
enum Wake {
    Readable,
    Writable,
    Outgoing(Outgoing),
    Heartbeat,
}

impl<B: Backend> Socket<B> {
    pub fn new(stream: TcpStream, outlet: Arc<Outlet>, backend: B, limits: Limits) -> Self {
        Self { stream, outlet, backend, limits, inbox: Inbox::default(), sending: VecDeque::new(), silent: 0 }
    }

    /// Serves the connection until either side ends it. `early` came behind the handshake.
    pub async fn run(mut self, early: Bytes) {
        if let Some(close) = self.serve(early).await {
            tracing::debug!(code = close.code, reason = close.reason, "socket closed");
            Box::pin(self.finish(close)).await;
        }
    }

    /// Returns what to tell the client, or `None` when it is gone.
    async fn serve(&mut self, early: Bytes) -> Option<Close> {
        let mut messages = Vec::new();
        if let Some(close) = self.take_in(&mut early.to_vec(), &mut messages) {
            return Some(close);
        }
        if let Err(end) = self.deliver(messages, None).await {
            return end;
        }
        let mut timer = Box::pin(tokio::time::sleep(self.limits.heartbeat));
        loop {
            let end = match self.wait(&mut timer).await {
                Ok(Wake::Readable) => self.read().await,
                Ok(Wake::Writable) => self.flush().map_err(|_| None),
                Ok(Wake::Outgoing(Outgoing::Frames)) => self.flush().map_err(|_| None),
                Ok(Wake::Outgoing(Outgoing::Close(close))) => Err(Some(close)),
                Ok(Wake::Outgoing(Outgoing::Detached)) => {
                    // Boxed, like all that is rare: an idle connection pays only for waiting.
                    Box::pin(self.backend.rejoin()).await.map_err(Some)
                }
                Ok(Wake::Heartbeat) => self.beat(&mut timer),
                Err(_) => Err(None),
            };
            if let Err(end) = end {
                return end;
            }
        }
    }

    async fn wait(&mut self, timer: &mut std::pin::Pin<Box<Sleep>>) -> io::Result<Wake> {
        let Self { stream, outlet, sending, .. } = self;
        let blocked = !sending.is_empty();
        let outgoing = std::future::poll_fn(|cx| match blocked {
            true => outlet.poll_close(cx).map(Outgoing::Close),
            false => outlet.poll_take(cx, sending),
        });
        tokio::select! {
            biased;
            ready = stream.writable(), if blocked => ready.map(|()| Wake::Writable),
            outgoing = outgoing => Ok(Wake::Outgoing(outgoing)),
            ready = stream.readable() => ready.map(|()| Wake::Readable),
            () = timer => Ok(Wake::Heartbeat),
        }
    }

    async fn read(&mut self) -> Result<(), Option<Close>> {
        let mut messages = Vec::new();
        let end = READ.with_borrow_mut(|buffer| match self.stream.try_read(buffer) {
            Ok(0) => Err(None),
            Ok(size) => Ok(self.take_in(&mut buffer[..size], &mut messages)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(_) => Err(None),
        })?;
        self.deliver(messages, end).await
    }

    fn take_in(&mut self, read: &mut [u8], messages: &mut Vec<Incoming>) -> Option<Close> {
        self.silent = 0;
        self.inbox.feed(read, self.limits.message, messages).err().map(close_for)
    }

    /// Answers control frames and hands the rest to the session, then ends with `end`.
    async fn deliver(
        &mut self,
        mut messages: Vec<Incoming>,
        end: Option<Close>,
    ) -> Result<(), Option<Close>> {
        let mut closed = false;
        messages.retain(|message| match message {
            Incoming::Ping(payload) => {
                self.outlet.push(frame::encode(Opcode::Pong, payload));
                false
            }
            Incoming::Pong => false,
            Incoming::Close => {
                closed = true;
                false
            }
            Incoming::Text(_) | Incoming::Binary(_) => !closed,
        });
        if !messages.is_empty() {
            self.backend.receive(messages).await.map_err(Some)?;
        }
        if closed {
            return Err(Some(Close { code: 1000, reason: "" }));
        }
        end.map_or(Ok(()), |close| Err(Some(close)))
    }

    /// Writes what the socket takes now, many frames in one call.
    fn flush(&mut self) -> io::Result<()> {
        while !self.sending.is_empty() {
            let mut slices = [IoSlice::new(&[]); 64];
            let count = self
                .sending
                .iter()
                .zip(&mut slices)
                .map(|(frame, slice)| *slice = IoSlice::new(frame))
                .count();
            match self.stream.try_write_vectored(&slices[..count]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.sending = VecDeque::new();
        Ok(())
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(front) = self.sending.front_mut() {
            if written < front.len() {
                front.advance(written);
                return;
            }
            written -= front.len();
            self.sending.pop_front();
        }
    }

    fn beat(&mut self, timer: &mut std::pin::Pin<Box<Sleep>>) -> Result<(), Option<Close>> {
        self.silent += 1;
        if self.silent > 3 {
            return Err(Some(Close::TOO_SLOW));
        }
        self.outlet.push(frame::encode(Opcode::Ping, b""));
        if let Some(frame) = self.backend.heartbeat() {
            self.outlet.push(frame);
        }
        timer.as_mut().reset(Instant::now() + self.limits.heartbeat);
        Ok(())
    }

    /// Says why, and gives the client a moment to take it in before the connection ends.
    async fn finish(mut self, close: Close) {
        self.sending.push_back(close.frame());
        let goodbye = async {
            while !self.sending.is_empty() {
                self.stream.writable().await?;
                self.flush()?;
            }
            self.stream.shutdown().await?;
            drain(&self.stream).await
        };
        let _ = tokio::time::timeout(LINGER, goodbye).await;
    }
}

/// Reads and forgets what still comes, so that the close frame is not lost to a reset.
async fn drain(stream: &TcpStream) -> io::Result<()> {
    loop {
        stream.readable().await?;
        let read = READ.with_borrow_mut(|buffer| stream.try_read(buffer));
        match read {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

fn close_for(error: FrameError) -> Close {
    match error {
        FrameError::TooLarge { .. } => Close { code: 4413, reason: "the message is larger than allowed" },
        _ => Close { code: 1002, reason: "the frame breaks the WebSocket protocol" },
    }
}

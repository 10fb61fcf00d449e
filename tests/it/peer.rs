//! A writer on the sync socket: a `yrs::Doc` that speaks y-websocket, as a Yjs client would.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use kontor::ids::DocumentId;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use yrs::sync::{Message as Sync, SyncMessage};
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, GetString as _, ReadTxn as _, Text as _, Transact as _, Update};

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a connection did not come about.
pub type Refusal = tokio_tungstenite::tungstenite::Error;

/// A person with a copy of one document.
pub struct Peer {
    pub doc: Doc,
    socket: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>,
    writes: u64,
    saved: u64,
    synced: bool,
    pub denied: bool,
    pub awareness: Vec<u8>,
}

impl Peer {
    /// Connects with a bearer token and an empty copy.
    pub async fn open(address: &str, id: DocumentId, token: &str) -> Self {
        Self::open_with(address, id, Some(token), "?acks=1", Doc::new()).await.unwrap()
    }

    /// Connects with a copy that may hold edits of the time before.
    pub async fn open_with(
        address: &str,
        id: DocumentId,
        token: Option<&str>,
        query: &str,
        doc: Doc,
    ) -> Result<Self, Refusal> {
        let mut request =
            format!("ws://{address}/api/v1/documents/{id}/sync{query}").into_client_request()?;
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let (socket, _) = connect_async(request).await?;
        let mut peer =
            Self { doc, socket, writes: 0, saved: 0, synced: false, denied: false, awareness: Vec::new() };
        let vector = peer.doc.transact().state_vector();
        peer.send(Sync::Sync(SyncMessage::SyncStep1(vector))).await;
        Ok(peer)
    }

    /// Types at the end of the text and sends it.
    pub async fn write(&mut self, text: &str) {
        let update = self.write_offline(text);
        self.send(Sync::Sync(SyncMessage::Update(update))).await;
    }

    /// Types at the end of the text and tells nobody.
    pub fn write_offline(&mut self, text: &str) -> Vec<u8> {
        let root = self.doc.get_or_insert_text("text");
        let mut txn = self.doc.transact_mut();
        let end = root.len(&txn);
        root.insert(&mut txn, end, text);
        txn.encode_update_v1()
    }

    pub fn text(&self) -> String {
        let root = self.doc.get_or_insert_text("text");
        root.get_string(&self.doc.transact())
    }

    pub async fn send(&mut self, message: Sync) {
        if matches!(message, Sync::Sync(SyncMessage::Update(_) | SyncMessage::SyncStep2(_))) {
            self.writes += 1;
        }
        self.send_raw(Message::Binary(message.encode_v1().into())).await;
    }

    pub async fn send_raw(&mut self, message: Message) {
        // A connection that the server has closed shows in `closed`.
        let _ = self.socket.send(message).await;
    }

    /// Takes messages in until the copy says what is expected.
    pub async fn wait(&mut self, what: &str, mut until: impl FnMut(&Self) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !until(self) {
                if let Some(close) = self.step().await {
                    panic!("closed while waiting for {what}: {close:?}");
                }
            }
        });
        assert!(waited.await.is_ok(), "{what} did not come; the text is {:?}", self.text());
    }

    pub async fn wait_for_text(&mut self, text: &str) {
        self.wait(text, |peer| peer.text().contains(text)).await;
    }

    pub async fn wait_synced(&mut self) {
        self.wait("the first sync", |peer| peer.synced).await;
    }

    /// Waits until everything this peer sent is stored.
    pub async fn wait_saved(&mut self) {
        // The answer to the first step of the server is a write too: without one nothing was asked yet.
        self.wait("saved", |peer| peer.synced && peer.writes > 0 && peer.saved == peer.writes).await;
    }

    /// Waits for the end of the connection; gives the close code.
    pub async fn closed(&mut self) -> u16 {
        let end = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(close) = self.step().await {
                    return close.map_or(1006, |frame| frame.code.into());
                }
            }
        });
        end.await.expect("the connection ends")
    }

    /// Handles one message; gives the close frame when the connection has ended.
    async fn step(&mut self) -> Option<Option<CloseFrame>> {
        match self.socket.next().await {
            Some(Ok(Message::Binary(data))) => self.take(&data).await,
            Some(Ok(Message::Close(frame))) => return Some(frame),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Some(None),
        }
        None
    }

    async fn take(&mut self, data: &[u8]) {
        if let Some((100, rest)) = data.split_first() {
            self.saved = kontor::protocols::ws::varint::take(&mut { rest }).unwrap();
            return;
        }
        match Sync::decode_v1(data).unwrap() {
            Sync::Sync(SyncMessage::SyncStep1(vector)) => {
                let missing = self.doc.transact().encode_state_as_update_v1(&vector);
                self.send(Sync::Sync(SyncMessage::SyncStep2(missing))).await;
            }
            Sync::Sync(SyncMessage::SyncStep2(update)) => {
                self.apply(&update);
                self.synced = true;
            }
            Sync::Sync(SyncMessage::Update(update)) => self.apply(&update),
            Sync::Auth(reason) => self.denied = reason.is_some(),
            Sync::Awareness(update) if !update.clients.is_empty() => self.awareness = data.to_vec(),
            _ => {}
        }
    }

    fn apply(&mut self, update: &[u8]) {
        self.doc.transact_mut().apply_update(Update::decode_v1(update).unwrap()).unwrap();
    }
}

//! One sync connection: between a socket that speaks y-websocket and a `Document`.

use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use bytes::Bytes;

use crate::actors::Clock;
use crate::actors::{LocateError, Registrar};
use crate::ids::DocumentId;
use crate::office::identity;
use crate::protocols::ws::inbox::Incoming;
use crate::protocols::ws::outlet::{Close, Outlet};
use crate::protocols::ws::pace::Pace;
use crate::protocols::ws::socket::Backend;
use crate::protocols::ws::sync::{self, ClientMessage};
use crate::scope::{Right, Scope};
use crate::store::Store;

use super::document::Document;
use super::error::DocumentError;
use super::members::MemberId;
use super::messages::{Join, Leave, Request, Speak};
use super::store;

/// A connection joins the next incarnation of its document this often before it gives up.
const REJOINS: u32 = 10;

/// What a connection needs to find its document.
#[derive(Clone)]
pub struct Door {
    pub documents: Registrar<Document>,
    pub store: Store,
    pub clock: Clock,
    pub scope: Scope,
    pub id: DocumentId,
    pub acks: bool,
    pub messages_per_second: u32,
}

/// One sync connection.
pub struct Session {
    door: Door,
    outlet: Arc<Outlet>,
    document: Addr<Document>,
    member: MemberId,
    /// Writes that came over this connection.
    writes: u64,
    rejoins: u32,
    pace: Pace,
}

impl Session {
    /// Joins the document.
    ///
    /// # Errors
    /// `DocumentError` when there is no document, no right to it or no room in it.
    pub async fn join(door: Door, outlet: Arc<Outlet>) -> Result<Self, DocumentError> {
        let (document, member) = enter(&door, &outlet, 0).await?;
        let pace = Pace::new(door.messages_per_second, door.clock.monotonic());
        Ok(Self { door, outlet, document, member, writes: 0, rejoins: 0, pace })
    }

    fn read(&mut self, messages: Vec<Incoming>) -> Result<Vec<Request>, DocumentError> {
        if !self.pace.take(messages.len(), self.door.clock.monotonic()) {
            return Err(DocumentError::TooFast);
        }
        let mut requests = Vec::with_capacity(messages.len());
        for message in messages {
            let Incoming::Binary(message) = message else { return Err(DocumentError::Malformed) };
            let part = |body: &[u8]| message.slice_ref(body);
            requests.push(match sync::parse(&message).map_err(|_| DocumentError::Malformed)? {
                ClientMessage::Step1(vector) => Request::Step1(part(vector)),
                ClientMessage::Step2(update) => Request::Step2(part(update)),
                ClientMessage::Update(update) => Request::Update(part(update)),
                ClientMessage::Awareness(states) => Request::Awareness(part(states)),
                ClientMessage::QueryAwareness => Request::QueryAwareness,
            });
        }
        let is_write = |request: &&Request| matches!(request, Request::Step2(_) | Request::Update(_));
        self.writes += requests.iter().filter(is_write).count() as u64;
        Ok(requests)
    }

    async fn speak(&self, requests: Vec<Request>) -> Result<(), Close> {
        match self.document.send(Speak { member: self.member, requests }).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(DocumentError::Busy)) => Ok(()),
            Ok(Err(error)) => Err(error.close()),
            // The document has ended; the outlet says so next, and the client sends again what was lost.
            Err(_) => Ok(()),
        }
    }
}

impl Backend for Session {
    async fn receive(&mut self, messages: Vec<Incoming>) -> Result<(), Close> {
        let requests = self.read(messages).map_err(|error| error.close())?;
        self.speak(requests).await
    }

    async fn rejoin(&mut self) -> Result<(), Close> {
        loop {
            self.rejoins += 1;
            if self.rejoins > REJOINS {
                return Err(Close::RESTART);
            }
            self.door.clock.sleep(Duration::from_millis(50 << self.rejoins.min(6))).await;
            match enter(&self.door, &self.outlet, self.writes).await {
                Ok((document, member)) => {
                    (self.document, self.member) = (document, member);
                    break;
                }
                Err(DocumentError::Busy | DocumentError::Store(_)) => {}
                Err(error) => return Err(error.close()),
            }
        }
        // Both sides tell each other what they have: nothing that either knows is lost.
        self.speak(vec![Request::Step1(Bytes::from_static(&[0]))]).await
    }

    fn heartbeat(&self) -> Option<Bytes> {
        // Yjs providers reconnect after 30 s without a message and cannot see pings.
        Some(sync::awareness(&[0]))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.document.do_send(Leave { member: self.member });
    }
}

/// Checks the right and joins the document's present incarnation.
async fn enter(
    door: &Door,
    outlet: &Arc<Outlet>,
    received: u64,
) -> Result<(Addr<Document>, MemberId), DocumentError> {
    let user = door.scope.user().ok_or(DocumentError::NotFound)?;
    let right = present_right(door).await?;
    let document = door.documents.locate(door.id).await.map_err(locate_error)?;
    let session = door.scope.session;
    let join = Join { user, session, right, outlet: outlet.clone(), acks: door.acks, received };
    let member = document.send(join).await.map_err(|_| DocumentError::Busy)??;
    // Whatever changed before the document knew this connection was told to it in vain.
    let still = present_right(door).await;
    if matches!(still, Ok(still) if still == right) {
        return Ok((document, member));
    }
    document.do_send(Leave { member });
    still.and(Err(DocumentError::Busy))
}

/// The right with which the connection may be in the document now.
async fn present_right(door: &Door) -> Result<Right, DocumentError> {
    let mut tx = door.store.read(&door.scope).await?;
    if let Some(session) = door.scope.session
        && !identity::is_session_open(&mut tx, session).await?
    {
        return Err(DocumentError::SignedOut);
    }
    store::right_to(&mut tx, &door.scope, door.id).await
}

/// What it means to a caller that a document could not be had.
pub fn locate_error(error: LocateError<DocumentError>) -> DocumentError {
    match error {
        LocateError::Load(error) => error,
        LocateError::CrashLoop { .. } | LocateError::Closed => DocumentError::Busy,
    }
}

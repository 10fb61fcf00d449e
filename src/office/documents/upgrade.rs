//! `GET /api/v1/documents/{id}/sync`: from an HTTP request to a sync connection.
//!
//! The connection moves to the thread of its document, so that a message from the socket to the
//! actor and back wakes no other thread.

use std::sync::Arc;

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::ids::DocumentId;
use crate::office::identity::SYNC_TICKET;
use crate::protocols::http::problem::ApiError;
use crate::protocols::http::upgrade::{Upgrade, UpgradeHandler};
use crate::protocols::ws::handshake::{self, Offer};
use crate::protocols::ws::outlet::Outlet;
use crate::protocols::ws::socket::{Limits, Socket};

use super::document::Document;
use super::error::DocumentError;
use super::http::Documents;
use super::session::{Door, Session};
use super::store;

/// Opens sync connections.
#[derive(Clone)]
pub struct SyncUpgrade {
    pub documents: Documents,
}

impl UpgradeHandler for SyncUpgrade {
    fn matches(&self, path: &str) -> bool {
        document_of(path).is_some()
    }

    fn upgrade(
        &self,
        request: Upgrade,
        io: TcpStream,
        early: Bytes,
    ) -> futures::future::LocalBoxFuture<'static, ()> {
        let this = self.clone();
        Box::pin(async move {
            match this.open(&request).await {
                Ok((door, answer)) => this.hand_over(door, answer, io, early),
                Err(error) => error.write_to(io).await,
            }
        })
    }
}

impl SyncUpgrade {
    /// Everything that can be refused is refused before the protocols switch.
    async fn open(&self, request: &Upgrade) -> Result<(Door, String), ApiError> {
        let id = document_of(request.path()).ok_or(DocumentError::NotFound)?;
        let documents = &self.documents;
        let (claims, ticket) = (documents.identity.claims(request.head()), request.query("ticket"));
        let scope = documents.identity.authenticate_upgrade(claims, ticket, SYNC_TICKET, id.0).await?;
        let mut tx = documents.store.read(&scope).await.map_err(DocumentError::from)?;
        store::right_to(&mut tx, &scope, id).await?;
        drop(tx);
        let offer = Offer {
            upgrade: request.header("upgrade"),
            version: request.header("sec-websocket-version"),
            key: request.header("sec-websocket-key"),
        };
        let answer = handshake::accept(offer).map_err(|error| ApiError::invalid(error.to_string()))?;
        let tenant = documents.tenants.wake(scope.tenant).await.map_err(|_| DocumentError::Busy)?;
        let door = Door {
            documents: tenant.registrar::<Document>(),
            store: documents.store.clone(),
            clock: documents.clock.clone(),
            scope,
            id,
            acks: request.query("acks").as_deref() == Some("1"),
            messages_per_second: documents.limits.messages_per_second,
        };
        Ok((door, answer))
    }

    /// Moves the connection to the thread of its document.
    fn hand_over(&self, door: Door, answer: String, io: TcpStream, early: Bytes) {
        let Ok(io) = io.into_std() else { return };
        let limits = &self.documents.limits;
        let queue = limits.queue_bytes;
        let limits = Limits { message: limits.message_bytes, heartbeat: limits.heartbeat() };
        let arbiter = door.documents.arbiter_of(&door.id);
        arbiter.spawn_fn(move || {
            actix_rt::spawn(async move {
                // The stream was registered with another thread's reactor before.
                if let Ok(io) = TcpStream::from_std(io) {
                    serve(door, answer, io, early, limits, queue).await;
                }
            });
        });
    }
}

async fn serve(door: Door, answer: String, mut io: TcpStream, early: Bytes, limits: Limits, queue: usize) {
    let _ = io.set_nodelay(true);
    if io.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    drop(answer);
    let outlet = Arc::new(Outlet::new(queue));
    match Session::join(door, outlet.clone()).await {
        // A task of its own: the one that joined was large and ends here.
        Ok(session) => {
            actix_rt::spawn(Socket::new(io, outlet, session, limits).run(early));
        }
        Err(error) => {
            let _ = io.write_all(&error.close().frame()).await;
            let _ = io.shutdown().await;
        }
    }
}

/// The document in `/api/v1/documents/{id}/sync`.
fn document_of(path: &str) -> Option<DocumentId> {
    path.strip_prefix("/api/v1/documents/")?.strip_suffix("/sync")?.parse().ok()
}

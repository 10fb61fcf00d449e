//! `GET /api/v1/live`: from an HTTP request to a live socket.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::actors::Arbiters;
use crate::error::ErrorKind;
use crate::ids::UserId;
use crate::protocols::http::problem::ApiError;
use crate::protocols::http::upgrade::{Upgrade, UpgradeHandler};
use crate::protocols::ws::handshake::{self, Offer};
use crate::protocols::ws::outlet::Outlet;
use crate::protocols::ws::socket::{Limits, Socket};
use crate::scope::Scope;

use super::Live;
use super::session::LiveSession;
use super::wire::{ServerMessage, VERSION};

const HEARTBEAT: Duration = Duration::from_secs(25);
/// Bytes of one message.
const MESSAGE: usize = 64 * 1024;
/// Bytes that wait for a client that does not read.
const QUEUE: usize = 4 << 20;

/// Tells who asks for a live socket.
pub trait Doorkeeper: Send + Sync {
    fn admit(&self, request: &Upgrade) -> LocalBoxFuture<'static, Result<Scope, ApiError>>;
}

/// Opens live sockets.
pub struct LiveUpgrade {
    pub live: Live,
    pub doorkeeper: Arc<dyn Doorkeeper>,
    pub arbiters: Arbiters,
}

/// Someone who was let in.
struct Guest {
    live: Live,
    scope: Scope,
    user: UserId,
    answer: String,
}

impl UpgradeHandler for LiveUpgrade {
    fn matches(&self, path: &str) -> bool {
        path == "/api/v1/live"
    }

    fn upgrade(&self, request: Upgrade, io: TcpStream, early: Bytes) -> LocalBoxFuture<'static, ()> {
        let answer = answer(&request);
        let admit = self.doorkeeper.admit(&request);
        let (live, arbiters) = (self.live.clone(), self.arbiters.clone());
        Box::pin(async move {
            let guest = async {
                let scope = admit.await?;
                let user = scope.user().ok_or_else(|| {
                    ApiError::new(ErrorKind::Forbidden, "the live socket is for people, not for the operator")
                })?;
                Ok(Guest { live, scope, user, answer: answer? })
            };
            match guest.await {
                Ok(guest) => hand_over(&arbiters, guest, io, early),
                Err(error) => ApiError::write_to(&error, io).await,
            }
        })
    }
}

/// Checks the offer and the version before the protocols switch.
fn answer(request: &Upgrade) -> Result<String, ApiError> {
    if let Some(version) = request.query("v")
        && version != VERSION.to_string()
    {
        let detail = format!("version {VERSION} of the live protocol is spoken here");
        return Err(ApiError::invalid(detail).with_code("version"));
    }
    let offer = Offer {
        upgrade: request.header("upgrade"),
        version: request.header("sec-websocket-version"),
        key: request.header("sec-websocket-key"),
    };
    handshake::accept(offer).map_err(|error| ApiError::invalid(error.to_string()))
}

/// Moves the connection to the thread of its person.
fn hand_over(arbiters: &Arbiters, guest: Guest, io: TcpStream, early: Bytes) {
    let Ok(io) = io.into_std() else { return };
    arbiters.spawn_fn(&guest.user.clone(), move || {
        actix_rt::spawn(async move {
            // The stream was registered with another thread's reactor before.
            if let Ok(io) = TcpStream::from_std(io) {
                serve(guest, io, early).await;
            }
        });
    });
}

async fn serve(guest: Guest, mut io: TcpStream, early: Bytes) {
    let Guest { live, scope, user, answer } = guest;
    let _ = io.set_nodelay(true);
    if io.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    drop(answer);
    let outlet = Arc::new(Outlet::new(QUEUE));
    let place = live.hubs.of(scope.tenant).enter(user, &scope, outlet.clone());
    outlet.push(ServerMessage::Welcome { version: VERSION, user, heartbeat: HEARTBEAT.as_secs() }.frame());
    let session = LiveSession::new(live, scope, place, outlet.clone());
    let limits = Limits { message: MESSAGE, heartbeat: HEARTBEAT };
    // A task of its own: the one that opened it was large and ends here.
    actix_rt::spawn(Socket::new(io, outlet, session, limits).run(early));
}

//! Requests that leave HTTP: the connection goes to the feature that speaks the other protocol.

use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use actix_codec::Framed;
use actix_http::{HttpMessage as _, Request, RequestHead, h1};
use actix_service::fn_service;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use bytes::Bytes;
use futures::future::LocalBoxFuture;
use tokio::net::TcpStream;

use crate::error::ErrorKind;

use super::problem::{ApiError, Problem};

/// A request that asks for another protocol.
pub struct Upgrade {
    request: Request,
}

/// Speaks another protocol on the connections of some paths.
pub trait UpgradeHandler: Send + Sync {
    fn matches(&self, path: &str) -> bool;

    /// Takes the connection over; `early` came behind the request.
    fn upgrade(&self, request: Upgrade, io: TcpStream, early: Bytes) -> LocalBoxFuture<'static, ()>;
}

/// All handlers of upgrades.
pub type UpgradeHandlers = Arc<[Arc<dyn UpgradeHandler>]>;

impl Upgrade {
    #[must_use]
    pub fn head(&self) -> &RequestHead {
        self.request.head()
    }

    #[must_use]
    pub fn path(&self) -> &str {
        self.request.path()
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// A parameter of the query, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.request.uri().query()?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// The answer to a request that should have asked for a WebSocket.
#[must_use]
pub fn required() -> HttpResponse {
    let status = StatusCode::UPGRADE_REQUIRED;
    let problem = ApiError::invalid("this address speaks WebSocket").with_code("upgrade_required").problem();
    let problem = Problem { status: status.as_u16(), ..problem };
    HttpResponse::build(status)
        .insert_header((header::UPGRADE, "websocket"))
        .content_type("application/problem+json")
        .body(serde_json::to_string(&problem).unwrap_or_default())
}

/// The service that actix's HTTP/1 server gives upgraded connections to.
pub fn service(
    handlers: UpgradeHandlers,
) -> impl actix_service::ServiceFactory<
    (Request, Framed<TcpStream, h1::Codec>),
    Config = (),
    Response = (),
    Error = Infallible,
    InitError = (),
> {
    let handlers = Rc::new(handlers);
    fn_service(move |(request, framed): (Request, Framed<TcpStream, h1::Codec>)| {
        let handlers = handlers.clone();
        async move {
            let parts = framed.into_parts();
            let (io, early) = (parts.io, parts.read_buf.freeze());
            let request = Upgrade { request };
            let handler = handlers.iter().find(|handler| handler.matches(request.path())).cloned();
            let serve: LocalBoxFuture<'static, ()> = match handler {
                Some(handler) => handler.upgrade(request, io, early),
                None => Box::pin(async move {
                    let error = ApiError::new(ErrorKind::NotFound, "no other protocol is spoken here");
                    error.write_to(io).await;
                }),
            };
            // A task of its own: the dispatcher with its buffers ends here.
            actix_rt::spawn(serve);
            Ok::<(), Infallible>(())
        }
    })
}

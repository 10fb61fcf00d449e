//! Ends connections whose request body was not read to its end.
//!
//! actix-http goes on to read and throw away a chunked body that nobody wants, for ever if it has no
//! end. It does so only when the payload was dropped: so the payload lives as long as the answer.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use bytes::Bytes;
use futures::Stream;
use futures::stream::StreamExt as _;

/// The payload of a request, also held by its answer.
#[derive(Clone)]
struct Shared(Rc<RefCell<Payload>>);

/// The body of an answer, with the request's payload.
struct Holding<B> {
    body: Pin<Box<B>>,
    _payload: Option<Shared>,
}

/// Keeps the payload of a chunked request until it is answered.
///
/// # Errors
/// Those of the services below.
pub async fn middleware<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut held = None;
    if request.headers().contains_key(TRANSFER_ENCODING) {
        let shared = Shared(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream { payload: Box::pin(shared.clone()) });
        held = Some(shared);
    }
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Holding { body: Box::pin(body), _payload: held }))
}

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next_unpin(cx)
    }
}

impl<B: MessageBody> MessageBody for Holding<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        self.body.as_mut().poll_next(cx)
    }
}

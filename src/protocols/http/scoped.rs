//! Who asks: the extractor by which a route gets its `Scope`.

use std::ops::Deref;
use std::sync::Arc;

use actix_http::RequestHead;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;

use crate::error::ErrorKind;
use crate::scope::Scope;

use super::problem::ApiError;

/// Tells who sends a request; identity implements it.
pub trait Authenticator: Send + Sync {
    fn authenticate(&self, head: &RequestHead) -> LocalBoxFuture<'static, Result<Scope, ApiError>>;
}

/// The one who asks. A route without it is public.
#[derive(Clone, Debug)]
pub struct Scoped(pub Scope);

impl Deref for Scoped {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.0
    }
}

impl FromRequest for Scoped {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(authenticator) = request.app_data::<Data<Arc<dyn Authenticator>>>() else {
            return Box::pin(async { Err(ApiError::new(ErrorKind::Internal, "no authenticator")) });
        };
        let scope = authenticator.authenticate(request.head());
        Box::pin(async { scope.await.map(Self) })
    }
}

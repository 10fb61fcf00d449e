//! Documents that people write together, live, with nothing ever lost.

mod batch;
mod compact;
pub mod content;
pub mod document;
pub mod error;
pub mod http;
mod lifecycle;
pub mod limits;
mod members;
pub mod messages;
mod news;
mod presence;
mod restore;
mod rights;
pub mod session;
mod speak;
pub mod store;
pub mod upgrade;
mod versions;
pub mod watch;

use std::sync::Arc;

use crate::actors::{ChildSpec, TenantEnv, registry_child};

use document::{Document, DocumentEnv};
use limits::DocumentLimits;

/// The actors of documents in one tenant: the documents themselves and the watch over rights.
pub fn children(tenant: &TenantEnv, limits: &DocumentLimits) -> Vec<ChildSpec> {
    let limits = limits.clone();
    let documents = registry_child::<Document>(tenant, move |tenant| {
        Arc::new(DocumentEnv {
            tenant: tenant.tenant,
            store: tenant.store.clone(),
            clock: tenant.clock.clone(),
            limits: limits.clone(),
        })
    });
    vec![documents, watch::child(tenant)]
}

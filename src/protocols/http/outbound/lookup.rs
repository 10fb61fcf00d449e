//! Names to addresses, with those taken out that may not be asked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::is_allowed;
use super::{OutboundError, Policy};

/// Tells which addresses a name has.
pub trait Lookup: Send + Sync {
    fn lookup(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// What the machine itself says.
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
        })
    }
}

/// The resolver of the guarded client: what it does not give, the connector cannot reach.
pub(super) struct Guard {
    pub(super) policy: Policy,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, found) = (self.policy, self.lookup.lookup(name.as_str().to_owned()));
        Box::pin(async move {
            let all = found.await?;
            let none = all.is_empty();
            // One inner address among public ones is a trick or a mistake: none of them is asked.
            if !none && !all.iter().all(|address| is_allowed(*address, policy)) {
                return Err(OutboundError::Refused.into());
            }
            let addresses: Addrs = Box::new(all.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

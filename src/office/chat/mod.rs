//! Chat: rooms in which people talk, their threads, and what each person has read of them.

pub mod begin;
pub mod error;
mod export;
pub mod hooks;
pub mod http;
pub mod import;
pub mod json;
mod lifecycle;
mod listeners;
pub mod live;
mod manage;
pub mod messages;
pub mod model;
mod notices;
pub mod planner;
pub mod profiles;
mod reserve;
pub mod rights;
pub mod room;
pub mod search;
pub mod service;
mod speak;
pub mod store;
pub mod text;

use std::sync::Arc;

use crate::actors::{ChildSpec, TenantEnv, registry_child};
use crate::office::identity::Identity;
use crate::protocols::ws::live::hub::Hubs;

use profiles::AllProfiles;
use room::{Room, RoomEnv};

/// The actors of chat in one tenant: its rooms, and who carries out what is planned.
pub fn children(
    tenant: &TenantEnv,
    identity: &Identity,
    hubs: &Hubs,
    profiles: &AllProfiles,
) -> Vec<ChildSpec> {
    let planner = planner::child(tenant, identity, hubs);
    let (hubs, profiles, identity) = (hubs.clone(), profiles.clone(), identity.clone());
    let rooms = registry_child::<Room>(tenant, move |tenant| {
        Arc::new(RoomEnv {
            tenant: tenant.tenant,
            store: tenant.store.clone(),
            clock: tenant.clock.clone(),
            hub: hubs.of(tenant.tenant),
            profiles: profiles.of(tenant.tenant),
            bus: tenant.bus(),
            identity: identity.clone(),
        })
    });
    vec![rooms, planner]
}

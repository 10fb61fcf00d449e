//! Chat: rooms in which people talk, their threads, and what each person has read of them.

mod ban;
pub mod begin;
pub mod bookmarks;
pub mod error;
mod export;
pub mod holds;
pub mod hooks;
pub mod http;
pub mod import;
pub mod json;
mod lifecycle;
pub mod live;
mod manage;
pub mod messages;
pub mod model;
pub mod moderation;
mod notices;
pub mod planner;
pub mod previews;
pub mod profiles;
mod reserve;
pub mod rights;
pub mod room;
pub mod search;
pub mod service;
mod speak;
pub mod store;
pub mod text;
pub mod told;

use std::sync::Arc;

use crate::actors::{ChildSpec, TenantEnv, registry_child};
use crate::office::identity::Identity;
use crate::protocols::ws::live::hub::Hubs;

use previews::Previews;
use profiles::AllProfiles;
use room::{Room, RoomEnv};

/// The actors of chat in one tenant: its rooms, who carries out what is planned, and who fetches previews
/// unless they are switched off.
pub fn children(
    tenant: &TenantEnv,
    identity: &Identity,
    hubs: &Hubs,
    profiles: &AllProfiles,
    previews: Option<&Previews>,
) -> Vec<ChildSpec> {
    let planner = planner::child(tenant, identity, hubs);
    let previewer = previews.map(|previews| previews::child(tenant, previews));
    let has_previews = previewer.is_some();
    let (hubs, profiles, identity) = (hubs.clone(), profiles.clone(), identity.clone());
    let rooms = registry_child::<Room>(tenant, move |tenant| {
        Arc::new(RoomEnv {
            tenant: tenant.tenant,
            store: tenant.store.clone(),
            clock: tenant.clock.clone(),
            hub: hubs.of(tenant.tenant),
            profiles: profiles.of(tenant.tenant),
            bus: tenant.bus(),
            previews: has_previews,
            identity: identity.clone(),
        })
    });
    [rooms, planner].into_iter().chain(previewer).collect()
}

//! Routes of chat. JSON types that only routes know never leave this folder.

mod bans;
mod bookmarks;
mod commands;
mod exports;
mod files;
mod history;
mod holds;
mod hooks;
mod imports;
mod incoming;
mod later;
mod live;
mod members;
mod messages;
mod mine;
mod moderation;
mod outgoing;
mod overview;
mod previews;
mod profile;
mod rooms;
mod search;

use actix_web::web::{Data, ServiceConfig};
use utoipa::OpenApi as _;

use super::service::Chat;

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, chat: Chat) {
    config.app_data(Data::new(chat));
    rooms::configure(config);
    members::configure(config);
    history::configure(config);
    messages::configure(config);
    previews::configure(config);
    mine::configure(config);
    overview::configure(config);
    files::configure(config);
    live::configure(config);
    imports::configure(config);
    exports::configure(config);
    later::configure(config);
    search::configure(config);
    bans::configure(config);
    bookmarks::configure(config);
    holds::configure(config);
    moderation::configure(config);
    profile::configure(config);
    hooks::configure(config);
    outgoing::configure(config);
    incoming::configure(config);
    commands::configure(config);
}

/// The OpenAPI description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = rooms::Api::openapi();
    all.merge(history::Api::openapi());
    all.merge(messages::Api::openapi());
    all.merge(previews::Api::openapi());
    all.merge(mine::Api::openapi());
    all.merge(overview::Api::openapi());
    all.merge(members::Api::openapi());
    all.merge(files::Api::openapi());
    all.merge(live::Api::openapi());
    all.merge(imports::Api::openapi());
    all.merge(exports::Api::openapi());
    all.merge(later::Api::openapi());
    all.merge(search::Api::openapi());
    all.merge(bans::Api::openapi());
    all.merge(bookmarks::Api::openapi());
    all.merge(holds::Api::openapi());
    all.merge(moderation::Api::openapi());
    all.merge(profile::Api::openapi());
    all.merge(hooks::Api::openapi());
    all.merge(outgoing::Api::openapi());
    all.merge(incoming::Api::openapi());
    all.merge(commands::Api::openapi());
    all
}

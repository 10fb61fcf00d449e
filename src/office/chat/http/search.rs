//! The search in messages.

use actix_web::web::{Data, Query, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::RoomId;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Scope};

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::model::RoomKind;
use super::super::search::{self, highlight};
use super::super::service::Chat;
use super::super::store::{messages, rooms, search as store};

#[derive(OpenApi)]
#[openapi(paths(find), components(schemas(FoundJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(find);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    /// Words, `"phrases"`, `-without`, `from:@name` or `from:me`, `in:#room`, `has:file`, `has:link`,
    /// `before:`, `after:` and `on:` a day such as 2026-11-21.
    q: String,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// A message that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatFound)]
struct FoundJson {
    message: MessageJson,
    room: FoundRoomJson,
    /// The part of the text around the first hit, with hits between `⟦` and `⟧`.
    highlight: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatFoundRoom)]
struct FoundRoomJson {
    id: RoomId,
    kind: RoomKind,
    #[schema(required = true)]
    name: Option<String>,
}

/// Finds messages in all rooms that the caller may read, the latest first.
#[utoipa::path(get, path = "/api/v1/chat/search", tag = "chat", params(SearchQuery),
    responses((status = 200, body = Page<FoundJson>), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/search")]
async fn find(scope: Scoped, query: Query<SearchQuery>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let page = chat.search(&scope, &query.q, query.cursor.as_ref().map(|cursor| cursor.0), limit).await?;
    Ok(HttpResponse::Ok().json(page))
}

impl Chat {
    async fn search(
        &self,
        scope: &Scope,
        text: &str,
        below: Option<i64>,
        limit: u32,
    ) -> Result<Page<FoundJson>, ChatError> {
        let me = person(scope)?;
        let query = search::parse(text);
        if query.is_empty() {
            return Err(ChatError::invalid("say what to look for"));
        }
        if let Some(wrong) = query.unknown.first() {
            return Err(ChatError::Invalid(format!("\"{wrong}\" is no day; write it as 2026-11-21")));
        }
        let words = query.words.clone();
        let mut tx = self.store.read(scope).await?;
        let public = scope.require(Permission::ChatChannels).is_ok();
        let readable = rooms::readable(&mut tx, me, public).await?;
        let Some(wanted) = query.resolve(&mut tx, me, &readable).await? else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let wanted = store::Search { below, limit: i64::from(limit) + 1, ..wanted };
        let found = store::find(&mut tx, &wanted).await?;
        let page = Page::cut(found, limit, |row| Cursor(row.id));
        let mut items = Vec::with_capacity(page.items.len());
        for row in page.items {
            let message = messages::get_json(&mut tx, row.room_id, row.seq).await?;
            let room = readable.iter().find(|room| room.id == row.room_id);
            let (Some(message), Some(room)) = (message, room) else { continue };
            let highlight = highlight(&message.text, &words);
            let kind = room.kind.parse().map_err(|_| ChatError::Damaged("kind of a room"))?;
            let room = FoundRoomJson { id: room.id, kind, name: room.name.clone() };
            items.push(FoundJson { message, room, highlight });
        }
        Ok(Page { items, next_cursor: page.next_cursor })
    }
}

//! Outgoing webhooks of a room, and what was told to them.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp};
use crate::office::webhooks::messages::{
    self as webhooks, ChangeEndpoint, DeliveryJson, EndpointRow, Format, NewEndpoint, announce,
};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};
use crate::store::TenantTx;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::hooks::outgoing::PURPOSE;
use super::super::messages::ReloadOutgoing;
use super::super::rights;
use super::super::room::Room;
use super::super::service::Chat;
use super::super::store::hooks::{self, OutgoingRow};
use super::hooks::{icon, managed};

/// Outgoing webhooks of one room.
const HOOKS: usize = 10;
/// Trigger words of one webhook, and characters of one.
const TRIGGERS: usize = 20;
const TRIGGER: usize = 50;

#[derive(OpenApi)]
#[openapi(paths(
    list_outgoing,
    add_outgoing,
    change_outgoing,
    remove_outgoing,
    deliveries,
    replay,
    replay_dead
))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_outgoing)
        .service(add_outgoing)
        .service(change_outgoing)
        .service(remove_outgoing)
        .service(deliveries)
        .service(replay)
        .service(replay_dead);
}

/// An outgoing webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatOutgoingHook)]
struct OutgoingJson {
    id: Uuid,
    name: String,
    /// Of its answers: an emoji, or the `:name:` of an own one; may be empty.
    icon: String,
    url: String,
    format: Format,
    /// First words that call it; without any it hears every message.
    triggers: Vec<String>,
    active: bool,
    /// Why it was switched off: `failing` for three days, or `gone`.
    #[schema(required = true)]
    stopped: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    failing_since: Option<Timestamp>,
    /// Messages that found 2 000 others waiting, and were not told.
    dropped: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// What signs the requests. Only when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Slack's verification token, in the body of forms. Only when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatOutgoingHooks)]
struct OutgoingsJson {
    items: Vec<OutgoingJson>,
}

impl OutgoingJson {
    fn of(row: OutgoingRow, endpoint: EndpointRow) -> Self {
        let (triggers, format) = (row.words(), endpoint.format());
        let EndpointRow { id, name, url, active, stopped, failing_since, dropped, created_at, .. } = endpoint;
        Self {
            id,
            name,
            icon: row.icon,
            url,
            format,
            triggers,
            active,
            stopped,
            failing_since,
            dropped,
            created_at,
            secret: None,
            token: None,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatOutgoingHook)]
struct NewOutgoing {
    /// 1 to 80 characters.
    name: String,
    #[serde(default)]
    icon: String,
    url: String,
    /// `form`, Slack's own, unless told.
    #[serde(default = "form")]
    format: Format,
    #[serde(default)]
    triggers: Vec<String>,
}

fn form() -> Format {
    Format::Form
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatOutgoingHookChange)]
struct OutgoingChange {
    name: Option<String>,
    icon: Option<String>,
    url: Option<String>,
    triggers: Option<Vec<String>>,
    active: Option<bool>,
}

/// Lists the outgoing webhooks of a room, the oldest first.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/hooks/outgoing", tag = "hooks",
    params(("room" = RoomId, Path)),
    responses((status = 200, body = OutgoingsJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[get("/chat/rooms/{room}/hooks/outgoing")]
async fn list_outgoing(
    scope: Scoped,
    room: Path<RoomId>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::Manage).await?;
    let mut items = Vec::new();
    for row in hooks::outgoing(&mut tx, *room).await? {
        let endpoint = webhooks::endpoint(&mut tx, row.id).await?;
        items.push(OutgoingJson::of(row, endpoint));
    }
    Ok(HttpResponse::Ok().json(OutgoingsJson { items }))
}

/// Makes an outgoing webhook; its secret is shown this once.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/hooks/outgoing", tag = "hooks",
    params(("room" = RoomId, Path)), request_body = NewOutgoing,
    responses((status = 201, body = OutgoingJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[post("/chat/rooms/{room}/hooks/outgoing")]
async fn add_outgoing(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<NewOutgoing>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Created().json(chat.add_outgoing(&scope, *room, body.into_inner()).await?))
}

/// Changes an outgoing webhook; only what is named.
#[utoipa::path(patch, path = "/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path)), request_body = OutgoingChange,
    responses((status = 200, body = OutgoingJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[patch("/chat/rooms/{room}/hooks/outgoing/{hook}")]
async fn change_outgoing(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    body: Json<OutgoingChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, id) = path.into_inner();
    let OutgoingChange { name, icon: picture, url, triggers, active } = body.into_inner();
    let picture = icon(picture.as_deref())?;
    let mut tx = chat.store.begin(&scope).await?;
    let row = own(&mut tx, &scope, room, id).await?;
    let change = ChangeEndpoint { name: name.as_deref(), url: url.as_deref(), active };
    webhooks::change(&chat.client, &mut tx, id, &change).await?;
    let triggers = triggers.map_or_else(|| Ok(row.words()), words)?;
    let picture = picture.unwrap_or(row.icon);
    hooks::put_outgoing(&mut tx, id, room, &picture, &triggers).await?;
    let row = own(&mut tx, &scope, room, id).await?;
    let endpoint = webhooks::endpoint(&mut tx, id).await?;
    tx.commit().await?;
    chat.outgoing_changed(&scope, room).await;
    Ok(HttpResponse::Ok().json(OutgoingJson::of(row, endpoint)))
}

/// Takes an outgoing webhook away, with what waits for it.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[delete("/chat/rooms/{room}/hooks/outgoing/{hook}")]
async fn remove_outgoing(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, id) = path.into_inner();
    let mut tx = chat.store.begin(&scope).await?;
    own(&mut tx, &scope, room, id).await?;
    hooks::remove_outgoing(&mut tx, id).await?;
    webhooks::remove(&mut tx, id).await?;
    tx.commit().await?;
    chat.outgoing_changed(&scope, room).await;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct DeliveriesQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists what an outgoing webhook was told, is to be told, or could not be, the youngest first.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}/deliveries", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path), DeliveriesQuery),
    responses((status = 200, body = Page<DeliveryJson>), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[get("/chat/rooms/{room}/hooks/outgoing/{hook}/deliveries")]
async fn deliveries(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    query: Query<DeliveriesQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let (room, id) = path.into_inner();
    let mut tx = chat.store.read(&scope).await?;
    own(&mut tx, &scope, room, id).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let found = webhooks::deliveries(&mut tx, id, before, i64::from(limit) + 1).await?;
    Ok(HttpResponse::Ok().json(Page::cut(found, limit, |one| Cursor(one.seq))))
}

/// Tells once more what was told or given up.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}/deliveries/{delivery}/replay",
    tag = "hooks", params(("room" = RoomId, Path), ("hook" = Uuid, Path), ("delivery" = Uuid, Path)),
    responses((status = 202), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[post("/chat/rooms/{room}/hooks/outgoing/{hook}/deliveries/{delivery}/replay")]
async fn replay(
    scope: Scoped,
    path: Path<(RoomId, Uuid, Uuid)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, id, delivery) = path.into_inner();
    let mut tx = chat.store.begin(&scope).await?;
    own(&mut tx, &scope, room, id).await?;
    webhooks::replay(&mut tx, id, delivery, chat.clock.now()).await?;
    tx.commit().await?;
    chat.nudge_webhooks(&scope).await;
    Ok(HttpResponse::Accepted().finish())
}

/// How much is told once more.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatHookReplay)]
struct ReplayJson {
    replayed: usize,
}

/// Tells once more all that was given up, in its order.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/hooks/outgoing/{hook}/replay", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path)),
    responses((status = 202, body = ReplayJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[post("/chat/rooms/{room}/hooks/outgoing/{hook}/replay")]
async fn replay_dead(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, id) = path.into_inner();
    let mut tx = chat.store.begin(&scope).await?;
    own(&mut tx, &scope, room, id).await?;
    let replayed = webhooks::replay_dead(&mut tx, id, chat.clock.now()).await?;
    tx.commit().await?;
    chat.nudge_webhooks(&scope).await;
    Ok(HttpResponse::Accepted().json(ReplayJson { replayed }))
}

/// A webhook of a room that the person manages.
async fn own(tx: &mut TenantTx, scope: &Scope, room: RoomId, id: Uuid) -> Result<OutgoingRow, ChatError> {
    rights::room(tx, scope, room, Right::Manage).await?;
    let found = hooks::find_outgoing(tx, id).await?;
    found.filter(|row| row.room_id == room).ok_or(ChatError::NoEntry)
}

/// Trigger words as they are kept.
fn words(words: Vec<String>) -> Result<Vec<String>, ChatError> {
    let words: Vec<String> = words.iter().map(|word| word.trim().to_owned()).collect();
    let odd = |word: &String| {
        word.is_empty() || word.chars().count() > TRIGGER || word.chars().any(char::is_control)
    };
    if words.len() > TRIGGERS || words.iter().any(odd) {
        return Err(ChatError::invalid("at most 20 trigger words of 1 to 50 characters"));
    }
    Ok(words)
}

impl Chat {
    async fn add_outgoing(
        &self,
        scope: &Scope,
        room: RoomId,
        new: NewOutgoing,
    ) -> Result<OutgoingJson, ChatError> {
        let NewOutgoing { name, icon: picture, url, format, triggers } = new;
        let (picture, triggers) = (icon(Some(&picture))?.unwrap_or_default(), words(triggers)?);
        let mut tx = self.store.begin(scope).await?;
        managed(&mut tx, scope, room).await?;
        if hooks::outgoing(&mut tx, room).await?.len() >= HOOKS {
            return Err(ChatError::Full { limit: HOOKS });
        }
        let endpoint = NewEndpoint {
            purpose: PURPOSE,
            owner: person(scope)?,
            name: &name,
            url: &url,
            format,
            kinds: &[],
            link: format!("/chat/{room}"),
        };
        let now = self.clock.now();
        let (id, secret) = webhooks::add(&self.store, &self.client, &mut tx, &endpoint, now).await?;
        hooks::put_outgoing(&mut tx, id, room, &picture, &triggers).await?;
        let row = own(&mut tx, scope, room, id).await?;
        let endpoint = webhooks::endpoint(&mut tx, id).await?;
        tx.commit().await?;
        self.outgoing_changed(scope, room).await;
        let token = Some(webhooks::token(&secret));
        Ok(OutgoingJson { secret: Some(secret), token, ..OutgoingJson::of(row, endpoint) })
    }

    /// Tells a room that is in memory, and the queue.
    async fn outgoing_changed(&self, scope: &Scope, room: RoomId) {
        let Some(env) = self.tenants.peek(scope.tenant) else { return };
        if let Some(room) = env.registrar::<Room>().peek(room).await {
            // One that ends meanwhile reads them when it comes again.
            let _ = room.send(ReloadOutgoing).await;
        }
        announce(&env.bus(), scope.tenant, self.clock.now());
    }

    /// Lets the queue look at once, also that of a business that sleeps.
    async fn nudge_webhooks(&self, scope: &Scope) {
        // One that cannot wake now finds what waits when it does.
        if let Ok(env) = self.tenants.wake(scope.tenant).await {
            announce(&env.bus(), scope.tenant, self.clock.now());
        }
    }
}

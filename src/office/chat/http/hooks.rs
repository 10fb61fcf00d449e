//! Incoming webhooks of a room: make, change, take away.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId, uuid_at};
use crate::office::webhooks::messages::{make_secret, seal};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};
use crate::store::TenantTx;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::hooks::{key, payload};
use super::super::model::RoomKind;
use super::super::rights;
use super::super::service::Chat;
use super::super::store::hooks::{self, HookRow};

/// Incoming webhooks of one room.
const HOOKS: usize = 20;

#[derive(OpenApi)]
#[openapi(paths(list_incoming, add_incoming, change_incoming, regenerate, remove_incoming))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_incoming)
        .service(add_incoming)
        .service(change_incoming)
        .service(regenerate)
        .service(remove_incoming);
}

/// An incoming webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatIncomingHook)]
struct HookJson {
    id: Uuid,
    name: String,
    /// An emoji, or the `:name:` of an own one; may be empty.
    icon: String,
    /// Whether requests must be signed.
    signed: bool,
    created_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    used_at: Option<Timestamp>,
    /// Where messages are posted to. Only when it was made just now: only its hash is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The secret that signs requests. Only when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatIncomingHooks)]
struct HooksJson {
    items: Vec<HookJson>,
}

impl From<HookRow> for HookJson {
    fn from(row: HookRow) -> Self {
        let HookRow { id, name, icon, sealed, created_by, created_at, used_at, .. } = row;
        let signed = sealed.is_some();
        Self { id, name, icon, signed, created_by, created_at, used_at, url: None, secret: None }
    }
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatIncomingHookChange)]
struct HookChange {
    /// 1 to 80 characters; needed for a new one.
    name: Option<String>,
    /// An emoji, or the `:name:` of one.
    icon: Option<String>,
    /// Whether requests must be signed; a new secret is made.
    signed: Option<bool>,
}

impl HookChange {
    fn name(&self) -> Result<Option<String>, ChatError> {
        let name = self.name.as_deref().map(payload::name_of);
        if name.as_deref().is_some_and(str::is_empty) {
            return Err(ChatError::invalid("a webhook's name has 1 to 80 characters"));
        }
        Ok(name)
    }

    fn icon(&self) -> Result<Option<String>, ChatError> {
        icon(self.icon.as_deref())
    }
}

/// An emoji as it is kept; an empty text is none.
pub(super) fn icon(icon: Option<&str>) -> Result<Option<String>, ChatError> {
    let Some(text) = icon else { return Ok(None) };
    if text.trim().is_empty() {
        return Ok(Some(String::new()));
    }
    let wrong = || ChatError::invalid("an icon is an emoji or the :name: of one");
    payload::icon_of(text).map(Some).ok_or_else(wrong)
}

/// Lists the incoming webhooks of a room by name.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/hooks/incoming", tag = "hooks",
    params(("room" = RoomId, Path)), responses((status = 200, body = HooksJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[get("/chat/rooms/{room}/hooks/incoming")]
async fn list_incoming(
    scope: Scoped,
    room: Path<RoomId>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::Manage).await.map_err(ApiError::from)?;
    let items = hooks::of_room(&mut tx, *room).await?.into_iter().map(HookJson::from).collect();
    Ok(HttpResponse::Ok().json(HooksJson { items }))
}

/// Makes an incoming webhook; its address is shown this once.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/hooks/incoming", tag = "hooks",
    params(("room" = RoomId, Path)), request_body = HookChange,
    responses((status = 201, body = HookJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[post("/chat/rooms/{room}/hooks/incoming")]
async fn add_incoming(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<HookChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Created().json(chat.add_hook(&scope, *room, &body).await?))
}

/// Gives an incoming webhook another name or icon, or switches signing; only what is named.
#[utoipa::path(patch, path = "/api/v1/chat/rooms/{room}/hooks/incoming/{hook}", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path)), request_body = HookChange,
    responses((status = 200, body = HookJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[patch("/chat/rooms/{room}/hooks/incoming/{hook}")]
async fn change_incoming(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    body: Json<HookChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, hook) = path.into_inner();
    Ok(HttpResponse::Ok().json(chat.change_hook(&scope, room, hook, &body, false).await?))
}

/// Gives an incoming webhook another address; the one before is no more.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/hooks/incoming/{hook}/regenerate", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path)),
    responses((status = 200, body = HookJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[post("/chat/rooms/{room}/hooks/incoming/{hook}/regenerate")]
async fn regenerate(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, hook) = path.into_inner();
    Ok(HttpResponse::Ok().json(chat.change_hook(&scope, room, hook, &HookChange::default(), true).await?))
}

/// Takes an incoming webhook away.
#[utoipa::path(delete, path = "/api/v1/chat/rooms/{room}/hooks/incoming/{hook}", tag = "hooks",
    params(("room" = RoomId, Path), ("hook" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:manage"))))]
#[delete("/chat/rooms/{room}/hooks/incoming/{hook}")]
async fn remove_incoming(
    scope: Scoped,
    path: Path<(RoomId, Uuid)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, hook) = path.into_inner();
    let mut tx = chat.store.begin(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::Manage).await?;
    hooks::find(&mut tx, room, hook).await?.ok_or(ChatError::NoEntry)?;
    hooks::remove(&mut tx, hook).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses who does not manage the room, and rooms in which nobody expects a program.
pub(super) async fn managed(tx: &mut TenantTx, scope: &Scope, room: RoomId) -> Result<(), ChatError> {
    let row = rights::room(tx, scope, room, Right::Manage).await?;
    if row.kind()? != RoomKind::Channel {
        return Err(ChatError::invalid("only channels have webhooks"));
    }
    Ok(())
}

impl Chat {
    async fn add_hook(&self, scope: &Scope, room: RoomId, new: &HookChange) -> Result<HookJson, ChatError> {
        let name = new.name()?.ok_or_else(|| ChatError::invalid("a webhook has a name"))?;
        let (icon, now) = (new.icon()?.unwrap_or_default(), self.clock.now());
        let (hash, text) = key::make(key::HOOK, scope.tenant)?;
        let mut tx = self.store.begin(scope).await?;
        managed(&mut tx, scope, room).await?;
        if hooks::of_room(&mut tx, room).await?.len() >= HOOKS {
            return Err(ChatError::Full { limit: HOOKS });
        }
        let (secret, sealed) = self.signing(&mut tx, new.signed == Some(true)).await?;
        let row = HookRow {
            id: uuid_at(now),
            room_id: room,
            name,
            icon,
            sealed,
            created_by: person(scope)?,
            created_at: now,
            used_at: None,
        };
        hooks::insert(&mut tx, &row, &hash).await?;
        tx.commit().await?;
        Ok(HookJson { url: Some(self.hook_url(&text)), secret, ..HookJson::from(row) })
    }

    /// Changes a hook, and gives it another address if so wished.
    async fn change_hook(
        &self,
        scope: &Scope,
        room: RoomId,
        id: Uuid,
        change: &HookChange,
        renew: bool,
    ) -> Result<HookJson, ChatError> {
        let (name, icon) = (change.name()?, change.icon()?);
        let made = if renew { Some(key::make(key::HOOK, scope.tenant)?) } else { None };
        let mut tx = self.store.begin(scope).await?;
        managed(&mut tx, scope, room).await?;
        let before = hooks::find(&mut tx, room, id).await?.ok_or(ChatError::NoEntry)?;
        // Who could use the address before may know the secret too.
        let wanted = change.signed.or((renew && before.sealed.is_some()).then_some(true));
        let (secret, sealed) = self.signing(&mut tx, wanted == Some(true)).await?;
        let hash = made.as_ref().map(|(hash, _)| hash.as_slice());
        let named = (name.as_deref(), icon.as_deref());
        hooks::change(&mut tx, id, named, hash, wanted.map(|_| sealed)).await?;
        let row = hooks::find(&mut tx, room, id).await?.ok_or(ChatError::NoEntry)?;
        tx.commit().await?;
        let url = made.map(|(_, text)| self.hook_url(&text));
        Ok(HookJson { url, secret, ..HookJson::from(row) })
    }

    /// A secret that signs requests, and what is kept of it.
    async fn signing(
        &self,
        tx: &mut TenantTx,
        wanted: bool,
    ) -> Result<(Option<String>, Option<Vec<u8>>), ChatError> {
        if !wanted {
            return Ok((None, None));
        }
        let secret = make_secret()?;
        let sealed = seal(&self.store, tx, &secret).await?;
        Ok((Some(secret), Some(sealed)))
    }

    fn hook_url(&self, key: &str) -> String {
        self.base_url.join(&format!("/api/v1/hooks/{key}"))
    }
}

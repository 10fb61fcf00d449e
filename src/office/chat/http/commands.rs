//! Slash commands: list, give, and those of the business's own.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::RoomId;
use crate::office::webhooks::messages::{self as webhooks, ChangeEndpoint, EndpointRow, Format, NewEndpoint};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Scope};
use crate::store::StoreError;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::hooks::builtin::BUILTIN;
use super::super::hooks::commands::{CommandAnswer, CommandJson, Given, is_name};
use super::super::hooks::custom::PURPOSE;
use super::super::service::Chat;
use super::super::store::commands::{self, CommandRow};
use super::hooks::icon;

/// Commands of one business.
const COMMANDS: usize = 100;
const DESCRIPTION: usize = 200;
const HINT: usize = 100;

#[derive(OpenApi)]
#[openapi(paths(list_commands, give, list_custom, add_custom, change_custom, remove_custom))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_commands)
        .service(give)
        .service(list_custom)
        .service(add_custom)
        .service(change_custom)
        .service(remove_custom);
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatCommands)]
struct CommandsJson {
    items: Vec<CommandJson>,
}

/// Lists the slash commands, those that are built in first.
#[utoipa::path(get, path = "/api/v1/chat/commands", tag = "chat",
    responses((status = 200, body = CommandsJson), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/commands")]
async fn list_commands(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    person(&scope)?;
    Ok(HttpResponse::Ok().json(CommandsJson { items: chat.commands(&scope).await? }))
}

/// Carries out a slash command; the live command `chat.command` is the same.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/commands", tag = "chat",
    params(("room" = RoomId, Path)), request_body = Given,
    responses((status = 200, body = CommandAnswer), (status = 409, body = Problem),
        (status = 422, body = Problem, description = "`unknown_command`")),
    extensions(("x-right" = json!("room:edit"))))]
#[post("/chat/rooms/{room}/commands")]
async fn give(
    scope: Scoped,
    room: Path<RoomId>,
    body: Json<Given>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(chat.command(&scope, *room, &body).await?))
}

/// A slash command of the business's own.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatCustomCommand)]
struct CustomJson {
    id: Uuid,
    name: String,
    description: String,
    hint: String,
    icon: String,
    url: String,
    active: bool,
    /// What signs the requests. Only when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Slack's verification token, in the body. Only when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatCustomCommands)]
struct CustomsJson {
    items: Vec<CustomJson>,
}

impl CustomJson {
    fn of(row: CommandRow, endpoint: &EndpointRow) -> Self {
        let CommandRow { id, name, description, hint, icon } = row;
        let (url, active) = (endpoint.url.clone(), endpoint.active);
        Self { id, name, description, hint, icon, url, active, secret: None, token: None }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatCustomCommandChange)]
struct CustomChange {
    /// Without the slash: 1 to 32 small letters, digits, hyphens and underscores; needed for a new one.
    name: Option<String>,
    /// Needed for a new one.
    url: Option<String>,
    /// At most 200 characters.
    description: Option<String>,
    /// What is written behind the name, at most 100 characters: `[ticket] [text]`.
    hint: Option<String>,
    /// An emoji, or the `:name:` of one.
    icon: Option<String>,
    active: Option<bool>,
}

impl CustomChange {
    /// The command after the change.
    fn apply(&self, mut row: CommandRow) -> Result<CommandRow, ChatError> {
        if let Some(name) = &self.name {
            row.name = name.trim().trim_start_matches('/').to_lowercase();
        }
        if !is_name(&row.name) {
            let wrong = "a command's name has 1 to 32 small letters, digits, hyphens and underscores";
            return Err(ChatError::invalid(wrong));
        }
        if BUILTIN.iter().any(|known| known.name == row.name) {
            return Err(ChatError::NameTaken);
        }
        row.description = self.description.as_deref().unwrap_or(&row.description).trim().to_owned();
        row.hint = self.hint.as_deref().unwrap_or(&row.hint).trim().to_owned();
        row.icon = icon(self.icon.as_deref())?.unwrap_or(row.icon);
        let long = |text: &str, most| text.chars().count() > most || text.chars().any(char::is_control);
        if long(&row.description, DESCRIPTION) || long(&row.hint, HINT) {
            return Err(ChatError::invalid("a description has at most 200 characters, a hint 100"));
        }
        Ok(row)
    }
}

/// Lists the slash commands of the business's own by name.
#[utoipa::path(get, path = "/api/v1/chat/custom-commands", tag = "hooks",
    responses((status = 200, body = CustomsJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[get("/chat/custom-commands")]
async fn list_custom(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let mut tx = chat.store.read(&scope).await?;
    let mut items = Vec::new();
    for row in commands::all(&mut tx).await? {
        let endpoint = webhooks::endpoint(&mut tx, row.id).await?;
        items.push(CustomJson::of(row, &endpoint));
    }
    Ok(HttpResponse::Ok().json(CustomsJson { items }))
}

/// Makes a slash command that an endpoint answers; its secret is shown this once.
#[utoipa::path(post, path = "/api/v1/chat/custom-commands", tag = "hooks", request_body = CustomChange,
    responses((status = 201, body = CustomJson), (status = 409, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[post("/chat/custom-commands")]
async fn add_custom(
    scope: Scoped,
    body: Json<CustomChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Created().json(chat.add_custom(&scope, &body).await?))
}

/// Changes a slash command; only what is named.
#[utoipa::path(patch, path = "/api/v1/chat/custom-commands/{command}", tag = "hooks",
    params(("command" = Uuid, Path)), request_body = CustomChange,
    responses((status = 200, body = CustomJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[patch("/chat/custom-commands/{command}")]
async fn change_custom(
    scope: Scoped,
    command: Path<Uuid>,
    body: Json<CustomChange>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let mut tx = chat.store.begin(&scope).await?;
    let before = commands::find(&mut tx, *command).await?.ok_or(ChatError::NoEntry)?;
    let row = body.apply(before)?;
    commands::put(&mut tx, &row).await.map_err(taken)?;
    let change = ChangeEndpoint { name: Some(&row.name), url: body.url.as_deref(), active: body.active };
    webhooks::change(&chat.client, &mut tx, *command, &change).await?;
    let endpoint = webhooks::endpoint(&mut tx, *command).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok().json(CustomJson::of(row, &endpoint)))
}

/// Takes a slash command away.
#[utoipa::path(delete, path = "/api/v1/chat/custom-commands/{command}", tag = "hooks",
    params(("command" = Uuid, Path)), responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("tenant.manage"))))]
#[delete("/chat/custom-commands/{command}")]
async fn remove_custom(
    scope: Scoped,
    command: Path<Uuid>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    scope.require(Permission::TenantManage)?;
    let mut tx = chat.store.begin(&scope).await?;
    if !commands::remove(&mut tx, *command).await? {
        return Err(ChatError::NoEntry.into());
    }
    webhooks::remove(&mut tx, *command).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

fn taken(error: StoreError) -> ChatError {
    if matches!(error, StoreError::Conflict) { ChatError::NameTaken } else { error.into() }
}

impl Chat {
    async fn add_custom(&self, scope: &Scope, new: &CustomChange) -> Result<CustomJson, ChatError> {
        scope.require(Permission::TenantManage)?;
        let empty = || String::new();
        let id = Uuid::nil();
        let row = CommandRow { id, name: empty(), description: empty(), hint: empty(), icon: empty() };
        let mut row = new.apply(row)?;
        let url = new.url.as_deref().ok_or_else(|| ChatError::invalid("a command has an address"))?;
        let mut tx = self.store.begin(scope).await?;
        if commands::all(&mut tx).await?.len() >= COMMANDS {
            return Err(ChatError::Full { limit: COMMANDS });
        }
        if commands::by_name(&mut tx, &row.name).await?.is_some() {
            return Err(ChatError::NameTaken);
        }
        let endpoint = NewEndpoint {
            purpose: PURPOSE,
            owner: person(scope)?,
            name: &row.name,
            url,
            format: Format::Form,
            kinds: &[],
            link: "/admin/commands".to_owned(),
        };
        let made = webhooks::add(&self.store, &self.client, &mut tx, &endpoint, self.clock.now()).await?;
        let secret = made.1;
        row.id = made.0;
        commands::put(&mut tx, &row).await.map_err(taken)?;
        let endpoint = webhooks::endpoint(&mut tx, row.id).await?;
        tx.commit().await?;
        let token = Some(webhooks::token(&secret));
        Ok(CustomJson { secret: Some(secret), token, ..CustomJson::of(row, &endpoint) })
    }
}

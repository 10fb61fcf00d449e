//! Bots and their API tokens.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{Timestamp, UserId};
use crate::office::identity::Identity;
use crate::office::identity::bots::{Bot, BotChange, is_endless};
use crate::office::identity::messages::{PersonName, Status};
use crate::office::identity::tokens::TokenRow;
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Role;

use super::{UserJson, fault};

#[derive(OpenApi)]
#[openapi(paths(list_bots, add_bot, change_bot, list_tokens, add_token, revoke_token))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_bots)
        .service(add_bot)
        .service(change_bot)
        .service(list_tokens)
        .service(add_token)
        .service(revoke_token);
}

/// The account of a program.
#[derive(Serialize, ToSchema)]
#[schema(as = Bot)]
struct BotJson {
    #[serde(flatten)]
    user: UserJson,
    description: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Bots)]
struct BotsJson {
    items: Vec<BotJson>,
}

impl From<Bot> for BotJson {
    fn from(bot: Bot) -> Self {
        Self { user: bot.person.into(), description: bot.description }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BotChange)]
struct BotChangeJson {
    /// 1 to 200 characters; needed for a new bot.
    name: Option<String>,
    /// `tenant_guest`, the default, sees only what it is added to; `tenant_user` what a colleague sees.
    role: Option<Role>,
    /// Of a bot that is there: one that is suspended loses its tokens.
    status: Option<Status>,
    /// An emoji, or the `:name:` of an own one.
    picture: Option<String>,
    /// At most 500 characters.
    description: Option<String>,
}

impl BotChangeJson {
    fn read(self) -> Result<BotChange, ApiError> {
        let Self { name, role, status, picture, description } = self;
        let name = name.as_deref().map(PersonName::parse).transpose().map_err(fault("$.name"))?;
        Ok(BotChange { name, role, status, picture, description })
    }
}

/// Lists the bots of the business by name.
#[utoipa::path(get, path = "/api/v1/bots", tag = "people",
    responses((status = 200, body = BotsJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[get("/bots")]
async fn list_bots(scope: Scoped, identity: Data<Identity>) -> Result<HttpResponse, ApiError> {
    let items = identity.list_bots(&scope).await?.into_iter().map(BotJson::from).collect();
    Ok(HttpResponse::Ok().json(BotsJson { items }))
}

/// Makes a bot. It signs in with API tokens only, and is added to rooms like people.
#[utoipa::path(post, path = "/api/v1/bots", tag = "people", request_body = BotChangeJson,
    responses((status = 201, body = BotJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[post("/bots")]
async fn add_bot(
    scope: Scoped,
    body: Json<BotChangeJson>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let bot = identity.add_bot(&scope, body.into_inner().read()?).await?;
    Ok(HttpResponse::Created().json(BotJson::from(bot)))
}

/// Changes a bot; only what is named.
#[utoipa::path(patch, path = "/api/v1/bots/{id}", tag = "people", params(("id" = UserId, Path)),
    request_body = BotChangeJson,
    responses((status = 200, body = BotJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[patch("/bots/{id}")]
async fn change_bot(
    scope: Scoped,
    id: Path<UserId>,
    body: Json<BotChangeJson>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let bot = identity.change_bot(&scope, *id, body.into_inner().read()?).await?;
    Ok(HttpResponse::Ok().json(BotJson::from(bot)))
}

/// An API token of a bot; its secret is not kept.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiToken)]
struct TokenJson {
    id: Uuid,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Written down at its first use and then every five minutes at most.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    expires_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ApiTokens)]
struct TokensJson {
    items: Vec<TokenJson>,
}

/// A new token with its text, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewApiToken)]
struct NewTokenJson {
    #[serde(flatten)]
    info: TokenJson,
    token: String,
}

impl From<TokenRow> for TokenJson {
    fn from(row: TokenRow) -> Self {
        let endless = is_endless(&row);
        let TokenRow { id, name, created_at, used_at, expires_at, .. } = row;
        let used_at = (used_at > created_at).then_some(used_at);
        Self { id: id.0, name, created_at, used_at, expires_at: (!endless).then_some(expires_at) }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiTokenChange)]
struct TokenChange {
    /// What it is for: 1 to 200 characters.
    name: String,
    /// Without one, the token is good until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Lists the tokens of a bot, the youngest first.
#[utoipa::path(get, path = "/api/v1/bots/{id}/tokens", tag = "people", params(("id" = UserId, Path)),
    responses((status = 200, body = TokensJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[get("/bots/{id}/tokens")]
async fn list_tokens(
    scope: Scoped,
    id: Path<UserId>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let items = identity.list_tokens(&scope, *id).await?.into_iter().map(TokenJson::from).collect();
    Ok(HttpResponse::Ok().json(TokensJson { items }))
}

/// Makes a token with which a bot uses the whole API and the live socket.
#[utoipa::path(post, path = "/api/v1/bots/{id}/tokens", tag = "people", params(("id" = UserId, Path)),
    request_body = TokenChange,
    responses((status = 201, body = NewTokenJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[post("/bots/{id}/tokens")]
async fn add_token(
    scope: Scoped,
    id: Path<UserId>,
    body: Json<TokenChange>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let TokenChange { name, expires_at } = body.into_inner();
    let name = PersonName::parse(&name).map_err(fault("$.name"))?;
    let (row, token) = identity.add_token(&scope, *id, &name, expires_at).await?;
    Ok(HttpResponse::Created().json(NewTokenJson { info: row.into(), token }))
}

/// Revokes a token; requests and sockets with it end at once.
#[utoipa::path(delete, path = "/api/v1/bots/{id}/tokens/{token}", tag = "people",
    params(("id" = UserId, Path), ("token" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("people.manage"))))]
#[delete("/bots/{id}/tokens/{token}")]
async fn revoke_token(
    scope: Scoped,
    path: Path<(UserId, Uuid)>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let (id, token) = path.into_inner();
    identity.revoke_token(&scope, id, token).await?;
    Ok(HttpResponse::NoContent().finish())
}

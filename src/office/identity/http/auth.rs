//! Sign in, sign out, who am I, change my password.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::office::identity::cache::Caller;
use crate::office::identity::messages::{Password, TenantJson};
use crate::office::identity::sign_in::SignIn;
use crate::office::identity::{EmailAddress, Identity, IdentityError};
use crate::protocols::http::caller::{COOKIE, Claims, Credential};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::scope::Permission;

use super::{UserJson, fault, signed_out};

#[derive(OpenApi)]
#[openapi(paths(sign_in, sign_out, session, change_password), components(schemas(UserJson, TenantJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(sign_in).service(sign_out).service(session).service(change_password);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    email: String,
    #[schema(format = Password)]
    password: String,
    /// Slug of the business, when the email address may open several.
    tenant: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct SignedIn {
    /// For `Authorization: Bearer`; browsers use the cookie that comes along.
    token: String,
    user: UserJson,
    tenant: TenantJson,
}

#[derive(Serialize, ToSchema)]
struct Session {
    user: UserJson,
    tenant: TenantJson,
    /// What the role allows.
    permissions: Vec<Permission>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(format = Password)]
    current: String,
    /// 10 to 1024 characters.
    #[schema(format = Password)]
    new: String,
}

/// Signs in with email address and password.
#[utoipa::path(post, path = "/api/v1/auth/sign-in", tag = "auth", request_body = Credentials,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "`choose_tenant`: several businesses, see `tenants`"),
        (status = 429, body = Problem)),
    extensions(("x-right" = json!("public"))))]
#[post("/auth/sign-in")]
async fn sign_in(
    request: HttpRequest,
    body: Json<Credentials>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let claims = identity.claims(request.head());
    identity.shared.limits.address(claims.address)?;
    if identity.is_cross_site(&claims) {
        return Err(IdentityError::CrossSite.into());
    }
    // Nobody has an address that is none.
    let email = EmailAddress::parse(&body.email).map_err(|_| IdentityError::WrongPassword)?;
    let attempt = SignIn {
        email,
        password: &body.password,
        tenant: body.tenant.as_deref(),
        host: claims.host.as_deref(),
        address: claims.address,
    };
    let done = identity.sign_in(&attempt).await?;
    let cookie = cookie(&identity, done.token.clone(), CookieDuration::days(30));
    let answer = SignedIn { token: done.token, user: done.person.into(), tenant: done.tenant.into() };
    Ok(HttpResponse::Ok().cookie(cookie).json(answer))
}

/// Ends the session.
#[utoipa::path(post, path = "/api/v1/auth/sign-out", tag = "auth", responses((status = 204)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/auth/sign-out")]
async fn sign_out(request: HttpRequest, identity: Data<Identity>) -> Result<HttpResponse, ApiError> {
    let (claims, caller) = caller(&request, &identity).await?;
    if let Some(Credential::Bearer(token) | Credential::Cookie(token)) = &claims.credential {
        identity.sign_out(&caller, token).await?;
    }
    Ok(HttpResponse::NoContent().cookie(cookie(&identity, String::new(), CookieDuration::ZERO)).finish())
}

/// Who is signed in, where, and what their role allows.
#[utoipa::path(get, path = "/api/v1/auth/session", tag = "auth",
    responses((status = 200, body = Session), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/auth/session")]
async fn session(request: HttpRequest, identity: Data<Identity>) -> Result<HttpResponse, ApiError> {
    let (_, caller) = caller(&request, &identity).await?;
    // The operator of the platform is nobody in particular.
    let user = caller.scope.user().ok_or_else(signed_out)?;
    let person = identity.person(&caller.scope, user).await?;
    let tenant = identity.tenant(caller.scope.tenant).await?;
    let permissions = caller.scope.role.permissions().to_vec();
    Ok(HttpResponse::Ok().json(Session { user: person.into(), tenant: tenant.into(), permissions }))
}

/// Changes the caller's password and ends their other sessions.
#[utoipa::path(post, path = "/api/v1/auth/password", tag = "auth", request_body = PasswordChange,
    responses((status = 204), (status = 422, body = Problem), (status = 429, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/auth/password")]
async fn change_password(
    request: HttpRequest,
    body: Json<PasswordChange>,
    identity: Data<Identity>,
) -> Result<HttpResponse, ApiError> {
    let (claims, caller) = caller(&request, &identity).await?;
    let new = Password::parse(body.new.as_str()).map_err(fault("$.new"))?;
    identity.change_password(&caller, claims.address, &body.current, &new).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn caller(request: &HttpRequest, identity: &Identity) -> Result<(Claims, Caller), ApiError> {
    let claims = identity.claims(request.head());
    let caller = identity.gate(&claims).await?;
    Ok((claims, caller))
}

fn cookie(identity: &Identity, token: String, life: CookieDuration) -> Cookie<'static> {
    Cookie::build(COOKIE, token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(identity.shared.settings.secure_cookies)
        .max_age(life)
        .finish()
}

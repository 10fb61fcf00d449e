//! Routes of activation and of the businesses of an installation.

mod own;
mod preview;
mod tenants;

use actix_web::http::header::ACCEPT;
use actix_web::web::{Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, post};
use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::business::engine::Engine;
use crate::office::identity::messages::TenantJson;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Action, Object, Permission, Scope, authorize};

use super::connect::DomainJson;
use super::saga::{Account, Activated, Activation, Progress};
use super::{Plan, parse};

#[derive(OpenApi)]
#[openapi(paths(activate), components(schemas(Progress, TenantJson)))]
struct Api;

/// The routes, below `/api/v1`.
pub fn configure(config: &mut ServiceConfig, activation: Activation) {
    config.app_data(Data::new(activation)).service(activate);
    preview::configure(config);
    own::configure(config);
    tenants::configure(config);
}

/// The OpenAPI description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut all = Api::openapi();
    all.merge(preview::Api::openapi());
    all.merge(own::Api::openapi());
    all.merge(tenants::Api::openapi());
    all
}

/// What to bring to life.
#[derive(ToSchema)]
#[schema(as = Activation)]
#[allow(dead_code, reason = "describes the body, which is read by hand to tell all of its faults")]
struct ActivationJson {
    business: BusinessJson,
    admin: AdminJson,
    users: Option<Vec<PersonJson>>,
    /// `ecommerce`, `healthcare`, `logistics`, `retail`, `agency`, `school`, `ngo`, `restaurant` or `consulting`.
    preset: Option<String>,
    modules: Option<std::collections::BTreeMap<String, bool>>,
    /// By purpose (`payment`, `messaging`, `mail`): `{"provider": "stripe", …}` with what that service has to be
    /// told. It is sealed and never shown again.
    #[schema(value_type = Option<Object>)]
    integrations: Option<serde_json::Value>,
    /// Fields of the business' own, records and samples, in the form of presets (`presets/schema.json`).
    #[schema(value_type = Option<Object>)]
    seed: Option<serde_json::Value>,
    domains: Option<Vec<DomainInput>>,
    assistants: Option<Vec<AssistantInput>>,
}

#[derive(ToSchema)]
#[schema(as = ActivationBusiness)]
#[allow(dead_code, reason = "see ActivationJson")]
struct BusinessJson {
    name: String,
    /// 2 to 40 lower case letters, digits and single hyphens.
    slug: String,
    /// BCP 47: `en-GB`.
    locale: String,
    /// IANA: `Europe/Berlin`.
    time_zone: String,
    /// ISO 4217: `EUR`.
    currency: String,
}

#[derive(ToSchema)]
#[schema(as = ActivationAdmin)]
#[allow(dead_code, reason = "see ActivationJson")]
struct AdminJson {
    email: String,
    name: String,
    /// Without one, a password is made up and shown once.
    password: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = ActivationUser)]
#[allow(dead_code, reason = "see ActivationJson")]
struct PersonJson {
    email: String,
    name: String,
    /// `tenant_guest`, `tenant_user` or `tenant_admin`.
    role: String,
    /// Without one, a password is made up and shown once.
    password: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = ActivationDomain)]
#[allow(dead_code, reason = "see ActivationJson")]
struct DomainInput {
    host: String,
    /// Whether the business has its mail there.
    mail: Option<bool>,
}

#[derive(ToSchema)]
#[schema(as = ActivationAssistant)]
#[allow(dead_code, reason = "see ActivationJson")]
struct AssistantInput {
    name: String,
    /// What it is told about its work.
    instructions: String,
}

/// A business that people can sign in to.
#[derive(Serialize, ToSchema)]
#[schema(as = Activated)]
struct ActivatedJson {
    tenant: TenantJson,
    admin: Option<AccountJson>,
    users: Vec<AccountJson>,
    /// With what is to be entered in DNS.
    domains: Vec<DomainJson>,
    /// False when it was there already.
    created: bool,
    steps: Vec<Progress>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct AccountJson {
    email: String,
    /// Only when it was made up now; it is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl From<Account> for AccountJson {
    fn from(account: Account) -> Self {
        let password = account.password.map(|password| password.as_str().to_owned());
        Self { email: account.email.to_string(), password }
    }
}

impl From<Activated> for ActivatedJson {
    fn from(done: Activated) -> Self {
        let mut accounts = done.accounts.into_iter().map(AccountJson::from);
        Self {
            tenant: done.tenant.into(),
            admin: accounts.next(),
            users: accounts.collect(),
            domains: done.domains,
            created: done.created,
            steps: done.steps,
        }
    }
}

/// Brings a business to life; sent again, the same document changes nothing.
#[utoipa::path(post, path = "/api/v1/activations", tag = "platform", request_body = ActivationJson,
    responses((status = 201, body = ActivatedJson, description = "With `Accept: application/x-ndjson` the status \
        is 200, and lines of progress come before `{\"result\": …}` or `{\"error\": …}`"),
        (status = 200, body = ActivatedJson, description = "It was there already"),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem, description = "Every fault with its path")),
    extensions(("x-right" = json!("platform.manage"))))]
#[post("/activations")]
async fn activate(
    scope: Scoped,
    request: HttpRequest,
    body: Bytes,
    activation: Data<Activation>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    require_platform(&scope)?;
    let plan = parse(&body)?;
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("application/x-ndjson") {
        return Ok(stream(activation, engine, plan));
    }
    let done = activation.activate(&plan, &mut |_| Ok(())).await?;
    refresh(&engine, &done).await;
    let mut answer = if done.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(ActivatedJson::from(done)))
}

/// Only an administrator of the platform; everybody else may know of the route.
fn require_platform(scope: &Scope) -> Result<(), ApiError> {
    Ok(authorize(scope, Action::Use(Permission::PlatformManage), Object::Platform)?)
}

/// Whoever looks at lists of a business that was changed asks again.
async fn refresh(engine: &Engine, done: &Activated) {
    if !done.created
        && let Err(error) = engine.refresh(&Scope::system(done.tenant.id)).await
    {
        // Nobody looks at lists of a business that is closed.
        tracing::debug!(%error, tenant = %done.tenant.id, "lists stay as they are");
    }
}

/// Lines of progress while the activation runs; it comes to its end even when nobody listens any more.
fn stream(activation: Data<Activation>, engine: Data<Engine>, plan: Plan) -> HttpResponse {
    let (lines, answer) = unbounded::<Result<Bytes, ApiError>>();
    actix_rt::spawn(async move {
        let progress = lines.clone();
        let mut listener = move |step: &Progress| {
            send(&progress, step);
            Ok(())
        };
        match activation.activate(&plan, &mut listener).await {
            Ok(done) => {
                refresh(&engine, &done).await;
                send(&lines, &serde_json::json!({ "result": ActivatedJson::from(done) }));
            }
            Err(error) => send(&lines, &serde_json::json!({ "error": ApiError::from(error).problem() })),
        }
    });
    HttpResponse::Ok().content_type("application/x-ndjson").streaming(answer.map(|line| line))
}

fn send(lines: &UnboundedSender<Result<Bytes, ApiError>>, line: &impl Serialize) {
    let mut text = serde_json::to_vec(line).unwrap_or_default();
    text.push(b'\n');
    // A listener that has gone is not waited for.
    let _ = lines.unbounded_send(Ok(text.into()));
}

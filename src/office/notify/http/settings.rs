//! What a person wants to hear of, and in which browsers.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::ids::{SubscriptionId, Timestamp};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::super::error::NotifyError;
use super::super::messages::{self, DoNotDisturb};
use super::super::preferences::{self, Preferences};
use super::super::push::queue::ALARM;
use super::super::push::subscription::{Subscription, SubscriptionJson};
use super::super::push::{keys, store};
use super::super::quiet;
use super::{Notifications, person};

#[derive(OpenApi)]
#[openapi(paths(read_preferences, write_preferences, read_quiet, pause, push_key, subscribe, unsubscribe))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(read_preferences)
        .service(write_preferences)
        .service(read_quiet)
        .service(pause)
        .service(push_key)
        .service(subscribe)
        .service(unsubscribe);
}

/// The key by which push services know this business.
#[derive(Serialize, ToSchema)]
struct PushKey {
    /// `applicationServerKey` of the Push API: P-256, uncompressed, base64url.
    key: String,
}

#[derive(Serialize, ToSchema)]
struct Subscribed {
    id: SubscriptionId,
}

/// What the caller wants to hear of, and how.
#[utoipa::path(get, path = "/api/v1/notifications/preferences", tag = "notifications",
    responses((status = 200, body = Preferences), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/notifications/preferences")]
async fn read_preferences(
    scope: Scoped,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let mut tx = notifications.store.read(&scope).await?;
    Ok(HttpResponse::Ok().json(preferences::load(&mut tx, user).await?))
}

/// Writes what the caller wants to hear of; it holds for what happens from now on.
#[utoipa::path(put, path = "/api/v1/notifications/preferences", tag = "notifications",
    request_body = Preferences, responses((status = 204), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[put("/notifications/preferences")]
async fn write_preferences(
    scope: Scoped,
    body: Json<Preferences>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    body.check()?;
    let mut tx = notifications.store.begin(&scope).await?;
    preferences::save(&mut tx, user, &body).await?;
    quiet::release(&mut tx, user, notifications.clock.now()).await?;
    let quiet = quiet::load(&mut tx, user).await?;
    tx.commit().await?;
    messages::tell_do_not_disturb(&notifications.notify.hubs.of(scope.tenant), user, &quiet);
    Ok(HttpResponse::NoContent().finish())
}

/// When the caller does not want to be disturbed: the quiet hours, and a pause.
#[utoipa::path(get, path = "/api/v1/notifications/quiet", tag = "notifications",
    responses((status = 200, body = DoNotDisturb), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/notifications/quiet")]
async fn read_quiet(scope: Scoped, notifications: Data<Notifications>) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let mut tx = notifications.store.read(&scope).await?;
    Ok(HttpResponse::Ok().json(quiet::load(&mut tx, user).await?))
}

/// A time without pushes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationPause)]
struct Pause {
    /// Within the next year; null ends it.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    until: Option<Timestamp>,
}

/// Holds the caller's pushes until a moment; what waited goes out when the pause is ended.
#[utoipa::path(put, path = "/api/v1/notifications/pause", tag = "notifications", request_body = Pause,
    responses((status = 200, body = DoNotDisturb), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[put("/notifications/pause")]
async fn pause(
    scope: Scoped,
    body: Json<Pause>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let (user, now) = (person(&scope)?, notifications.clock.now());
    if body.until.is_some_and(|until| until > now + chrono::TimeDelta::days(366)) {
        let message = "a pause ends within the next year";
        return Err(NotifyError::Invalid { field: "$.until", message }.into());
    }
    let mut tx = notifications.store.begin(&scope).await?;
    let quiet = DoNotDisturb { until: body.until, ..quiet::load(&mut tx, user).await? };
    messages::set_do_not_disturb(&mut tx, user, &quiet, now).await?;
    tx.commit().await?;
    messages::tell_do_not_disturb(&notifications.notify.hubs.of(scope.tenant), user, &quiet);
    Ok(HttpResponse::Ok().json(quiet))
}

/// The key with which a browser subscribes to pushes.
#[utoipa::path(get, path = "/api/v1/notifications/push-key", tag = "notifications",
    responses((status = 200, body = PushKey), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/notifications/push-key")]
async fn push_key(scope: Scoped, notifications: Data<Notifications>) -> Result<HttpResponse, ApiError> {
    person(&scope)?;
    let key = keys::public_key(&notifications.store, &scope).await?;
    Ok(HttpResponse::Ok().json(PushKey { key }))
}

/// Brings pushes to one more browser of the caller: the body is `PushSubscription.toJSON()`.
#[utoipa::path(post, path = "/api/v1/notifications/push-subscriptions", tag = "notifications",
    request_body = SubscriptionJson, responses((status = 201, body = Subscribed), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/notifications/push-subscriptions")]
async fn subscribe(
    scope: Scoped,
    body: Json<SubscriptionJson>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let subscription = Subscription::parse(&body, notifications.notify.client.policy())?;
    let now = notifications.clock.now();
    // Before the commit: from now on there may be pushes that a crash must not lose.
    notifications.store.set_alarm(scope.tenant, ALARM, Some(now)).await?;
    let mut tx = notifications.store.begin(&scope).await?;
    let id = store::subscribe(&mut tx, user, SubscriptionId::at(now), &subscription, now).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(Subscribed { id }))
}

/// Ends the pushes to a browser of the caller; one that is gone already is no fault.
#[utoipa::path(delete, path = "/api/v1/notifications/push-subscriptions/{id}", tag = "notifications",
    params(("id" = SubscriptionId, Path)), responses((status = 204), (status = 401, body = Problem)),
    extensions(("x-right" = json!("own"))))]
#[delete("/notifications/push-subscriptions/{id}")]
async fn unsubscribe(
    scope: Scoped,
    id: Path<SubscriptionId>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let mut tx = notifications.store.begin(&scope).await?;
    store::unsubscribe(&mut tx, user, *id).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

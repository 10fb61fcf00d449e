//! The inbox: list, read, unread.

use actix_web::web::{Data, Query, ServiceConfig};
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::NotificationId;
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;

use super::super::error::NotifyError;
use super::super::messages::NotificationJson;
use super::super::notifier::{tell_read, tell_unread};
use super::super::store;
use super::{Notifications, person};

/// Ids that one request marks.
const MOST: usize = 1_000;

#[derive(OpenApi)]
#[openapi(paths(list, mark_read, mark_unread), components(schemas(NotificationJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list).service(mark_read).service(mark_unread);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<NotificationId>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
    /// Only those that are not read.
    #[serde(default)]
    unread: bool,
}

/// A page of the inbox.
#[derive(Serialize, ToSchema)]
struct NotificationPage {
    items: Vec<NotificationJson>,
    /// Where the next page begins; null on the last one.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// Unread ones of all pages.
    unread: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MarkRead {
    /// At most 1000.
    ids: Option<Vec<NotificationId>>,
    /// Marks everything; `ids` is left out then.
    #[serde(default)]
    all: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MarkUnread {
    /// At most 1000.
    ids: Vec<NotificationId>,
}

/// Lists what the caller was told of, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications", params(ListQuery),
    responses((status = 200, body = NotificationPage), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/notifications")]
async fn list(
    scope: Scoped,
    query: Query<ListQuery>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let limit = Page::<NotificationJson>::limit(query.limit)?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let mut tx = notifications.store.read(&scope).await?;
    let rows = store::list(&mut tx, user, query.unread, before, i64::from(limit) + 1).await?;
    let unread = store::unread(&mut tx, user).await?;
    let page = Page::cut(rows, limit, |one| Cursor(one.id));
    let Page { items, next_cursor } = page;
    Ok(HttpResponse::Ok().json(NotificationPage { items, next_cursor, unread }))
}

/// Marks notifications as read, on all devices.
#[utoipa::path(put, path = "/api/v1/notifications/read", tag = "notifications", request_body = MarkRead,
    responses((status = 204), (status = 422, body = Problem)), extensions(("x-right" = json!("signed-in"))))]
#[put("/notifications/read")]
async fn mark_read(
    scope: Scoped,
    body: Json<MarkRead>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let ids = match (&body.ids, body.all) {
        (None, true) => None,
        (Some(ids), false) => Some(few(ids)?),
        _ => return Err(invalid("either ids or all is what is read")),
    };
    let now = notifications.clock.now();
    let mut tx = notifications.store.begin(&scope).await?;
    match ids {
        Some(ids) => store::mark(&mut tx, user, ids, Some(now)).await?,
        None => store::mark_all(&mut tx, user, now).await?,
    }
    let unread = store::unread(&mut tx, user).await?;
    tx.commit().await?;
    tell_read(&notifications.notify, scope.tenant, user, ids, unread);
    Ok(HttpResponse::NoContent().finish())
}

/// Marks notifications as not read, on all devices.
#[utoipa::path(put, path = "/api/v1/notifications/unread", tag = "notifications", request_body = MarkUnread,
    responses((status = 204), (status = 422, body = Problem)), extensions(("x-right" = json!("signed-in"))))]
#[put("/notifications/unread")]
async fn mark_unread(
    scope: Scoped,
    body: Json<MarkUnread>,
    notifications: Data<Notifications>,
) -> Result<HttpResponse, ApiError> {
    let user = person(&scope)?;
    let ids = few(&body.ids)?;
    let mut tx = notifications.store.begin(&scope).await?;
    store::mark(&mut tx, user, ids, None).await?;
    let unread = store::unread(&mut tx, user).await?;
    tx.commit().await?;
    tell_unread(&notifications.notify, scope.tenant, user, ids, unread);
    Ok(HttpResponse::NoContent().finish())
}

fn few(ids: &[NotificationId]) -> Result<&[NotificationId], ApiError> {
    if ids.len() > MOST { Err(invalid("at most 1000 ids are marked at once")) } else { Ok(ids) }
}

fn invalid(message: &'static str) -> ApiError {
    NotifyError::Invalid { field: "$.ids", message }.into()
}

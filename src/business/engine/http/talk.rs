//! Comments on records, and following them.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::business::engine::error::EngineError;
use crate::business::engine::json::RecordJson;
use crate::business::engine::service::Engine;
use crate::business::engine::store::talk::{self, CommentRow};
use crate::ids::{CommentId, RecordId, Timestamp, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;

#[derive(OpenApi)]
#[openapi(
    paths(comments, comment, change_comment, remove_comment, followers, follow, unfollow, duplicates),
    components(schemas(CommentJson, NewComment, CommentChange, FollowersJson, LikelyJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(comments).service(comment).service(change_comment).service(remove_comment);
    config.service(followers).service(follow).service(unfollow).service(duplicates);
}

/// Something that was said about a record.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordComment)]
struct CommentJson {
    id: CommentId,
    author: UserId,
    /// Markdown.
    body: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    edited_at: Option<Timestamp>,
}

impl From<CommentRow> for CommentJson {
    fn from(CommentRow { id, author, body, created_at, edited_at }: CommentRow) -> Self {
        Self { id, author, body, created_at, edited_at }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct CommentsQuery {
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<CommentId>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

/// Lists what was said about a record, the latest first.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}/comments", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), CommentsQuery),
    responses((status = 200, body = Page<CommentJson>), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}/comments")]
async fn comments(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    query: Query<CommentsQuery>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let limit = Page::<()>::limit(query.limit)?;
    let mut tx = engine.store.read(&scope).await?;
    engine.find(&mut tx, &scope, Some(&kind), id, Right::View).await?;
    let before = query.into_inner().cursor.map(|cursor| cursor.0);
    let rows = talk::comments(&mut tx, id, before, i64::from(limit) + 1).await?;
    Ok(HttpResponse::Ok().json(Page::cut(rows, limit, |row| Cursor(row.id)).map(CommentJson::from)))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewRecordComment)]
#[serde(deny_unknown_fields)]
struct NewComment {
    /// Markdown, 1 to 10 000 characters.
    body: String,
    /// People to be told of it, at most 50; those who may not see the record are not.
    #[serde(default)]
    mentions: Vec<UserId>,
}

/// Says something about a record.
#[utoipa::path(post, path = "/api/v1/records/{kind}/{id}/comments", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)), request_body = NewComment,
    responses((status = 201, body = CommentJson), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[post("/records/{kind}/{id}/comments")]
async fn comment(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    body: Json<NewComment>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let row = engine.comment(&scope, &kind, id, &body.body, &body.mentions).await?;
    Ok(HttpResponse::Created().json(CommentJson::from(row)))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = RecordCommentChange)]
#[serde(deny_unknown_fields)]
struct CommentChange {
    body: String,
}

/// Changes a comment of one's own.
#[utoipa::path(patch, path = "/api/v1/records/{kind}/{id}/comments/{comment}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), ("comment" = CommentId, Path)),
    request_body = CommentChange,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("author"))))]
#[patch("/records/{kind}/{id}/comments/{comment}")]
async fn change_comment(
    scope: Scoped,
    path: Path<(String, RecordId, CommentId)>,
    body: Json<CommentChange>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, record, id) = path.into_inner();
    engine.change_comment(&scope, &kind, (record, id), Some(&body.body)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a comment away: one's own, or any for those who manage the record.
#[utoipa::path(delete, path = "/api/v1/records/{kind}/{id}/comments/{comment}", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path), ("comment" = CommentId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:manage"))))]
#[delete("/records/{kind}/{id}/comments/{comment}")]
async fn remove_comment(
    scope: Scoped,
    path: Path<(String, RecordId, CommentId)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, record, id) = path.into_inner();
    engine.change_comment(&scope, &kind, (record, id), None).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordFollowers)]
struct FollowersJson {
    items: Vec<UserId>,
}

/// Lists who follows a record, at most 500.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}/followers", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 200, body = FollowersJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}/followers")]
async fn followers(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let mut tx = engine.store.read(&scope).await?;
    engine.find(&mut tx, &scope, Some(&kind), id, Right::View).await?;
    Ok(HttpResponse::Ok().json(FollowersJson { items: talk::followers(&mut tx, id, 500).await? }))
}

/// Lets the caller hear of comments on a record.
#[utoipa::path(put, path = "/api/v1/records/{kind}/{id}/follow", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[put("/records/{kind}/{id}/follow")]
async fn follow(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    set_follow(&scope, path.into_inner(), &engine, true).await
}

/// Lets the caller hear of them no more.
#[utoipa::path(delete, path = "/api/v1/records/{kind}/{id}/follow", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[delete("/records/{kind}/{id}/follow")]
async fn unfollow(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    set_follow(&scope, path.into_inner(), &engine, false).await
}

async fn set_follow(
    scope: &Scoped,
    (kind, id): (String, RecordId),
    engine: &Engine,
    on: bool,
) -> Result<HttpResponse, ApiError> {
    let mut tx = engine.store.begin(scope).await?;
    engine.find(&mut tx, scope, Some(&kind), id, Right::View).await?;
    talk::follow(&mut tx, id, scope.user().ok_or(EngineError::NoRecord)?, on).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordDuplicates)]
struct LikelyJson {
    items: Vec<RecordJson>,
}

/// Lists records that are likely the same as this one, by the fields that tell records of the type apart.
#[utoipa::path(get, path = "/api/v1/records/{kind}/{id}/duplicates", tag = "records",
    params(("kind" = String, Path), ("id" = RecordId, Path)),
    responses((status = 200, body = LikelyJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("record:view"))))]
#[get("/records/{kind}/{id}/duplicates")]
async fn duplicates(
    scope: Scoped,
    path: Path<(String, RecordId)>,
    engine: Data<Engine>,
) -> Result<HttpResponse, ApiError> {
    let (kind, id) = path.into_inner();
    let mut tx = engine.store.read(&scope).await?;
    let found = engine.find(&mut tx, &scope, Some(&kind), id, Right::View).await?;
    let likely = engine.duplicates(&mut tx, &found).await?;
    let hidden = &found.access.policy.hidden;
    let items = likely.iter().map(|record| RecordJson::of(record, hidden)).collect();
    Ok(HttpResponse::Ok().json(LikelyJson { items }))
}

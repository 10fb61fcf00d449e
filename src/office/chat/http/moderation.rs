//! Reports of messages and what moderators decide.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::protocols::http::json::Json;
use crate::protocols::http::page::{Cursor, Page};
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Permission, Scope};
use crate::store::TenantTx;

use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::model::RoomKind;
use super::super::moderation::{Action, Decision};
use super::super::service::Chat;
use super::super::store::audit::{self, AuditRow};
use super::super::store::bans::{self, BanRow, MuteRow};
use super::super::store::cases::{self, CaseRow};
use super::super::store::messages::{self, Around};

/// Messages before and after the reported one that moderators see.
const CONTEXT: i64 = 3;

#[derive(OpenApi)]
#[openapi(
    paths(
        report,
        list_reports,
        read_report,
        decide_report,
        list_audit,
        list_bans,
        end_ban,
        list_mutes,
        mute,
        unmute
    ),
    components(schemas(Action, CaseJson, BanRow, MuteRow, AuditRow))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(report)
        .service(list_reports)
        .service(read_report)
        .service(decide_report)
        .service(list_audit)
        .service(list_bans)
        .service(end_ban)
        .service(list_mutes)
        .service(mute)
        .service(unmute);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatReport)]
struct NewReport {
    /// 1 to 1 000 characters.
    reason: String,
}

/// Reports a message to the moderators, who then see it and the messages around it; once for each person.
#[utoipa::path(post, path = "/api/v1/chat/rooms/{room}/messages/{seq}/reports", tag = "chat",
    params(("room" = RoomId, Path), ("seq" = i64, Path)), request_body = NewReport,
    responses((status = 204), (status = 409, body = Problem), (status = 429, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[post("/chat/rooms/{room}/messages/{seq}/reports")]
async fn report(
    scope: Scoped,
    path: Path<(RoomId, i64)>,
    body: Json<NewReport>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let (room, seq) = path.into_inner();
    chat.report(&scope, room, seq, &body.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A reported message.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatCase)]
struct CaseJson {
    id: Uuid,
    room: RoomId,
    /// Of a channel.
    #[schema(required = true)]
    room_name: Option<String>,
    #[schema(required = true)]
    room_kind: Option<RoomKind>,
    seq: i64,
    #[schema(required = true)]
    author: Option<UserId>,
    author_name: String,
    /// What it said when it was reported first.
    text: String,
    #[schema(value_type = String, format = DateTime)]
    said_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    /// Whether it is gone from the room.
    removed: bool,
    reports: Vec<ReportJson>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    resolved_at: Option<Timestamp>,
    #[schema(required = true)]
    resolved_name: Option<String>,
    /// `dismiss`, or what was done.
    #[schema(required = true)]
    outcome: Option<String>,
    #[schema(required = true)]
    note: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatReport)]
struct ReportJson {
    by: UserId,
    #[schema(required = true)]
    by_name: Option<String>,
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl CaseJson {
    async fn read(tx: &mut TenantTx, row: CaseRow) -> Result<Self, ChatError> {
        let found = cases::reports(tx, row.id).await?;
        let reports = found.into_iter().map(|row| {
            let cases::ReportRow { by_user: by, by_name, reason, at } = row;
            ReportJson { by, by_name, reason, at }
        });
        Ok(Self {
            id: row.id,
            room: row.room_id,
            room_name: row.room_name,
            room_kind: row.room_kind.and_then(|kind| kind.parse().ok()),
            seq: row.seq,
            author: row.author,
            author_name: row.author_name,
            text: row.body,
            said_at: row.said_at,
            opened_at: row.opened_at,
            removed: row.deleted.unwrap_or(true),
            reports: reports.collect(),
            resolved_at: row.resolved_at,
            resolved_name: row.resolved_name,
            outcome: row.outcome,
            note: row.note,
        })
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ReportsQuery {
    /// Whether to list those that are decided instead of those that wait.
    #[serde(default)]
    resolved: bool,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Uuid>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

fn moderates(scope: &Scope) -> Result<(), ChatError> {
    Ok(scope.require(Permission::ChatModeration)?)
}

/// Lists reported messages, the latest first.
#[utoipa::path(get, path = "/api/v1/chat/moderation/reports", tag = "chat", params(ReportsQuery),
    responses((status = 200, body = Page<CaseJson>), (status = 403, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[get("/chat/moderation/reports")]
async fn list_reports(
    scope: Scoped,
    query: Query<ReportsQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    moderates(&scope)?;
    let limit = Page::<()>::limit(query.limit)?;
    let mut tx = chat.store.read(&scope).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let rows = cases::list(&mut tx, query.resolved, before, i64::from(limit) + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor(row.id));
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        items.push(CaseJson::read(&mut tx, row).await?);
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor: page.next_cursor }))
}

/// A reported message with the messages around it.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatCaseContext)]
struct ContextJson {
    case: CaseJson,
    messages: Vec<MessageJson>,
}

/// Reads a reported message with three messages before and after it.
#[utoipa::path(get, path = "/api/v1/chat/moderation/reports/{case}", tag = "chat", params(("case" = Uuid, Path)),
    responses((status = 200, body = ContextJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[get("/chat/moderation/reports/{case}")]
async fn read_report(scope: Scoped, case: Path<Uuid>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    moderates(&scope)?;
    let mut tx = chat.store.read(&scope).await?;
    let row = cases::get(&mut tx, *case).await?.ok_or(ChatError::NoEntry)?;
    let (room, seq) = (row.room_id, row.seq);
    let itself = messages::get(&mut tx, room, seq).await?;
    let thread = itself.as_ref().and_then(|row| row.thread_seq);
    let mut rows = messages::history(&mut tx, room, Around::Before(seq), thread, None, CONTEXT).await?;
    rows.extend(itself);
    rows.extend(messages::history(&mut tx, room, Around::After(seq), thread, None, CONTEXT).await?);
    let messages = messages::with_reactions(&mut tx, room, rows).await?;
    let case = CaseJson::read(&mut tx, row).await?;
    Ok(HttpResponse::Ok().json(ContextJson { case, messages }))
}

/// Decides about a reported message and does what was decided; no action dismisses the report.
#[utoipa::path(post, path = "/api/v1/chat/moderation/reports/{case}/decision", tag = "chat",
    params(("case" = Uuid, Path)), request_body = Decision,
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[post("/chat/moderation/reports/{case}/decision")]
async fn decide_report(
    scope: Scoped,
    case: Path<Uuid>,
    body: Json<Decision>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.decide(&scope, *case, body.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Uuid>>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
}

pub(super) async fn audit_page(
    chat: &Chat,
    scope: &Scope,
    area: &str,
    query: &AuditQuery,
) -> Result<HttpResponse, ApiError> {
    let limit = Page::<()>::limit(query.limit)?;
    let mut tx = chat.store.read(scope).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.0);
    let rows = audit::list(&mut tx, area, before, i64::from(limit) + 1).await?;
    Ok(HttpResponse::Ok().json(Page::cut(rows, limit, |row| Cursor(row.id))))
}

/// Lists what moderators and those who manage rooms did, the latest first.
#[utoipa::path(get, path = "/api/v1/chat/moderation/audit", tag = "chat", params(AuditQuery),
    responses((status = 200, body = Page<AuditRow>), (status = 403, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[get("/chat/moderation/audit")]
async fn list_audit(
    scope: Scoped,
    query: Query<AuditQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    moderates(&scope)?;
    audit_page(&chat, &scope, audit::MODERATION, &query).await
}

/// Who may not be in a room.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatBans)]
pub(super) struct BansJson {
    pub bans: Vec<BanRow>,
}

/// Lists all bans of the business, the latest first.
#[utoipa::path(get, path = "/api/v1/chat/moderation/bans", tag = "chat",
    responses((status = 200, body = BansJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[get("/chat/moderation/bans")]
async fn list_bans(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    moderates(&scope)?;
    let mut tx = chat.store.read(&scope).await?;
    Ok(HttpResponse::Ok().json(BansJson { bans: bans::all(&mut tx).await? }))
}

/// Lifts a ban in any room; one that is not there is lifted already.
#[utoipa::path(delete, path = "/api/v1/chat/moderation/bans/{room}/{user}", tag = "chat",
    params(("room" = RoomId, Path), ("user" = UserId, Path)),
    responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[delete("/chat/moderation/bans/{room}/{user}")]
async fn end_ban(
    scope: Scoped,
    path: Path<(RoomId, UserId)>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    moderates(&scope)?;
    let (room, user) = path.into_inner();
    chat.lift_ban(&scope, room, user).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who may only read.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatMutes)]
struct MutesJson {
    mutes: Vec<MuteRow>,
}

/// Lists who may read and not write, the latest first.
#[utoipa::path(get, path = "/api/v1/chat/moderation/mutes", tag = "chat",
    responses((status = 200, body = MutesJson), (status = 403, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[get("/chat/moderation/mutes")]
async fn list_mutes(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    moderates(&scope)?;
    let now = chat.clock.now();
    let mut tx = chat.store.read(&scope).await?;
    let mut mutes = bans::mutes(&mut tx).await?;
    mutes.retain(|row| row.until.is_none_or(|until| until > now));
    Ok(HttpResponse::Ok().json(MutesJson { mutes }))
}

/// Why and until when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatSanction)]
pub(super) struct Sanction {
    #[serde(default)]
    pub reason: String,
    /// Over then; never when it is null.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// Lets someone read and not write, in all rooms of the business.
#[utoipa::path(put, path = "/api/v1/chat/moderation/mutes/{user}", tag = "chat",
    params(("user" = UserId, Path)), request_body = Sanction,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[put("/chat/moderation/mutes/{user}")]
async fn mute(
    scope: Scoped,
    user: Path<UserId>,
    body: Json<Sanction>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.mute(&scope, *user, &body.reason, body.until).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets someone write again.
#[utoipa::path(delete, path = "/api/v1/chat/moderation/mutes/{user}", tag = "chat",
    params(("user" = UserId, Path)), responses((status = 204), (status = 404, body = Problem)),
    extensions(("x-right" = json!("chat.moderation"))))]
#[delete("/chat/moderation/mutes/{user}")]
async fn unmute(scope: Scoped, user: Path<UserId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    chat.unmute(&scope, *user).await?;
    Ok(HttpResponse::NoContent().finish())
}

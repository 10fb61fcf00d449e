//! Messages that are posted later, and reminders.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, uuid_at};
use crate::protocols::http::json::Json;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::{Right, Scope};

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::planner::{ALARM, nudge};
use super::super::rights;
use super::super::service::Chat;
use super::super::store::later::{self, LaterRow, MESSAGE, REMINDER};
use super::super::store::messages;
use super::super::text::{self, TEXT_LIMIT};

/// Plans of one person.
const PLANS: usize = 500;

#[derive(OpenApi)]
#[openapi(
    paths(schedule, scheduled, unschedule, remind, reminders, forget_reminder),
    components(schemas(PlanJson, PlansJson))
)]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(schedule)
        .service(scheduled)
        .service(unschedule)
        .service(remind)
        .service(reminders)
        .service(forget_reminder);
}

/// A message that is posted, or a reminder that is given, at its time.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatPlan)]
struct PlanJson {
    id: Uuid,
    room: RoomId,
    /// Of a message, the thread that it answers; of a reminder, the message.
    #[schema(required = true)]
    seq: Option<i64>,
    text: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatPlans)]
struct PlansJson {
    items: Vec<PlanJson>,
}

impl From<LaterRow> for PlanJson {
    fn from(row: LaterRow) -> Self {
        Self { id: row.id, room: row.room_id, seq: row.seq, text: row.body, at: row.at }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScheduledMessage)]
struct NewScheduled {
    room: RoomId,
    thread: Option<i64>,
    text: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Posts a message at a time.
#[utoipa::path(post, path = "/api/v1/chat/scheduled", tag = "chat", request_body = NewScheduled,
    responses((status = 201, body = PlanJson), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/chat/scheduled")]
async fn schedule(
    scope: Scoped,
    body: Json<NewScheduled>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let NewScheduled { room, thread, text, at } = body.into_inner();
    if text.trim().is_empty() || text.chars().count() > TEXT_LIMIT || text.contains('\0') {
        return Err(ChatError::Invalid(format!("a message has 1 to {TEXT_LIMIT} characters")).into());
    }
    let row = chat.plan(&scope, MESSAGE, (room, thread), text, at).await?;
    Ok(HttpResponse::Created().json(PlanJson::from(row)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatReminder)]
struct NewReminder {
    room: RoomId,
    seq: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Reminds the caller of a message at a time.
#[utoipa::path(post, path = "/api/v1/chat/reminders", tag = "chat", request_body = NewReminder,
    responses((status = 201, body = PlanJson), (status = 422, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[post("/chat/reminders")]
async fn remind(scope: Scoped, body: Json<NewReminder>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let NewReminder { room, seq, at } = body.into_inner();
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, room, Right::View).await?;
    let message = messages::get(&mut tx, room, seq).await?.ok_or(ChatError::NoMessage)?;
    drop(tx);
    let said = text::cut(&message.body, 300);
    let row = chat.plan(&scope, REMINDER, (room, Some(seq)), said, at).await?;
    Ok(HttpResponse::Created().json(PlanJson::from(row)))
}

impl Chat {
    pub(in super::super) async fn plan(
        &self,
        scope: &Scope,
        kind: &str,
        (room_id, seq): (RoomId, Option<i64>),
        body: String,
        at: Timestamp,
    ) -> Result<LaterRow, ChatError> {
        let (user_id, now) = (person(scope)?, self.clock.now());
        if at <= now || at > now + chrono::TimeDelta::days(366) {
            return Err(ChatError::invalid("the time lies within the next year"));
        }
        let row = LaterRow { id: uuid_at(now), kind: kind.to_owned(), user_id, room_id, seq, body, at };
        let mut tx = self.store.begin(scope).await?;
        let needed = if kind == MESSAGE { Right::Edit } else { Right::View };
        rights::room(&mut tx, scope, room_id, needed).await?;
        if later::of(&mut tx, user_id, kind).await?.len() >= PLANS {
            return Err(ChatError::Invalid(format!("at most {PLANS} wait at a time")));
        }
        later::add(&mut tx, &row, now).await?;
        let next = later::next(&mut tx).await?;
        // Before the commit, as the two are not one transaction: an alarm for nothing does no harm.
        self.store.set_alarm(scope.tenant, ALARM, next).await?;
        tx.commit().await?;
        if let Some(env) = self.tenants.peek(scope.tenant) {
            nudge(&env);
        }
        self.hubs.of(scope.tenant).tell(user_id, "chat.scheduled", &serde_json::json!({ "id": row.id }));
        Ok(row)
    }

    async fn plans(&self, scope: &Scope, kind: &str) -> Result<PlansJson, ChatError> {
        let mut tx = self.store.read(scope).await?;
        let rows = later::of(&mut tx, person(scope)?, kind).await?;
        Ok(PlansJson { items: rows.into_iter().map(PlanJson::from).collect() })
    }

    async fn forget_plan(&self, scope: &Scope, id: Uuid) -> Result<(), ChatError> {
        let user = person(scope)?;
        let mut tx = self.store.begin(scope).await?;
        later::remove(&mut tx, user, id).await?;
        tx.commit().await?;
        self.hubs.of(scope.tenant).tell(user, "chat.scheduled", &serde_json::json!({ "id": id }));
        Ok(())
    }
}

/// Lists the messages that the caller has scheduled, the next first.
#[utoipa::path(get, path = "/api/v1/chat/scheduled", tag = "chat",
    responses((status = 200, body = PlansJson), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/scheduled")]
async fn scheduled(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(chat.plans(&scope, MESSAGE).await?))
}

/// Lists the caller's reminders, the next first.
#[utoipa::path(get, path = "/api/v1/chat/reminders", tag = "chat",
    responses((status = 200, body = PlansJson), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[get("/chat/reminders")]
async fn reminders(scope: Scoped, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(chat.plans(&scope, REMINDER).await?))
}

/// Takes a scheduled message back; one that is not there is taken back already.
#[utoipa::path(delete, path = "/api/v1/chat/scheduled/{plan}", tag = "chat", params(("plan" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[delete("/chat/scheduled/{plan}")]
async fn unschedule(scope: Scoped, plan: Path<Uuid>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    chat.forget_plan(&scope, *plan).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a reminder back; one that is not there is taken back already.
#[utoipa::path(delete, path = "/api/v1/chat/reminders/{plan}", tag = "chat", params(("plan" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem)),
    extensions(("x-right" = json!("signed-in"))))]
#[delete("/chat/reminders/{plan}")]
async fn forget_reminder(
    scope: Scoped,
    plan: Path<Uuid>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.forget_plan(&scope, *plan).await?;
    Ok(HttpResponse::NoContent().finish())
}

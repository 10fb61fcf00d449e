//! The history of a room, its threads and its topics.

use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::ids::{RoomId, Timestamp};
use crate::protocols::http::page::Page;
use crate::protocols::http::problem::{ApiError, Problem};
use crate::protocols::http::scoped::Scoped;
use crate::scope::Right;
use crate::store::TenantTx;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::rights;
use super::super::service::Chat;
use super::super::store::messages::{self, Around, MessageRow};
use super::super::store::{people, rooms, threads, topics};

#[derive(OpenApi)]
#[openapi(paths(history, list_topics), components(schemas(HistoryJson, TopicsJson)))]
pub struct Api;

pub fn configure(config: &mut ServiceConfig) {
    config.service(history).service(list_topics);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct HistoryQuery {
    /// Messages before this number.
    before: Option<i64>,
    /// Messages after this number.
    after: Option<i64>,
    /// Messages around this number, it included.
    around: Option<i64>,
    /// Messages around the first one at or after this moment.
    #[param(value_type = Option<String>)]
    at: Option<Timestamp>,
    /// 1 to 200, 50 unless told.
    limit: Option<u32>,
    /// The replies of this message, it first.
    thread: Option<i64>,
    /// Messages of this topic only.
    topic: Option<String>,
}

/// A part of a room's history, in order.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatHistory)]
struct HistoryJson {
    messages: Vec<MessageJson>,
    has_before: bool,
    has_after: bool,
    /// Where to go on from on the live socket.
    cursor: i64,
    /// Which of these messages the caller has saved.
    saved: Vec<i64>,
    /// How the caller wants to be told of the thread, when one was asked for.
    #[schema(required = true)]
    following: Option<FollowingJson>,
}

/// How someone wants to be told of a thread.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatFollowing)]
struct FollowingJson {
    following: bool,
    muted: bool,
    read_seq: i64,
}

/// Reads a part of a room's history: the newest, or before, after or around a number or a moment.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/messages", tag = "chat",
    params(("room" = RoomId, Path), HistoryQuery),
    responses((status = 200, body = HistoryJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/messages")]
async fn history(
    scope: Scoped,
    room: Path<RoomId>,
    query: Query<HistoryQuery>,
    chat: Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let limit = i64::from(Page::<()>::limit(query.limit)?);
    let mut tx = chat.store.read(&scope).await?;
    let row = rights::room(&mut tx, &scope, *room, Right::View).await?;
    let cursor = row.changed.max(rooms::last_change(&mut tx, *room).await?);
    let around = match (query.around, query.at) {
        (Some(seq), _) => Some(seq),
        (None, Some(at)) => Some(messages::at(&mut tx, *room, at).await?.unwrap_or(i64::MAX)),
        (None, None) => None,
    };
    let wanted = Wanted { room: *room, thread: query.thread, topic: query.topic.as_deref(), limit };
    let part = match (around, query.before, query.after) {
        (Some(seq), _, _) => wanted.around(&mut tx, seq).await?,
        (None, Some(seq), _) => wanted.one(&mut tx, Around::Before(seq)).await?,
        (None, None, Some(seq)) => wanted.one(&mut tx, Around::After(seq)).await?,
        (None, None, None) => wanted.one(&mut tx, Around::Newest).await?,
    };
    let messages = messages::with_reactions(&mut tx, *room, part.rows).await?;
    let (has_before, has_after) = (part.has_before, part.has_after);
    let me = person(&scope)?;
    let seqs = || messages.iter().map(|message| message.seq);
    let saved = match (seqs().min(), seqs().max()) {
        (Some(first), Some(last)) => people::saved_between(&mut tx, me, *room, first, last).await?,
        _ => Vec::new(),
    };
    let following = match query.thread {
        Some(thread) => threads::of(&mut tx, *room, thread, me).await?.map(FollowingJson::from),
        None => None,
    };
    Ok(HttpResponse::Ok().json(HistoryJson { messages, has_before, has_after, cursor, saved, following }))
}

impl From<threads::FollowRow> for FollowingJson {
    fn from(row: threads::FollowRow) -> Self {
        Self { following: row.following, muted: row.muted, read_seq: row.read_seq }
    }
}

/// Which messages are wanted.
struct Wanted<'a> {
    room: RoomId,
    thread: Option<i64>,
    topic: Option<&'a str>,
    limit: i64,
}

struct Part {
    rows: Vec<MessageRow>,
    has_before: bool,
    has_after: bool,
}

impl Wanted<'_> {
    async fn one(&self, tx: &mut TenantTx, around: Around) -> Result<Part, ChatError> {
        let limit = self.limit + 1;
        let mut rows = messages::history(tx, self.room, around, self.thread, self.topic, limit).await?;
        let more = rows.len() as i64 > self.limit;
        let forwards = matches!(around, Around::After(_));
        if more && forwards {
            rows.pop();
        } else if more {
            rows.remove(0);
        }
        // A thread begins with its root.
        if let (Some(root), false) = (self.thread, more && !forwards)
            && !matches!(around, Around::After(seq) if seq >= root)
        {
            let root = messages::get(tx, self.room, root).await?.ok_or(ChatError::NoMessage)?;
            rows.insert(0, root);
        }
        let (has_before, has_after) = match around {
            Around::Newest => (more, false),
            Around::Before(_) => (more, true),
            Around::After(seq) => (seq > 0, more),
        };
        Ok(Part { rows, has_before, has_after })
    }

    /// Half of the limit before a message, half of it from there on.
    async fn around(&self, tx: &mut TenantTx, seq: i64) -> Result<Part, ChatError> {
        let half = Self { limit: (self.limit / 2).max(1), ..*self };
        let before = half.one(tx, Around::Before(seq)).await?;
        let after = half.one(tx, Around::After(seq.saturating_sub(1))).await?;
        let mut rows = before.rows;
        let last = rows.last().map_or(0, |row| row.seq);
        rows.extend(after.rows.into_iter().filter(|row| row.seq > last));
        Ok(Part { rows, has_before: before.has_before, has_after: after.has_after })
    }
}

/// The topics of a room.
#[derive(Serialize, ToSchema)]
#[schema(as = ChatTopics)]
struct TopicsJson {
    topics: Vec<TopicJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatTopic)]
struct TopicJson {
    topic: String,
    count: i64,
    last_seq: i64,
    /// Whether its name begins with `✔ `.
    resolved: bool,
}

/// Lists the topics of a room, those with the latest messages first.
#[utoipa::path(get, path = "/api/v1/chat/rooms/{room}/topics", tag = "chat", params(("room" = RoomId, Path)),
    responses((status = 200, body = TopicsJson), (status = 404, body = Problem)),
    extensions(("x-right" = json!("room:view"))))]
#[get("/chat/rooms/{room}/topics")]
async fn list_topics(scope: Scoped, room: Path<RoomId>, chat: Data<Chat>) -> Result<HttpResponse, ApiError> {
    let mut tx = chat.store.read(&scope).await?;
    rights::room(&mut tx, &scope, *room, Right::View).await?;
    let topics = topics::list(&mut tx, *room).await?.into_iter().map(|row| TopicJson {
        resolved: row.topic.starts_with("✔ "),
        topic: row.topic,
        count: row.count,
        last_seq: row.last_seq,
    });
    Ok(HttpResponse::Ok().json(TopicsJson { topics: topics.collect() }))
}

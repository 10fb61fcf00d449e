//! Legal holds: while one is in force nothing that it covers is destroyed, and all versions can be read.
//!
//! What a message said before it was edited or deleted is kept anyway, until the retention of its room; a
//! hold keeps the retention from taking it.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId, uuid_at};
use crate::scope::{Permission, Scope};
use crate::store::{Store, TenantTx};

use super::error::ChatError;
use super::export::{Pieces, lines, room_json};
use super::moderation::reason;
use super::service::Chat;
use super::store::audit::{self, Entry};
use super::store::exports::{self, EditRow};
use super::store::holds::{self, HoldRow, NewHold, SubjectRow};
use super::store::{bans, messages, rooms};

/// Messages that are read at once.
const PAGE: i64 = 200;
/// People and rooms of one hold.
const SUBJECTS: usize = 500;
/// Characters of a name.
const NAME: usize = 100;
/// Pieces on their way to a slow reader.
const WAITING: usize = 4;

/// A hold to be placed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatHold)]
pub struct NewHoldJson {
    /// 1 to 100 characters.
    pub name: String,
    /// 1 to 1 000 characters.
    pub reason: String,
    /// What they said, and everything in their direct and group conversations.
    #[serde(default)]
    pub people: Vec<UserId>,
    /// Everything in these rooms.
    #[serde(default)]
    pub rooms: Vec<RoomId>,
    /// Messages from this moment on; from the first on when it is null.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Messages up to this moment; those to come too when it is null.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// A hold.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatHold)]
pub struct HoldJson {
    pub id: Uuid,
    pub name: String,
    pub reason: String,
    pub people: Vec<SubjectJson>,
    pub rooms: Vec<SubjectJson>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub from: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub until: Option<Timestamp>,
    #[schema(required = true)]
    pub created_by: Option<UserId>,
    #[schema(required = true)]
    pub created_name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(required = true)]
    pub released_by: Option<UserId>,
    #[schema(required = true)]
    pub released_name: Option<String>,
    /// Null while it is in force.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub released_at: Option<Timestamp>,
}

/// A person or a room of a hold.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatHoldSubject)]
pub struct SubjectJson {
    pub id: Uuid,
    /// Null for a conversation.
    #[schema(required = true)]
    pub name: Option<String>,
}

impl HoldJson {
    fn of(row: HoldRow, subjects: Vec<SubjectRow>) -> Self {
        let of_kind = |kind: &str| {
            let own = subjects.iter().filter(|row| row.kind == kind);
            own.map(|row| SubjectJson { id: row.subject, name: row.name.clone() }).collect()
        };
        let (people, rooms) = (of_kind(holds::PERSON), of_kind(holds::ROOM));
        let HoldRow { id, name, reason, created_by, created_name, created_at, .. } = row;
        let HoldRow { released_by, released_name, released_at, from_at: from, until_at: until, .. } = row;
        Self {
            id,
            name,
            reason,
            people,
            rooms,
            from,
            until,
            created_by,
            created_name,
            created_at,
            released_by,
            released_name,
            released_at,
        }
    }
}

async fn read(tx: &mut TenantTx, row: HoldRow) -> Result<HoldJson, ChatError> {
    let subjects = holds::subjects(tx, row.id).await?;
    Ok(HoldJson::of(row, subjects))
}

impl Chat {
    /// All holds, those in force first.
    pub async fn holds(&self, scope: &Scope) -> Result<Vec<HoldJson>, ChatError> {
        scope.require(Permission::ChatHolds)?;
        let mut tx = self.store.read(scope).await?;
        let mut found = Vec::new();
        for row in holds::list(&mut tx).await? {
            found.push(read(&mut tx, row).await?);
        }
        Ok(found)
    }

    /// Places a hold.
    pub async fn place_hold(&self, scope: &Scope, new: NewHoldJson) -> Result<HoldJson, ChatError> {
        scope.require(Permission::ChatHolds)?;
        let (name, why, now) = (new.name.trim().to_owned(), reason(&new.reason)?, self.clock.now());
        check(&new, &name, &why)?;
        let mut tx = self.store.begin(scope).await?;
        for user in &new.people {
            bans::person(&mut tx, *user).await?.ok_or_else(|| unknown("person"))?;
        }
        for room in &new.rooms {
            rooms::find(&mut tx, *room).await?.ok_or_else(|| unknown("room"))?;
        }
        let id = uuid_at(now);
        let (from, until, by) = (new.from, new.until, scope.user());
        let (people, rooms) = (new.people.as_slice(), new.rooms.as_slice());
        let hold = NewHold { id, name: &name, reason: &why, from, until, by, at: now, people, rooms };
        holds::add(&mut tx, &hold).await?;
        let entry = Entry::of(audit::HOLDS, "hold.placed", by);
        tx.run(Entry { note: format!("{name}: {why}"), ..entry }.at(scope.tenant, now)).await?;
        let row = holds::get(&mut tx, id).await?.ok_or(ChatError::NoEntry)?;
        let placed = read(&mut tx, row).await?;
        tx.commit().await?;
        Ok(placed)
    }

    /// Ends a hold: what it covered goes at the next look of the planner, where retention says so.
    pub async fn release_hold(&self, scope: &Scope, id: Uuid) -> Result<(), ChatError> {
        scope.require(Permission::ChatHolds)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        let hold = holds::get(&mut tx, id).await?.ok_or(ChatError::NoEntry)?;
        if !holds::release(&mut tx, id, scope.user(), now).await? {
            return Err(ChatError::Decided);
        }
        let entry = Entry::of(audit::HOLDS, "hold.released", scope.user());
        tx.run(Entry { note: hold.name, ..entry }.at(scope.tenant, now)).await?;
        Ok(tx.commit().await?)
    }

    /// Everything that a hold covers as JSON lines: the hold, each room before its first message, and each
    /// message as it is with all that it said before.
    pub async fn export_hold(&self, scope: &Scope, id: Uuid) -> Result<Pieces, ChatError> {
        scope.require(Permission::ChatHolds)?;
        let mut tx = self.store.begin(scope).await?;
        let row = holds::get(&mut tx, id).await?.ok_or(ChatError::NoEntry)?;
        let hold = read(&mut tx, row).await?;
        // Before the first byte: who has read it is known even when the answer breaks off.
        let entry = Entry::of(audit::HOLDS, "hold.exported", scope.user());
        let entry = Entry { note: hold.name.clone(), ..entry };
        tx.run(entry.at(scope.tenant, self.clock.now())).await?;
        tx.commit().await?;
        let (out, pieces) = mpsc::channel(WAITING);
        let (store, scope) = (self.store.clone(), scope.clone());
        actix_rt::spawn(async move {
            if let Err(error) = write(&store, &scope, &hold, &out).await {
                // Who asked has gone away.
                let _ = out.send(Err(error)).await;
            }
        });
        Ok(pieces)
    }
}

fn check(new: &NewHoldJson, name: &str, why: &str) -> Result<(), ChatError> {
    let count = new.people.len() + new.rooms.len();
    let wrong = if !(1..=NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        "a hold's name has 1 to 100 characters"
    } else if why.is_empty() {
        "a hold needs a reason"
    } else if !(1..=SUBJECTS).contains(&count) {
        "a hold names 1 to 500 people and rooms"
    } else if new.from.zip(new.until).is_some_and(|(from, until)| from > until) {
        "a hold ends after its beginning"
    } else {
        return Ok(());
    };
    Err(ChatError::invalid(wrong))
}

fn unknown(what: &str) -> ChatError {
    ChatError::Invalid(format!("one {what} is not in the business"))
}

async fn write(
    store: &Store,
    scope: &Scope,
    hold: &HoldJson,
    out: &mpsc::Sender<Result<Bytes, ChatError>>,
) -> Result<(), ChatError> {
    let send = async |values: &[Value]| {
        let piece = Ok(Bytes::from(lines(values)));
        out.send(piece).await.map_err(|_| ChatError::Busy)
    };
    send(&[json!({ "hold": hold })]).await?;
    let (mut after, mut seen) = (0, BTreeSet::new());
    loop {
        let mut tx = store.read(scope).await?;
        let rows = messages::held_after(&mut tx, hold.id, after, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.id) else { return Ok(()) };
        after = last;
        let fresh: Vec<RoomId> = rows.iter().map(|row| row.room_id).filter(|id| seen.insert(*id)).collect();
        let (mut found, mut said) = (Vec::new(), Vec::with_capacity(rows.len()));
        for id in fresh {
            found.push(rooms::find(&mut tx, id).await?.ok_or(ChatError::NoRoom)?);
        }
        for row in rows {
            said.push(versions(&mut tx, row).await?);
        }
        drop(tx);
        for room in found {
            send(&[json!({ "room": room_json(store, scope, room).await? })]).await?;
        }
        send(&said).await?;
    }
}

/// A message as it is, and what it said before.
async fn versions(tx: &mut TenantTx, row: messages::MessageRow) -> Result<Value, ChatError> {
    let (room, seq) = (row.room_id, row.seq);
    let before = exports::edits(tx, room, seq - 1, seq).await?;
    let message = messages::with_reactions(tx, room, vec![row]).await?.pop();
    let before: Vec<Value> = before.iter().map(EditRow::whole).collect();
    Ok(json!({ "message": message, "versions": before }))
}

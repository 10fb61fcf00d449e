//! How rooms begin: a channel by its name, a conversation by its people.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::{RoomId, UserId};
use crate::scope::{Permission, Scope};
use crate::store::Statement;

use super::error::ChatError;
use super::json::RoomStateJson;
use super::model::{MemberRole, RoomKind};
use super::service::Chat;
use super::store::members;
use super::store::rooms::{self, RoomRow};

/// Characters of a channel's name.
pub const NAME: usize = 80;
/// Characters of a description.
const DESCRIPTION: usize = 1_000;
/// People of a group conversation.
const GROUP: usize = 20;
/// People who are added at once.
const ADDED: usize = 1_000;

/// A room to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatRoom)]
pub struct NewRoom {
    pub kind: RoomKind,
    /// Of a channel: 1 to 80 characters.
    pub name: Option<String>,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub private: bool,
    /// The others; the caller is always in it.
    #[serde(default)]
    pub members: Vec<UserId>,
}

impl Chat {
    /// Makes a room, or finds the conversation of the same people; tells whether it was made.
    pub async fn make_room(&self, scope: &Scope, new: NewRoom) -> Result<(RoomStateJson, bool), ChatError> {
        let me = person(scope)?;
        scope.require(Permission::ChatChannels)?;
        self.require_voice(scope).await?;
        let mut people = vec![me];
        people.extend(new.members.iter().filter(|user| **user != me));
        people.sort_unstable();
        people.dedup();
        let name = check_new(&new, people.len())?;
        let mut tx = self.store.begin(scope).await?;
        if members::names(&mut tx, &people).await?.len() != people.len() {
            return Err(ChatError::invalid("one of these people is not in the business"));
        }
        let conversation = new.kind != RoomKind::Channel;
        let together = conversation.then(|| rooms::people_text(&people));
        if let Some(known) = rooms::find_like(&mut tx, name.as_deref(), together.as_deref()).await? {
            if !conversation {
                return Err(ChatError::NameTaken);
            }
            return Ok((rooms::state(&mut tx, me, known).await?, false));
        }
        let row = self.new_row(&new, name, together, me)?;
        for statement in begin(scope, &row, &people, me) {
            tx.execute(statement.sql, statement.args).await?;
        }
        let mut told = Vec::with_capacity(people.len());
        for user in &people {
            told.push((*user, rooms::state(&mut tx, *user, row.id).await?));
        }
        let state = rooms::state(&mut tx, me, row.id).await?;
        tx.commit().await?;
        let hub = self.hubs.of(scope.tenant);
        for (user, state) in told {
            hub.tell(user, "chat.joined", &serde_json::json!({ "room": state }));
        }
        Ok((state, true))
    }

    /// The conversation that a person has with nobody else; made when there is none.
    pub(super) async fn own_room(&self, system: &Scope, user: UserId) -> Result<RoomId, ChatError> {
        let together = rooms::people_text(&[user]);
        let mut tx = self.store.begin(system).await?;
        if let Some(known) = rooms::find_like(&mut tx, None, Some(&together)).await? {
            return Ok(known);
        }
        let new = NewRoom {
            kind: RoomKind::Direct,
            name: None,
            description: String::new(),
            private: true,
            members: Vec::new(),
        };
        let row = self.new_row(&new, None, Some(together), user)?;
        for statement in begin(system, &row, &[user], user) {
            tx.execute(statement.sql, statement.args).await?;
        }
        let state = rooms::state(&mut tx, user, row.id).await?;
        tx.commit().await?;
        self.hubs.of(system.tenant).tell(user, "chat.joined", &serde_json::json!({ "room": state }));
        Ok(row.id)
    }

    fn new_row(
        &self,
        new: &NewRoom,
        name: Option<String>,
        people: Option<String>,
        me: UserId,
    ) -> Result<RoomRow, ChatError> {
        let now = self.clock.now();
        Ok(RoomRow {
            id: RoomId::at(now),
            kind: new.kind.as_str().to_owned(),
            name,
            description: description(&new.description)?,
            private: new.private || people.is_some(),
            people,
            retention_days: None,
            created_by: Some(me),
            created_at: now,
            archived_at: None,
            changed: 0,
        })
    }
}

/// The statements that write a room and its people.
fn begin(scope: &Scope, row: &RoomRow, people: &[UserId], me: UserId) -> Vec<Statement> {
    let mut statements = vec![rooms::put(scope.tenant, row)];
    for user in people {
        let owns = row.people.is_some() || *user == me;
        let role = if owns { MemberRole::Owner } else { MemberRole::Member };
        statements.push(members::put_member(scope.tenant, row.id, *user, role, 0, row.created_at));
    }
    statements
}

fn check_new(new: &NewRoom, people: usize) -> Result<Option<String>, ChatError> {
    let wrong = match new.kind {
        RoomKind::Channel if people > ADDED => Some("add at most 1 000 people at once"),
        RoomKind::Channel => return channel_name(new.name.as_deref().unwrap_or_default()).map(Some),
        _ if new.name.is_some() => Some("a conversation has no name"),
        RoomKind::Direct if people > 2 => Some("a direct conversation has one or two people"),
        RoomKind::Group if !(3..=GROUP).contains(&people) => Some("a group conversation has 3 to 20 people"),
        _ => None,
    };
    wrong.map_or(Ok(None), |wrong| Err(ChatError::invalid(wrong)))
}

/// A channel's name as it is kept.
pub fn channel_name(name: &str) -> Result<String, ChatError> {
    let name = name.trim().trim_start_matches('#').to_lowercase();
    let plain =
        |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | ' ' | '&' | '/' | '+');
    if name.is_empty() || name.chars().count() > NAME || !name.chars().all(plain) {
        return Err(ChatError::invalid(
            "a channel's name has 1 to 80 letters, digits, spaces, hyphens, dots and underscores",
        ));
    }
    Ok(name)
}

/// A description as it is kept.
pub fn description(text: &str) -> Result<String, ChatError> {
    if text.chars().count() > DESCRIPTION || text.contains('\0') {
        return Err(ChatError::invalid("a description has at most 1 000 characters"));
    }
    Ok(text.trim().to_owned())
}

/// The person who asks; the program itself is in no room.
pub fn person(scope: &Scope) -> Result<UserId, ChatError> {
    scope.user().ok_or(ChatError::NotMember)
}

//! Whom a message notifies, and of what.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::UserId;
use crate::office::notify::messages::{Added, Kind, NewNotification, Place, statements};
use crate::store::Statement;

use super::json::MessageJson;
use super::messages::Thread;
use super::model::{Level, RoomKind};
use super::room::{Member, Room};
use super::text::{self, Named};

/// Characters of a message that a notification shows.
const BODY: usize = 300;

impl Room {
    /// Adds what notifies people of a message to the statements that store it.
    pub(super) fn notices(
        &self,
        message: &MessageJson,
        mentioned: &BTreeSet<UserId>,
        named: &Named,
        thread: Option<&Thread>,
        into: &mut Vec<Statement>,
    ) -> Vec<Added> {
        let followers = thread.map(|thread| thread.followers.as_slice()).unwrap_or_default();
        let mut told: BTreeMap<UserId, Kind> = BTreeMap::new();
        if self.kind != RoomKind::Channel {
            told.extend(self.members.keys().map(|user| (*user, Kind::Direct)));
        }
        told.extend(followers.iter().map(|user| (*user, Kind::Reply)));
        let called = named.channel || named.here;
        told.extend(mentioned.iter().map(|user| {
            // Whom the text does not name it has called by one of their words.
            let by_name = called || named.users.contains(user) || !named.groups.is_empty();
            (*user, if by_name { Kind::Mention } else { Kind::Keyword })
        }));
        let wants =
            |(user, kind): &(UserId, Kind)| self.members.get(user).is_some_and(|member| wants(member, *kind));
        let mut added = Vec::new();
        for (user, kind) in told.into_iter().filter(wants) {
            let new = self.notice(message, user, kind);
            if let Some(writing) = statements(self.env.tenant, &new, message.created_at) {
                into.extend(writing.statements);
                added.push(writing.added);
            }
        }
        added
    }

    fn notice(&self, message: &MessageJson, user: UserId, kind: Kind) -> NewNotification {
        let actor_name = match (&message.author_name, message.author) {
            (Some(name), _) => name.clone(),
            (None, author) => {
                let member = author.and_then(|author| self.members.get(&author));
                member.map(|member| member.name.clone()).unwrap_or_default()
            }
        };
        let title = match &self.row.name {
            Some(name) => format!("{actor_name} #{name}"),
            None => actor_name.clone(),
        };
        let thread = message.thread.map(|root| format!("&thread={root}")).unwrap_or_default();
        NewNotification {
            user,
            kind,
            actor: message.author,
            actor_name,
            title,
            body: text::cut(&message.text, BODY),
            place: Place::Chat,
            link: format!("/chat/{}?at={}{thread}", self.id, message.seq),
            group: Some(format!("room:{}", self.id)),
        }
    }
}

/// Whether someone wants to hear of it, as they have set the room.
fn wants(member: &Member, kind: Kind) -> bool {
    match member.level {
        Level::None => false,
        Level::All | Level::Mentions => !member.muted || kind == Kind::Mention,
    }
}

//! What a `Room` is and who is in it.

use actix::{Context, Handler, ResponseFuture};
use serde_json::json;
use tokio::sync::oneshot;

use crate::ids::{Timestamp, UserId};
use crate::scope::Right;
use crate::store::Statement;

use super::error::ChatError;
use super::json::RoomJson;
use super::lifecycle::PEOPLE;
use super::messages::{ChangeRoom, PutMembers, RemoveMember, SetAttention};
use super::model::{MemberRole, RoomKind};
use super::room::{Done, Member, Pending, Room, Told, event_json};
use super::store::rooms::{self, RoomRow};
use super::store::{members, threads};

/// The event that the room is another than before.
pub(super) const ROOM: &str = "chat.room";
/// The event that people came or went.
const MEMBERS: &str = "chat.members";

impl Room {
    /// The room as clients see it.
    pub(super) fn json(&self, row: &RoomRow, members: usize, last_seq: i64) -> Result<RoomJson, ChatError> {
        row.json(members, last_seq)
    }

    /// The event that tells the room as it is now.
    pub(super) fn room_event(&self) -> Vec<u8> {
        let room = self.json(&self.row, self.members.len(), self.stored).ok();
        event_json(self.row.changed, ROOM, self.env.clock.now(), None, json!({ "room": room }))
    }

    fn change_room(
        &mut self,
        asked: ChangeRoom,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Result<RoomJson, ChatError>>, ChatError> {
        self.may_change(&asked)?;
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let user = asked.scope.user();
        let row = self.changed_row(asked, seq, at);
        let json = self.json(&row, self.members.len(), seq)?;
        let event = event_json(seq, ROOM, at, user, json!({ "room": &json }));
        let statements = vec![rooms::put(self.env.tenant, &row)];
        let (done, answer) = oneshot::channel();
        let done: Done = Box::new(move |room, result| {
            let stored = result.map_err(|error| match error {
                ChatError::Store(crate::store::StoreError::Conflict) => ChatError::NameTaken,
                other => other,
            });
            if stored.is_ok() {
                let closed = row.private && !room.row.private;
                room.row = row;
                if closed {
                    room.revoke_strangers();
                }
            }
            // Who asked has gone away.
            let _ = done.send(stored.map(|_| json));
        });
        let told = Told::Event(event);
        self.push(Pending::new(seq, statements, told, done), ctx);
        Ok(answer)
    }

    fn may_change(&self, asked: &ChangeRoom) -> Result<(), ChatError> {
        self.require(&asked.scope, Right::View).map_err(|_| ChatError::NoRoom)?;
        if self.kind != RoomKind::Channel {
            return Err(ChatError::invalid("only channels can be changed"));
        }
        let manages = asked.name.is_some()
            || asked.private.is_some()
            || asked.archived.is_some()
            || asked.retention_days.is_some();
        self.require_voice(&asked.scope)?;
        self.require(&asked.scope, if manages { Right::Manage } else { Right::Edit })
    }

    fn changed_row(&self, asked: ChangeRoom, seq: i64, at: Timestamp) -> RoomRow {
        let mut row = self.row.clone();
        row.changed = seq;
        row.name = asked.name.or(row.name);
        row.description = asked.description.unwrap_or(row.description);
        row.private = asked.private.unwrap_or(row.private);
        row.archived_at = match asked.archived {
            Some(true) => row.archived_at.or(Some(at)),
            Some(false) => None,
            None => row.archived_at,
        };
        row.retention_days = asked.retention_days.unwrap_or(row.retention_days);
        row
    }

    /// Ends what is heard by those who may hear it no more.
    fn revoke_strangers(&mut self) {
        let open = self.kind == RoomKind::Channel && !self.row.private;
        if !open {
            let members = &self.members;
            self.listeners.revoke(|user| !members.contains_key(&user));
        }
    }

    fn put_members(
        &mut self,
        asked: PutMembers,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Result<(), ChatError>>, ChatError> {
        self.require(&asked.scope, Right::View).map_err(|_| ChatError::NoRoom)?;
        if self.row.archived_at.is_some() {
            return Err(ChatError::Archived);
        }
        self.may_put(&asked)?;
        let people = asked.people.iter().map(|(user, _)| *user);
        let fresh: Vec<UserId> = people.filter(|user| !self.members.contains_key(user)).collect();
        if self.members.len() + fresh.len() > PEOPLE {
            return Err(ChatError::Full { limit: PEOPLE });
        }
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let (tenant, room, role, read) = (self.env.tenant, self.id, asked.role, self.stored);
        let put = |(user, _): &(UserId, String)| members::put_member(tenant, room, *user, role, read, at);
        let mut statements: Vec<Statement> = asked.people.iter().map(put).collect();
        statements.push(self.touch(seq));
        let count = self.members.len() + fresh.len();
        let data = json!({ "joined": &fresh, "left": [], "member_count": count });
        let event = event_json(seq, MEMBERS, at, asked.scope.user(), data);
        let (done, answer) = oneshot::channel();
        let done: Done = Box::new(move |room, result| {
            if result.is_ok() {
                room.row.changed = seq;
                for (user, name) in asked.people {
                    room.members.entry(user).or_insert_with(|| Member::new(name, role)).role = role;
                }
                room.tell_joined(fresh);
            }
            // Who asked has gone away.
            let _ = done.send(result.map(|_| ()));
        });
        let told = Told::Event(event);
        self.push(Pending::new(seq, statements, told, done), ctx);
        Ok(answer)
    }

    fn may_put(&self, asked: &PutMembers) -> Result<(), ChatError> {
        if self.kind != RoomKind::Channel {
            return Err(ChatError::invalid("the people of a conversation are fixed; begin another one"));
        }
        let alone =
            asked.people.len() == 1 && asked.people.first().map(|(user, _)| *user) == asked.scope.user();
        // Someone who is there in this role already is no change.
        let is_new = |(user, _): &(UserId, String)| {
            self.members.get(user).is_none_or(|member| member.role == asked.role)
        };
        let joins = alone && asked.people.iter().all(is_new) && asked.role == MemberRole::Member;
        let needed = match asked.role {
            _ if joins => Right::View,
            MemberRole::Member if asked.people.iter().all(is_new) => Right::Edit,
            _ => Right::Manage,
        };
        if !joins {
            self.require_voice(&asked.scope)?;
        }
        self.require(&asked.scope, needed)?;
        let banned = asked.people.iter().any(|(user, _)| self.banned.contains(user));
        if banned { Err(ChatError::Banned) } else { Ok(()) }
    }

    fn remove_member(
        &mut self,
        asked: &RemoveMember,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Result<(), ChatError>>, ChatError> {
        self.require(&asked.scope, Right::View).map_err(|_| ChatError::NoRoom)?;
        if self.kind == RoomKind::Direct {
            return Err(ChatError::invalid("a conversation of two cannot be left"));
        }
        let user = asked.user;
        if Some(user) != asked.scope.user() {
            self.require(&asked.scope, Right::Manage)?;
        }
        if !self.members.contains_key(&user) {
            return Err(ChatError::NoEntry);
        }
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let (statements, heir) = self.removal(user, seq, at);
        let event = self.left_event(seq, at, asked.scope.user(), user);
        let (done, answer) = oneshot::channel();
        let done: Done = Box::new(move |room, result| {
            if result.is_ok() {
                room.removed(user, heir, seq);
                room.revoke_strangers();
            }
            // Who asked has gone away.
            let _ = done.send(result.map(|_| ()));
        });
        let personal = vec![(user, "chat.left", json!({ "room": self.id }))];
        self.push(Pending { personal, ..Pending::new(seq, statements, Told::Event(event), done) }, ctx);
        Ok(answer)
    }

    /// The statements that take a person out of the room, and who owns it then.
    pub(super) fn removal(&self, user: UserId, seq: i64, at: Timestamp) -> (Vec<Statement>, Option<UserId>) {
        let (tenant, room) = (self.env.tenant, self.id);
        let mut statements = vec![members::remove_member(tenant, room, user), self.touch(seq)];
        statements.push(threads::unfollow_room(tenant, room, user));
        // A channel keeps an owner as long as somebody is in it.
        let owns = self.members.get(&user).is_some_and(|member| member.role == MemberRole::Owner);
        let heir = if owns { self.heir(user) } else { None };
        let put = |heir| members::put_member(tenant, room, heir, MemberRole::Owner, 0, at);
        statements.extend(heir.map(put));
        (statements, heir)
    }

    /// The event that a person has left.
    pub(super) fn left_event(&self, seq: i64, at: Timestamp, by: Option<UserId>, user: UserId) -> Vec<u8> {
        let count = self.members.keys().filter(|member| **member != user).count();
        event_json(seq, MEMBERS, at, by, json!({ "joined": [], "left": [user], "member_count": count }))
    }

    /// Applies to the room that a person has left.
    pub(super) fn removed(&mut self, user: UserId, heir: Option<UserId>, seq: i64) {
        self.row.changed = seq;
        self.members.remove(&user);
        if let Some(heir) = heir.and_then(|heir| self.members.get_mut(&heir)) {
            heir.role = MemberRole::Owner;
        }
    }

    /// Who owns the room when its only owner goes.
    fn heir(&self, leaving: UserId) -> Option<UserId> {
        let others = || self.members.iter().filter(|(user, _)| **user != leaving);
        if others().any(|(_, member)| member.role == MemberRole::Owner) {
            return None;
        }
        // Ids sort by time: whoever has been in the business longest.
        others().map(|(user, _)| *user).min()
    }

    /// Writes down that something happened to the room itself.
    pub(super) fn touch(&self, seq: i64) -> Statement {
        rooms::touch(self.env.tenant, self.id, seq)
    }

    /// Tells people that they are in the room now, on their own topic.
    fn tell_joined(&self, people: Vec<UserId>) {
        let (env, id) = (self.env.clone(), self.id);
        actix_rt::spawn(async move {
            let scope = crate::scope::Scope::system(env.tenant);
            let Ok(mut tx) = env.store.read(&scope).await else { return };
            for user in people {
                // Who hears nothing finds the room at the next look.
                if let Ok(state) = rooms::state(&mut tx, user, id).await {
                    env.hub.tell(user, "chat.joined", &json!({ "room": state }));
                }
            }
        });
    }
}

/// The answer of the room, or that it has ended.
pub(super) fn answer<T: 'static>(
    asked: Result<oneshot::Receiver<Result<T, ChatError>>, ChatError>,
) -> ResponseFuture<Result<T, ChatError>> {
    match asked {
        Ok(answer) => Box::pin(async { answer.await.unwrap_or(Err(ChatError::Busy)) }),
        Err(error) => Box::pin(async { Err(error) }),
    }
}

impl Handler<ChangeRoom> for Room {
    type Result = ResponseFuture<Result<RoomJson, ChatError>>;

    fn handle(&mut self, asked: ChangeRoom, ctx: &mut Context<Self>) -> Self::Result {
        answer(self.change_room(asked, ctx))
    }
}

impl Handler<PutMembers> for Room {
    type Result = ResponseFuture<Result<(), ChatError>>;

    fn handle(&mut self, asked: PutMembers, ctx: &mut Context<Self>) -> Self::Result {
        answer(self.put_members(asked, ctx))
    }
}

impl Handler<RemoveMember> for Room {
    type Result = ResponseFuture<Result<(), ChatError>>;

    fn handle(&mut self, asked: RemoveMember, ctx: &mut Context<Self>) -> Self::Result {
        answer(self.remove_member(&asked, ctx))
    }
}

impl Handler<SetAttention> for Room {
    type Result = ();

    fn handle(&mut self, set: SetAttention, _: &mut Context<Self>) {
        if let Some(member) = self.members.get_mut(&set.user) {
            (member.level, member.muted) = (set.level, set.muted);
        }
    }
}

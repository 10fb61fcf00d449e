//! Who may not be in a `Room`.

use actix::{Context, Handler, ResponseFuture};
use serde_json::json;
use tokio::sync::oneshot;

use crate::ids::{Timestamp, UserId};
use crate::scope::{Permission, Right, Scope};
use crate::store::Statement;

use super::error::ChatError;
use super::manage::answer;
use super::messages::{Ban, LiftBan};
use super::model::RoomKind;
use super::room::{Done, Pending, Room, Told};
use super::store::audit::{self, Entry};
use super::store::bans::{self, NewBan};

type Answer = Result<oneshot::Receiver<Result<(), ChatError>>, ChatError>;

impl Room {
    fn ban(&mut self, asked: Ban, ctx: &mut Context<Self>) -> Answer {
        self.may_ban(&asked.scope)?;
        let user = asked.user;
        if self.kind != RoomKind::Channel {
            return Err(ChatError::invalid("people are banned from channels only"));
        }
        if Some(user) == asked.scope.user() {
            return Err(ChatError::invalid("nobody bans themselves"));
        }
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let (mut statements, heir) = self.removal(user, seq, at);
        statements.extend(self.ban_statements(&asked, at));
        let event = self.left_event(seq, at, asked.scope.user(), user);
        // At once, so that nobody comes back while it is on its way to the store.
        let was_banned = !self.banned.insert(user);
        let (done, answer) = oneshot::channel();
        let done: Done = Box::new(move |room, result| {
            if result.is_ok() {
                room.removed(user, heir, seq);
                room.listeners.revoke(|listener| listener == user);
            } else if !was_banned {
                room.banned.remove(&user);
            }
            // Who asked has gone away.
            let _ = done.send(result.map(|_| ()));
        });
        let personal = vec![(user, "chat.left", json!({ "room": self.id }))];
        self.push(Pending { personal, ..Pending::new(seq, statements, Told::Event(event), done) }, ctx);
        Ok(answer)
    }

    fn ban_statements(&self, asked: &Ban, at: Timestamp) -> Vec<Statement> {
        let (room, user, until) = (self.id, asked.user, asked.until);
        let by = asked.scope.user();
        let mut statements =
            bans::put(self.env.tenant, &NewBan { room, user, reason: &asked.reason, by, at, until });
        let note = asked.reason.clone();
        statements.push(self.ban_entry("person.banned", by, user, note, at));
        statements
    }

    fn ban_entry(
        &self,
        action: &'static str,
        by: Option<UserId>,
        user: UserId,
        note: String,
        at: Timestamp,
    ) -> Statement {
        let entry = Entry::of(audit::MODERATION, action, by);
        Entry { room: Some(self.id), user: Some(user), note, ..entry }.at(self.env.tenant, at)
    }

    /// Those who manage the room and moderators, who need not be in it.
    fn may_ban(&self, scope: &Scope) -> Result<(), ChatError> {
        if scope.require(Permission::ChatModeration).is_ok() {
            return Ok(());
        }
        self.require(scope, Right::View).map_err(|_| ChatError::NoRoom)?;
        self.require(scope, Right::Manage)
    }

    fn lift_ban(&mut self, asked: &LiftBan, ctx: &mut Context<Self>) -> Answer {
        self.may_ban(&asked.scope)?;
        let (user, by) = (asked.user, asked.scope.user());
        let (done, answer) = oneshot::channel();
        if !self.banned.contains(&user) {
            // Who asked waits for nothing.
            let _ = done.send(Ok(()));
            return Ok(answer);
        }
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let mut statements = bans::remove(self.env.tenant, self.id, user).to_vec();
        statements.push(self.touch(seq));
        statements.push(self.ban_entry("ban.lifted", by, user, String::new(), at));
        // Who lists the members looks at the bans again.
        let event = self.left_event(seq, at, by, user);
        let done: Done = Box::new(move |room, result| {
            if result.is_ok() {
                room.row.changed = seq;
                room.banned.remove(&user);
            }
            // Who asked has gone away.
            let _ = done.send(result.map(|_| ()));
        });
        self.push(Pending::new(seq, statements, Told::Event(event), done), ctx);
        Ok(answer)
    }
}

impl Handler<Ban> for Room {
    type Result = ResponseFuture<Result<(), ChatError>>;

    fn handle(&mut self, asked: Ban, ctx: &mut Context<Self>) -> Self::Result {
        answer(self.ban(asked, ctx))
    }
}

impl Handler<LiftBan> for Room {
    type Result = ResponseFuture<Result<(), ChatError>>;

    fn handle(&mut self, asked: LiftBan, ctx: &mut Context<Self>) -> Self::Result {
        answer(self.lift_ban(&asked, ctx))
    }
}

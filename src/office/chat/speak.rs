//! What people say in a `Room` and do to what was said.

use std::collections::BTreeSet;

use actix::{Context, Handler, ResponseFuture};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId, uuid_at};
use crate::protocols::ws::live::wire::ServerMessage;
use crate::scope::{Permission, Right};
use crate::store::{Statement, StoreError};

use super::error::ChatError;
use super::json::{MessageJson, PostedJson, RepliesJson, RootJson};
use super::messages::{Author, Change, ChangeMessage, PostMessage, Thread, Typing};
use super::room::{Done, Pending, Room, Told, event_json};
use super::store::audit::{self, Entry};
use super::store::messages::{self, NewMessage};
use super::store::{changes, threads, topics};
use super::text::{self, Named};

/// The event that something was said.
pub(super) const POSTED: &str = "chat.posted";
/// Commands that a room recognises when they come again.
const COMMANDS: usize = 512;
/// Threads whose replies are counted in memory.
const THREADS: usize = 1_000;

type Answer = ResponseFuture<Result<MessageJson, ChatError>>;

impl Handler<PostMessage> for Room {
    type Result = Answer;

    fn handle(&mut self, post: PostMessage, ctx: &mut Context<Self>) -> Self::Result {
        match self.post(post, ctx) {
            Ok(answer) => Box::pin(async { answer.await.unwrap_or(Err(ChatError::Busy)) }),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

impl Room {
    fn post(
        &mut self,
        post: PostMessage,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Result<MessageJson, ChatError>>, ChatError> {
        let author = self.admit(&post)?;
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let replies = post.thread.as_ref().map(|thread| self.count_reply(thread, seq, author, at));
        let message = message(self.id, seq, at, author, &post);
        let named = text::named(&message.text);
        let mentioned = self.mentioned(&named, &post.of_groups, author, &message.text);
        let root = post.thread.as_ref().map(|thread| thread.root).zip(replies);
        let mut statements = self.statements(&post, &message, !named.links.is_empty());
        if let (Some(thread), Some((root, replies))) = (&post.thread, &root) {
            statements.push(messages::count_reply(self.env.tenant, self.id, *root, replies));
            statements.extend(self.follow(thread, author, &mentioned, seq));
        }
        let mention = |user| threads::mention(self.env.tenant, self.id, seq, message.thread, user);
        statements.extend(mentioned.iter().copied().map(mention));
        let personal = self.personal(&message, &mentioned, post.thread.as_ref());
        statements.extend(post.also.iter().cloned());
        let hooks = self.tell_hooks(&message, &mut statements);
        let notices = self.notices(&message, &mentioned, &named, post.thread.as_ref(), &mut statements);
        self.remember(author, post.command, seq);
        let root = root.map(|(seq, replies)| RootJson { seq, replies });
        let event = event_json(seq, POSTED, at, author, PostedJson { message: &message, root });
        let (done, answer) = posted(message);
        let pending = Pending::new(seq, statements, Told::Event(event), done);
        self.push(Pending { personal, notices, hooks, ..pending }, ctx);
        Ok(answer)
    }

    /// Who speaks, if they may and have not said the same before.
    fn admit(&self, post: &PostMessage) -> Result<Option<UserId>, ChatError> {
        let author = match &post.author {
            Author::Person(scope) => self.require_member(scope)?,
            Author::Named(_) if self.row.archived_at.is_some() => return Err(ChatError::Archived),
            Author::Named(_) => return Ok(None),
        };
        let is_known =
            |command| self.commands.iter().any(|(user, known, _)| (*user, *known) == (author, command));
        if post.command.is_some_and(is_known) {
            // It is stored or on its way: who asks again reads it there.
            return Err(ChatError::Store(StoreError::Conflict));
        }
        Ok(Some(author))
    }

    fn remember(&mut self, author: Option<UserId>, command: Option<Uuid>, seq: i64) {
        let Some((author, command)) = author.zip(command) else { return };
        self.commands.push_back((author, command, seq));
        if self.commands.len() > COMMANDS {
            self.commands.pop_front();
        }
    }

    fn statements(&self, post: &PostMessage, message: &MessageJson, links: bool) -> Vec<Statement> {
        let new = NewMessage {
            id: entry_id(message.created_at),
            room: self.id,
            seq: message.seq,
            thread: message.thread,
            topic: message.topic.as_deref(),
            author: message.author,
            author_name: message.author_name.as_deref(),
            command: message.command_id,
            body: &message.text,
            marks: text::marks(self.id, message.author, !message.files.is_empty(), links),
            extra: &post.extra,
            at: message.created_at,
        };
        vec![messages::insert(self.env.tenant, new)]
    }

    /// The thread's replies with this one.
    fn count_reply(
        &mut self,
        thread: &Thread,
        seq: i64,
        author: Option<UserId>,
        at: Timestamp,
    ) -> RepliesJson {
        if self.threads.len() >= THREADS {
            self.threads.clear();
        }
        let none = || RepliesJson { count: 0, last_seq: seq, last_at: at, authors: Vec::new() };
        let known = self.threads.remove(&thread.root).or_else(|| thread.replies.clone());
        let mut replies = known.unwrap_or_else(none);
        replies.count += 1;
        (replies.last_seq, replies.last_at) = (seq, at);
        if let Some(author) = author {
            replies.authors.retain(|known| *known != author);
            replies.authors.push(author);
            if replies.authors.len() > 3 {
                replies.authors.remove(0);
            }
        }
        self.threads.insert(thread.root, replies.clone());
        replies
    }

    /// Who writes in a thread, began it or is mentioned in it follows it.
    fn follow(
        &self,
        thread: &Thread,
        author: Option<UserId>,
        mentioned: &BTreeSet<UserId>,
        seq: i64,
    ) -> Vec<Statement> {
        let (tenant, room, root) = (self.env.tenant, self.id, thread.root);
        let own = author.map(|user| threads::follow(tenant, room, root, user, seq));
        let others = thread.root_author.iter().chain(mentioned);
        own.into_iter().chain(others.map(|user| threads::follow(tenant, room, root, *user, root))).collect()
    }

    /// The members whom a message calls.
    fn mentioned(
        &self,
        named: &Named,
        of_groups: &[UserId],
        author: Option<UserId>,
        text: &str,
    ) -> BTreeSet<UserId> {
        let mut called: BTreeSet<UserId> = BTreeSet::new();
        let members = self.members.keys().copied();
        if named.channel {
            called.extend(members);
        } else {
            let lower = text.to_lowercase();
            let by_word = |user: &UserId| self.env.profiles.is_called(*user, &lower);
            let here = |user: &UserId| named.here && self.env.hub.is_online(*user);
            called.extend(members.filter(|user| by_word(user) || here(user)));
            let by_name = named.users.iter().chain(of_groups).copied();
            called.extend(by_name.filter(|user| self.members.contains_key(user)));
        }
        if let Some(author) = author {
            called.remove(&author);
        }
        called
    }

    /// What single people hear of a message beside the room's event.
    fn personal(
        &self,
        message: &MessageJson,
        mentioned: &BTreeSet<UserId>,
        thread: Option<&Thread>,
    ) -> Vec<(UserId, &'static str, Value)> {
        let place = json!({ "room": message.room, "seq": message.seq, "thread": message.thread });
        let mut personal: Vec<_> =
            mentioned.iter().map(|user| (*user, "chat.mention", place.clone())).collect();
        let followers = thread.map(|thread| thread.followers.as_slice()).unwrap_or_default();
        let others = followers.iter().filter(|user| Some(**user) != message.author);
        personal.extend(others.map(|user| (*user, "chat.thread", place.clone())));
        personal
    }
}

fn message(
    room: crate::ids::RoomId,
    seq: i64,
    at: Timestamp,
    author: Option<UserId>,
    post: &PostMessage,
) -> MessageJson {
    MessageJson {
        room,
        seq,
        thread: post.thread.as_ref().map(|thread| thread.root),
        topic: post.topic.clone(),
        author,
        author_name: match &post.author {
            Author::Person(_) => None,
            Author::Named(name) => Some(name.clone()),
        },
        text: post.text.clone(),
        files: post.extra.files.clone(),
        quote: post.extra.quote.clone(),
        previews: post.extra.previews.clone(),
        hook: post.extra.hook.clone(),
        reactions: Vec::new(),
        pinned: false,
        replies: None,
        created_at: at,
        edited_at: None,
        deleted: false,
        command_id: post.command,
    }
}

/// A number that sorts by time over all rooms of a tenant: microseconds, and ten bits of chance so that
/// messages of one moment do not meet.
pub(super) fn entry_id(at: Timestamp) -> i64 {
    let chance = (uuid_at(at).as_u128() & 0x3ff) as i64;
    (at.timestamp_micros() << 10) | chance
}

/// The message as it is now; none after a reaction.
type Changed = Result<Option<MessageJson>, ChatError>;

impl Handler<ChangeMessage> for Room {
    type Result = ResponseFuture<Changed>;

    fn handle(&mut self, change: ChangeMessage, ctx: &mut Context<Self>) -> Self::Result {
        match self.change(change, ctx) {
            Ok(answer) => Box::pin(async { answer.await.unwrap_or(Err(ChatError::Busy)) }),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

impl Room {
    pub(super) fn change(
        &mut self,
        asked: ChangeMessage,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Changed>, ChatError> {
        let removes = self.may_change_message(&asked)?;
        let (seq, at) = (self.next_seq(), self.env.clock.now());
        let told = told(&asked, seq, at);
        let edits = matches!(asked.change, Change::Edit { .. });
        let mut statements = self.change_statements(asked, seq, at)?;
        statements.extend(removes.map(|entry| entry.at(self.env.tenant, at)));
        let (done, answer) = oneshot::channel();
        let done = Box::new(move |room: &mut Self, result: Changed| {
            if let (true, Ok(Some(message))) = (edits, &result) {
                room.want_previews(message);
            }
            // Who asked has gone away.
            let _ = done.send(result);
        });
        self.push(Pending::new(seq, statements, told, done), ctx);
        Ok(answer)
    }

    fn change_statements(
        &self,
        asked: ChangeMessage,
        seq: i64,
        at: Timestamp,
    ) -> Result<Vec<Statement>, ChatError> {
        let (tenant, room, message, user) = (self.env.tenant, self.id, asked.seq, asked.scope.user());
        Ok(match asked.change {
            Change::Edit { text: body, files } => {
                let links = !text::named(&body).links.is_empty();
                let marks = text::marks(room, asked.author, files, links);
                let keep = changes::keep(tenant, room, message, seq, user, at);
                vec![keep, changes::edit(tenant, room, message, seq, (&body, marks), at)]
            }
            Change::Delete => vec![
                changes::keep(tenant, room, message, seq, user, at),
                changes::delete(tenant, room, message, seq, at),
            ],
            Change::Pin(on) => vec![changes::pin(tenant, room, message, seq, on.then_some(at))],
            Change::Topic(topic) => vec![changes::set_topic(tenant, room, message, seq, topic.as_deref())],
            Change::Retopic { from, since, to } => {
                vec![topics::rename(tenant, room, seq, (&from, since), to.as_deref())]
            }
            Change::Extra(extra) => vec![changes::set_extra(tenant, room, message, seq, &extra)],
            Change::React { emoji, on } => {
                let user = user.ok_or(ChatError::NotMember)?;
                changes::react(tenant, room, message, seq, (&emoji, user, on), at).into()
            }
        })
    }

    /// Refuses who may not do this to a message; what is to be written down of it, when somebody removes
    /// what another person said.
    pub(super) fn may_change_message(&self, asked: &ChangeMessage) -> Result<Option<Entry>, ChatError> {
        let user = asked.scope.user();
        let deletes = matches!(asked.change, Change::Delete);
        let own = user.is_none() || asked.author == user;
        let moderates = || asked.scope.require(Permission::ChatModeration).is_ok();
        let may_remove = deletes && (self.require(&asked.scope, Right::Manage).is_ok() || moderates());
        // Who manages the room or moderates deletes also in a room that is archived.
        if user.is_some() && !may_remove {
            self.require_member(&asked.scope)?;
        }
        match asked.change {
            Change::Edit { .. } if !own => Err(ChatError::NotAuthor),
            Change::Delete if !own && !may_remove => {
                self.require(&asked.scope, Right::Manage)?;
                Ok(None)
            }
            Change::Delete if !own => {
                let entry = Entry::of(audit::MODERATION, "message.removed", user);
                Ok(Some(Entry { room: Some(self.id), seq: Some(asked.seq), user: asked.author, ..entry }))
            }
            Change::Extra(_) if !own => self.require(&asked.scope, Right::Manage).map(|()| None),
            _ => Ok(None),
        }
    }
}

/// What is done when a message is stored, and the answer to who has said it.
fn posted(message: MessageJson) -> (Done, oneshot::Receiver<Result<MessageJson, ChatError>>) {
    let (done, answer) = oneshot::channel();
    let then = move |room: &mut Room, result: Result<_, ChatError>| {
        if result.is_ok() {
            room.want_previews(&message);
        } else {
            // What was counted did not happen.
            room.threads.clear();
            room.commands.retain(|(_, _, known)| *known != message.seq);
        }
        // Who asked has gone away and asks again.
        let _ = done.send(result.map(|_| message));
    };
    (Box::new(then), answer)
}

/// How the listeners hear of a change.
fn told(asked: &ChangeMessage, seq: i64, at: Timestamp) -> Told {
    let (user, message) = (asked.scope.user(), asked.seq);
    match &asked.change {
        Change::React { emoji, on } => {
            let data = json!({ "seq": message, "emoji": emoji, "user": user, "on": on });
            Told::Event(event_json(seq, "chat.reacted", at, user, data))
        }
        Change::Retopic { from, since, to } => {
            let data = json!({ "from": from, "since": since, "to": to });
            Told::Event(event_json(seq, "chat.topic", at, user, data))
        }
        _ => Told::Message { by: user, message },
    }
}

impl Handler<Typing> for Room {
    type Result = ();

    fn handle(&mut self, typing: Typing, _: &mut Context<Self>) {
        if self.require_member(&typing.scope).is_err() {
            return;
        }
        let data = json!({ "user": typing.scope.user(), "thread": typing.thread });
        let topic = self.listeners.topic().to_owned();
        let frame = ServerMessage::Signal { topic: &topic, kind: "chat.typing", data: &data }.frame();
        self.listeners.broadcast(&frame);
    }
}

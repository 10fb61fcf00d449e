//! Chat for those who ask from outside: finds rooms, prepares what is to be said.

use actix::Addr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actors::{Clock, LocateError, Tenants};
use crate::error::ErrorKind;
use crate::ids::{GroupId, RoomId, UserId};
use crate::office::identity::Identity;
use crate::protocols::http::outbound::GuardedClient;
use crate::protocols::http::rate_limit::RateLimits;
use crate::protocols::ws::live::hub::Hubs;
use crate::scope::{Right, Scope};
use crate::store::{Store, StoreError, TenantTx};

use super::error::ChatError;
use super::hooks::key::BaseUrl;
use super::json::{FileJson, MessageJson, QuoteJson};
use super::messages::{Author, Change, ChangeMessage, PostMessage, SetAttention, Thread};
use super::profiles::AllProfiles;
use super::rights;
use super::room::Room;
use super::store::messages::{self, Extra};
use super::store::{people, threads};
use super::text;

/// Files of one message.
const FILES: usize = 20;
/// Characters of a topic.
const TOPIC: usize = 100;
/// Different emoji on one message.
const EMOJI_KINDS: i64 = 50;
/// Characters of what a quote shows.
const QUOTE: usize = 500;

/// What the routes and the live socket work with.
#[derive(Clone)]
pub struct Chat {
    pub store: Store,
    pub clock: Clock,
    pub tenants: Tenants,
    pub identity: Identity,
    pub hubs: Hubs,
    pub profiles: AllProfiles,
    /// Asks the addresses that people name.
    pub client: GuardedClient,
    pub hook_limits: RateLimits,
    /// Where others reach this installation.
    pub base_url: BaseUrl,
}

/// Something to be said.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = NewChatMessage)]
#[serde(deny_unknown_fields, default)]
pub struct NewMessage {
    /// Made by the client, so that a message that is sent again appears once.
    pub command_id: Option<Uuid>,
    /// Whether it was sent before and not answered.
    pub resent: bool,
    /// Markdown, 1 to 16 000 characters; may be empty when there are files.
    pub text: String,
    /// The root of the thread that it answers.
    pub thread: Option<i64>,
    pub topic: Option<String>,
    /// Hashes of files of the room.
    pub files: Vec<String>,
    pub quote: Option<QuoteOf>,
}

/// A message to be quoted.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = ChatQuoteOf)]
#[serde(deny_unknown_fields)]
pub struct QuoteOf {
    pub room: RoomId,
    pub seq: i64,
}

impl Chat {
    /// The live room, loaded if need be.
    pub async fn room(&self, scope: &Scope, id: RoomId) -> Result<Addr<Room>, ChatError> {
        let env = self.tenants.wake(scope.tenant).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => ChatError::NoRoom,
            _ => ChatError::Busy,
        })?;
        env.registrar::<Room>().locate(id).await.map_err(|error| match error {
            LocateError::Load(error) => error,
            LocateError::CrashLoop { .. } | LocateError::Closed => ChatError::Busy,
        })
    }

    /// Refuses who may only read for a while.
    pub(super) async fn require_voice(&self, scope: &Scope) -> Result<(), ChatError> {
        let profiles = self.profiles.of(scope.tenant);
        profiles.load(&self.store, scope.tenant).await?;
        profiles.require_voice(scope, self.clock.now())
    }

    /// Tells a room that is in memory how someone wants to be told of it.
    pub(super) async fn set_attention(&self, scope: &Scope, room: RoomId, set: SetAttention) {
        let Some(env) = self.tenants.peek(scope.tenant) else { return };
        if let Some(room) = env.registrar::<Room>().peek(room).await {
            room.do_send(set);
        }
    }

    /// Says something as the person who asks; a command that comes again is answered with what it
    /// posted the first time.
    pub async fn post(&self, scope: &Scope, room: RoomId, new: NewMessage) -> Result<MessageJson, ChatError> {
        let author = scope.user().ok_or(ChatError::NotMember)?;
        let command = new.command_id;
        if let (true, Some(command)) = (new.resent, command)
            && let Some(posted) = self.posted(scope, room, author, command).await?
        {
            return Ok(posted);
        }
        let post = prepare(&self.store, &self.identity, scope, room, new).await?;
        let answer = self.room(scope, room).await?.send(post).await.map_err(|_| ChatError::Busy)?;
        match (answer, command) {
            // It is on its way or stored: the answer that was lost is given again.
            (Err(ChatError::Store(StoreError::Conflict)), Some(command)) => {
                self.posted(scope, room, author, command).await?.ok_or(ChatError::Busy)
            }
            (answer, _) => answer,
        }
    }

    async fn posted(
        &self,
        scope: &Scope,
        room: RoomId,
        author: UserId,
        command: Uuid,
    ) -> Result<Option<MessageJson>, ChatError> {
        let mut tx = self.store.read(scope).await?;
        let Some(row) = messages::by_command(&mut tx, room, author, command).await? else { return Ok(None) };
        Ok(messages::with_reactions(&mut tx, room, vec![row]).await?.pop())
    }

    /// Changes something about a message.
    pub async fn change(
        &self,
        scope: &Scope,
        room: RoomId,
        seq: i64,
        change: Change,
    ) -> Result<Option<MessageJson>, ChatError> {
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        let row = messages::get(&mut tx, room, seq).await?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(ChatError::NoMessage)?;
        let change = match change {
            Change::Edit { text, .. } => {
                let files = row.extra().files;
                check_text(&text, files.is_empty())?;
                Change::Edit { text, files: !files.is_empty() }
            }
            Change::Topic(new) => Change::Topic(topic(new)?),
            Change::Retopic { since, to, .. } => {
                let from = row.topic.clone().ok_or_else(|| ChatError::invalid("the message has no topic"))?;
                Change::Retopic { from, since, to: topic(to)? }
            }
            Change::React { emoji, on } => {
                check_emoji(&emoji)?;
                let (kinds, known) = messages::reactions_on(&mut tx, room, seq, &emoji).await?;
                if on && !known && kinds >= EMOJI_KINDS {
                    return Err(ChatError::invalid("a message has at most 50 different reactions"));
                }
                Change::React { emoji, on }
            }
            other => other,
        };
        drop(tx);
        let change = ChangeMessage { scope: scope.clone(), seq, author: row.author, change };
        self.room(scope, room).await?.send(change).await.map_err(|_| ChatError::Busy)?
    }
}

/// Checks what is to be said and reads what it refers to.
pub(super) async fn prepare(
    store: &Store,
    identity: &Identity,
    scope: &Scope,
    room: RoomId,
    new: NewMessage,
) -> Result<PostMessage, ChatError> {
    check_text(&new.text, new.files.is_empty())?;
    let named = text::named(&new.text);
    let mut post = PostMessage {
        author: Author::Person(scope.clone()),
        command: new.command_id,
        topic: topic(new.topic)?,
        extra: Extra::default(),
        thread: None,
        of_groups: Vec::new(),
        also: Vec::new(),
        text: new.text,
    };
    let plain = new.thread.is_none() && new.files.is_empty() && new.quote.is_none();
    if plain && named.groups.is_empty() {
        return Ok(post);
    }
    let mut tx = store.read(scope).await?;
    rights::room(&mut tx, scope, room, Right::Edit).await?;
    if let Some(seq) = new.thread {
        let thread = thread(&mut tx, room, seq).await?;
        post.thread = Some(thread);
    }
    for group in named.groups {
        post.of_groups.extend(identity.people_of(&mut tx, GroupId(group)).await?);
    }
    post.extra.files = files(&mut tx, room, &new.files).await?;
    if let Some(of) = new.quote {
        post.extra.quote = Some(quote(&mut tx, scope, of).await?);
    }
    Ok(post)
}

fn check_text(text: &str, needed: bool) -> Result<(), ChatError> {
    if needed && text.trim().is_empty() {
        return Err(ChatError::invalid("a message needs text or a file"));
    }
    if text.chars().count() > text::TEXT_LIMIT {
        let limit = text::TEXT_LIMIT;
        return Err(ChatError::Invalid(format!("a message has at most {limit} characters")));
    }
    if text.contains('\0') {
        return Err(ChatError::invalid("a message holds no NUL character"));
    }
    Ok(())
}

fn topic(topic: Option<String>) -> Result<Option<String>, ChatError> {
    let Some(topic) = topic.map(|topic| topic.trim().to_owned()).filter(|topic| !topic.is_empty()) else {
        return Ok(None);
    };
    if topic.chars().count() > TOPIC || topic.chars().any(char::is_control) {
        return Err(ChatError::Invalid(format!("a topic has at most {TOPIC} characters")));
    }
    Ok(Some(topic))
}

/// An emoji of Unicode, or the name of an own one between colons.
pub(super) fn check_emoji(emoji: &str) -> Result<(), ChatError> {
    let own = emoji.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
    let good = match own {
        Some(name) => is_emoji_name(name),
        None => {
            (1..=16).contains(&emoji.chars().count())
                && emoji.chars().all(|sign| !sign.is_ascii_alphabetic() && !sign.is_control() && sign != ' ')
        }
    };
    if good { Ok(()) } else { Err(ChatError::invalid("a reaction is an emoji or the :name: of an own one")) }
}

/// Whether a name may stand between colons.
#[must_use]
pub fn is_emoji_name(name: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'+');
    (1..=50).contains(&name.len()) && name.bytes().all(plain)
}

/// The thread of a message: of its root, when it is a reply itself.
pub(super) async fn thread(tx: &mut TenantTx, room: RoomId, seq: i64) -> Result<Thread, ChatError> {
    let mut row = messages::get(tx, room, seq).await?.ok_or(ChatError::NoMessage)?;
    if let Some(root) = row.thread_seq {
        row = messages::get(tx, room, root).await?.ok_or(ChatError::NoMessage)?;
    }
    let followers = threads::followers(tx, room, row.seq).await?;
    Ok(Thread {
        root: row.seq,
        root_author: row.author,
        replies: row.replies(),
        followers: followers.into_iter().map(|row| row.user_id).collect(),
    })
}

async fn files(tx: &mut TenantTx, room: RoomId, hashes: &[String]) -> Result<Vec<FileJson>, ChatError> {
    if hashes.len() > FILES {
        return Err(ChatError::Invalid(format!("a message has at most {FILES} files")));
    }
    let mut found = Vec::with_capacity(hashes.len());
    for hash in hashes {
        let file = people::file(tx, room, hash).await?.ok_or(ChatError::NoEntry)?;
        found.push(file.into());
    }
    Ok(found)
}

async fn quote(tx: &mut TenantTx, scope: &Scope, of: QuoteOf) -> Result<QuoteJson, ChatError> {
    rights::room(tx, scope, of.room, Right::View).await?;
    let row = messages::get(tx, of.room, of.seq).await?;
    let row = row.filter(|row| row.deleted_at.is_none()).ok_or(ChatError::NoMessage)?;
    Ok(QuoteJson {
        room: of.room,
        seq: of.seq,
        author: row.author,
        author_name: row.author_name,
        text: text::cut(&row.body, QUOTE),
        created_at: row.created_at,
    })
}

impl From<people::FileRow> for FileJson {
    fn from(row: people::FileRow) -> Self {
        let people::FileRow { hash, name, media_type, size, width, height } = row;
        Self { hash, name, media_type, size, width, height }
    }
}

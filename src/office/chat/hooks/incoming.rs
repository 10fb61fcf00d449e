//! Incoming webhooks: whoever knows the address of one says something in its room.

use actix::Addr;
use chrono::TimeDelta;
use uuid::Uuid;

use crate::ids::{GroupId, RoomId, TenantId, Timestamp};
use crate::office::identity::{Identity, IdentityError};
use crate::office::webhooks::messages::{BadSignature, WINDOW, unseal, verify};
use crate::protocols::http::problem::ApiError;
use crate::scope::Scope;
use crate::store::{Statement, Store, StoreError};

use super::super::error::ChatError;
use super::super::json::{HookMark, MessageJson};
use super::super::messages::{Author, PostMessage};
use super::super::room::Room;
use super::super::service::{Chat, thread};
use super::super::store::hooks::{self, HookRow};
use super::super::store::messages::{Extra, posted_at};
use super::super::text::named;
use super::key::{self, KeyHash};
use super::payload::{self, BadPayload, Said};

/// How long a key of `Idempotency-Key` is known.
const KEY_LIFE: TimeDelta = TimeDelta::hours(24);
/// Characters of such a key.
const KEY: usize = 255;

/// A request to the address of a hook.
#[derive(Debug, Default)]
pub struct Request<'a> {
    pub key: &'a str,
    pub content_type: &'a str,
    pub idempotency: Option<&'a str>,
    pub timestamp: Option<&'a str>,
    pub signature: Option<&'a str>,
    pub body: &'a [u8],
}

/// Why a request was not taken; the words are those that Slack documents, where it has one.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refused {
    #[error("no_service")]
    NoService,
    #[error("channel_is_archived")]
    Archived,
    #[error(transparent)]
    Payload(#[from] BadPayload),
    #[error("invalid_idempotency_key")]
    Key,
    #[error("thread_not_found")]
    NoThread,
    #[error("invalid_signature")]
    Signature(BadSignature),
    #[error("signature_already_used")]
    Replayed,
    #[error("rate_limited")]
    TooMany(u64),
    #[error("expired_url")]
    Expired,
    #[error("used_url")]
    Used,
    #[error("service_unavailable")]
    Busy,
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoTenant => Self::NoService,
            error => {
                tracing::warn!(%error, "a webhook was not taken");
                Self::Busy
            }
        }
    }
}

impl From<ChatError> for Refused {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Archived => Self::Archived,
            ChatError::NoRoom => Self::NoService,
            ChatError::NoMessage => Self::NoThread,
            ChatError::Store(error) => error.into(),
            error => {
                tracing::warn!(%error, "a webhook was not taken");
                Self::Busy
            }
        }
    }
}

/// A business that is not there or suspended takes nothing; one that cannot be read may do so later.
pub(super) fn closed(error: IdentityError, gone: Refused) -> Refused {
    match error {
        IdentityError::Store(error) => error.into(),
        _ => gone,
    }
}

/// What a hook or a command says in a room.
pub struct Speech {
    /// The hook's own id.
    pub id: Uuid,
    pub name: String,
    pub icon: String,
    pub text: String,
    pub thread: Option<i64>,
    /// What is true together with it.
    pub also: Vec<Statement>,
}

impl Chat {
    /// Takes a request to a hook; one that comes again with its key is taken and appears once.
    ///
    /// # Errors
    /// `Refused` says why it is not taken.
    pub async fn take_incoming(&self, request: &Request<'_>) -> Result<(), Refused> {
        let (tenant, hash) = key::parse(key::HOOK, request.key).ok_or(Refused::NoService)?;
        self.identity.check_open(tenant).await.map_err(|error| closed(error, Refused::NoService))?;
        let scope = Scope::system(tenant);
        let mut tx = self.store.read(&scope).await?;
        let hook = hooks::by_hash(&mut tx, &hash).await?.ok_or(Refused::NoService)?;
        let too_many = |error: ApiError| Refused::TooMany(error.retry_after.unwrap_or(1));
        self.hook_limits.thing(tenant, hook.id).map_err(too_many)?;
        let now = self.clock.now();
        if let Some(sealed) = &hook.sealed {
            let secret = unseal(&self.store, &mut tx, sealed).await?;
            verify(&secret, request.timestamp, request.signature, request.body, now)
                .map_err(Refused::Signature)?;
        }
        let said = payload::read(request.content_type, request.body)?;
        let marks = Marks::of(&hook, request)?;
        if let Some(mark) = &marks.key
            && hooks::is_seen(&mut tx, hook.id, mark).await?
        {
            return Ok(());
        }
        let thread = match said.thread {
            Some(at) => Some(posted_at(&mut tx, hook.room_id, at).await?.ok_or(Refused::NoThread)?),
            None => None,
        };
        drop(tx);
        let speech = speech(&hook, said, thread, marks.statements(tenant, hook.id, now));
        let room = self.room(&scope, hook.room_id).await?;
        match speak(&self.store, &self.identity, tenant, (hook.room_id, room), speech).await {
            Ok(_) => Ok(()),
            Err(ChatError::Store(StoreError::Conflict)) => self.seen_before(&scope, &hook, &marks).await,
            Err(error) => Err(error.into()),
        }
    }

    /// What a request means of which something was seen before.
    async fn seen_before(&self, scope: &Scope, hook: &HookRow, marks: &Marks) -> Result<(), Refused> {
        let mut tx = self.store.read(scope).await?;
        match &marks.key {
            Some(key) if hooks::is_seen(&mut tx, hook.id, key).await? => Ok(()),
            _ => Err(Refused::Replayed),
        }
    }
}

fn speech(hook: &HookRow, said: Said, thread: Option<i64>, also: Vec<Statement>) -> Speech {
    Speech {
        id: hook.id,
        name: said.name.unwrap_or_else(|| hook.name.clone()),
        icon: said.icon.unwrap_or_else(|| hook.icon.clone()),
        text: said.text,
        thread,
        also,
    }
}

/// What makes a request known when it comes again.
struct Marks {
    key: Option<KeyHash>,
    signature: Option<KeyHash>,
}

impl Marks {
    fn of(hook: &HookRow, request: &Request<'_>) -> Result<Self, Refused> {
        if request.idempotency.is_some_and(|key| key.is_empty() || key.len() > KEY) {
            return Err(Refused::Key);
        }
        let key = request.idempotency.map(|key| key::mark("key", key));
        // A signature that nobody checks says nothing.
        let signature = request.signature.filter(|_| hook.sealed.is_some());
        Ok(Self { key, signature: signature.map(|text| key::mark("signature", text.trim())) })
    }

    fn statements(&self, tenant: TenantId, hook: Uuid, now: Timestamp) -> Vec<Statement> {
        // Signatures are known for longer than they are taken, as they live as long as keys.
        debug_assert!(KEY_LIFE > WINDOW);
        let mut all = vec![hooks::used(tenant, hook, now)];
        let marks: Vec<_> = self.key.iter().chain(&self.signature).collect();
        if !marks.is_empty() {
            all.push(hooks::forget_seen(tenant, hook, now - KEY_LIFE));
        }
        all.extend(marks.into_iter().map(|mark| hooks::see(tenant, hook, mark, now)));
        all
    }
}

/// Posts in the name of a hook.
///
/// # Errors
/// `ChatError::Archived`, `NoMessage` for a thread that is none, and `Conflict` of the store when a
/// statement beside it finds its key taken.
pub async fn speak(
    store: &Store,
    identity: &Identity,
    tenant: TenantId,
    (id, room): (RoomId, Addr<Room>),
    speech: Speech,
) -> Result<MessageJson, ChatError> {
    let Speech { id: hook, name, icon, text, thread: root, also } = speech;
    let groups = named(&text).groups;
    let mut post = PostMessage {
        author: Author::Named(name),
        command: None,
        text,
        topic: None,
        extra: Extra { hook: Some(HookMark { id: hook, icon }), ..Extra::default() },
        thread: None,
        of_groups: Vec::new(),
        also,
    };
    if root.is_some() || !groups.is_empty() {
        let mut tx = store.read(&Scope::system(tenant)).await?;
        if let Some(root) = root {
            post.thread = Some(thread(&mut tx, id, root).await?);
        }
        for group in groups {
            post.of_groups.extend(identity.people_of(&mut tx, GroupId(group)).await?);
        }
    }
    room.send(post).await.map_err(|_| ChatError::Busy)?
}

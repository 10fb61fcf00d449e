//! The actor `Document`: one document that people write together.
//!
//! An update is applied, appended to the log, given to the others and acknowledged, in this
//! order. While one batch is on its way to the log, the next one gathers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context};
use bytes::Bytes;

use crate::actors::Clock;
use crate::ids::{DocumentId, TenantId, Timestamp, UserId};
use crate::protocols::ws::sync;
use crate::scope::Scope;
use crate::store::{Append, Store, StoreError};

use super::batch::{self, Batch};
use super::content::{Content, State, Stored};
use super::error::DocumentError;
use super::limits::DocumentLimits;
use super::members::{MemberId, Members};
use super::presence::Presence;

/// What every document of a tenant shares.
pub struct DocumentEnv {
    pub tenant: TenantId,
    pub store: Store,
    pub clock: Clock,
    pub limits: DocumentLimits,
}

/// One document in memory.
pub struct Document {
    pub(super) id: DocumentId,
    pub(super) env: Arc<DocumentEnv>,
    pub(super) leave: Box<dyn Fn()>,
    pub(super) content: Content,
    pub(super) members: Members,
    pub(super) presence: Presence,
    /// Applied, not yet on the way to the log.
    pub(super) batch: Batch,
    /// On the way to the log.
    pub(super) committing: Option<Batch>,
    /// Position of the last entry that is stored.
    pub(super) stored_seq: i64,
    /// Bytes and updates in the log after the last snapshot.
    pub(super) tail: Tail,
    /// Bytes of the last snapshot.
    pub(super) snapshot_bytes: usize,
    /// Who has written since the last snapshot.
    pub(super) authors: BTreeSet<UserId>,
    pub(super) written_at: Timestamp,
    /// When everyone last got something, by the monotonic clock.
    pub(super) delivered_at: Duration,
    pub(super) version_at: Option<Timestamp>,
    pub(super) timers: Timers,
    /// Set by `Shutdown`: answer when everything is stored.
    pub(super) stopping: Option<tokio::sync::oneshot::Sender<()>>,
}

/// What the log holds after the last snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tail {
    pub updates: usize,
    pub bytes: usize,
}

/// Which timers run; each is armed at most once.
#[derive(Default)]
pub struct Timers {
    pub commit: bool,
    pub presence: bool,
    pub quiet: bool,
    pub idle: bool,
    pub compacting: bool,
}

/// Awareness is sent at most this often.
const PRESENCE_SPAN: Duration = Duration::from_millis(40);
/// Fewer connections than this never wait for each other.
const FEW: usize = 8;
/// What each connection past these adds to the time between two deliveries, and the longest time.
const PAUSE: Duration = Duration::from_micros(500);
const LONGEST_PAUSE: Duration = Duration::from_millis(8);
/// Smaller documents are understood on the actor's own thread: less than a millisecond.
pub(super) const SMALL: usize = 48 * 1024;

impl Actor for Document {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if self.tail.updates > 0 {
            self.arm_quiet(ctx);
        }
        self.arm_idle(ctx);
    }
}

impl Document {
    pub(super) fn scope(&self) -> Scope {
        Scope::system(self.env.tenant)
    }

    /// Bytes that the document takes in the store.
    pub(super) fn size(&self) -> usize {
        self.snapshot_bytes + self.tail.bytes + self.batch.bytes
    }

    pub(super) fn is_busy(&self) -> bool {
        self.committing.is_some() || !self.batch.is_empty()
    }

    /// Sends the gathered updates to the log, unless a batch is on its way already or it pays to
    /// wait for more.
    pub(super) fn commit(&mut self, ctx: &mut Context<Self>) {
        if self.committing.is_some() || self.batch.is_empty() || self.timers.commit {
            return;
        }
        let Some(pause) = self.pause() else { return self.commit_now(ctx) };
        self.timers.commit = true;
        ctx.run_later(pause, |act, ctx| {
            act.timers.commit = false;
            act.commit_now(ctx);
        });
    }

    /// As `commit`, for somebody who waits for it.
    pub(super) fn commit_now(&mut self, ctx: &mut Context<Self>) {
        if self.committing.is_some() || self.batch.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        let author = batch.runs.first().map(|run| run.author);
        self.written_at = self.env.clock.now();
        let append = Append {
            entity: self.id.0,
            seq: self.stored_seq + 1,
            kind: batch::KIND,
            author: author.filter(|author| batch.runs.iter().all(|run| run.author == *author)),
            data: batch.entry(),
            at: self.written_at,
        };
        self.committing = Some(batch);
        let (store, scope) = (self.env.store.clone(), self.scope());
        let stored = async move { store.append(&scope, vec![append]).await };
        ctx.spawn(stored.into_actor(self).map(|result, act, ctx| act.committed(result, ctx)));
    }

    fn committed(&mut self, result: Result<(), StoreError>, ctx: &mut Context<Self>) {
        let Some(mut batch) = self.committing.take() else { return };
        if let Err(error) = result {
            // What the document holds is ahead of the log. The next incarnation starts from the
            // log, and the clients, which were told nothing, send it the rest.
            tracing::warn!(document = %self.id, %error, "updates were not stored");
            ctx.stop();
            return;
        }
        self.stored_seq += 1;
        self.tail.updates += batch.runs.iter().map(|run| run.updates.len()).sum::<usize>();
        self.tail.bytes += batch.bytes;
        self.members.deliver(&batch);
        self.delivered_at = self.env.clock.monotonic();
        self.members.acknowledge(&mut batch);
        self.commit(ctx);
        self.compact_if_due(ctx);
        self.arm_quiet(ctx);
        self.stop_if_done(ctx);
    }

    /// How long the batch waits for company. Giving something to everyone costs a system call for
    /// each connection, so that in a crowd what is written within a moment leaves together; who
    /// writes after a silence never waits.
    fn pause(&self) -> Option<Duration> {
        let crowd = self.members.len().saturating_sub(FEW);
        let many_wrote = self.batch.runs.len() * 4 >= self.members.len();
        if crowd == 0 || many_wrote || self.stopping.is_some() || self.batch.is_awaited() {
            return None;
        }
        let span = LONGEST_PAUSE.min(PAUSE * crowd as u32);
        let left = (self.delivered_at + span).saturating_sub(self.env.clock.monotonic());
        Some(left).filter(|left| *left > Duration::from_millis(1))
    }

    /// Adds an update that is applied already.
    pub(super) fn gather(&mut self, member: MemberId, author: UserId, update: Bytes) {
        self.authors.insert(author);
        self.batch.push(member, author, update);
    }

    /// The youngest batch that is not stored yet.
    pub(super) fn unstored(&mut self) -> Option<&mut Batch> {
        if self.batch.is_empty() { self.committing.as_mut() } else { Some(&mut self.batch) }
    }

    pub(super) fn arm_presence(&mut self, ctx: &mut Context<Self>) {
        if std::mem::replace(&mut self.timers.presence, true) {
            return;
        }
        ctx.run_later(PRESENCE_SPAN, |act, _| {
            act.timers.presence = false;
            if let Some(changes) = act.presence.take_changes() {
                act.members.broadcast(&sync::awareness(&changes));
            }
        });
    }

    /// Folds the log into a snapshot when nobody has written for a while.
    pub(super) fn arm_quiet(&mut self, ctx: &mut Context<Self>) {
        if std::mem::replace(&mut self.timers.quiet, true) {
            return;
        }
        let quiet = self.env.limits.quiet();
        ctx.run_later(quiet, move |act, ctx| {
            act.timers.quiet = false;
            let still = act.env.clock.now() - act.written_at;
            if act.is_busy() || still.to_std().unwrap_or_default() < quiet {
                act.arm_quiet(ctx);
            } else {
                act.compact(ctx);
            }
        });
    }

    /// Leaves memory when nobody has been here for a while.
    pub(super) fn arm_idle(&mut self, ctx: &mut Context<Self>) {
        if !self.members.is_empty() || std::mem::replace(&mut self.timers.idle, true) {
            return;
        }
        ctx.run_later(self.env.limits.idle(), |act, _| {
            act.timers.idle = false;
            if act.members.is_empty() {
                (act.leave)();
            }
        });
    }

    /// Ends the actor once a shutdown was asked for and everything is stored.
    pub(super) fn stop_if_done(&mut self, ctx: &mut Context<Self>) {
        if self.stopping.is_none() || self.is_busy() || self.timers.compacting {
            return;
        }
        if self.tail.updates > 0 && self.compact(ctx) {
            return;
        }
        if let Some(done) = self.stopping.take() {
            let _ = done.send(());
        }
        ctx.stop();
    }

    /// Makes the content a `yrs::Doc` on this thread. Only for small documents.
    pub(super) fn warm_here(&mut self) -> Result<(), DocumentError> {
        if let Content::Cold(stored) = &self.content {
            self.content = Content::Warm(stored.build()?);
        }
        Ok(())
    }

    /// Whether making the content a `yrs::Doc` takes so long that it must not be done here.
    pub(super) fn is_large_and_cold(&self) -> bool {
        matches!(&self.content, Content::Cold(stored) if stored.size() > SMALL)
    }

    pub(super) fn cold(&self) -> Option<&Stored> {
        match &self.content {
            Content::Cold(stored) => Some(stored),
            Content::Warm(_) => None,
        }
    }

    pub(super) fn set_cold(&mut self, state: State) {
        self.content = Content::Cold(Stored { state, tail: Vec::new() });
    }
}

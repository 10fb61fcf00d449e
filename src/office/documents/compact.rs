//! Folds a document's log into a snapshot, so that opening costs what the document is, not its age.

use actix::fut::{ActorFuture, ActorFutureExt as _, WrapFuture as _, ready};
use actix::{AsyncContext as _, Context};

use crate::store::{Store, StoreError};

use super::content::{Content, State, Stored};
use super::document::{Document, SMALL, Tail};
use super::error::DocumentError;
use super::versions;

/// A log of this many updates and an eighth of the snapshot's bytes is folded while people write.
const UPDATES: usize = 2_000;

impl Document {
    /// Folds the log when it has grown enough that the work pays.
    pub(super) fn compact_if_due(&mut self, ctx: &mut Context<Self>) {
        let worth = (self.snapshot_bytes / 8).max(SMALL);
        if self.tail.updates >= UPDATES && self.tail.bytes >= worth {
            self.compact(ctx);
        }
    }

    /// Begins to fold the log; returns whether there was anything to do.
    pub(super) fn compact(&mut self, ctx: &mut Context<Self>) -> bool {
        if self.timers.compacting || self.tail.updates == 0 {
            return false;
        }
        self.timers.compacting = true;
        let (store, scope, id) = (self.env.store.clone(), self.scope(), self.id);
        let (upto, folded) = (self.stored_seq, self.tail);
        let written = self.take_written();
        let version = self.version_is_due();
        let now = self.env.clock.now();
        // Updates that are applied and not stored may be in the snapshot: they were promised to
        // nobody and are harmless there.
        let state = match &self.content {
            Content::Warm(doc) if self.size() <= SMALL => Some(State::of(doc)),
            _ => None,
        };
        let fold = async move {
            let (state, upto) = match state {
                Some(state) => (state, upto),
                None => fold_elsewhere(&store, &scope, id.0).await?,
            };
            store.compact(&scope, id.0, upto, state.to_snapshot()).await?;
            let version = version.then(|| state.update.clone());
            if let Err(error) = versions::note(&store, &scope, id, written, version, now).await {
                tracing::warn!(document = %id, %error, "it was not noted who wrote");
            }
            Ok((state, upto))
        };
        ctx.spawn(fold.into_actor(self).map(move |result, act, ctx| act.compacted(result, folded, ctx)));
        true
    }

    fn compacted(
        &mut self,
        result: Result<(State, i64), DocumentError>,
        folded: Tail,
        ctx: &mut Context<Self>,
    ) {
        self.timers.compacting = false;
        match result {
            Ok((state, upto)) => self.replace_tail(state, upto, folded),
            // The log stays as it is and is folded the next time.
            Err(error) => tracing::warn!(document = %self.id, %error, "the log was not folded"),
        }
        if self.stopping.is_some() {
            // A failed fold must not keep a shutdown waiting: the log holds everything.
            self.tail = Tail::default();
            self.stop_if_done(ctx);
        } else if self.tail.updates > 0 {
            self.arm_quiet(ctx);
        }
    }

    fn replace_tail(&mut self, state: State, upto: i64, folded: Tail) {
        self.snapshot_bytes = state.update.len();
        if upto != self.stored_seq || self.is_busy() {
            self.tail.updates = self.tail.updates.saturating_sub(folded.updates);
            self.tail.bytes = self.tail.bytes.saturating_sub(folded.bytes);
            return;
        }
        self.tail = Tail::default();
        // A large document stays warm while someone may write on: waking it takes long.
        if self.cold().is_some() || state.update.len() <= SMALL || self.members.is_empty() {
            self.set_cold(state);
        }
    }

    /// Builds the document on another thread.
    pub(super) fn warm(
        &mut self,
        _: &mut Context<Self>,
    ) -> impl ActorFuture<Self, Output = Result<(), DocumentError>> + use<> {
        let stored = self.cold().cloned();
        let build = async move {
            match stored {
                Some(stored) => off_thread(move || stored.build()).await.map(Some),
                None => Ok(None),
            }
        };
        build.into_actor(self).then(|built, act: &mut Self, _| {
            ready(built.map(|doc| {
                if let Some(doc) = doc {
                    act.content = Content::Warm(doc);
                }
            }))
        })
    }
}

/// Folds what the log holds, away from the actor's thread.
async fn fold_elsewhere(
    store: &Store,
    scope: &crate::scope::Scope,
    id: uuid::Uuid,
) -> Result<(State, i64), DocumentError> {
    let loaded = store.load_log(scope, id).await?;
    let upto = loaded.last_seq();
    let stored = Stored::from_log(loaded)?;
    off_thread(move || Ok((State::of(&stored.build()?), upto))).await
}

/// Runs work that takes longer than a millisecond on the blocking pool.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DocumentError> + Send + 'static,
) -> Result<T, DocumentError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => {
            Err(DocumentError::Store(StoreError::Unavailable("the worker pool is shutting down".into())))
        }
    }
}

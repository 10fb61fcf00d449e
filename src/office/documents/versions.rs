//! Version points: taken by themselves while people write, kept with their authors.

use actix::fut::ActorFutureExt as _;
use actix::{AsyncContext as _, Context, Handler, Response};
use bytes::Bytes;

use crate::ids::{DocumentId, Timestamp, VersionId};
use crate::scope::Scope;
use crate::store::{Store, StoreError};

use super::content::{Content, State, Stored};
use super::document::Document;
use super::error::DocumentError;
use super::members::MemberId;
use super::messages::{GetState, Restore, Written};
use super::{compact, restore, store};

/// Stands for the document itself among the members of a batch.
const SERVER: MemberId = MemberId(0);

impl Document {
    /// Who wrote since the last time this was asked.
    pub(super) fn take_written(&mut self) -> Written {
        let authors = std::mem::take(&mut self.authors).into_iter().collect();
        Written { authors, seq: self.stored_seq, at: self.written_at }
    }

    /// Whether the next fold should leave a version point: some time after the last one, and when
    /// the document leaves memory.
    pub(super) fn version_is_due(&mut self) -> bool {
        let now = self.env.clock.now();
        let span = chrono::TimeDelta::seconds(self.env.limits.version_seconds as i64);
        let due = self.stopping.is_some() || self.version_at.is_none_or(|last| now - last >= span);
        if due {
            self.version_at = Some(now);
        }
        due
    }
}

/// Notes who wrote, and takes a version point unless nothing has changed since the last one.
pub(super) async fn note(
    store: &Store,
    scope: &Scope,
    document: DocumentId,
    written: Written,
    version: Option<Bytes>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut tx = store.begin(scope).await?;
    store::note_written(&mut tx, document, &written.authors, written.seq, written.at).await?;
    if let Some(state) = version {
        let last = store::last_version(&mut tx, document).await?;
        if last.is_none_or(|last| last.seq < written.seq) {
            let id = VersionId::at(now);
            let version =
                store::NewVersion { id, document, seq: written.seq, label: None, state: &state, at: now };
            store::add_version(&mut tx, version).await?;
        }
    }
    tx.commit().await
}

impl Handler<GetState> for Document {
    type Result = Response<Result<(Bytes, Written), DocumentError>>;

    fn handle(&mut self, _: GetState, ctx: &mut Context<Self>) -> Self::Result {
        // A batch on its way to the log is the next entry, one that gathers is the one after.
        let waiting = i64::from(self.committing.is_some()) + i64::from(!self.batch.is_empty());
        let authors = self.authors.iter().copied().collect();
        let written = Written { authors, seq: self.stored_seq + waiting, at: self.written_at };
        match &self.content {
            Content::Cold(stored) if stored.tail.is_empty() => {
                Response::reply(Ok((stored.state.update.clone(), written)))
            }
            Content::Cold(stored) => {
                let stored = stored.clone();
                Response::fut(compact::off_thread(move || Ok((State::of(&stored.build()?).update, written))))
            }
            Content::Warm(doc) => {
                let state = State::of(doc).update;
                let stored = self.when_stored(ctx);
                Response::fut(async move { stored.await.map(|()| (state, written)) })
            }
        }
    }
}

impl Handler<Restore> for Document {
    type Result = Response<Result<(), DocumentError>>;

    fn handle(&mut self, message: Restore, ctx: &mut Context<Self>) -> Self::Result {
        let (done, answer) = tokio::sync::oneshot::channel();
        let warm = self.warm(ctx).map(move |result: Result<(), DocumentError>, act: &mut Self, ctx| {
            let _ = done.send(result.and_then(|()| act.restore(&message, ctx)));
        });
        ctx.wait(warm);
        Response::fut(async {
            match answer.await {
                Ok(Ok(Some(stored))) => stored.await.map_err(|_| DocumentError::Busy),
                Ok(Ok(None)) => Ok(()),
                Ok(Err(error)) => Err(error),
                Err(_) => Err(DocumentError::Busy),
            }
        })
    }
}

impl Document {
    fn restore(
        &mut self,
        message: &Restore,
        ctx: &mut Context<Self>,
    ) -> Result<Option<tokio::sync::oneshot::Receiver<()>>, DocumentError> {
        let Content::Warm(doc) = &self.content else { return Err(DocumentError::Busy) };
        let state = State { vector: Bytes::new(), update: message.state.clone() };
        let target = Stored { state, tail: Vec::new() }.build()?;
        let Some(update) = restore::restore(doc, &target)? else { return Ok(None) };
        self.gather(SERVER, message.author, update.into());
        let (done, stored) = tokio::sync::oneshot::channel();
        self.batch.waiting.push(done);
        self.commit_now(ctx);
        Ok(Some(stored))
    }
}

//! How a `Document` comes into memory and leaves it.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix::{AsyncContext as _, Context, Handler, Response};
use futures::future::LocalBoxFuture;
use serde_json::json;

use crate::actors::{Observation, Observe, Passivator, Registered, Shutdown};
use crate::ids::{DocumentId, UserId};
use crate::protocols::ws::outlet::Close;
use crate::scope::Scope;
use crate::store::Entry;

use super::batch::{self, Batch};
use super::content::{Content, Stored};
use super::document::{Document, DocumentEnv, Tail, Timers};
use super::error::DocumentError;
use super::members::Members;
use super::presence::Presence;
use super::store;

impl Registered for Document {
    const KIND: &'static str = "document";
    type Id = DocumentId;
    type Env = Arc<DocumentEnv>;
    type LoadError = DocumentError;

    fn load(
        env: Self::Env,
        id: DocumentId,
        me: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, DocumentError>> {
        Box::pin(async move {
            let scope = Scope::system(env.tenant);
            let mut tx = env.store.read(&scope).await?;
            if !store::exists(&mut tx, id, true).await? {
                return Err(DocumentError::NotFound);
            }
            let version_at = store::last_version(&mut tx, id).await?.map(|version| version.created_at);
            drop(tx);
            let loaded = env.store.load_log(&scope, id.0).await?;
            let authors = authors(&loaded.entries);
            let stored_seq = loaded.last_seq();
            let written_at = loaded.entries.last().map_or_else(|| env.clock.now(), |entry| entry.at);
            let stored = Stored::from_log(loaded)?;
            Ok(Self {
                id,
                leave: Box::new(move || me.passivate()),
                tail: tail(&stored),
                snapshot_bytes: stored.state.update.len(),
                content: Content::Cold(stored),
                members: Members::default(),
                presence: Presence::default(),
                batch: Batch::default(),
                committing: None,
                stored_seq,
                authors,
                written_at,
                delivered_at: std::time::Duration::ZERO,
                version_at,
                timers: Timers::default(),
                stopping: None,
                env,
            })
        })
    }
}

impl Handler<Shutdown> for Document {
    type Result = Response<()>;

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) -> Self::Result {
        for member in self.members.iter() {
            member.close(Close::GOING_AWAY);
        }
        let (done, stopped) = tokio::sync::oneshot::channel();
        self.stopping = Some(done);
        self.commit_now(ctx);
        // In a turn of its own, so that the answer is on its way before the actor ends.
        ctx.run_later(std::time::Duration::ZERO, |act, ctx| act.stop_if_done(ctx));
        Response::fut(async {
            // A dropped sender means that the actor has ended, which is what was asked for.
            let _ = stopped.await;
        })
    }
}

impl Handler<Observe> for Document {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Self::Result {
        let warm = matches!(self.content, Content::Warm(_));
        Observation {
            id: self.id.to_string(),
            kind: "document".into(),
            state: if self.is_busy() {
                "writing"
            } else if warm {
                "warm"
            } else {
                "cold"
            }
            .into(),
            restarts: 0,
            detail: json!({
                "connections": self.members.len(),
                "snapshot_bytes": self.snapshot_bytes,
                "log_updates": self.tail.updates,
                "log_bytes": self.tail.bytes,
                "stored_seq": self.stored_seq,
            }),
            children: Vec::new(),
        }
    }
}

#[cfg(debug_assertions)]
impl Handler<super::messages::Crash> for Document {
    type Result = ();

    fn handle(&mut self, _: super::messages::Crash, _: &mut Context<Self>) {
        panic!("a test asked the document to crash");
    }
}

/// Who wrote what the log holds.
fn authors(entries: &[Entry]) -> BTreeSet<UserId> {
    let mut authors = BTreeSet::new();
    for entry in entries {
        batch::read(&entry.data, |author, _| {
            authors.insert(author);
        });
    }
    authors
}

/// What came after the snapshot.
fn tail(stored: &Stored) -> Tail {
    Tail { updates: stored.tail.len(), bytes: stored.tail.iter().map(bytes::Bytes::len).sum() }
}

//! Group commit of whole statements: callers of one tenant that come together share a transaction.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::ids::TenantId;
use crate::scope::Scope;

use super::Store;
use super::error::StoreError;
use super::value::Statement;

/// Statements of one transaction, so that a flood does not become an endless one.
const MOST: usize = 2_000;

/// Gathers statements while a commit is running.
#[derive(Clone, Default)]
pub(super) struct Writers {
    queues: Queues,
}

type Queues = Arc<Mutex<HashMap<TenantId, Vec<Waiting>>>>;

struct Waiting {
    statements: Vec<Statement>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl Writers {
    pub(super) async fn write(
        &self,
        store: &Store,
        scope: &Scope,
        statements: Vec<Statement>,
    ) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        let first = {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            // Invariant: a tenant is in the map exactly while a task commits for it.
            let first = !queues.contains_key(&scope.tenant);
            queues.entry(scope.tenant).or_default().push(Waiting { statements, done });
            first
        };
        if first {
            // A task of its own: a caller that goes away must not take the others' commit along.
            let turn = Turn { tenant: scope.tenant, queues: self.queues.clone(), over: false };
            tokio::spawn(commit_all(store.clone(), scope.clone(), turn));
        }
        answer.await.unwrap_or_else(|_| Err(StoreError::Unknown("the commit was abandoned".into())))
    }
}

async fn commit_all(store: Store, scope: Scope, mut turn: Turn) {
    while let Some(waiting) = turn.next() {
        let result = run(&store, &scope, waiting.iter().flat_map(|one| &one.statements)).await;
        let alone = waiting.len() == 1;
        for one in waiting {
            let result = match &result {
                // One of them is wrong: each for itself, so that the others are not its victims.
                Err(StoreError::Conflict | StoreError::Sql(_)) if !alone => {
                    run(&store, &scope, one.statements.iter()).await
                }
                other => other.clone(),
            };
            // A caller that has gone away does not want the answer.
            let _ = one.done.send(result);
        }
    }
}

async fn run(
    store: &Store,
    scope: &Scope,
    statements: impl Iterator<Item = &Statement>,
) -> Result<(), StoreError> {
    let mut tx = store.begin(scope).await?;
    for statement in statements {
        tx.execute(statement.sql, statement.args.clone()).await?;
    }
    tx.commit().await
}

/// The right to commit for a tenant. Whatever ends the task that holds it, the tenant's next write
/// finds the way free; what was waiting learns that nobody can tell.
struct Turn {
    tenant: TenantId,
    queues: Queues,
    over: bool,
}

impl Turn {
    /// What is to be committed next; the turn is over when nothing is waiting.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.get_mut(&self.tenant)?;
        let mut statements = 0;
        let fits = |waiting: &&Waiting| {
            statements += waiting.statements.len();
            statements <= MOST
        };
        let count = queue.iter().take_while(fits).count().max(1).min(queue.len());
        if count == 0 {
            queues.remove(&self.tenant);
            self.over = true;
            return None;
        }
        Some(queue.drain(..count).collect())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            self.queues.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.tenant);
        }
    }
}

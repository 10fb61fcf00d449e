//! The threads that actors live on: one arbiter per core, chosen by the hash of an id.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use actix_rt::{Arbiter, ArbiterHandle};
use tokio::sync::oneshot;

/// The arbiter threads; cheap to clone.
#[derive(Clone)]
pub struct Arbiters(Arc<Threads>);

/// The thread has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the arbiter thread has ended")]
pub struct ArbiterGone;

impl Arbiters {
    /// Starts `count` threads, at least one. An actix `System` must be running on this one.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(count: usize) -> io::Result<Self> {
        let arbiters: Vec<Arbiter> =
            (0..count.max(1)).map(|_| Arbiter::try_with_tokio_rt(runtime)).collect::<io::Result<_>>()?;
        let handles = arbiters.iter().map(Arbiter::handle).collect();
        Ok(Self(Arc::new(Threads { handles, arbiters: Mutex::new(arbiters) })))
    }

    /// The thread on which everything about `key` lives: always the same one.
    #[must_use]
    pub fn of(&self, key: &(impl Hash + ?Sized)) -> &ArbiterHandle {
        &self.0.handles[self.index_of(key)]
    }

    /// The number of that thread.
    #[must_use]
    pub fn index_of(&self, key: &(impl Hash + ?Sized)) -> usize {
        // Keys of `DefaultHasher::new` are constants, so the choice is stable.
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let count = u64::try_from(self.0.handles.len()).unwrap_or(1);
        usize::try_from(hasher.finish() % count).unwrap_or(0)
    }

    /// How many threads there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.handles.len()
    }

    /// Runs `work` on the thread of `key`; `false` when that thread has ended.
    pub fn spawn_fn(&self, key: &(impl Hash + ?Sized), work: impl FnOnce() + Send + 'static) -> bool {
        self.of(key).spawn_fn(work)
    }

    /// Runs `work` on thread `index` and returns what it made, such as an `Addr`.
    ///
    /// # Errors
    /// `ArbiterGone` when the thread has ended or `work` panicked.
    pub async fn run_on<T: Send + 'static>(
        &self,
        index: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ArbiterGone> {
        let (made, result) = oneshot::channel();
        let handle = self.0.handles.get(index).ok_or(ArbiterGone)?;
        handle.spawn_fn(move || {
            // Nobody waits any more: what was made is dropped.
            let _ = made.send(work());
        });
        result.await.map_err(|_| ArbiterGone)
    }

    /// Ends the threads and waits until they have ended; what still ran on them is dropped.
    pub async fn stop(&self) {
        let arbiters = std::mem::take(&mut *self.0.arbiters.lock().unwrap_or_else(PoisonError::into_inner));
        for arbiter in &arbiters {
            arbiter.stop();
        }
        let joined = tokio::task::spawn_blocking(move || {
            for arbiter in arbiters {
                if arbiter.join().is_err() {
                    tracing::error!("an arbiter thread panicked");
                }
            }
        });
        if joined.await.is_err() {
            tracing::error!("waiting for the arbiter threads failed");
        }
    }
}

/// The runtime of a thread of actors, for `Arbiter` and for `System::with_tokio_rt`.
///
/// What still runs when the thread ends is dropped after the runtime has been left. A database
/// transaction that is dropped there panics, and that within a destructor: it would abort the process.
/// So the runtime stays entered until the thread is gone. To be called on the thread that it is for.
///
/// # Errors
/// When the operating system gives no resources for it.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // The handle stays with the thread and is freed with it.
    std::mem::forget(runtime.enter());
    Ok(runtime)
}

struct Threads {
    handles: Box<[ArbiterHandle]>,
    arbiters: Mutex<Vec<Arbiter>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_rt::test]
    async fn the_same_id_always_lives_on_the_same_thread_and_ids_spread() {
        let arbiters = Arbiters::start(2).unwrap();
        let mut seen = [0, 0];
        for id in 0..100 {
            assert_eq!(arbiters.index_of(&id), arbiters.index_of(&id));
            seen[arbiters.index_of(&id)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 20), "{seen:?}");
        arbiters.stop().await;
    }

    /// Tells whether it was dropped within a runtime, as a database transaction has to be.
    struct Transaction(Option<oneshot::Sender<bool>>);

    impl Drop for Transaction {
        fn drop(&mut self) {
            let within = tokio::runtime::Handle::try_current().is_ok();
            let _ = self.0.take().unwrap().send(within);
        }
    }

    #[actix_rt::test]
    async fn what_still_runs_when_a_thread_ends_is_dropped_within_its_runtime() {
        let arbiters = Arbiters::start(1).unwrap();
        let (told, within) = oneshot::channel();
        let transaction = Transaction(Some(told));
        arbiters.of(&1).spawn(async move {
            let _transaction = transaction;
            std::future::pending::<()>().await;
        });
        arbiters.run_on(0, || ()).await.unwrap();
        arbiters.stop().await;
        assert!(within.await.unwrap());
    }

    #[actix_rt::test]
    async fn a_panic_in_work_leaves_the_thread_alive() {
        let arbiters = Arbiters::start(1).unwrap();
        assert_eq!(arbiters.run_on(0, || panic!("injected")).await, Err::<(), _>(ArbiterGone));
        assert_eq!(arbiters.run_on(0, || 7).await, Ok(7));
        arbiters.stop().await;
        assert_eq!(arbiters.run_on(0, || 7).await, Err(ArbiterGone));
    }
}

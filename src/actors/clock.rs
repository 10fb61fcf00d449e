//! The clock: the only reader of time in the program, and the one that tests can turn.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DurationRound, TimeDelta, Utc};
use futures::future::Either;
use tokio::sync::{oneshot, watch};

use super::policy::Jitter;
use crate::ids::Timestamp;

/// Tells the time and sleeps; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

/// Turns the clock made by [`Clock::manual`].
pub struct ClockHand(Clock);

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the clock is what reads the clock")]
        let origin = Instant::now();
        Self(Arc::new(Source::System { origin }))
    }

    /// A clock that stands at `start` until its hand is turned.
    #[must_use]
    pub fn manual(start: Timestamp) -> (Self, ClockHand) {
        let clock = Self(Arc::new(Source::Manual(Manual {
            start,
            dial: Mutex::new(Dial::default()),
            arrivals: watch::Sender::new(()),
        })));
        (clock.clone(), ClockHand(clock))
    }

    /// The moment in UTC, to the microsecond that both databases keep.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::System { .. } => {
                #[expect(clippy::disallowed_methods, reason = "the clock is what reads the clock")]
                let now = Utc::now();
                now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
            }
            Source::Manual(manual) => {
                let elapsed = TimeDelta::from_std(manual.dial().elapsed).unwrap_or(TimeDelta::MAX);
                manual.start.checked_add_signed(elapsed).unwrap_or(Timestamp::MAX_UTC)
            }
        }
    }

    /// Time since the clock was made; never goes back.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        match &*self.0 {
            Source::System { origin } => origin.elapsed(),
            Source::Manual(manual) => manual.dial().elapsed,
        }
    }

    /// Waits for `duration`, counted from the call and not from the first poll.
    pub fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + use<> {
        match &*self.0 {
            Source::System { .. } => Either::Left(tokio::time::sleep(duration)),
            Source::Manual(manual) => {
                let turned = manual.enter(duration);
                Either::Right(async move {
                    // A closed channel means that nobody can turn the hand any more.
                    if turned.await.is_err() {
                        std::future::pending::<()>().await;
                    }
                })
            }
        }
    }

    /// Runs `work` for at most `limit`; `None` when the time was up first.
    pub async fn timeout<F: Future>(&self, limit: Duration, work: F) -> Option<F::Output> {
        let sleep = self.sleep(limit);
        tokio::select! {
            biased;
            output = work => Some(output),
            () = sleep => None,
        }
    }

    /// A source of chance: a different one at each call of the machine's clock, always the same one
    /// of a manual clock, so that tests repeat.
    #[must_use]
    pub fn jitter(&self) -> Jitter {
        match &*self.0 {
            Source::System { .. } => Jitter::seeded(getrandom::u64().unwrap_or(1)),
            Source::Manual(_) => Jitter::seeded(1),
        }
    }
}

impl ClockHand {
    /// Moves time forward and wakes, in the order of their times, all whose sleep is over.
    pub fn advance(&self, by: Duration) {
        let Source::Manual(manual) = &*self.0.0 else { return };
        let mut dial = manual.dial();
        dial.elapsed += by;
        let now = dial.elapsed;
        while let Some(first) = dial.sleepers.first_entry() {
            if first.key().0 > now {
                break;
            }
            // One that no longer waits does not mind.
            let _ = first.remove().send(());
        }
    }

    /// How many are asleep.
    #[must_use]
    pub fn sleepers(&self) -> usize {
        let Source::Manual(manual) = &*self.0.0 else { return 0 };
        let mut dial = manual.dial();
        dial.sleepers.retain(|_, sleeper| !sleeper.is_closed());
        dial.sleepers.len()
    }

    /// Waits until at least `count` are asleep, so that a test does not turn the hand too early.
    pub async fn until_asleep(&self, count: usize) {
        let Source::Manual(manual) = &*self.0.0 else { return };
        let mut arrivals = manual.arrivals.subscribe();
        while self.sleepers() < count {
            // The sender lives in the clock that this hand holds, so it cannot be gone.
            let _ = arrivals.changed().await;
        }
    }
}

enum Source {
    System { origin: Instant },
    Manual(Manual),
}

struct Manual {
    start: Timestamp,
    dial: Mutex<Dial>,
    arrivals: watch::Sender<()>,
}

#[derive(Default)]
struct Dial {
    elapsed: Duration,
    arrived: u64,
    /// Sorted by the time of waking, then by arrival.
    sleepers: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
}

impl Manual {
    fn dial(&self) -> MutexGuard<'_, Dial> {
        self.dial.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, duration: Duration) -> oneshot::Receiver<()> {
        let (wake, woken) = oneshot::channel();
        let mut dial = self.dial();
        if duration.is_zero() {
            let _ = wake.send(());
            return woken;
        }
        dial.arrived += 1;
        let key = (dial.elapsed + duration, dial.arrived);
        dial.sleepers.insert(key, wake);
        drop(dial);
        self.arrivals.send_replace(());
        woken
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

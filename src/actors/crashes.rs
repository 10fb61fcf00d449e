//! Which ids of a registry failed of late, and how long each has to wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use super::policy::{Backoff, Jitter};

/// The recent failures by id. The first is forgiven: the next caller gets a fresh actor at once;
/// from the second on, callers of that id, and of no other, wait.
pub(super) struct Crashes<Id> {
    backoff: Backoff,
    jitter: Jitter,
    recent: HashMap<Id, Crash>,
}

struct Crash {
    count: u32,
    last: Duration,
    until: Duration,
}

/// After so long without a failure an id counts as healthy again.
const FORGET_AFTER: Duration = Duration::from_secs(60);

impl<Id: Eq + Hash> Crashes<Id> {
    pub(super) fn new(jitter: Jitter) -> Self {
        Self { backoff: Backoff::default(), jitter, recent: HashMap::new() }
    }

    /// Notes a failure and tells when it is worth trying again.
    pub(super) fn note(&mut self, id: Id, now: Duration) -> Duration {
        // Failures are rare, and the map holds those of the last minute only.
        self.recent.retain(|_, crash| now.saturating_sub(crash.last) < FORGET_AFTER);
        let crash = self.recent.entry(id).or_insert(Crash { count: 0, last: now, until: now });
        let delay = match crash.count {
            0 => Duration::ZERO,
            again => self.backoff.delay(again - 1, &mut self.jitter),
        };
        crash.count += 1;
        crash.last = now;
        crash.until = now + delay;
        delay
    }

    /// How long an id still has to wait.
    pub(super) fn wait(&self, id: &Id, now: Duration) -> Option<Duration> {
        let crash = self.recent.get(id)?;
        crash.until.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// How many ids failed of late.
    pub(super) fn count(&self) -> usize {
        self.recent.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_of_one_id_doubles_resets_after_a_quiet_minute_and_leaves_others_alone() {
        let mut crashes = Crashes::new(Jitter::seeded(1));
        let mut now = Duration::from_secs(100);
        assert_eq!(crashes.note("a", now), Duration::ZERO);
        assert_eq!(crashes.wait(&"a", now), None);
        let second = crashes.note("a", now);
        let third = crashes.note("a", now);
        assert!(second >= Duration::from_millis(100) && third >= Duration::from_millis(200));
        assert_eq!(crashes.wait(&"a", now), Some(third));
        assert_eq!(crashes.wait(&"b", now), None);
        now += third;
        assert_eq!(crashes.wait(&"a", now), None);
        now += FORGET_AFTER;
        assert_eq!(crashes.note("a", now), Duration::ZERO);
        assert_eq!(crashes.count(), 1);
    }
}

//! When a child is started again, how soon, and when it is not.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

/// Whether a child is started again after it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Always.
    Permanent,
    /// After a failure only.
    Transient,
    /// Never.
    Temporary,
}

/// Which children start again when one failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The failed one.
    OneForOne,
    /// All of them.
    OneForAll,
    /// The failed one and those listed after it.
    RestForOne,
}

/// How many restarts within which time are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intensity {
    pub restarts: u32,
    pub within: Duration,
}

/// How long to wait before a restart: doubled each time, with jitter, up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub first: Duration,
    pub max: Duration,
}

/// A seedable source of chance for back-off; not for secrets.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Restart {
    /// Whether a child with this rule starts again after `failed` or a normal end.
    #[must_use]
    pub fn applies(self, failed: bool) -> bool {
        match self {
            Self::Permanent => true,
            Self::Transient => failed,
            Self::Temporary => false,
        }
    }
}

impl Strategy {
    /// The places of the children that start again when the one at `failed` of `count` did.
    #[must_use]
    pub fn affected(self, failed: usize, count: usize) -> Range<usize> {
        match self {
            Self::OneForOne => failed..failed + 1,
            Self::OneForAll => 0..count,
            Self::RestForOne => failed..count,
        }
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(100), max: Duration::from_secs(10) }
    }
}

impl Backoff {
    /// The wait before the restart that follows `earlier` others: doubled for each, a quarter of
    /// jitter on top, never above the limit.
    #[must_use]
    pub fn delay(&self, earlier: u32, jitter: &mut Jitter) -> Duration {
        let doubled = self.first.saturating_mul(1 << earlier.min(20));
        let extra = doubled.min(self.max).mul_f64(jitter.fraction() / 4.0);
        doubled.saturating_add(extra).min(self.max)
    }
}

impl Jitter {
    /// The source that `seed` determines.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number from 0 up to but not including 1 (xorshift64*).
    fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40;
        f64::from(u32::try_from(bits).unwrap_or(0)) / f64::from(1_u32 << 24)
    }
}

/// The restarts of late, against an intensity.
pub(super) struct RestartLog {
    limit: Intensity,
    times: VecDeque<Duration>,
}

impl RestartLog {
    pub(super) fn new(limit: Intensity) -> Self {
        Self { limit, times: VecDeque::new() }
    }

    /// Notes a restart at `now` and tells how many preceded it within the time; `None` when it is one
    /// too many.
    pub(super) fn admit(&mut self, now: Duration) -> Option<u32> {
        while self.times.front().is_some_and(|&first| now.saturating_sub(first) > self.limit.within) {
            self.times.pop_front();
        }
        let earlier = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        self.times.push_back(now);
        (earlier < self.limit.restarts).then_some(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(backoff: Backoff, seed: u64) -> Vec<Duration> {
        let mut jitter = Jitter::seeded(seed);
        (0..12).map(|earlier| backoff.delay(earlier, &mut jitter)).collect()
    }

    #[test]
    fn backoff_doubles_up_to_its_limit_with_at_most_a_quarter_of_jitter() {
        let backoff = Backoff::default();
        for seed in 1..50 {
            for (earlier, delay) in delays(backoff, seed).into_iter().enumerate() {
                let plain = backoff.first * (1 << earlier);
                assert!(delay >= plain.min(backoff.max), "{earlier}: {delay:?}");
                assert!(delay <= plain.mul_f64(1.25).min(backoff.max), "{earlier}: {delay:?}");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_delays_and_another_gives_others() {
        assert_eq!(delays(Backoff::default(), 7), delays(Backoff::default(), 7));
        assert_ne!(delays(Backoff::default(), 7), delays(Backoff::default(), 9));
    }

    #[test]
    fn restarts_beyond_the_intensity_are_refused_until_the_window_has_passed() {
        let second = Duration::from_secs(1);
        let mut log = RestartLog::new(Intensity { restarts: 2, within: 10 * second });
        assert_eq!(log.admit(second), Some(0));
        assert_eq!(log.admit(2 * second), Some(1));
        assert_eq!(log.admit(3 * second), None);
        assert_eq!(log.admit(30 * second), Some(0));
    }

    #[test]
    fn a_strategy_says_who_starts_again() {
        assert_eq!(Strategy::OneForOne.affected(1, 4), 1..2);
        assert_eq!(Strategy::OneForAll.affected(1, 4), 0..4);
        assert_eq!(Strategy::RestForOne.affected(1, 4), 1..4);
    }
}

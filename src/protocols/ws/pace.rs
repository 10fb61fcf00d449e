//! How fast a connection may send messages.

use std::time::Duration;

/// Lets messages through at a rate, with a reserve of two seconds.
pub struct Pace {
    left: f64,
    at: Duration,
    rate: f64,
}

impl Pace {
    /// `now` is the monotonic clock.
    #[must_use]
    pub fn new(per_second: u32, now: Duration) -> Self {
        let rate = f64::from(per_second);
        Self { left: rate * 2.0, at: now, rate }
    }

    /// Whether `count` messages may come now.
    pub fn take(&mut self, count: usize, now: Duration) -> bool {
        let refill = now.saturating_sub(self.at).as_secs_f64() * self.rate;
        self.at = now;
        self.left = (self.left + refill).min(self.rate * 2.0) - count as f64;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_a_flood_is_not() {
        let mut pace = Pace::new(10, Duration::ZERO);
        assert!(pace.take(20, Duration::ZERO));
        assert!(!pace.take(1, Duration::ZERO));
        assert!(pace.take(9, Duration::from_secs(1)));
    }
}

//! What was fetched lately in one tenant: the same link said again soon is not fetched again.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::OnceCell;

use crate::ids::Timestamp;

/// Links that are remembered.
const LINKS: usize = 200;
/// How long what a page said counts.
const FRESH: TimeDelta = TimeDelta::minutes(15);
/// How long a page that could not be shown is not asked again.
const FAILED: TimeDelta = TimeDelta::minutes(1);

/// The latest links; `T` is what was made of them.
pub struct Cache<T>(VecDeque<Entry<T>>);

/// Filled by the first who wants it, while the others wait.
pub type Place<T> = Arc<OnceCell<Option<T>>>;

struct Entry<T> {
    link: String,
    at: Timestamp,
    place: Place<T>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Cache<T> {
    /// The place of a link: filled, being filled, or empty.
    pub fn place(&mut self, link: &str, now: Timestamp) -> Place<T> {
        self.0.retain(|entry| entry.link != link || entry.is_fresh(now));
        if let Some(known) = self.0.iter().find(|entry| entry.link == link) {
            return known.place.clone();
        }
        if self.0.len() >= LINKS {
            self.0.pop_front();
        }
        let place = Place::default();
        self.0.push_back(Entry { link: link.to_owned(), at: now, place: place.clone() });
        place
    }
}

impl<T> Entry<T> {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now - self.at;
        match self.place.get() {
            Some(None) => age < FAILED,
            _ => age < FRESH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_link_keeps_its_place_for_a_while_and_a_failed_one_for_a_moment() {
        let mut cache = Cache::default();
        let good = cache.place("good", at(0));
        good.set(Some(1)).unwrap();
        cache.place("bad", at(0)).set(None).unwrap();
        assert!(Arc::ptr_eq(&good, &cache.place("good", at(14))));
        assert!(cache.place("bad", at(2)).get().is_none());
        assert!(!Arc::ptr_eq(&good, &cache.place("good", at(15))));
    }

    #[test]
    fn no_more_links_are_kept_than_allowed() {
        let mut cache = Cache::<()>::default();
        let first = cache.place("0", at(0));
        for number in 1..=LINKS {
            cache.place(&number.to_string(), at(0));
        }
        assert_eq!(cache.0.len(), LINKS);
        assert!(!Arc::ptr_eq(&first, &cache.place("0", at(0))));
    }
}

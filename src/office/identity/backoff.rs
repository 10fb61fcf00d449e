//! Slows guessing down: per account and per address, doubling with every wrong attempt.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::EmailAddress;
use super::error::IdentityError;

/// Wrong attempts before anyone has to wait.
const FREE_ACCOUNT: u32 = 5;
const FREE_ADDRESS: u32 = 30;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Attempts are forgotten after this long without one.
const FORGOTTEN: Duration = Duration::from_secs(3600);
/// Past this many remembered keys the old ones are dropped.
const REMEMBERED: usize = 50_000;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(EmailAddress),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Tries {
    wrong: u32,
    last: Duration,
}

/// Remembers wrong attempts, in memory only.
#[derive(Default)]
pub struct Guesses(Mutex<HashMap<Key, Tries>>);

impl Guesses {
    /// Counts an attempt as wrong until `right` says otherwise, so that attempts at the same time
    /// cannot pass together. The account may be unknown: it is slowed down all the same.
    pub fn attempt(&self, email: &EmailAddress, address: IpAddr, now: Duration) -> Result<(), IdentityError> {
        let keys = [(Key::Account(email.clone()), FREE_ACCOUNT), (Key::Address(address), FREE_ADDRESS)];
        let mut tries = self.lock();
        if tries.len() > REMEMBERED {
            tries.retain(|_, one| now.saturating_sub(one.last) < FORGOTTEN);
        }
        for (key, free) in &keys {
            if let Some(one) = tries.get(key)
                && let Some(left) = one.wait(*free, now)
            {
                return Err(IdentityError::Guessing { retry_after: left });
            }
        }
        for (key, _) in keys {
            let one = tries.entry(key).or_insert(Tries { wrong: 0, last: now });
            if now.saturating_sub(one.last) > FORGOTTEN {
                one.wrong = 0;
            }
            *one = Tries { wrong: one.wrong.saturating_add(1), last: now };
        }
        Ok(())
    }

    /// Takes the last attempt back: it was right. The account starts anew; the address only gets
    /// this one back, or one account of a guesser's own would open the way to all others.
    pub fn right(&self, email: &EmailAddress, address: IpAddr) {
        let mut tries = self.lock();
        tries.remove(&Key::Account(email.clone()));
        if let Some(one) = tries.get_mut(&Key::Address(address)) {
            one.wrong = one.wrong.saturating_sub(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tries {
    /// How long is left to wait.
    fn wait(self, free: u32, now: Duration) -> Option<Duration> {
        let past = self.wrong.checked_sub(free)?;
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(past)).min(LONGEST_WAIT);
        (self.last + wait).checked_sub(now).filter(|left| !left.is_zero())
    }
}

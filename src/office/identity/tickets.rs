//! Tickets: open one thing once, soon, for a client that can send neither header nor cookie.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::ids::Timestamp;
use crate::scope::Scope;

use super::error::IdentityError;
use super::token::{TokenHash, encode, hash, random};

const LIFE: Duration = Duration::from_secs(60);
/// Tickets that wait at most; past it the oldest are useless anyway.
const MOST: usize = 100_000;

struct Ticket {
    scope: Scope,
    purpose: &'static str,
    object: Uuid,
    until: Timestamp,
}

/// Tickets that were issued and not used yet. A restart forgets them: clients ask again.
#[derive(Default)]
pub struct Tickets(Mutex<HashMap<TokenHash, Ticket>>);

impl Tickets {
    pub fn issue(
        &self,
        scope: &Scope,
        purpose: &'static str,
        object: Uuid,
        now: Timestamp,
    ) -> Result<(String, Timestamp), IdentityError> {
        let secret: [u8; 32] = random()?;
        let text = encode(&secret);
        let until = now + TimeDelta::from_std(LIFE).unwrap_or_default();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST / 10 {
            waiting.retain(|_, ticket| ticket.until > now);
        }
        if waiting.len() >= MOST {
            return Err(IdentityError::Crowded);
        }
        waiting.insert(hash(&text), Ticket { scope: scope.clone(), purpose, object, until });
        Ok((text, until))
    }

    /// Uses a ticket up, also when it turns out to be for something else.
    pub fn redeem(&self, text: &str, purpose: &str, object: Uuid, now: Timestamp) -> Option<Scope> {
        let ticket = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash(text))?;
        let good = ticket.purpose == purpose && ticket.object == object && ticket.until > now;
        good.then_some(ticket.scope)
    }
}

//! Awareness: who is here, with which cursor. Kept in memory, sent in bundles, never stored.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use serde::de::IgnoredAny;

use crate::ids::UserId;
use crate::protocols::ws::varint;

use super::error::DocumentError;
use super::members::MemberId;

/// Largest state of one client, in bytes of JSON.
pub const STATE_LIMIT: usize = 16 * 1024;
/// Yjs clients that one connection may speak for.
pub const CLIENTS_PER_MEMBER: usize = 8;

/// The states of all who are here.
#[derive(Default)]
pub struct Presence {
    clients: BTreeMap<u64, Client>,
}

struct Client {
    clock: u64,
    /// JSON, or `null` for one that has left.
    state: Box<str>,
    member: MemberId,
    user: UserId,
    changed: bool,
}

impl Presence {
    /// Takes an awareness update of y-protocols; returns whether there is something to send.
    ///
    /// # Errors
    /// `DocumentError::Malformed` for a broken update, `DocumentError::PresenceTooLarge` past a limit.
    pub fn accept(
        &mut self,
        member: MemberId,
        user: UserId,
        mut input: &[u8],
    ) -> Result<bool, DocumentError> {
        let input = &mut input;
        let count = varint::take(input).ok_or(DocumentError::Malformed)?;
        let mut changed = false;
        for _ in 0..count {
            let id = varint::take(input).ok_or(DocumentError::Malformed)?;
            let clock = varint::take(input).ok_or(DocumentError::Malformed)?;
            let state = varint::take_bytes(input).ok_or(DocumentError::Malformed)?;
            changed |= self.put(member, user, id, clock, state)?;
        }
        Ok(changed)
    }

    fn put(
        &mut self,
        member: MemberId,
        user: UserId,
        id: u64,
        clock: u64,
        state: &[u8],
    ) -> Result<bool, DocumentError> {
        if state.len() > STATE_LIMIT {
            return Err(DocumentError::PresenceTooLarge);
        }
        let state = std::str::from_utf8(state).map_err(|_| DocumentError::Malformed)?;
        serde_json::from_str::<IgnoredAny>(state).map_err(|_| DocumentError::Malformed)?;
        let gone = state == "null";
        match self.clients.get(&id) {
            // Nobody speaks for somebody else's client.
            Some(known) if known.user != user => return Ok(false),
            Some(known) if clock < known.clock || (clock == known.clock && !gone) => return Ok(false),
            None if gone => return Ok(false),
            None if self.clients.values().filter(|c| c.member == member).count() >= CLIENTS_PER_MEMBER => {
                return Err(DocumentError::PresenceTooLarge);
            }
            _ => {}
        }
        self.clients.insert(id, Client { clock, state: state.into(), member, user, changed: true });
        Ok(true)
    }

    /// Marks the clients of a connection as gone; returns whether there were any.
    pub fn leave(&mut self, member: MemberId) -> bool {
        let mut any = false;
        for client in self.clients.values_mut().filter(|client| client.member == member) {
            client.state = "null".into();
            client.changed = true;
            any = true;
        }
        any
    }

    /// What changed since the last call, as an awareness update.
    pub fn take_changes(&mut self) -> Option<Bytes> {
        let changes = encode(self.clients.iter().filter(|(_, client)| client.changed));
        self.clients.retain(|_, client| {
            client.changed = false;
            &*client.state != "null"
        });
        changes
    }

    /// Everyone who is here, as an awareness update.
    #[must_use]
    pub fn all(&self) -> Option<Bytes> {
        encode(self.clients.iter())
    }
}

fn encode<'a>(clients: impl Iterator<Item = (&'a u64, &'a Client)> + Clone) -> Option<Bytes> {
    let count = clients.clone().count();
    if count == 0 {
        return None;
    }
    let mut out = BytesMut::new();
    varint::put(&mut out, count as u64);
    for (id, client) in clients {
        varint::put(&mut out, *id);
        varint::put(&mut out, client.clock);
        varint::put_bytes(&mut out, client.state.as_bytes());
    }
    Some(out.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ANA: MemberId = MemberId(1);
    const BEN: MemberId = MemberId(2);

    fn user(member: MemberId) -> UserId {
        UserId(Uuid::from_u128(u128::from(member.0)))
    }

    fn update(id: u64, clock: u64, state: &str) -> Vec<u8> {
        let mut out = BytesMut::new();
        for number in [1, id, clock] {
            varint::put(&mut out, number);
        }
        varint::put_bytes(&mut out, state.as_bytes());
        out.to_vec()
    }

    #[test]
    fn a_newer_state_replaces_an_older_and_is_sent_once() {
        let mut presence = Presence::default();
        assert!(presence.accept(ANA, user(ANA), &update(7, 1, "{}")).unwrap());
        assert!(!presence.accept(ANA, user(ANA), &update(7, 1, "{}")).unwrap());
        assert_eq!(presence.take_changes().unwrap(), update(7, 1, "{}"));
        assert_eq!(presence.take_changes(), None);
        assert_eq!(presence.all().unwrap(), update(7, 1, "{}"));
    }

    #[test]
    fn a_connection_that_ends_takes_its_clients_along() {
        let mut presence = Presence::default();
        presence.accept(ANA, user(ANA), &update(7, 3, "{}")).unwrap();
        presence.take_changes();
        assert!(presence.leave(ANA));
        assert_eq!(presence.take_changes().unwrap(), update(7, 3, "null"));
        assert_eq!(presence.all(), None);
    }

    #[test]
    fn nobody_moves_the_cursor_of_another() {
        let mut presence = Presence::default();
        presence.accept(ANA, user(ANA), &update(7, 1, "{}")).unwrap();
        assert!(!presence.accept(BEN, user(BEN), &update(7, 2, "null")).unwrap());
    }

    #[test]
    fn broken_and_boundless_states_are_refused() {
        let mut presence = Presence::default();
        let mut check = |input: &[u8]| assert!(presence.accept(ANA, user(ANA), input).is_err());
        check(&[]);
        check(&[200, 200, 200, 200, 1]);
        check(&update(7, 1, "{not json"));
        check(&update(7, 1, &format!("\"{}\"", "x".repeat(STATE_LIMIT))));
        for id in 0..CLIENTS_PER_MEMBER as u64 {
            presence.accept(ANA, user(ANA), &update(id, 1, "1")).unwrap();
        }
        assert!(presence.accept(ANA, user(ANA), &update(99, 1, "1")).is_err());
    }
}

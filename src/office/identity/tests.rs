//! Decisions of identity, without a server.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use crate::ids::{GroupId, TenantId};
use crate::scope::{Role, Scope};

use super::EmailAddress;
use super::backoff::Guesses;
use super::error::IdentityError;
use super::messages::{Password, PersonName};
use super::nesting::{self, Handle};
use super::tickets::Tickets;
use super::token::SessionToken;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn check_email(text: &str, expected: Option<&str>) {
    let parsed = EmailAddress::parse(text).ok();
    assert_eq!(parsed.as_ref().map(EmailAddress::as_str), expected, "{text:?}");
}

#[test]
fn email_addresses_have_one_form() {
    check_email(" Ana.B+tag@Example.COM ", Some("ana.b+tag@example.com"));
    check_email("zoë@münchen.example", Some("zoë@münchen.example"));
    for wrong in ["", "ana", "@example.com", "ana@", "ana@localhost", "a..b@example.com", ".a@example.com"] {
        check_email(wrong, None);
    }
    for wrong in ["a b@example.com", "a@b@example.com", "a@-example.com", "a@example..com", "a\n@example.com"]
    {
        check_email(wrong, None);
    }
    check_email(&format!("{}@example.com", "a".repeat(65)), None);
}

#[test]
fn names_and_passwords_have_limits() {
    assert_eq!(PersonName::parse("  Ana \t").unwrap().as_str(), "Ana");
    assert!(PersonName::parse(" ").is_err() && PersonName::parse("a\u{7}b").is_err());
    assert!(PersonName::parse(&"n".repeat(201)).is_err());
    assert!(Password::parse("123456789").is_err() && Password::parse("ten signs!").is_ok());
    assert!(Password::parse("p".repeat(1025)).is_err());
    assert!(!format!("{:?}", Password::parse("a secret of mine").unwrap()).contains("secret"));
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_a_panic(text in ".{0,300}") {
        let _ = EmailAddress::parse(&text);
        let _ = SessionToken::parse(&text);
        let _ = PersonName::parse(&text);
    }
}

#[test]
fn a_token_names_its_tenant_and_changes_with_every_sign() {
    let tenant = TenantId(Uuid::from_u128(7));
    let (made, text) = SessionToken::make(tenant).unwrap();
    let read = SessionToken::parse(&text).unwrap();
    assert_eq!((read.tenant, read.hash), (tenant, made.hash));
    assert_ne!(SessionToken::make(tenant).unwrap().1, text);
    assert!(SessionToken::parse(&text[..text.len() - 1]).is_none());
    assert!(SessionToken::parse(&text.replacen("kt1", "kt2", 1)).is_none());
}

/// Seconds to wait after so many wrong attempts, each made as soon as it is allowed.
fn waits(attempts: usize) -> Vec<u64> {
    let (guesses, ana) = (Guesses::default(), EmailAddress::parse("ana@example.com").unwrap());
    let (mut now, mut waits) = (Duration::from_secs(1000), Vec::new());
    for _ in 0..attempts {
        match guesses.attempt(&ana, HERE, now) {
            Ok(()) => waits.push(0),
            Err(IdentityError::Guessing { retry_after }) => {
                waits.push(retry_after.as_secs());
                now += retry_after;
                guesses.attempt(&ana, HERE, now).unwrap();
            }
            Err(other) => panic!("{other}"),
        }
    }
    waits
}

#[test]
fn wrong_attempts_wait_longer_and_longer_up_to_a_limit() {
    assert_eq!(waits(9), [0, 0, 0, 0, 0, 1, 2, 4, 8]);
    assert_eq!(waits(20).last(), Some(&300));
}

#[test]
fn an_account_of_ones_own_does_not_open_the_way_to_others() {
    let guesses = Guesses::default();
    let own = EmailAddress::parse("mallory@example.com").unwrap();
    let now = Duration::from_secs(1000);
    for victim in 0..30 {
        let victim = EmailAddress::parse(&format!("victim{victim}@example.com")).unwrap();
        guesses.attempt(&victim, HERE, now).unwrap();
        if guesses.attempt(&own, HERE, now).is_ok() {
            guesses.right(&own, HERE);
        }
    }
    let next = EmailAddress::parse("victim@example.com").unwrap();
    assert!(guesses.attempt(&next, HERE, now).is_err());
    assert!(guesses.attempt(&next, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), now).is_ok());
}

#[test]
fn a_ticket_opens_one_thing_once_and_soon() {
    let (tickets, now) = (Tickets::default(), chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let tenant = TenantId(Uuid::from_u128(1));
    let scope = Scope { role: Role::TenantUser, ..Scope::system(tenant) };
    let (object, other) = (Uuid::from_u128(2), Uuid::from_u128(3));
    let issue = || tickets.issue(&scope, "sync", object, now).unwrap().0;
    let first = issue();
    assert_eq!(tickets.redeem(&first, "sync", object, now), Some(scope.clone()));
    assert_eq!(tickets.redeem(&first, "sync", object, now), None);
    assert_eq!(tickets.redeem(&issue(), "sync", other, now), None);
    assert_eq!(tickets.redeem(&issue(), "files", object, now), None);
    let late = now + chrono::TimeDelta::seconds(61);
    assert_eq!(tickets.redeem(&issue(), "sync", object, late), None);
}

fn group(number: u128) -> GroupId {
    GroupId(Uuid::from_u128(number))
}

/// Whether the groups `inner` may be directly in `outer`, next to what is there.
fn check_nesting(there: &[(u128, u128)], outer: u128, inner: &[u128], expected: Option<&str>) {
    let there: Vec<_> = there.iter().map(|(outer, inner)| (group(*outer), group(*inner))).collect();
    let outcome = nesting::decide(&there, group(outer), inner.iter().copied().map(group));
    let code = outcome.err().and_then(|error| error.code());
    assert_eq!(code, expected, "{inner:?} in {outer} besides {there:?}");
}

#[test]
fn groups_are_never_inside_of_themselves() {
    check_nesting(&[], 1, &[1], Some("group_cycle"));
    check_nesting(&[(1, 2)], 2, &[1], Some("group_cycle"));
    check_nesting(&[(1, 2), (2, 3)], 3, &[4, 1], Some("group_cycle"));
    // What is directly in the group is replaced: the old way down is gone.
    check_nesting(&[(1, 2)], 1, &[3], None);
    // Two ways to the same group are no cycle.
    check_nesting(&[(2, 4), (3, 4)], 1, &[2, 3], None);
}

#[test]
fn groups_are_eight_deep_at_most_counted_up_and_down() {
    let chain = |from: u128, to: u128| (from..to).map(|id| (id, id + 1)).collect::<Vec<_>>();
    check_nesting(&chain(1, 7), 7, &[8], None);
    check_nesting(&chain(1, 8), 8, &[9], Some("group_limit"));
    let halves = [chain(1, 4), chain(11, 15)].concat();
    check_nesting(&halves, 4, &[11], Some("group_limit"));
    check_nesting(&halves, 3, &[11], None);
}

#[test]
fn handles_have_one_form() {
    let parsed = |text: &str| Handle::parse(text).ok().map(|handle| handle.as_str().to_owned());
    assert_eq!(parsed(" @Sales.North-2 "), Some("sales.north-2".into()));
    for wrong in ["", "@", "a b", "-a", "a.", "here", "channel", "a/b", "<!here>"] {
        assert_eq!(parsed(wrong), None, "{wrong:?}");
    }
}

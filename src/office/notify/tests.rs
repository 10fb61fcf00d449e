//! Decisions of notifications, without sockets.

mod push;
mod store;

use chrono::{DateTime, NaiveDate, TimeZone as _};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::ids::{NotificationId, Timestamp, UserId};

use super::digest;
use super::messages::{Kind, NewNotification, NotificationJson, Place};
use super::preferences::{Preferences, Quiet};
use super::store::cut;

fn at(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn new(user: UserId, body: &str) -> NewNotification {
    NewNotification {
        user,
        kind: Kind::Mention,
        actor: Some(UserId(Uuid::from_u128(1))),
        actor_name: "Ana".into(),
        title: "Ana mentioned you".into(),
        body: body.into(),
        place: Place::Chat,
        link: "/chat/room?at=7".into(),
        group: Some("room:7".into()),
    }
}

fn check_quiet(from: &str, to: &str, zone: Tz, now: &str, expected: Option<&str>) {
    let until = Quiet::read(Some(from), Some(to)).and_then(|quiet| quiet.until(zone, at(now)));
    assert_eq!(until, expected.map(at), "{from} to {to} in {zone} at {now}");
}

#[test]
fn quiet_hours_are_those_of_the_persons_clock() {
    let berlin = Tz::Europe__Berlin;
    check_quiet("22:00", "07:00", berlin, "2026-11-21T20:59:00Z", None);
    check_quiet("22:00", "07:00", berlin, "2026-11-21T21:00:00Z", Some("2026-11-22T06:00:00Z"));
    check_quiet("22:00", "07:00", berlin, "2026-11-22T05:59:59Z", Some("2026-11-22T06:00:59Z"));
    check_quiet("22:00", "07:00", berlin, "2026-11-22T03:00:00Z", Some("2026-11-22T06:00:00Z"));
    check_quiet("22:00", "07:00", berlin, "2026-11-22T06:00:00Z", None);
    check_quiet(
        "12:00",
        "13:30",
        Tz::America__New_York,
        "2026-11-21T17:00:00Z",
        Some("2026-11-21T18:30:00Z"),
    );
    check_quiet("12:00", "12:00", berlin, "2026-11-21T11:00:00Z", None);
    check_quiet("nine", "12:00", berlin, "2026-11-21T09:00:00Z", None);
}

#[test]
fn quiet_hours_end_also_when_the_clocks_change() {
    let berlin = Tz::Europe__Berlin;
    // On the night of the change to summer there is no 02:30; on that to winter there are two.
    check_quiet("22:00", "02:30", berlin, "2026-03-28T23:00:00Z", Some("2026-03-29T01:30:00Z"));
    check_quiet("22:00", "02:30", berlin, "2026-10-24T22:00:00Z", Some("2026-10-25T01:30:00Z"));
    for hour in 0..48 {
        for minute in [0, 29, 30, 59] {
            let day = NaiveDate::from_ymd_opt(2026, 10, 24).unwrap().and_hms_opt(0, minute, 0).unwrap();
            let now = chrono::Utc.from_utc_datetime(&(day + chrono::TimeDelta::hours(hour)));
            let quiet = Quiet::read(Some("22:00"), Some("02:30")).unwrap();
            if let Some(until) = quiet.until(berlin, now) {
                assert!(until > now && until - now <= chrono::TimeDelta::hours(6), "{now}: {until}");
            }
        }
    }
}

#[test]
fn preferences_that_mean_nothing_are_refused() {
    let check = |change: fn(&mut Preferences), right: bool| {
        let mut preferences = Preferences::default();
        change(&mut preferences);
        assert_eq!(preferences.check().is_ok(), right, "{preferences:?}");
    };
    check(|_| {}, true);
    check(|one| (one.quiet_from, one.quiet_to) = (Some("22:00".into()), Some("07:00".into())), true);
    check(|one| one.quiet_from = Some("22:00".into()), false);
    check(|one| one.quiet_to = Some("22:00".into()), false);
    check(|one| (one.quiet_from, one.quiet_to) = (Some("24:00".into()), Some("07:00".into())), false);
    check(|one| (one.quiet_from, one.quiet_to) = (Some("9:00".into()), Some("07:00".into())), false);
    check(|one| one.time_zone = Some("Europe/Berlin".into()), true);
    check(|one| one.time_zone = Some("Mars/Olympus".into()), false);
}

#[test]
fn texts_are_cut_at_letters_and_lose_what_cannot_be_seen() {
    assert_eq!(cut(" plain ", 10), "plain");
    assert_eq!(cut("a\u{0}b\u{1b}[31mc\nd", 20), "ab[31mc\nd");
    assert_eq!(cut("äöüäöü", 4), "äöü…");
    assert_eq!(cut("äöü", 3), "äöü");
    assert_eq!(cut("", 3), "");
}

fn notification(place: Place, title: &str, body: &str) -> NotificationJson {
    let created_at = at("2026-11-21T08:30:00Z");
    NotificationJson {
        id: NotificationId(Uuid::from_u128(1)),
        kind: Kind::Mention,
        actor: None,
        actor_name: "Ana".into(),
        title: title.into(),
        body: body.into(),
        place,
        link: "/chat/1".into(),
        created_at,
        read_at: None,
    }
}

#[test]
fn a_digest_tells_by_place_and_counts_what_is_too_much() {
    assert_eq!(digest::build(&[]), None);
    let mut all = vec![
        notification(Place::Documents, "Ana shared “Plan” with you", ""),
        notification(Place::Chat, "Ana mentioned you", "come\nhere"),
    ];
    all.extend((0..22).map(|_| notification(Place::Documents, "Ben shared “Notes” with you", "")));
    let text = digest::build(&all).unwrap();
    assert!(
        text.starts_with("Chat\n\n- 2026-11-21 08:30 UTC  Ana mentioned you: come here\n  /chat/1\n"),
        "{text}"
    );
    assert!(text.ends_with("… and 3 more\n"), "{text}");
    assert_eq!(text.matches("shared").count(), 20);
}

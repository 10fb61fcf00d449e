//! When someone wants to be reminded: `in 20 minutes to call`, `call in 2h`, `at 17:30 call`, `tomorrow call`.

use chrono::{Days, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::ids::Timestamp;

/// When a day begins for those who say "tomorrow".
const MORNING: (u32, u32) = (9, 0);
/// Characters of what is reminded of.
const TEXT: usize = 500;
/// The longest time ahead.
const LONGEST: i64 = 366 * 86_400;

/// Reads a reminder: its moment, and what it is about.
#[must_use]
pub fn read(text: &str, now: Timestamp, zone: Tz) -> Option<(Timestamp, String)> {
    let text = text.trim();
    let text = text.strip_prefix("me ").unwrap_or(text).trim();
    let (at, about) = front(text, now, zone).or_else(|| back(text, now))?;
    let about = about.trim();
    let about = about.strip_prefix("to ").unwrap_or(about).trim();
    let good = !about.is_empty() && about.chars().count() <= TEXT && !about.contains('\0');
    good.then(|| (at, about.to_owned()))
}

/// A span such as `30m`, `2 hours`, `1 day`.
#[must_use]
pub fn span(text: &str) -> Option<TimeDelta> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    let count: i64 = text[..digits].parse().ok()?;
    let seconds = match text[digits..].trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "" | "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 7 * 86_400,
        _ => return None,
    };
    let span = count.checked_mul(seconds).filter(|span| (1..=LONGEST).contains(span))?;
    TimeDelta::try_seconds(span)
}

fn front(text: &str, now: Timestamp, zone: Tz) -> Option<(Timestamp, &str)> {
    let (word, rest) = text.split_once(' ')?;
    let rest = rest.trim_start();
    match word.to_ascii_lowercase().as_str() {
        "in" => {
            let (first, after) = rest.split_once(' ')?;
            // "2h call" and "2 hours call".
            if first.bytes().all(|byte| byte.is_ascii_digit()) {
                let (unit, more) = after.trim_start().split_once(' ')?;
                return Some((now + span(&format!("{first} {unit}"))?, more));
            }
            Some((now + span(first)?, after))
        }
        "at" => {
            let (time, after) = rest.split_once(' ')?;
            let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
            let today = on_day(now, zone, 0, time)?;
            Some((if today > now { today } else { on_day(now, zone, 1, time)? }, after))
        }
        "tomorrow" => {
            let at = NaiveTime::from_hms_opt(MORNING.0, MORNING.1, 0)?;
            let (at, rest) = match rest.strip_prefix("at ").and_then(|rest| rest.split_once(' ')) {
                Some((time, after)) => (NaiveTime::parse_from_str(time, "%H:%M").ok()?, after),
                None => (at, rest),
            };
            Some((on_day(now, zone, 1, at)?, rest))
        }
        _ => None,
    }
}

/// "call Ana in 20 minutes".
fn back(text: &str, now: Timestamp) -> Option<(Timestamp, &str)> {
    let (about, when) = text.rsplit_once(" in ")?;
    Some((now + span(when)?, about))
}

fn on_day(now: Timestamp, zone: Tz, days: u64, time: NaiveTime) -> Option<Timestamp> {
    let day = now.with_timezone(&zone).date_naive().checked_add_days(Days::new(days))?;
    // An hour that a change of the clocks leaves out has no moment.
    Some(zone.from_local_datetime(&day.and_time(time)).earliest()?.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_are_read_as_people_write_them() {
        let now = Timestamp::from_timestamp(1_700_000_000, 0).unwrap(); // 2023-11-14 23:13:20 in Berlin
        let check = |text: &str, expected: Option<(i64, &str)>| {
            let found = read(text, now, chrono_tz::Europe::Berlin);
            let found = found.map(|(at, about)| ((at - now).num_seconds(), about));
            assert_eq!(found.as_ref().map(|(at, about)| (*at, about.as_str())), expected, "{text}");
        };
        check("me in 20 minutes to call Ana", Some((1200, "call Ana")));
        check("in 2h look", Some((7200, "look")));
        check("in 1 day look in 5 places", Some((86_400, "look in 5 places")));
        check("look again in 30 min", Some((1800, "look again")));
        check("at 23:20 go", Some((400, "go")));
        check("at 08:00 rise", Some((31_600, "rise")));
        check("tomorrow to rise", Some((35_200, "rise")));
        check("tomorrow at 10:00 rise", Some((38_800, "rise")));
        for wrong in [
            "",
            "in",
            "in 5",
            "in 5 minutes",
            "at noon eat",
            "at 25:00 eat",
            "eat",
            "in 0 minutes eat",
            "in 99999999999999999999 days eat",
            "in 9223372036854775807 weeks eat",
            "eat in 400 days",
        ] {
            check(wrong, None);
        }
    }
}

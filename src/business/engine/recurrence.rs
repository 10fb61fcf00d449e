//! Days that come again and again, as RFC 5545 writes them. Only days: what has no hour knows no summer time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};

/// Characters of a rule.
const LONGEST: usize = 200;
/// Days, weeks, months or years between two times.
const INTERVAL: u16 = 1_000;
/// Times after which a rule ends.
const COUNT: u32 = 10_000;
const WRONG: &str = "is a rule of RFC 5545 by days, weeks, months or years, such as FREQ=WEEKLY;BYDAY=MO";

/// Reads a rule.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<String, String> {
    let text = text.to_ascii_uppercase();
    let text = text.strip_prefix("RRULE:").unwrap_or(&text).to_owned();
    if text.len() > LONGEST || text.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b':') {
        return Err(WRONG.into());
    }
    let rule = parse(&text).ok_or(WRONG)?;
    if rule.get_interval() > INTERVAL || rule.get_count().is_some_and(|count| !(1..=COUNT).contains(&count)) {
        return Err(format!("has an interval of at most {INTERVAL} and a count of at most {COUNT}"));
    }
    let far = NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|day| set(&rule, day));
    // UNTIL may lie before any day that one chooses; everything else shows with a day far back.
    if rule.get_until().is_none() && far.is_none_or(|set| first(set).is_none()) {
        return Err("never comes".into());
    }
    Ok(text)
}

/// The first day of a rule that begins with `from` after the day `after`, and the rule as it goes on from there;
/// `None` when it has come to its end.
#[must_use]
pub fn next(text: &str, from: NaiveDate, after: NaiveDate) -> Option<(NaiveDate, String)> {
    // How often is counted by those that were made, so that one who is late misses none.
    let (parts, counts): (Vec<_>, Vec<_>) = text.split(';').partition(|part| !part.starts_with("COUNT="));
    let mut rest = parts.join(";");
    let rule = parse(&rest)?;
    if let Some(count) = counts.first() {
        let left = count.trim_start_matches("COUNT=").parse::<u32>().ok()?.checked_sub(1)?;
        if left == 0 {
            return None;
        }
        rest.push_str(&format!(";COUNT={left}"));
    }
    let earliest = midnight(after.max(from).checked_add_days(Days::new(1))?);
    let day = first(set(&rule, from)?.after(earliest))?;
    Some((day, rest))
}

fn parse(text: &str) -> Option<RRule<Unvalidated>> {
    if text.split(';').any(str::is_empty) {
        return None;
    }
    // A day as the end is one of the days, which are counted by their midnights in UTC.
    let whole = |part: &str| match part.strip_prefix("UNTIL=") {
        Some(day) if day.len() == 8 => format!("{part}T000000Z"),
        _ => part.to_owned(),
    };
    let text = text.split(';').map(whole).collect::<Vec<_>>().join(";");
    // The library promises not to panic; what comes from outside gets no say in it.
    let rule: RRule<Unvalidated> = catch_unwind(|| text.parse().ok()).ok().flatten()?;
    let by_days = matches!(
        rule.get_freq(),
        Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly
    );
    let by_hours = ["BYHOUR", "BYMINUTE", "BYSECOND"].iter().any(|part| text.contains(part));
    (by_days && !by_hours).then_some(rule)
}

fn set(rule: &RRule<Unvalidated>, from: NaiveDate) -> Option<RRuleSet> {
    catch_unwind(AssertUnwindSafe(|| rule.clone().build(midnight(from)).ok())).ok().flatten()
}

fn first(set: RRuleSet) -> Option<NaiveDate> {
    let found = catch_unwind(AssertUnwindSafe(|| set.all(1))).ok()?;
    found.dates.first().map(DateTime::date_naive)
}

fn midnight(day: NaiveDate) -> DateTime<Tz> {
    day.and_time(NaiveTime::MIN).and_utc().with_timezone(&Tz::UTC)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn rules_are_of_days_and_come_to_pass() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(read(text).ok().as_deref(), expected, "{text}");
        };
        check("FREQ=DAILY", Some("FREQ=DAILY"));
        check("rrule:freq=weekly;byday=mo,we", Some("FREQ=WEEKLY;BYDAY=MO,WE"));
        check("FREQ=MONTHLY;BYMONTHDAY=-1", Some("FREQ=MONTHLY;BYMONTHDAY=-1"));
        check("FREQ=DAILY;UNTIL=20251231", Some("FREQ=DAILY;UNTIL=20251231"));
        for wrong in [
            "",
            "DAILY",
            "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=3",
            "FREQ=DAILY;INTERVAL=5000",
            "FREQ=DAILY;COUNT=0",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=DAILY DTSTART:20260101",
            "FREQ=DAILY;;",
            "FREQ=FOO",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn the_next_day_follows_from_the_rule() {
        let check = |rule: &str, from: &str, after: &str, expected: Option<(&str, &str)>| {
            let expected = expected.map(|(next, rest)| (day(next), rest.to_owned()));
            assert_eq!(next(rule, day(from), day(after)), expected, "{rule} from {from} after {after}");
        };
        check("FREQ=DAILY", "2026-03-28", "2026-03-28", Some(("2026-03-29", "FREQ=DAILY")));
        // One who is three weeks late is not given three in the past.
        check("FREQ=WEEKLY", "2026-11-02", "2026-11-24", Some(("2026-11-30", "FREQ=WEEKLY")));
        check(
            "FREQ=WEEKLY;INTERVAL=2",
            "2026-11-02",
            "2026-11-03",
            Some(("2026-11-16", "FREQ=WEEKLY;INTERVAL=2")),
        );
        check(
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2026-01-31",
            "2026-01-31",
            Some(("2026-02-28", "FREQ=MONTHLY;BYMONTHDAY=-1")),
        );
        check("FREQ=DAILY;COUNT=2", "2026-01-01", "2026-01-01", Some(("2026-01-02", "FREQ=DAILY;COUNT=1")));
        check("FREQ=DAILY;COUNT=1", "2026-01-01", "2026-01-01", None);
        check(
            "FREQ=DAILY;UNTIL=20260102",
            "2026-01-01",
            "2026-01-01",
            Some(("2026-01-02", "FREQ=DAILY;UNTIL=20260102")),
        );
        check("FREQ=DAILY;UNTIL=20260102", "2026-01-01", "2026-01-02", None);
    }

    proptest! {
        #[test]
        fn whatever_comes_as_a_rule_ends_in_an_answer(text in "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY))?[;A-Z=0-9,+-]{0,40}") {
            if let Ok(rule) = read(&text) {
                let from = day("2026-11-21");
                if let Some((found, rest)) = next(&rule, from, from) {
                    prop_assert!(found > from);
                    prop_assert!(read(&rest).is_ok());
                }
            }
        }
    }
}

//! Numbers, days and moments as people write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use super::settings::{Dates, Numbers};

/// A number as a decimal with a point and without needless zeros.
///
/// # Errors
/// What a number looks like.
pub fn decimal(text: &str, style: Numbers) -> Result<String, String> {
    let (point, comma, example) = match style {
        Numbers::Point => ('.', ',', "1,234.56"),
        Numbers::Comma => (',', '.', "1.234,56"),
    };
    let wrong = || format!("is a number such as {example}");
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once(point).map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let is_gap = |sign: char| sign == comma || matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let groups: Vec<&str> = whole.trim_start().split(is_gap).collect();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, rest) = groups.split_first().ok_or_else(wrong)?;
    let good =
        rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
    let is_there = !first.is_empty() || part.is_some_and(|part| !part.is_empty());
    if !good
        || !is_there
        || !groups.iter().all(|group| is_digits(group))
        || !is_digits(part.unwrap_or_default())
    {
        return Err(wrong());
    }
    let whole = groups.concat();
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.unwrap_or_default().trim_end_matches('0');
    let sign = if whole == "0" && part.is_empty() { "" } else { sign };
    Ok(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A day.
///
/// # Errors
/// What a day looks like.
pub fn day(text: &str, style: Dates) -> Result<NaiveDate, String> {
    let wrong = || {
        let example = match style {
            Dates::YearMonthDay => "2026-11-21",
            Dates::DayMonthYear => "21.11.2026",
            Dates::MonthDayYear => "11/21/2026",
        };
        format!("is a day such as {example}")
    };
    let parts: Vec<&str> = text.trim().split(['.', '/', '-']).map(str::trim).collect();
    let [one, two, three] = parts[..] else { return Err(wrong()) };
    let is_digits =
        |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if ![one, two, three].into_iter().all(is_digits) {
        return Err(wrong());
    }
    let (year, month, day) = match style {
        _ if one.len() == 4 => (one, two, three),
        Dates::YearMonthDay => return Err(wrong()),
        Dates::DayMonthYear => (three, two, one),
        Dates::MonthDayYear => (three, one, two),
    };
    // Of two digits nobody knows the century.
    if year.len() != 4 {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
    let year = i32::try_from(number(year)?).map_err(|_| wrong())?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).ok_or_else(wrong)
}

/// A moment (RFC 3339), or a day with or without a time of day, in UTC.
///
/// # Errors
/// What a moment looks like.
pub fn moment(text: &str, style: Dates) -> Result<String, String> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_rfc3339());
    }
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let date = day(date.trim_end_matches(','), style)?;
    let time = time.trim();
    let read = |form| NaiveTime::parse_from_str(time, form).ok();
    let time = match time {
        "" => NaiveTime::MIN,
        _ => ["%H:%M:%S%.f", "%H:%M"].into_iter().find_map(read).ok_or("has a time of day such as 14:30")?,
    };
    Ok(NaiveDateTime::new(date, time).and_utc().to_rfc3339())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        use Numbers::{Comma, Point};
        for (text, style, expected) in [
            ("1,234.56", Point, Some("1234.56")),
            ("1.234,56", Comma, Some("1234.56")),
            ("1 234 567,80", Comma, Some("1234567.8")),
            ("1'234.50", Point, Some("1234.5")),
            ("-0,5", Comma, Some("-0.5")),
            ("−7", Point, Some("-7")),
            ("007", Point, Some("7")),
            (".5", Point, Some("0.5")),
            ("-0.00", Point, Some("0")),
            ("1,23", Point, None),
            ("1.5", Comma, None),
            ("12,34,567", Point, None),
            ("", Point, None),
            (".", Point, None),
            ("1e3", Point, None),
            ("1.2.3", Point, None),
        ] {
            assert_eq!(decimal(text, style).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn days_and_moments_are_read_in_the_order_that_is_said() {
        use Dates::{DayMonthYear, MonthDayYear, YearMonthDay};
        for (text, style, expected) in [
            ("2026-11-21", DayMonthYear, Some("2026-11-21")),
            ("21.11.2026", DayMonthYear, Some("2026-11-21")),
            ("1. 2. 2026", DayMonthYear, Some("2026-02-01")),
            ("11/21/2026", MonthDayYear, Some("2026-11-21")),
            ("21/11/2026", MonthDayYear, None),
            ("21.11.2026", YearMonthDay, None),
            ("21.11.26", DayMonthYear, None),
            ("2026-02-30", YearMonthDay, None),
            ("soon", YearMonthDay, None),
        ] {
            assert_eq!(day(text, style).ok().map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(moment("21.11.2026 08:30", DayMonthYear).as_deref(), Ok("2026-11-21T08:30:00+00:00"));
        assert_eq!(
            moment("2026-11-21T08:30:00.5", YearMonthDay).as_deref(),
            Ok("2026-11-21T08:30:00.500+00:00")
        );
        assert_eq!(moment("2026-11-21", YearMonthDay).as_deref(), Ok("2026-11-21T00:00:00+00:00"));
    }
}

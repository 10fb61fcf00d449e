//! The values of fields: read strictly, kept in one form, and the keys by which they sort.

use chrono::{DateTime, Datelike as _, NaiveDate};
use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use super::field::{Choice, Field, Holds, Slot};
use super::kind::Kind;
use super::recurrence;

/// Millionths of one: the form of decimals in an index.
const ONE: i64 = 1_000_000;
/// Characters of a line of text.
const LINE: usize = 500;
/// Characters of a long text.
const LONG: usize = 100_000;
/// Values of a field with any number of them.
const MANY: usize = 100;
/// Characters of a text that sort; longer ones with the same beginning sort by id.
const KEY: usize = 120;
/// Minor units that an amount may have, so that sums of millions of them stay exact.
const AMOUNT: i64 = 1_000_000_000_000_000;

/// What a field sorts and is compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Text(String),
    Number(i64),
}

/// Reads a value for a field. `None` when it is empty.
///
/// # Errors
/// What is wrong with it.
pub fn parse(holds: &Holds, value: &Value) -> Result<Option<Value>, String> {
    if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let parsed = match holds {
        Holds::Text | Holds::Phone => json!(line(value)?),
        Holds::Markdown => json!(long(value)?),
        Holds::Number { scale } => json!(decimal_text(number(value, *scale)?)),
        Holds::Money => money(value)?,
        Holds::Date => json!(date(text(value)?)?),
        Holds::Datetime => json!(moment(text(value)?)?),
        Holds::Boolean => json!(value.as_bool().ok_or("is true or false")?),
        Holds::Choice { options } => json!(option(options, value)?),
        Holds::Choices { options } => {
            return several(value, |one| option(options, one).map(str::to_owned));
        }
        Holds::Tags => return several(value, |one| line(one).map(str::to_owned)),
        Holds::Recurrence => json!(recurrence::read(line(value)?)?),
        Holds::Link { .. } | Holds::Person => {
            json!(Uuid::try_parse(text(value)?).map_err(|_| "is an id")?)
        }
        Holds::Email => json!(email(line(value)?)?),
        Holds::Url => json!(url(line(value)?)?),
    };
    Ok(Some(parsed))
}

/// What the field sorts by; `None` when it is empty or does not sort.
#[must_use]
pub fn key(holds: &Holds, value: &Value) -> Option<Key> {
    Some(match holds {
        Holds::Text | Holds::Email | Holds::Phone | Holds::Url => Key::Text(sort_text(value.as_str()?)),
        Holds::Link { .. } | Holds::Person => Key::Text(value.as_str()?.to_owned()),
        // What is no option any more comes last.
        Holds::Choice { options } => {
            let value = value.as_str()?;
            let place = options.iter().position(|option| option.value == value).unwrap_or(options.len());
            Key::Number(i64::try_from(place).ok()?)
        }
        Holds::Number { .. } => Key::Number(decimal(value.as_str()?, 6).ok()?),
        Holds::Money => Key::Number(value.get("minor")?.as_i64()?),
        Holds::Date => Key::Number(i64::from(value.as_str()?.parse::<NaiveDate>().ok()?.num_days_from_ce())),
        Holds::Datetime => {
            Key::Number(DateTime::parse_from_rfc3339(value.as_str()?).ok()?.timestamp_micros())
        }
        Holds::Boolean => Key::Number(i64::from(value.as_bool()?)),
        Holds::Markdown | Holds::Choices { .. } | Holds::Tags | Holds::Recurrence => return None,
    })
}

/// The keys of a record's fields, by slot.
pub fn keys<'a>(kind: &'a Kind, fields: &'a Map<String, Value>) -> impl Iterator<Item = (Slot, Key)> + 'a {
    kind.fields.iter().filter_map(move |field| {
        let slot = field.slot?;
        Some((slot, key(&field.holds, fields.get(&field.name)?)?))
    })
}

/// The words by which full-text search finds a record.
#[must_use]
pub fn words(kind: &Kind, fields: &Map<String, Value>) -> String {
    let mut words = String::new();
    for field in kind.fields.iter().filter(|field| field.holds.is_searched()) {
        let value = fields.get(&field.name);
        let many = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for text in value.into_iter().chain(many).filter_map(Value::as_str) {
            if !words.is_empty() {
                words.push('\n');
            }
            words.push_str(&fold(text));
        }
    }
    words
}

/// The values of fields that have many, or that are links: name and value.
pub fn entries<'a>(
    kind: &'a Kind,
    fields: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a Field, &'a str)> {
    kind.fields.iter().filter(|field| is_entered(&field.holds)).flat_map(move |field| {
        let value = fields.get(&field.name);
        let many = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        value.into_iter().chain(many).filter_map(Value::as_str).map(move |text| (field, text))
    })
}

/// Whether the values of a field have rows of their own, by which records are found.
#[must_use]
pub fn is_entered(holds: &Holds) -> bool {
    holds.is_many() || matches!(holds, Holds::Link { .. })
}

/// A text without regard to case and accents.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase).collect()
}

/// The form of a text that sorts.
#[must_use]
pub fn sort_text(text: &str) -> String {
    fold(text.trim()).chars().take(KEY).collect()
}

/// Reads an exact decimal with at most `scale` digits behind the point, as millionths.
///
/// # Errors
/// What is wrong with it.
pub fn decimal(text: &str, scale: u8) -> Result<i64, String> {
    let wrong = || format!("is a number with at most {scale} digits behind the point");
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let good =
        !whole.is_empty() && is_digits(whole) && is_digits(part) && part.len() <= usize::from(scale.min(6));
    if !good || (digits.contains('.') && part.is_empty()) {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let part: i64 = format!("{part:0<6}").parse().map_err(|_| wrong())?;
    let value = whole.checked_mul(ONE).and_then(|whole| whole.checked_add(part)).ok_or_else(wrong)?;
    Ok(if negative { -value } else { value })
}

/// Millionths as a decimal without needless zeros.
#[must_use]
pub fn decimal_text(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, part) =
        (millionths.unsigned_abs() / ONE.unsigned_abs(), millionths.unsigned_abs() % ONE.unsigned_abs());
    if part == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{part:06}").trim_end_matches('0'))
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().map(str::trim).ok_or_else(|| "is a text".to_owned())
}

fn line(value: &Value) -> Result<&str, String> {
    let text = text(value)?;
    if text.chars().count() > LINE {
        return Err(format!("has at most {LINE} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("is one line without control characters".into());
    }
    Ok(text)
}

fn long(value: &Value) -> Result<&str, String> {
    let text = value.as_str().ok_or("is a text")?;
    if text.chars().count() > LONG {
        return Err(format!("has at most {LONG} characters"));
    }
    if text.contains('\0') {
        return Err("holds no NUL character".into());
    }
    Ok(text)
}

fn number(value: &Value, scale: u8) -> Result<i64, String> {
    match value {
        Value::Number(number) => decimal(&number.to_string(), scale),
        other => decimal(text(other)?, scale),
    }
}

fn money(value: &Value) -> Result<Value, String> {
    let wrong = "is an amount such as {\"minor\": 1250, \"currency\": \"EUR\"}";
    let minor = value.get("minor").and_then(Value::as_i64).ok_or(wrong)?;
    let currency = value.get("currency").and_then(Value::as_str).ok_or(wrong)?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err("has a currency of three capital letters (ISO 4217)".into());
    }
    if minor.abs() > AMOUNT {
        return Err(format!("is at most {AMOUNT} minor units"));
    }
    Ok(json!({ "minor": minor, "currency": currency }))
}

fn date(text: &str) -> Result<String, String> {
    let wrong = "is a day such as 2026-11-21";
    let date: NaiveDate = text.parse().map_err(|_| wrong)?;
    if (1..=9999).contains(&date.year()) { Ok(date.to_string()) } else { Err(wrong.into()) }
}

fn moment(text: &str) -> Result<String, String> {
    let moment =
        DateTime::parse_from_rfc3339(text).map_err(|_| "is a moment such as 2026-11-21T08:00:00Z")?;
    Ok(moment.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

fn option<'a>(options: &[Choice], value: &'a Value) -> Result<&'a str, String> {
    let asked = text(value)?;
    if options.iter().any(|option| option.value == asked) {
        return Ok(asked);
    }
    let known: Vec<_> = options.iter().take(20).map(|option| option.value.as_str()).collect();
    Err(format!("is one of {}", known.join(", ")))
}

fn several(value: &Value, one: impl Fn(&Value) -> Result<String, String>) -> Result<Option<Value>, String> {
    let asked = value.as_array().ok_or("is a list")?;
    if asked.len() > MANY {
        return Err(format!("has at most {MANY} values"));
    }
    let mut all: Vec<String> = Vec::with_capacity(asked.len());
    for value in asked {
        let value = one(value)?;
        if !value.is_empty() && !all.contains(&value) {
            all.push(value);
        }
    }
    Ok((!all.is_empty()).then(|| json!(all)))
}

fn email(text: &str) -> Result<&str, String> {
    let good = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    if good && !text.contains(char::is_whitespace) {
        Ok(text)
    } else {
        Err("is an address such as ana@example.org".into())
    }
}

fn url(text: &str) -> Result<&str, String> {
    let good = text.starts_with("https://") || text.starts_with("http://");
    if good && !text.contains(char::is_whitespace) {
        Ok(text)
    } else {
        Err("is an address such as https://example.org".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_have_one_form() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(decimal(text, 3).ok().map(decimal_text).as_deref(), expected, "{text}");
        };
        check("12.50", Some("12.5"));
        check("-0.001", Some("-0.001"));
        check("-7", Some("-7"));
        check("0", Some("0"));
        check("9000000000000", Some("9000000000000"));
        for wrong in ["", "-", ".5", "1.", "1e3", "1.2345", "99999999999999999999", "1,5", "+1", "0x1"] {
            check(wrong, None);
        }
    }

    #[test]
    fn values_that_a_field_does_not_hold_are_told() {
        let check = |holds: &Holds, value: Value, expected: Result<Option<Value>, &str>| {
            assert_eq!(parse(holds, &value), expected.map_err(str::to_owned), "{value}");
        };
        check(&Holds::Text, json!("  Ana "), Ok(Some(json!("Ana"))));
        check(&Holds::Text, json!(" "), Ok(None));
        check(&Holds::Text, json!("a\nb"), Err("is one line without control characters"));
        check(&Holds::Number { scale: 2 }, json!(1.5), Ok(Some(json!("1.5"))));
        check(&Holds::Date, json!("2026-02-30"), Err("is a day such as 2026-11-21"));
        check(&Holds::Datetime, json!("2026-11-21T10:00:00+02:00"), Ok(Some(json!("2026-11-21T08:00:00Z"))));
        check(&Holds::Tags, json!(["a", " a", "b"]), Ok(Some(json!(["a", "b"]))));
        check(&Holds::Tags, json!([]), Ok(None));
        let money = json!({ "minor": 1250, "currency": "EUR" });
        check(&Holds::Money, money.clone(), Ok(Some(money)));
        check(&Holds::Email, json!("ana@x"), Err("is an address such as ana@example.org"));
    }

    #[test]
    fn texts_sort_without_regard_to_case_and_accents() {
        let mut names = ["Zoë", "émile", "Anna", "anna b", "Ärger", "zoe a"];
        names.sort_by_key(|name| sort_text(name));
        assert_eq!(names, ["Anna", "anna b", "Ärger", "émile", "Zoë", "zoe a"]);
    }
}

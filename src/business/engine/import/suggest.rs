//! What the columns of a file likely are, by their names and by what is in them.

use crate::business::engine::field::Holds;
use crate::business::engine::kind::Kind;
use crate::business::engine::rights::Access;
use crate::business::engine::value::fold;

use super::about::About;
use super::map::Target;
use super::number;
use super::settings::{Dates, Numbers, Settings};

/// Settings that fit a file as far as one can tell.
#[must_use]
pub fn suggest(kind: &Kind, access: &Access, about: &About) -> Settings {
    let mut mapping: Vec<Option<String>> = Vec::with_capacity(about.header.len());
    for header in &about.header {
        let name = column(kind, header).filter(|name| !mapping.iter().flatten().any(|known| known == name));
        let is_seen = |name: &String| {
            let target = Target::parse(kind, name);
            target.is_some_and(|target| target.field().is_none_or(|field| !access.is_read_only(field)))
        };
        mapping.push(name.filter(is_seen));
    }
    let cells = |of: &dyn Fn(&Holds) -> bool| -> Vec<&str> {
        let is_wanted = |name: &Option<String>| {
            let target = name.as_ref().and_then(|name| Target::parse(kind, name));
            target
                .and_then(|target| kind.field(target.field()?).cloned())
                .is_some_and(|field| of(&field.holds))
        };
        let wanted: Vec<bool> = mapping.iter().map(is_wanted).collect();
        about
            .sample
            .iter()
            .flat_map(|row| row.iter().zip(&wanted))
            .filter(|(_, is)| **is)
            .map(|(cell, _)| cell.as_str())
            .collect()
    };
    let numbers = numbers(&cells(&|holds| matches!(holds, Holds::Money | Holds::Number { .. })));
    let dates = dates(&cells(&|holds| matches!(holds, Holds::Date | Holds::Datetime)));
    Settings { mapping, numbers, dates, ..Settings::default() }
}

fn column(kind: &Kind, header: &str) -> Option<String> {
    let exact = header.trim();
    if Target::parse(kind, exact).is_some() {
        return Some(exact.to_owned());
    }
    let words = |text: &str| -> String { fold(text).chars().filter(|sign| sign.is_alphanumeric()).collect() };
    let asked = words(header);
    let is_it = |name: &str, label: &str| words(name) == asked || words(label) == asked;
    for field in &kind.fields {
        if is_it(&field.name, &field.label) {
            return Some(field.name.clone());
        }
        for part in ["amount", "currency", "id"] {
            let name = format!("{}.{part}", field.name);
            if is_it(&name, &format!("{} {part}", field.label)) && Target::parse(kind, &name).is_some() {
                return Some(name);
            }
        }
    }
    (asked == "owner").then(|| "owner".to_owned())
}

/// A comma before the last digits, and never a point there.
fn numbers(cells: &[&str]) -> Numbers {
    let fits = |style| cells.iter().filter(|cell| number::decimal(digits(cell), style).is_ok()).count();
    if fits(Numbers::Comma) > fits(Numbers::Point) { Numbers::Comma } else { Numbers::Point }
}

fn digits(cell: &str) -> &str {
    cell.trim_matches(|sign: char| !sign.is_ascii_digit() && !matches!(sign, '-' | '−' | '.' | ','))
}

/// The order that most cells fit, those with points first: where they are used, the day comes first.
fn dates(cells: &[&str]) -> Dates {
    let fits = |style| cells.iter().filter(|cell| number::moment(cell, style).is_ok()).count();
    let all = [Dates::MonthDayYear, Dates::DayMonthYear, Dates::YearMonthDay];
    all.into_iter().max_by_key(|style| fits(*style)).unwrap_or_default()
}

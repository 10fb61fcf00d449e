//! From the cells of a row to the fields of a record.

use serde_json::{Map, Value, json};

use crate::business::engine::export::unescape;
use crate::business::engine::field::{Choice, Field, Holds, label_of};
use crate::business::engine::kind::Kind;
use crate::business::engine::money;
use crate::business::engine::value::{self, fold};
use crate::ids::RecordId;

use super::number;
use super::part::Cell;
use super::settings::{Dates, Numbers, Settings};

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Field(String),
    Amount(String),
    Currency(String),
    LinkId(String),
    Owner,
    Id,
}

/// What a row says of a record. Links and people are still as they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub id: Option<RecordId>,
    pub owner: Option<String>,
    pub fields: Map<String, Value>,
    /// Field and what names the other record: its id, title or address.
    pub links: Vec<(String, String)>,
    pub people: Vec<(String, String)>,
}

impl Target {
    #[must_use]
    pub fn parse(kind: &Kind, text: &str) -> Option<Self> {
        let holds = |name: &str| kind.field(name).map(|field| &field.holds);
        match text.split_once('.') {
            None if text == "owner" => Some(Self::Owner),
            None if text == "id" => Some(Self::Id),
            None => holds(text).map(|_| Self::Field(text.to_owned())),
            Some((name, "amount")) if holds(name) == Some(&Holds::Money) => {
                Some(Self::Amount(name.to_owned()))
            }
            Some((name, "currency")) if holds(name) == Some(&Holds::Money) => {
                Some(Self::Currency(name.to_owned()))
            }
            Some((name, "id")) if matches!(holds(name), Some(Holds::Link { .. })) => {
                Some(Self::LinkId(name.to_owned()))
            }
            Some(_) => None,
        }
    }

    /// The field that it fills.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Field(name) | Self::Amount(name) | Self::Currency(name) | Self::LinkId(name) => Some(name),
            Self::Owner | Self::Id => None,
        }
    }
}

/// Reads a row; `targets` are the columns.
///
/// # Errors
/// What is wrong with it, for people.
pub fn read(
    kind: &Kind,
    settings: &Settings,
    targets: &[Option<Target>],
    columns: usize,
    cells: &[Cell],
) -> Result<Reading, String> {
    if cells.len() > columns {
        return Err(format!("The row has {} cells, and the first one {columns}", cells.len()));
    }
    let mut reading = Reading { fields: settings.defaults.clone(), ..Reading::default() };
    let (mut amounts, mut faults) = (Vec::new(), Vec::new());
    for (target, cell) in targets.iter().zip(cells) {
        let Some(target) = target.as_ref().filter(|_| !cell.text().trim().is_empty()) else { continue };
        if let Err(fault) = put(kind, settings, target, cell, &mut reading, &mut amounts) {
            faults.push(format!("{} {fault}", label_of(target.field().unwrap_or("id"))));
        }
    }
    for (name, amount, currency) in amounts {
        match money_of(settings, amount, currency) {
            Ok(Some(value)) => drop(reading.fields.insert(name, value)),
            Ok(None) => {}
            Err(fault) => faults.push(format!("{} {fault}", label_of(&name))),
        }
    }
    if faults.is_empty() { Ok(reading) } else { Err(faults.join("; ")) }
}

/// Name of a field, its amount, its currency.
type Amounts = Vec<(String, Option<String>, Option<String>)>;

fn put(
    kind: &Kind,
    settings: &Settings,
    target: &Target,
    cell: &Cell,
    reading: &mut Reading,
    amounts: &mut Amounts,
) -> Result<(), String> {
    let text = plain(cell);
    match target {
        Target::Id => reading.id = Some(text.trim().parse().map_err(|_| "is an id")?),
        Target::Owner => reading.owner = Some(text.trim().to_owned()),
        // The id is better than the title beside it.
        Target::LinkId(name) => {
            reading.links.retain(|(field, _)| field != name);
            reading.links.push((name.clone(), text.trim().to_owned()));
        }
        Target::Amount(name) => part_of(amounts, name).1 = Some(decimal(cell, settings.numbers)?),
        Target::Currency(name) => part_of(amounts, name).2 = Some(currency(text)?),
        Target::Field(name) => {
            let Some(field) = kind.field(name) else { return Ok(()) };
            match &field.holds {
                Holds::Link { .. } if reading.links.iter().any(|(known, _)| known == name) => {}
                Holds::Link { .. } => reading.links.push((name.clone(), text.trim().to_owned())),
                Holds::Person => reading.people.push((name.clone(), text.trim().to_owned())),
                Holds::Money => whole(part_of(amounts, name), cell, settings.numbers)?,
                _ => field_value(field, settings, cell, &mut reading.fields)?,
            }
        }
    }
    Ok(())
}

fn part_of<'a>(amounts: &'a mut Amounts, name: &str) -> &'a mut (String, Option<String>, Option<String>) {
    let place = amounts.iter().position(|(known, ..)| known == name).unwrap_or_else(|| {
        amounts.push((name.to_owned(), None, None));
        amounts.len() - 1
    });
    &mut amounts[place]
}

fn field_value(
    field: &Field,
    settings: &Settings,
    cell: &Cell,
    fields: &mut Map<String, Value>,
) -> Result<(), String> {
    let text = plain(cell);
    let written = match &field.holds {
        Holds::Number { scale } => json!(rounded(decimal(cell, settings.numbers)?, *scale, cell)),
        Holds::Date => json!(date(text, settings.dates)?.to_string()),
        Holds::Datetime => json!(number::moment(text, settings.dates)?),
        Holds::Boolean => json!(boolean(text)?),
        Holds::Choice { options } => json!(choice(options, text)),
        Holds::Choices { options } => {
            json!(split(text).iter().map(|one| choice(options, one)).collect::<Vec<_>>())
        }
        Holds::Tags => json!(split(text)),
        _ => json!(text),
    };
    if let Some(value) = value::parse(&field.holds, &written)? {
        fields.insert(field.name.clone(), value);
    }
    Ok(())
}

/// A day; what stands behind it is its midnight.
fn date(text: &str, style: Dates) -> Result<chrono::NaiveDate, String> {
    let text = text.trim();
    let day = text.strip_suffix("T00:00:00").or_else(|| text.strip_suffix(" 00:00:00")).unwrap_or(text);
    number::day(day, style)
}

/// The text of a cell without what keeps spreadsheets from taking it for a formula.
fn plain(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => unescape(text),
        Cell::Exact { exact } => exact,
    }
}

fn decimal(cell: &Cell, style: Numbers) -> Result<String, String> {
    match cell {
        Cell::Text(text) => number::decimal(unescape(text.trim()), style),
        Cell::Exact { exact } => number::decimal(exact, Numbers::Point),
    }
}

/// A number that a spreadsheet has reckoned has as many digits as its field.
fn rounded(decimal: String, scale: u8, cell: &Cell) -> String {
    let is_long = decimal.split_once('.').is_some_and(|(_, part)| part.len() > usize::from(scale).max(10));
    match (cell, decimal.parse::<f64>()) {
        (Cell::Exact { .. }, Ok(number)) if is_long => format!("{number:.*}", usize::from(scale)),
        _ => decimal,
    }
}

fn currency(text: &str) -> Result<String, String> {
    let code = match text.trim() {
        "€" => "EUR".to_owned(),
        "$" => "USD".to_owned(),
        "£" => "GBP".to_owned(),
        code => code.to_uppercase(),
    };
    let good = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if good { Ok(code) } else { Err("has a currency of three letters (ISO 4217)".into()) }
}

/// An amount with its currency before or behind it, or without one.
fn whole(
    amount: &mut (String, Option<String>, Option<String>),
    cell: &Cell,
    style: Numbers,
) -> Result<(), String> {
    let text = plain(cell).trim();
    let is_sign = |sign: char| sign.is_alphabetic() || matches!(sign, '€' | '$' | '£');
    let number = text.trim_matches(is_sign).trim();
    let (before, after) = text.split_once(number).filter(|_| !number.is_empty()).unwrap_or(("", ""));
    let sign = format!("{}{}", before.trim(), after.trim());
    if !sign.is_empty() {
        amount.2 = Some(currency(&sign)?);
    }
    let cell = if sign.is_empty() { cell.clone() } else { Cell::Text(number.to_owned()) };
    amount.1 = Some(decimal(&cell, style)?);
    Ok(())
}

fn money_of(
    settings: &Settings,
    amount: Option<String>,
    currency: Option<String>,
) -> Result<Option<Value>, String> {
    let Some(amount) = amount else { return Ok(None) };
    let currency = currency.or_else(|| settings.currency.clone()).ok_or("has no currency")?;
    let minor = money::minor(&amount, &currency)?;
    value::parse(&Holds::Money, &json!({ "minor": minor, "currency": currency }))
}

fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" | "ja" | "j" | "wahr" => Ok(true),
        "false" | "no" | "n" | "0" | "-" | "nein" | "falsch" => Ok(false),
        _ => Err("is yes or no".into()),
    }
}

/// The value of an option that is named by its value or label.
fn choice(options: &[Choice], text: &str) -> String {
    let asked = fold(text.trim());
    let found = options.iter().find(|option| option.value == asked || fold(&option.label) == asked);
    found.map_or_else(|| text.trim().to_owned(), |option| option.value.clone())
}

/// Values with `;` between them; two of them are one within a value.
fn split(text: &str) -> Vec<String> {
    let (mut all, mut signs) = (vec![String::new()], text.chars().peekable());
    while let Some(sign) = signs.next() {
        match sign {
            ';' if signs.peek() == Some(&';') => {
                signs.next();
                all.last_mut().into_iter().for_each(|last| last.push(';'));
            }
            ';' => all.push(String::new()),
            _ => all.last_mut().into_iter().for_each(|last| last.push(sign)),
        }
    }
    all.into_iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

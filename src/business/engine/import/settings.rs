//! What the owner of an import says of its file.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::Holds;
use crate::business::engine::kind::Kind;
use crate::business::engine::rights::Access;

use super::map::Target;

/// How the rows of a file become records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportSettings)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What each column is: the name of a field, `FIELD.amount`, `FIELD.currency`, `FIELD.id`, `owner`, `id`, or
    /// null for a column that is left out.
    pub mapping: Vec<Option<String>>,
    /// Fields that together tell whether a record is there already; `id` is possible.
    pub same_by: Vec<String>,
    /// What becomes of a row whose record is there.
    pub duplicates: Duplicates,
    /// Values of fields that a row leaves empty, as in a new record.
    #[schema(value_type = Object)]
    pub defaults: Map<String, Value>,
    /// Fields of links whose records are made when there is none of that title.
    pub create_links: Vec<String>,
    pub numbers: Numbers,
    pub dates: Dates,
    /// The currency (ISO 4217) of amounts without one.
    pub currency: Option<String>,
    /// Whether the first row is a record as well.
    pub no_header: bool,
}

/// What becomes of a row whose record is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportDuplicates)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// The row is left out.
    #[default]
    Skip,
    /// The record gets the values of the row; empty cells change nothing.
    Update,
    /// Another record is made.
    Create,
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportNumbers)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// 1,234.56
    #[default]
    Point,
    /// 1.234,56
    Comma,
}

/// How days are written; 2026-11-21 is always understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordImportDates)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    #[default]
    YearMonthDay,
    /// 21.11.2026
    DayMonthYear,
    /// 11/21/2026
    MonthDayYear,
}

impl Settings {
    /// Checks them against the type and the number of columns.
    ///
    /// # Errors
    /// What does not fit.
    pub fn check(&self, kind: &Kind, access: &Access, columns: usize) -> Result<(), EngineError> {
        let wrong = |text: String| Err(EngineError::Invalid(text));
        if self.mapping.len() > columns {
            return wrong(format!("the file has {columns} columns"));
        }
        let mut seen = std::collections::HashSet::new();
        for name in self.mapping.iter().flatten() {
            let known = Target::parse(kind, name)
                .filter(|target| target.field().is_none_or(|field| !access.is_hidden(field)));
            if known.is_none() {
                return wrong(format!("{name} is nothing that a column can be"));
            }
            if !seen.insert(name) {
                return wrong(format!("{name} is there twice"));
            }
        }
        for name in &self.same_by {
            let field = kind.field(name).filter(|field| field.slot.is_some() && !access.is_hidden(name));
            if name != "id" && field.is_none() {
                return wrong(format!("{name} is no field by which records are found"));
            }
        }
        if self.same_by.len() > 4 {
            return wrong("records are told apart by at most 4 fields".into());
        }
        self.check_fields(kind, access)?;
        let is_currency =
            |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.currency.as_ref().is_some_and(|code| !is_currency(code)) {
            return wrong("a currency is three capital letters (ISO 4217)".into());
        }
        Ok(())
    }

    fn check_fields(&self, kind: &Kind, access: &Access) -> Result<(), EngineError> {
        let wrong = |text: String| Err(EngineError::Invalid(text));
        let is_link =
            |name: &String| matches!(kind.field(name).map(|field| &field.holds), Some(Holds::Link { .. }));
        if let Some(name) = self.create_links.iter().find(|name| !is_link(name) || access.is_hidden(name)) {
            return wrong(format!("{name} is no link"));
        }
        if let Some(name) =
            self.defaults.keys().find(|name| kind.field(name).is_none() || access.is_hidden(name))
        {
            return wrong(format!("there is no field {name}"));
        }
        Ok(())
    }
}

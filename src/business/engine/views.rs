//! Views: how a list is looked at. What one says is checked against its type when it is saved; what has gone since
//! is left out when it is read, and told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::EngineError;
use super::field::{Holds, Slot};
use super::filter::{Filter, FilterJson, Meaning, Place, place};
use super::kind::Kind;
use super::list::{Ask, check_visible, summed};
use super::rights::Access;

/// Columns of one view.
const COLUMNS: usize = 100;
/// Fields that one view adds up.
const SUMS: usize = 10;
/// Characters of what is looked for.
const SEARCH: usize = 200;

/// The way in which records are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordLayout)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    #[default]
    Table,
    Board,
    Calendar,
    Timeline,
    Cards,
}

/// How a list is looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordLook)]
#[serde(deny_unknown_fields)]
pub struct Look {
    pub layout: Layout,
    /// Names of fields, `state`, `owner`, `created_at`, `updated_at`; without any, those that the type shows.
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub filter: Option<FilterJson>,
    /// Words that the records hold.
    #[serde(default)]
    pub search: Option<String>,
    /// Names of fields, `-` before a name turns the order round.
    #[serde(default)]
    pub sort: Vec<String>,
    /// The field whose values make the groups.
    #[serde(default)]
    pub group: Option<String>,
    /// Fields of numbers or amounts that are added up.
    #[serde(default)]
    pub sums: Vec<String>,
}

impl Look {
    /// Refuses what does not fit the type, or what the caller may not see of it.
    ///
    /// # Errors
    /// `EngineError::Invalid` says what.
    pub fn check(&self, kind: &Kind, access: &Access, meaning: Meaning<'_>) -> Result<(), EngineError> {
        if self.columns.len() > COLUMNS || self.sums.len() > SUMS {
            return Err(EngineError::Invalid(format!(
                "a view has at most {COLUMNS} columns and {SUMS} sums"
            )));
        }
        if self.search.as_ref().is_some_and(|search| search.chars().count() > SEARCH) {
            return Err(EngineError::Invalid(format!("a view looks for at most {SEARCH} characters")));
        }
        self.ask().listing(kind, access, meaning)?;
        if let Some(name) = self.columns.iter().find(|name| !is_column(kind, access, name)) {
            return Err(EngineError::Invalid(format!("there is no field {name}")));
        }
        if let Some(name) = self.group.as_ref().filter(|name| !is_group(kind, access, name)) {
            return Err(EngineError::Invalid(format!("{name} is no field that makes groups")));
        }
        self.sums.iter().try_for_each(|name| summed(kind, access, name).map(|_| ()))
    }

    /// The view without what is gone or hidden from the caller, and the names of that.
    #[must_use]
    pub fn fitting(mut self, kind: &Kind, access: &Access, meaning: Meaning<'_>) -> (Self, Vec<String>) {
        let mut lost = Vec::new();
        let mut keep = |names: &mut Vec<String>, fits: &dyn Fn(&str) -> bool| {
            names.retain(|name| {
                let fits = fits(name);
                if !fits {
                    lost.push(name.trim_start_matches('-').to_owned());
                }
                fits
            });
        };
        keep(&mut self.columns, &|name| is_column(kind, access, name));
        keep(&mut self.sums, &|name| summed(kind, access, name).is_ok());
        keep(&mut self.sort, &|name| {
            let name = name.trim_start_matches('-');
            place(kind, name).is_some() && !access.is_hidden(name)
        });
        let mut group: Vec<String> = self.group.take().into_iter().collect();
        keep(&mut group, &|name| is_group(kind, access, name));
        self.group = group.pop();
        let reads = |test: &FilterJson| {
            check_visible(test, access).is_ok() && Filter::read(kind, test, meaning).is_ok()
        };
        self.filter = self.filter.and_then(|filter| fitting(filter, &reads, &mut lost));
        lost.sort_unstable();
        lost.dedup();
        (self, lost)
    }

    fn ask(&self) -> Ask {
        Ask {
            filter: self.filter.clone(),
            search: self.search.clone(),
            sort: self.sort.clone(),
            deleted: false,
            as_of: None,
        }
    }
}

/// The conditions that can still be read. What is turned round goes as a whole: half of it would show more.
fn fitting(
    filter: FilterJson,
    reads: &dyn Fn(&FilterJson) -> bool,
    lost: &mut Vec<String>,
) -> Option<FilterJson> {
    let each = |all: Vec<FilterJson>, lost: &mut Vec<String>| -> Vec<FilterJson> {
        all.into_iter().filter_map(|one| fitting(one, reads, lost)).collect()
    };
    match filter {
        FilterJson::All { all } => {
            Some(each(all, lost)).filter(|all| !all.is_empty()).map(|all| FilterJson::All { all })
        }
        FilterJson::Any { any } => {
            Some(each(any, lost)).filter(|any| !any.is_empty()).map(|any| FilterJson::Any { any })
        }
        FilterJson::Not { not } => {
            let before = lost.len();
            let not = fitting(*not, reads, lost)?;
            (lost.len() == before).then(|| FilterJson::Not { not: Box::new(not) })
        }
        FilterJson::Test { .. } if reads(&filter) => Some(filter),
        FilterJson::Test { field, .. } => {
            lost.push(field);
            None
        }
    }
}

fn is_column(kind: &Kind, access: &Access, name: &str) -> bool {
    let is_shared = matches!(name, "state" | "owner" | "created_at" | "updated_at");
    is_shared || kind.field(name).is_some() && !access.is_hidden(name)
}

/// Whether the values of a field make groups that a person can look at.
#[must_use]
pub fn is_group(kind: &Kind, access: &Access, name: &str) -> bool {
    let by_value = |holds: &Holds| {
        matches!(
            holds,
            Holds::Choice { .. } | Holds::Link { .. } | Holds::Person | Holds::Boolean | Holds::Text
        )
    };
    match place(kind, name) {
        Some(Place::State | Place::Owner) => true,
        Some(Place::Slot(Slot::Text(_) | Slot::Number(_))) => {
            !access.is_hidden(name) && kind.field(name).is_some_and(|field| by_value(&field.holds))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_gone_is_left_out_of_a_filter() {
        let check = |filter: serde_json::Value, expected: serde_json::Value, gone: &[&str]| {
            let mut lost = Vec::new();
            let reads = |test: &FilterJson| matches!(test, FilterJson::Test { field, .. } if field != "gone");
            let found = fitting(serde_json::from_value(filter).unwrap(), &reads, &mut lost);
            assert_eq!(serde_json::to_value(found).unwrap(), expected);
            assert_eq!(lost, gone);
        };
        let here = json!({ "field": "here", "op": "is", "value": 1 });
        let gone = json!({ "field": "gone", "op": "is", "value": 1 });
        check(json!({ "all": [here, gone] }), json!({ "all": [here] }), &["gone"]);
        check(json!({ "any": [gone, { "all": [gone] }] }), json!(null), &["gone", "gone"]);
        check(json!({ "not": { "any": [here, gone] } }), json!(null), &["gone"]);
        check(json!({ "not": here }), json!({ "not": here }), &[]);
        check(gone.clone(), json!(null), &["gone"]);
    }
}

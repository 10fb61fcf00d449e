//! What rules say of leads: a field, a test, and a value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::business::engine::{amount, decimal, fold};

/// A field of leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadField {
    Name,
    Company,
    Email,
    Phone,
    Source,
    Value,
    Message,
    Tags,
    CameFrom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    IsFilled,
    IsEmpty,
    Is,
    IsNot,
    Contains,
    EndsWith,
    AtLeast,
}

/// A condition, of which a rule leaves open what it does not care about.
#[derive(Clone, Copy)]
pub(super) struct Condition<'a> {
    pub field: Option<LeadField>,
    /// A field of the business' own instead.
    pub own_field: Option<&'a str>,
    pub test: Option<Test>,
    pub value: Option<&'a str>,
}

impl Condition<'_> {
    /// Whether a lead is as it says; one without a field is always met.
    pub fn holds(&self, lead: &Map<String, Value>) -> bool {
        let name = self.own_field.unwrap_or_else(|| self.field.map_or("", LeadField::name));
        if name.is_empty() {
            return true;
        }
        let found = lead.get(name);
        let (texts, wanted) = (texts(found), fold(self.value.unwrap_or_default().trim()));
        match self.test.unwrap_or(Test::IsFilled) {
            Test::IsFilled => found.is_some(),
            Test::IsEmpty => found.is_none(),
            Test::Is => texts.contains(&wanted),
            Test::IsNot => texts.iter().all(|text| *text != wanted),
            Test::Contains => texts.iter().any(|text| text.contains(&wanted)),
            Test::EndsWith => texts.iter().any(|text| text.ends_with(&wanted)),
            Test::AtLeast => match (found.and_then(number), decimal(&wanted, 6)) {
                (Some(found), Ok(wanted)) => found >= wanted,
                _ => false,
            },
        }
    }

    /// What is wrong with it: a test that compares needs something to compare with.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let compares = self.test.is_some_and(|test| !matches!(test, Test::IsFilled | Test::IsEmpty));
        if compares && self.value.is_none_or(|value| value.trim().is_empty()) {
            return Err(("value", "is needed for this test".into()));
        }
        if self.test == Some(Test::AtLeast)
            && self.value.is_none_or(|value| decimal(value.trim(), 6).is_err())
        {
            return Err(("value", "is a number for this test".into()));
        }
        Ok(())
    }
}

impl LeadField {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Source => "source",
            Self::Value => "value",
            Self::Message => "message",
            Self::Tags => "tags",
            Self::CameFrom => "came_from",
        }
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let many = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    value.into_iter().chain(many).filter_map(Value::as_str).map(fold).collect()
}

/// A number, or an amount in whole units of its currency.
fn number(value: &Value) -> Option<i64> {
    if let (Some(minor), Some(currency)) = (value.get("minor"), value.get("currency")) {
        return decimal(&amount(minor.as_i64()?, currency.as_str()?), 6).ok();
    }
    decimal(value.as_str()?, 6).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_condition_looks_at_one_field() {
        let lead = json!({
            "name": "Éva", "email": "eva@university.example", "source": "referral", "tags": ["Key account"],
            "value": { "minor": 150_000, "currency": "EUR" }, "x_seats": "12",
        });
        let check = |field: &str, test: Test, value: &str, expected: bool| {
            let condition =
                Condition { field: None, own_field: Some(field), test: Some(test), value: Some(value) };
            assert_eq!(condition.holds(lead.as_object().unwrap()), expected, "{field} {test:?} {value}");
        };
        check("name", Test::Is, "eva", true);
        check("email", Test::EndsWith, "@University.example", true);
        check("tags", Test::Contains, "key", true);
        check("tags", Test::IsNot, "key account", false);
        check("value", Test::AtLeast, "1500", true);
        check("value", Test::AtLeast, "1500.01", false);
        check("x_seats", Test::AtLeast, "12", true);
        check("phone", Test::IsEmpty, "", true);
        check("phone", Test::IsNot, "1", true);
        check("phone", Test::AtLeast, "1", false);
        let any = Condition { field: None, own_field: None, test: None, value: None };
        assert!(any.holds(&Map::new()));
    }
}

//! How promising a lead is: rules give points, the server keeps their sum and says how it came about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::business::engine::{
    Answer, Ask, Changed, Consequence, Decimal, Known, Plain, Record, Shown, read,
};

use super::Lead;
use super::condition::{Condition, LeadField, Test};

/// Points for leads of which something is true.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScoringRule {
    pub name: String,
    /// Whether it counts.
    #[serde(default)]
    pub active: bool,
    pub field: Option<LeadField>,
    pub test: Option<Test>,
    /// What the field is compared with.
    pub value: Option<String>,
    /// From -100 to 100.
    pub points: Decimal<0>,
    /// Name of a field of one's own that is looked at instead, such as x_seats.
    pub own_field: Option<String>,
}

impl Record for ScoringRule {
    const KIND: &'static str = "crm.scoring_rule";
    type State = Plain;

    fn shown() -> Shown {
        Shown {
            icon: "target",
            columns: &["name", "field", "test", "value", "points", "active"],
            for_administrators: true,
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        if !(-100_000_000..=100_000_000).contains(&self.points.0) {
            return Err(("points", "are a number from -100 to 100".into()));
        }
        self.condition().check()
    }
}

impl ScoringRule {
    fn condition(&self) -> Condition<'_> {
        Condition {
            field: self.field,
            own_field: self.own_field.as_deref(),
            test: self.test,
            value: self.value.as_deref(),
        }
    }
}

/// Keeps the score of a lead; without rules it is what people write.
pub struct Score;

impl Consequence for Score {
    fn kind(&self) -> &'static str {
        Lead::KIND
    }

    fn asks(&self, changed: &Changed<'_>) -> Option<Vec<Ask>> {
        let is_changed = matches!(changed.event.name.as_str(), "created" | "changed" | "restored");
        is_changed.then(|| vec![Ask::Each { kind: ScoringRule::KIND, field: "active", value: json!(true) }])
    }

    fn answer(&self, changed: &Changed<'_>, known: &Known) -> Vec<Answer> {
        if known.all(0).is_empty() {
            return Vec::new();
        }
        let lead = &changed.now.fields;
        let rules = known.all(0).iter().filter_map(|rule| read::<ScoringRule>(&rule.fields).ok());
        let met: Vec<ScoringRule> = rules.filter(|rule| rule.condition().holds(lead)).collect();
        let points = |rule: &ScoringRule| rule.points.0 / 1_000_000;
        let score = met.iter().map(points).sum::<i64>().clamp(0, 100);
        let lines: Vec<String> = met.iter().map(|rule| format!("{:+} {}", points(rule), rule.name)).collect();
        let because = if lines.is_empty() { Value::Null } else { lines.join("\n").into() };
        let wanted = [("score", json!(score.to_string())), ("score_because", because)];
        let differs = |(name, value): &(&str, Value)| lead.get(*name).unwrap_or(&Value::Null) != value;
        let set: Map<String, Value> =
            wanted.into_iter().filter(differs).map(|(name, value)| (name.to_owned(), value)).collect();
        if set.is_empty() { Vec::new() } else { vec![Answer::Change(changed.now.id, set)] }
    }
}

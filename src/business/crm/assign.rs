//! Who looks after a lead that belongs to nobody yet: the people of a group, one after the other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::business::engine::{
    Account, Answer, Ask, Changed, Consequence, Decimal, Known, Plain, Record, Shown, Stored, Tell, read,
};
use crate::ids::UserId;

use super::Lead;
use super::condition::{Condition, LeadField, Test};

/// Gives leads that belong to nobody to the people of a group.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AssignmentRule {
    pub name: String,
    /// Whether it is used.
    #[serde(default)]
    pub active: bool,
    /// The first rule that fits a lead is used.
    pub position: Option<Decimal<0>>,
    /// Handle of the group whose people get them in turn, such as sales.
    pub group: String,
    /// Only leads of which this is true; all of them when it is left open.
    pub field: Option<LeadField>,
    pub test: Option<Test>,
    /// What the field is compared with.
    pub value: Option<String>,
    /// Name of a field of one's own that is looked at instead, such as x_seats.
    pub own_field: Option<String>,
    /// Who got the last one.
    pub last: Option<Account>,
}

impl Record for AssignmentRule {
    const KIND: &'static str = "crm.assignment_rule";
    type State = Plain;

    fn shown() -> Shown {
        Shown {
            icon: "user",
            columns: &["name", "group", "field", "test", "value", "active"],
            for_administrators: true,
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        self.condition().check()
    }
}

impl AssignmentRule {
    fn condition(&self) -> Condition<'_> {
        Condition {
            field: self.field,
            own_field: self.own_field.as_deref(),
            test: self.test,
            value: self.value.as_deref(),
        }
    }
}

/// Gives a new lead that belongs to nobody to someone.
pub struct Assign;

impl Consequence for Assign {
    fn kind(&self) -> &'static str {
        Lead::KIND
    }

    fn asks(&self, changed: &Changed<'_>) -> Option<Vec<Ask>> {
        let is_new = changed.event.name == "created" && changed.now.owner.is_none();
        is_new.then(|| vec![Ask::Each { kind: AssignmentRule::KIND, field: "active", value: json!(true) }])
    }

    fn asks_more(&self, changed: &Changed<'_>, known: &Known) -> Vec<Ask> {
        fitting(changed, known).into_iter().map(|(_, rule)| Ask::People(handle(&rule).to_owned())).collect()
    }

    fn answer(&self, changed: &Changed<'_>, known: &Known) -> Vec<Answer> {
        for (place, (stored, rule)) in fitting(changed, known).into_iter().enumerate() {
            // A rule whose group has nobody leaves the lead to the next one.
            let Some(next) = after(known.people(1 + place), rule.last.map(|last| last.0)) else { continue };
            let lead = changed.now;
            let name = lead.fields.get("name").and_then(Value::as_str).unwrap_or_default();
            let tell = Tell {
                user: next,
                record: lead.id,
                kind: Lead::KIND,
                title: format!("A new lead for you: “{name}”"),
                body: lead.fields.get("company").and_then(Value::as_str).unwrap_or_default().to_owned(),
            };
            let last = [("last".to_owned(), json!(next))].into_iter().collect();
            return vec![Answer::Own(lead.id, next), Answer::Change(stored.id, last), Answer::Tell(tell)];
        }
        Vec::new()
    }
}

/// The rules that fit a lead, in their order.
fn fitting(changed: &Changed<'_>, known: &Known) -> Vec<(Stored, AssignmentRule)> {
    let rules = known.all(0).iter().filter_map(|stored| Some((stored.clone(), read(&stored.fields).ok()?)));
    let mut fitting: Vec<(Stored, AssignmentRule)> =
        rules.filter(|(_, rule): &(_, AssignmentRule)| rule.condition().holds(&changed.now.fields)).collect();
    fitting.sort_by_key(|(stored, rule)| (rule.position.map_or(i64::MAX, |position| position.0), stored.id));
    fitting
}

fn handle(rule: &AssignmentRule) -> &str {
    rule.group.trim().trim_start_matches('@')
}

/// Whose turn it is after someone who may have left.
fn after(people: &[UserId], last: Option<UserId>) -> Option<UserId> {
    let later = people.iter().find(|person| last.is_some_and(|last| **person > last));
    later.or(people.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_has_their_turn() {
        let person = |number: u128| UserId(uuid::Uuid::from_u128(number));
        let people = [person(1), person(3), person(5)];
        assert_eq!(after(&people, None), Some(person(1)));
        assert_eq!(after(&people, Some(person(1))), Some(person(3)));
        // The one before has left.
        assert_eq!(after(&people, Some(person(4))), Some(person(5)));
        assert_eq!(after(&people, Some(person(5))), Some(person(1)));
        assert_eq!(after(&[], Some(person(5))), None);
    }
}

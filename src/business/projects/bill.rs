//! From what was worked to what is paid: the draft of an invoice, in which each time entry stands once.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::business::engine::{
    Answer, Ask, Change, Changed, Command, Consequence, Day, Known, Link, Markdown, Money, Record, Target,
    decimal_text, read,
};
use crate::business::finance::Invoice;
use crate::ids::{RecordId, uuid_at};

use super::{Project, Task, TimeEntry};

/// Millionths of an hour.
const HOUR: i128 = 1_000_000;

/// Drafts an invoice of the time that customers pay for and that is in no invoice yet.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftInvoice {
    /// What an hour costs; that of the project unless told.
    pub rate: Option<Money>,
    /// Only what was worked until this day.
    pub until: Option<Day>,
}

/// Why there is nothing to draft.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    #[error("there is no time to pay for that is in no invoice yet")]
    Nothing,
    #[error("it is not known what an hour costs")]
    NoRate,
    #[error("the amount is too large")]
    TooMuch,
}

impl Command for DraftInvoice {
    const NAME: &'static str = "projects.project.draft_invoice";
    type Target = Project;
    type Error = BillError;
    const NEEDS: &'static [&'static str] = &["finance"];

    fn asks(&self, project: &Target<Project>) -> Vec<Ask> {
        vec![Ask::Each { kind: TimeEntry::KIND, field: "project", value: json!(project.id) }]
    }

    fn decide(self, project: &Target<Project>, known: &Known) -> Result<Change<Project>, BillError> {
        let rate = self.rate.or_else(|| project.fields.rate.clone()).ok_or(BillError::NoRate)?;
        let entries =
            known.all(0).iter().filter_map(|one| Some((one.id, read::<TimeEntry>(&one.fields).ok()?)));
        let in_time =
            |entry: &TimeEntry| self.until.as_ref().is_none_or(|until| entry.worked_on.0 <= until.0);
        let is_open =
            |(_, entry): &(RecordId, TimeEntry)| entry.billable && entry.invoice.is_none() && in_time(entry);
        let mut entries: Vec<_> = entries.filter(is_open).collect();
        if entries.is_empty() {
            return Err(BillError::Nothing);
        }
        entries.sort_by_key(|(id, entry)| (entry.worked_on.0, *id));
        let hours: i64 = entries.iter().map(|(_, entry)| entry.hours.0).sum();
        let link = Link::to(RecordId(uuid_at(project.now)));
        let invoice = Invoice {
            subject: project.fields.name.clone(),
            company: project.fields.company,
            person: None,
            deal: project.fields.deal,
            net: Some(Money { minor: price(hours, rate.minor)?, currency: rate.currency.clone() }),
            due_on: None,
            lines: Some(Markdown(lines(&entries, hours))),
        };
        let mut change = Change::default().create(link, &invoice, project.by.or(project.owner));
        for (id, _) in &entries {
            change = change.change(*id, [("invoice".to_owned(), json!(link))].into_iter().collect());
        }
        Ok(change)
    }
}

/// What so many hours cost, half a minor unit rounded up.
fn price(hours: i64, rate: i64) -> Result<i64, BillError> {
    let exact = i128::from(hours) * i128::from(rate);
    i64::try_from((exact + HOUR / 2).div_euclid(HOUR)).map_err(|_| BillError::TooMuch)
}

/// Entries by line; those for which there is no room are told by their number.
fn lines(entries: &[(RecordId, TimeEntry)], hours: i64) -> String {
    const MOST: usize = 500;
    let line = |(_, entry): &(RecordId, TimeEntry)| {
        format!(
            "- {} · {} · {} h\n",
            entry.worked_on.0,
            entry.subject.chars().take(120).collect::<String>(),
            decimal_text(entry.hours.0)
        )
    };
    let mut text: String = entries.iter().take(MOST).map(line).collect();
    if entries.len() > MOST {
        text.push_str(&format!("- + {}\n", entries.len() - MOST));
    }
    text.push_str(&format!("\n**{} h**", decimal_text(hours)));
    text
}

/// Time that was worked on a task is worked on its project.
pub struct ProjectOfTask;

impl Consequence for ProjectOfTask {
    fn kind(&self) -> &'static str {
        TimeEntry::KIND
    }

    fn asks(&self, changed: &Changed<'_>) -> Option<Vec<Ask>> {
        let fields = &changed.now.fields;
        let is_open = changed.touches(&["task"]) && !fields.contains_key("project");
        let task = fields.get("task").and_then(Value::as_str).and_then(|task| task.parse().ok());
        task.filter(|_| is_open).map(|task| vec![Ask::Record(task)])
    }

    fn answer(&self, changed: &Changed<'_>, known: &Known) -> Vec<Answer> {
        let project = known.get::<Task>(0).and_then(|(_, task)| task.project);
        let set = project.map(|project| [("project".to_owned(), json!(project))].into_iter().collect());
        set.map(|set| Answer::Change(changed.now.id, set)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_its_price_to_the_cent() {
        let check = |hundredths: i64, rate: i64, expected: i64| {
            assert_eq!(price(hundredths * 10_000, rate).unwrap(), expected, "{hundredths} at {rate}");
        };
        check(150, 9_000, 13_500);
        check(33, 10_001, 3_300);
        check(25, 10_002, 2_501);
        assert!(price(i64::MAX, i64::MAX).is_err());
    }
}

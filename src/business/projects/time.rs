use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Account, Day, Decimal, Link, Plain, Record, Shown};

use crate::business::finance::Invoice;

use super::{Project, Task};

/// Time that someone has worked.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TimeEntry {
    /// What was done.
    pub subject: String,
    pub worked_on: Day,
    pub hours: Decimal<2>,
    pub worker: Account,
    #[schemars(extend("x-on-delete" = "refuse"))]
    pub project: Option<Link<Project>>,
    #[schemars(extend("x-on-delete" = "refuse"))]
    pub task: Option<Link<Task>>,
    /// Whether the customer pays for it.
    #[serde(default)]
    pub billable: bool,
    /// The invoice in which it stands.
    pub invoice: Option<Link<Invoice>>,
}

impl Record for TimeEntry {
    const KIND: &'static str = "projects.time_entry";
    type State = Plain;

    fn shown() -> Shown {
        Shown {
            plural: Some("Time entries"),
            days: Some(("worked_on", None)),
            icon: "clock",
            columns: &["subject", "worked_on", "hours", "worker", "project", "billable", "invoice"],
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        if (1..=24_000_000).contains(&self.hours.0) {
            Ok(())
        } else {
            Err(("hours", "are more than 0 and at most 24".into()))
        }
    }
}

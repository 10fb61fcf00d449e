use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{
    Account, Day, Decimal, Link, Markdown, Plain, Record, Recurrence, Shown, Tags,
};

use super::project::in_order;
use super::{Milestone, Project, Sprint};

/// A state that tasks go through; each business has its own.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    pub name: String,
    /// Where it stands among the others.
    pub position: Decimal<0>,
    /// What it means, whatever it is called.
    pub meaning: Meaning,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    ToDo,
    InProgress,
    Done,
    Cancelled,
}

impl Record for Status {
    const KIND: &'static str = "projects.status";
    type State = Plain;

    fn shown() -> Shown {
        Shown { plural: Some("Statuses"), icon: "circle-dot", same_by: &["name"], ..Shown::default() }
    }
}

/// Something to be done.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    pub title: String,
    #[schemars(extend("x-on-delete" = "follow"))]
    pub project: Option<Link<Project>>,
    #[schemars(extend("x-on-delete" = "refuse"))]
    pub status: Option<Link<Status>>,
    pub assignee: Option<Account>,
    pub priority: Option<Priority>,
    pub begins_on: Option<Day>,
    pub due_on: Option<Day>,
    /// The task of which it is a part.
    #[schemars(extend("x-on-delete" = "follow", "x-acyclic" = true))]
    pub part_of: Option<Link<Task>>,
    /// The task that has to be done before.
    #[schemars(extend("x-acyclic" = true))]
    pub waits_for: Option<Link<Task>>,
    pub milestone: Option<Link<Milestone>>,
    pub sprint: Option<Link<Sprint>>,
    /// Where it stands in its column of a board.
    pub rank: Option<Decimal<6>>,
    /// How much work it is, in hours.
    pub estimate: Option<Decimal<2>>,
    #[serde(default)]
    pub labels: Option<Tags>,
    pub description: Option<Markdown>,
    /// How often it comes again.
    pub repeats: Option<Recurrence>,
    /// What makes the next one; when it is done, unless told.
    pub repeats_by: Option<RepeatsBy>,
    /// Day on which the calendar makes the next one.
    pub next_on: Option<Day>,
    /// The next one.
    #[schemars(extend("x-acyclic" = true))]
    pub followed_by: Option<Link<Task>>,
}

/// What makes the next one of a task that comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepeatsBy {
    WhenDone,
    Calendar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    Medium,
    High,
    Urgent,
}

impl Record for Task {
    const KIND: &'static str = "projects.task";
    type State = Plain;

    fn shown() -> Shown {
        Shown {
            board: Some("status"),
            days: Some(("begins_on", Some("due_on"))),
            icon: "check-square",
            columns: &["title", "status", "assignee", "priority", "due_on", "labels"],
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        in_order(self.begins_on.as_ref(), self.due_on.as_ref()).map_err(|(_, fault)| ("due_on", fault))
    }
}

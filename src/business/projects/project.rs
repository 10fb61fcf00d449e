use std::convert::Infallible;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::business::engine::{
    Answer, Change, Command, Day, Event, Known, Link, Markdown, Money, New, Plain, Record, Rule, Shown, Tags,
    Target,
};

use crate::business::crm::{Company, Deal, WON};

/// Something that we want to achieve together.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    pub name: String,
    /// Short sign before the numbers of its tasks, such as WEB.
    pub key: Option<String>,
    pub company: Option<Link<Company>>,
    /// The deal that it fulfils.
    pub deal: Option<Link<Deal>>,
    pub begins_on: Option<Day>,
    pub ends_on: Option<Day>,
    pub budget: Option<Money>,
    #[serde(default)]
    pub tags: Option<Tags>,
    pub description: Option<Markdown>,
    /// What an hour costs the customer.
    pub rate: Option<Money>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectState {
    #[default]
    Open,
    Closed,
    /// A pattern for others.
    Template,
}

impl Record for Project {
    const KIND: &'static str = "projects.project";
    type State = ProjectState;

    fn shown() -> Shown {
        Shown {
            days: Some(("begins_on", Some("ends_on"))),
            icon: "folder-kanban",
            columns: &["name", "company", "begins_on", "ends_on", "budget", "tags"],
            same_by: &["name"],
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        in_order(self.begins_on.as_ref(), self.ends_on.as_ref())
    }
}

/// A day by which something of a project is reached.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Milestone {
    pub name: String,
    #[schemars(extend("x-on-delete" = "follow"))]
    pub project: Link<Project>,
    pub due_on: Option<Day>,
    pub description: Option<Markdown>,
}

impl Record for Milestone {
    const KIND: &'static str = "projects.milestone";
    type State = Plain;

    fn shown() -> Shown {
        Shown { days: Some(("due_on", None)), icon: "flag", ..Shown::default() }
    }
}

/// A short time in which a team does what it has chosen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Sprint {
    pub name: String,
    #[schemars(extend("x-on-delete" = "follow"))]
    pub project: Link<Project>,
    pub begins_on: Option<Day>,
    pub ends_on: Option<Day>,
    pub goal: Option<Markdown>,
}

impl Record for Sprint {
    const KIND: &'static str = "projects.sprint";
    type State = Plain;

    fn shown() -> Shown {
        Shown { days: Some(("begins_on", Some("ends_on"))), icon: "timer", ..Shown::default() }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        in_order(self.begins_on.as_ref(), self.ends_on.as_ref())
    }
}

/// Days of which the first is not after the last.
pub(super) fn in_order(from: Option<&Day>, to: Option<&Day>) -> Result<(), (&'static str, String)> {
    match (from, to) {
        (Some(from), Some(to)) if from.0 > to.0 => Err(("ends_on", "is not before it begins".into())),
        _ => Ok(()),
    }
}

/// It is done.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {}

/// It is not done after all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {}

impl Command for Close {
    const NAME: &'static str = "projects.project.close";
    type Target = Project;
    type Error = Infallible;
    const OFFERED: &'static [ProjectState] = &[ProjectState::Open];

    fn decide(self, _: &Target<Project>, _: &Known) -> Result<Change<Project>, Infallible> {
        Ok(Change::to(ProjectState::Closed))
    }
}

impl Command for Reopen {
    const NAME: &'static str = "projects.project.reopen";
    type Target = Project;
    type Error = Infallible;
    const OFFERED: &'static [ProjectState] = &[ProjectState::Closed, ProjectState::Template];

    fn decide(self, _: &Target<Project>, _: &Known) -> Result<Change<Project>, Infallible> {
        Ok(Change::to(ProjectState::Open))
    }
}

/// Begins a project when a deal is won.
pub struct ProjectForWonDeal;

impl Rule for ProjectForWonDeal {
    fn name(&self) -> &'static str {
        "projects.project_for_won_deal"
    }

    fn wants(&self) -> &'static [&'static str] {
        &[WON]
    }

    fn answer(&self, event: &Event, _: &Known) -> Vec<Answer> {
        let Some(data) = event.data() else { return Vec::new() };
        let Ok(deal) = Deal::deserialize(&data["deal"]) else { return Vec::new() };
        let project = Project {
            name: deal.name,
            key: None,
            company: deal.company,
            deal: Some(Link::to(event.record)),
            begins_on: Some(Day(event.at.date_naive())),
            ends_on: None,
            budget: deal.value,
            tags: deal.tags,
            description: deal.notes,
            rate: None,
        };
        let owner = data.get("owner").and_then(Value::as_str).and_then(|id| id.parse().ok());
        vec![Answer::Create(New::of(event.id_for(self.name()), &project, owner))]
    }
}

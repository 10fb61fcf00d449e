//! A project after the pattern of another one: its milestones and tasks, with the links between them, moved to a
//! time of their own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;

use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::business::engine::{Ask, Change, Command, Day, Known, New, Record, Stored, Target};
use crate::ids::{RecordId, uuid_at};

use super::project::ProjectState;
use super::{Milestone, Project, Status, Task};

/// Makes a project after the pattern of this one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// What the new one is called.
    pub name: String,
    /// Day on which it begins; all other days are moved with it.
    pub begins_on: Option<Day>,
}

/// It is a pattern for others.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeTemplate {}

impl Command for MakeTemplate {
    const NAME: &'static str = "projects.project.make_template";
    type Target = Project;
    type Error = Infallible;
    const OFFERED: &'static [ProjectState] = &[ProjectState::Open];

    fn decide(self, _: &Target<Project>, _: &Known) -> Result<Change<Project>, Infallible> {
        Ok(Change::to(ProjectState::Template))
    }
}

impl Command for Copy {
    const NAME: &'static str = "projects.project.copy";
    type Target = Project;
    type Error = Infallible;

    fn asks(&self, project: &Target<Project>) -> Vec<Ask> {
        let of = |kind| Ask::Each { kind, field: "project", value: json!(project.id) };
        vec![
            Ask::Record(project.id),
            of(Milestone::KIND),
            of(Task::KIND),
            Ask::Each { kind: Status::KIND, field: "meaning", value: json!("to_do") },
        ]
    }

    fn decide(self, project: &Target<Project>, known: &Known) -> Result<Change<Project>, Infallible> {
        let Some(pattern) = known.all(0).first() else { return Ok(Change::default()) };
        let (milestones, tasks) = (known.all(1), known.all(2));
        let days = self.begins_on.map_or(0, |begin| days_between(pattern, milestones, tasks, begin.0));
        let owner = project.by.or(project.owner);
        let fresh = |old: &Stored| (old.id, RecordId(uuid_at(project.now)));
        let ids: HashMap<RecordId, RecordId> =
            [pattern].into_iter().chain(milestones).chain(tasks).map(fresh).collect();
        let new =
            |old: &Stored, fields, owner| New { id: ids[&old.id], kind: old.kind.clone(), fields, owner };
        let mut fields = moved(&pattern.fields, &["begins_on", "ends_on"], days);
        // These are those of the one project.
        for gone in ["key", "deal"] {
            fields.remove(gone);
        }
        fields.insert("name".into(), self.name.into());
        let mut change = Change::default().make(new(pattern, fields, owner));
        for milestone in milestones {
            change = change.make(new(milestone, copied(milestone, &["due_on"], days, &ids), milestone.owner));
        }
        let status = to_do(known.all(3));
        for task in in_order(tasks) {
            let mut fields = copied(task, &["begins_on", "due_on"], days, &ids);
            for gone in ["followed_by", "next_on", "sprint"] {
                fields.remove(gone);
            }
            if let (Some(status), true) = (status, fields.contains_key("status")) {
                fields.insert("status".into(), json!(status));
            }
            change = change.make(new(task, fields, task.owner));
        }
        Ok(change)
    }
}

/// How many days later the copy begins; the first day of anything is the begin of a pattern without one.
fn days_between(pattern: &Stored, milestones: &[Stored], tasks: &[Stored], begin: NaiveDate) -> i64 {
    let day = |record: &Stored, field: &str| record.fields.get(field)?.as_str()?.parse::<NaiveDate>().ok();
    let first = || {
        let all = milestones.iter().chain(tasks);
        all.flat_map(|one| [day(one, "begins_on"), day(one, "due_on")]).flatten().min()
    };
    let from = day(pattern, "begins_on").or_else(first);
    from.map_or(0, |from| (begin - from).num_days())
}

/// The fields of a copy: days moved, and links within the pattern leading to the copies.
fn copied(
    record: &Stored,
    days_in: &[&str],
    days: i64,
    ids: &HashMap<RecordId, RecordId>,
) -> Map<String, Value> {
    let mut fields = moved(&record.fields, days_in, days);
    for value in fields.values_mut() {
        let copy = value.as_str().and_then(|text| ids.get(&text.parse().ok()?));
        if let Some(copy) = copy {
            *value = json!(copy);
        }
    }
    fields
}

/// Tasks, each after those to which it links: a link leads to what is there.
fn in_order(tasks: &[Stored]) -> Vec<&Stored> {
    let mut left: BTreeMap<RecordId, &Stored> = tasks.iter().map(|task| (task.id, task)).collect();
    let mut order = Vec::with_capacity(tasks.len());
    while !left.is_empty() {
        let here: HashSet<String> = left.keys().map(ToString::to_string).collect();
        let waits = |task: &Stored| {
            let links = ["part_of", "waits_for"].iter().filter_map(|field| task.fields.get(*field)?.as_str());
            links.into_iter().any(|link| here.contains(link))
        };
        let ready: Vec<RecordId> = left.values().filter(|task| !waits(task)).map(|task| task.id).collect();
        if ready.is_empty() {
            // A circle of former times: the engine says what is wrong with it.
            order.extend(std::mem::take(&mut left).into_values());
        }
        order.extend(ready.iter().filter_map(|id| left.remove(id)));
    }
    order
}

/// The first of the states in which tasks are to be done.
pub(super) fn to_do(statuses: &[Stored]) -> Option<RecordId> {
    let place = |status: &&Stored| {
        let position = status.fields.get("position").and_then(Value::as_str);
        position.and_then(|position| position.parse::<i64>().ok()).unwrap_or(i64::MAX)
    };
    statuses.iter().min_by_key(place).map(|status| status.id)
}

/// Fields of which some days are so many days later.
pub(super) fn moved(fields: &Map<String, Value>, days_in: &[&str], days: i64) -> Map<String, Value> {
    let mut fields = fields.clone();
    for name in days_in {
        let Some(day) = fields.get(*name).and_then(|day| day.as_str()?.parse::<NaiveDate>().ok()) else {
            continue;
        };
        let later = TimeDelta::try_days(days).and_then(|days| day.checked_add_signed(days));
        match later {
            Some(later) => fields.insert((*name).to_owned(), json!(later)),
            None => fields.remove(*name),
        };
    }
    fields
}

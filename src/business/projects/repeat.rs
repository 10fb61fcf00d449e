//! Tasks that come again: when one is done or when its day has come, there is the next, once.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::business::engine::{Answer, Ask, Changed, Consequence, Known, New, Record, Stored, Via, next_day};
use crate::ids::RecordId;

use super::copy::{moved, to_do};
use super::{Meaning, Status, Task};

/// The field of the day on which the calendar makes the next one.
pub const NEXT_ON: &str = "next_on";
/// The event that this day has come.
const CAME: &str = "projects.task.next_on";
/// What the day follows from.
const RULE: [&str; 4] = ["repeats", "repeats_by", "begins_on", "due_on"];
/// Days that a sleep may have left out.
const MISSED: usize = 400;

/// Keeps the day on which the calendar makes the next one.
pub struct NextDay;

impl Consequence for NextDay {
    fn kind(&self) -> &'static str {
        Task::KIND
    }

    fn asks(&self, changed: &Changed<'_>) -> Option<Vec<Ask>> {
        let is_undone = changed.event.via == Via::Undo && changed.touches(&[NEXT_ON]);
        (is_undone || changed.touches(&RULE)).then(Vec::new)
    }

    fn answer(&self, changed: &Changed<'_>, _: &Known) -> Vec<Answer> {
        let fields = &changed.now.fields;
        let is_waited_for = is_by_calendar(fields) && !fields.contains_key("followed_by");
        let next = if is_waited_for { next_of(changed.now, NaiveDate::MIN) } else { None };
        // What has come and is undone does not come again.
        let next = next.filter(|(day, _)| changed.event.via != Via::Undo || *day > changed.today);
        let next = next.map_or(Value::Null, |(day, _)| json!(day));
        if fields.get(NEXT_ON).unwrap_or(&Value::Null) == &next {
            return Vec::new();
        }
        vec![Answer::Change(changed.now.id, [(NEXT_ON.to_owned(), next)].into_iter().collect())]
    }
}

/// Makes the next one.
pub struct NextTask;

impl Consequence for NextTask {
    fn kind(&self) -> &'static str {
        Task::KIND
    }

    fn asks(&self, changed: &Changed<'_>) -> Option<Vec<Ask>> {
        let fields = &changed.now.fields;
        let by_calendar = is_by_calendar(fields);
        let has_come = match changed.event.name.as_str() {
            CAME => by_calendar,
            "changed" => !by_calendar && changed.event.changes.contains_key("status"),
            _ => false,
        };
        let is_last = fields.contains_key("repeats") && !fields.contains_key("followed_by");
        // What is undone makes nothing new.
        if !has_come || !is_last || changed.event.via == Via::Undo {
            return None;
        }
        let before = changed.before.map(|before| &before.fields);
        Some(vec![
            Ask::Record(link(Some(fields), "status")),
            Ask::Record(link(before, "status")),
            Ask::Each { kind: Status::KIND, field: "meaning", value: json!("to_do") },
            Ask::Each { kind: Task::KIND, field: "part_of", value: json!(changed.now.id) },
        ])
    }

    fn answer(&self, changed: &Changed<'_>, known: &Known) -> Vec<Answer> {
        let is_done =
            |place| known.get::<Status>(place).is_some_and(|(_, status)| status.meaning == Meaning::Done);
        if changed.event.name != CAME && (!is_done(0) || is_done(1)) {
            return Vec::new();
        }
        let (task, id) = (changed.now, changed.event.id_for("projects.next_task"));
        let next =
            if changed.event.name == CAME { come(task, changed.today) } else { next_of(task, changed.today) };
        let Some((day, rule)) = next else { return Vec::new() };
        let days = base_of(task).map_or(0, |base| (day - base).num_days());
        let status = to_do(known.all(2));
        let mut fields = again(&task.fields, days, status);
        fields.insert("repeats".into(), rule.into());
        if !["begins_on", "due_on"].iter().any(|field| fields.contains_key(*field)) {
            fields.insert("due_on".into(), json!(day));
        }
        let mut answers =
            vec![Answer::Create(New { id, kind: Task::KIND.into(), fields, owner: task.owner })];
        for (place, part) in known.all(3).iter().enumerate() {
            let mut fields = again(&part.fields, days, status);
            fields.remove("repeats");
            fields.insert("part_of".into(), json!(id));
            let id = changed.event.id_for(&format!("projects.next_task {place}"));
            answers.push(Answer::Create(New { id, kind: Task::KIND.into(), fields, owner: part.owner }));
        }
        answers.push(Answer::Change(task.id, [("followed_by".to_owned(), json!(id))].into_iter().collect()));
        answers
    }
}

fn is_by_calendar(fields: &Map<String, Value>) -> bool {
    fields.get("repeats_by").and_then(Value::as_str) == Some("calendar")
}

/// The day from which a task is counted.
fn base_of(task: &Stored) -> Option<NaiveDate> {
    ["due_on", "begins_on"].iter().find_map(|field| task.fields.get(*field)?.as_str()?.parse().ok())
}

/// The next day after one on which a task comes again, and how it goes on from there.
fn next_of(task: &Stored, after: NaiveDate) -> Option<(NaiveDate, String)> {
    let base = base_of(task).unwrap_or_else(|| task.created_at.date_naive());
    next_day(task.fields.get("repeats")?.as_str()?, base, after)
}

/// The latest day that has come: a server that was away for some of them makes one task and not many.
fn come(task: &Stored, today: NaiveDate) -> Option<(NaiveDate, String)> {
    let (mut day, rule) = next_of(task, NaiveDate::MIN)?;
    for _ in 0..MISSED {
        match next_of(task, day) {
            Some((later, _)) if later <= today => day = later,
            _ => break,
        }
    }
    Some((day, rule))
}

/// What a task begins with when it comes again: its days later, to be done, waiting for nothing.
fn again(fields: &Map<String, Value>, days: i64, status: Option<RecordId>) -> Map<String, Value> {
    let mut fields = moved(fields, &["begins_on", "due_on"], days);
    for gone in ["waits_for", "sprint", "followed_by", NEXT_ON] {
        fields.remove(gone);
    }
    match status {
        Some(status) => fields.insert("status".into(), json!(status)),
        None => fields.remove("status"),
    };
    fields
}

fn link(fields: Option<&Map<String, Value>>, name: &str) -> RecordId {
    let id = fields.and_then(|fields| fields.get(name)?.as_str()?.parse().ok());
    // Nothing has this id.
    id.unwrap_or(RecordId(uuid::Uuid::nil()))
}

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{
    Account, Change, Command, Known, Link, Markdown, Moment, Record, Shown, Target,
};

use super::{Company, Deal, Person};

/// Something that was done for a customer, or is to be done.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    pub subject: String,
    pub sort: Sort,
    /// When it happens or has happened.
    pub at: Option<Moment>,
    pub done_by: Option<Account>,
    #[schemars(extend("x-on-delete" = "follow"))]
    pub deal: Option<Link<Deal>>,
    pub person: Option<Link<Person>>,
    pub company: Option<Link<Company>>,
    pub notes: Option<Markdown>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    Call,
    Meeting,
    Mail,
    Task,
    Note,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityState {
    #[default]
    Planned,
    Done,
}

impl Record for Activity {
    const KIND: &'static str = "crm.activity";
    type State = ActivityState;

    fn shown() -> Shown {
        Shown {
            plural: Some("Activities"),
            board: Some("sort"),
            days: Some(("at", None)),
            icon: "phone",
            columns: &["subject", "sort", "at", "deal", "person"],
            ..Shown::default()
        }
    }
}

/// It is done.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complete {}

impl Command for Complete {
    const NAME: &'static str = "crm.activity.complete";
    type Target = Activity;
    type Error = std::convert::Infallible;
    const OFFERED: &'static [ActivityState] = &[ActivityState::Planned];

    fn decide(self, activity: &Target<Activity>, _: &Known) -> Result<Change<Activity>, Self::Error> {
        let at = activity.fields.at.clone().or(Some(Moment(activity.now)));
        Ok(Change::to(ActivityState::Done).with(Activity { at, ..activity.fields.clone() }))
    }
}

use std::convert::Infallible;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::business::engine::{
    Change, Command, Day, Known, Link, Markdown, Money, Record, Shown, Tags, Target,
};

use super::{Company, Person, Pipeline, Stage};

/// The event that a deal is won.
pub const WON: &str = "crm.deal.won";

/// Something that we want to sell.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Deal {
    pub name: String,
    #[schemars(extend("x-on-delete" = "refuse"))]
    pub pipeline: Link<Pipeline>,
    #[schemars(extend("x-on-delete" = "refuse"))]
    pub stage: Link<Stage>,
    pub company: Option<Link<Company>>,
    pub person: Option<Link<Person>>,
    pub value: Option<Money>,
    /// Day by which we expect a decision.
    pub close_on: Option<Day>,
    pub priority: Option<Priority>,
    /// Day of the decision.
    pub decided_on: Option<Day>,
    /// Why it was lost.
    pub lost_because: Option<String>,
    #[serde(default)]
    pub tags: Option<Tags>,
    pub notes: Option<Markdown>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DealState {
    #[default]
    Open,
    Won,
    Lost,
}

impl Record for Deal {
    const KIND: &'static str = "crm.deal";
    type State = DealState;

    fn shown() -> Shown {
        Shown {
            board: Some("stage"),
            days: Some(("close_on", None)),
            icon: "handshake",
            columns: &["name", "company", "stage", "value", "close_on", "priority"],
            same_by: &["name"],
            ..Shown::default()
        }
    }
}

/// A deal that was decided already.
#[derive(Debug, thiserror::Error)]
#[error("the deal is not open")]
pub struct NotOpen;

/// The customer has said yes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Win {}

/// The customer has said no.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lose {
    /// Why, as far as we know.
    pub because: Option<String>,
}

/// It is not decided after all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {}

impl Command for Win {
    const NAME: &'static str = "crm.deal.win";
    type Target = Deal;
    type Error = NotOpen;
    const OFFERED: &'static [DealState] = &[DealState::Open];

    fn decide(self, deal: &Target<Deal>, _: &Known) -> Result<Change<Deal>, NotOpen> {
        if deal.state != DealState::Open {
            return Err(NotOpen);
        }
        let won = Deal { decided_on: Some(Day(deal.now.date_naive())), ..deal.fields.clone() };
        Ok(Change::to(DealState::Won)
            .with(won)
            .publish(WON, json!({ "deal": deal.fields, "owner": deal.owner })))
    }
}

impl Command for Lose {
    const NAME: &'static str = "crm.deal.lose";
    type Target = Deal;
    type Error = NotOpen;
    const OFFERED: &'static [DealState] = &[DealState::Open];

    fn decide(self, deal: &Target<Deal>, _: &Known) -> Result<Change<Deal>, NotOpen> {
        if deal.state != DealState::Open {
            return Err(NotOpen);
        }
        let decided_on = Some(Day(deal.now.date_naive()));
        let lost = Deal { decided_on, lost_because: self.because, ..deal.fields.clone() };
        Ok(Change::to(DealState::Lost).with(lost).publish("crm.deal.lost", json!({ "deal": deal.fields })))
    }
}

impl Command for Reopen {
    const NAME: &'static str = "crm.deal.reopen";
    type Target = Deal;
    type Error = Infallible;
    const OFFERED: &'static [DealState] = &[DealState::Won, DealState::Lost];

    fn decide(self, deal: &Target<Deal>, _: &Known) -> Result<Change<Deal>, Infallible> {
        let open = Deal { decided_on: None, lost_because: None, ..deal.fields.clone() };
        Ok(Change::to(DealState::Open).with(open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::business::engine::Kind;
    use crate::ids::RecordId;

    fn deal(state: DealState) -> Target<Deal> {
        let id = |number| RecordId(uuid::Uuid::from_u128(number));
        let fields = json!({ "name": "Big one", "pipeline": id(1), "stage": id(2) });
        Target {
            id: id(3),
            state,
            owner: None,
            fields: Deal::deserialize(fields).unwrap(),
            now: "2026-11-21T08:00:00Z".parse().unwrap(),
            by: None,
        }
    }

    #[test]
    fn only_an_open_deal_is_won() {
        assert!(Win {}.decide(&deal(DealState::Lost), &Known::default()).is_err());
        assert!(Win {}.decide(&deal(DealState::Open), &Known::default()).is_ok());
    }

    #[test]
    fn the_struct_tells_the_type() {
        let kind = Kind::of::<Deal>();
        assert_eq!(kind.faults(), Vec::<String>::new());
        insta::assert_snapshot!(serde_json::to_string_pretty(&kind).unwrap());
    }
}

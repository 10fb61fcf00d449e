use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::business::engine::{Answer, Day, Event, Known, Link, Markdown, Money, New, Record, Rule, Shown};

use crate::business::crm::{Company, Deal, Person, WON};

/// A bill that we send to a customer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Invoice {
    /// What it is for.
    pub subject: String,
    pub company: Option<Link<Company>>,
    pub person: Option<Link<Person>>,
    pub deal: Option<Link<Deal>>,
    pub net: Option<Money>,
    /// Day on which payment is expected.
    pub due_on: Option<Day>,
    pub lines: Option<Markdown>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    #[default]
    Draft,
}

impl Record for Invoice {
    const KIND: &'static str = "finance.invoice";
    type State = InvoiceState;

    fn shown() -> Shown {
        Shown {
            days: Some(("due_on", None)),
            icon: "receipt",
            columns: &["subject", "company", "net", "due_on", "deal"],
            ..Shown::default()
        }
    }
}

/// Writes the draft of an invoice when a deal is won.
pub struct DraftForWonDeal;

impl Rule for DraftForWonDeal {
    fn name(&self) -> &'static str {
        "finance.draft_for_won_deal"
    }

    fn wants(&self) -> &'static [&'static str] {
        &[WON]
    }

    fn answer(&self, event: &Event, _: &Known) -> Vec<Answer> {
        let Some(data) = event.data() else { return Vec::new() };
        let Ok(deal) = Deal::deserialize(&data["deal"]) else { return Vec::new() };
        let invoice = Invoice {
            subject: deal.name,
            company: deal.company,
            person: deal.person,
            deal: Some(Link::to(event.record)),
            net: deal.value,
            due_on: None,
            lines: None,
        };
        let owner = data.get("owner").and_then(Value::as_str).and_then(|id| id.parse().ok());
        vec![Answer::Create(New::of(event.id_for(self.name()), &invoice, owner))]
    }
}

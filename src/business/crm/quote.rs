use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Change, Command, Day, Known, Link, Markdown, Money, Record, Shown, Target};

use super::{Company, Deal, Person};

/// What we offer, and for how much.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// Number by which the customer names it.
    pub number: String,
    #[schemars(extend("x-on-delete" = "refuse"))]
    pub deal: Option<Link<Deal>>,
    pub company: Option<Link<Company>>,
    pub person: Option<Link<Person>>,
    pub net: Money,
    pub tax: Option<Money>,
    /// Day until which it holds.
    pub valid_until: Option<Day>,
    /// What is offered, line by line.
    pub lines: Option<Markdown>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteState {
    #[default]
    Draft,
    Sent,
    Accepted,
    Declined,
}

impl Record for Quote {
    const KIND: &'static str = "crm.quote";
    type State = QuoteState;

    fn shown() -> Shown {
        Shown {
            days: Some(("valid_until", None)),
            icon: "file-text",
            columns: &["number", "company", "deal", "net", "valid_until"],
            same_by: &["number"],
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        match &self.tax {
            Some(tax) if tax.currency != self.net.currency => {
                Err(("tax", "is in the currency of the net amount".into()))
            }
            _ => Ok(()),
        }
    }
}

/// A step that does not follow from where the quote is.
#[derive(Debug, thiserror::Error)]
#[error("a quote is a draft, then sent, then accepted or declined")]
pub struct OutOfOrder;

/// The customer has it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Send {}

/// The customer takes it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {}

/// The customer does not want it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {}

fn step(quote: &Target<Quote>, from: QuoteState, to: QuoteState) -> Result<Change<Quote>, OutOfOrder> {
    if quote.state == from { Ok(Change::to(to)) } else { Err(OutOfOrder) }
}

impl Command for Send {
    const NAME: &'static str = "crm.quote.send";
    type Target = Quote;
    type Error = OutOfOrder;
    const OFFERED: &'static [QuoteState] = &[QuoteState::Draft];

    fn decide(self, quote: &Target<Quote>, _: &Known) -> Result<Change<Quote>, OutOfOrder> {
        step(quote, QuoteState::Draft, QuoteState::Sent)
    }
}

impl Command for Accept {
    const NAME: &'static str = "crm.quote.accept";
    type Target = Quote;
    type Error = OutOfOrder;
    const OFFERED: &'static [QuoteState] = &[QuoteState::Sent];

    fn decide(self, quote: &Target<Quote>, _: &Known) -> Result<Change<Quote>, OutOfOrder> {
        step(quote, QuoteState::Sent, QuoteState::Accepted)
    }
}

impl Command for Decline {
    const NAME: &'static str = "crm.quote.decline";
    type Target = Quote;
    type Error = OutOfOrder;
    const OFFERED: &'static [QuoteState] = &[QuoteState::Sent];

    fn decide(self, quote: &Target<Quote>, _: &Known) -> Result<Change<Quote>, OutOfOrder> {
        step(quote, QuoteState::Sent, QuoteState::Declined)
    }
}

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::business::engine::{
    Ask, Change, Command, Decimal, Email, Known, Link, Markdown, Money, Phone, Record, Shown, Tags, Target,
};

use crate::ids::{RecordId, uuid_at};

use super::person::Source;
use super::{Company, Deal, LeadForm, Person, Pipeline, Stage};

/// Someone who may become a customer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Lead {
    pub name: String,
    pub company: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub source: Option<Source>,
    /// How promising it is, 0 to 100.
    pub score: Option<Decimal<0>>,
    pub value: Option<Money>,
    pub message: Option<Markdown>,
    #[serde(default)]
    pub tags: Option<Tags>,
    /// What it became.
    pub person: Option<Link<Person>>,
    pub deal: Option<Link<Deal>>,
    /// How the score came about.
    pub score_because: Option<Markdown>,
    /// The form that was filled in.
    pub form: Option<Link<LeadForm>>,
    /// The page on which they were.
    pub came_from: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadState {
    #[default]
    New,
    Qualified,
    Converted,
    Disqualified,
}

impl Record for Lead {
    const KIND: &'static str = "crm.lead";
    type State = LeadState;

    fn shown() -> Shown {
        Shown {
            icon: "target",
            columns: &["name", "company", "email", "source", "score", "value"],
            same_by: &["email", "phone", "name"],
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        match self.score {
            Some(score) if !(0..=100_000_000).contains(&score.0) => {
                Err(("score", "is a number from 0 to 100".into()))
            }
            _ => Ok(()),
        }
    }
}

/// Why a lead stays what it is.
#[derive(Debug, thiserror::Error)]
pub enum LeadError {
    #[error("the lead was converted already")]
    Converted,
    #[error("a deal needs a stage of a pipeline to begin in")]
    NoStage,
}

/// It is worth our time.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Qualify {}

/// It is not.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disqualify {}

/// Makes a person, a company and a deal of a lead; people and companies that are known already are found by
/// address and name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Convert {
    /// The stage in which the deal begins; without one there is no deal.
    pub stage: Option<Link<Stage>>,
}

impl Command for Qualify {
    const NAME: &'static str = "crm.lead.qualify";
    type Target = Lead;
    type Error = LeadError;
    const OFFERED: &'static [LeadState] = &[LeadState::New, LeadState::Disqualified];

    fn decide(self, lead: &Target<Lead>, _: &Known) -> Result<Change<Lead>, LeadError> {
        open(lead).map(|()| Change::to(LeadState::Qualified))
    }
}

impl Command for Disqualify {
    const NAME: &'static str = "crm.lead.disqualify";
    type Target = Lead;
    type Error = LeadError;
    const OFFERED: &'static [LeadState] = &[LeadState::New, LeadState::Qualified];

    fn decide(self, lead: &Target<Lead>, _: &Known) -> Result<Change<Lead>, LeadError> {
        open(lead).map(|()| Change::to(LeadState::Disqualified))
    }
}

fn open(lead: &Target<Lead>) -> Result<(), LeadError> {
    if lead.state == LeadState::Converted { Err(LeadError::Converted) } else { Ok(()) }
}

impl Command for Convert {
    const NAME: &'static str = "crm.lead.convert";
    type Target = Lead;
    type Error = LeadError;
    const OFFERED: &'static [LeadState] = &[LeadState::New, LeadState::Qualified];

    fn asks(&self, lead: &Target<Lead>) -> Vec<Ask> {
        let find = |kind, field, value: Option<&String>| match value {
            Some(value) => Ask::Where { kind, field, value: json!(value) },
            // Nothing has this id.
            None => Ask::Record(RecordId(uuid::Uuid::nil())),
        };
        vec![
            find(Person::KIND, "email", lead.fields.email.as_ref().map(|email| &email.0)),
            find(Company::KIND, "name", lead.fields.company.as_ref()),
            Ask::Record(self.stage.map_or(RecordId(uuid::Uuid::nil()), |stage| stage.id)),
        ]
    }

    fn decide(self, lead: &Target<Lead>, known: &Known) -> Result<Change<Lead>, LeadError> {
        open(lead)?;
        let fresh = || RecordId(uuid_at(lead.now));
        let mut change = Change::to(LeadState::Converted);
        let company = match (known.get::<Company>(1), &lead.fields.company) {
            (Some((link, _)), _) => Some(link),
            (None, None) => None,
            (None, Some(name)) => {
                let link = Link::to(fresh());
                change = change.create(link, &company_of(name), lead.owner);
                Some(link)
            }
        };
        let person = match known.get::<Person>(0) {
            Some((link, _)) => link,
            None => {
                let link = Link::to(fresh());
                change = change.create(link, &person_of(&lead.fields, company), lead.owner);
                link
            }
        };
        let deal = match self.stage {
            None => None,
            Some(stage) => {
                let (_, about) = known.get::<Stage>(2).ok_or(LeadError::NoStage)?;
                let link = Link::to(fresh());
                let deal = deal_of(&lead.fields, (about.pipeline, stage), company, person);
                change = change.create(link, &deal, lead.owner);
                Some(link)
            }
        };
        let lead = Lead { person: Some(person), deal, ..lead.fields.clone() };
        Ok(change.with(lead).publish("crm.lead.converted", json!({ "person": person, "deal": deal })))
    }
}

fn company_of(name: &str) -> Company {
    Company {
        name: name.to_owned(),
        website: None,
        email: None,
        phone: None,
        industry: None,
        size: None,
        address: None,
        revenue: None,
        tax_number: None,
        tags: None,
        notes: None,
    }
}

fn person_of(lead: &Lead, company: Option<Link<Company>>) -> Person {
    Person {
        name: lead.name.clone(),
        company,
        role: None,
        email: lead.email.clone(),
        phone: lead.phone.clone(),
        mobile: None,
        birthday: None,
        source: lead.source,
        tags: lead.tags.clone(),
        notes: lead.message.clone(),
    }
}

fn deal_of(
    lead: &Lead,
    (pipeline, stage): (Link<Pipeline>, Link<Stage>),
    company: Option<Link<Company>>,
    person: Link<Person>,
) -> Deal {
    Deal {
        name: lead.company.clone().unwrap_or_else(|| lead.name.clone()),
        pipeline,
        stage,
        company,
        person: Some(person),
        value: lead.value.clone(),
        close_on: None,
        priority: None,
        decided_on: None,
        lost_because: None,
        tags: lead.tags.clone(),
        notes: lead.message.clone(),
    }
}

//! Forms that strangers fill in: what comes of it is a lead.

use std::convert::Infallible;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Change, Command, Known, Markdown, Record, Shown, Tags, Target};

use super::person::Source;

/// Asks people on the web who they are and what they want; each answer is a lead.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LeadForm {
    pub name: String,
    /// What stands above it; its name unless told.
    pub title: Option<String>,
    pub intro: Option<Markdown>,
    /// What it asks beside the name.
    #[serde(default)]
    pub asks: Vec<FormField>,
    /// What must be filled in beside the name.
    #[serde(default)]
    pub needs: Vec<FormField>,
    /// What people read when they have sent it.
    pub thanks: Option<Markdown>,
    /// The source that its leads have.
    pub source: Option<Source>,
    /// Tags that its leads have.
    #[serde(default)]
    pub tags: Option<Tags>,
    /// Sites that may show it in their pages, such as https://example.org.
    #[serde(default)]
    pub origins: Option<Tags>,
}

/// What a form asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormField {
    Company,
    Email,
    Phone,
    Message,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormState {
    #[default]
    Open,
    Closed,
}

impl Record for LeadForm {
    const KIND: &'static str = "crm.form";
    type State = FormState;

    fn shown() -> Shown {
        Shown {
            icon: "file-text",
            columns: &["name", "asks", "source", "origins"],
            for_administrators: true,
            ..Shown::default()
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        let origins = self.origins.as_ref().map(|origins| origins.0.as_slice()).unwrap_or_default();
        match origins.iter().find(|origin| !is_origin(origin)) {
            Some(wrong) => Err(("origins", format!("are such as https://example.org, which {wrong} is not"))),
            None => Ok(()),
        }
    }
}

/// Scheme, host and port, as browsers send it: nothing that could be more than that in a header.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        (1..=260).contains(&host.len())
            && host.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':')
            })
    })
}

impl FormField {
    pub(super) const ALL: [Self; 4] = [Self::Company, Self::Email, Self::Phone, Self::Message];

    /// The field of the lead.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Message => "message",
        }
    }
}

/// It takes no more answers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {}

/// It takes answers again.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {}

impl Command for Close {
    const NAME: &'static str = "crm.form.close";
    type Target = LeadForm;
    type Error = Infallible;
    const OFFERED: &'static [FormState] = &[FormState::Open];

    fn decide(self, _: &Target<LeadForm>, _: &Known) -> Result<Change<LeadForm>, Infallible> {
        Ok(Change::to(FormState::Closed))
    }
}

impl Command for Reopen {
    const NAME: &'static str = "crm.form.reopen";
    type Target = LeadForm;
    type Error = Infallible;
    const OFFERED: &'static [FormState] = &[FormState::Closed];

    fn decide(self, _: &Target<LeadForm>, _: &Known) -> Result<Change<LeadForm>, Infallible> {
        Ok(Change::to(FormState::Open))
    }
}

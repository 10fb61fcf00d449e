use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Day, Email, Link, Markdown, Phone, Plain, Record, Shown, Tags};

use super::Company;

/// Someone whom we know: one object for mail, calendar and chat as well.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    pub name: String,
    pub company: Option<Link<Company>>,
    /// What they do there.
    pub role: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub mobile: Option<Phone>,
    pub birthday: Option<Day>,
    pub source: Option<Source>,
    #[serde(default)]
    pub tags: Option<Tags>,
    pub notes: Option<Markdown>,
}

/// Where someone has heard of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Website,
    Referral,
    Event,
    Advertisement,
    ColdCall,
    Partner,
    Other,
}

impl Record for Person {
    const KIND: &'static str = "crm.person";
    type State = Plain;

    fn shown() -> Shown {
        Shown {
            plural: Some("People"),
            icon: "user",
            columns: &["name", "company", "role", "email", "phone", "tags"],
            same_by: &["email", "phone", "mobile", "name"],
            ..Shown::default()
        }
    }
}

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Email, Markdown, Money, Phone, Plain, Record, Shown, Tags, Url};

/// A company that we deal with.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Company {
    pub name: String,
    pub website: Option<Url>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub industry: Option<String>,
    pub size: Option<Size>,
    /// Street, town and country, as it stands on a letter.
    pub address: Option<Markdown>,
    /// What it turns over in a year.
    pub revenue: Option<Money>,
    /// Number of registration for taxes, such as that of VAT.
    pub tax_number: Option<String>,
    #[serde(default)]
    pub tags: Option<Tags>,
    pub notes: Option<Markdown>,
}

/// How many people work there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    #[serde(rename = "up_to_10")]
    UpTo10,
    #[serde(rename = "up_to_50")]
    UpTo50,
    #[serde(rename = "up_to_250")]
    UpTo250,
    More,
}

impl Record for Company {
    const KIND: &'static str = "crm.company";
    type State = Plain;

    fn shown() -> Shown {
        Shown {
            plural: Some("Companies"),
            icon: "building",
            columns: &["name", "industry", "size", "website", "phone", "tags"],
            same_by: &["name", "website", "email"],
            ..Shown::default()
        }
    }
}

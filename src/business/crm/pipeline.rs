use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Decimal, Link, Plain, Record, Shown};

/// The way that deals of one sort go.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Pipeline {
    pub name: String,
    /// Where it stands among the others.
    pub position: Option<Decimal<0>>,
}

impl Record for Pipeline {
    const KIND: &'static str = "crm.pipeline";
    type State = Plain;

    fn shown() -> Shown {
        Shown { icon: "git-branch", same_by: &["name"], ..Shown::default() }
    }
}

/// A stage of a pipeline.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    pub name: String,
    #[schemars(extend("x-on-delete" = "follow"))]
    pub pipeline: Link<Pipeline>,
    /// Where it stands in the pipeline.
    pub position: Decimal<0>,
    /// How likely a deal in this stage is won, in percent: it weighs the forecast.
    pub probability: Decimal<0>,
}

impl Record for Stage {
    const KIND: &'static str = "crm.stage";
    type State = Plain;

    fn shown() -> Shown {
        Shown { icon: "columns", ..Shown::default() }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        if (0..=100_000_000).contains(&self.probability.0) {
            return Ok(());
        }
        Err(("probability", "is a number from 0 to 100".into()))
    }
}

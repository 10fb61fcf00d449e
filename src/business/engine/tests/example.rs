use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business::engine::{Account, Day, Decimal, Plain, Record};

/// A vehicle that the company drives.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Vehicle {
    pub plate: String,
    pub driver: Option<Account>,
    /// Day until which the inspection holds.
    pub inspected_until: Option<Day>,
    pub kilometres: Option<Decimal<1>>,
}

impl Record for Vehicle {
    const KIND: &'static str = "fleet.vehicle";
    type State = Plain;
}

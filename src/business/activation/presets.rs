//! Presets: what businesses of a trade begin with, as files of data (`presets/`).

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::business::engine::Seeds;

use super::plan::Assistant;

/// What a business of a trade begins with.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Where the form of the file is described.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// By which documents name it; that of the file.
    pub name: String,
    /// For whom it is, in a few words.
    pub description: String,
    /// Modules that are switched on; those of later releases have no effect yet.
    pub modules: Vec<String>,
    #[serde(default)]
    pub seed: Seeds,
    #[serde(default)]
    pub assistants: Vec<Assistant>,
}

macro_rules! files {
    ($($name:literal),+) => {[$(($name, include_str!(concat!("../../../presets/", $name, ".json")))),+]};
}

/// Name and text of every preset.
pub const PRESETS: [(&str, &str); 9] = files![
    "ecommerce",
    "healthcare",
    "logistics",
    "retail",
    "agency",
    "school",
    "ngo",
    "restaurant",
    "consulting"
];

/// The preset with a name.
#[must_use]
pub fn preset(name: &str) -> Option<&'static Preset> {
    static ALL: OnceLock<Vec<Preset>> = OnceLock::new();
    // A test reads every file: one that is broken is not released.
    let read = || PRESETS.iter().filter_map(|(_, text)| serde_json::from_str(text).ok()).collect();
    ALL.get_or_init(read).iter().find(|preset| preset.name == name)
}

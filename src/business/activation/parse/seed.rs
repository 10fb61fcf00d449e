//! Records and assistants that a document brings itself or by its preset.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::business::activation::plan::Assistant;
use crate::business::activation::presets::Preset;
use crate::business::engine::{Catalog, Catalogs, SeedPack, check_seeds};
use crate::business::modules;
use crate::office::identity::messages::PersonName;

use super::Reader;

/// The name of the records that the document itself brings.
const OWN: &str = "document";
const ASSISTANTS: usize = 20;
const INSTRUCTIONS: usize = 5_000;

impl Reader {
    pub(super) fn packs(&mut self, top: &Map<String, Value>, preset: Option<&Preset>) -> Vec<SeedPack> {
        let of_preset = preset
            .map(|preset| SeedPack { name: format!("preset {}", preset.name), seeds: preset.seed.clone() });
        let mut packs: Vec<_> = of_preset.into_iter().collect();
        match top.get("seed") {
            None | Some(Value::Null) => return packs,
            Some(seed) => match serde_path_to_error::deserialize(seed) {
                Ok(seeds) => packs.push(SeedPack { name: OWN.to_owned(), seeds }),
                Err(error) => {
                    let path = match error.path().to_string() {
                        path if path == "." => "$.seed".to_owned(),
                        path => format!("$.seed.{path}"),
                    };
                    self.fault(&path, error.inner().to_string());
                    return packs;
                }
            },
        }
        for fault in check_seeds(program(), &packs) {
            let path = if fault.pack == OWN { "$.seed" } else { "$.preset" };
            let dot = if fault.path.is_empty() { "" } else { "." };
            self.fault(&format!("{path}{dot}{}", fault.path), fault.message);
        }
        packs
    }

    pub(super) fn assistants(&mut self, top: &Map<String, Value>, preset: Option<&Preset>) -> Vec<Assistant> {
        let mut all: Vec<Assistant> = preset.map(|preset| preset.assistants.clone()).unwrap_or_default();
        for (place, value) in self.list(top, "assistants", ASSISTANTS).iter().enumerate() {
            let path = format!("$.assistants[{place}]");
            let Some(object) = self.object(value, &path, &["name", "instructions"]) else { continue };
            let is_name = |text: &str| PersonName::parse(text).is_ok();
            let name = self.text(object, &path, "name", is_name, "must have 1 to 200 characters");
            let fits =
                |text: &str| (1..=INSTRUCTIONS).contains(&text.chars().count()) && !text.contains('\0');
            let allowed = format!("must have 1 to {INSTRUCTIONS} characters");
            let instructions = self.text(object, &path, "instructions", fits, &allowed);
            let (Some(name), Some(instructions)) = (name, instructions) else { continue };
            let name = name.trim().to_owned();
            // What the document says itself counts.
            all.retain(|known| known.name != name);
            all.push(Assistant { name, instructions });
        }
        all
    }

    /// A list with not more than so many entries; nothing when there is none.
    pub(super) fn list<'a>(&mut self, top: &'a Map<String, Value>, name: &str, most: usize) -> &'a [Value] {
        match top.get(name) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) if list.len() <= most => list,
            Some(Value::Array(_)) => {
                self.fault(&format!("$.{name}"), format!("has more than {most} entries"));
                &[]
            }
            Some(_) => {
                self.fault(&format!("$.{name}"), "must be a list");
                &[]
            }
        }
    }
}

/// The types of records that documents may name.
pub fn program() -> &'static Catalog {
    static PROGRAM: OnceLock<Catalog> = OnceLock::new();
    PROGRAM.get_or_init(|| Catalogs::new(modules()).of_program(&BTreeMap::new()))
}

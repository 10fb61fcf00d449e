//! What is wrong with seeds: everything at once, before anything is written.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::business::engine::catalog::Catalog;
use crate::business::engine::field::{Field, Holds, is_name};
use crate::business::engine::kind::Kind;
use crate::business::engine::own;
use crate::business::engine::value;
use crate::ids::{RecordId, Timestamp, UserId};

use super::resolve::Words;
use super::{SEEDS, SeedPack, SeedRecord, Seeds};

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedFault {
    /// The pack that it is in.
    pub pack: String,
    /// Below the pack: `samples[3].fields.name`.
    pub path: String,
    pub message: String,
}

/// Holds seeds against the types of the program and each other.
#[must_use]
pub fn check(program: &Catalog, packs: &[SeedPack]) -> Vec<SeedFault> {
    if packs.iter().map(|pack| count(&pack.seeds)).sum::<usize>() > SEEDS {
        let pack = packs.last().map(|pack| pack.name.clone()).unwrap_or_default();
        let message = format!("has more than {SEEDS} fields and records");
        return vec![SeedFault { pack, path: String::new(), message }];
    }
    let mut checker = Checker { catalog: program.clone(), known: HashMap::new(), faults: Vec::new() };
    for pack in packs {
        checker.fields(pack);
    }
    for pack in packs {
        checker.records(&pack.name, "records", &pack.seeds.records);
    }
    for pack in packs {
        checker.records(&pack.name, "samples", &pack.seeds.samples);
    }
    checker.faults
}

fn count(seeds: &Seeds) -> usize {
    seeds.records.len() + seeds.samples.len() + seeds.fields.values().map(BTreeMap::len).sum::<usize>()
}

struct Checker {
    catalog: Catalog,
    /// Type and pack of each key that came before.
    known: HashMap<String, (String, String)>,
    faults: Vec<SeedFault>,
}

impl Checker {
    fn fault(&mut self, pack: &str, path: String, message: impl Into<String>) {
        self.faults.push(SeedFault { pack: pack.to_owned(), path, message: message.into() });
    }

    fn fields(&mut self, pack: &SeedPack) {
        for (kind_name, fields) in &pack.seeds.fields {
            let Some(kind) = self.catalog.kinds.get(kind_name).cloned() else {
                self.fault(&pack.name, format!("fields.{kind_name}"), "is no type of records");
                continue;
            };
            let mut kind = Kind::clone(&kind);
            for (name, own) in fields {
                let checked =
                    own::check_field_name(&kind, name).and_then(|()| own::check_field(&self.catalog, own));
                if let Err(error) = checked {
                    self.fault(&pack.name, format!("fields.{kind_name}.{name}"), error.to_string());
                    continue;
                }
                let (label, help, holds) = (own.label.clone(), own.help.clone(), own.holds.clone());
                let (name, required) = (name.clone(), own.required);
                kind.fields.push(Field { name, label, help, holds, required, slot: None, custom: true });
            }
            self.catalog.kinds.insert(kind_name.clone(), Arc::new(kind));
        }
    }

    fn records(&mut self, pack: &str, list: &str, records: &[SeedRecord]) {
        for (place, record) in records.iter().enumerate() {
            let path = format!("{list}[{place}]");
            let twice = self.known.get(&record.key).is_some_and(|(_, of)| of == pack);
            if !is_name(&record.key) {
                self.fault(pack, format!("{path}.key"), "has small letters, digits and _");
            } else if twice {
                self.fault(pack, format!("{path}.key"), "is there twice");
            }
            match self.catalog.kinds.get(&record.kind).cloned() {
                Some(kind) => self.record(pack, &path, &kind, record),
                None => self.fault(pack, format!("{path}.kind"), "is no type of records"),
            }
            self.known.insert(record.key.clone(), (record.kind.clone(), pack.to_owned()));
        }
    }

    fn record(&mut self, pack: &str, path: &str, kind: &Kind, record: &SeedRecord) {
        let before = self.faults.len();
        let ids = self.known.keys().map(|key| (key.clone(), RecordId(Uuid::nil()))).collect();
        let (now, admin) = (Timestamp::UNIX_EPOCH, Some(UserId(Uuid::nil())));
        let fields = Words { currency: "EUR", now, admin, ids: &ids }.fields(kind, record);
        let mut good = Map::new();
        for (name, raw) in &record.fields {
            match self.value(kind.field(name), raw, fields.get(name)) {
                Ok(Some(value)) => drop(good.insert(name.clone(), value)),
                Ok(None) => {}
                Err(fault) => self.fault(pack, format!("{path}.fields.{name}"), fault),
            }
        }
        let is_missing = |field: &&Field| field.required && !record.fields.contains_key(&field.name);
        for field in kind.fields.iter().filter(is_missing) {
            self.fault(pack, format!("{path}.fields.{}", field.name), "is needed");
        }
        // The rule of the type is for records that have what it looks at.
        let rule = kind.check.filter(|_| self.faults.len() == before);
        if let Some(Err((name, fault))) = rule.map(|check| check(&good)) {
            self.fault(pack, format!("{path}.fields.{name}"), fault);
        }
    }

    /// The value as it would be kept; `raw` is what the document says.
    fn value(
        &self,
        field: Option<&Field>,
        raw: &Value,
        value: Option<&Value>,
    ) -> Result<Option<Value>, String> {
        let Some(field) = field else { return Err("is no field of this type".into()) };
        let key = raw.as_str().and_then(|text| text.strip_prefix('@'));
        let leads_to = |to: &str| key.and_then(|key| self.known.get(key)).is_some_and(|(kind, _)| kind == to);
        match &field.holds {
            Holds::Link { to, .. } if !leads_to(to) => {
                Err(format!("is the @key of a {to} that comes before this record"))
            }
            Holds::Person if key != Some("admin") => Err("is @admin".into()),
            holds => value::parse(holds, value.unwrap_or(&Value::Null)),
        }
    }
}

//! What connects a business with the world: services of others, domains.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use crate::business::activation::lists::{PROVIDERS, Provider, is_host};
use crate::business::activation::plan::{Domain, Integration};

use super::Reader;

const DOMAINS: usize = 20;
/// Bytes of a text that a service has to be told.
const VALUE: usize = 4_000;

impl Reader {
    pub(super) fn integrations(&mut self, top: &Map<String, Value>) -> Vec<Integration> {
        let chosen = match top.get("integrations") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Object(chosen)) => chosen,
            Some(_) => {
                self.fault("$.integrations", "must be an object of purposes and services");
                return Vec::new();
            }
        };
        chosen.iter().filter_map(|(purpose, value)| self.integration(purpose, value)).collect()
    }

    fn integration(&mut self, purpose: &str, value: &Value) -> Option<Integration> {
        let path = format!("$.integrations.{purpose}");
        let fitting: Vec<&Provider> = PROVIDERS.iter().filter(|known| known.purpose == purpose).collect();
        if fitting.is_empty() {
            self.fault(&path, "is unknown; known are payment, messaging, mail");
            return None;
        }
        let names = fitting.iter().map(|known| known.name).collect::<Vec<_>>().join(", ");
        let Value::Object(object) = value else {
            self.fault(&path, "must be an object");
            return None;
        };
        let is_known = |text: &str| fitting.iter().any(|known| known.name == text);
        let name = self.text(object, &path, "provider", is_known, &format!("must be one of {names}"))?;
        let provider = fitting.into_iter().find(|known| known.name == name)?;
        let known: Vec<&str> = [&["provider"], provider.needs, provider.may].concat();
        self.object(value, &path, &known)?;
        let mut values = BTreeMap::new();
        for key in provider.needs.iter().chain(provider.may) {
            if provider.may.contains(key) && !object.contains_key(*key) {
                continue;
            }
            let (rule, allowed) = rule(key);
            if let Some(text) = self.text(object, &path, key, rule, allowed) {
                values.insert((*key).to_owned(), text);
            }
        }
        Some(Integration { purpose: purpose.to_owned(), provider: name, values })
    }

    pub(super) fn domains(&mut self, top: &Map<String, Value>) -> Vec<Domain> {
        let (mut seen, mut domains) = (HashSet::new(), Vec::new());
        for (place, value) in self.list(top, "domains", DOMAINS).iter().enumerate() {
            let path = format!("$.domains[{place}]");
            let Some(object) = self.object(value, &path, &["host", "mail"]) else { continue };
            let host = self.text(object, &path, "host", is_host, "must be a host name such as acme.example");
            let mail = match object.get("mail") {
                None => false,
                Some(Value::Bool(mail)) => *mail,
                Some(_) => {
                    self.fault(&format!("{path}.mail"), "must be true or false");
                    continue;
                }
            };
            let Some(host) = host else { continue };
            if seen.insert(host.clone()) {
                domains.push(Domain { host, mail });
            } else {
                self.fault(&format!("{path}.host"), "is in the document twice");
            }
        }
        domains
    }
}

/// What a text must be, by the name under which it stands; what it is now is never told.
fn rule(key: &str) -> (fn(&str) -> bool, &'static str) {
    match key {
        "host" => (is_host, "must be a host name such as smtp.example.org"),
        "port" => (
            |text| text.parse::<u16>().is_ok_and(|port| port > 0),
            "must be a number from 1 to 65535, as text",
        ),
        "url" => (
            |text| text.starts_with("https://") && is_plain(text),
            "must be an address that begins with https://",
        ),
        _ => (is_plain, "must have 1 to 4000 characters without line breaks"),
    }
}

fn is_plain(text: &str) -> bool {
    (1..=VALUE).contains(&text.len()) && !text.chars().any(char::is_control)
}

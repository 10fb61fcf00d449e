//! From JSON to a plan: every fault is told with its path, not only the first.

mod connect;
mod seed;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use crate::office::identity::EmailAddress;
use crate::office::identity::messages::{Password, PersonName};
use crate::protocols::http::problem::Fault;
use crate::scope::Role;

pub use seed::program;

use super::error::ActivationError;
use super::lists::{MODULES, is_currency, is_locale, is_slug, is_time_zone};
use super::plan::{Plan, PlannedPerson};
use super::presets::{PRESETS, Preset, preset};

/// People in one activation, besides the administrator.
const MOST_USERS: usize = 1000;

/// What a document may say.
const KNOWN: [&str; 9] =
    ["business", "admin", "users", "preset", "modules", "integrations", "seed", "domains", "assistants"];

/// Reads an activation.
///
/// # Errors
/// `ActivationError::Faults` names everything that is wrong.
pub fn parse(text: &[u8]) -> Result<Plan, ActivationError> {
    let mut reader = Reader { faults: Vec::new() };
    let plan = match serde_json::from_slice(text) {
        Ok(value) => reader.plan(&value),
        Err(error) => {
            reader.fault("$", format!("is not JSON: {error}"));
            None
        }
    };
    plan.filter(|_| reader.faults.is_empty()).ok_or(ActivationError::Faults(reader.faults))
}

struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, path: &str, message: impl Into<String>) {
        self.faults.push(Fault { path: path.to_owned(), message: message.into() });
    }

    fn plan(&mut self, value: &Value) -> Option<Plan> {
        let top = self.object(value, "$", &KNOWN)?;
        let business = self.business(top);
        let admin = self.admin(top);
        let users = self.users(top);
        let preset = self.preset(top);
        let modules = self.modules(top, preset);
        let integrations = self.integrations(top);
        let packs = self.packs(top, preset);
        let domains = self.domains(top);
        let assistants = self.assistants(top, preset);
        let people: Vec<_> = admin.into_iter().chain(users).collect();
        let (name, slug, locale, time_zone, currency) = business?;
        Some(Plan {
            name,
            slug,
            locale,
            time_zone,
            currency,
            people,
            modules,
            integrations,
            packs,
            domains,
            assistants,
        })
    }

    fn business(&mut self, top: &Map<String, Value>) -> Option<(String, String, String, String, String)> {
        let known = ["name", "slug", "locale", "time_zone", "currency"];
        let business = self.member(top, "$", "business")?;
        let business = self.object(business, "$.business", &known)?;
        let mut field =
            |name, rule: fn(&str) -> bool, allowed| self.text(business, "$.business", name, rule, allowed);
        let name = field("name", |text| PersonName::parse(text).is_ok(), "must have 1 to 200 characters");
        let slug = field("slug", is_slug, "must have 2 to 40 lower case letters, digits and single hyphens");
        let locale = field("locale", is_locale, "must be a language tag such as en-GB");
        let time_zone = field("time_zone", is_time_zone, "must be an IANA time zone such as Europe/Berlin");
        let currency = field("currency", is_currency, "must be an ISO 4217 code such as EUR");
        Some((name?.trim().to_owned(), slug?, locale?, time_zone?, currency?))
    }

    fn admin(&mut self, top: &Map<String, Value>) -> Option<PlannedPerson> {
        let value = self.member(top, "$", "admin")?;
        self.person(value, "$.admin", Some(Role::TenantAdmin))
    }

    fn users(&mut self, top: &Map<String, Value>) -> Vec<PlannedPerson> {
        let list = match top.get("users") {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fault("$.users", "must be a list");
                return Vec::new();
            }
        };
        if list.len() > MOST_USERS {
            self.fault("$.users", format!("has more than {MOST_USERS} people"));
            return Vec::new();
        }
        let admin = top.get("admin").and_then(|admin| admin.get("email")).and_then(Value::as_str);
        let mut seen: HashSet<_> =
            admin.and_then(|email| EmailAddress::parse(email).ok()).into_iter().collect();
        let mut users = Vec::new();
        for (at, value) in list.iter().enumerate() {
            let path = format!("$.users[{at}]");
            self.refuse_double(value, &path, &mut seen);
            users.extend(self.person(value, &path, None));
        }
        users
    }

    fn refuse_double(&mut self, value: &Value, path: &str, seen: &mut HashSet<EmailAddress>) {
        let email = value.get("email").and_then(Value::as_str);
        if let Some(email) = email.and_then(|email| EmailAddress::parse(email).ok())
            && !seen.insert(email)
        {
            self.fault(&format!("{path}.email"), "is in the document twice");
        }
    }

    /// Someone with an account; `fixed` is the role of someone whose role is not theirs to choose.
    fn person(&mut self, value: &Value, path: &str, fixed: Option<Role>) -> Option<PlannedPerson> {
        let known: &[&str] = match fixed {
            Some(_) => &["email", "name", "password"],
            None => &["email", "name", "role", "password"],
        };
        let person = self.object(value, path, known)?;
        let email = self.text(
            person,
            path,
            "email",
            |text| EmailAddress::parse(text).is_ok(),
            "must be an email address such as ana@example.com",
        );
        let name = self.text(
            person,
            path,
            "name",
            |text| PersonName::parse(text).is_ok(),
            "must have 1 to 200 characters",
        );
        let role = match fixed {
            Some(role) => Some(role),
            None => self.role(person, path),
        };
        let password = self.password(person, path);
        Some(PlannedPerson {
            email: EmailAddress::parse(&email?).ok()?,
            name: PersonName::parse(&name?).ok()?,
            role: role?,
            password: password?,
        })
    }

    fn role(&mut self, person: &Map<String, Value>, path: &str) -> Option<Role> {
        // An administrator of the platform is made on the machine itself, not by a document.
        let rule = |text: &str| matches!(text, "tenant_guest" | "tenant_user" | "tenant_admin");
        self.text(person, path, "role", rule, "must be tenant_guest, tenant_user or tenant_admin")?
            .parse()
            .ok()
    }

    /// `Some(None)` when there is none, which is allowed.
    fn password(&mut self, person: &Map<String, Value>, path: &str) -> Option<Option<Password>> {
        if matches!(person.get("password"), None | Some(Value::Null)) {
            return Some(None);
        }
        let rule = |text: &str| Password::parse(text).is_ok();
        let text = self.text(person, path, "password", rule, "must have 10 to 1024 characters")?;
        Password::parse(text).ok().map(Some)
    }

    fn modules(&mut self, top: &Map<String, Value>, preset: Option<&Preset>) -> BTreeMap<String, bool> {
        let named = preset.into_iter().flat_map(|preset| &preset.modules);
        let mut modules: BTreeMap<_, _> = named.map(|name| (name.clone(), true)).collect();
        let chosen = match top.get("modules") {
            None => return modules,
            Some(Value::Object(chosen)) => chosen,
            Some(_) => {
                self.fault("$.modules", "must be an object of names and true or false");
                return modules;
            }
        };
        for (name, value) in chosen {
            let path = format!("$.modules.{name}");
            match value {
                _ if !MODULES.contains(&name.as_str()) => {
                    self.fault(&path, format!("is no module; there are {}", MODULES.join(", ")));
                }
                Value::Bool(on) => {
                    modules.insert(name.clone(), *on);
                }
                _ => self.fault(&path, "must be true or false"),
            }
        }
        modules
    }

    fn preset(&mut self, top: &Map<String, Value>) -> Option<&'static Preset> {
        if matches!(top.get("preset"), None | Some(Value::Null)) {
            return None;
        }
        let allowed = format!("must be one of {}", PRESETS.map(|(name, _)| name).join(", "));
        let name = self.text(top, "$", "preset", |text| preset(text).is_some(), &allowed)?;
        preset(&name)
    }

    fn object<'a>(&mut self, value: &'a Value, path: &str, known: &[&str]) -> Option<&'a Map<String, Value>> {
        let Value::Object(object) = value else {
            self.fault(path, "must be an object");
            return None;
        };
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            self.fault(&format!("{path}.{name}"), format!("is unknown; known are {}", known.join(", ")));
        }
        Some(object)
    }

    fn member<'a>(&mut self, object: &'a Map<String, Value>, path: &str, name: &str) -> Option<&'a Value> {
        let found = object.get(name);
        if found.is_none() {
            self.fault(&format!("{path}.{name}"), "is missing");
        }
        found
    }

    fn text(
        &mut self,
        object: &Map<String, Value>,
        path: &str,
        name: &str,
        rule: impl Fn(&str) -> bool,
        allowed: &str,
    ) -> Option<String> {
        match self.member(object, path, name)? {
            Value::String(text) if rule(text) => Some(text.clone()),
            Value::String(_) => {
                self.fault(&format!("{path}.{name}"), allowed);
                None
            }
            _ => {
                self.fault(&format!("{path}.{name}"), "must be text");
                None
            }
        }
    }
}

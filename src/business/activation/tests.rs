//! What a document may say.

use serde_json::{Value, json};

use super::error::ActivationError;
use super::lists::{is_currency, is_locale, is_slug, is_time_zone};
use super::parse::{parse, program};
use super::presets::{PRESETS, Preset, preset};
use crate::business::engine::{SeedPack, check_seeds};

fn good() -> Value {
    json!({
        "business": { "name": "Acme", "slug": "acme", "locale": "en-GB", "time_zone": "Europe/Berlin",
            "currency": "EUR" },
        "admin": { "email": "ana@acme.example", "name": "Ana" },
        "users": [{ "email": "ben@acme.example", "name": "Ben", "role": "tenant_user" }],
    })
}

/// The paths at which a document is wrong.
fn faults(document: &Value) -> Vec<String> {
    match parse(document.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(ActivationError::Faults(faults)) => faults.into_iter().map(|fault| fault.path).collect(),
        Err(other) => panic!("{other}"),
    }
}

fn check(change: impl FnOnce(&mut Value), expected: &[&str]) {
    let mut document = good();
    change(&mut document);
    assert_eq!(faults(&document), expected, "{document}");
}

#[test]
fn each_fault_is_told_where_it_is() {
    check(|_| {}, &[]);
    check(|document| document["business"] = json!(1), &["$.business"]);
    check(|document| document["business"]["slug"] = json!("A"), &["$.business.slug"]);
    check(|document| document["admin"]["role"] = json!("tenant_admin"), &["$.admin.role"]);
    check(|document| document["admin"]["password"] = json!("short"), &["$.admin.password"]);
    check(|document| document["users"] = json!({}), &["$.users"]);
    check(|document| document["users"][0]["role"] = json!("boss"), &["$.users[0].role"]);
    check(|document| document["users"][0]["email"] = json!("ANA@acme.example"), &["$.users[0].email"]);
    check(|document| document["modules"] = json!({ "crm": 1, "x": true }), &["$.modules.crm", "$.modules.x"]);
    check(|document| document["preset"] = json!("bakery"), &["$.preset"]);
    assert_eq!(faults(&json!({})), ["$.business", "$.admin"]);
    assert_eq!(faults(&json!([])), ["$"]);
}

#[test]
fn a_text_that_is_no_json_is_one_fault() {
    assert!(matches!(parse(b"{"), Err(ActivationError::Faults(faults)) if faults.len() == 1));
}

#[test]
fn a_preset_switches_modules_on_that_can_be_switched_off() {
    let mut document = good();
    document["preset"] = json!("ecommerce");
    document["modules"] = json!({ "pos": false });
    let plan = parse(document.to_string().as_bytes()).unwrap();
    assert_eq!((plan.modules["ecommerce"], plan.modules["pos"]), (true, false));
}

#[test]
fn words_of_the_business_are_checked() {
    assert!(is_slug("acme-2") && !is_slug("-acme") && !is_slug("a--b") && !is_slug("2acme") && !is_slug("a"));
    assert!(is_locale("de") && is_locale("sr-Latn-RS") && is_locale("es-419"));
    assert!(!is_locale("english") && !is_locale("") && !is_locale("en_GB") && !is_locale("en-"));
    assert!(is_time_zone("UTC") && is_time_zone("Africa/Kampala") && !is_time_zone("Mars/Base"));
    assert!(is_currency("UGX") && !is_currency("eur") && !is_currency("XYZ") && !is_currency("EU"));
}

#[test]
fn every_preset_is_free_of_faults() {
    for (name, text) in PRESETS {
        let read: Preset = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((read.name.as_str(), preset(name).is_some()), (name, true));
        assert!(read.modules.iter().all(|module| super::lists::MODULES.contains(&module.as_str())), "{name}");
        let pack = SeedPack { name: name.to_owned(), seeds: read.seed };
        assert_eq!(check_seeds(program(), &[pack]), [], "{name}");
    }
}

/// `KONTOR_UPDATE=1` writes it anew.
#[test]
fn the_schema_of_presets_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/presets/schema.json");
    let text = serde_json::to_string_pretty(&schemars::schema_for!(Preset)).unwrap() + "\n";
    if std::env::var_os("KONTOR_UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
fn faults_of_seeds_services_and_domains_are_told_where_they_are() {
    let person = |fields: Value| json!([{ "key": "a", "kind": "crm.person", "fields": fields }]);
    let seed = |samples: Value| json!({ "samples": samples });
    check(|document| document["seed"] = json!({ "sample": [] }), &["$.seed.sample"]);
    check(|document| document["seed"] = seed(json!([{ "key": "a" }])), &["$.seed.samples[0]"]);
    check(|document| document["seed"] = seed(person(json!({ "name": "A" }))), &[]);
    check(|document| document["seed"] = seed(person(json!({}))), &["$.seed.samples[0].fields.name"]);
    check(
        |document| {
            document["seed"] = seed(person(json!({ "name": "A", "company": "@b", "birthday": "soon" })))
        },
        &["$.seed.samples[0].fields.birthday", "$.seed.samples[0].fields.company"],
    );
    check(
        |document| {
            document["seed"] =
                json!({ "fields": { "crm.person": { "age": { "label": "Age", "type": "text" } } } })
        },
        &["$.seed.fields.crm.person.age"],
    );
    check(
        |document| document["integrations"] = json!({ "payment": { "provider": "gold" } }),
        &["$.integrations.payment.provider"],
    );
    check(
        |document| {
            document["integrations"] = json!({ "payment": { "provider": "stripe", "secret_key": "x" } })
        },
        &["$.integrations.payment.webhook_secret"],
    );
    check(|document| document["domains"] = json!([{ "host": "Acme" }]), &["$.domains[0].host"]);
    check(|document| document["assistants"] = json!([{ "name": "A" }]), &["$.assistants[0].instructions"]);
}

#[test]
fn what_a_service_is_told_is_not_shown() {
    let mut document = good();
    document["integrations"] = json!({ "payment": { "provider": "paystack", "secret_key": "very secret" } });
    let plan = parse(document.to_string().as_bytes()).unwrap();
    assert!(!format!("{plan:?}").contains("very secret"));
    document["integrations"]["payment"]["secret_key"] = json!("very\nsecret");
    let faults = parse(document.to_string().as_bytes()).unwrap_err();
    assert!(!format!("{faults:?}").contains("secret\n") && !format!("{faults:?}").contains("very"));
}

#[test]
fn every_example_can_be_activated() {
    for text in [
        include_str!("../../../examples/acme.json"),
        include_str!("../../../examples/demo.json"),
        include_str!("../../../examples/everything.json"),
    ] {
        assert!(parse(text.as_bytes()).is_ok(), "{:?}", parse(text.as_bytes()));
    }
}

//! What a document may say.

use serde_json::{Value, json};

use super::error::ActivationError;
use super::lists::{is_currency, is_locale, is_slug, is_time_zone};
use super::parse::parse;

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

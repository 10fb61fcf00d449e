//! RFC 8291, RFC 8292, and what push services answer.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::{PublicKey, SecretKey};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::ids::{NotificationId, UserId};
use crate::office::notify::messages::{Kind, NewNotification, Place};
use crate::office::notify::push::deliver::{Outcome, outcome};
use crate::office::notify::push::encrypt::{MOST, Receiver, encrypt, fresh_key, point, seal};
use crate::office::notify::push::keys::Vapid;
use crate::office::notify::push::payload;
use crate::office::notify::push::subscription::Subscription;
use crate::protocols::http::outbound::{Answer, OutboundError, Policy};

use super::{at, new};

fn bytes(text: &str) -> Vec<u8> {
    BASE64.decode(text.replace([' ', '\n'], "")).unwrap()
}

/// The example of RFC 8291, 5 with the intermediate values of its Appendix A.
const UA_PUBLIC: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const AS_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
const MESSAGE: &str = "When I grow up, I want to be a watermelon";
const ENCRYPTED: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml\
    mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

fn example() -> Receiver {
    let public = PublicKey::from_sec1_bytes(&bytes(UA_PUBLIC)).unwrap();
    Receiver { public, auth: bytes(AUTH).try_into().unwrap() }
}

#[test]
fn the_example_of_rfc_8291_comes_out_to_the_byte() {
    let sender = SecretKey::from_slice(&bytes(AS_PRIVATE)).unwrap();
    let salt = bytes(SALT).try_into().unwrap();
    let sealed = seal(&example(), &sender, &salt, MESSAGE.as_bytes()).unwrap();
    assert_eq!(BASE64.encode(sealed), ENCRYPTED);
}

#[test]
fn each_message_has_a_key_and_a_salt_of_its_own() {
    let (one, two) = (encrypt(&example(), b"same").unwrap(), encrypt(&example(), b"same").unwrap());
    assert_ne!(one[..16], two[..16]);
    assert_ne!(one[21..86], two[21..86]);
    assert_ne!(one[86..], two[86..]);
    assert_eq!(one.len(), 86 + 4 + 1 + 16);
}

#[test]
fn a_message_fits_into_one_record_or_is_refused() {
    assert_eq!(encrypt(&example(), &[0; MOST]).unwrap().len(), 86 + 4096);
    assert!(encrypt(&example(), &[0; MOST + 1]).is_err());
}

#[test]
fn what_a_push_says_fits_into_one_push() {
    let long = "\u{1F600}\"\n".repeat(5_000);
    let new = NewNotification {
        title: long.clone(),
        actor_name: long.clone(),
        kind: Kind::Direct,
        place: Place::Documents,
        ..new(UserId(uuid::Uuid::nil()), &long)
    };
    let payload = payload::of(NotificationId(uuid::Uuid::nil()), &new, at("2026-11-21T08:00:00Z"));
    // Push services need not take more than 4096 bytes, all in all (RFC 8030, 7.2).
    let whole = encrypt(&example(), payload.as_bytes()).unwrap();
    assert!(whole.len() <= 4096, "{}", whole.len());
    let read: Value = serde_json::from_str(&payload).unwrap();
    assert_eq!((&read["kind"], &read["place"]), (&json!("direct"), &json!("documents")));
}

#[test]
fn a_push_service_can_check_who_sends() {
    let key = fresh_key().unwrap();
    let vapid = Vapid::new(&key, Some("https://office.example".into()));
    let header = vapid.authorization("https://push.example", at("2026-11-21T08:00:00Z"));
    let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(BASE64.decode(public).unwrap(), point(&key.public_key()));
    let (text, signature) = token.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
    VerifyingKey::from_sec1_bytes(&BASE64.decode(public).unwrap())
        .unwrap()
        .verify(text.as_bytes(), &signature)
        .unwrap();
    let part = |text: &str| -> Value { serde_json::from_slice(&BASE64.decode(text).unwrap()).unwrap() };
    let (head, claims) = text.split_once('.').unwrap();
    assert_eq!(part(head), json!({ "typ": "JWT", "alg": "ES256" }));
    let expected = json!({ "aud": "https://push.example", "sub": "https://office.example",
        "exp": at("2026-11-21T20:00:00Z").timestamp() });
    assert_eq!(part(claims), expected);
}

#[test]
fn a_subscription_is_what_a_browser_says_or_nothing() {
    let check = |change: Value, expected: Option<&str>| {
        let mut json = json!({ "endpoint": "https://push.example/send/abc", "expirationTime": null,
            "keys": { "p256dh": UA_PUBLIC, "auth": AUTH } });
        for (name, value) in change.as_object().unwrap() {
            json[name] = value.clone();
        }
        let read = Subscription::read(json.to_string().as_bytes(), Policy::default());
        let fault = read.err().map(|error| error.to_string());
        match (fault, expected) {
            (None, None) => {}
            (Some(fault), Some(expected)) => assert!(fault.starts_with(expected), "{change}: {fault}"),
            (fault, _) => panic!("{change}: {fault:?}"),
        }
    };
    check(json!({}), None);
    check(json!({ "expirationTime": 1_795_000_000_000.5 }), None);
    check(json!({ "keys": { "p256dh": format!("{UA_PUBLIC}="), "auth": format!("{AUTH}==") } }), None);
    for endpoint in
        ["http://push.example/", "https://127.0.0.1/", "https://10.0.0.1/", "https://localhost/", "x"]
    {
        check(json!({ "endpoint": endpoint }), Some("$.endpoint"));
    }
    check(json!({ "endpoint": format!("https://push.example/{}", "a".repeat(2_000)) }), Some("$.endpoint"));
    let off_the_curve = BASE64.encode([&[4][..], &[1; 64]].concat());
    let compressed = BASE64.encode([&[2][..], &bytes(UA_PUBLIC)[1..33]].concat());
    for p256dh in ["", "AA", "!", off_the_curve.as_str(), compressed.as_str()] {
        check(json!({ "keys": { "p256dh": p256dh, "auth": AUTH } }), Some("$.keys.p256dh"));
    }
    for auth in ["", "AAAA", "BTBZMqHH6r4Tts7J_aSIggAA"] {
        check(json!({ "keys": { "p256dh": UA_PUBLIC, "auth": auth } }), Some("$.keys.auth"));
    }
    assert!(Subscription::read(b"[]", Policy::default()).is_err());
}

#[test]
fn what_a_push_service_answers_decides_what_happens() {
    let check = |status: u16, headers: HeaderMap, expected: Outcome| {
        let url = "https://push.example/".parse().unwrap();
        let answer = Answer { status, headers, body: bytes::Bytes::new(), url };
        assert_eq!(outcome(Ok(answer)), expected, "{status}");
    };
    let retry = |value: &str| HeaderMap::from_iter([(reqwest::header::RETRY_AFTER, value.parse().unwrap())]);
    for status in [200, 201, 202, 204] {
        check(status, HeaderMap::new(), Outcome::Delivered);
    }
    check(404, HeaderMap::new(), Outcome::Gone);
    check(410, HeaderMap::new(), Outcome::Gone);
    for status in [301, 400, 401, 403, 413] {
        check(status, HeaderMap::new(), Outcome::Refused(status));
    }
    check(429, retry("7"), Outcome::Later(Some(Duration::from_secs(7))));
    check(429, retry("99999999"), Outcome::Later(Some(Duration::from_secs(6 * 3600))));
    check(503, retry("Fri, 31 Dec 2027 23:59:59 GMT"), Outcome::Later(None));
    check(500, HeaderMap::new(), Outcome::Later(None));
    assert_eq!(outcome(Err(OutboundError::TimedOut)), Outcome::Later(None));
    assert_eq!(outcome(Err(OutboundError::Refused)), Outcome::Gone);
}

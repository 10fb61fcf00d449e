//! Words that an activation may use.

use std::str::FromStr as _;

/// Modules that can be switched on.
pub const MODULES: [&str; 14] = [
    "crm",
    "marketing",
    "support",
    "finance",
    "hr",
    "projects",
    "ecommerce",
    "pos",
    "inventory",
    "fleet",
    "patient_mgmt",
    "lms",
    "streaming",
    "field_ops",
];

/// Presets, and the modules that they switch on.
pub const PRESETS: [(&str, &[&str]); 3] = [
    ("ecommerce", &["ecommerce", "pos", "inventory", "crm"]),
    ("healthcare", &["patient_mgmt", "finance"]),
    ("logistics", &["fleet", "inventory", "field_ops"]),
];

/// Active codes of ISO 4217, without funds, metals and testing codes.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP \
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
    LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN \
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS \
    TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

pub fn is_currency(code: &str) -> bool {
    code.len() == 3 && CURRENCIES.split_ascii_whitespace().any(|known| known == code)
}

pub fn is_time_zone(name: &str) -> bool {
    chrono_tz::Tz::from_str(name).is_ok()
}

/// BCP 47 as far as it is used for interfaces: language, script, region, variants.
pub fn is_locale(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let language = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && letters(part));
    let follows = |part: &str| {
        let region =
            part.len() == 2 && letters(part) || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
        let script = part.len() == 4 && letters(part);
        let variant = (4..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        region || script || variant
    };
    language && tag.len() <= 35 && parts.all(follows)
}

/// Lower case letters, digits and single hyphens, as in a host name.
pub fn is_slug(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=40).contains(&text.len())
        && text.bytes().all(allowed)
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
}

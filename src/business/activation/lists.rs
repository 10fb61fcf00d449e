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

/// A service that a business may be connected to.
pub struct Provider {
    /// What it is for: there is one of each.
    pub purpose: &'static str,
    pub name: &'static str,
    pub needs: &'static [&'static str],
    pub may: &'static [&'static str],
}

const fn provider(
    purpose: &'static str,
    name: &'static str,
    needs: &'static [&'static str],
    may: &'static [&'static str],
) -> Provider {
    Provider { purpose, name, needs, may }
}

/// Services that a business may be connected to, and what each has to be told.
pub const PROVIDERS: [Provider; 7] = [
    provider("payment", "stripe", &["secret_key", "webhook_secret"], &[]),
    provider("payment", "paystack", &["secret_key"], &[]),
    provider("payment", "mtn_momo", &["api_user", "api_key", "subscription_key"], &["environment"]),
    provider("payment", "bank_transfer", &["iban", "holder"], &["bic"]),
    provider("messaging", "whatsapp", &["phone_number_id", "access_token", "app_secret"], &[]),
    provider("messaging", "sms", &["url", "api_key"], &["sender"]),
    provider("mail", "smtp", &["host", "port", "user", "password"], &[]),
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

/// A host name with at least one dot, as it stands in DNS: lower case, international ones in their ASCII form.
pub fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(label)
        && text
            .rsplit('.')
            .next()
            .is_some_and(|last| last.starts_with(|sign: char| sign.is_ascii_lowercase()))
}

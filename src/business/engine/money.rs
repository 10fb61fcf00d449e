//! Currencies (ISO 4217): how many digits their minor unit has.

/// Currencies without a minor unit.
const WHOLE: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
];
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
const FOUR: [&str; 2] = ["CLF", "UYW"];

/// Digits behind the point of amounts in a currency; two where the standard says nothing else.
#[must_use]
pub fn digits(currency: &str) -> u8 {
    if WHOLE.contains(&currency) {
        0
    } else if THREE.contains(&currency) {
        3
    } else if FOUR.contains(&currency) {
        4
    } else {
        2
    }
}

/// An amount as a decimal with all digits of its currency.
#[must_use]
pub fn amount(minor: i64, currency: &str) -> String {
    let digits = usize::from(digits(currency));
    let sign = if minor < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, part) = text.split_at(text.len() - digits);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Minor units of a decimal such as `-12.5`.
///
/// # Errors
/// What is wrong with it.
pub fn minor(decimal: &str, currency: &str) -> Result<i64, String> {
    let digits = digits(currency);
    let wrong = || format!("has at most {digits} digits behind the point in {currency}");
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    let part = part.trim_end_matches('0');
    if part.len() > usize::from(digits) {
        return Err(wrong());
    }
    let number = format!("{whole}{part:0<width$}", width = usize::from(digits));
    number.parse().map_err(|_| "is an amount that can be kept".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        for (number, currency, text) in [
            (125_050, "EUR", "1250.50"),
            (-5, "EUR", "-0.05"),
            (1_250, "JPY", "1250"),
            (1_250, "KWD", "1.250"),
            (0, "USD", "0.00"),
        ] {
            assert_eq!(amount(number, currency), text);
            assert_eq!(minor(text, currency), Ok(number));
        }
        assert!(minor("1.5", "JPY").is_err());
        assert!(minor("99999999999999999999", "EUR").is_err());
        assert_eq!(minor("1.5000", "EUR"), Ok(150));
    }
}

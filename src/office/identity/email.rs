//! Email addresses, in the one form in which they are kept and compared.

use std::fmt;
use std::str::FromStr;

use super::messages::WrongText;

/// An address that one can sign in with: lower case, without white space around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

const WRONG: WrongText =
    WrongText("an email address looks like name@example.com and has at most 254 characters");

impl EmailAddress {
    /// Reads an address: the addr-spec of RFC 5321 without quoting and without literals.
    ///
    /// # Errors
    /// `WrongText` says what is allowed.
    pub fn parse(text: &str) -> Result<Self, WrongText> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(WRONG)?;
        if text.len() > 254 || !is_local(local) || !is_domain(domain) {
            return Err(WRONG);
        }
        Ok(Self(text))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local(local: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    (1..=64).contains(&local.len())
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EmailAddress {
    type Err = WrongText;

    fn from_str(text: &str) -> Result<Self, WrongText> {
        Self::parse(text)
    }
}

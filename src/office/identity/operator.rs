//! The token of the operator of the platform: whoever can read it in the data folder is one.

use std::io;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use subtle::ConstantTimeEq as _;

use super::token::{TokenHash, encode, hash, random};

/// File in the data folder that holds the token.
const FILE: &str = "platform.token";

/// The token, known by its hash.
#[derive(Clone)]
pub struct OperatorToken {
    hash: TokenHash,
}

impl OperatorToken {
    /// Reads the token in the folder, made at first use; only the owner of the folder may read it.
    ///
    /// # Errors
    /// `io::Error` when the file can be neither read nor written.
    pub fn load_or_make(data: &Path) -> io::Result<Self> {
        if let Some(text) = Self::read(data)? {
            return Ok(Self::of(&text));
        }
        let secret: [u8; 32] = random().map_err(io::Error::other)?;
        let text = format!("kp1.{}", encode(&secret));
        let path = data.join(FILE);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(Self::of(&text))
    }

    /// The text of the token in the folder, if a server has made one there.
    ///
    /// # Errors
    /// `io::Error` when the file is there and cannot be read.
    pub fn read(data: &Path) -> io::Result<Option<String>> {
        match std::fs::read_to_string(data.join(FILE)) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn of(text: &str) -> Self {
        Self { hash: hash(text) }
    }

    /// Whether the text is the token.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.hash.ct_eq(&hash(text)).into()
    }
}

impl std::fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OperatorToken(…)")
    }
}

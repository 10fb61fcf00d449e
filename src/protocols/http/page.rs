//! Lists in pages: an opaque cursor says where the page before ended.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::problem::{ApiError, Fault};

const DEFAULT: u32 = 50;
const MOST: u32 = 200;

/// Where a page ended. Opaque to clients; only as secret as the list itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor<T>(pub T);

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

impl<T: Serialize> Cursor<T> {
    #[must_use]
    pub fn encode(&self) -> String {
        // Ids, times and texts always serialize.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

impl<T: DeserializeOwned> Cursor<T> {
    /// Reads what `encode` wrote.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&bytes).ok().map(Self)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Cursor<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| D::Error::custom("the cursor is not one that this list gave"))
    }
}

impl<T> Page<T> {
    /// The size that was asked for: 1 to 200, 50 unless told.
    ///
    /// # Errors
    /// `ApiError` for any other.
    pub fn limit(asked: Option<u32>) -> Result<u32, ApiError> {
        match asked.unwrap_or(DEFAULT) {
            limit @ 1..=MOST => Ok(limit),
            _ => Err(ApiError::faults(vec![Fault {
                path: "$.limit".into(),
                message: format!("a limit is a number from 1 to {MOST}"),
            }])),
        }
    }

    /// A page of at most `limit` rows, where one more was read to see whether there is a next one.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor<K>) -> Self {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|last| cursor(last).encode());
        Self { items: rows, next_cursor }
    }

    pub fn map<U>(self, convert: impl Fn(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), next_cursor: self.next_cursor }
    }

    /// Converts every item.
    ///
    /// # Errors
    /// The first error of `convert`.
    pub fn try_map<U, E>(self, convert: impl Fn(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(convert).collect::<Result<_, E>>()?;
        Ok(Page { items, next_cursor: self.next_cursor })
    }
}

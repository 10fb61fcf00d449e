//! Slack's export as it is written: what this import reads of it, and everything may be missing.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::ids::Timestamp;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct User {
    pub id: String,
    pub name: Option<String>,
    pub real_name: Option<String>,
    pub is_restricted: Option<bool>,
    pub is_ultra_restricted: Option<bool>,
    pub profile: Option<Profile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Profile {
    pub email: Option<String>,
    pub real_name: Option<String>,
    pub display_name: Option<String>,
    pub name: Option<String>,
}

/// A channel, a conversation of two or of a few.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Channel {
    pub id: String,
    pub name: Option<String>,
    pub created: Option<Moment>,
    pub creator: Option<String>,
    pub is_archived: Option<bool>,
    pub members: Option<Vec<String>>,
    pub topic: Option<Value>,
    pub purpose: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Value {
    pub value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    pub subtype: Option<String>,
    pub user: Option<String>,
    pub username: Option<String>,
    pub bot_profile: Option<Profile>,
    pub user_profile: Option<Profile>,
    pub text: Option<String>,
    pub ts: Option<Moment>,
    pub thread_ts: Option<Moment>,
    pub reply_count: Option<f64>,
    pub edited: Option<Edited>,
    pub reactions: Option<Vec<Reaction>>,
    pub files: Option<Vec<FileOf>>,
    /// As exports before 2018 have it.
    pub file: Option<FileOf>,
    pub pinned_to: Option<Vec<String>>,
    pub hidden: Option<bool>,
    /// Read apart: what is unknown in them does not spoil the message.
    pub attachments: Option<Box<RawValue>>,
    pub blocks: Option<Box<RawValue>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Edited {
    pub ts: Option<Moment>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reaction {
    pub name: String,
    pub users: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileOf {
    pub id: Option<String>,
    pub name: Option<String>,
    pub title: Option<String>,
    pub mimetype: Option<String>,
    pub url_private: Option<String>,
    pub permalink: Option<String>,
    /// `tombstone` and `hidden_by_limit` have nothing to show.
    pub mode: Option<String>,
}

/// What a bot or a shared message brings along.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Attachment {
    pub pretext: Option<String>,
    pub author_name: Option<String>,
    pub title: Option<String>,
    pub title_link: Option<String>,
    pub text: Option<String>,
    pub fallback: Option<String>,
    pub fields: Option<Vec<Field>>,
    /// Set for the preview of a link.
    pub from_url: Option<String>,
    pub is_msg_unfurl: Option<bool>,
    pub is_share: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Field {
    pub title: Option<String>,
    pub value: Option<serde_json::Value>,
}

/// Seconds since 1970 with six places, which name a message within its channel; in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// The last moment that is believed: 2200-01-01.
    const LAST: i64 = 7_258_118_400_000_000;

    fn parse(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if seconds.is_empty() || seconds.len() > 11 || !digits(seconds) || !digits(fraction) {
            return None;
        }
        let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
        let micros = seconds.parse::<i64>().ok()? * 1_000_000 + fraction.parse::<i64>().ok()?;
        (micros <= Self::LAST).then_some(Self(micros))
    }

    #[must_use]
    pub fn at(self) -> Timestamp {
        Timestamp::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("seconds since 1970")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        Moment::parse(text).ok_or_else(|| E::custom("a moment is seconds since 1970"))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Moment, E> {
        self.visit_str(&seconds.to_string())
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Moment, E> {
        self.visit_str(&seconds.to_string())
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Moment, E> {
        self.visit_str(&format!("{seconds:.6}"))
    }
}

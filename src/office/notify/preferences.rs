//! What a person wants to hear of, where, and when not.

use std::collections::BTreeMap;

use chrono::{NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::ids::{Timestamp, UserId};
use crate::store::{StoreError, TenantTx, args, row};

use super::error::NotifyError;
use super::messages::{Kind, Place};
use super::store::{kind_subject, place_subject};

/// By which ways someone is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationChannels)]
pub struct Channels {
    /// In the inbox of the app.
    pub app: bool,
    /// In browsers that are closed.
    pub push: bool,
    /// By mail, once mail is there: it is stored until then.
    pub mail: bool,
}

/// How often what was not read comes together in one mail, once mail is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationDigest)]
pub enum Digest {
    #[default]
    Off,
    Daily,
    Weekly,
}

/// What a person wants to hear of. A notification goes a way when both its kind and its place go it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationPreferences)]
pub struct Preferences {
    /// By kind; one that is left out keeps what it has.
    pub kinds: BTreeMap<Kind, Channels>,
    /// By place; one that is left out keeps what it has.
    pub places: BTreeMap<Place, Channels>,
    /// `22:00`; from then until `quiet_to` pushes are held back. Both or neither.
    #[schema(required = true)]
    pub quiet_from: Option<String>,
    /// `07:00`; before `quiet_from`, it is of the next day.
    #[schema(required = true)]
    pub quiet_to: Option<String>,
    /// IANA time zone of the quiet hours; that of the business when it is null.
    #[serde(default)]
    pub time_zone: Option<String>,
    pub digest: Digest,
}

/// Hours in which pushes wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    from: NaiveTime,
    to: NaiveTime,
}

row! {
    struct ChoiceRow {
        subject: String,
        channel: String,
        chosen: bool,
    }
}

row! {
    struct SettingsRow {
        quiet_from: Option<String>,
        quiet_to: Option<String>,
        time_zone: Option<String>,
        digest: String,
    }
}

impl Default for Channels {
    fn default() -> Self {
        Self { app: true, push: true, mail: false }
    }
}

impl Channels {
    fn each(self) -> [(&'static str, bool); 3] {
        [("app", self.app), ("push", self.push), ("mail", self.mail)]
    }

    fn set(&mut self, channel: &str, chosen: bool) {
        match channel {
            "app" => self.app = chosen,
            "push" => self.push = chosen,
            "mail" => self.mail = chosen,
            // A channel of a later release.
            _ => {}
        }
    }
}

impl Digest {
    fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    fn read(text: &str) -> Self {
        [Self::Daily, Self::Weekly].into_iter().find(|one| one.as_str() == text).unwrap_or_default()
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            kinds: Kind::ALL.into_iter().map(|kind| (kind, Channels::default())).collect(),
            places: Place::ALL.into_iter().map(|place| (place, Channels::default())).collect(),
            quiet_from: None,
            quiet_to: None,
            time_zone: None,
            digest: Digest::Off,
        }
    }
}

impl Preferences {
    /// Refuses hours and zones that are none.
    ///
    /// # Errors
    /// `NotifyError::Invalid` names the field.
    pub fn check(&self) -> Result<(), NotifyError> {
        let invalid = |field, message| Err(NotifyError::Invalid { field, message });
        match (&self.quiet_from, &self.quiet_to) {
            (None, None) => {}
            (Some(from), Some(to)) => {
                for (field, text) in [("$.quiet_from", from), ("$.quiet_to", to)] {
                    if hour(text).is_none() {
                        return invalid(field, "an hour looks like 22:00");
                    }
                }
            }
            (None, Some(_)) => return invalid("$.quiet_from", "quiet hours have a beginning and an end"),
            (Some(_), None) => return invalid("$.quiet_to", "quiet hours have a beginning and an end"),
        }
        if self.time_zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err()) {
            return invalid("$.time_zone", "must be an IANA time zone such as Europe/Berlin");
        }
        Ok(())
    }

    fn subjects(&self) -> impl Iterator<Item = (String, Channels)> {
        let kinds = self.kinds.iter().map(|(kind, channels)| (kind_subject(*kind), *channels));
        kinds.chain(self.places.iter().map(|(place, channels)| (place_subject(*place), *channels)))
    }

    fn take(&mut self, choice: &ChoiceRow) {
        let kind = self.kinds.iter_mut().find(|(kind, _)| kind_subject(**kind) == choice.subject);
        let place = self.places.iter_mut().find(|(place, _)| place_subject(**place) == choice.subject);
        let channels = kind.map(|(_, channels)| channels).or(place.map(|(_, channels)| channels));
        if let Some(channels) = channels {
            channels.set(&choice.channel, choice.chosen);
        }
    }
}

/// `22:00`, with two digits each.
fn hour(text: &str) -> Option<NaiveTime> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    (text.len() == 5).then_some(time)
}

impl Quiet {
    /// The hours that these texts name; none when one is missing, wrong, or they are the same.
    #[must_use]
    pub fn read(from: Option<&str>, to: Option<&str>) -> Option<Self> {
        let quiet = Self { from: hour(from?)?, to: hour(to?)? };
        (quiet.from != quiet.to).then_some(quiet)
    }

    /// When the quiet is over, if it is quiet at `now`. An hour that the change of clocks leaves out
    /// is over when the clocks have changed.
    #[must_use]
    pub fn until(self, zone: Tz, now: Timestamp) -> Option<Timestamp> {
        let local = now.with_timezone(&zone).naive_local();
        let (time, overnight) = (local.time(), self.from > self.to);
        let quiet =
            if overnight { time >= self.from || time < self.to } else { time >= self.from && time < self.to };
        if !quiet {
            return None;
        }
        let day = if overnight && time >= self.from { local.date().succ_opt()? } else { local.date() };
        let end = day.and_time(self.to);
        let later = || zone.from_local_datetime(&(end + TimeDelta::hours(1))).earliest();
        let end = zone.from_local_datetime(&end).latest().or_else(later)?.to_utc();
        // Where the end is doubtful, an hour is not past already.
        Some(end.max(now + TimeDelta::minutes(1)))
    }
}

/// What a person wants to hear of.
pub async fn load(tx: &mut TenantTx, user: UserId) -> Result<Preferences, StoreError> {
    let tenant = tx.tenant();
    let mut preferences = Preferences::default();
    let sql =
        "SELECT subject, channel, chosen FROM notification_choices WHERE tenant_id = $1 AND user_id = $2";
    for choice in tx.all::<ChoiceRow>(sql, args![tenant, user]).await? {
        preferences.take(&choice);
    }
    let sql = "SELECT quiet_from, quiet_to, time_zone, digest FROM notification_settings
                WHERE tenant_id = $1 AND user_id = $2";
    if let Some(row) = tx.optional::<SettingsRow>(sql, args![tenant, user]).await? {
        let SettingsRow { quiet_from, quiet_to, time_zone, digest } = row;
        preferences =
            Preferences { quiet_from, quiet_to, time_zone, digest: Digest::read(&digest), ..preferences };
    }
    Ok(preferences)
}

/// Writes what a person wants to hear of; they hold for what is written afterwards.
pub async fn save(tx: &mut TenantTx, user: UserId, preferences: &Preferences) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for (subject, channels) in preferences.subjects() {
        for (channel, chosen) in channels.each() {
            tx.execute(
                "INSERT INTO notification_choices (tenant_id, user_id, subject, channel, chosen)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, user_id, subject, channel) DO UPDATE SET chosen = excluded.chosen",
                args![tenant, user, subject.as_str(), channel, chosen],
            )
            .await?;
        }
    }
    let Preferences { quiet_from, quiet_to, time_zone, digest, .. } = preferences;
    tx.execute(
        "INSERT INTO notification_settings (tenant_id, user_id, quiet_from, quiet_to, time_zone, digest)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, user_id) DO UPDATE SET quiet_from = excluded.quiet_from,
           quiet_to = excluded.quiet_to, time_zone = excluded.time_zone, digest = excluded.digest",
        args![
            tenant,
            user,
            quiet_from.as_deref(),
            quiet_to.as_deref(),
            time_zone.as_deref(),
            digest.as_str()
        ],
    )
    .await?;
    Ok(())
}

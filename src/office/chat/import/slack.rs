//! The ZIP of a Slack workspace export: `users.json`, four lists of rooms, a folder of days for each room.

pub(in crate::office::chat) mod blocks;
mod json;
pub mod messages;
pub(in crate::office::chat) mod text;

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;

use super::super::error::ChatError;
use super::archive::Archive;
use super::blocking;
use super::list;
use super::names::Names;
use super::people::Stranger;
use super::report::{ImportFault, ImportStep, Report};
use super::rooms::{Plan, Target};
use super::run::{self, Run};
pub(super) use blocks::of_attachments as attachments;
use json::{Channel, Moment, User};

/// Bytes of one of the lists.
const LIST: u64 = 512 << 20;
/// Bytes of a day of a room. It is in memory while it is read.
const DAY: u64 = 64 << 20;

/// The lists of rooms, and whether these are channels and private.
const ROOMS: [(&str, bool, bool); 4] = [
    ("channels.json", true, false),
    ("groups.json", true, true),
    ("mpims.json", false, true),
    ("dms.json", false, true),
];

/// The name under which Slack has the folder of a room, and what becomes of it.
struct Source {
    plan: Plan,
    folder: String,
}

/// Entries of days by folder, in the order of their dates.
type Days = HashMap<String, Vec<(String, usize)>>;

/// Takes an export in.
pub(super) async fn import(run: &mut Run<'_>, file: File) -> Result<(), ChatError> {
    let archive = blocking(move || Archive::open(file)).await??;
    run.set_archive(archive.clone());
    if !ROOMS.iter().any(|(name, ..)| archive.find(name).is_some()) {
        return Err(ChatError::invalid("this is no Slack export: it has no channels.json"));
    }
    let users = ["users.json", "org_users.json"].into_iter().find(|name| archive.find(name).is_some());
    let strangers = list(&archive, users.unwrap_or("users.json"), &mut run.report, stranger).await?;
    run.take_people(strangers.into_iter().flatten().collect()).await?;
    let days = days(&archive, &mut run.report);
    let sources = sources(run, &archive, &days).await?;
    let plans: Vec<&Plan> = sources.iter().map(|source| &source.plan).collect();
    let targets = run.find_rooms(&plans).await?;
    let rooms = sources.iter().zip(&targets).map(|(source, target)| {
        let name = target.row.name.clone().unwrap_or_default();
        (source.plan.key.clone(), target.row.id, name)
    });
    let names = run.names(rooms.collect()).await?;
    for (at, (source, target)) in sources.iter().zip(&targets).enumerate() {
        run.tell(ImportStep::Messages, at, targets.len());
        fill(run, &archive, &names, (source, target), days.get(&source.folder)).await?;
    }
    run.tell(ImportStep::Messages, targets.len(), targets.len());
    Ok(())
}

/// Reads a list, element by element.
async fn list<T, U>(
    archive: &Archive,
    name: &'static str,
    report: &mut Report,
    become_one: fn(T) -> U,
) -> Result<Vec<U>, ChatError>
where
    T: serde::de::DeserializeOwned + 'static,
    U: Send + 'static,
{
    let Some(entry) = archive.find(name) else {
        report.fault(ImportFault::of_file(name, "it is not in the archive"));
        return Ok(Vec::new());
    };
    let archive = archive.clone();
    let read = blocking(move || {
        let bytes = archive.read(entry, LIST)?;
        let mut found = Vec::new();
        let broken = list::each(&bytes, |one: T| found.push(become_one(one)));
        Ok::<_, super::archive::Refusal>((found, broken))
    });
    match read.await? {
        Ok((found, broken)) => {
            let faults = broken.into_iter();
            faults.for_each(|one| report.fault(ImportFault::at(name, (one.line, one.column), one.message)));
            Ok(found)
        }
        Err(refusal) => {
            report.fault(ImportFault::of_file(name, refusal.to_string()));
            Ok(Vec::new())
        }
    }
}

fn stranger(user: User) -> Option<Stranger> {
    let profile = user.profile.unwrap_or_default();
    let names = [profile.real_name, user.real_name, profile.display_name, profile.name, user.name];
    let name = names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or_default();
    let guest = user.is_restricted == Some(true) || user.is_ultra_restricted == Some(true);
    (!user.id.is_empty()).then_some(Stranger { id: user.id, name, email: profile.email, guest })
}

/// Finds the days in the archive: `FOLDER/2024-02-29.json`.
fn days(archive: &Archive, report: &mut Report) -> Days {
    let mut days = Days::new();
    let is_day = |name: &str| {
        let date = name.strip_suffix(".json").unwrap_or_default().as_bytes();
        date.len() == 10
            && date.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    for (name, entry) in archive.names() {
        match name.rsplit_once('/') {
            Some((folder, day)) if is_day(day) => {
                days.entry(folder.to_owned()).or_default().push((name.to_owned(), entry));
            }
            Some((folder, _)) if !folder.starts_with("__uploads") => report.skip("files that are no days"),
            _ => {}
        }
    }
    days
}

/// The rooms of the four lists; of conversations those in which something was said.
async fn sources(run: &mut Run<'_>, archive: &Archive, days: &Days) -> Result<Vec<Source>, ChatError> {
    let mut sources = Vec::new();
    for (file, is_channel, private) in ROOMS {
        if archive.find(file).is_none() {
            // An export of public channels has only the first.
            continue;
        }
        for channel in list(archive, file, &mut run.report, |channel: Channel| channel).await? {
            let name = channel.name.clone().filter(|name| days.contains_key(name));
            let folder = name.unwrap_or_else(|| channel.id.clone());
            if channel.id.is_empty() {
                run.report.fault(ImportFault::of_file(file, "a room without an id"));
            } else if !is_channel && !days.contains_key(&folder) {
                run.report.skip("conversations without messages");
            } else {
                sources.push(Source { plan: plan(channel, is_channel, private), folder });
            }
        }
    }
    Ok(sources)
}

fn plan(channel: Channel, is_channel: bool, private: bool) -> Plan {
    let said = |value: Option<json::Value>| {
        let mut text = String::new();
        text::unescape(&value.and_then(|value| value.value).unwrap_or_default(), &mut text);
        text
    };
    let parts = [said(channel.purpose), said(channel.topic)];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    Plan {
        source: "slack",
        key: channel.id,
        name: is_channel.then(|| channel.name.unwrap_or_default()),
        private,
        members: channel.members.unwrap_or_default(),
        creator: channel.creator,
        description: parts.join("\n"),
        created: channel.created.map(Moment::at).unwrap_or_default(),
        archived: channel.is_archived == Some(true),
    }
}

/// Writes what was said in a room, day by day.
async fn fill(
    run: &mut Run<'_>,
    archive: &Archive,
    names: &Arc<Names>,
    (source, target): (&Source, &Target),
    days: Option<&Vec<(String, usize)>>,
) -> Result<(), ChatError> {
    let members = run::members_of(run.importer, run.scope, target).await?;
    let mut room = run::open(run.importer, run.scope, Some(archive), target, &members).await?;
    for (name, entry) in days.into_iter().flatten() {
        let (archive, names, entry) = (archive.clone(), names.clone(), *entry);
        let channel = source.plan.key.clone();
        let read = blocking(move || {
            let bytes = archive.read(entry, DAY)?;
            Ok::<_, super::archive::Refusal>(messages::read(&bytes, &channel, &names, Some(&archive)))
        });
        match read.await? {
            Ok(day) => {
                day.skipped.iter().for_each(|reason| run.report.skip(reason));
                for one in day.broken {
                    run.report.fault(ImportFault::at(name, (one.line, one.column), one.message));
                }
                room.write(day.posts, &mut run.report).await?;
            }
            Err(refusal) => run.report.fault(ImportFault::of_file(name, refusal.to_string())),
        }
    }
    room.close(&mut run.report).await
}

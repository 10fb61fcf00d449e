//! The bulk export of Mattermost: JSON lines, alone or in a ZIP with the attachments.
//!
//! The lines of posts come in no order of time, so they are read twice: once to know the people, the
//! rooms, and where the posts of each room are, and once more room by room, in order. Posts have no ids:
//! one is known by its room, author, time and text. Replies stand inside of their root's line.

mod json;
mod scan;
mod text;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use crate::store::StoreError;

use super::super::error::ChatError;
use super::super::service::is_emoji_name;
use super::super::store::people::{EmojiRow, add_emoji, emoji};
use super::archive::Archive;
use super::names::Names;
use super::report::{ImportFault, ImportStep};
use super::rooms::{Plan, Target};
use super::run::{self, Run};
use super::{blocking, nameless};
use scan::{Found, Place};

/// Bytes of the JSON lines in a ZIP.
const LINES: u64 = 32 << 30;
/// Root posts that are read at once.
const PAGE: usize = 200;
/// Bytes and pixels of an own emoji.
const EMOJI: u64 = 256 << 10;
const PIXELS: usize = 1_024;

/// Takes an export in.
pub(super) async fn import(run: &mut Run<'_>, mut file: File) -> Result<(), ChatError> {
    let (file, archive) = blocking(move || {
        let mut head = [0; 4];
        file.rewind().map_err(StoreError::from)?;
        let is_zip = file.read_exact(&mut head).is_ok() && head == *b"PK\x03\x04";
        file.rewind().map_err(StoreError::from)?;
        if is_zip { unpack(file) } else { Ok((file, None)) }
    })
    .await??;
    if let Some(archive) = archive {
        run.set_archive(archive);
    }
    let file = Arc::new(file);
    let scanned = file.clone();
    let found = blocking(move || scan::scan(&scanned)).await??;
    fill(run, file, found).await
}

/// The JSON lines of an archive, in a file of their own.
fn unpack(file: File) -> Result<(File, Option<Archive>), ChatError> {
    let archive = Archive::open(file)?;
    let entry = archive.names().find(|(name, _)| name.ends_with(".jsonl")).map(|(_, entry)| entry);
    let entry =
        entry.ok_or_else(|| ChatError::invalid("this is no Mattermost export: it has no .jsonl file"))?;
    let mut lines = nameless().map_err(StoreError::from)?;
    let copied = archive.copy(entry, LINES, |chunk| lines.write_all(chunk));
    copied.map_err(|refusal| ChatError::Invalid(refusal.to_string()))?;
    lines.seek(SeekFrom::Start(0)).map_err(StoreError::from)?;
    Ok((lines, Some(archive)))
}

async fn fill(run: &mut Run<'_>, file: Arc<File>, found: Found) -> Result<(), ChatError> {
    let Found { people, plans, mut posts, emoji, faults, skipped } = found;
    faults.into_iter().for_each(|fault| run.report.fault(fault));
    skipped.into_iter().for_each(|(reason, count)| run.report.skip_many(reason, count));
    run.take_people(people).await?;
    take_emoji(run, emoji).await?;
    let said = |(at, plan): &(usize, &Plan)| plan.name.is_some() || !posts[*at].is_empty();
    let kept: Vec<(usize, &Plan)> = plans.iter().enumerate().filter(said).collect();
    run.report.skip_many("conversations without messages", (plans.len() - kept.len()) as u64);
    let plans: Vec<&Plan> = kept.iter().map(|(_, plan)| *plan).collect();
    let targets = run.find_rooms(&plans).await?;
    let room = |(plan, target): (&&Plan, &Target)| {
        (plan.key.clone(), target.row.id, target.row.name.clone().unwrap_or_default())
    };
    let names = run.names(plans.iter().zip(&targets).map(room).collect()).await?;
    for (at, ((index, plan), target)) in kept.iter().zip(&targets).enumerate() {
        run.tell(ImportStep::Messages, at, targets.len());
        let mut places = std::mem::take(&mut posts[*index]);
        places.sort_unstable();
        write(run, &file, &names, (*plan, target), places).await?;
    }
    run.tell(ImportStep::Messages, targets.len(), targets.len());
    Ok(())
}

/// Writes what was said in a room, page by page.
async fn write(
    run: &mut Run<'_>,
    file: &Arc<File>,
    names: &Arc<Names>,
    (plan, target): (&Plan, &Target),
    places: Vec<Place>,
) -> Result<(), ChatError> {
    let members = run::members_of(run.importer, run.scope, target).await?;
    let archive = run.archive.clone();
    let mut room = run::open(run.importer, run.scope, archive.as_ref(), target, &members).await?;
    room.by_time(false);
    for page in places.chunks(PAGE) {
        let (file, names, page, archive) = (file.clone(), names.clone(), page.to_vec(), archive.clone());
        let key = plan.key.clone();
        let read = blocking(move || scan::read(&file, &page, &key, &names, archive.as_ref())).await?;
        let (posts, skipped) = read?;
        skipped.into_iter().for_each(|reason| run.report.skip(reason));
        room.write(posts, &mut run.report).await?;
    }
    room.close(&mut run.report).await
}

/// Takes own emoji in whose images the archive holds, and whose names are free.
async fn take_emoji(run: &mut Run<'_>, wanted: Vec<(String, String)>) -> Result<(), ChatError> {
    let (store, scope) = (&run.importer.store, run.scope);
    let mut tx = store.read(scope).await?;
    let mut known: Vec<String> = emoji(&mut tx).await?.into_iter().map(|row| row.name).collect();
    drop(tx);
    for (name, path) in wanted {
        let entry = run.archive.as_ref().and_then(|archive| scan::attachment(archive, &path));
        let (Some(archive), Some(entry)) = (run.archive.clone(), entry) else {
            run.report.skip("own emoji whose images are not in the archive");
            continue;
        };
        if known.contains(&name) || !is_emoji_name(&name) {
            run.report.skip("own emoji whose names are taken or none");
            continue;
        }
        let bytes = match blocking(move || archive.read(entry, EMOJI)).await? {
            Ok(bytes) => bytes,
            Err(refusal) => {
                run.report.fault(ImportFault::of_file(&path, refusal.to_string()));
                continue;
            }
        };
        let media_type = scan::media_type(&path).to_owned();
        let small = imagesize::blob_size(&bytes).is_ok_and(|size| size.width.max(size.height) <= PIXELS);
        if !small || !media_type.starts_with("image/") {
            run.report.fault(ImportFault::of_file(&path, "it is no small image"));
            continue;
        }
        let hash = store.blobs().put(scope, bytes.into()).await?.to_string();
        let mut tx = store.begin(scope).await?;
        add_emoji(&mut tx, &EmojiRow { name: name.clone(), hash, media_type }, scope.user(), run.now())
            .await?;
        tx.commit().await?;
        run.report.emoji += 1;
        known.push(name);
    }
    Ok(())
}

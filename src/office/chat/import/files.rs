//! Files of messages: from the archive into the blobs of the business.

use std::sync::Arc;

use crate::ids::{RoomId, Timestamp};
use crate::protocols::http::file;
use crate::scope::Scope;
use crate::store::{Store, StoreError};

use super::super::error::ChatError;
use super::super::store::people::FileRow;
use super::archive::Archive;
use super::post::{Attached, Post};
use super::report::{ImportFault, Report};

/// Bytes of a file, as for one that is uploaded.
const FILE: u64 = 25 << 20;
/// Files of one message.
const FILES: usize = 20;

/// A file that belongs to a room from now on.
pub struct Kept {
    pub row: FileRow,
    pub room: RoomId,
    pub at: Timestamp,
}

/// Takes the files of a post in; one that cannot be read becomes a link.
pub async fn keep(
    store: &Store,
    scope: &Scope,
    archive: Option<&Archive>,
    room: RoomId,
    post: &mut Post,
    report: &mut Report,
) -> Result<Vec<Kept>, ChatError> {
    let mut kept: Vec<Kept> = Vec::new();
    for attached in std::mem::take(&mut post.files) {
        let Some((archive, entry)) = archive.zip(attached.entry).filter(|_| kept.len() < FILES) else {
            report.skip("files whose bytes are not in the archive, kept as links");
            add_link(post, &attached);
            continue;
        };
        let archive = archive.clone();
        let read = super::blocking(move || archive.read(entry, FILE)).await?;
        match read {
            Ok(bytes) if !bytes.is_empty() => {
                let row = put(store, scope, &attached, bytes).await?;
                if !kept.iter().any(|one| one.row.hash == row.hash) {
                    kept.push(Kept { row, room, at: post.at });
                }
            }
            Ok(_) => report.skip("empty files"),
            Err(refusal) => {
                report.fault(ImportFault::of_file(&attached.name, refusal.to_string()));
                add_link(post, &attached);
            }
        }
    }
    Ok(kept)
}

async fn put(
    store: &Store,
    scope: &Scope,
    attached: &Attached,
    bytes: Vec<u8>,
) -> Result<FileRow, StoreError> {
    let media_type = media_type(&attached.media_type);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let bytes: Arc<[u8]> = bytes.into();
    let pixels = media_type.starts_with("image/").then(|| imagesize::blob_size(&bytes).ok()).flatten();
    let pixels =
        pixels.and_then(|size| Some((i64::try_from(size.width).ok()?, i64::try_from(size.height).ok()?)));
    let (width, height) = pixels.unzip();
    let hash = store.blobs().put(scope, bytes::Bytes::from_owner(bytes)).await?.to_string();
    Ok(FileRow { hash, name: file::name(&attached.name), media_type, size, width, height })
}

fn media_type(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte);
    let known = text.len() <= 100 && text.contains('/') && text.bytes().all(plain);
    if known { text.to_ascii_lowercase() } else { "application/octet-stream".into() }
}

fn add_link(post: &mut Post, attached: &Attached) {
    let link = super::names::link(attached.url.as_deref().unwrap_or_default(), &attached.name);
    if !post.text.is_empty() {
        post.text.push('\n');
    }
    post.text.push_str(&link);
}

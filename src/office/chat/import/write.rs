//! Writes the messages of one room, batch by batch, in the order of time.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use crate::ids::{RoomId, Timestamp, UserId};
use crate::scope::Scope;
use crate::store::{StoreError, TenantTx};

use super::super::error::ChatError;
use super::super::json::{FileJson, RepliesJson};
use super::super::store::imports::{self, OldMessage, ROWS};
use super::super::store::messages::{self, Extra};
use super::super::store::{changes, people, threads};
use super::super::text;
use super::Importer;
use super::archive::Archive;
use super::files::{self, Kept};
use super::post::Post;
use super::report::Report;

/// Messages of one transaction.
pub const BATCH: usize = 480;
/// Threads that are remembered between batches.
const THREADS: usize = 20_000;
/// Ids that are tried for a message whose own is taken by another of the same microsecond.
const PROBES: i64 = 256;

/// Where the numbers of messages come from.
pub enum Numbers {
    /// The room is not there before its messages are: nobody else writes in it.
    Own(i64),
    /// The live room keeps them for us.
    Live,
}

/// A room that is being filled.
pub struct Filling<'a> {
    pub importer: &'a Importer,
    pub scope: &'a Scope,
    pub archive: Option<&'a Archive>,
    pub room: RoomId,
    pub members: &'a HashSet<UserId>,
    pub numbers: Numbers,
    /// Whether the room may hold messages of an earlier import.
    pub older: bool,
    /// Whether replies come in the order of time too, or right behind their roots.
    pub by_time: bool,
    /// The number of the last message that was written.
    pub last: i64,
    last_at: Timestamp,
    threads: HashMap<Uuid, Thread>,
    /// Posts of this batch to which others of it reply.
    roots: HashSet<Uuid>,
}

/// A thread that gets replies.
struct Thread {
    seq: i64,
    author: Option<UserId>,
    replies: Option<RepliesJson>,
    /// Up to where it was read before this batch.
    before: i64,
    /// Who begins to follow it in this batch.
    followers: BTreeSet<UserId>,
    changed: bool,
}

/// A post with its number.
struct Placed {
    post: Post,
    seq: i64,
    thread: Option<i64>,
    files: Vec<Kept>,
}

impl<'a> Filling<'a> {
    pub fn new(
        importer: &'a Importer,
        scope: &'a Scope,
        archive: Option<&'a Archive>,
        room: RoomId,
        members: &'a HashSet<UserId>,
    ) -> Self {
        let (last_at, threads, roots) = (Timestamp::default(), HashMap::new(), HashSet::new());
        Self {
            importer,
            scope,
            archive,
            room,
            members,
            numbers: Numbers::Live,
            older: true,
            by_time: true,
            last: 0,
            last_at,
            threads,
            roots,
        }
    }

    /// Writes posts that are in the order of time, and later than those before.
    pub async fn write(&mut self, posts: Vec<Post>, report: &mut Report) -> Result<(), ChatError> {
        let mut posts = posts.into_iter();
        loop {
            let batch: Vec<Post> = posts.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            self.batch(batch, report).await?;
        }
    }

    async fn batch(&mut self, batch: Vec<Post>, report: &mut Report) -> Result<(), ChatError> {
        let fresh = self.unknown(batch, report).await?;
        if fresh.is_empty() {
            return Ok(());
        }
        self.find_threads(&fresh).await?;
        let first = self.take_numbers(fresh.len()).await?;
        let mut placed = Vec::with_capacity(fresh.len());
        for (at, mut post) in fresh.into_iter().enumerate() {
            let (store, room) = (&self.importer.store, self.room);
            let files = match post.files.is_empty() {
                true => Vec::new(),
                false => files::keep(store, self.scope, self.archive, room, &mut post, report).await?,
            };
            let seq = first + at as i64;
            let thread = self.reply(&post, seq, report);
            placed.push(Placed { post, seq, thread, files });
        }
        if self.store(&placed, false).await.is_err_and(|error| matches!(error, StoreError::Conflict)) {
            // Two messages of one microsecond: each looks for an id of its own.
            self.store(&placed, true).await?;
        }
        self.count(&placed, report);
        Ok(())
    }

    /// The posts that were not written before.
    async fn unknown(&mut self, batch: Vec<Post>, report: &mut Report) -> Result<Vec<Post>, ChatError> {
        let in_order = |post: &&Post| self.by_time || post.root.is_none();
        let first = batch.iter().filter(in_order).map(|post| post.at).min();
        let last = batch.iter().filter(in_order).map(|post| post.at).max();
        let mut seen = HashSet::new();
        // What is later than everything before was not written by this import.
        if self.older || first.is_some_and(|first| first <= self.last_at) {
            let mut tx = self.importer.store.read(self.scope).await?;
            let spans: Vec<(Timestamp, Timestamp)> = match first.zip(last).filter(|_| self.by_time) {
                Some(span) => vec![span],
                None => batch.iter().map(|post| (post.at, post.at)).collect(),
            };
            for (first, last) in spans {
                let known = imports::known(&mut tx, self.room, first_id(first), last_id(last)).await?;
                seen.extend(known.into_iter().filter_map(|row| row.command_id));
            }
        }
        self.last_at = self.last_at.max(last.unwrap_or_default());
        let count = batch.len();
        let fresh: Vec<Post> = batch.into_iter().filter(|post| seen.insert(post.command)).collect();
        report.known += (count - fresh.len()) as u64;
        Ok(fresh)
    }

    /// Finds the threads to which posts reply, among the posts themselves and in the room.
    async fn find_threads(&mut self, posts: &[Post]) -> Result<(), ChatError> {
        if self.threads.len() > THREADS {
            self.threads.clear();
        }
        let own: HashSet<Uuid> = posts.iter().map(|post| post.command).collect();
        self.roots =
            posts.iter().filter_map(|post| Some(post.root?.0)).filter(|root| own.contains(root)).collect();
        let wanted = posts.iter().filter_map(|post| post.root);
        let missing: HashMap<Uuid, Timestamp> =
            wanted.filter(|(root, _)| !own.contains(root) && !self.threads.contains_key(root)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut tx = self.importer.store.read(self.scope).await?;
        for (root, at) in missing {
            let rows = imports::known(&mut tx, self.room, first_id(at), last_id(at)).await?;
            let Some(row) = rows.into_iter().find(|row| row.command_id == Some(root)) else { continue };
            let replies = row.replies();
            let before = replies.as_ref().map_or(row.seq, |replies| replies.last_seq);
            self.threads.insert(root, Thread::new(row.seq, row.author, replies, before));
        }
        Ok(())
    }

    async fn take_numbers(&mut self, count: usize) -> Result<i64, ChatError> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        match &mut self.numbers {
            Numbers::Own(last) => {
                *last += count;
                Ok(*last - count + 1)
            }
            Numbers::Live => self.importer.reserve(self.scope, self.room, count).await,
        }
    }

    /// Counts a reply at its thread; a root may get replies from now on.
    fn reply(&mut self, post: &Post, seq: i64, report: &mut Report) -> Option<i64> {
        self.last = self.last.max(seq);
        let Some((root, _)) = post.root else {
            if post.has_thread || self.roots.contains(&post.command) {
                self.threads.insert(post.command, Thread::new(seq, post.author, None, seq));
            }
            return None;
        };
        let Some(thread) = self.threads.get_mut(&root) else {
            report.skip("replies whose thread is not there, kept in the room");
            return None;
        };
        if thread.replies.is_none() {
            report.threads += 1;
            thread.followers.extend(thread.author);
        }
        thread.count(post, seq);
        report.replies += 1;
        Some(thread.seq)
    }

    /// Writes a batch in one transaction, all of it or nothing.
    async fn store(&mut self, placed: &[Placed], careful: bool) -> Result<(), StoreError> {
        let mut tx = self.importer.store.begin(self.scope).await?;
        let extras: Vec<Extra> = placed.iter().map(Placed::extra).collect();
        let rows: Vec<OldMessage<'_>> =
            placed.iter().zip(&extras).map(|(one, extra)| one.row(self.room, extra)).collect();
        let mut chunks = rows.chunks_exact(ROWS);
        if careful {
            insert_carefully(&mut tx, rows).await?;
        } else {
            for chunk in chunks.by_ref() {
                imports::insert_many(&mut tx, chunk).await?;
            }
            for row in chunks.remainder() {
                if !imports::insert_one(&mut tx, row).await? {
                    return Err(StoreError::Conflict);
                }
            }
        }
        for one in placed {
            self.store_beside(&mut tx, one).await?;
        }
        self.store_threads(&mut tx).await?;
        tx.commit().await?;
        for thread in self.threads.values_mut().filter(|thread| thread.changed) {
            thread.settle();
        }
        Ok(())
    }

    /// Reactions, mentions and files of a message.
    async fn store_beside(&self, tx: &mut TenantTx, one: &Placed) -> Result<(), StoreError> {
        let (tenant, room, at) = (tx.tenant(), self.room, one.post.at);
        for (place, (emoji, user)) in one.post.reactions.iter().enumerate() {
            // Their order is that of their times.
            let at = at + chrono::TimeDelta::microseconds(place as i64);
            let [write, _] = changes::react(tenant, room, one.seq, one.seq, (emoji, *user, true), at);
            tx.run(write).await?;
        }
        for user in text::named(&one.post.text).users {
            if self.members.contains(&user) && one.post.author != Some(user) {
                tx.run(threads::mention(tenant, room, one.seq, one.thread, user)).await?;
            }
        }
        for file in &one.files {
            people::add_file(tx, file.room, &file.row, one.post.author, file.at).await?;
        }
        Ok(())
    }

    /// Counts of the threads that have got replies, and who follows them; all of them read.
    async fn store_threads(&self, tx: &mut TenantTx) -> Result<(), StoreError> {
        let (tenant, room) = (tx.tenant(), self.room);
        for thread in self.threads.values().filter(|thread| thread.changed) {
            let Some(replies) = &thread.replies else { continue };
            tx.run(messages::count_reply(tenant, room, thread.seq, replies)).await?;
            for user in &thread.followers {
                tx.run(threads::follow(tenant, room, thread.seq, *user, replies.last_seq)).await?;
            }
            tx.run(imports::read_thread(tenant, room, thread.seq, thread.before, replies.last_seq)).await?;
        }
        Ok(())
    }

    fn count(&self, placed: &[Placed], report: &mut Report) {
        report.messages += placed.len() as u64;
        report.reactions += placed.iter().map(|one| one.post.reactions.len() as u64).sum::<u64>();
        report.files += placed.iter().map(|one| one.files.len() as u64).sum::<u64>();
    }
}

async fn insert_carefully(tx: &mut TenantTx, rows: Vec<OldMessage<'_>>) -> Result<(), StoreError> {
    for mut row in rows {
        let mut probes = 0;
        while !imports::insert_one(tx, &row).await? {
            probes += 1;
            row.id += 1;
            if probes > PROBES {
                return Err(StoreError::Conflict);
            }
        }
    }
    Ok(())
}

impl Thread {
    fn new(seq: i64, author: Option<UserId>, replies: Option<RepliesJson>, before: i64) -> Self {
        Self { seq, author, replies, before, followers: BTreeSet::new(), changed: false }
    }

    fn count(&mut self, post: &Post, seq: i64) {
        let none = || RepliesJson { count: 0, last_seq: seq, last_at: post.at, authors: Vec::new() };
        let replies = self.replies.get_or_insert_with(none);
        replies.count += 1;
        (replies.last_seq, replies.last_at) = (seq, post.at);
        if let Some(author) = post.author {
            replies.authors.retain(|known| *known != author);
            replies.authors.push(author);
            if replies.authors.len() > 3 {
                replies.authors.remove(0);
            }
            self.followers.insert(author);
        }
        self.changed = true;
    }

    /// What was changed is stored.
    fn settle(&mut self) {
        self.changed = false;
        self.followers.clear();
        self.before = self.replies.as_ref().map_or(self.seq, |replies| replies.last_seq);
    }
}

impl Placed {
    fn extra(&self) -> Extra {
        let file = |kept: &Kept| FileJson {
            hash: kept.row.hash.clone(),
            name: kept.row.name.clone(),
            media_type: kept.row.media_type.clone(),
            size: kept.row.size,
            width: kept.row.width,
            height: kept.row.height,
        };
        Extra { files: self.files.iter().map(file).collect(), ..Extra::default() }
    }

    fn row<'a>(&'a self, room: RoomId, extra: &'a Extra) -> OldMessage<'a> {
        let Post { command, at, author, author_name, text, edited_at, deleted, pinned, .. } = &self.post;
        let links = !text::named(text).links.is_empty();
        let marks = text::marks(room, *author, !self.files.is_empty(), links);
        OldMessage {
            // Ten bits of the command instead of chance: messages of one moment do not meet, and the
            // same message has the same id again.
            id: first_id(*at) | (command.as_u128() & 0x3ff) as i64,
            room,
            seq: self.seq,
            thread: self.thread,
            author: *author,
            author_name: author_name.as_deref(),
            command: *command,
            body: text,
            marks: if *deleted { String::new() } else { marks },
            extra,
            at: *at,
            edited_at: *edited_at,
            deleted_at: deleted.then_some(*at),
            pinned_at: pinned.then_some(*at),
        }
    }
}

/// The first id of a moment, as `speak::entry_id` makes them.
fn first_id(at: Timestamp) -> i64 {
    at.timestamp_micros() << 10
}

/// The last id of a moment, and those beyond it that probing may have taken.
fn last_id(at: Timestamp) -> i64 {
    first_id(at) + 0x3ff + PROBES
}

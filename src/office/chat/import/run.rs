//! One import at work: people, then rooms, then messages.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ids::{GroupId, RoomId, Timestamp, UserId};
use crate::scope::Scope;

use super::super::error::ChatError;
use super::super::model::MemberRole;
use super::super::room::Room;
use super::super::store::{imports, members, rooms as stored};
use super::archive::Archive;
use super::names::Names;
use super::people::{People, Stranger};
use super::post::Post;
use super::report::{ImportFault, ImportProgress, ImportStep, Listener, Report};
use super::rooms::{Plan, Planner, Target};
use super::write::{BATCH, Filling, Numbers};
use super::{Importer, Options};

/// People of one room who are looked at for mentions.
const MEMBERS: i64 = 10_000;

/// An import with what it has found so far.
pub struct Run<'a> {
    pub importer: &'a Importer,
    pub scope: &'a Scope,
    pub options: Options,
    pub report: Report,
    pub people: People,
    pub archive: Option<Archive>,
    listener: Listener<'a>,
}

/// A room that is open for its messages.
pub struct Open<'a> {
    target: &'a Target,
    filling: Filling<'a>,
    /// Posts that wait for a full transaction.
    waiting: Vec<Post>,
    is_new: bool,
    before: i64,
}

impl<'a> Run<'a> {
    pub fn new(importer: &'a Importer, scope: &'a Scope, options: Options, listener: Listener<'a>) -> Self {
        let (report, people) = (Report::default(), People::default());
        Self { importer, scope, options, report, people, archive: None, listener }
    }

    pub fn now(&self) -> Timestamp {
        self.importer.clock.now()
    }

    /// Tells how far it is.
    pub fn tell(&mut self, step: ImportStep, done: usize, of: usize) {
        let messages = self.report.messages;
        (self.listener)(&ImportProgress { step, done: done as u64, of: of as u64, messages });
    }

    /// Opens the archive and notes the names in it that are refused.
    pub fn set_archive(&mut self, archive: Archive) {
        for name in archive.refused() {
            self.report.fault(ImportFault::of_file(name, "its name is none that is read"));
        }
        self.archive = Some(archive);
    }

    pub async fn take_people(&mut self, strangers: Vec<Stranger>) -> Result<(), ChatError> {
        let count = strangers.len();
        self.tell(ImportStep::People, 0, count);
        self.people = self.importer.people(self.scope, strangers, &mut self.report).await?;
        self.tell(ImportStep::People, count, count);
        Ok(())
    }

    /// Where each plan leads.
    pub async fn find_rooms(&mut self, plans: &[&Plan]) -> Result<Vec<Target>, ChatError> {
        self.tell(ImportStep::Rooms, 0, plans.len());
        let mut targets = Vec::with_capacity(plans.len());
        let mut tx = self.importer.store.read(self.scope).await?;
        let mut planner = Planner::new(self.scope, &self.people, self.options.merge, self.now());
        for plan in plans {
            targets.push(planner.target(&mut tx, plan).await?);
        }
        drop(tx);
        self.tell(ImportStep::Rooms, plans.len(), plans.len());
        Ok(targets)
    }

    /// What texts may name.
    pub async fn names(&mut self, rooms: Vec<(String, RoomId, String)>) -> Result<Arc<Names>, ChatError> {
        let mut tx = self.importer.store.read(self.scope).await?;
        let groups = imports::group_handles(&mut tx).await?;
        Ok(Arc::new(Names {
            people: self.people.known.clone(),
            rooms: rooms.into_iter().map(|(key, id, name)| (key, (id, name))).collect(),
            groups: groups.into_iter().map(|(handle, id)| (handle, GroupId(id))).collect(),
            own: false,
        }))
    }
}

/// Who is in a room before and after the import.
pub async fn members_of(
    importer: &Importer,
    scope: &Scope,
    target: &Target,
) -> Result<HashSet<UserId>, ChatError> {
    let mut tx = importer.store.read(scope).await?;
    let there = members::members(&mut tx, target.row.id, None, MEMBERS).await?;
    let mut all: HashSet<UserId> = there.into_iter().map(|row| row.user_id).collect();
    all.extend(&target.members);
    Ok(all)
}

/// Opens a room for its messages.
pub async fn open<'a>(
    importer: &'a Importer,
    scope: &'a Scope,
    archive: Option<&'a Archive>,
    target: &'a Target,
    members: &'a HashSet<UserId>,
) -> Result<Open<'a>, ChatError> {
    let mut tx = importer.store.read(scope).await?;
    let id = target.row.id;
    let is_new = stored::find(&mut tx, id).await?.is_none();
    let last = stored::last_change(&mut tx, id).await?;
    let before = imports::last_said(&mut tx, id).await?;
    drop(tx);
    let mut filling = Filling::new(importer, scope, archive, id, members);
    filling.numbers = if is_new { Numbers::Own(last) } else { Numbers::Live };
    filling.older = last > 0;
    filling.last = if is_new { last } else { 0 };
    Ok(Open { target, filling, waiting: Vec::new(), is_new, before })
}

impl Open<'_> {
    /// Says whether replies come in the order of time too, or right behind their roots.
    pub fn by_time(&mut self, by_time: bool) {
        self.filling.by_time = by_time;
    }

    /// Takes posts that are later than those before.
    pub async fn write(&mut self, posts: Vec<Post>, report: &mut Report) -> Result<(), ChatError> {
        self.waiting.extend(posts);
        if self.waiting.len() < BATCH { Ok(()) } else { self.flush(report).await }
    }

    async fn flush(&mut self, report: &mut Report) -> Result<(), ChatError> {
        let mut posts = std::mem::take(&mut self.waiting);
        if self.filling.by_time {
            // Days end where the workspace's time zone has it, and some files hold hours of the next.
            posts.sort_by_key(|post| post.at);
        }
        self.filling.write(posts, report).await
    }

    /// Lets the room appear, or lets those who look at it see what has come.
    pub async fn close(mut self, report: &mut Report) -> Result<(), ChatError> {
        self.flush(report).await?;
        let Filling { importer, scope, last, .. } = self.filling;
        let (row, tenant) = (&self.target.row, scope.tenant);
        let mut tx = importer.store.begin(scope).await?;
        if self.is_new {
            report.rooms_created += 1;
            let mut row = row.clone();
            row.changed = last;
            tx.run(stored::put(tenant, &row)).await?;
        } else {
            report.rooms_found += 1;
            tx.run(imports::read_room(tenant, row.id, self.before, last)).await?;
        }
        if self.is_new || self.target.joins {
            for user in &self.target.members {
                let owns = self.is_new && (row.people.is_some() || row.created_by == Some(*user));
                let role = if owns { MemberRole::Owner } else { MemberRole::Member };
                tx.run(imports::join(tenant, row.id, *user, role, last.max(self.before), row.created_at))
                    .await?;
            }
        }
        tx.commit().await?;
        let changed = last > 0 || self.target.joins;
        if changed || self.is_new {
            tell(importer, scope, self.target, self.is_new).await;
        }
        Ok(())
    }
}

/// Those who are there hear of a new room; a live one begins anew from the store, and who listens to it
/// comes back by themselves and reads what they have missed.
async fn tell(importer: &Importer, scope: &Scope, target: &Target, is_new: bool) {
    let Some(chat) = &importer.live else { return };
    if !is_new && let Some(env) = chat.tenants.peek(scope.tenant) {
        env.registrar::<Room>().stop(target.row.id).await;
    }
    let hub = chat.hubs.of(scope.tenant);
    let Ok(mut tx) = importer.store.read(scope).await else { return };
    for user in target.members.iter().filter(|user| hub.is_online(**user)) {
        // Who hears nothing finds the room at the next look.
        if let Ok(state) = stored::state(&mut tx, *user, target.row.id).await {
            hub.tell(*user, "chat.joined", &serde_json::json!({ "room": state }));
        }
    }
}

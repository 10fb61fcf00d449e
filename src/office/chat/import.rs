//! Takes in what was said in another system: a Slack export or a Mattermost bulk export.
//!
//! - **People** are matched by email address. Who is not here gets an account that is suspended: nobody
//!   signs in with it and no mail is sent before an administrator opens it. Who has no email address in the
//!   export (bots, people whose address is hidden) becomes an author by name; their reactions and
//!   memberships are left out.
//! - **Rooms** have ids made of what the source calls them, so a later export of the same workspace goes on
//!   where the earlier one ended. A channel whose name is taken gets an ending (`general-slack`), or, with
//!   `merge`, a public one is merged into the public channel of its name. A conversation of people who all
//!   have accounts is the conversation of these people here; one with someone who has none is a private
//!   channel named after its people.
//! - **Messages** keep their times and their order; numbers follow the order. Their command ids are made of
//!   the source's own ids: a second import writes nothing twice. What is imported into a room that people
//!   use already stands behind what they have said there, and under its own date.
//! - **A new room appears whole**: its row and its members are written after its messages. What was
//!   imported is read for everyone who had read the room before.
//! - Nothing is fetched over the network: a file whose bytes are not in the archive stays a link.

mod archive;
pub(super) mod emoji;
mod files;
mod list;
mod mattermost;
pub mod names;
mod people;
mod post;
pub mod report;
mod rooms;
mod run;
pub mod slack;
mod write;

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Mutex, PoisonError};

use crate::actors::Clock;
use crate::ids::{RoomId, TenantId};
use crate::office::identity::Identity;
use crate::scope::{Permission, Scope};
use crate::store::Store;

use super::error::ChatError;
use super::messages::ReserveNumbers;
use super::service::Chat;
use super::store::rooms as stored;
use report::{Listener, Report};

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The ZIP of a workspace export.
    Slack,
    /// The JSON lines of a bulk export, or a ZIP with them and their attachments.
    Mattermost,
}

/// How an import is done.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub format: Format,
    /// Whether public channels of the same name become one.
    pub merge: bool,
}

/// Takes in what was said elsewhere.
#[derive(Clone)]
pub struct Importer {
    pub store: Store,
    pub clock: Clock,
    pub identity: Identity,
    /// The live rooms; none when no server runs.
    pub live: Option<Chat>,
}

/// Businesses into which something is being imported: two at once would make the same rooms.
static RUNNING: Mutex<BTreeSet<TenantId>> = Mutex::new(BTreeSet::new());

struct Turn(TenantId);

impl Turn {
    fn take(tenant: TenantId) -> Result<Self, ChatError> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(tenant) { Ok(Self(tenant)) } else { Err(ChatError::Importing) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

impl std::str::FromStr for Format {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "slack" => Ok(Self::Slack),
            "mattermost" => Ok(Self::Mattermost),
            _ => Err("say slack or mattermost"),
        }
    }
}

impl Importer {
    /// Takes a file in. What an import that was cut off has written stays, and the same file goes on there.
    ///
    /// # Errors
    /// `ChatError::Invalid` when the file is none of its format, `Importing` when another import runs in
    /// the same business, and when the store is not reachable. Parts that cannot be read are in the report.
    pub async fn import(
        &self,
        scope: &Scope,
        file: File,
        options: Options,
        listener: Listener<'_>,
    ) -> Result<Report, ChatError> {
        scope.require(Permission::TenantManage)?;
        let _turn = Turn::take(scope.tenant)?;
        let mut run = run::Run::new(self, scope, options, listener);
        match options.format {
            Format::Slack => slack::import(&mut run, file).await?,
            Format::Mattermost => mattermost::import(&mut run, file).await?,
        }
        Ok(run.report)
    }

    /// Numbers in a room that is there, for messages to be written beside its actor.
    async fn reserve(&self, scope: &Scope, room: RoomId, count: i64) -> Result<i64, ChatError> {
        if let Some(chat) = &self.live {
            let system = Scope::system(scope.tenant);
            let asked = ReserveNumbers { scope: system, count };
            return chat.room(scope, room).await?.send(asked).await.map_err(|_| ChatError::Busy)?;
        }
        let mut tx = self.store.begin(scope).await?;
        let row = stored::find(&mut tx, room).await?.ok_or(ChatError::NoRoom)?;
        let last = stored::last_change(&mut tx, room).await?.max(row.changed);
        tx.run(stored::touch(scope.tenant, room, last + count)).await?;
        tx.commit().await?;
        Ok(last + 1)
    }
}

/// Does what computes or waits for a disk where it holds nobody up.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ChatError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ChatError::Damaged("file that is imported"))
}

/// A file in the folder of temporary files (`TMPDIR`) without a name: nobody else opens it, and it is gone
/// with the last who holds it.
///
/// # Errors
/// When the folder cannot be written.
pub fn nameless() -> std::io::Result<File> {
    let path = std::env::temp_dir().join(format!("kontor-{}", uuid::Uuid::new_v4()));
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

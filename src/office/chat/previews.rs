//! The actor `Previewer`: fetches what messages link to, after they were said.
//!
//! A room tells the tenant's bus of links; the answer comes back as a change of the message, which the
//! room refuses when the link has gone meanwhile. What waits here lives in memory alone: a preview that
//! was not made before a crash is missing.

mod cache;
pub mod charset;
mod fetch;
pub mod head;
mod show;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Actor, ActorContext as _, AsyncContext as _, Context, Handler};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::actors::{
    Bus, ChildSpec, Clock, Event, Kinds, Observation, Observe, Published, Restart, Shutdown, TenantEnv,
};
use crate::ids::{RoomId, TenantId};
use crate::protocols::http::outbound::GuardedClient;
use crate::scope::Scope;
use crate::store::events_of;

use super::error::ChatError;
use super::json::{PreviewImageJson, PreviewJson};
use super::messages::{ChangePreviews, PreviewChange};
use super::room::Room;
use super::store::messages;
use super::store::people::{self, FileRow};

use cache::Cache;
use fetch::{Fetcher, Page, Picture};

/// The event that a message has links.
const LINKED: &str = "chat.linked";
/// Links of one tenant that are fetched at the same time.
const AT_ONCE: usize = 4;
/// Links of one tenant that wait; further ones get no preview.
const WAITING: usize = 200;

/// What the previews of all tenants work with.
#[derive(Clone)]
pub struct Previews {
    pub client: GuardedClient,
    /// The address of this installation.
    pub own: Option<Url>,
}

/// The links of a message, on the bus.
#[derive(Serialize, Deserialize)]
struct Linked {
    room: RoomId,
    seq: i64,
    links: Vec<String>,
}

/// Tells that a message has links.
pub(super) fn announce(
    bus: &Bus,
    clock: &Clock,
    tenant: TenantId,
    (room, seq): (RoomId, i64),
    links: Vec<String>,
) {
    let data = json!(Linked { room, seq, links });
    let (entity, kind) = (events_of(tenant.0), LINKED.to_owned());
    bus.publish(Event { tenant, entity, seq: 0, kind, data, at: clock.now() }.into());
}

/// Makes the previews of one tenant.
pub struct Previewer {
    maker: Maker,
    waiting: VecDeque<Wanted>,
    running: usize,
    made: u64,
    /// Links that found no place to wait.
    dropped: u64,
}

/// A link of a message.
struct Wanted {
    room: RoomId,
    seq: i64,
    link: String,
}

#[derive(Clone)]
struct Maker {
    tenant: TenantEnv,
    fetcher: Fetcher,
    cache: Arc<Mutex<Cache<Arc<Made>>>>,
}

/// A preview, and its picture as a file of whichever room it is shown in.
struct Made {
    preview: PreviewJson,
    file: Option<FileRow>,
}

/// The previewer as a child of its tenant.
pub(super) fn child(tenant: &TenantEnv, previews: &Previews) -> ChildSpec {
    let fetcher = Fetcher::new(previews.client.clone(), previews.own.clone());
    let maker = Maker { tenant: tenant.clone(), fetcher, cache: Arc::default() };
    ChildSpec::actor("chat-previews", Restart::Permanent, move || Previewer {
        maker: maker.clone(),
        waiting: VecDeque::new(),
        running: 0,
        made: 0,
        dropped: 0,
    })
}

impl Actor for Previewer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.maker.tenant.bus().subscribe_to(Kinds::Only(&[LINKED]), ctx.address().recipient());
    }
}

impl Previewer {
    /// Begins with what waits, as far as there is room.
    fn begin(&mut self, ctx: &mut Context<Self>) {
        while self.running < AT_ONCE
            && let Some(wanted) = self.waiting.pop_front()
        {
            self.running += 1;
            let maker = self.maker.clone();
            let work = async move { maker.make(wanted).await };
            ctx.spawn(work.into_actor(self).map(|result, previewer, ctx| {
                match result {
                    Ok(made) => previewer.made += u64::from(made),
                    Err(error) => tracing::warn!(%error, "a preview is not shown"),
                }
                previewer.running -= 1;
                previewer.begin(ctx);
            }));
        }
    }
}

impl Maker {
    /// Fetches a link and shows it below its message; tells whether there was something to show.
    async fn make(&self, wanted: Wanted) -> Result<bool, ChatError> {
        if !self.is_wanted(&wanted).await? {
            return Ok(false);
        }
        let now = self.tenant.clock.now();
        let place = self.cache.lock().unwrap_or_else(PoisonError::into_inner).place(&wanted.link, now);
        let Some(made) = place.get_or_init(|| self.fetch(&wanted.link)).await.clone() else {
            return Ok(false);
        };
        let scope = Scope::system(self.tenant.tenant);
        if let Some(file) = &made.file {
            let mut tx = self.tenant.store.begin(&scope).await?;
            people::keep_file(&mut tx, wanted.room, file, self.tenant.clock.now()).await?;
            tx.commit().await?;
        }
        let room = self.tenant.registrar::<Room>().locate(wanted.room).await.map_err(|_| ChatError::Busy)?;
        let change =
            ChangePreviews { scope, seq: wanted.seq, change: PreviewChange::Add(made.preview.clone()) };
        room.send(change).await.map_err(|_| ChatError::Busy)?.map(|changed| changed.is_some())
    }

    /// Whether the message still has the link, and no preview of it.
    async fn is_wanted(&self, wanted: &Wanted) -> Result<bool, ChatError> {
        let mut tx = self.tenant.store.read(&Scope::system(self.tenant.tenant)).await?;
        let row = messages::get(&mut tx, wanted.room, wanted.seq).await?;
        Ok(row.is_some_and(|row| row.wants_preview(&wanted.link)))
    }

    async fn fetch(&self, link: &str) -> Option<Arc<Made>> {
        match self.fetcher.page(link).await {
            Ok(page) => Some(Arc::new(self.keep(link, page).await)),
            Err(error) => {
                // Without the link, which may hold a secret.
                tracing::debug!(tenant = %self.tenant.tenant, %error, "a link has no preview");
                None
            }
        }
    }

    /// Keeps the picture among the tenant's blobs; without it the preview has none.
    async fn keep(&self, link: &str, page: Page) -> Made {
        let Page { title, description, site, picture } = page;
        let file = match picture {
            Some(picture) => self.keep_picture(picture).await,
            None => None,
        };
        let image = file.as_ref().and_then(|file| {
            let (width, height) = file.width.zip(file.height)?;
            Some(PreviewImageJson { hash: file.hash.clone(), width, height })
        });
        let url = link.to_owned();
        Made { preview: PreviewJson { url, title, description, site, image }, file }
    }

    async fn keep_picture(&self, picture: Picture) -> Option<FileRow> {
        let Picture { name, bytes, media_type, width, height } = picture;
        let size = i64::try_from(bytes.len()).ok()?;
        let scope = Scope::system(self.tenant.tenant);
        let kept = self.tenant.store.blobs().put(&scope, bytes).await;
        let hash = kept.inspect_err(|error| tracing::warn!(%error, "a picture is not kept")).ok()?;
        Some(FileRow {
            hash: hash.to_string(),
            name,
            media_type: media_type.to_owned(),
            size,
            width: Some(width),
            height: Some(height),
        })
    }
}

impl Handler<Published> for Previewer {
    type Result = ();

    fn handle(&mut self, Published(event, _): Published, ctx: &mut Context<Self>) {
        let Ok(Linked { room, seq, links }) = Linked::deserialize(&event.data) else { return };
        for link in links {
            if self.waiting.len() < WAITING {
                self.waiting.push_back(Wanted { room, seq, link });
            } else {
                self.dropped += 1;
            }
        }
        self.begin(ctx);
    }
}

impl Handler<Shutdown> for Previewer {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Previewer {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        let state = if self.running > 0 { "fetching" } else { "quiet" };
        Observation::of("chat-previews", "previewer", state)
            .with(json!({ "made": self.made, "waiting": self.waiting.len(), "dropped": self.dropped }))
    }
}

//! What a `Room` does about the previews of its messages, and which of them are shown.

use std::sync::Arc;

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{Context, Handler, ResponseActFuture};

use crate::ids::RoomId;
use crate::scope::{Right, Scope};
use crate::store::StoreError;

use super::super::error::ChatError;
use super::super::json::{MessageJson, PreviewJson};
use super::super::messages::{Change, ChangeMessage, ChangePreviews, PreviewChange};
use super::super::rights;
use super::super::room::{Room, RoomEnv};
use super::super::service::Chat;
use super::super::store::messages::{self, Extra, MessageRow};
use super::super::text;

impl Extra {
    /// The previews of the links that a text has, in its order. One whose link was edited away is shown no
    /// more.
    #[must_use]
    pub fn shown(&self, body: &str) -> Vec<PreviewJson> {
        if self.previews.is_empty() {
            return Vec::new();
        }
        let of = |link: &String| self.previews.iter().find(|preview| preview.url == *link);
        text::previewed(body).iter().filter_map(of).cloned().collect()
    }
}

impl MessageRow {
    /// Whether the message has this link, without a preview, and nobody has taken that away.
    #[must_use]
    pub fn wants_preview(&self, link: &str) -> bool {
        let extra = self.extra();
        self.deleted_at.is_none()
            && !extra.unpreviewed.iter().any(|known| known == link)
            && !extra.previews.iter().any(|known| known.url == link)
            && text::previewed(&self.body).iter().any(|known| known == link)
    }

    /// What the message holds after the change; none when it stays as it is.
    fn after(&self, change: PreviewChange) -> Option<Extra> {
        let (links, mut extra) = (text::previewed(&self.body), self.extra());
        match change {
            PreviewChange::Add(preview) if self.wants_preview(&preview.url) => {
                extra.previews.retain(|known| links.contains(&known.url));
                extra.previews.push(preview);
            }
            PreviewChange::Remove(link) if links.contains(&link) && !extra.unpreviewed.contains(&link) => {
                extra.previews.retain(|known| known.url != link);
                extra.unpreviewed.retain(|known| links.contains(known));
                extra.unpreviewed.push(link);
            }
            PreviewChange::Add(_) | PreviewChange::Remove(_) => return None,
        }
        Some(extra)
    }
}

impl Handler<ChangePreviews> for Room {
    type Result = ResponseActFuture<Self, Result<Option<MessageJson>, ChatError>>;

    /// One after the other: what the message holds is read, changed and stored before the next.
    fn handle(&mut self, asked: ChangePreviews, _: &mut Context<Self>) -> Self::Result {
        let (env, room, turns, seq) = (self.env.clone(), self.id, self.previewing.clone(), asked.seq);
        let read = async move {
            let turn = turns.lock_owned().await;
            (turn, read(&env, room, seq).await)
        };
        Box::pin(read.into_actor(self).then(move |(turn, row), room, ctx| {
            let answer = row.map_err(ChatError::from).and_then(|row| room.change_previews(row, asked, ctx));
            let stored = async move {
                let answer = match answer? {
                    Some(answer) => answer.await.unwrap_or(Err(ChatError::Busy)),
                    None => Ok(None),
                };
                drop(turn);
                answer
            };
            stored.into_actor(room)
        }))
    }
}

type Answer = tokio::sync::oneshot::Receiver<Result<Option<MessageJson>, ChatError>>;

impl Room {
    fn change_previews(
        &mut self,
        row: Option<MessageRow>,
        asked: ChangePreviews,
        ctx: &mut Context<Self>,
    ) -> Result<Option<Answer>, ChatError> {
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(ChatError::NoMessage)?;
        let ChangePreviews { scope, seq, change } = asked;
        let extra = row.after(change);
        let change = Change::Extra(extra.clone().unwrap_or_default());
        let change = ChangeMessage { scope, seq, author: row.author, change };
        self.may_change_message(&change)?;
        extra.map(|_| self.change(change, ctx)).transpose()
    }
}

async fn read(env: &Arc<RoomEnv>, room: RoomId, seq: i64) -> Result<Option<MessageRow>, StoreError> {
    let mut tx = env.store.read(&Scope::system(env.tenant)).await?;
    messages::get(&mut tx, room, seq).await
}

impl Chat {
    /// Takes the preview of a link away from a message, for good.
    ///
    /// # Errors
    /// `ChatError::NotMember` or `Denied` when someone else wrote the message and manages the room.
    pub async fn remove_preview(
        &self,
        scope: &Scope,
        room: RoomId,
        seq: i64,
        link: String,
    ) -> Result<(), ChatError> {
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::View).await?;
        drop(tx);
        let change = ChangePreviews { scope: scope.clone(), seq, change: PreviewChange::Remove(link) };
        self.room(scope, room).await?.send(change).await.map_err(|_| ChatError::Busy)?.map(|_| ())
    }
}

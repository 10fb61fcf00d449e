//! Numbers of a `Room` for what is written beside it.

use actix::{Context, Handler, ResponseFuture};
use serde_json::json;
use tokio::sync::oneshot;

use crate::scope::Right;

use super::error::ChatError;
use super::manage::ROOM;
use super::messages::ReserveNumbers;
use super::room::{Done, Pending, Room, Told, event_json};
use super::store::rooms::{self, RoomRow};

impl Room {
    /// Gives numbers away, once it is stored that they are given.
    fn reserve(
        &mut self,
        asked: &ReserveNumbers,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Result<i64, ChatError>>, ChatError> {
        self.require(&asked.scope, Right::Manage)?;
        let first = self.seq + 1;
        // Invariant: numbers only grow; the last of them is this event's own.
        self.seq += (asked.count - 1).max(0);
        let seq = self.next_seq();
        // Who writes beside the room may reply in its threads.
        self.threads.clear();
        let statements = vec![rooms::touch(self.env.tenant, self.id, seq)];
        let (done, answer) = oneshot::channel();
        let done: Done = Box::new(move |room, result| {
            if result.is_ok() {
                room.row.changed = seq;
            }
            // Who asked has gone away.
            let _ = done.send(result.map(|_| first));
        });
        let row = RoomRow { changed: seq, ..self.row.clone() };
        let json = self.json(&row, self.members.len(), seq)?;
        let event = event_json(seq, ROOM, self.env.clock.now(), None, json!({ "room": json }));
        self.push(Pending::new(seq, statements, Told::Event(event), done), ctx);
        Ok(answer)
    }
}

impl Handler<ReserveNumbers> for Room {
    type Result = ResponseFuture<Result<i64, ChatError>>;

    fn handle(&mut self, asked: ReserveNumbers, ctx: &mut Context<Self>) -> Self::Result {
        match self.reserve(&asked, ctx) {
            Ok(answer) => Box::pin(async { answer.await.unwrap_or(Err(ChatError::Busy)) }),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

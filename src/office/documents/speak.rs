//! How a `Document` answers what its connections say.

use actix::fut::ActorFutureExt as _;
use actix::{AsyncContext as _, Context, Handler, Response};
use bytes::Bytes;

use crate::protocols::ws::sync;
use crate::scope::Right;

use super::content::{self, Content};
use super::document::Document;
use super::error::DocumentError;
use super::members::{Member, MemberId};
use super::messages::{Join, Leave, Request, Speak};

/// What a connection hears that wants to write and may not.
pub(super) const READ_ONLY: &str = "this document is read-only for you";
/// While this much waits for the log, connections wait before they send more.
const PRESSURE: usize = 4 << 20;

impl Handler<Join> for Document {
    type Result = Result<MemberId, DocumentError>;

    fn handle(&mut self, join: Join, _: &mut Context<Self>) -> Self::Result {
        let limit = self.env.limits.connections;
        if self.members.len() >= limit {
            return Err(DocumentError::Full { limit });
        }
        if self.stopping.is_some() {
            return Err(DocumentError::Busy);
        }
        let id = self.members.next_id();
        let mut member = Member::new(id, join.user, join.right, join.outlet);
        member.session = join.session;
        member.acks = join.acks;
        member.received = join.received;
        member.unsure = join.received > 0;
        if let Some(everyone) = self.presence.all() {
            member.send(sync::awareness(&everyone));
        }
        self.members.add(member);
        Ok(id)
    }
}

impl Handler<Leave> for Document {
    type Result = ();

    fn handle(&mut self, leave: Leave, ctx: &mut Context<Self>) {
        self.members.remove(leave.member);
        if self.presence.leave(leave.member) {
            self.arm_presence(ctx);
        }
        self.arm_idle(ctx);
    }
}

impl Handler<Speak> for Document {
    type Result = Response<Result<(), DocumentError>>;

    fn handle(&mut self, speak: Speak, ctx: &mut Context<Self>) -> Self::Result {
        if self.is_large_and_cold() && speak.requests.iter().any(|request| self.needs_doc(request)) {
            return self.answer_when_warm(speak, ctx);
        }
        let answer = self.answer(speak, ctx);
        if answer.is_ok() && self.batch.bytes > PRESSURE {
            return Response::fut(self.when_stored(ctx));
        }
        Response::reply(answer)
    }
}

impl Document {
    fn needs_doc(&self, request: &Request) -> bool {
        match request {
            Request::Step1(vector) => !content::is_empty_vector(vector) || self.has_long_tail(),
            Request::Step2(update) | Request::Update(update) => !sync::is_empty_update(update),
            Request::Awareness(_) | Request::QueryAwareness => false,
        }
    }

    /// Whether so much came after the snapshot that joining it takes long as well.
    fn has_long_tail(&self) -> bool {
        self.cold()
            .is_some_and(|stored| stored.tail.iter().map(Bytes::len).sum::<usize>() > super::document::SMALL)
    }

    /// Builds a large document on another thread, while all later messages wait in the mailbox.
    fn answer_when_warm(
        &mut self,
        speak: Speak,
        ctx: &mut Context<Self>,
    ) -> Response<Result<(), DocumentError>> {
        let (done, answer) = tokio::sync::oneshot::channel();
        let warm = self.warm(ctx).map(move |result: Result<(), DocumentError>, act: &mut Self, ctx| {
            let _ = done.send(result.and_then(|()| act.answer(speak, ctx)));
        });
        ctx.wait(warm);
        Response::fut(async { answer.await.unwrap_or(Err(DocumentError::Busy)) })
    }

    /// Resolves once all that is applied now is stored.
    pub(super) fn when_stored(
        &mut self,
        ctx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), DocumentError>> + use<> {
        let (done, stored) = tokio::sync::oneshot::channel();
        match self.unstored() {
            Some(batch) => batch.waiting.push(done),
            None => drop(done.send(())),
        }
        self.commit_now(ctx);
        async { stored.await.map_err(|_| DocumentError::Busy) }
    }

    fn answer(&mut self, speak: Speak, ctx: &mut Context<Self>) -> Result<(), DocumentError> {
        let member = speak.member;
        let result = speak.requests.into_iter().try_for_each(|request| self.take(member, request, ctx));
        self.commit(ctx);
        if matches!(result, Err(DocumentError::Poison)) {
            // The document may be broken: what is not stored yet comes again from the clients.
            tracing::warn!(document = %self.id, "an update broke the document, it is rebuilt from its log");
            actix::ActorContext::stop(ctx);
        }
        result
    }

    fn take(&mut self, id: MemberId, request: Request, ctx: &mut Context<Self>) -> Result<(), DocumentError> {
        match request {
            Request::Step1(vector) => self.step1(id, &vector),
            Request::Step2(update) => {
                if let Some(member) = self.members.get_mut(id) {
                    member.unsure = false;
                }
                self.write(id, update)
            }
            Request::Update(update) => self.write(id, update),
            Request::Awareness(states) => {
                let Some(member) = self.members.get(id) else { return Ok(()) };
                if self.presence.accept(id, member.user, &states)? {
                    self.arm_presence(ctx);
                }
                Ok(())
            }
            Request::QueryAwareness => {
                if let (Some(member), Some(everyone)) = (self.members.get(id), self.presence.all()) {
                    member.send(sync::awareness(&everyone));
                }
                Ok(())
            }
        }
    }

    /// Answers with what the client lacks, and asks for what the document lacks.
    fn step1(&mut self, id: MemberId, vector: &[u8]) -> Result<(), DocumentError> {
        if content::is_empty_vector(vector) && self.answer_from_bytes(id) {
            return Ok(());
        }
        self.warm_here()?;
        let Content::Warm(doc) = &self.content else { return Ok(()) };
        let answer = sync::step2(&content::missing(doc, vector)?);
        self.ask_back(id, answer)
    }

    /// Answers one who has nothing without understanding the document; false when that cannot be.
    ///
    /// A provider calls itself synced at step 2. What came after the snapshot therefore leaves
    /// before it: a client keeps an update whose predecessors are missing until they come.
    fn answer_from_bytes(&mut self, id: MemberId) -> bool {
        let Content::Cold(stored) = &mut self.content else { return false };
        let small = stored.size() <= super::document::SMALL;
        if !stored.tail.is_empty() && (small || !stored.join_tail()) {
            return false;
        }
        let Some(member) = self.members.get(id) else { return true };
        stored.tail.iter().for_each(|update| member.send(sync::update(update)));
        member.send(sync::step2(&stored.state.update));
        // Asking with the snapshot's vector is safe: at worst the client repeats the tail.
        member.send(sync::step1(&stored.state.vector));
        true
    }

    /// Sends the answer and the document's own step 1, but never what is not stored yet.
    fn ask_back(&mut self, id: MemberId, answer: Bytes) -> Result<(), DocumentError> {
        let Content::Warm(doc) = &self.content else { return Ok(()) };
        let question = sync::step1(&content::vector(doc));
        for frame in [answer, question] {
            match self.unstored() {
                Some(batch) => batch.held.push((id, frame)),
                None => {
                    if let Some(member) = self.members.get(id) {
                        member.send(frame);
                    }
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, id: MemberId, update: Bytes) -> Result<(), DocumentError> {
        let size = self.size();
        let limit = self.env.limits.document_bytes;
        let Some(member) = self.members.get_mut(id) else { return Ok(()) };
        let changes = !sync::is_empty_update(&update);
        if changes && member.right < Right::Edit {
            member.send(sync::denied(READ_ONLY));
            return Ok(());
        }
        member.received += 1;
        let (author, received, mut sure) = (member.user, member.received, !member.unsure);
        if changes {
            if size + update.len() > limit {
                return Err(DocumentError::TooLarge { limit });
            }
            self.warm_here()?;
            if let Content::Warm(doc) = &self.content {
                content::apply(doc, &update)?;
                // An update whose predecessors are missing is stored, and worth nothing without them.
                sure &= !content::has_gap(doc);
            }
            self.gather(id, author, update);
        }
        if sure {
            self.note_saved(id, received);
        }
        Ok(())
    }

    fn note_saved(&mut self, id: MemberId, count: u64) {
        if let Some(batch) = self.unstored() {
            batch.note_saved(id, count);
        } else if let Some(member) = self.members.get(id).filter(|member| member.acks) {
            member.send(sync::saved(count));
        }
    }
}

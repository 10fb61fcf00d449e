//! How a `Document` follows changes of rights, and who is in it.

use actix::{Context, Handler, MessageResult};

use crate::protocols::ws::sync;
use crate::scope::{Action, Denied, Right};

use super::document::Document;
use super::error::DocumentError;
use super::messages::{CloseAll, EndSession, ListPeople, People, SetRight};
use super::speak::READ_ONLY;

impl Handler<SetRight> for Document {
    type Result = ();

    fn handle(&mut self, change: SetRight, _: &mut Context<Self>) {
        let revoked = DocumentError::Denied(Denied::Lacks(Action::On(Right::View)));
        for member in self.members.iter_mut().filter(|member| member.user == change.user) {
            let wrote = member.right >= Right::Edit;
            // Nothing that is still in the mailbox may be written any more.
            member.right = change.right.unwrap_or(Right::View);
            match change.right {
                None => member.close(revoked.close()),
                Some(right) if wrote && right < Right::Edit => member.send(sync::denied(READ_ONLY)),
                Some(_) => {}
            }
        }
    }
}

impl Handler<EndSession> for Document {
    type Result = ();

    fn handle(&mut self, ended: EndSession, _: &mut Context<Self>) {
        for member in self.members.iter_mut().filter(|member| member.session == Some(ended.session)) {
            member.right = Right::View;
            member.close(DocumentError::SignedOut.close());
        }
    }
}

impl Handler<ListPeople> for Document {
    type Result = MessageResult<ListPeople>;

    fn handle(&mut self, _: ListPeople, _: &mut Context<Self>) -> Self::Result {
        let mut people: Vec<_> = self.members.iter().map(|member| (member.user, member.session)).collect();
        people.sort_unstable();
        people.dedup();
        MessageResult(People(people))
    }
}

impl Handler<CloseAll> for Document {
    type Result = ();

    fn handle(&mut self, _: CloseAll, _: &mut Context<Self>) {
        for member in self.members.iter() {
            member.close(DocumentError::NotFound.close());
        }
    }
}

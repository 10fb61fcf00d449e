//! Watched actors: every end is reported once and none takes the thread along.

use std::cell::Cell;

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, Message};

use super::*;

type Seen = Rc<RefCell<Vec<Exit>>>;

fn watched<A: Actor<Context = Context<A>>>(actor: A) -> (Started<A>, Seen) {
    let seen = Seen::default();
    let report = Rc::clone(&seen);
    (start_watched(Label::of("test", 7), actor, move |exit| report.borrow_mut().push(exit)), seen)
}

/// Ends in the way it is told.
#[derive(Clone, Copy)]
enum End {
    Normally,
    ByPanic,
    ByPanicInItsFuture,
    ByGivingUp,
}

impl Message for End {
    type Result = ();
}

#[derive(Default)]
struct Mortal {
    fragile: bool,
    name: Rc<Cell<Option<String>>>,
}

impl Actor for Mortal {
    type Context = Context<Self>;

    fn started(&mut self, _: &mut Context<Self>) {
        self.name.set(current_actor().map(|label| label.to_string()));
    }
}

impl Handler<End> for Mortal {
    type Result = ();

    fn handle(&mut self, end: End, ctx: &mut Context<Self>) {
        match end {
            End::Normally => ctx.stop(),
            End::ByPanic => panic!("injected"),
            End::ByPanicInItsFuture => {
                ctx.run_later(Duration::ZERO, |_, _| panic!("injected"));
            }
            End::ByGivingUp => {
                exit_with(Exit::GaveUp);
                ctx.stop();
            }
        }
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        assert!(!self.fragile, "injected");
    }
}

async fn check(end: End, expected: Exit) {
    let (actor, seen) = watched(Mortal::default());
    let bystander = watched(Mortal::default()).0.addr;
    actor.addr.do_send(end);
    eventually(|| !actor.addr.connected()).await;
    settle().await;
    assert_eq!(*seen.borrow(), [expected]);
    assert!(bystander.connected());
}

#[actix_rt::test]
async fn every_end_is_reported_once_as_what_it_is() {
    check(End::Normally, Exit::Normal).await;
    check(End::ByPanic, Exit::Panicked).await;
    check(End::ByPanicInItsFuture, Exit::Panicked).await;
    check(End::ByGivingUp, Exit::GaveUp).await;
}

#[actix_rt::test]
async fn a_panic_while_the_state_is_dropped_is_reported_as_one() {
    let (actor, seen) = watched(Mortal { fragile: true, name: Rc::default() });
    actor.addr.do_send(End::Normally);
    eventually(|| !seen.borrow().is_empty()).await;
    assert_eq!(*seen.borrow(), [Exit::Panicked]);
}

#[actix_rt::test]
async fn an_actor_that_is_cut_off_is_reported_as_killed() {
    let (actor, seen) = watched(Mortal::default());
    settle().await;
    actor.abort.abort();
    eventually(|| !seen.borrow().is_empty()).await;
    assert_eq!(*seen.borrow(), [Exit::Killed]);
    assert!(!actor.addr.connected());
}

#[actix_rt::test]
async fn an_actor_that_nobody_can_reach_any_more_ends() {
    let (actor, seen) = watched(Mortal::default());
    drop(actor);
    eventually(|| !seen.borrow().is_empty()).await;
    assert_eq!(*seen.borrow(), [Exit::Normal]);
}

#[actix_rt::test]
async fn an_actor_knows_its_name() {
    let mortal = Mortal::default();
    let name = mortal.name.clone();
    let _actor = watched(mortal);
    settle().await;
    assert_eq!(name.take().as_deref(), Some("test 7"));
    assert!(current_actor().is_none());
}

/// Has room for one message at a time.
struct Busy;

impl Actor for Busy {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(1);
    }
}

impl Handler<Finish> for Busy {
    type Result = ();

    fn handle(&mut self, _: Finish, _: &mut Context<Self>) {}
}

#[actix_rt::test]
async fn many_questions_over_one_addr_to_a_full_mailbox_are_all_answered() {
    let busy = watched(Busy).0.addr;
    settle().await;
    let all = futures::future::join_all((0..100).map(|_| busy.send(Finish)));
    let answers = tokio::time::timeout(Duration::from_secs(5), all).await.expect("no question hangs");
    assert!(answers.iter().all(Result::is_ok));
}

//! Supervisors: order, strategies, intensity, escalation.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix::Addr;

use super::*;

struct Scene {
    journal: Journal,
    roll: Roll,
    clock: Clock,
    hand: ClockHand,
    exit: Rc<Cell<Option<Exit>>>,
}

impl Scene {
    fn new() -> Self {
        let (clock, hand) = clock();
        Self { journal: Journal::default(), roll: Roll::default(), clock, hand, exit: Rc::default() }
    }

    fn worker(&self, name: &'static str, stuck: bool) -> ChildSpec {
        self.worker_with(name, stuck, Restart::Permanent)
    }

    fn worker_with(&self, name: &'static str, stuck: bool, restart: Restart) -> ChildSpec {
        let (journal, roll) = (self.journal.clone(), self.roll.clone());
        ChildSpec::actor(name, restart, move || Worker {
            name,
            journal: journal.clone(),
            roll: roll.clone(),
            stuck,
        })
    }

    async fn supervise(
        &self,
        strategy: Strategy,
        restarts: u32,
        children: Vec<ChildSpec>,
    ) -> Addr<Supervisor> {
        let intensity = Intensity { restarts, within: Duration::from_secs(30) };
        let supervisor = Supervisor::new("top", strategy, intensity, children, self.clock.clone());
        let exit = self.exit.clone();
        let started = start_watched(Label::new("top"), supervisor, move |how: Exit| exit.set(Some(how)));
        settle().await;
        started.addr
    }

    /// Makes a worker panic and waits until its supervisor sleeps before the restart, or has ended.
    async fn boom(&self, name: &'static str) {
        let addr = self.roll.borrow()[name].clone();
        assert!(addr.send(Boom).await.is_err());
        settle().await;
    }

    async fn pass(&self, time: Duration) {
        self.hand.advance(time);
        settle().await;
    }

    fn journal(&self) -> Vec<String> {
        taken(&self.journal)
    }
}

const AFTER_BACKOFF: Duration = Duration::from_millis(130);

#[actix_rt::test]
async fn children_start_in_list_order_and_stop_in_reverse() {
    let scene = Scene::new();
    let children = ["a", "b", "c"].map(|name| scene.worker(name, false)).into();
    let top = scene.supervise(Strategy::OneForOne, 3, children).await;
    assert_eq!(scene.journal(), ["start a", "start b", "start c"]);
    top.do_send(Shutdown);
    settle().await;
    assert_eq!(scene.journal(), ["stop c", "stop b", "stop a"]);
    assert_eq!(scene.exit.get(), Some(Exit::Normal));
}

#[actix_rt::test]
async fn one_for_one_restarts_only_the_child_that_panicked_with_a_fresh_address() {
    let scene = Scene::new();
    let children = ["a", "b"].map(|name| scene.worker(name, false)).into();
    let top = scene.supervise(Strategy::OneForOne, 3, children).await;
    let (old, sibling) = (scene.roll.borrow()["a"].clone(), scene.roll.borrow()["b"].clone());
    scene.journal();
    scene.boom("a").await;
    assert_eq!(scene.journal(), [""; 0]);
    scene.pass(AFTER_BACKOFF).await;
    assert_eq!(scene.journal(), ["start a"]);
    assert!(scene.roll.borrow()["a"] != old && !old.connected() && sibling.connected());
    let picture = top.send(Observe::default()).await.unwrap();
    assert_eq!((picture.children[0].restarts, picture.children[1].restarts), (1, 0));
    assert_eq!(picture.children[0].id, "a");
}

#[actix_rt::test]
async fn rest_for_one_stops_later_siblings_in_reverse_and_starts_them_in_order() {
    let scene = Scene::new();
    let children = ["a", "b", "c", "d"].map(|name| scene.worker(name, false)).into();
    let _top = scene.supervise(Strategy::RestForOne, 3, children).await;
    scene.journal();
    scene.boom("b").await;
    assert_eq!(scene.journal(), ["stop d", "stop c"]);
    scene.pass(AFTER_BACKOFF).await;
    assert_eq!(scene.journal(), ["start b", "start c", "start d"]);
}

#[actix_rt::test]
async fn one_for_all_restarts_everyone() {
    let scene = Scene::new();
    let children = ["a", "b", "c"].map(|name| scene.worker(name, false)).into();
    let _top = scene.supervise(Strategy::OneForAll, 3, children).await;
    scene.journal();
    scene.boom("b").await;
    scene.pass(AFTER_BACKOFF).await;
    assert_eq!(scene.journal(), ["stop c", "stop a", "start a", "start b", "start c"]);
}

#[actix_rt::test]
async fn the_wait_before_restarts_doubles_and_starts_over_after_a_quiet_time() {
    let scene = Scene::new();
    let _top = scene.supervise(Strategy::OneForOne, 5, vec![scene.worker("a", false)]).await;
    scene.journal();
    for wait in [100, 200, 400] {
        scene.boom("a").await;
        scene.pass(Duration::from_millis(wait - 1)).await;
        assert_eq!(scene.journal(), [""; 0], "too early after {wait} ms");
        scene.pass(Duration::from_millis(wait / 4 + 1)).await;
        assert_eq!(scene.journal(), ["start a"]);
    }
    scene.pass(Duration::from_secs(31)).await;
    scene.boom("a").await;
    scene.pass(AFTER_BACKOFF).await;
    assert_eq!(scene.journal(), ["start a"]);
}

#[actix_rt::test]
async fn past_its_intensity_a_supervisor_stops_its_children_and_gives_up() {
    let scene = Scene::new();
    let children = ["a", "b"].map(|name| scene.worker(name, false)).into();
    let _top = scene.supervise(Strategy::OneForOne, 2, children).await;
    for _ in 0..2 {
        scene.boom("a").await;
        scene.pass(Duration::from_secs(1)).await;
    }
    scene.journal();
    scene.boom("a").await;
    assert_eq!(scene.journal(), ["stop b"]);
    assert_eq!(scene.exit.get(), Some(Exit::GaveUp));
}

#[actix_rt::test]
async fn giving_up_escalates_to_the_parent_which_starts_a_fresh_supervisor() {
    let scene = Scene::new();
    let (clock, once) = (scene.clock.clone(), Intensity { restarts: 1, within: Duration::from_secs(30) });
    let (journal, roll) = (scene.journal.clone(), scene.roll.clone());
    let inner = ChildSpec::supervisor("inner", Strategy::OneForOne, once, clock, move || {
        let (journal, roll) = (journal.clone(), roll.clone());
        vec![ChildSpec::actor("a", Restart::Permanent, move || Worker {
            name: "a",
            journal: journal.clone(),
            roll: roll.clone(),
            stuck: false,
        })]
    });
    let top = scene.supervise(Strategy::OneForOne, 1, vec![inner]).await;
    for _ in 0..2 {
        scene.boom("a").await;
        scene.pass(Duration::from_secs(1)).await;
    }
    assert_eq!(scene.journal(), ["start a", "start a", "start a"]);
    let picture = top.send(Observe::default()).await.unwrap();
    assert_eq!(picture.children[0].restarts, 1);
    assert_eq!(picture.children[0].children[0].restarts, 0);
    for _ in 0..2 {
        scene.boom("a").await;
        scene.pass(Duration::from_secs(1)).await;
    }
    assert_eq!(scene.exit.get(), Some(Exit::GaveUp));
}

#[actix_rt::test]
async fn restart_rules_tell_a_finished_child_from_a_failed_one() {
    let scene = Scene::new();
    let children = vec![
        scene.worker("permanent", false),
        scene.worker_with("transient", false, Restart::Transient),
        scene.worker_with("temporary", false, Restart::Temporary),
    ];
    let _top = scene.supervise(Strategy::OneForOne, 9, children).await;
    scene.journal();
    for name in ["permanent", "transient", "temporary"] {
        let addr = scene.roll.borrow()[name].clone();
        let _ = addr.send(Finish).await;
        settle().await;
        scene.pass(Duration::from_secs(1)).await;
    }
    assert_eq!(scene.journal(), ["start permanent"]);
}

#[actix_rt::test]
async fn a_transient_child_starts_again_after_a_panic_and_a_temporary_one_never() {
    let scene = Scene::new();
    let children = vec![
        scene.worker_with("transient", false, Restart::Transient),
        scene.worker_with("temporary", false, Restart::Temporary),
    ];
    let _top = scene.supervise(Strategy::OneForOne, 9, children).await;
    scene.journal();
    for name in ["temporary", "transient"] {
        scene.boom(name).await;
        scene.pass(Duration::from_secs(1)).await;
    }
    assert_eq!(scene.journal(), ["start transient"]);
}

#[actix_rt::test]
async fn a_child_that_does_not_stop_in_time_is_cut_off() {
    let scene = Scene::new();
    let children = vec![scene.worker("a", false), scene.worker("stuck", true)];
    let top = scene.supervise(Strategy::OneForOne, 3, children).await;
    let stuck = scene.roll.borrow()["stuck"].clone();
    scene.journal();
    top.do_send(Shutdown);
    settle().await;
    assert_eq!(scene.journal(), [""; 0]);
    scene.pass(Duration::from_secs(5)).await;
    assert_eq!(scene.journal(), ["stop a"]);
    assert!(!stuck.connected());
    assert_eq!(scene.exit.get(), Some(Exit::Normal));
}

#[actix_rt::test]
async fn a_start_that_panics_or_fails_counts_as_a_failure_and_is_tried_again() {
    let scene = Scene::new();
    let tries = Rc::new(Cell::new(0));
    let (journal, roll, count) = (scene.journal.clone(), scene.roll.clone(), tries.clone());
    let flaky = ChildSpec::starting("flaky", Restart::Permanent, move || {
        count.set(count.get() + 1);
        let (count, journal, roll) = (count.get(), journal.clone(), roll.clone());
        async move {
            match count {
                1 => panic!("injected"),
                2 => Err("not yet".into()),
                _ => Ok(Worker { name: "flaky", journal, roll, stuck: false }),
            }
        }
    });
    let children = vec![scene.worker("a", false), flaky, scene.worker("c", false)];
    let _top = scene.supervise(Strategy::RestForOne, 3, children).await;
    assert_eq!(scene.journal(), ["start a"]);
    scene.pass(Duration::from_secs(1)).await;
    scene.pass(Duration::from_secs(1)).await;
    assert_eq!(scene.journal(), ["start flaky", "start c"]);
    assert_eq!(tries.get(), 3);
}

#[actix_rt::test]
async fn a_shutdown_during_backoff_does_not_wait_for_it() {
    let scene = Scene::new();
    let children = ["a", "b"].map(|name| scene.worker(name, false)).into();
    let top = scene.supervise(Strategy::OneForOne, 3, children).await;
    scene.journal();
    scene.boom("a").await;
    top.do_send(Shutdown);
    settle().await;
    assert_eq!(scene.journal(), ["stop b"]);
    assert_eq!(scene.exit.get(), Some(Exit::Normal));
}

#[actix_rt::test]
async fn a_supervisor_that_panics_takes_its_children_along() {
    let scene = Scene::new();
    let children = ["a", "b"].map(|name| scene.worker(name, false)).into();
    let top = scene.supervise(Strategy::OneForOne, 3, children).await;
    scene.journal();
    assert!(top.send(Boom).await.is_err());
    settle().await;
    assert_eq!(scene.exit.get(), Some(Exit::Panicked));
    let mut journal = scene.journal();
    journal.sort_unstable();
    assert_eq!(journal, ["stop a", "stop b"]);
}

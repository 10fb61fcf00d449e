//! The event bus: order, slow and dead subscribers, a courier that fails.

use std::sync::Arc;

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, WrapFuture};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::*;
use crate::actors::bus::BEHIND;
use crate::ids::TenantId;

/// Notes what it hears, as fast as its gate lets it.
struct Listener {
    heard: Rc<RefCell<Vec<(i64, u64)>>>,
    gate: Arc<Semaphore>,
}

impl Actor for Listener {
    type Context = Context<Self>;
}

impl Handler<Published> for Listener {
    type Result = ();

    fn handle(&mut self, Published(event, missed): Published, ctx: &mut Context<Self>) {
        self.heard.borrow_mut().push((event.seq, missed));
        let gate = self.gate.clone();
        let pass = async move { gate.acquire().await.unwrap().forget() };
        ctx.wait(pass.into_actor(self).map(|(), _, _| ()));
    }
}

impl Handler<Finish> for Listener {
    type Result = ();

    fn handle(&mut self, _: Finish, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

struct Scene {
    bus: Bus,
    hand: ClockHand,
    top: Addr<Supervisor>,
}

impl Scene {
    async fn new() -> Self {
        let (clock, hand) = clock();
        let bus = Bus::new(clock.clone());
        let intensity = Intensity { restarts: 3, within: Duration::from_secs(30) };
        let top = Supervisor::new("top", Strategy::RestForOne, intensity, vec![bus.child()], clock);
        let top = start_watched(Label::new("top"), top, |_| ()).addr;
        settle().await;
        Self { bus, hand, top }
    }

    fn listen(&self, kinds: Kinds, permits: usize) -> Ear {
        let (heard, gate) = (Rc::default(), Arc::new(Semaphore::new(permits)));
        let addr = Listener { heard: Rc::clone(&heard), gate: gate.clone() }.start();
        self.bus.subscribe_to(kinds, addr.clone().recipient());
        Ear { heard, gate, addr }
    }
}

struct Ear {
    heard: Rc<RefCell<Vec<(i64, u64)>>>,
    gate: Arc<Semaphore>,
    addr: Addr<Listener>,
}

impl Ear {
    fn seqs(&self) -> Vec<i64> {
        self.heard.borrow().iter().map(|(seq, _)| *seq).collect()
    }
}

fn event(seq: i64, kind: &str) -> Arc<Event> {
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let data = serde_json::Value::Null;
    Arc::new(Event { tenant: TenantId(Uuid::nil()), entity: Uuid::nil(), seq, kind: kind.into(), data, at })
}

const MANY: usize = 1_000_000;

#[actix_rt::test]
async fn the_bus_delivers_in_order_to_everyone_who_wants_the_kind() {
    let scene = Scene::new().await;
    let all = scene.listen(Kinds::All, MANY);
    let documents = scene.listen(Kinds::Only(&["document."]), MANY);
    let one = scene.listen(Kinds::Only(&["document.created", "chat.posted"]), MANY);
    let kinds = ["document.created", "document.trashed", "chat.posted"];
    for seq in 0..300 {
        scene.bus.publish(event(seq, kinds[usize::try_from(seq).unwrap() % 3]));
    }
    eventually(|| all.seqs().len() == 300 && documents.seqs().len() == 200 && one.seqs().len() == 200).await;
    assert_eq!(all.seqs(), (0..300).collect::<Vec<_>>());
    assert!(documents.seqs().is_sorted() && one.seqs().is_sorted());
    assert!(documents.seqs().iter().all(|seq| seq % 3 != 2));
}

#[actix_rt::test]
async fn a_slow_subscriber_holds_up_nobody_and_gets_everything_in_order_later() {
    let scene = Scene::new().await;
    let slow = scene.listen(Kinds::All, 0);
    let fast = scene.listen(Kinds::All, MANY);
    for seq in 0..500 {
        scene.bus.publish(event(seq, "a"));
    }
    eventually(|| fast.seqs().len() == 500).await;
    assert!(slow.seqs().len() <= 1);
    slow.gate.add_permits(MANY);
    eventually(|| slow.seqs().len() == 500).await;
    assert!(slow.seqs().is_sorted());
    scene.bus.publish(event(500, "a"));
    eventually(|| slow.seqs().len() == 501).await;
}

#[actix_rt::test]
async fn a_subscriber_that_falls_too_far_behind_is_told_how_many_it_missed() {
    let scene = Scene::new().await;
    let slow = scene.listen(Kinds::All, 0);
    let total = i64::try_from(BEHIND + 200).unwrap();
    for seq in 0..total {
        scene.bus.publish(event(seq, "a"));
    }
    slow.gate.add_permits(MANY);
    eventually(|| slow.seqs().last() == Some(&(total - 1))).await;
    let heard = slow.heard.borrow();
    let missed: u64 = heard.iter().map(|(_, missed)| missed).sum();
    assert!(missed > 0 && heard.iter().filter(|(_, missed)| *missed > 0).count() == 1);
    assert_eq!(heard.len() as u64 + missed, u64::try_from(total).unwrap());
}

#[actix_rt::test]
async fn delivery_waits_for_room_and_goes_on_without_a_subscriber_that_makes_none() {
    let scene = Scene::new().await;
    let slow = scene.listen(Kinds::All, 0);
    scene.bus.publish(event(0, "a"));
    settle().await;
    for seq in 1..i64::try_from(BEHIND + 40).unwrap() {
        scene.bus.publish(event(seq, "a"));
        if seq == 20 {
            // Now the courier holds one and waits.
            settle().await;
        }
    }
    let bus = scene.bus.clone();
    let delivery = actix_rt::spawn(async move { bus.deliver(event(9_999, "a")).await });
    scene.hand.until_asleep(1).await;
    assert!(!delivery.is_finished());
    scene.hand.advance(Duration::from_secs(1));
    delivery.await.unwrap();
    let bus = scene.bus.clone();
    let delivery = actix_rt::spawn(async move { bus.deliver(event(10_000, "a")).await });
    scene.hand.until_asleep(1).await;
    slow.gate.add_permits(MANY);
    delivery.await.unwrap();
    eventually(|| slow.seqs().last() == Some(&10_000)).await;
}

#[actix_rt::test]
async fn dead_subscribers_are_dropped() {
    let scene = Scene::new().await;
    let ear = scene.listen(Kinds::All, MANY);
    ear.addr.do_send(Finish);
    eventually(|| !ear.addr.connected()).await;
    scene.bus.publish(event(1, "a"));
    let picture = scene.top.send(Observe::default()).await.unwrap();
    assert_eq!(picture.children[0].detail["subscribers"], 0);
}

#[actix_rt::test]
async fn a_courier_that_panics_is_replaced_by_one_that_goes_on_with_its_work() {
    let scene = Scene::new().await;
    let slow = scene.listen(Kinds::All, 1);
    for seq in 0..100 {
        scene.bus.publish(event(seq, "a"));
    }
    settle().await;
    scene.bus.courier().unwrap().do_send(Boom);
    scene.hand.until_asleep(1).await;
    slow.gate.add_permits(MANY);
    scene.hand.advance(Duration::from_secs(1));
    eventually(|| slow.seqs().last() == Some(&99)).await;
    // The one event that the first courier was bringing may have arrived or not.
    assert!(slow.seqs().len() >= 99 && slow.seqs().is_sorted());
}

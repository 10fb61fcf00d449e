//! What one idle actor in a registry costs. Run with
//! `cargo nextest run --run-ignored only an_idle_actor --no-capture`.

use actix::{Actor, ActorContext, Context, Handler};
use futures::future::LocalBoxFuture;
use uuid::Uuid;

use super::*;
use crate::ids::DocumentId;

/// An actor without any state of its own but what it needs to fall asleep.
struct Idle {
    _me: Passivator<Self>,
}

impl Actor for Idle {
    type Context = Context<Self>;
}

impl Registered for Idle {
    const KIND: &'static str = "idle";
    type Id = DocumentId;
    type Env = ();
    type LoadError = std::fmt::Error;

    fn load(
        (): (),
        _: DocumentId,
        me: Passivator<Self>,
    ) -> LocalBoxFuture<'static, Result<Self, std::fmt::Error>> {
        Box::pin(async move { Ok(Self { _me: me }) })
    }
}

impl Handler<Shutdown> for Idle {
    type Result = ();

    fn handle(&mut self, _: Shutdown, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl Handler<Observe> for Idle {
    type Result = Observation;

    fn handle(&mut self, _: Observe, _: &mut Context<Self>) -> Observation {
        Observation::default()
    }
}

/// Resident memory of this process in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[actix_rt::test]
#[ignore = "a measurement, to be run alone"]
async fn an_idle_actor_costs_at_most_two_kibibytes() {
    const COUNT: usize = 50_000;
    let registrar = Registrar::<Idle>::new(Arbiters::start(2).unwrap());
    let registry = sharded_registry("idle", registrar.clone(), Clock::system(), || ());
    let _root = Root::start(vec![registry], Clock::system()).await.unwrap();
    registrar.locate(DocumentId(Uuid::nil())).await.unwrap();
    let before = resident();
    for number in 1..=COUNT {
        let id = DocumentId(Uuid::from_u128(number as u128));
        registrar.locate(id).await.unwrap();
    }
    let each = (resident() - before) / COUNT;
    println!("{each} bytes for each of {COUNT} idle actors");
    assert!(each <= 2 * 1024);
}

//! Whole tenants: waking, falling asleep, failing, stopping.

use std::sync::atomic::Ordering;

use futures::future::join_all;

use super::installation::{IDLE, Installation, Page};
use super::*;

#[actix_rt::test]
async fn a_tenant_is_woken_once_for_all_who_ask() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    assert!(home.tenants.peek(tenant).is_none());
    let envs = join_all((0..50).map(|_| home.tenants.wake(tenant))).await;
    assert!(envs.iter().all(Result::is_ok));
    assert_eq!(home.world.starts.load(Ordering::Relaxed), 1);
    assert_eq!(home.tenants.awake(), 1);
    home.stop().await;
}

#[actix_rt::test]
async fn a_suspended_tenant_is_not_woken() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    home.world.suspended.lock().unwrap().insert(tenant);
    assert!(matches!(home.tenants.wake(tenant).await, Err(TenantError::Suspended)));
    home.world.suspended.lock().unwrap().clear();
    assert!(home.tenants.wake(tenant).await.is_ok());
    home.stop().await;
}

#[actix_rt::test]
async fn a_whole_tenant_falls_asleep_when_idle_and_wakes_again() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    let page = home.page(tenant, 1).await;
    for _ in 0..20 {
        home.hand.advance(IDLE);
        settle().await;
    }
    assert!(home.tenants.peek(tenant).is_some(), "a live actor keeps its tenant awake");
    let env = home.tenants.peek(tenant).unwrap();
    env.registrar::<Page>().stop(1).await;
    home.fall_asleep(tenant).await;
    eventually(|| home.world.journal().contains(&"stop module".into())).await;
    assert!(!page.connected());
    assert_eq!(env.registrar::<Page>().locate(1).await.unwrap_err(), LocateError::Closed);
    assert!(home.page(tenant, 1).await.connected());
    assert_eq!(home.world.starts.load(Ordering::Relaxed), 2);
    home.stop().await;
}

#[actix_rt::test]
async fn using_a_tenant_keeps_it_awake() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    for _ in 0..50 {
        home.tenants.wake(tenant).await.unwrap();
        home.hand.advance(IDLE / 2);
        settle().await;
    }
    assert_eq!(home.world.starts.load(Ordering::Relaxed), 1);
    home.stop().await;
}

#[actix_rt::test]
async fn a_wake_during_passivation_gets_the_next_incarnation() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    for round in 1..=20 {
        home.tenants.wake(tenant).await.unwrap();
        assert_eq!(home.world.starts.load(Ordering::Relaxed), round);
        home.fall_asleep(tenant).await;
        // The old tree is being stopped right now.
        let woken = join_all((0..5).map(|_| home.tenants.wake(tenant))).await;
        assert!(woken.iter().all(Result::is_ok));
    }
    home.stop().await;
}

#[actix_rt::test]
async fn stopping_a_tenant_ends_its_actors_in_reverse_order() {
    let home = Installation::start().await;
    let (tenant, other) = (home.tenant().await, home.tenant().await);
    home.page(tenant, 1).await;
    let kept = home.page(other, 2).await;
    home.world.journal();
    home.tenants.stop(tenant).await;
    assert_eq!(home.world.journal(), ["stop page 1", "stop module"]);
    assert!(home.tenants.peek(tenant).is_none());
    assert!(kept.connected() && home.tenants.peek(other).is_some());
    home.stop().await;
}

#[actix_rt::test]
async fn a_panic_in_a_module_restarts_what_comes_after_it_and_nothing_before() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    let page = home.page(tenant, 1).await;
    home.world.journal();
    let module = home.world.modules.lock().unwrap()[0].clone();
    assert!(module.send(Boom).await.is_err());
    eventually(|| !page.connected()).await;
    eventually(|| {
        home.hand.advance(Duration::from_millis(130));
        home.world.starts.load(Ordering::Relaxed) == 2
    })
    .await;
    assert_eq!(home.world.journal(), ["stop page 1", "start module"]);
    let tree = home.tenants.observe(Some(tenant)).await;
    let restarts: Vec<_> = tree.children.iter().map(|child| (child.id.as_str(), child.restarts)).collect();
    assert_eq!(restarts, [("bus", 0), ("module", 1), ("page", 1)]);
    home.stop().await;
}

#[actix_rt::test]
async fn a_tenant_that_gives_up_rests_while_others_work() {
    let home = Installation::start().await;
    let (tenant, other) = (home.tenant().await, home.tenant().await);
    home.tenants.wake(other).await.unwrap();
    home.tenants.wake(tenant).await.unwrap();
    for crash in 0..6 {
        let count = 2 + crash;
        eventually(|| {
            home.hand.advance(Duration::from_millis(500));
            home.world.modules.lock().unwrap().len() == count
        })
        .await;
        let module = home.world.modules.lock().unwrap().last().unwrap().clone();
        assert!(module.send(Boom).await.is_err());
    }
    eventually(|| home.tenants.peek(tenant).is_none()).await;
    assert!(home.tenants.peek(other).is_some());
    assert!(home.tenants.wake(tenant).await.is_ok(), "the first failure is forgiven");
    home.stop().await;
}

#[actix_rt::test]
async fn a_tenant_actor_that_panics_takes_its_tree_along_and_is_woken_afresh() {
    let home = Installation::start().await;
    let (tenant, other) = (home.tenant().await, home.tenant().await);
    let (page, kept) = (home.page(tenant, 1).await, home.page(other, 1).await);
    let actor = home.tenants.registrar.locate(tenant).await.unwrap();
    assert!(actor.send(Boom).await.is_err());
    eventually(|| !page.connected()).await;
    assert!(home.page(tenant, 1).await.connected() && kept.connected());
    assert_eq!(home.world.starts.load(Ordering::Relaxed), 3);
    home.stop().await;
}

#[actix_rt::test]
async fn the_observed_tree_shows_every_level() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    home.page(tenant, 1).await;
    let tree = home.root.observe().await;
    let ids: Vec<_> = tree.children.iter().map(|child| child.id.as_str()).collect();
    assert_eq!(ids, ["outbox", "tenants"]);
    let tenant_tree = &tree.children[1].children[0];
    assert_eq!((tenant_tree.id.clone(), tenant_tree.kind.as_str()), (tenant.to_string(), "tenant"));
    let ids: Vec<_> = tenant_tree.children.iter().map(|child| child.id.as_str()).collect();
    assert_eq!(ids, ["bus", "module", "page"]);
    assert_eq!(tenant_tree.children[2].children[0].id, "1");
    assert_eq!(home.tenants.observe(Some(home.tenant().await)).await.state, "asleep");
    home.stop().await;
}

#[actix_rt::test]
async fn the_root_stops_everything_and_the_files_are_closed() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    home.publish(tenant, 0..1).await;
    let page = home.page(tenant, 1).await;
    home.until_delivered(tenant).await;
    assert_eq!(home.store.awake_tenants().await.unwrap(), [tenant]);
    assert_eq!(home.root.stop().await, Exit::Normal);
    assert!(!page.connected());
    assert!(matches!(home.tenants.wake(tenant).await, Err(TenantError::Closed)));
    home.until_closed().await;
    home.stop().await;
}

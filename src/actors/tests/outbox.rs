//! The outbox: events reach the tenant that wrote them, whatever happens in between.

use std::sync::atomic::Ordering;

use super::installation::{IDLE, Installation, check, children};
use super::*;

#[actix_rt::test]
async fn events_wait_with_backoff_while_their_tenant_cannot_be_woken() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    home.world.trouble.store(3, Ordering::Relaxed);
    home.publish(tenant, 0..5).await;
    eventually(|| home.world.trouble.load(Ordering::Relaxed) == 2).await;
    settle().await;
    assert!(home.heard().is_empty());
    for left in [1, 0] {
        eventually(|| {
            home.hand.advance(Duration::from_millis(50));
            home.world.trouble.load(Ordering::Relaxed) == left
        })
        .await;
    }
    eventually(|| {
        home.hand.advance(Duration::from_millis(50));
        home.heard().len() == 5
    })
    .await;
    assert_eq!(home.heard(), [0, 1, 2, 3, 4]);
    home.stop().await;
}

#[actix_rt::test]
async fn events_reach_the_tenant_that_wrote_them_once_and_in_order() {
    let home = Installation::start().await;
    let (tenant, other) = (home.tenant().await, home.tenant().await);
    home.tenants.wake(other).await.unwrap();
    for batch in 0..10 {
        home.publish(tenant, batch * 100..(batch + 1) * 100).await;
    }
    eventually(|| home.heard().len() >= 1_000).await;
    assert_eq!(home.heard(), (0..1_000).collect::<Vec<_>>());
    assert!(home.world.events.lock().unwrap().iter().all(|event| event.tenant == tenant));
    home.until_delivered(tenant).await;
    home.stop().await;
}

#[actix_rt::test]
async fn events_of_a_suspended_tenant_wait_until_it_is_back() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    home.world.suspended.lock().unwrap().insert(tenant);
    home.publish(tenant, 0..5).await;
    settle().await;
    assert!(home.heard().is_empty());
    home.world.suspended.lock().unwrap().clear();
    eventually(|| {
        home.hand.advance(Duration::from_secs(30));
        home.heard().len() == 5
    })
    .await;
    home.stop().await;
}

#[actix_rt::test]
async fn what_a_crash_left_in_an_outbox_is_delivered_after_the_next_start() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    home.root.stop().await;
    home.publish(tenant, 0..5).await;
    let tenants = Tenants::new(TenantsConfig {
        store: home.store.clone(),
        clock: home.clock.clone(),
        arbiters: Arbiters::start(1).unwrap(),
        children: children(&home.world),
        check: check(&home.world),
        idle: IDLE,
    });
    let outbox = Outbox::child(home.store.clone(), tenants.clone(), home.clock.clone());
    let root = Root::start(vec![outbox, tenants.child()], home.clock.clone()).await.unwrap();
    eventually(|| {
        home.hand.advance(Duration::from_millis(200));
        home.heard().len() == 5
    })
    .await;
    root.stop().await;
    home.stop().await;
}

//! Alarms wake who sleeps, and nobody else.

use chrono::TimeDelta;

use super::installation::Installation;
use super::*;
use crate::ids::TenantId;

async fn ring(home: &Installation) -> Root {
    let alarms = Alarms::child(home.store.clone(), home.tenants.clone(), home.clock.clone());
    Root::start(vec![alarms], home.clock.clone()).await.unwrap()
}

async fn set(home: &Installation, tenant: TenantId, seconds: i64) {
    let at = home.clock.now() + TimeDelta::seconds(seconds);
    home.store.set_alarm(tenant, "test", Some(at)).await.unwrap();
}

#[actix_rt::test]
async fn an_alarm_wakes_its_tenant_when_it_is_due_and_not_before() {
    let home = Installation::start().await;
    let (soon, late) = (home.tenant().await, home.tenant().await);
    set(&home, soon, 10).await;
    set(&home, late, 1_000).await;
    let alarms = ring(&home).await;
    home.hand.advance(Duration::from_secs(9));
    settle().await;
    assert!(home.tenants.peek(soon).is_none());
    eventually(|| {
        home.hand.advance(Duration::from_millis(100));
        home.tenants.peek(soon).is_some()
    })
    .await;
    assert!(home.tenants.peek(late).is_none());
    alarms.stop().await;
    home.stop().await;
}

#[actix_rt::test]
async fn an_alarm_set_before_a_crash_rings_after_it() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    set(&home, tenant, -1_000).await;
    let alarms = ring(&home).await;
    eventually(|| home.tenants.peek(tenant).is_some()).await;
    alarms.stop().await;
    home.stop().await;
}

#[actix_rt::test]
async fn an_alarm_that_was_taken_away_wakes_nobody() {
    let home = Installation::start().await;
    let tenant = home.tenant().await;
    set(&home, tenant, -1_000).await;
    home.store.set_alarm(tenant, "test", None).await.unwrap();
    // Taking away what is not there is no fault.
    home.store.set_alarm(tenant, "test", None).await.unwrap();
    let alarms = ring(&home).await;
    for _ in 0..20 {
        home.hand.advance(Duration::from_secs(5));
        settle().await;
    }
    assert!(home.tenants.peek(tenant).is_none());
    alarms.stop().await;
    home.stop().await;
}

#[actix_rt::test]
async fn a_suspended_tenant_holds_up_no_other() {
    let home = Installation::start().await;
    let (suspended, other) = (home.tenant().await, home.tenant().await);
    home.world.suspended.lock().unwrap().insert(suspended);
    for tenant in [suspended, other] {
        set(&home, tenant, -1).await;
    }
    let alarms = ring(&home).await;
    eventually(|| home.tenants.peek(other).is_some()).await;
    assert!(home.tenants.peek(suspended).is_none());
    home.world.suspended.lock().unwrap().clear();
    eventually(|| {
        home.hand.advance(Duration::from_secs(1));
        home.tenants.peek(suspended).is_some()
    })
    .await;
    alarms.stop().await;
    home.stop().await;
}

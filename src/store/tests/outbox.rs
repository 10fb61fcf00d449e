//! Events: written with what they tell of, found again after a crash.

use serde_json::json;

use crate::scope::Scope;
use crate::store::{NewEvent, Store, testing::TestPlace};

use super::*;

fn event(entity: Uuid, number: i64) -> NewEvent {
    NewEvent { entity, kind: "test.happened", data: json!({ "number": number }), at: at(number) }
}

async fn publish(store: &Store, scope: &Scope, event: NewEvent) {
    let mut tx = store.begin(scope).await.unwrap();
    tx.publish(event).await.unwrap();
    tx.commit().await.unwrap();
}

on_both!(events_come_in_order_with_the_numbers_of_their_entity, place => {
    let (store, scope) = place.with_tenant().await;
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    for (entity, number) in [(one, 1), (two, 2), (one, 3)] {
        publish(&store, &scope, event(entity, number)).await;
    }
    let batch = store.outbox_batch(scope.tenant, 10).await.unwrap();
    let seen: Vec<_> = batch.iter().map(|e| (e.entity, e.seq, e.data["number"].as_i64().unwrap(), e.at)).collect();
    assert_eq!(seen, [(one, 1, 1, at(1)), (two, 1, 2, at(2)), (one, 2, 3, at(3))]);
    assert_eq!(store.outbox_lag(scope.tenant).await.unwrap().oldest, Some(at(1)));

    let delivered: Vec<_> = batch[..2].iter().map(|e| e.id).collect();
    store.outbox_done(scope.tenant, &delivered).await.unwrap();
    let left = store.outbox_batch(scope.tenant, 10).await.unwrap();
    assert_eq!(left.iter().map(|e| e.seq).collect::<Vec<_>>(), [2]);
    assert_eq!(store.load_log(&scope, one).await.unwrap().last_seq(), 2);
});

on_both!(an_event_of_an_abandoned_transaction_never_happened, place => {
    let (store, scope) = place.with_tenant().await;
    let mut nudges = store.outbox_nudges();
    let mut tx = store.begin(&scope).await.unwrap();
    tx.publish(event(Uuid::new_v4(), 1)).await.unwrap();
    drop(tx);
    assert!(store.outbox_batch(scope.tenant, 10).await.unwrap().is_empty());
    assert!(nudges.try_recv().is_err());
    publish(&store, &scope, event(Uuid::new_v4(), 2)).await;
    assert_eq!(nudges.try_recv().unwrap(), scope.tenant);
});

on_both!(many_writers_of_one_entity_number_its_events_without_a_gap, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..30 {
        let (store, scope) = (store.clone(), scope.clone());
        tasks.spawn(async move { publish(&store, &scope, event(entity, number)).await });
    }
    tasks.join_all().await;
    let batch = store.outbox_batch(scope.tenant, 100).await.unwrap();
    assert_eq!(batch.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
});

async fn awake(place: &TestPlace) -> Vec<crate::ids::TenantId> {
    place.open().await.awake_tenants().await.unwrap()
}

on_both!(undelivered_events_are_found_after_a_restart_and_delivered_ones_are_not, place => {
    let (store, scope) = place.with_tenant().await;
    publish(&store, &scope, event(Uuid::new_v4(), 1)).await;
    store.release(scope.tenant).await;
    assert_eq!(awake(&place).await, [scope.tenant]);

    let batch = store.outbox_batch(scope.tenant, 10).await.unwrap();
    store.outbox_done(scope.tenant, &[batch[0].id]).await.unwrap();
    publish(&store, &scope, event(Uuid::new_v4(), 2)).await;
    let batch = store.outbox_batch(scope.tenant, 10).await.unwrap();
    store.outbox_done(scope.tenant, &[batch[0].id]).await.unwrap();
    store.close().await;
    assert_eq!(awake(&place).await, []);
});

on_both!(undelivered_events_are_found_after_a_crash, place => {
    let (store, scope) = place.with_tenant().await;
    publish(&store, &scope, event(Uuid::new_v4(), 1)).await;
    // Nothing is closed: what a killed program leaves behind.
    assert_eq!(awake(&place).await, [scope.tenant]);
});

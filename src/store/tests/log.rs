//! The append log: durable, ordered, all or nothing.

use std::sync::Arc;

use proptest::prelude::*;
use tokio::task::JoinSet;

use crate::ids::UserId;
use crate::scope::Scope;
use crate::store::testing::{Engine, TestPlace};
use crate::store::{Loaded, Store};

use super::*;

on_both!(what_was_appended_is_loaded_in_order_by_the_next_program, place => {
    let (store, scope) = place.with_tenant().await;
    let (entity, author) = (Uuid::new_v4(), UserId(Uuid::new_v4()));
    let first = Append { author: Some(author), ..entry(entity, 1, "one") };
    store.append(&scope, vec![first, entry(entity, 2, "two")]).await.unwrap();
    store.append(&scope, vec![entry(entity, 3, vec![0, 255, 0])]).await.unwrap();
    store.close().await;

    let loaded = place.open().await.load_log(&scope, entity).await.unwrap();
    assert!(loaded.snapshot.is_none());
    let seen: Vec<_> = loaded.entries.iter().map(|e| (e.seq, e.author, e.data.to_vec(), e.at)).collect();
    let expected = vec![
        (1, Some(author), b"one".to_vec(), at(1)),
        (2, None, b"two".to_vec(), at(2)),
        (3, None, vec![0, 255, 0], at(3)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(loaded.entries[0].kind, "test.written");
    assert_eq!(loaded.last_seq(), 3);
});

on_both!(a_taken_position_is_a_conflict_and_nothing_of_the_batch_stays, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    store.append(&scope, vec![entry(entity, 1, "a")]).await.unwrap();
    let result = store.append(&scope, vec![entry(entity, 2, "b"), entry(entity, 1, "again")]).await;
    assert!(is_conflict(&result), "{result:?}");
    assert_eq!(store.load_log(&scope, entity).await.unwrap().last_seq(), 1);
    // The connection is of use as before.
    store.append(&scope, vec![entry(entity, 2, "b")]).await.unwrap();
});

on_both!(a_conflict_harms_nobody_who_shares_the_commit, place => {
    let (store, scope) = place.with_tenant().await;
    let (taken, store) = (Uuid::new_v4(), Arc::new(store));
    store.append(&scope, vec![entry(taken, 1, "a")]).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let (store, scope) = (store.clone(), scope.clone());
        let entity = if number % 10 == 3 { taken } else { Uuid::new_v4() };
        tasks.spawn(async move { (entity, store.append(&scope, vec![entry(entity, 1, "b")]).await) });
    }
    while let Some(done) = tasks.join_next().await {
        let (entity, result) = done.unwrap();
        assert_eq!(is_conflict(&result), entity == taken, "{result:?}");
    }
});

on_both!(more_entries_than_one_statement_takes_are_all_or_nothing, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    let mut many: Vec<_> = (1..=1000).map(|seq| entry(entity, seq, "x")).collect();
    store.append(&scope, many.clone()).await.unwrap();
    assert_eq!(store.load_log(&scope, entity).await.unwrap().entries.len(), 1000);

    for entry in &mut many {
        entry.seq += 1000;
    }
    many[990].seq = 5;
    assert!(is_conflict(&store.append(&scope, many).await));
    assert_eq!(store.load_log(&scope, entity).await.unwrap().entries.len(), 1000);
});

on_both!(appends_of_many_entities_at_once_are_all_kept, place => {
    let (store, scope) = place.with_tenant().await;
    let mut tasks = JoinSet::new();
    for _ in 0..40 {
        let (store, scope) = (store.clone(), scope.clone());
        tasks.spawn(async move {
            let entity = Uuid::new_v4();
            for seq in 1..=20 {
                store.append(&scope, vec![entry(entity, seq, "x")]).await.unwrap();
            }
            entity
        });
    }
    while let Some(entity) = tasks.join_next().await {
        let loaded = store.load_log(&scope, entity.unwrap()).await.unwrap();
        assert_eq!(loaded.entries.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    }
});

on_both!(a_snapshot_that_comes_late_changes_nothing, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    let entries = (1..=4).map(|seq| entry(entity, seq, "x")).collect();
    store.append(&scope, entries).await.unwrap();
    store.compact(&scope, entity, 3, "up to 3".into()).await.unwrap();
    store.compact(&scope, entity, 2, "up to 2".into()).await.unwrap();
    let loaded = store.load_log(&scope, entity).await.unwrap();
    assert_eq!(loaded.snapshot.as_ref().map(|s| (s.seq, &s.data[..])), Some((3, &b"up to 3"[..])));
    assert_eq!(loaded.entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [4]);
});

/// Everything that was ever written: what the snapshot stands for, then the entries.
fn replay(loaded: &Loaded) -> Vec<u8> {
    let mut all = loaded.snapshot.as_ref().map(|s| s.data.to_vec()).unwrap_or_default();
    loaded.entries.iter().for_each(|entry| all.extend_from_slice(&entry.data));
    all
}

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Vec<u8>>),
    Compact(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..12).prop_map(Step::Append),
        2 => (0usize..20).prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

async fn check(place: &TestPlace, steps: Vec<Step>) {
    let (mut store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    let mut written: Vec<Vec<u8>> = Vec::new();
    for step in steps {
        take(&mut store, place, &scope, entity, &mut written, step).await;
        let loaded = store.load_log(&scope, entity).await.unwrap();
        assert_eq!(replay(&loaded), written.concat());
        assert_eq!(loaded.last_seq(), written.len() as i64);
    }
    store.close().await;
}

async fn take(
    store: &mut Store,
    place: &TestPlace,
    scope: &Scope,
    entity: Uuid,
    written: &mut Vec<Vec<u8>>,
    step: Step,
) {
    match step {
        Step::Append(batch) => {
            let first = written.len() as i64 + 1;
            let entries = (first..).zip(&batch).map(|(seq, data)| entry(entity, seq, data.clone())).collect();
            store.append(scope, entries).await.unwrap();
            written.extend(batch);
        }
        Step::Compact(back) if !written.is_empty() => {
            let upto = written.len().saturating_sub(back).max(1);
            store.compact(scope, entity, upto as i64, written[..upto].concat().into()).await.unwrap();
        }
        Step::Compact(_) => {}
        Step::Reopen => {
            store.close().await;
            *store = place.open().await;
        }
    }
}

fn histories(engine: Engine, cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let place = runtime.block_on(TestPlace::new(engine));
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..12))| {
        runtime.block_on(check(&place, steps));
    });
}

#[test]
fn any_history_of_appends_and_snapshots_loads_as_it_was_written_on_sqlite() {
    histories(Engine::Sqlite, 12);
}

#[test]
fn any_history_of_appends_and_snapshots_loads_as_it_was_written_on_postgres() {
    histories(Engine::Postgres, 8);
}

/// Entries of several entities in one commit, as concurrent writers make them.
async fn together(store: &Store, scope: &Scope, entities: &[Uuid], seq: i64) -> Result<(), StoreError> {
    let entries = entities.iter().map(|entity| entry(*entity, seq, format!("{seq}")));
    store.append(scope, entries.collect()).await
}

async fn positions(store: &Store, scope: &Scope, entity: Uuid) -> Vec<i64> {
    store.load_log(scope, entity).await.unwrap().entries.iter().map(|entry| entry.seq).collect()
}

on_both!(entries_of_many_entities_are_found_whether_they_have_moved_or_not, place => {
    let (mut store, scope) = place.with_tenant().await;
    let entities: Vec<Uuid> = (0..40).map(|_| Uuid::new_v4()).collect();
    let mut expected = Vec::new();
    // More than the journal holds, so that it moves while this runs.
    for seq in 1..=70 {
        together(&store, &scope, &entities, seq).await.unwrap();
        expected.push(seq);
        assert!(is_conflict(&together(&store, &scope, &entities[3..7], seq).await));
        if seq % 16 == 0 {
            assert_eq!(positions(&store, &scope, entities[5]).await, expected);
        }
        if seq == 40 {
            store.close().await;
            store = place.open().await;
        }
    }
    for entity in entities {
        assert_eq!(positions(&store, &scope, entity).await, expected);
    }
});

on_both!(what_a_snapshot_stands_for_or_was_forgotten_does_not_come_back, place => {
    let (store, scope) = place.with_tenant().await;
    let entities: Vec<Uuid> = (0..5).map(|_| Uuid::new_v4()).collect();
    for seq in 1..=4 {
        together(&store, &scope, &entities, seq).await.unwrap();
    }
    store.compact(&scope, entities[0], 3, "up to 3".into()).await.unwrap();
    let mut tx = store.begin(&scope).await.unwrap();
    tx.forget(entities[1]).await.unwrap();
    tx.commit().await.unwrap();
    let check = async |store: &Store| {
        assert_eq!(positions(store, &scope, entities[0]).await, [4]);
        assert!(positions(store, &scope, entities[1]).await.is_empty());
        assert_eq!(positions(store, &scope, entities[2]).await, [1, 2, 3, 4]);
    };
    check(&store).await;
    assert!(is_conflict(&together(&store, &scope, &entities[2..], 4).await));
    together(&store, &scope, &entities[2..], 5).await.unwrap();
    store.close().await;
    let store = place.open().await;
    assert_eq!(positions(&store, &scope, entities[2]).await, [1, 2, 3, 4, 5]);
});

on_both!(a_forgotten_transaction_leaves_the_entries_where_they_were, place => {
    let (store, scope) = place.with_tenant().await;
    let entities: Vec<Uuid> = (0..5).map(|_| Uuid::new_v4()).collect();
    for seq in 1..=3 {
        together(&store, &scope, &entities, seq).await.unwrap();
    }
    let mut tx = store.begin(&scope).await.unwrap();
    tx.forget(entities[1]).await.unwrap();
    drop(tx);
    assert_eq!(positions(&store, &scope, entities[1]).await, [1, 2, 3]);
    together(&store, &scope, &entities, 4).await.unwrap();
    assert_eq!(positions(&store, &scope, entities[1]).await, [1, 2, 3, 4]);
});

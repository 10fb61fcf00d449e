//! Trouble: clear errors, no loss, and work goes on without a restart.

use std::time::Duration;

use crate::error::ErrorKind;
use crate::store::args;
use crate::store::testing::{Engine, TestPlace};
use crate::store::{Store, StoreConfig};

use super::*;

on_both!(a_transaction_that_is_dropped_leaves_no_trace_and_no_lock, place => {
    let (store, scope) = place.with_tenant().await;
    let sql = "INSERT INTO tenant_keys (tenant_id, wrapped) VALUES ($1, $2)";
    for _ in 0..3 {
        let mut tx = store.begin(&scope).await.unwrap();
        tx.execute(sql, args![scope.tenant, vec![1u8]]).await.unwrap();
    }
    let mut tx = store.begin(&scope).await.unwrap();
    tx.execute(sql, args![scope.tenant, vec![1u8]]).await.unwrap();
    assert!(matches!(tx.execute(sql, args![scope.tenant, vec![1u8]]).await, Err(StoreError::Conflict)));
});

on_both!(a_reader_sees_one_state_while_others_write, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    store.append(&scope, vec![entry(entity, 1, "x")]).await.unwrap();
    crate::store::row! { struct Count { count: i64 } }
    let mut tx = store.read(&scope).await.unwrap();
    let sql = "SELECT count(*) AS count FROM log WHERE tenant_id = $1";
    assert_eq!(tx.one::<Count>(sql, args![scope.tenant]).await.unwrap().count, 1);
    store.append(&scope, vec![entry(entity, 2, "y")]).await.unwrap();
    assert_eq!(tx.one::<Count>(sql, args![scope.tenant]).await.unwrap().count, 1);
    let written = tx.execute("DELETE FROM log WHERE tenant_id = $1", args![scope.tenant]).await;
    assert!(written.is_err(), "a reading transaction writes nothing");
});

on_both!(a_tenant_released_under_load_serves_on, place => {
    let (store, scope) = place.with_tenant().await;
    let writer = tokio::spawn({
        let (store, scope) = (store.clone(), scope.clone());
        async move {
            let entity = Uuid::new_v4();
            for seq in 1..=30 {
                store.append(&scope, vec![entry(entity, seq, "x")]).await.unwrap();
                store.load_log(&scope, entity).await.unwrap();
            }
            entity
        }
    });
    while !writer.is_finished() {
        store.release(scope.tenant).await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    assert_eq!(store.load_log(&scope, writer.await.unwrap()).await.unwrap().entries.len(), 30);
});

#[tokio::test]
async fn an_unused_file_is_closed_and_opens_again() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let config = StoreConfig { idle: Duration::from_millis(30), ..place.config() };
    let store = Store::open(&config).await.unwrap();
    let scope = crate::scope::Scope::system(crate::ids::TenantId(Uuid::new_v4()));
    store.provision(scope.tenant).await.unwrap();
    let entity = Uuid::new_v4();
    store.append(&scope, vec![entry(entity, 1, "x")]).await.unwrap();
    let log = place.folder().join("tenants").join(format!("{}.db-wal", scope.tenant));
    assert!(log.exists());
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if !log.exists() {
            break;
        }
    }
    assert!(!log.exists(), "closing removes the write-ahead log");
    assert_eq!(store.load_log(&scope, entity).await.unwrap().last_seq(), 1);
}

#[tokio::test]
async fn of_many_tenants_only_some_files_stay_open() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let store = Store::open(&StoreConfig { open_tenants: 8, ..place.config() }).await.unwrap();
    let open_logs = || {
        let files = std::fs::read_dir(place.folder().join("tenants")).unwrap();
        files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with("-wal")).count()
    };
    let mut all = Vec::new();
    for _ in 0..40 {
        let scope = crate::scope::Scope::system(crate::ids::TenantId(Uuid::new_v4()));
        store.provision(scope.tenant).await.unwrap();
        let entity = Uuid::new_v4();
        store.append(&scope, vec![entry(entity, 1, "x")]).await.unwrap();
        all.push((scope, entity));
    }
    for _ in 0..100 {
        if open_logs() <= 9 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(open_logs() <= 9, "{} files are open", open_logs());
    for (scope, entity) in all {
        assert_eq!(store.load_log(&scope, entity).await.unwrap().last_seq(), 1);
    }
}

#[tokio::test]
async fn a_full_database_says_so_and_takes_more_when_there_is_room() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    store.append(&scope, vec![entry(entity, 1, "x")]).await.unwrap();
    // The same answer of SQLite as on a full disk.
    limit_pages(&store, scope.tenant, 40).await;
    let full = store.append(&scope, vec![entry(entity, 2, vec![0; 1 << 20])]).await.unwrap_err();
    assert!(matches!(full, StoreError::Full(_)), "{full:?}");
    assert_eq!(full.kind(), ErrorKind::Busy);
    assert_eq!(store.load_log(&scope, entity).await.unwrap().last_seq(), 1);
    limit_pages(&store, scope.tenant, 1 << 30).await;
    store.append(&scope, vec![entry(entity, 2, vec![0; 1 << 20])]).await.unwrap();
}

async fn limit_pages(store: &Store, tenant: crate::ids::TenantId, pages: u32) {
    use crate::store::migrate::IntoSafe as _;
    let crate::store::Database::Sqlite(sqlite) = &store.shared.database else { panic!("SQLite") };
    let mut lease = sqlite.writer(tenant).await.unwrap();
    let sql = format!("PRAGMA max_page_count = {pages}").into_safe();
    sqlx::query(sql).execute(lease.connection().unwrap()).await.unwrap();
}

#[tokio::test]
async fn connections_that_postgresql_ended_are_replaced() {
    use sqlx::Connection as _;
    let place = TestPlace::new(Engine::Postgres).await;
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    for seq in 1..=3 {
        store.append(&scope, vec![entry(entity, seq, "x")]).await.unwrap();
        let mut admin = sqlx::PgConnection::connect(&place.database_url().unwrap()).await.unwrap();
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&mut admin)
        .await
        .unwrap();
    }
    assert_eq!(store.load_log(&scope, entity).await.unwrap().last_seq(), 3);
}

#[tokio::test]
async fn a_database_that_is_away_is_busy_and_not_broken() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let config =
        StoreConfig { database: Some("postgres://nobody@127.0.0.1:9/none".into()), ..place.config() };
    let error = Store::open(&config).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let (store, scope) = place.with_tenant().await;
    {
        let crate::store::Database::Sqlite(sqlite) = &store.shared.database else { panic!("SQLite") };
        let mut lease = sqlite.writer(scope.tenant).await.unwrap();
        sqlx::query("PRAGMA user_version = 9999").execute(lease.connection().unwrap()).await.unwrap();
    }
    store.release(scope.tenant).await;
    let refused = store.read(&scope).await.err().unwrap();
    assert!(refused.to_string().contains("newer"), "{refused}");
}

on_both!(a_transaction_that_is_abandoned_while_it_begins_leaves_nothing_open, place => {
    let (store, scope) = place.with_tenant().await;
    for _ in 0..50 {
        for read in [true, false] {
            let begin = async { if read { store.read(&scope).await } else { store.begin(&scope).await } };
            let mut begin = Box::pin(begin);
            // Given up at another point each time.
            for _ in 0..3 {
                if futures::poll!(begin.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let mut tx = store.begin(&scope).await.unwrap();
        tx.execute("DELETE FROM snapshots WHERE tenant_id = $1", args![scope.tenant]).await.unwrap();
        tx.commit().await.unwrap();
    }
});

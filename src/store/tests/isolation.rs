//! Walls between tenants.

use crate::ids::TenantId;
use crate::scope::Scope;
use crate::store::tx::Inner;
use crate::store::{Database, args, row};

use super::*;

row! {
    pub struct EntryKind {
        pub kind: String,
    }
}

const READ: &str = "SELECT kind FROM log WHERE tenant_id = $1 AND entity = $2";

on_both!(another_tenants_rows_are_not_there, place => {
    let (store, ours) = place.with_tenant().await;
    let theirs = Scope::system(TenantId(Uuid::new_v4()));
    store.provision(theirs.tenant).await.unwrap();
    let entity = Uuid::new_v4();
    store.append(&theirs, vec![entry(entity, 1, "secret")]).await.unwrap();
    let mut tx = store.read(&theirs).await.unwrap();
    let found: EntryKind = tx.one(READ, args![theirs.tenant, entity]).await.unwrap();
    assert_eq!(found.kind, "test.written");
    drop(tx);

    assert!(store.load_log(&ours, entity).await.unwrap().entries.is_empty());
    let mut tx = store.begin(&ours).await.unwrap();
    assert!(tx.all::<EntryKind>(READ, args![ours.tenant, entity]).await.unwrap().is_empty());
    let sql = "UPDATE log SET kind = 'taken' WHERE entity = $2 AND $1 = $1";
    assert_eq!(tx.execute(sql, args![ours.tenant, entity]).await.unwrap(), 0);
    let sql = "DELETE FROM log WHERE entity = $2 AND $1 = $1";
    assert_eq!(tx.execute(sql, args![ours.tenant, entity]).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(store.load_log(&theirs, entity).await.unwrap().entries.len(), 1);
});

on_both!(a_statement_that_names_another_tenant_is_refused, place => {
    let (store, ours) = place.with_tenant().await;
    let theirs = TenantId(Uuid::new_v4());
    let mut tx = store.begin(&ours).await.unwrap();
    let read = tx.all::<EntryKind>(READ, args![theirs, Uuid::new_v4()]).await;
    assert!(matches!(read, Err(StoreError::NotScoped)), "{read:?}");
    let sql = "INSERT INTO tenant_keys (tenant_id, wrapped) VALUES ($1, $2)";
    let written = tx.execute(sql, args![theirs, vec![1u8]]).await;
    assert!(matches!(written, Err(StoreError::NotScoped)), "{written:?}");
});

on_both!(a_tenant_that_was_erased_leaves_nothing_and_others_stay, place => {
    let (store, ours) = place.with_tenant().await;
    let theirs = Scope::system(TenantId(Uuid::new_v4()));
    store.provision(theirs.tenant).await.unwrap();
    let entity = Uuid::new_v4();
    for scope in [&ours, &theirs] {
        store.append(scope, vec![entry(entity, 1, "x")]).await.unwrap();
        store.blobs().put(scope, "blob".into()).await.unwrap();
    }
    store.erase(theirs.tenant).await.unwrap();
    store.provision(theirs.tenant).await.unwrap();
    assert!(store.load_log(&theirs, entity).await.unwrap().entries.is_empty());
    assert!(store.blobs().list(&theirs).await.unwrap().is_empty());
    assert_eq!(store.load_log(&ours, entity).await.unwrap().entries.len(), 1);
    assert_eq!(store.blobs().list(&ours).await.unwrap().len(), 1);
});

#[tokio::test]
async fn row_level_security_holds_where_a_statement_forgets_the_tenant() {
    let place = crate::store::testing::TestPlace::new(crate::store::testing::Engine::Postgres).await;
    let (store, ours) = place.with_tenant().await;
    let theirs = Scope::system(TenantId(Uuid::new_v4()));
    store.append(&theirs, vec![entry(Uuid::new_v4(), 1, "secret")]).await.unwrap();
    store.append(&ours, vec![entry(Uuid::new_v4(), 1, "ours")]).await.unwrap();

    let mut tx = store.begin(&ours).await.unwrap();
    let Inner::Postgres(pg) = tx.inner() else { panic!("PostgreSQL") };
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM log").fetch_one(&mut **pg).await.unwrap();
    assert_eq!(count, 1);
    let written = sqlx::query("INSERT INTO tenant_keys (tenant_id, wrapped) VALUES ($1, 'x')")
        .bind(theirs.tenant.0)
        .execute(&mut **pg)
        .await;
    assert!(written.unwrap_err().to_string().contains("row-level security"));
    drop(tx);

    // Without a tenant there is nothing at all, and the server's role owns no table.
    let Database::Postgres(postgres) = &store.shared.database else { panic!("PostgreSQL") };
    let mut tx = postgres.system().await.unwrap();
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM log").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(count, 0);
    let dropped = sqlx::query("DROP TABLE log").execute(&mut *tx).await;
    assert!(dropped.unwrap_err().to_string().contains("must be owner"));
}

#[tokio::test]
async fn every_table_with_a_tenant_is_guarded() {
    let place = crate::store::testing::TestPlace::new(crate::store::testing::Engine::Postgres).await;
    let (store, _) = place.with_tenant().await;
    let Database::Postgres(postgres) = &store.shared.database else { panic!("PostgreSQL") };
    let mut tx = postgres.system().await.unwrap();
    assert_eq!(crate::store::secure::unprotected(&mut tx).await.unwrap(), Vec::<String>::new());
}

#[test]
fn both_databases_have_the_same_migrations_and_tables() {
    use crate::store::migrate::{Place, migrations, tables_of};
    for place in [Place::System, Place::Tenant] {
        let names = |database| {
            migrations(database, place).unwrap().iter().map(|m| m.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names("sqlite"), names("postgres"));
        let mut on_sqlite = tables_of("sqlite", place).unwrap();
        // A part of the log that only SQLite needs; nothing is exported from it, see `read_settled`.
        on_sqlite.retain(|table| table != "journal");
        assert_eq!(on_sqlite, tables_of("postgres", place).unwrap());
    }
}

on_both!(a_tenant_that_was_never_made_is_not_there, place => {
    let (store, _) = place.with_tenant().await;
    let nobody = Scope::system(TenantId(Uuid::new_v4()));
    match store.load_log(&nobody, Uuid::new_v4()).await {
        Ok(loaded) => assert!(loaded.entries.is_empty()),
        Err(error) => assert_eq!(error.kind(), crate::error::ErrorKind::NotFound),
    }
});

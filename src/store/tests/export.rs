//! A tenant moves between installations and databases, byte for byte.

use std::io::{Cursor, Read as _};

use flate2::read::GzDecoder;
use serde_json::json;

use crate::ids::{TenantId, UserId};
use crate::scope::Scope;
use crate::store::testing::{Engine, TestPlace};
use crate::store::{NewEvent, Store, args, backup, export, import};

use super::*;

/// A tenant with something in every kind of column.
async fn fill(store: &Store, slug: &str) -> Scope {
    let scope = Scope::system(TenantId(Uuid::new_v4()));
    store.provision(scope.tenant).await.unwrap();
    let mut system = store.system().await.unwrap();
    let sql =
        "INSERT INTO tenants (id, slug, name, status, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let data = json!({ "modules": { "crm": true }, "locale": "de" });
    system.execute(sql, args![scope.tenant, slug, "Ä & Söhne", "active", data, at(5)]).await.unwrap();
    let sql = "INSERT INTO logins (email, tenant_id, user_id) VALUES ($1, $2, $3)";
    system.execute(sql, args!["ana@acme.example", scope.tenant, UserId(Uuid::new_v4())]).await.unwrap();
    let sql = "INSERT INTO domains (host, tenant_id) VALUES ($1, $2)";
    system.execute(sql, args![format!("{slug}.example"), scope.tenant]).await.unwrap();
    system.commit().await.unwrap();

    let entity = Uuid::new_v4();
    let author = Some(UserId(Uuid::new_v4()));
    let entries = (1..=700).map(|seq| Append {
        author: author.filter(|_| seq % 2 == 0),
        ..entry(entity, seq, vec![seq as u8; 3000])
    });
    store.append(&scope, entries.collect()).await.unwrap();
    store.compact(&scope, entity, 300, vec![9; 100_000].into()).await.unwrap();
    store.blobs().put(&scope, vec![1; 300_000].into()).await.unwrap();
    store.blobs().put(&scope, Bytes::new()).await.unwrap();

    let mut tx = store.begin(&scope).await.unwrap();
    let data = json!({ "z": "\u{1F600} \"quoted\"\n", "a": [1, -2, null, true] });
    tx.publish(NewEvent { entity: Uuid::new_v4(), kind: "test.happened", data, at: at(1) }).await.unwrap();
    let sealed = store.secrets().seal(&mut tx, "totp", b"seed").await.unwrap();
    let sql = "INSERT INTO documents (tenant_id, id, title, owner_id, created_at, updated_at, deleted_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (id, owner) = (Uuid::new_v4(), Uuid::new_v4());
    tx.execute(sql, args![scope.tenant, id, "Titel", owner, at(1), at(2), None::<Timestamp>]).await.unwrap();
    let sql = "INSERT INTO document_versions (tenant_id, id, document_id, seq, label, authors, size, state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.execute(sql, args![scope.tenant, Uuid::new_v4(), id, 1, None::<String>, json!([]), 4, sealed, at(3)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    scope
}

async fn exported(store: &Store, tenant: TenantId) -> Vec<u8> {
    export(store, tenant, Cursor::new(Vec::new())).await.unwrap().into_inner()
}

async fn imported(store: &Store, file: &[u8]) -> Result<TenantId, StoreError> {
    import(store, Cursor::new(file.to_vec())).await
}

/// The lines and blobs of an export, in an order that does not depend on the database.
fn contents(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        match name.rsplit_once('/') {
            Some((table, _)) if name.ends_with(".jsonl") => {
                let lines = bytes.split(|byte| *byte == b'\n');
                // By value: the databases order columns as they were declared.
                let line = |line: &[u8]| {
                    serde_json::from_slice::<serde_json::Value>(line).unwrap().to_string().into_bytes()
                };
                found.extend(lines.filter(|l| !l.is_empty()).map(|l| (table.to_owned(), line(l))));
            }
            _ if name == "manifest.json" => {}
            _ => found.push((name, bytes)),
        }
    }
    found.sort();
    found
}

async fn moves(from: Engine, to: Engine) {
    let (first, second, third) =
        (TestPlace::new(from).await, TestPlace::new(to).await, TestPlace::new(from).await);
    let (here, there, back) = (first.open().await, second.open().await, third.open().await);
    let scope = fill(&here, "acme").await;
    let file = exported(&here, scope.tenant).await;
    assert_eq!(imported(&there, &file).await.unwrap(), scope.tenant);
    let again = exported(&there, scope.tenant).await;
    assert_eq!(imported(&back, &again).await.unwrap(), scope.tenant);
    let last = exported(&back, scope.tenant).await;
    assert!(contents(&file).len() > 400);
    assert_eq!(contents(&file), contents(&again));
    assert_eq!(contents(&file), contents(&last));

    // The other installation has another master key, and opens the secrets all the same.
    let mut tx = there.read(&scope).await.unwrap();
    crate::store::row! { struct State { state: Vec<u8> } }
    let sql = "SELECT state FROM document_versions WHERE tenant_id = $1";
    let row: State = tx.one(sql, args![scope.tenant]).await.unwrap();
    assert_eq!(there.secrets().unseal(&mut tx, "totp", &row.state).await.unwrap(), b"seed");
    assert_eq!(there.awake_tenants().await.unwrap(), [scope.tenant]);
}

#[tokio::test]
async fn a_tenant_moves_from_sqlite_to_postgres_and_back() {
    moves(Engine::Sqlite, Engine::Postgres).await;
}

#[tokio::test]
async fn a_tenant_moves_from_postgres_to_sqlite_and_back() {
    moves(Engine::Postgres, Engine::Sqlite).await;
}

on_both!(an_import_of_what_is_here_already_is_refused, place => {
    let store = place.open().await;
    let scope = fill(&store, "acme").await;
    let file = exported(&store, scope.tenant).await;
    let refused = imported(&store, &file).await.unwrap_err();
    assert!(refused.to_string().contains("\"acme\""), "{refused}");
    assert_eq!(refused.kind(), crate::error::ErrorKind::Invalid);
    assert_eq!(contents(&exported(&store, scope.tenant).await), contents(&file));
});

on_both!(a_damaged_or_shortened_export_leaves_nothing_behind, place => {
    let elsewhere = TestPlace::new(Engine::Sqlite).await;
    let from = elsewhere.open().await;
    let scope = fill(&from, "acme").await;
    let file = exported(&from, scope.tenant).await;
    let store = place.open().await;
    let shortened = [&file[..file.len() / 2], &file[..10], b"not an export", &without_manifest(&file)];
    let mut bad = shortened.map(<[u8]>::to_vec).to_vec();
    // gzip (RFC 1952, section 2.3) guards all but the ten bytes of its own header, and the bits of deflate that
    // mean nothing, such as those between two blocks.
    let whole = unpacked(&file);
    let wrong = (10..file.len()).step_by(file.len() / 24).map(|place| {
        let mut wrong = file.clone();
        wrong[place] ^= 1 << (place % 8);
        wrong
    });
    bad.extend(wrong.filter(|wrong| unpacked(wrong) != whole));
    assert!(bad.len() > 20, "what was damaged means something");
    for bad in bad {
        let refused = imported(&store, &bad).await.unwrap_err();
        assert!(matches!(refused, StoreError::Import(_)), "{refused:?}");
    }
    crate::store::row! { struct Count { count: i64 } }
    let mut system = store.system_read().await.unwrap();
    let rows: Count = system.one("SELECT count(*) AS count FROM logins", args![]).await.unwrap();
    assert_eq!(rows.count, 0);
    assert!(store.blobs().list(&scope).await.unwrap().is_empty());
    // The whole one is taken in afterwards.
    imported(&store, &file).await.unwrap();
});

/// What is in a file of gzip, as far as it is whole.
fn unpacked(file: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    GzDecoder::new(file).read_to_end(&mut data).ok()?;
    Some(data)
}

/// The export with every row and blob, and another end.
fn without_manifest(file: &[u8]) -> Vec<u8> {
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut out = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        if entry.path().unwrap().to_string_lossy() != "manifest.json" {
            let header = entry.header().clone();
            out.append(&header, entry).unwrap();
        }
    }
    out.into_inner().unwrap().finish().unwrap()
}

#[tokio::test]
async fn a_backup_opens_as_an_installation_of_its_own() {
    let (place, other) = (TestPlace::new(Engine::Sqlite).await, TestPlace::new(Engine::Sqlite).await);
    let store = place.open().await;
    let scope = fill(&store, "acme").await;
    let made = backup(&store, other.folder()).await.unwrap();
    assert_eq!((made.files, made.blobs), (2, 2));
    assert!(matches!(backup(&store, other.folder()).await, Err(StoreError::Conflict)));
    std::fs::copy(place.folder().join("master.key"), other.folder().join("master.key")).unwrap();
    let restored = other.open().await;
    assert_eq!(
        contents(&exported(&restored, scope.tenant).await),
        contents(&exported(&store, scope.tenant).await)
    );
}

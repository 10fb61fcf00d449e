//! Blobs in a folder.

use futures::stream;

use crate::store::BlobHash;
use crate::store::testing::{Engine, TestPlace};

use super::*;

#[tokio::test]
async fn a_blob_is_kept_under_its_hash_and_checked_when_read() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let (store, scope) = place.with_tenant().await;
    let hash = store.blobs().put(&scope, "hello".into()).await.unwrap();
    assert_eq!(hash, BlobHash::of(b"hello"));
    assert_eq!(store.blobs().put(&scope, "hello".into()).await.unwrap(), hash);
    assert_eq!(store.blobs().get(&scope, &hash).await.unwrap(), "hello");
    assert_eq!(store.blobs().list(&scope).await.unwrap(), [hash]);

    let name = hash.to_string();
    let path = place.folder().join("blobs").join(scope.tenant.to_string()).join(&name[..2]).join(&name);
    std::fs::write(&path, "hellO").unwrap();
    assert!(matches!(store.blobs().get(&scope, &hash).await, Err(StoreError::Damaged(_))));

    store.blobs().delete(&scope, &hash).await.unwrap();
    store.blobs().delete(&scope, &hash).await.unwrap();
    assert!(matches!(store.blobs().get(&scope, &hash).await, Err(StoreError::NoBlob)));
    assert!(!store.blobs().exists(&scope, &hash).await.unwrap());
}

#[tokio::test]
async fn a_blob_in_pieces_is_refused_past_its_limit() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let (store, scope) = place.with_tenant().await;
    let pieces = || stream::iter(["abc", "def"].map(|piece| Ok(Bytes::from(piece))));
    let hash = store.blobs().put_stream(&scope, pieces(), 6).await.unwrap();
    assert_eq!(store.blobs().get(&scope, &hash).await.unwrap(), "abcdef");
    let refused = store.blobs().put_stream(&scope, pieces(), 5).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { limit: 5 })));
}

#[tokio::test]
async fn half_written_blobs_of_a_killed_program_are_removed() {
    let place = TestPlace::new(Engine::Sqlite).await;
    let (store, scope) = place.with_tenant().await;
    let folder = place.folder().join("blobs").join(scope.tenant.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("abc#1"), "half").unwrap();
    store.blobs().remove_leftovers().await.unwrap();
    assert!(folder.join("abc#1").exists(), "written after the start: someone is at work on it");
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    place.open().await.blobs().remove_leftovers().await.unwrap();
    assert!(!folder.join("abc#1").exists());
}

//! Secrets at rest.

use crate::ids::TenantId;
use crate::scope::Scope;
use crate::store::{Store, StoreConfig};

use super::*;

on_both!(a_secret_opens_only_for_its_tenant_and_purpose, place => {
    let (store, scope) = place.with_tenant().await;
    let other = Scope::system(TenantId(Uuid::new_v4()));
    store.provision(other.tenant).await.unwrap();

    let mut tx = store.begin(&scope).await.unwrap();
    let sealed = store.secrets().seal(&mut tx, "totp", b"seed").await.unwrap();
    assert!(!sealed.windows(4).any(|window| window == b"seed"));
    tx.commit().await.unwrap();

    let mut tx = store.read(&scope).await.unwrap();
    assert_eq!(store.secrets().unseal(&mut tx, "totp", &sealed).await.unwrap(), b"seed");
    assert!(store.secrets().unseal(&mut tx, "smtp", &sealed).await.is_err());
    let mut broken = sealed.clone();
    *broken.last_mut().unwrap() ^= 1;
    assert!(store.secrets().unseal(&mut tx, "totp", &broken).await.is_err());

    let mut tx = store.begin(&other).await.unwrap();
    store.secrets().seal(&mut tx, "totp", b"theirs").await.unwrap();
    assert!(store.secrets().unseal(&mut tx, "totp", &sealed).await.is_err());
});

on_both!(another_master_key_is_refused, place => {
    let (store, _) = place.with_tenant().await;
    store.close().await;
    let config = StoreConfig { master_key: Some("00".repeat(32)), ..place.config() };
    let refused = Store::open(&config).await.err().unwrap();
    assert!(refused.to_string().contains("master key"), "{refused}");
    place.open().await;
});

#[tokio::test]
async fn the_master_key_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = crate::store::testing::TestPlace::new(crate::store::testing::Engine::Sqlite).await;
    place.open().await;
    let meta = std::fs::metadata(place.folder().join("master.key")).unwrap();
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
}

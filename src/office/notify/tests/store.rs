//! What is written, for whom, and what it leaves in the push queue.

use chrono::TimeDelta;
use p256::PublicKey;
use uuid::Uuid;

use crate::ids::{SubscriptionId, Timestamp, UserId};
use crate::office::notify::messages::{
    Kind, NewNotification, Place, add, add_once, read_statements, statements,
};
use crate::office::notify::preferences::{self, Channels, Preferences};
use crate::office::notify::push::encrypt::{Receiver, fresh_key};
use crate::office::notify::push::store as pushes;
use crate::office::notify::push::subscription::Subscription;
use crate::office::notify::store;
use crate::scope::Scope;
use crate::store::testing::{Engine, TestPlace};
use crate::store::{Store, TenantTx, args};

use super::{at, new};

/// Runs a test on both databases.
macro_rules! on_both {
    ($name:ident, |$world:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($world: &World) $body

            #[tokio::test]
            async fn on_sqlite() {
                run(&World::new(Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                run(&World::new(Engine::Postgres).await).await;
            }
        }
    };
}

/// A business with three people, one of whom is suspended.
struct World {
    store: Store,
    scope: Scope,
    ana: UserId,
    ben: UserId,
    gone: UserId,
    _place: TestPlace,
}

fn now() -> Timestamp {
    at("2026-11-21T08:00:00Z")
}

impl World {
    async fn new(engine: Engine) -> Self {
        let place = TestPlace::new(engine).await;
        let (store, scope) = place.with_tenant().await;
        let people = [(1, "active"), (2, "active"), (3, "suspended")];
        let mut tx = store.begin(&scope).await.unwrap();
        for (number, status) in people {
            let email = format!("{number}@acme.example");
            tx.execute(
                "INSERT INTO users (tenant_id, id, email, name, role, status, password, created_at)
                 VALUES ($1, $2, $3, $3, 'tenant_user', $4, 'none', $5)",
                args![scope.tenant, Uuid::from_u128(number), email, status, now()],
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let person = |number| UserId(Uuid::from_u128(number));
        Self { store, scope, ana: person(1), ben: person(2), gone: person(3), _place: place }
    }

    async fn tx(&self) -> TenantTx {
        self.store.begin(&self.scope).await.unwrap()
    }

    async fn add(&self, new: &NewNotification, at: Timestamp) {
        let mut tx = self.tx().await;
        add(&mut tx, new, at).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn subscribe(&self, user: UserId, endpoint: &str) -> SubscriptionId {
        let public: PublicKey = fresh_key().unwrap().public_key();
        let receiver = Receiver { public, auth: [7; 16] };
        let subscription = Subscription { endpoint: endpoint.into(), receiver };
        let mut tx = self.tx().await;
        let id = SubscriptionId(Uuid::new_v4());
        let id = pushes::subscribe(&mut tx, user, id, &subscription, now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn prefer(&self, user: UserId, change: impl FnOnce(&mut Preferences)) {
        let mut tx = self.tx().await;
        let mut preferences = preferences::load(&mut tx, user).await.unwrap();
        change(&mut preferences);
        preferences::save(&mut tx, user, &preferences).await.unwrap();
        assert_eq!(preferences::load(&mut tx, user).await.unwrap(), preferences);
        tx.commit().await.unwrap();
    }

    /// How much of a person is in the inbox, unread, and in the push queue.
    async fn counts(&self, user: UserId) -> (usize, i64, usize) {
        let mut tx = self.tx().await;
        let inbox = store::list(&mut tx, user, false, None, 2_000).await.unwrap().len();
        let unread = store::unread(&mut tx, user).await.unwrap();
        let due = pushes::due(&mut tx, now() + TimeDelta::days(1), 2_000).await.unwrap();
        (inbox, unread, due.iter().filter(|push| push.user_id == user).count())
    }
}

on_both!(someone_who_can_sign_in_is_told_and_nobody_of_their_own_doing, |world| {
    world.subscribe(world.ben, "https://push.example/1").await;
    world.subscribe(world.ben, "https://push.example/2").await;
    for user in [world.ana, world.ben, world.gone] {
        world.add(&new(user, "text"), now()).await;
    }
    assert_eq!(world.counts(world.ana).await, (0, 0, 0));
    assert_eq!(world.counts(world.ben).await, (1, 1, 2));
    assert_eq!(world.counts(world.gone).await, (0, 0, 0));
    let stranger = UserId(Uuid::from_u128(9));
    world.add(&new(stranger, "text"), now()).await;
    assert_eq!(world.counts(stranger).await, (0, 0, 0));
});

on_both!(a_commit_of_somebody_else_writes_the_same, |world| {
    world.subscribe(world.ben, "https://push.example/1").await;
    let writing = statements(world.scope.tenant, &new(world.ben, "text"), now()).unwrap();
    world.store.write(&world.scope, writing.statements).await.unwrap();
    assert_eq!(world.counts(world.ben).await, (1, 1, 1));
    let mut tx = world.tx().await;
    let found = store::find(&mut tx, world.ben, writing.added.id).await.unwrap().unwrap();
    assert_eq!((found.kind, found.place, found.body.as_str()), (Kind::Mention, Place::Chat, "text"));
    assert!(statements(world.scope.tenant, &new(world.ana, "text"), now()).is_none());
});

on_both!(a_way_is_gone_when_kind_and_place_both_go_it, |world| {
    world.subscribe(world.ben, "https://push.example/1").await;
    let channels = |app, push| Channels { app, push, mail: false };
    world
        .prefer(world.ben, |all| {
            all.kinds.insert(Kind::Mention, channels(true, false));
        })
        .await;
    world.add(&new(world.ben, "one"), now()).await;
    assert_eq!(world.counts(world.ben).await, (1, 1, 0));
    world
        .prefer(world.ben, |all| {
            all.kinds.insert(Kind::Mention, channels(false, true));
        })
        .await;
    world.add(&new(world.ben, "two"), now()).await;
    assert_eq!(world.counts(world.ben).await, (1, 1, 1));
    world
        .prefer(world.ben, |all| {
            all.kinds.insert(Kind::Mention, channels(true, true));
        })
        .await;
    world
        .prefer(world.ben, |all| {
            all.places.insert(Place::Chat, channels(false, false));
        })
        .await;
    world.add(&new(world.ben, "three"), now()).await;
    assert_eq!(world.counts(world.ben).await, (1, 1, 1));
    let of_documents = NewNotification { place: Place::Documents, ..new(world.ben, "four") };
    world.add(&of_documents, now()).await;
    assert_eq!(world.counts(world.ben).await, (2, 2, 2));
});

on_both!(what_is_told_once_is_told_once, |world| {
    world.subscribe(world.ben, "https://push.example/1").await;
    let mut tx = world.tx().await;
    assert!(add_once(&mut tx, &new(world.ben, "text"), "key", now()).await.unwrap());
    assert!(!add_once(&mut tx, &new(world.ben, "text"), "key", now()).await.unwrap());
    assert!(add_once(&mut tx, &new(world.ben, "text"), "other key", now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.counts(world.ben).await, (2, 2, 2));
});

on_both!(what_was_read_is_not_pushed_any_more, |world| {
    world.subscribe(world.ben, "https://push.example/1").await;
    for group in ["room:1", "room:1", "room:2", "room:3"] {
        world.add(&NewNotification { group: Some(group.into()), ..new(world.ben, group) }, now()).await;
    }
    assert_eq!(world.counts(world.ben).await, (4, 4, 4));
    let read = read_statements(world.scope.tenant, world.ben, "room:1", now());
    world.store.write(&world.scope, read).await.unwrap();
    assert_eq!(world.counts(world.ben).await, (4, 2, 2));
    let mut tx = world.tx().await;
    assert_eq!(store::read_at(&mut tx, world.ben, "room:1", now()).await.unwrap().len(), 2);
    let unread = store::list(&mut tx, world.ben, true, None, 10).await.unwrap();
    store::mark(&mut tx, world.ben, &[unread[0].id], Some(now())).await.unwrap();
    // Nobody reads for others.
    store::mark(&mut tx, world.ana, &[unread[1].id], Some(now())).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.counts(world.ben).await, (4, 1, 1));
    let mut tx = world.tx().await;
    store::mark(&mut tx, world.ben, &[unread[0].id], None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.counts(world.ben).await, (4, 2, 1));
    let mut tx = world.tx().await;
    store::mark_all(&mut tx, world.ben, now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.counts(world.ben).await, (4, 0, 0));
});

on_both!(an_inbox_keeps_its_length_and_forgets_what_was_read_long_ago, |world| {
    let mut tx = world.tx().await;
    for number in 0..1_010 {
        let at = now() + TimeDelta::milliseconds(number);
        add(&mut tx, &new(world.ben, &number.to_string()), at).await.unwrap();
    }
    assert_eq!(store::crowded(&mut tx).await.unwrap(), [world.ben]);
    store::trim(&mut tx, world.ben).await.unwrap();
    assert!(store::crowded(&mut tx).await.unwrap().is_empty());
    let left = store::list(&mut tx, world.ben, false, None, 2_000).await.unwrap();
    assert_eq!(left.len(), 1_000);
    assert_eq!((left[0].body.as_str(), left[999].body.as_str()), ("1009", "10"));
    let ids: Vec<_> = left[..100].iter().map(|one| one.id).collect();
    store::mark(&mut tx, world.ben, &ids, Some(now())).await.unwrap();
    assert!(!store::has_read_before(&mut tx, now()).await.unwrap());
    let later = now() + TimeDelta::seconds(1);
    assert!(store::has_read_before(&mut tx, later).await.unwrap());
    assert_eq!(store::drop_read(&mut tx, later).await.unwrap(), 100);
    tx.commit().await.unwrap();
    assert_eq!(world.counts(world.ben).await, (900, 900, 0));
});

on_both!(a_browser_belongs_to_who_signed_in_last, |world| {
    let first = world.subscribe(world.ben, "https://push.example/1").await;
    world.add(&new(world.ben, "for ben"), now()).await;
    assert_eq!(world.counts(world.ben).await.2, 1);
    assert_eq!(world.subscribe(world.ana, "https://push.example/1").await, first);
    assert_eq!(world.counts(world.ben).await.2, 0);
    world.add(&new(world.ben, "for ben"), now()).await;
    assert_eq!(world.counts(world.ben).await.2, 0);
    // One of others is not ended.
    let mut tx = world.tx().await;
    pushes::unsubscribe(&mut tx, world.ben, first).await.unwrap();
    tx.commit().await.unwrap();
    let other = NewNotification { actor: None, ..new(world.ana, "for ana") };
    world.add(&other, now()).await;
    assert_eq!(world.counts(world.ana).await.2, 1);
    let mut tx = world.tx().await;
    pushes::unsubscribe(&mut tx, world.ana, first).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.counts(world.ana).await.2, 0);
});

on_both!(a_person_has_so_many_browsers_and_no_more, |world| {
    for number in 0..25 {
        world.subscribe(world.ben, &format!("https://push.example/{number}")).await;
    }
    world.add(&new(world.ben, "text"), now()).await;
    assert_eq!(world.counts(world.ben).await.2, 20);
});

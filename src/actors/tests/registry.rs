//! Registries: load on demand, passivation without loss, crashes that stay alone.

use futures::future::join_all;

use super::library::{Library, NoNote, NoteActor, Read, Sleep, Where, Write};
use super::*;

#[actix_rt::test]
async fn a_thousand_concurrent_locates_load_once_and_get_the_same_actor() {
    let library = Library::open(2).await;
    let all = join_all((0..1_000).map(|_| library.note(7))).await;
    assert_eq!(library.loads(), 1);
    assert!(all.iter().all(|addr| *addr == all[0]));
    assert_eq!(library.notes.count(), 1);
}

#[actix_rt::test]
async fn ids_live_on_the_thread_that_their_hash_chooses() {
    let library = Library::open(2).await;
    for id in 0..20 {
        let here = library.note(id).await.send(Where).await.unwrap();
        let index = library.arbiters.index_of(&id);
        let there = library.arbiters.run_on(index, || std::thread::current().id()).await.unwrap();
        assert_eq!(here, there);
    }
    assert_eq!(library.notes.live().await.len(), 20);
}

#[actix_rt::test]
async fn peek_finds_only_what_runs() {
    let library = Library::open(1).await;
    assert!(library.notes.peek(7).await.is_none());
    let addr = library.note(7).await;
    assert_eq!(library.notes.peek(7).await, Some(addr));
    assert_eq!(library.loads(), 1);
}

#[actix_rt::test]
async fn a_message_during_passivation_reaches_the_next_incarnation() {
    let library = Library::open(1).await;
    let first = library.note(7).await;
    first.send(Write("before".into())).await.unwrap();
    library.close_gate().await;
    first.send(Sleep).await.unwrap();
    eventually(|| library.env.shelf.kept.lock().unwrap().is_empty()).await;
    let notes = library.notes.clone();
    let during = actix_rt::spawn(async move {
        let next = notes.locate(7).await.unwrap();
        next.send(Write("during".into())).await.unwrap();
        next
    });
    settle().await;
    assert_eq!(library.loads(), 1, "the old incarnation has not ended yet");
    library.open_gate();
    let next = during.await.unwrap();
    assert!(next != first && !first.connected());
    assert_eq!(next.send(Read).await.unwrap(), ["before", "during"]);
    assert_eq!(library.loads(), 2);
}

#[actix_rt::test]
async fn nothing_is_lost_between_many_writers_and_endless_passivation() {
    let library = Library::open(2).await;
    let writers = (0..20).map(|writer| {
        let notes = library.notes.clone();
        async move {
            for line in 0..50 {
                // Closed tells here that the note fell asleep before it read the message.
                while notes.locate(7).await.unwrap().send(Write(format!("{writer}-{line}"))).await.is_err() {}
                if line % 5 == 0 {
                    let _ = notes.locate(7).await.unwrap().send(Sleep).await;
                }
            }
        }
    });
    join_all(writers).await;
    let mut lines = library.note(7).await.send(Read).await.unwrap();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 1_000);
    assert!(library.loads() > 1);
}

#[actix_rt::test]
async fn a_load_error_reaches_every_waiter_as_itself_and_is_not_a_crash() {
    let library = Library::open(1).await;
    for _ in 0..5 {
        let two = tokio::join!(library.notes.locate(404), library.notes.locate(404));
        assert_eq!(two.0.unwrap_err(), LocateError::Load(NoNote));
        assert_eq!(two.1.unwrap_err(), LocateError::Load(NoNote));
    }
    assert_eq!(library.notes.count(), 0);
}

#[actix_rt::test]
async fn a_panic_during_load_ends_in_a_crash_loop_that_other_ids_do_not_notice() {
    let library = Library::open(1).await;
    let other = library.note(7).await;
    assert!(matches!(library.notes.locate(500).await, Err(LocateError::CrashLoop { .. })));
    assert!(matches!(library.notes.locate(500).await, Err(LocateError::CrashLoop { .. })));
    assert_eq!(library.loads(), 3);
    let Err(LocateError::CrashLoop { retry_after }) = library.notes.locate(500).await else {
        panic!("a second crash makes callers wait");
    };
    assert!(retry_after >= Duration::from_millis(100), "{retry_after:?}");
    assert_eq!(library.loads(), 3, "callers that wait start nothing");
    library.hand.advance(retry_after);
    assert!(library.notes.locate(500).await.is_err());
    assert_eq!(library.loads(), 4);
    assert!(other.connected());
}

#[actix_rt::test]
async fn a_panic_in_one_actor_leaves_siblings_and_the_thread_alive() {
    let library = Library::open(1).await;
    let (broken, sibling) = (library.note(1).await, library.note(2).await);
    let thread = sibling.send(Where).await.unwrap();
    assert!(broken.send(Boom).await.is_err());
    assert!(sibling.connected());
    assert_eq!(library.note(3).await.send(Where).await.unwrap(), thread);
    let fresh = library.note(1).await;
    assert!(fresh != broken);
    assert_eq!(fresh.send(Where).await.unwrap(), thread);
}

#[actix_rt::test]
async fn repeated_crashes_of_one_id_make_only_that_id_wait() {
    let library = Library::open(1).await;
    for crash in 0..20_u32 {
        let retry_after = loop {
            match library.notes.locate(1).await {
                Ok(addr) => {
                    assert!(addr.send(Boom).await.is_err());
                    library.note(2).await;
                }
                Err(LocateError::CrashLoop { retry_after }) => break retry_after,
                Err(other) => panic!("{other}"),
            }
        };
        assert!(retry_after >= Duration::from_millis(100 << crash.min(6)), "{crash}: {retry_after:?}");
        library.hand.advance(retry_after);
    }
    let picture = library.top.send(Observe::default()).await.unwrap();
    assert_eq!(picture.children[0].restarts, 0, "the registry itself never failed");
}

#[actix_rt::test]
async fn a_panic_during_flush_still_gives_waiters_the_next_incarnation() {
    let library = Library::open(1).await;
    let first = library.note(501).await;
    first.send(Sleep).await.unwrap();
    let next = library.note(501).await;
    assert!(next != first || !first.connected());
    Library::gone(&first).await;
    assert!(library.note(501).await.connected());
}

#[actix_rt::test]
async fn an_actor_that_does_not_flush_in_time_is_cut_off_and_replaced() {
    let library = Library::open(1).await;
    let stuck = library.note(502).await;
    stuck.send(Sleep).await.unwrap();
    let notes = library.notes.clone();
    let next = actix_rt::spawn(async move { notes.locate(502).await });
    library.hand.until_asleep(1).await;
    library.hand.advance(NoteActor::SHUTDOWN);
    assert!(next.await.unwrap().unwrap() != stuck);
    assert!(!stuck.connected());
}

#[actix_rt::test]
async fn stop_waits_for_the_flush_and_for_a_load_under_way() {
    let library = Library::open(1).await;
    library.note(7).await.send(Write("kept".into())).await.unwrap();
    library.notes.stop(7).await;
    assert_eq!(library.env.shelf.kept.lock().unwrap()[&7], ["kept"]);
    library.notes.stop(7).await;
    library.close_gate().await;
    let loading = library.notes.clone();
    let loading = actix_rt::spawn(async move { loading.locate(8).await });
    eventually(|| library.loads() == 2).await;
    let stopping = library.notes.clone();
    let stopping = actix_rt::spawn(async move { stopping.stop(8).await });
    settle().await;
    library.open_gate();
    stopping.await.unwrap();
    assert!(!loading.await.unwrap().unwrap().connected());
    assert_eq!(library.notes.count(), 0);
}

#[actix_rt::test]
async fn shutdown_flushes_every_actor_and_then_refuses() {
    let library = Library::open(2).await;
    for id in 0..50 {
        library.note(id).await.send(Write(id.to_string())).await.unwrap();
    }
    library.top.do_send(Shutdown);
    eventually(|| !library.top.connected()).await;
    assert_eq!(library.env.shelf.kept.lock().unwrap().len(), 50);
    assert_eq!(library.notes.locate(7).await.unwrap_err(), LocateError::Closed);
    assert_eq!(library.notes.count(), 0);
}

#[actix_rt::test]
async fn a_registry_that_panics_ends_its_actors_and_starts_afresh_behind_the_same_handle() {
    let library = Library::open(2).await;
    let old = library.note(7).await;
    old.send(Write("kept".into())).await.unwrap();
    library.notes.shard(&7).unwrap().do_send(Boom);
    Library::gone(&old).await;
    library.hand.until_asleep(1).await;
    let notes = library.notes.clone();
    eventually(|| {
        library.hand.advance(Duration::from_millis(200));
        notes.shard(&7).is_some()
    })
    .await;
    assert_eq!(library.note(7).await.send(Read).await.unwrap(), ["kept"]);
    let picture = library.top.send(Observe::default()).await.unwrap();
    assert_eq!(picture.children[0].restarts, 1);
}

#[actix_rt::test]
async fn a_registry_shows_its_actors() {
    let library = Library::open(2).await;
    for id in 0..3 {
        library.note(id).await;
    }
    let picture = library.notes.observe(Observe::default(), &library.clock).await;
    let mut ids: Vec<_> = picture.children.iter().map(|child| child.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["0", "1", "2"]);
    assert_eq!(picture.detail["live"], 3);
}

//! The clock that tests turn.

use super::*;

#[actix_rt::test]
async fn sleepers_wake_in_the_order_of_their_times_and_not_before() {
    let (clock, hand) = clock();
    let journal = Journal::default();
    for (name, millis) in [("c", 300), ("a", 100), ("b", 200), ("b2", 200)] {
        let (sleep, journal) = (clock.sleep(Duration::from_millis(millis)), journal.clone());
        actix_rt::spawn(async move {
            sleep.await;
            journal.borrow_mut().push(name.into());
        });
    }
    hand.advance(Duration::from_millis(99));
    settle().await;
    assert_eq!(taken(&journal), [""; 0]);
    hand.advance(Duration::from_millis(101));
    settle().await;
    assert_eq!(taken(&journal), ["a", "b", "b2"]);
    assert_eq!(hand.sleepers(), 1);
}

#[actix_rt::test]
async fn now_and_monotonic_follow_the_hand() {
    let (clock, hand) = clock();
    let (start, before) = (clock.now(), clock.monotonic());
    hand.advance(Duration::from_micros(1_500_000));
    assert_eq!((clock.now() - start).num_milliseconds(), 1_500);
    assert_eq!(clock.monotonic() - before, Duration::from_micros(1_500_000));
}

#[actix_rt::test]
async fn a_timeout_ends_what_takes_too_long_and_a_dropped_sleeper_is_forgotten() {
    let (clock, hand) = clock();
    assert_eq!(clock.timeout(Duration::from_secs(1), async { 7 }).await, Some(7));
    assert_eq!(hand.sleepers(), 0);
    let late = clock.clone();
    let late =
        actix_rt::spawn(
            async move { late.timeout(Duration::from_secs(1), std::future::pending::<()>()).await },
        );
    hand.until_asleep(1).await;
    hand.advance(Duration::from_secs(1));
    assert_eq!(late.await.unwrap(), None);
}

#[actix_rt::test]
async fn the_machine_s_clock_keeps_what_the_databases_keep() {
    let clock = Clock::system();
    assert_eq!(clock.now().timestamp_subsec_nanos() % 1_000, 0);
    let before = clock.monotonic();
    clock.sleep(Duration::from_millis(5)).await;
    assert!(clock.monotonic() - before >= Duration::from_millis(5));
}

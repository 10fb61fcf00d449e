//! How fast the log is. Run by hand: `cargo nextest run --release --run-ignored only speed`.

use std::time::Duration;

use crate::ids::TenantId;
use crate::scope::Scope;
use crate::store::Store;

use super::*;

/// CPU time of this process.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// Writers that each wait for an append before the next, as documents do.
async fn appends(store: &Store, scope: &Scope, writers: usize, each: i64, batch: i64) {
    let (before, cpu_before) = (tokio::time::Instant::now(), cpu());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..writers {
        let (store, scope) = (store.clone(), scope.clone());
        tasks.spawn(async move {
            let entity = Uuid::new_v4();
            for turn in 0..each {
                let first = turn * batch + 1;
                let entries = (first..first + batch).map(|seq| entry(entity, seq, vec![7; 60])).collect();
                store.append(&scope, entries).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    let count = writers as f64 * each as f64 * batch as f64;
    let (wall, cpu) = (before.elapsed(), cpu() - cpu_before);
    println!(
        "{writers:4} writers x {each:4} appends of {batch:3}: {:8.0}/s, {:6.1} us CPU each",
        count / wall.as_secs_f64(),
        cpu.as_secs_f64() * 1e6 / count
    );
}

on_both!(#[ignore = "a measurement"] speed_of_appends, place => {
    let (store, scope) = place.with_tenant().await;
    for (writers, each, batch) in [(1, 500, 1), (10, 200, 1), (100, 100, 1), (500, 40, 1), (100, 20, 10), (1, 40, 256)] {
        appends(&store, &scope, writers, each, batch).await;
    }
});

on_both!(#[ignore = "a measurement"] speed_of_new_tenants, place => {
    let (store, _) = place.with_tenant().await;
    let before = tokio::time::Instant::now();
    for _ in 0..100 {
        store.provision(TenantId(Uuid::new_v4())).await.unwrap();
    }
    println!("a new tenant: {:?}", before.elapsed() / 100);
});

on_both!(#[ignore = "a measurement"] speed_of_loading, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    for first in (1..260_000).step_by(1000) {
        let entries = (first..first + 1000).map(|seq| entry(entity, seq, vec![7; 30])).collect();
        store.append(&scope, entries).await.unwrap();
    }
    let (before, cpu_before) = (tokio::time::Instant::now(), cpu());
    let loaded = store.load_log(&scope, entity).await.unwrap();
    println!("{} entries: {:?}, CPU {:?}", loaded.entries.len(), before.elapsed(), cpu() - cpu_before);
});

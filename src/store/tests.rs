//! What the store promises, on both databases.

mod blobs;
mod bucket;
mod export;
mod faults;
mod isolation;
mod log;
mod outbox;
mod secrets;
mod speed;
mod values;

use bytes::Bytes;
use chrono::DateTime;
use uuid::Uuid;

use crate::ids::Timestamp;

use super::{Append, StoreError};

/// Runs a test on both databases: `on_both!(it_does_so, engine => { … });`
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, $place:ident => $body:block) => {
        mod $name {
            use super::*;

            async fn run($place: $crate::store::testing::TestPlace) $body

            $(#[$meta])*
            #[tokio::test]
            async fn on_sqlite() {
                run($crate::store::testing::TestPlace::new($crate::store::testing::Engine::Sqlite).await).await;
            }

            $(#[$meta])*
            #[tokio::test]
            async fn on_postgres() {
                run($crate::store::testing::TestPlace::new($crate::store::testing::Engine::Postgres).await).await;
            }
        }
    };
}
use on_both;

/// A moment of the tests.
fn at(micros: i64) -> Timestamp {
    DateTime::from_timestamp_micros(1_795_000_000_000_000 + micros).unwrap()
}

fn entry(entity: Uuid, seq: i64, data: impl Into<Bytes>) -> Append {
    Append { entity, seq, kind: "test.written", author: None, data: data.into(), at: at(seq) }
}

fn is_conflict(result: &Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::Conflict))
}

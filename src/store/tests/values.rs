//! Every kind of value goes in and comes out the same, on both databases.

use serde_json::json;

use crate::ids::Timestamp;
use crate::store::value::timestamp_text;
use crate::store::{args, row};

use super::*;

row! {
    struct Echo {
        number: i64,
        flag: bool,
        text: String,
        bytes: Vec<u8>,
        id: Uuid,
        at: Timestamp,
        json: serde_json::Value,
        missing: Option<String>,
    }
}

on_both!(values_come_back_as_they_went_in, place => {
    let (store, scope) = place.with_tenant().await;
    let mut tx = store.begin(&scope).await.unwrap();
    let (id, json) = (Uuid::new_v4(), json!({ "ä": [1, null, "x"] }));
    let echo: Echo = tx
        .one(
            "SELECT $2 AS number, $3 AS flag, $4 AS text, $5 AS bytes, $6 AS id, $7 AS at, $8 AS json,
                    $9 AS missing, $1 AS tenant",
            args![scope.tenant, i64::MIN, true, "grüß", vec![0u8, 255], id, at(7), json.clone(), None::<String>],
        )
        .await
        .unwrap();
    assert_eq!((echo.number, echo.flag, echo.text.as_str()), (i64::MIN, true, "grüß"));
    assert_eq!((echo.bytes, echo.id, echo.at), (vec![0, 255], id, at(7)));
    assert_eq!((echo.json, echo.missing), (json, None));
});

row! {
    struct At {
        at: Timestamp,
    }
}

on_both!(timestamps_keep_microseconds_and_sort, place => {
    let (store, scope) = place.with_tenant().await;
    let entity = Uuid::new_v4();
    let moments = [at(0), at(1), at(999_999), at(1_000_000), at(3_600_000_000)];
    for (seq, moment) in (1..).zip(moments.iter().rev()) {
        store.append(&scope, vec![Append { at: *moment, ..entry(entity, seq, "x") }]).await.unwrap();
    }
    let mut tx = store.read(&scope).await.unwrap();
    let sql = "SELECT at FROM log WHERE tenant_id = $1 AND at >= $2 ORDER BY at";
    let rows: Vec<At> = tx.all(sql, args![scope.tenant, at(1)]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), moments[1..]);
});

#[test]
fn the_text_of_a_timestamp_is_what_chrono_writes() {
    for micros in [0, 1, 86_399_999_999, -1, 1_234_567_890_123_456, 951_782_400_000_000] {
        let at = chrono::DateTime::from_timestamp_micros(micros).unwrap();
        assert_eq!(timestamp_text(at), at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
    }
}

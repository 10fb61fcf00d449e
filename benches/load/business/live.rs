//! Many people look at one list while records in it change.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use crate::histogram::Histogram;
use crate::process::Process;
use crate::report::{Report, Row};
use crate::wire::{self, Wire};

const CHANGES: usize = 50;
const INTERVAL: Duration = Duration::from_millis(100);

/// Opens `viewers` sockets to one live list, changes a record again and again, and tells how long until
/// each and until the last has heard of it.
pub fn run(client: &Client, viewers: usize, process: &Process, report: &mut Report) -> io::Result<()> {
    let filter = r#"{"field":"name","op":"is","value":"Deal 13"}"#;
    let path = format!("/records/crm.deal?limit=50&live=true&filter={filter}");
    let list = client.at()?.ask("GET", &path, &Value::Null)?;
    let topic = list["topic"].as_str().unwrap_or_default().to_owned();
    let id = list["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let wires = (0..viewers).map(|_| listen(client, &topic)).collect::<io::Result<Vec<_>>>()?;
    let begun = Instant::now();
    let hear = |mut wire: Wire| -> io::Result<Vec<Duration>> {
        let mut heard = Vec::with_capacity(CHANGES);
        while heard.len() < CHANGES {
            wire.receive(|payload| is_put(payload).then_some(()))?;
            heard.push(begun.elapsed());
        }
        Ok(heard)
    };
    let cpu = process.cpu();
    let (asked, heard) = std::thread::scope(|scope| {
        let hear = &hear;
        let listeners: Vec<_> = wires.into_iter().map(|wire| scope.spawn(move || hear(wire))).collect();
        let asked = change(client, &id, begun)?;
        let ended = |_| io::Error::other("a viewer ended");
        let heard: io::Result<Vec<_>> =
            listeners.into_iter().map(|listener| listener.join().map_err(ended)?).collect();
        io::Result::Ok((asked, heard?))
    })?;
    let cpu = process.cpu() - cpu;
    let (mut each, mut last) = (Histogram::new(), Histogram::new());
    for (number, asked) in asked.iter().enumerate() {
        let late: Vec<u64> =
            heard.iter().map(|all| all[number].saturating_sub(*asked).as_micros() as u64).collect();
        late.iter().for_each(|micros| each.record(*micros));
        last.record(late.into_iter().max().unwrap_or_default());
    }
    report.add(
        Row::new(&format!("live list of {viewers} viewers, from the request on"), "Kontor")
            .value("each p50 ms", each.millis(0.5))
            .value("each p95 ms", each.millis(0.95))
            .value("last p95 ms", last.millis(0.95))
            .value("server CPU µs/delivery", cpu * 1e6 / (CHANGES * viewers) as f64),
    );
    Ok(())
}

/// Changes the record at its times; tells when each change was asked for.
fn change(client: &Client, id: &str, begun: Instant) -> io::Result<Vec<Duration>> {
    let mut at = client.at()?;
    let one = |number: usize| {
        std::thread::sleep((INTERVAL * (number + 1) as u32).saturating_sub(begun.elapsed()));
        let asked = begun.elapsed();
        // Another value each time: what changes nothing is not told.
        at.update(id, 2_000_000 + number).map(|()| asked)
    };
    (0..CHANGES).map(one).collect()
}

fn listen(client: &Client, topic: &str) -> io::Result<Wire> {
    let bearer = format!("Bearer {}", client.token);
    let mut wire = Wire::open(client.address, "/api/v1/live?v=1", &[("Authorization".to_owned(), bearer)])?;
    let subscribe = json!({ "op": "subscribe", "topics": [{ "topic": topic }] }).to_string();
    wire.stream.write_all(&wire::text(subscribe.as_bytes()))?;
    wire.receive(|payload| {
        let text = String::from_utf8_lossy(payload);
        let refused = text.contains("\"refused\"").then(|| Err(io::Error::other(text.clone().into_owned())));
        refused.or_else(|| text.starts_with(r#"{"op":"subscribed""#).then_some(Ok(())))
    })??;
    Ok(wire)
}

fn is_put(payload: &[u8]) -> bool {
    payload.windows(12).any(|window| window == b"\"record.put\"")
}

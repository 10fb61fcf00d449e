//! Someone who works with deals.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use crate::activation::percentiles;
use crate::histogram::Histogram;
use crate::http::Connection;
use crate::peer;
use crate::report::Report;

pub const SLUG: &str = "bench";
const STAGES: usize = 6;
/// Connections over which the business is filled, and records that each makes at a stretch.
const FILLERS: (usize, usize) = (16, 400);

/// Who asks, and what there is to ask for.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    pub token: String,
    pipeline: Value,
    stages: Vec<Value>,
}

/// A client at a connection of its own.
pub struct At<'a> {
    client: &'a Client,
    connection: Connection,
}

/// Lists as people look at them.
const LISTS: &[(&str, &str)] = &[
    ("newest change first", "sort=-updated_at"),
    ("by value, one stage", r#"sort=-value&filter={"field":"stage","op":"is","value":"STAGE"}"#),
    ("by day, dear ones", r#"sort=close_on&filter={"field":"value","op":"at_least","value":900000}"#),
    (
        "mine, open, by name",
        r#"sort=name&filter={"all":[{"field":"owner","op":"is","value":"me"},{"field":"state","op":"is","value":"open"}]}"#,
    ),
    ("one of many, by name", r#"sort=close_on&filter={"field":"name","op":"is","value":"Deal 4711"}"#),
    ("search", "q=deal 47"),
    ("with count", "sort=-value&count=true"),
];

impl Client {
    /// Signs in and makes a pipeline.
    pub fn begin(address: SocketAddr) -> io::Result<Self> {
        let token = peer::sign_in(address, "ana", SLUG)?;
        let mut client = Self { address, token, pipeline: Value::Null, stages: Vec::new() };
        let mut at = client.at()?;
        let pipeline = at.made("crm.pipeline", &json!({ "name": "Sales" }))?;
        let stage = |number: usize| {
            json!({ "name": format!("Stage {number}"), "pipeline": pipeline, "position": number,
                "probability": number * 10 })
        };
        let stages =
            (0..STAGES).map(|number| at.made("crm.stage", &stage(number))).collect::<io::Result<_>>()?;
        (client.pipeline, client.stages) = (pipeline, stages);
        Ok(client)
    }

    pub fn at(&self) -> io::Result<At<'_>> {
        Ok(At { client: self, connection: Connection::open(self.address)? })
    }

    /// Someone who may see nothing but their own deals, of which there are a few hundred.
    pub fn colleague(&self) -> io::Result<Self> {
        let mut at = self.at()?;
        let email = format!("ben@{SLUG}.example");
        let person =
            json!({ "email": email, "name": "Ben", "role": "tenant_user", "password": peer::PASSWORD });
        at.ask("POST", "/people", &person)?;
        let policy = json!({ "read": "own", "create": true, "edit": "own", "delete": "own" });
        at.ask("PUT", "/record-policies/crm.deal/role:tenant_user", &policy)?;
        let colleague = Self { token: peer::sign_in(self.address, "ben", SLUG)?, ..self.clone() };
        let mut his = colleague.at()?;
        (0..300).try_for_each(|number| his.create(number))?;
        Ok(colleague)
    }

    pub fn deal(&self, number: usize) -> Value {
        let priority = ["low", "medium", "high"][number % 3];
        json!({
            "name": format!("Deal {number}"), "pipeline": self.pipeline, "stage": self.stages[number % STAGES],
            "value": { "minor": (number * 7919) % 1_000_000, "currency": "EUR" },
            "close_on": format!("2026-{:02}-{:02}", number % 12 + 1, number % 28 + 1),
            "priority": priority,
            "notes": "What was said and what is to be done next, in a sentence or two.",
        })
    }

    /// Makes deals from several connections, as a program does that has them from elsewhere.
    pub fn fill(&self, deals: usize) -> io::Result<()> {
        let (connections, stretch) = FILLERS;
        let next = AtomicUsize::new(0);
        let work = || -> io::Result<()> {
            let mut at = self.at()?;
            loop {
                let first = next.fetch_add(stretch, Ordering::Relaxed);
                if first >= deals {
                    return Ok(());
                }
                (first..(first + stretch).min(deals)).try_for_each(|number| at.create(number))?;
            }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
            let ended = |_| io::Error::other("a worker ended");
            workers.into_iter().try_for_each(|worker| worker.join().map_err(ended)?)
        })
    }

    pub fn timed(
        &self,
        count: usize,
        work: impl Fn(&mut At<'_>, usize) -> io::Result<()>,
    ) -> io::Result<Histogram> {
        let (mut latencies, mut at) = (Histogram::new(), self.at()?);
        for number in 0..count {
            let begun = Instant::now();
            work(&mut at, number)?;
            latencies.record(begun.elapsed().as_micros() as u64);
        }
        Ok(latencies)
    }

    pub fn lists(&self, report: &mut Report) -> io::Result<()> {
        for (name, query) in LISTS {
            let stage = self.stages[2].as_str().unwrap_or_default();
            let path = format!("/records/crm.deal?limit=50&{}", query.replace("STAGE", stage));
            let rows = self.at()?.ask("GET", &path, &Value::Null)?["items"].as_array().map_or(0, Vec::len);
            let latencies = self.timed(200, |at, _| at.get(&path))?;
            report.add(percentiles(&format!("list: {name}, {rows} rows"), &latencies));
        }
        Ok(())
    }

    /// A record of this name.
    pub fn some(&self, name: &str) -> io::Result<String> {
        let path =
            format!(r#"/records/crm.deal?limit=1&filter={{"field":"name","op":"is","value":"{name}"}}"#);
        let list = self.at()?.ask("GET", &path, &Value::Null)?;
        Ok(list["items"][0]["id"].as_str().unwrap_or_default().to_owned())
    }
}

impl At<'_> {
    pub fn ask(&mut self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, body.as_bytes())
    }

    pub fn send(&mut self, method: &str, path: &str, body: &[u8]) -> io::Result<Value> {
        let mut address = format!("/api/v1{path}");
        for (sign, code) in [(" ", "%20"), ("\"", "%22"), ("{", "%7B"), ("}", "%7D")] {
            address = address.replace(sign, code);
        }
        let (status, answer) = self.connection.request(method, &address, Some(&self.client.token), body)?;
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(io::Error::other(format!("{path}: {status} {answer}")))
        }
    }

    pub fn get(&mut self, path: &str) -> io::Result<()> {
        self.ask("GET", path, &Value::Null).map(|_| ())
    }

    fn made(&mut self, kind: &str, fields: &Value) -> io::Result<Value> {
        let answer = self.ask("POST", &format!("/records/{kind}"), &json!({ "fields": fields }))?;
        Ok(answer["record"]["id"].clone())
    }

    pub fn create(&mut self, number: usize) -> io::Result<()> {
        let deal = self.client.deal(number);
        self.made("crm.deal", &deal).map(|_| ())
    }

    pub fn update(&mut self, id: &str, number: usize) -> io::Result<()> {
        let fields = json!({ "fields": { "value": { "minor": number, "currency": "EUR" } } });
        self.ask("PATCH", &format!("/records/crm.deal/{id}"), &fields).map(|_| ())
    }
}

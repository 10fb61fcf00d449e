//! Records: lists, changes, a live list with many viewers, and activations beside a crowd of businesses.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::activation::{percentiles, wait};
use crate::histogram::Histogram;
use crate::process::Process;
use crate::report::{Report, Row};
use crate::{http, peer};

const SLUG: &str = "bench";
const STAGES: usize = 6;
/// Records of one request while the business is filled.
const REQUESTS: usize = 400;

/// Who asks, and what there is to ask for.
struct Client {
    address: SocketAddr,
    token: String,
    pipeline: Value,
    stages: Vec<Value>,
}

/// Fills a business with `deals` and measures it.
pub fn run(arguments: &[&str]) -> io::Result<()> {
    let deals = match arguments {
        [] => 100_000,
        ["--deals", count] => count.parse().map_err(io::Error::other)?,
        _ => return Err(io::Error::other("usage: load business [--deals N]")),
    };
    let folder = tempfile::tempdir()?;
    peer::activate(folder.path(), &[peer::tenant(SLUG)])?;
    let address = peer::free_address()?;
    let mut process = Process::start(&mut peer::serve(folder.path(), address))?;
    wait(address, Instant::now())?;
    let mut client =
        Client { address, token: peer::sign_in(address, SLUG)?, pipeline: Value::Null, stages: Vec::new() };
    client.begin()?;
    let mut report = Report::default();
    let begun = Instant::now();
    client.fill(deals)?;
    let per_second = deals as f64 / begun.elapsed().as_secs_f64();
    report.add(Row::new("deals made, each by a request", "Kontor").value("a second", per_second));
    for (name, query) in LISTS {
        let (rows, latencies) = client.lists(query)?;
        report.add(percentiles(&format!("list: {name}"), &latencies).value("records", rows as f64));
    }
    report.add(percentiles("one record", &client.timed(500, |client, number| client.read(number))?));
    report
        .add(percentiles("create", &client.timed(500, |client, number| client.create(number).map(|_| ()))?));
    report.add(percentiles("update", &client.timed(500, Client::update)?));
    client.mixed(&mut process, &mut report)?;
    report.add(Row::new("memory", "Kontor").value("RSS MiB", process.rss() / 1024.0));
    report.print("Business");
    report.save(&crate::output("business"))
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
    ("few of many, by day", r#"sort=close_on&filter={"field":"name","op":"is","value":"Deal 4711"}"#),
    ("search", "q=deal 47"),
    ("with count", "sort=-value&count=true"),
];

impl Client {
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Value> {
        let path = format!(
            "/api/v1{}",
            path.replace(' ', "%20").replace('"', "%22").replace('{', "%7B").replace('}', "%7D")
        );
        let (status, answer) = http::request(self.address, method, &path, Some(&self.token), body)?;
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(io::Error::other(format!("{path}: {status} {answer}")))
        }
    }

    fn made(&self, kind: &str, fields: &Value) -> io::Result<Value> {
        let answer = self.ask("POST", &format!("/records/{kind}"), Some(&json!({ "fields": fields })))?;
        Ok(answer["record"]["id"].clone())
    }

    fn begin(&mut self) -> io::Result<()> {
        self.pipeline = self.made("crm.pipeline", &json!({ "name": "Sales" }))?;
        for number in 0..STAGES {
            let fields = json!({ "name": format!("Stage {number}"), "pipeline": self.pipeline, "position": number,
                "probability": number * 10 });
            self.stages.push(self.made("crm.stage", &fields)?);
        }
        Ok(())
    }

    fn deal(&self, number: usize) -> Value {
        let priority = ["low", "medium", "high"][number % 3];
        json!({
            "name": format!("Deal {number}"), "pipeline": self.pipeline, "stage": self.stages[number % STAGES],
            "value": { "minor": (number * 7919) % 1_000_000, "currency": "EUR" },
            "close_on": format!("2026-{:02}-{:02}", number % 12 + 1, number % 28 + 1),
            "priority": priority,
            "notes": "What was said and what is to be done next, in a sentence or two.",
        })
    }

    fn create(&self, number: usize) -> io::Result<Value> {
        self.made("crm.deal", &self.deal(number))
    }

    /// Makes deals from several connections, as an import through the API does.
    fn fill(&self, deals: usize) -> io::Result<()> {
        let next = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let work = || -> io::Result<()> {
                loop {
                    let number = next.fetch_add(REQUESTS as u64, Ordering::Relaxed) as usize;
                    if number >= deals {
                        return Ok(());
                    }
                    for number in number..(number + REQUESTS).min(deals) {
                        self.create(number)?;
                    }
                }
            };
            let workers: Vec<_> = (0..16).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| io::Error::other("a worker ended"))?)
        })
    }

    fn timed(&self, count: usize, work: impl Fn(&Self, usize) -> io::Result<()>) -> io::Result<Histogram> {
        let mut latencies = Histogram::new();
        for number in 0..count {
            let begun = Instant::now();
            work(self, number)?;
            latencies.record(begun.elapsed().as_micros() as u64);
        }
        Ok(latencies)
    }

    fn lists(&self, query: &str) -> io::Result<(usize, Histogram)> {
        let stage = self.stages[2].as_str().unwrap_or_default();
        let path = format!("/records/crm.deal?limit=50&{}", query.replace("STAGE", stage));
        let rows = self.ask("GET", &path, None)?["items"].as_array().map_or(0, Vec::len);
        Ok((rows, self.timed(200, |client, _| client.ask("GET", &path, None).map(|_| ()))?))
    }

    fn some(&self, number: usize) -> io::Result<String> {
        let path = format!(
            r#"/records/crm.deal?limit=1&filter={{"field":"name","op":"is","value":"Deal {}"}}"#,
            number * 13 % 1000
        );
        let list = self.ask("GET", &path, None)?;
        Ok(list["items"][0]["id"].as_str().unwrap_or_default().to_owned())
    }

    fn read(&self, number: usize) -> io::Result<()> {
        let id = self.some(number % 7)?;
        self.ask("GET", &format!("/records/crm.deal/{id}"), None).map(|_| ())
    }

    fn update(&self, number: usize) -> io::Result<()> {
        static ID: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        let id = match ID.get() {
            Some(id) => id,
            None => ID.get_or_init(|| self.some(1).unwrap_or_default()),
        };
        let fields = json!({ "fields": { "value": { "minor": number, "currency": "EUR" } } });
        self.ask("PATCH", &format!("/records/crm.deal/{id}"), Some(&fields)).map(|_| ())
    }

    /// As many requests as it takes, nine reads to a write, from 8 connections for some seconds.
    fn mixed(&self, process: &mut Process, report: &mut Report) -> io::Result<()> {
        let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let (cpu, begun) = (process.cpu(), Instant::now());
        std::thread::scope(|scope| {
            for worker in 0..8_usize {
                let (done, stop) = (&done, &stop);
                scope.spawn(move || {
                    let mut number = worker;
                    while !stop.load(Ordering::Relaxed) {
                        let path = "/records/crm.deal?limit=50&sort=-value";
                        let result = if number % 10 == 0 {
                            self.create(number).map(|_| ())
                        } else {
                            self.ask("GET", path, None).map(|_| ())
                        };
                        if result.is_ok() {
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        number += 1;
                    }
                });
            }
            std::thread::sleep(Duration::from_secs(8));
            stop.store(true, Ordering::Relaxed);
        });
        let seconds = begun.elapsed().as_secs_f64();
        let (done, cpu) = (done.load(Ordering::Relaxed) as f64, process.cpu() - cpu);
        report.add(
            Row::new("mixed 90/10", "Kontor")
                .value("requests/s", done / seconds)
                .value("server CPU ms/request", cpu * 1000.0 / done)
                .value("server CPU cores", cpu / seconds),
        );
        Ok(())
    }
}

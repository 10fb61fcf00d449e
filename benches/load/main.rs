//! Load generator: Kontor beside Hocuspocus and a bare relay, in the same run. See `script/bench`.

// The generator is no part of the server: it measures real time.
#![allow(clippy::disallowed_methods)]

mod activation;
mod business;
mod chat;
mod crowd;
mod dialect;
mod edits;
mod histogram;
mod http;
mod large;
mod memory;
mod peer;
mod process;
mod relay;
mod report;
mod wire;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crowd::Pace;
use peer::{Kind, Peer};
use report::{Report, Row};

const USAGE: &str = "usage: load collab [--rounds N] [--only WORD] [--peers a,b] [--short] | activation [--tenants N] | chat [--short] | business [--deals N]";

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["relay", address, rest @ ..] => {
            relay::serve(address.parse().map_err(io::Error::other)?, rest.contains(&"--batch"))
        }
        ["collab", rest @ ..] => collab(&Options::parse(rest)?),
        ["activation", rest @ ..] => {
            let mut report = Report::default();
            activation::run(Options::parse(rest)?.tenants, &mut report)?;
            report.print("Activation");
            report.save(&output("activation"))
        }
        ["business", rest @ ..] => business::run(rest),
        ["chat", rest @ ..] => chat::run(rest),
        _ => Err(io::Error::other(USAGE)),
    }
}

struct Options {
    rounds: usize,
    tenants: usize,
    only: String,
    peers: Vec<Kind>,
    seconds: u64,
}

impl Options {
    fn parse(arguments: &[&str]) -> io::Result<Self> {
        let all = vec![Kind::Kontor, Kind::Hocuspocus, Kind::Relay, Kind::BatchingRelay];
        let mut options = Self { rounds: 3, tenants: 1000, only: String::new(), peers: all, seconds: 8 };
        let mut rest = arguments.iter();
        while let Some(name) = rest.next() {
            if *name == "--short" {
                options.rounds = 1;
                options.seconds = 3;
                continue;
            }
            let value = *rest.next().ok_or_else(|| io::Error::other(USAGE))?;
            let number = || value.parse().map_err(io::Error::other);
            match *name {
                "--rounds" => options.rounds = number()?,
                "--tenants" => options.tenants = number()?,
                "--only" => options.only = value.to_owned(),
                "--peers" => options.peers.retain(|peer| named(*peer, value)),
                _ => return Err(io::Error::other(USAGE)),
            }
        }
        Ok(options)
    }

    fn wants(&self, scenario: &str) -> bool {
        scenario.contains(&self.only)
    }
}

fn named(peer: Kind, names: &str) -> bool {
    let name = peer.name().to_lowercase();
    names.split(',').any(|wanted| name.starts_with(&wanted.to_lowercase()))
}

/// Documents, people in each, and how they write.
const CROWDS: &[(&str, usize, usize, Pace)] = &[
    ("100 documents × 5 people", 100, 5, Pace::Steady(4.0)),
    ("10 documents × 50 people", 10, 50, Pace::Steady(1.0)),
    ("1 document × 500 people", 1, 500, Pace::Steady(0.1)),
    ("1 document × 200 people, saturated", 1, 200, Pace::Saturated(4)),
];

fn collab(options: &Options) -> io::Result<()> {
    edits::verify();
    let mut report = Report::default();
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for crowd in CROWDS {
            crowds(options, crowd, &mut report)?;
        }
        for kind in options.peers.iter().copied().filter(|kind| kind.stores()) {
            keepers(options, kind, &mut report)?;
        }
        report.save(&output("collab"))?;
    }
    report.print("Writing together");
    Ok(())
}

fn crowds(options: &Options, crowd: &(&str, usize, usize, Pace), report: &mut Report) -> io::Result<()> {
    let (name, documents, people, pace) = *crowd;
    let plan = crowd::Plan {
        documents,
        people,
        pace,
        warm_up: Duration::from_secs(2),
        measured: Duration::from_secs(options.seconds),
    };
    for kind in options.peers.iter().filter(|_| options.wants(name)) {
        let peer = Peer::start(*kind)?;
        let outcome = crowd::run(&peer, plan)?;
        report.add(crowd_row(name, *kind, pace, &outcome));
    }
    Ok(())
}

fn crowd_row(name: &str, kind: Kind, pace: Pace, outcome: &crowd::Outcome) -> Row {
    let row = Row::new(name, kind.name())
        .value("deliveries/s", outcome.deliveries_per_second)
        .value("server CPU µs/delivery", outcome.cpu_micros_per_delivery)
        .value("server CPU %", outcome.cpu_share * 100.0)
        .value("RSS MiB", outcome.rss_mib);
    // At saturation nobody is late: people wait for each other.
    if let Pace::Saturated(_) = pace {
        return row;
    }
    row.value("p50 ms", outcome.p50)
        .value("p99 ms", outcome.p99)
        .value("p99.9 ms", outcome.p999)
        .value("arrived %", outcome.arrived * 100.0)
}

/// What only a server that keeps documents can be asked.
fn keepers(options: &Options, kind: Kind, report: &mut Report) -> io::Result<()> {
    if options.wants("memory") {
        let empty = memory::per_document(&Peer::start(kind)?, 1000, false)?;
        let typed = memory::per_document(&Peer::start(kind)?, 500, true)?;
        let connection = memory::per_connection(&Peer::start(kind)?, 1000)?;
        report.add(
            Row::new("memory", kind.name())
                .value("KiB/document, empty", empty)
                .value("KiB/document, 5000 characters", typed)
                .value("KiB/further connection", connection),
        );
    }
    if options.wants("large document") {
        let outcome = large::run(&mut Peer::start(kind)?)?;
        report.add(
            Row::new("large document (260 000 edits)", kind.name())
                .value("edits/s taken in", outcome.edits_per_second)
                .value("warm: received ms", outcome.warm.received)
                .value("warm: synced ms", outcome.warm.synced)
                .value("restart: received ms", outcome.cold.received)
                .value("restart: synced ms", outcome.cold.synced)
                .value("state KiB", outcome.state_kib),
        );
    }
    Ok(())
}

/// Where the figures are kept.
pub fn output(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench").join(format!("{name}.json"))
}

//! Chat: Kontor beside a Socket.IO room broadcast and an XMPP server's multi-user chat, in the same run.

mod idle;
mod prosody;
mod round;
mod search;
mod seed;
mod server;
mod tongue;

use std::io;
use std::time::Duration;

use crate::report::{Report, Row};
use round::{Outcome, Plan};
use seed::Business;
use server::{Kind, Server};

const USAGE: &str =
    "usage: load chat [--rounds N] [--only WORD] [--peers kontor,socket.io,prosody] [--messages N] [--short]";

struct Options {
    rounds: usize,
    only: String,
    peers: Vec<Kind>,
    seconds: u64,
    idle: usize,
    messages: usize,
}

/// Rooms, members online in each, and what is posted in each room in a second.
const SCENES: &[(&str, usize, usize, f64)] = &[
    ("1 room × 100 members", 1, 100, 40.0),
    ("1 room × 500 members", 1, 500, 8.0),
    ("1 room × 1000 members", 1, 1000, 4.0),
    ("100 rooms × 20 members", 100, 20, 2.0),
];

/// Runs what is asked for.
pub fn run(arguments: &[&str]) -> io::Result<()> {
    let options = Options::parse(arguments)?;
    let sockets = if options.wants("idle") { options.idle } else { 2_000 };
    let business = Business::make(sockets)?;
    let mut report = Report::default();
    let file = crate::output("chat");
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for scene in SCENES {
            scenes(&options, &business, scene, &mut report)?;
        }
        report.save(&file)?;
    }
    for kind in options.peers.iter().copied().filter(|_| options.wants("idle")) {
        let held = idle::hold(&Server::start(kind, &business)?, options.idle)?;
        report.add(idle_row(kind, options.idle, &held));
        report.save(&file)?;
    }
    if options.wants("search") && options.peers.contains(&Kind::Kontor) {
        search::run(&business, options.messages, &mut report)?;
    }
    report.print("Chat");
    report.save(&file)
}

fn scenes(
    options: &Options,
    business: &Business,
    scene: &(&str, usize, usize, f64),
    report: &mut Report,
) -> io::Result<()> {
    let (name, rooms, members, rate) = *scene;
    let (warm_up, measured) = (Duration::from_secs(2), Duration::from_secs(options.seconds));
    let plan = Plan { rooms, members, rate, warm_up, measured };
    for kind in options.peers.iter().filter(|_| options.wants(name)) {
        let server = Server::start(*kind, business)?;
        report.add(row(name, *kind, &round::run(&server, plan)?));
    }
    Ok(())
}

fn row(name: &str, kind: Kind, outcome: &Outcome) -> Row {
    Row::new(name, kind.name())
        .value("deliveries/s", outcome.deliveries_per_second)
        .value("server CPU µs/delivery", outcome.cpu_micros_per_delivery)
        .value("each p50 ms", outcome.each.millis(0.5))
        .value("each p99 ms", outcome.each.millis(0.99))
        .value("each p99.9 ms", outcome.each.millis(0.999))
        .value("last p50 ms", outcome.last.millis(0.5))
        .value("last p99 ms", outcome.last.millis(0.99))
        .value("last p99.9 ms", outcome.last.millis(0.999))
        .value("arrived %", outcome.arrived * 100.0)
        .value("RSS MiB", outcome.rss_mib)
}

fn idle_row(kind: Kind, count: usize, held: &idle::Held) -> Row {
    Row::new(&format!("{count} idle connections"), kind.name())
        .value("still held", held.open as f64)
        .value("KiB/connection", held.kib_each)
        .value("RSS MiB", held.rss_mib)
        .value("CPU %, nobody speaks", held.cpu_share * 100.0)
        .value("connects/s", held.connects_per_second)
}

impl Options {
    fn parse(arguments: &[&str]) -> io::Result<Self> {
        let mut peers = vec![Kind::Kontor, Kind::SocketIo];
        peers.extend(prosody::is_there().then_some(Kind::Prosody));
        let mut options =
            Self { rounds: 3, only: String::new(), peers, seconds: 10, idle: 10_000, messages: 1_000_000 };
        let mut rest = arguments.iter();
        while let Some(name) = rest.next() {
            if *name == "--short" {
                (options.rounds, options.seconds) = (1, 5);
                continue;
            }
            let value = *rest.next().ok_or_else(|| io::Error::other(USAGE))?;
            let number = || value.parse().map_err(io::Error::other);
            match *name {
                "--rounds" => options.rounds = number()?,
                "--messages" => options.messages = number()?,
                "--idle" => options.idle = number()?,
                "--only" => options.only = value.to_owned(),
                "--peers" => options.peers.retain(|peer| peer.is_named(value)),
                _ => return Err(io::Error::other(USAGE)),
            }
        }
        Ok(options)
    }

    fn wants(&self, scene: &str) -> bool {
        scene.contains(&self.only)
    }
}

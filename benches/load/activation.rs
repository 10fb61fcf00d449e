//! Activations while many businesses are present, and what idle businesses cost.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::histogram::Histogram;
use crate::process::Process;
use crate::report::{Report, Row};
use crate::{http, peer};

/// Activates `tenants` businesses through the running server and reports the last hundred of them.
pub fn run(tenants: usize, report: &mut Report) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let address = peer::free_address()?;
    let started = Instant::now();
    let mut process = Process::start(&mut peer::serve(folder.path(), address))?;
    let ready = wait(address, started)?;
    let token = std::fs::read_to_string(folder.path().join("platform.token"))?.trim().to_owned();
    report.add(
        Row::new("start", "Kontor")
            .value("ms until it serves", ready)
            .value("RSS MiB", process.rss() / 1024.0),
    );
    let measured = tenants.min(100);
    let mut latencies = Histogram::new();
    let mut usable = Histogram::new();
    for number in 0..tenants {
        let slug = format!("business-{number}");
        let is_measured = number >= tenants - measured;
        let begun = Instant::now();
        activate(address, &token, &slug, is_measured)?;
        if is_measured {
            latencies.record(begun.elapsed().as_micros() as u64);
            peer::sign_in(address, "ana", &slug)?;
            usable.record(begun.elapsed().as_micros() as u64);
        }
    }
    report.add(percentiles(&format!("activation of a whole preset, {tenants} present"), &latencies));
    report.add(percentiles("activation and first sign-in", &usable));
    process.stop();
    idle(folder.path(), tenants, report)
}

/// Memory after a start with all businesses there, and after each was used once and left alone.
fn idle(data: &Path, tenants: usize, report: &mut Report) -> io::Result<()> {
    let address = peer::free_address()?;
    let started = Instant::now();
    let mut process = Process::start(&mut peer::serve(data, address))?;
    let ready = wait(address, started)?;
    std::thread::sleep(std::time::Duration::from_secs(3));
    let row = Row::new(&format!("{tenants} idle businesses"), "Kontor");
    report.add(row.value("ms until it serves", ready).value("RSS MiB", process.rss() / 1024.0));
    process.stop();
    Ok(())
}

/// Brings a business to life; a whole one has types, stages and samples of its trade.
fn activate(address: SocketAddr, token: &str, slug: &str, whole: bool) -> io::Result<()> {
    let mut body: Value = peer::tenant(slug);
    if whole {
        body["preset"] = "agency".into();
    }
    match http::request(address, "POST", "/api/v1/activations", Some(token), Some(&body))? {
        (200 | 201, _) => Ok(()),
        (status, answer) => Err(io::Error::other(format!("activating {slug}: {status} {answer}"))),
    }
}

pub fn percentiles(name: &str, latencies: &Histogram) -> Row {
    Row::new(name, "Kontor")
        .value("p50 ms", latencies.millis(0.5))
        .value("p95 ms", latencies.millis(0.95))
        .value("p99 ms", latencies.millis(0.99))
}

/// Waits until a server answers; how many milliseconds it took since `started`.
pub fn wait(address: SocketAddr, started: Instant) -> io::Result<f64> {
    while started.elapsed().as_secs() < 30 {
        if let Ok((200..=299, _)) = http::request(address, "GET", "/health/ready", None, None) {
            return Ok(started.elapsed().as_secs_f64() * 1000.0);
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    Err(io::Error::other("Kontor does not become ready"))
}

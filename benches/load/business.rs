//! Records: lists, changes, a live list with many viewers, an import, and activations of whole presets.

mod client;
mod import;
mod live;
mod mixed;

use std::io;
use std::time::Instant;

use crate::activation::percentiles;
use crate::peer;
use crate::process::Process;
use crate::report::{Report, Row};

use client::{Client, SLUG};

/// People who look at one list.
const VIEWERS: usize = 500;

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
    crate::activation::wait(address, Instant::now())?;
    let client = Client::begin(address)?;
    let mut report = Report::default();
    let begun = Instant::now();
    client.fill(deals)?;
    let per_second = deals as f64 / begun.elapsed().as_secs_f64();
    report.add(Row::new("deals made, each by a request", "Kontor").value("a second", per_second));
    client.lists(&mut report)?;
    let colleague = client.colleague()?;
    for (name, path) in [
        ("own records only, newest change", "sort=-updated_at"),
        ("own records only, by value", "sort=-value"),
    ] {
        let latencies =
            colleague.timed(200, |one, _| one.get(&format!("/records/crm.deal?limit=50&{path}")))?;
        report.add(percentiles(&format!("list: {name}"), &latencies));
    }
    let id = client.some("Deal 13")?;
    report.add(percentiles(
        "one record",
        &client.timed(500, |one, _| one.get(&format!("/records/crm.deal/{id}")))?,
    ));
    report.add(percentiles("create", &client.timed(500, |one, number| one.create(number))?));
    report.add(percentiles("update", &client.timed(500, |one, number| one.update(&id, number))?));
    mixed::run(&client, &process, &mut report)?;
    live::run(&client, VIEWERS, &process, &mut report)?;
    import::run(&client, deals, &process, &mut report)?;
    report.add(Row::new("memory", "Kontor").value("RSS MiB", process.rss() / 1024.0));
    process.stop();
    report.print("Business");
    report.save(&crate::output("business"))
}

//! As many requests as it takes, nine reads to a write.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::client::Client;
use crate::process::Process;
use crate::report::{Report, Row};

const CONNECTIONS: usize = 8;
const SPAN: Duration = Duration::from_secs(8);

/// Rows on a page: what a table shows at first, and what a program asks for one by one.
const PAGES: &[usize] = &[50, 10];

pub fn run(client: &Client, process: &Process, report: &mut Report) -> io::Result<()> {
    let id = client.some("Deal 13")?;
    for rows in PAGES {
        let path = format!("/records/crm.deal?limit={rows}&sort=-value");
        round(client, &path, (process, report), &format!("mixed 90/10, pages of {rows}"))?;
    }
    round(client, &format!("/records/crm.deal/{id}"), (process, report), "mixed 90/10, single records")
}

fn round(
    client: &Client,
    path: &str,
    (process, report): (&Process, &mut Report),
    name: &str,
) -> io::Result<()> {
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let (cpu, begun) = (process.cpu(), Instant::now());
    let work = |first: usize| -> io::Result<()> {
        let mut at = client.at()?;
        for number in first.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if number % 10 == 0 {
                at.create(number)?
            } else {
                at.get(path)?
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|first| scope.spawn(move || work(first))).collect();
        std::thread::sleep(SPAN);
        stop.store(true, Ordering::Relaxed);
        let ended = |_| io::Error::other("a worker ended");
        workers.into_iter().try_for_each(|worker| worker.join().map_err(ended)?)
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let (done, cpu) = (done.load(Ordering::Relaxed) as f64, process.cpu() - cpu);
    report.add(
        Row::new(name, "Kontor")
            .value("requests/s", done / seconds)
            .value("server CPU ms/request", cpu * 1000.0 / done)
            .value("server CPU cores", cpu / seconds),
    );
    Ok(())
}

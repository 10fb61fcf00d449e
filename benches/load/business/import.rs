//! A file with as many rows as there are deals.

use std::fmt::Write as _;
use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use crate::process::Process;
use crate::report::{Report, Row};

pub fn run(client: &Client, rows: usize, process: &Process, report: &mut Report) -> io::Result<()> {
    let mut at = client.at()?;
    let before = process.rss();
    let begun = Instant::now();
    let import = at.send("POST", "/records/crm.company/imports?name=companies.csv", file(rows).as_bytes())?;
    let taken_in = begun.elapsed();
    let path = format!("/records/crm.company/imports/{}", import["id"].as_str().unwrap_or_default());
    let mut settings = import["settings"].clone();
    settings["same_by"] = json!(["name"]);
    settings["duplicates"] = json!("skip");
    at.ask("PUT", &path, &settings)?;
    at.ask("POST", &format!("{path}/run"), &json!({}))?;
    let mut most = before;
    let done = loop {
        let now = at.ask("GET", &path, &Value::Null)?;
        most = most.max(process.rss());
        match now["state"].as_str() {
            Some("running" | "ready") => std::thread::sleep(Duration::from_millis(100)),
            Some("done") => break now,
            _ => return Err(io::Error::other(format!("the import: {now}"))),
        }
    };
    let created = done["progress"]["made"].as_f64().unwrap_or_default();
    report.add(
        Row::new(&format!("import of {rows} companies, duplicates looked for by name"), "Kontor")
            .value("s in all", begun.elapsed().as_secs_f64())
            .value("s to take the file in", taken_in.as_secs_f64())
            .value("created", created)
            .value("more RSS MiB at most", (most - before) / 1024.0),
    );
    Ok(())
}

fn file(rows: usize) -> String {
    let mut text = String::from("Name,Website,Phone,City,Notes\n");
    for number in 0..rows {
        let _ = writeln!(
            text,
            "Company {number},https://company-{number}.example,+49 30 {number:07},City {},\"Met at the fair, wrote back\"",
            number % 500
        );
    }
    text
}

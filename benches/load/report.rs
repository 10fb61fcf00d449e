//! Tables for people and JSON for machines.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

/// Medians of all rounds, one row for each scenario and peer.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

/// Named figures of one peer in one scenario.
#[derive(Clone)]
pub struct Row {
    scenario: String,
    peer: String,
    values: Vec<(String, Vec<f64>)>,
}

impl Row {
    pub fn new(scenario: &str, peer: &str) -> Self {
        Self { scenario: scenario.to_owned(), peer: peer.to_owned(), values: Vec::new() }
    }

    pub fn value(mut self, name: &str, value: f64) -> Self {
        self.values.push((name.to_owned(), vec![value]));
        self
    }

    fn median(&self, name: &str) -> Option<f64> {
        let mut values = self.values.iter().find(|(other, _)| other == name)?.1.clone();
        values.sort_by(f64::total_cmp);
        Some(values[values.len() / 2])
    }
}

impl Report {
    /// Adds a row, or one more round to the row that has the same scenario and peer.
    pub fn add(&mut self, row: Row) {
        eprintln!("  {} · {}: {}", row.scenario, row.peer, figures(&row));
        let same = |other: &&mut Row| other.scenario == row.scenario && other.peer == row.peer;
        match self.rows.iter_mut().find(same) {
            Some(known) => {
                for (mine, theirs) in known.values.iter_mut().zip(row.values) {
                    mine.1.extend(theirs.1);
                }
            }
            None => self.rows.push(row),
        }
    }

    /// Markdown: one table for each set of figures.
    pub fn print(&self, title: &str) {
        println!("\n## {title}\n");
        let mut tables: Vec<(Vec<String>, Vec<&Row>)> = Vec::new();
        for row in &self.rows {
            let names: Vec<String> = row.values.iter().map(|(name, _)| name.clone()).collect();
            match tables.iter_mut().find(|(known, _)| *known == names) {
                Some((_, rows)) => rows.push(row),
                None => tables.push((names, vec![row])),
            }
        }
        for (names, rows) in tables {
            println!("| scenario | server | {} |", names.join(" | "));
            println!("| --- | --- |{}", " ---: |".repeat(names.len()));
            for row in rows {
                let cells: Vec<String> =
                    names.iter().map(|name| round(row.median(name).unwrap_or(0.0))).collect();
                println!("| {} | {} | {} |", row.scenario, row.peer, cells.join(" | "));
            }
            println!();
        }
    }

    /// Writes medians and single rounds.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let medians: BTreeMap<&str, Option<f64>> =
                    row.values.iter().map(|(name, _)| (name.as_str(), row.median(name))).collect();
                let rounds: BTreeMap<&str, &Vec<f64>> =
                    row.values.iter().map(|(name, values)| (name.as_str(), values)).collect();
                json!({ "scenario": row.scenario, "server": row.peer, "median": medians, "rounds": rounds })
            })
            .collect();
        fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        fs::write(file, serde_json::to_string_pretty(&rows)?)
    }
}

fn figures(row: &Row) -> String {
    let cells: Vec<String> = row
        .values
        .iter()
        .map(|(name, _)| format!("{name} {}", round(row.median(name).unwrap_or(0.0))))
        .collect();
    cells.join(", ")
}

fn round(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

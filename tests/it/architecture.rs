//! The conventions that a machine can check.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each may use only itself and those behind it.
const LAYERS: [&[&str]; 7] = [
    &["main", "cli", "app"],
    &["business"],
    &["office"],
    &["protocols"],
    &["actors"],
    &["store"],
    &["scope", "ids", "error", "config", "lib"],
];
const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 40;

/// A Rust file of the server: its path below `src/` and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The first folder, or the name of a file that stands alone.
    fn part(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// The feature in `office/FEATURE/…` and `business/FEATURE/…`.
    fn feature(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        let layer = parts.next()?;
        let feature = parts.next()?.trim_end_matches(".rs");
        (matches!(layer, "office" | "business") && feature != "mod").then_some(feature)
    }

    fn is_test(&self) -> bool {
        self.path.contains("tests") || self.path.ends_with("testing.rs")
    }

    /// Lines of code with their numbers, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = |line: &&str| !line.trim_start().starts_with("//");
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(move |(_, line)| code(line))
    }

    /// Paths that begin with `crate::`, with groups as they are written.
    fn imports(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (number, line) in self.code() {
            for (_, rest) in line.match_indices("crate::").map(|(at, found)| (at, &line[at + found.len()..]))
            {
                let end =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
                found.push((number, rest[..end].to_owned()));
            }
        }
        found
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root().join("src")).unwrap().to_str().unwrap().to_owned();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn layer(part: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&part))
}

/// Fails with all faults at once.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn no_import_points_left() {
    let mut faults = Vec::new();
    for source in sources() {
        let own = layer(source.part()).unwrap_or_else(|| panic!("{} belongs to no layer", source.path));
        for (line, import) in source.imports() {
            let target = import.split("::").next().unwrap_or_default();
            if layer(target).is_some_and(|target| target < own) {
                faults.push(format!("src/{}:{line} uses crate::{import}", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn features_use_each_other_only_through_what_they_offer() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.feature().is_some()) {
        for (line, import) in source.imports() {
            let parts: Vec<_> = import.split("::").collect();
            let [layer @ ("office" | "business"), feature, door, ..] = parts[..] else { continue };
            if Some(feature) == source.feature() && source.part() == layer {
                continue;
            }
            // What a feature re-exports are its types; `grants` and `groups` are further contracts of identity.
            let offered =
                matches!(door, "messages" | "grants" | "groups" | "") || door.starts_with(char::is_uppercase);
            if !offered {
                faults.push(format!("src/{}:{line} reaches into crate::{import}", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn siblings_use_each_other_in_one_direction() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        let Some(feature) = source.feature() else { continue };
        let own = format!("{}/{feature}", source.part());
        for (_, import) in source.imports() {
            let parts: Vec<_> = import.split("::").collect();
            if let [layer @ ("office" | "business"), feature, ..] = parts[..] {
                uses.entry(own.clone()).or_default().insert(format!("{layer}/{feature}"));
            }
        }
    }
    let both = |a: &String, b: &String| a != b && uses.get(b).is_some_and(|back| back.contains(a));
    let pairs = uses.iter().flat_map(|(a, targets)| targets.iter().map(move |b| (a, b)));
    let faults: Vec<_> =
        pairs.filter(|(a, b)| both(a, b)).map(|(a, b)| format!("{a} and {b} use each other")).collect();
    none(&faults);
}

#[test]
fn files_and_functions_are_short() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE && !source.is_test() {
            faults.push(format!("src/{} has {lines} lines", source.path));
        }
        for (line, length) in functions(&source.text).into_iter().filter(|_| !source.is_test()) {
            if length > LONGEST_FUNCTION {
                faults.push(format!("src/{}:{line} is a function of {length} lines", source.path));
            }
        }
    }
    none(&faults);
}

/// Where each function begins and how many lines it has; rustfmt puts the closing brace below `fn`.
fn functions(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<_> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let begins = [
            "fn ",
            "pub fn ",
            "async fn ",
            "pub async fn ",
            "pub(super) fn ",
            "pub(super) async fn ",
            "pub(crate) fn ",
            "pub(crate) async fn ",
        ]
        .iter()
        .any(|word| code.starts_with(word));
        let has_body = lines[at..]
            .iter()
            .find(|line| line.ends_with(['{', ';', '}']))
            .is_some_and(|line| !line.ends_with(';'));
        if begins && has_body {
            let close = format!("{}}}", &line[..line.len() - code.len()]);
            let end = lines[at..].iter().position(|line| **line == close || line.trim_end().ends_with("{}"));
            found.push((at + 1, end.map_or(1, |end| end + 1)));
        }
    }
    found
}

#[test]
fn only_the_clock_reads_the_clock() {
    let readers = ["Utc::now", "Local::now", "SystemTime::now", "Uuid::now_v7"];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.path != "actors/clock.rs" && !source.is_test()) {
        for (line, code) in source.code() {
            if let Some(reader) = readers.iter().find(|reader| code.contains(**reader)) {
                faults.push(format!("src/{}:{line} calls {reader}", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn no_file_is_a_drawer() {
    let drawers = ["utils.rs", "util.rs", "helpers.rs", "helper.rs", "misc.rs", "common.rs"];
    let in_drawer = |source: &Source| drawers.iter().any(|name| source.path.ends_with(&format!("/{name}")));
    let faults: Vec<_> = sources().into_iter().filter(in_drawer).map(|source| source.path).collect();
    none(&faults);
}

#[test]
fn every_migration_exists_for_both_databases() {
    for place in ["system", "tenant"] {
        let names = |database: &str| -> BTreeSet<String> {
            let folder = root().join("migrations").join(database).join(place);
            let entries = fs::read_dir(folder).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        assert_eq!(names("sqlite"), names("postgres"), "{place}");
    }
}

#[test]
fn tenant_tables_carry_the_tenant_in_their_key() {
    let mut faults = Vec::new();
    for database in ["sqlite", "postgres"] {
        for entry in fs::read_dir(root().join("migrations").join(database).join("tenant")).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            for table in text.split("CREATE TABLE ").skip(1) {
                let name = table.split_whitespace().next().unwrap_or_default();
                let body = table.split(");").next().unwrap_or_default();
                // One row of SQLite's journal holds entries of the log, in the tenant's own file.
                if name != "journal" && !body.contains("tenant_id") {
                    faults.push(format!("{}: {name} has no tenant_id", path.display()));
                }
            }
        }
    }
    none(&faults);
}

//! Tests of the types of the program.

mod example;

use std::collections::HashSet;

use crate::business::modules;

use super::field::Slot;
use super::kind::Kind;

#[test]
fn every_type_of_every_module_is_whole() {
    let modules = modules();
    let names: HashSet<&str> = modules.iter().map(|module| module.name).collect();
    let kinds: Vec<_> = modules.iter().flat_map(|module| &module.kinds).collect();
    for kind in &kinds {
        assert_eq!(kind.faults(), Vec::<String>::new(), "{}", kind.name);
        assert!(names.contains(kind.module.as_str()), "{} is in no module", kind.name);
        for field in &kind.fields {
            if let super::field::Holds::Link { to, .. } = &field.holds {
                assert!(
                    kinds.iter().any(|other| other.name == *to),
                    "{}.{} leads to {to}",
                    kind.name,
                    field.name
                );
            }
        }
    }
}

#[test]
fn modules_need_each_other_in_one_direction() {
    let modules = modules();
    // Each pass takes those away whose needs are met; in a circle none is.
    let (mut left, mut met): (Vec<_>, HashSet<&str>) = (modules.iter().collect(), HashSet::new());
    while !left.is_empty() {
        let before = left.len();
        left.retain(|module| {
            let ready = module.needs.iter().all(|need| met.contains(need));
            if ready {
                met.insert(module.name);
            }
            !ready
        });
        assert_ne!(left.len(), before, "modules need each other in a circle, or one that is not there");
    }
}

/// Where a field is indexed is for ever: records that are stored have their values there.
#[test]
fn fields_keep_their_columns() {
    let column = |slot: Option<Slot>| slot.map_or("", Slot::column);
    let of = |kind: &super::kind::Kind| {
        let fields: Vec<_> =
            kind.fields.iter().map(|field| format!("{}={}", field.name, column(field.slot))).collect();
        format!("{}: {}", kind.name, fields.join(" "))
    };
    let modules = modules();
    let all: Vec<String> = modules.iter().flat_map(|module| &module.kinds).map(of).collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// What CONTRIBUTING.md shows is code that is compiled here.
#[test]
fn the_example_of_a_type_is_whole() {
    let example = include_str!("tests/example.rs");
    assert!(include_str!("../../../CONTRIBUTING.md").contains(example.trim()));
    assert!(example.lines().count() < 20);
    let kind = Kind::of::<example::Vehicle>();
    assert_eq!(kind.faults(), Vec::<String>::new());
    let names: Vec<_> = kind.fields.iter().map(|field| (field.label.as_str(), field.required)).collect();
    assert_eq!(
        names,
        [("Plate", true), ("Driver", false), ("Inspected until", false), ("Kilometres", false)]
    );
    assert_eq!(kind.fields[2].help, "Day until which the inspection holds.");
}

//! A short run of every fuzz target: mutated inputs, the same ones in every run. `script/fuzz` goes further.

use std::panic::{AssertUnwindSafe, catch_unwind};

#[path = "../../fuzz/targets.rs"]
mod targets;

use targets::{TARGETS, Target};

/// Inputs for each target; `KONTOR_FUZZ_ROUNDS` sets another number, `KONTOR_FUZZ_SEED` other inputs.
const ROUNDS: u64 = 20_000;

#[test]
fn no_target_panics_on_mutated_input() {
    let rounds = setting("KONTOR_FUZZ_ROUNDS").unwrap_or(ROUNDS);
    let mut chance = Chance(setting("KONTOR_FUZZ_SEED").unwrap_or(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for target in TARGETS {
        fuzz(target, rounds, &mut chance);
    }
}

fn fuzz(target: &Target, rounds: u64, chance: &mut Chance) {
    let seeds = (target.seeds)();
    for seed in &seeds {
        run(target, seed);
    }
    for _ in 0..rounds {
        let mut input = seeds[chance.below(seeds.len())].clone();
        for _ in 0..=chance.below(4) {
            mutate(&mut input, &seeds, chance);
        }
        run(target, &input);
    }
}

fn run(target: &Target, input: &[u8]) {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    assert!(outcome.is_ok(), "target {} fails on {input:02x?}", target.name);
}

fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    const EDGES: [u8; 8] = [0, 1, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff];
    let place = chance.below(input.len() + 1);
    match chance.below(7) {
        0 => input.insert(place, chance.byte()),
        1 => input.insert(place, EDGES[chance.below(EDGES.len())]),
        2 => input.truncate(place),
        3 => input.extend_from_slice(&seeds[chance.below(seeds.len())]),
        4 => {
            let end = (place + chance.below(8)).min(input.len());
            let part = input[place..end].to_vec();
            input.extend(part);
        }
        kind => {
            let Some(byte) = input.get_mut(place) else { return };
            *byte = if kind == 5 { *byte ^ (1 << chance.below(8)) } else { EDGES[chance.below(EDGES.len())] };
        }
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A small generator of numbers (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }
}

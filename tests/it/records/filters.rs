//! The database and the server read a filter alike: whatever a list shows, its live topic tells of.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::on_both;
use kontor::business::engine::filter::{Filter, FilterJson, Meaning};
use kontor::business::engine::kind::Kind;
use kontor::business::engine::record::Seen;
use kontor::business::engine::store::{events, lists};
use kontor::business::projects::Task;
use kontor::ids::RecordId;
use kontor::scope::Scope;
use kontor::store::TenantTx;

use super::world::{made, value};

/// Chance that a seed repeats.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// A seed that is told when a test fails.
fn seed() -> u64 {
    uuid::Uuid::new_v4().as_u128() as u64 | 1
}

const WORDS: [&str; 6] = ["Alpha", "beta", "Émile", "gamma ray", "zoo", "42"];
const DAYS: [&str; 4] = ["2026-01-31", "2026-02-01", "2026-11-21", "2027-01-01"];
const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];

const KINDS: [&str; 5] = ["created", "changed", "deleted", "restored", "merged"];

/// The records of a type made of their events alone.
async fn replay(tx: &mut TenantTx, kind: &str) -> HashMap<RecordId, Map<String, Value>> {
    let (mut records, mut last) = (HashMap::<_, Map<String, Value>>::new(), 0);
    loop {
        let page = events::after(tx, events::Wanted::Kind(kind), last, 1_000).await.unwrap();
        let Some(latest) = page.last() else { return records };
        last = latest.seq;
        // What commands tell changes nothing.
        for event in page.into_iter().filter(|event| KINDS.contains(&event.name.as_str())) {
            let fields = records.entry(event.record).or_default();
            for (name, change) in event.changes {
                if change.new.is_null() {
                    fields.remove(&name);
                } else {
                    fields.insert(name, change.new);
                }
            }
        }
    }
}

/// A task with some of its fields.
fn fields(dice: &mut Dice) -> Value {
    let mut fields = json!({ "title": dice.pick(&WORDS) });
    let mut maybe = |name: &str, value: Value, dice: &mut Dice| {
        if dice.chance(60) {
            fields[name] = value;
        }
    };
    let due = dice.pick(&DAYS);
    maybe("due_on", json!(due), dice);
    let priority = dice.pick(&PRIORITIES);
    maybe("priority", json!(priority), dice);
    let estimate = format!("{}.5", dice.roll(9));
    maybe("estimate", json!(estimate), dice);
    let labels: Vec<_> = WORDS.iter().filter(|_| dice.chance(30)).collect();
    maybe("labels", json!(labels), dice);
    let text = dice.pick(&WORDS);
    maybe("description", json!(text), dice);
    fields
}

fn filter(dice: &mut Dice, depth: usize) -> Value {
    if depth > 0 && dice.chance(40) {
        let inner: Vec<_> = (0..dice.roll(3)).map(|_| filter(dice, depth - 1)).collect();
        return match dice.roll(3) {
            0 => json!({ "all": inner }),
            1 => json!({ "any": inner }),
            _ => json!({ "not": filter(dice, depth - 1) }),
        };
    }
    let (field, value) = match dice.roll(6) {
        0 => ("title", json!(dice.pick(&WORDS).to_uppercase())),
        1 => ("due_on", json!(dice.pick(&DAYS))),
        2 => ("priority", json!(dice.pick(&PRIORITIES))),
        3 => ("estimate", json!("4.5")),
        4 => ("labels", json!(dice.pick(&WORDS))),
        _ => ("state", json!("active")),
    };
    let ops: &[&str] = match field {
        "labels" => &["is", "is_not", "contains", "empty", "not_empty", "in"],
        "title" => &["is", "is_not", "contains", "empty", "not_empty", "less", "at_least", "in"],
        _ => &["is", "is_not", "empty", "not_empty", "less", "at_most", "greater", "at_least", "in"],
    };
    let op = *dice.pick(ops);
    let value = if op == "in" { json!([value]) } else { value };
    json!({ "field": field, "op": op, "value": value })
}

on_both!(a_filter_means_the_same_to_the_database_and_to_the_server, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let seed = seed();
    let mut dice = Dice(seed);
    for _ in 0..60 {
        made(&ana, "projects.task", fields(&mut dice)).await;
    }
    let scope = Scope::system(acme.id());
    let meaning = Meaning { scope: &scope, now: server.app().clock.now() };
    let kind = Arc::new(Kind::of::<Task>());
    let mut tx = server.app().store.read(&scope).await.unwrap();
    let all = lists::everything(&mut tx, "projects.task", uuid::Uuid::nil(), 1_000).await.unwrap();
    let seen: Vec<Seen> = all.into_iter().map(|record| Seen::new(&kind, &Arc::new(record))).collect();
    for _ in 0..200 {
        let asked = filter(&mut dice, 3);
        let json: FilterJson = serde_json::from_value(asked.clone()).unwrap();
        let mut filter = Filter::read(&kind, &json, meaning).unwrap();
        if dice.chance(30) {
            filter = filter.and(Filter::search(&WORDS[dice.roll(6)][..2]).unwrap());
        }
        let mine: Vec<_> =
            seen.iter().filter(|seen| filter.passes(*seen)).map(|seen| seen.record.id).collect();
        let listing = lists::Listing { kind: kind.name.clone(), filter, order: Vec::new(), deleted: false };
        let found = lists::page(&mut tx, &listing, None, 1_000).await.unwrap();
        let found: Vec<_> = found.iter().map(|record| record.id).collect();
        assert_eq!(found, mine, "seed {seed}: {asked}");
    }
});

on_both!(pages_of_an_order_join_to_the_whole, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let mut dice = Dice(7);
    for _ in 0..40 {
        made(&ana, "projects.task", fields(&mut dice)).await;
    }
    for sort in [
        "due_on",
        "-due_on",
        "priority,-estimate",
        "-estimate,title,due_on",
        "title",
        "owner",
        "-updated_at",
        "",
    ] {
        let whole = value(ana.get(&format!("/records/projects.task?limit=500&sort={sort}")).await, 200).await;
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/records/projects.task?limit=7&sort={sort}{cursor}");
            let page = value(ana.get(&path).await, 200).await;
            pages.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let seqs =
            |all: &Value| all.as_array().unwrap().iter().map(|one| one["seq"].clone()).collect::<Vec<_>>();
        assert_eq!(seqs(&Value::from(pages)), seqs(&whole["items"]), "{sort}");
        // A list of this moment's past is the list of now.
        let now = server.app().clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let past =
            value(ana.get(&format!("/records/projects.task?limit=500&sort={sort}&as_of={now}")).await, 200)
                .await;
        assert_eq!(seqs(&past["items"]), seqs(&whole["items"]), "{sort}, as of now");
    }
});

on_both!(the_events_alone_make_the_records, |server| {
    let acme = server.tenant("acme").await;
    let ana = acme.user("ana").await;
    let mut dice = Dice(seed());
    let mut ids: Vec<String> = Vec::new();
    let mut batches: Vec<Value> = Vec::new();
    for _ in 0..120 {
        let one = (!ids.is_empty()).then(|| dice.pick(&ids).clone());
        let path = |id: &str| format!("/records/projects.task/{id}");
        match (dice.roll(10), one) {
            (0..4, _) | (_, None) => {
                let record = made(&ana, "projects.task", fields(&mut dice)).await;
                ids.push(record["id"].as_str().unwrap().to_owned());
            }
            (4..7, Some(id)) => {
                let mut set = fields(&mut dice);
                set["due_on"] = Value::Null;
                // One that is deleted refuses.
                ana.patch(&path(&id), json!({ "fields": set })).await;
                let history = value(ana.get(&format!("{}/history?limit=1", path(&id))).await, 200).await;
                batches.push(history["items"][0]["batch"].clone());
            }
            (7, Some(id)) => drop(ana.delete(&path(&id)).await),
            (8, Some(id)) => drop(ana.post(&format!("{}/restore", path(&id)), json!({})).await),
            (_, Some(_)) => {
                if !batches.is_empty() {
                    let batch = dice.pick(&batches);
                    ana.post("/record-undo", json!({ "batch": batch })).await;
                }
            }
        }
    }
    let mut tx = server.app().store.read(&Scope::system(acme.id())).await.unwrap();
    let mut replayed = replay(&mut tx, "projects.task").await;
    let stored = lists::everything(&mut tx, "projects.task", uuid::Uuid::nil(), 1_000).await.unwrap();
    for record in stored {
        let mut events = replayed.remove(&record.id).unwrap();
        assert_eq!(events.remove("state"), Some(json!(record.state)));
        assert_eq!(events.remove("owner"), Some(json!(record.owner)));
        assert_eq!(events, record.fields);
    }
    assert!(replayed.is_empty());
});

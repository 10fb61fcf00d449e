//! What seeds would do to a business as it is: make, change or leave.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::business::engine::catalog::Catalog;
use crate::business::engine::commit::Op;
use crate::business::engine::error::EngineError;
use crate::business::engine::kind::Kind;
use crate::business::engine::store::{records, seeds as rows};
use crate::ids::{RecordId, TenantId};
use crate::store::TenantTx;

use super::resolve::Words;
use super::{Fate, SeedItem, SeedPack, SeedRecord, SeedWhat, Seeding};

/// A record of the seeds, compared.
pub struct Compared {
    pub item: SeedItem,
    pub id: RecordId,
    pub digest: String,
    /// `None` when there is nothing to do.
    pub op: Option<Op>,
}

/// What becomes of each own field.
pub fn fields(catalog: &Catalog, packs: &[SeedPack]) -> Vec<SeedItem> {
    let mut items = Vec::new();
    for (kind_name, fields) in packs.iter().flat_map(|pack| &pack.seeds.fields) {
        let Ok(kind) = catalog.kind(kind_name) else { continue };
        for (name, own) in fields {
            let same = |field: &crate::business::engine::field::Field| {
                (&field.label, &field.help, field.required, &field.holds)
                    == (&own.label, &own.help, own.required, &own.holds)
            };
            let fate = match kind.field(name) {
                None => Fate::Make,
                Some(field) if same(field) => Fate::Leave,
                Some(_) => Fate::Change,
            };
            let (kind, title) = (kind_name.clone(), name.clone());
            items.push(SeedItem { fate, kind, title, what: SeedWhat::Field });
        }
    }
    items
}

/// Every record: first those that the business works with, then the samples.
fn in_order(packs: &[SeedPack]) -> impl Iterator<Item = (&SeedPack, &SeedRecord, SeedWhat)> {
    let base =
        packs.iter().flat_map(|pack| pack.seeds.records.iter().map(move |one| (pack, one, SeedWhat::Record)));
    let samples =
        packs.iter().flat_map(|pack| pack.seeds.samples.iter().map(move |one| (pack, one, SeedWhat::Sample)));
    base.chain(samples)
}

/// What becomes of each record of a module that is switched on.
pub async fn records(
    tx: &mut TenantTx,
    catalog: &Catalog,
    around: &Seeding<'_>,
    packs: &[SeedPack],
) -> Result<Vec<Compared>, EngineError> {
    let before: HashMap<RecordId, String> =
        rows::all(tx).await?.into_iter().map(|row| (row.record, row.digest)).collect();
    let (mut ids, mut all) = (HashMap::new(), Vec::new());
    for (pack, record, what) in in_order(packs) {
        let Ok(kind) = catalog.kind(&record.kind) else { continue };
        let id = id_of(around.scope.tenant, &pack.name, &record.key);
        let (currency, now, admin) = (around.currency, around.now, around.scope.user());
        let fields = Words { currency, now, admin, ids: &ids }.fields(&kind, record);
        let digest = digest_of(record);
        let (fate, op) = match before.get(&id) {
            None => (Fate::Make, Some(create(record, id, fields))),
            Some(old) if *old == digest => (Fate::Leave, None),
            Some(_) => match records::get(tx, id).await?.filter(|there| there.deleted_at.is_none()) {
                Some(_) => (Fate::Change, Some(Op::Change { id, base: None, set: fields, owner: None })),
                // People have deleted it.
                None => (Fate::Leave, None),
            },
        };
        ids.insert(record.key.clone(), id);
        let item = SeedItem { fate, kind: record.kind.clone(), title: title_of(&kind, record), what };
        all.push(Compared { item, id, digest, op });
    }
    Ok(all)
}

/// What seeds make of a business that is not there yet.
pub fn fresh(catalog: &Catalog, packs: &[SeedPack]) -> Vec<SeedItem> {
    let mut items = fields(catalog, packs);
    for (_, record, what) in in_order(packs) {
        let Ok(kind) = catalog.kind(&record.kind) else { continue };
        let (kind_name, title) = (record.kind.clone(), title_of(&kind, record));
        items.push(SeedItem { fate: Fate::Make, kind: kind_name, title, what });
    }
    items
}

fn title_of(kind: &Kind, record: &SeedRecord) -> String {
    record.fields.get(&kind.title).and_then(Value::as_str).unwrap_or(&record.key).to_owned()
}

fn create(record: &SeedRecord, id: RecordId, fields: Map<String, Value>) -> Op {
    Op::Create { kind: record.kind.clone(), id: Some(id), fields, owner: None }
}

/// The id of a record: the same each time the document comes.
fn id_of(tenant: TenantId, pack: &str, key: &str) -> RecordId {
    let hash = blake3::hash(format!("seed {tenant} {pack} {key}").as_bytes());
    // The time of the business stays in front, so that ids sort as others do.
    let mut bytes = *tenant.0.as_bytes();
    bytes[6..].copy_from_slice(&hash.as_bytes()[..10]);
    let id = uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand);
    RecordId(id.with_variant(uuid::Variant::RFC4122).into_uuid())
}

fn digest_of(record: &SeedRecord) -> String {
    let text = serde_json::to_vec(record).unwrap_or_default();
    blake3::hash(&text).to_hex().to_string()
}

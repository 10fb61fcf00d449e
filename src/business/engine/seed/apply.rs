//! Makes what seeds name, in the transaction of whoever asks; the samples in a batch of their own.

use uuid::Uuid;

use crate::business::engine::commit::{Op, Task, Work};
use crate::business::engine::error::EngineError;
use crate::business::engine::event::Via;
use crate::business::engine::own::write_field;
use crate::business::engine::service::Engine;
use crate::business::engine::store::{records, seeds as rows};
use crate::ids::{TenantId, uuid_at};
use crate::scope::Scope;
use crate::store::{StoreError, TenantTx};

use super::compare::{self, Compared};
use super::{Fate, SeedItem, SeedPack, SeedWhat, Seeding};

impl Seeding<'_> {
    /// What seeds would do; nothing is written.
    ///
    /// # Errors
    /// `EngineError` when the database is not reachable.
    pub async fn compare(&self, tx: &mut TenantTx, packs: &[SeedPack]) -> Result<Vec<SeedItem>, EngineError> {
        let catalog = self.catalogs.fresh(tx, self.on).await?;
        let mut items = compare::fields(&catalog, packs);
        let records = compare::records(tx, &catalog, self, packs).await?;
        items.extend(records.into_iter().map(|one| one.item));
        Ok(items)
    }

    /// Makes and changes what is missing or different. Until the transaction ends nobody else changes records
    /// of the business; after it, whoever runs a server calls `Engine::refresh`.
    ///
    /// # Errors
    /// `EngineError` says what cannot be made; the transaction is then of no more use.
    pub async fn apply(&self, tx: &mut TenantTx, packs: &[SeedPack]) -> Result<Vec<SeedItem>, EngineError> {
        let mut items = self.fields(tx, packs).await?;
        let catalog = self.catalogs.fresh(tx, self.on).await?;
        let compared = compare::records(tx, &catalog, self, packs).await?;
        let mut work = Work::begin(tx, &catalog, self.now).await?;
        for what in [SeedWhat::Record, SeedWhat::Sample] {
            let chosen = compared.iter().filter(|one| one.item.what == what);
            let ops: Vec<_> = chosen.filter_map(|one| one.op.clone()).collect();
            if !ops.is_empty() {
                let (scope, batch) = (self.scope.clone(), uuid_at(self.now));
                work.apply(&Task { scope, via: Via::Activation, batch, named: false, ops }).await?;
            }
        }
        work.flush().await?;
        remember(tx, &compared).await?;
        items.extend(compared.into_iter().map(|one| one.item));
        Ok(items)
    }

    async fn fields(&self, tx: &mut TenantTx, packs: &[SeedPack]) -> Result<Vec<SeedItem>, EngineError> {
        let mut catalog = self.catalogs.fresh(tx, self.on).await?;
        let items = compare::fields(&catalog, packs);
        for item in items.iter().filter(|item| item.fate != Fate::Leave) {
            let own = packs.iter().rev().find_map(|pack| pack.seeds.fields.get(&item.kind)?.get(&item.title));
            if let Some(own) = own {
                write_field(tx, &catalog, (&item.kind, &item.title), own.clone(), self.now).await?;
                catalog = self.catalogs.fresh(tx, self.on).await?;
            }
        }
        Ok(items)
    }
}

async fn remember(tx: &mut TenantTx, compared: &[Compared]) -> Result<(), StoreError> {
    for (place, one) in (0..).zip(compared).filter(|(_, one)| one.op.is_some()) {
        let sample = one.item.what == SeedWhat::Sample;
        let (record, kind, digest) = (one.id, one.item.kind.as_str(), one.digest.as_str());
        rows::put(tx, &rows::NewSeed { record, kind, place, sample, digest }).await?;
    }
    Ok(())
}

impl Engine {
    /// Deletes the records to look at that are still there; returns how many, and the batch whose undo brings
    /// them back.
    ///
    /// # Errors
    /// `EngineError::Needed` when a record of the people's own needs one of them.
    pub async fn remove_samples(&self, tenant: TenantId) -> Result<(usize, Uuid), EngineError> {
        let system = Scope::system(tenant);
        let mut tx = self.store.read(&system).await?;
        let catalog = self.catalog(&mut tx).await?;
        let mut ops = Vec::new();
        // Those that link to others come after them, and go first.
        for row in rows::samples(&mut tx).await?.into_iter().rev() {
            let there = records::get(&mut tx, row.record).await?;
            let is_there = there.is_some_and(|there| there.deleted_at.is_none());
            if is_there && catalog.kind(&row.kind).is_ok() {
                ops.push(Op::Delete(row.record));
            }
        }
        drop(tx);
        let (count, batch) = (ops.len(), uuid_at(self.clock.now()));
        if count > 0 {
            self.commit_via(&system, Via::Undo, Some(batch), ops).await?;
        }
        Ok((count, batch))
    }
}

/// What seeds do to a business that is not there yet.
#[must_use]
pub fn all_new(program: &crate::business::engine::catalog::Catalog, packs: &[SeedPack]) -> Vec<SeedItem> {
    compare::fresh(program, packs)
}

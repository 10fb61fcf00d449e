//! Records for those who ask from outside: reads them under the caller's rights, and brings changes to the
//! recorder.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix::Addr;
use uuid::Uuid;

use crate::actors::{ChildSpec, Clock, LocateError, TenantEnv, Tenants, registry_child};
use crate::error::ErrorKind;
use crate::ids::{RecordId, uuid_at};
use crate::office::identity::Identity;
use crate::protocols::http::outbound::GuardedClient;
use crate::protocols::ws::live::hub::Hubs;
use crate::scope::{Right, Scope};
use crate::store::{Store, TenantTx};

use super::catalog::{Catalog, Catalogs};
use super::commit::{Done, Op, Task};
use super::days::{self, Awaited};
use super::error::EngineError;
use super::event::Via;
use super::hooks;
use super::import::Running;
use super::kind::Kind;
use super::record::Stored;
use super::recorder::{Commit, Recorder, RecorderEnv};
use super::rights::Access;
use super::store::records;
use super::value;
use super::write::rehearse;

/// Records that are likely the same by one field.
const LIKELY: i64 = 20;

/// What the routes and the live socket work with.
#[derive(Clone)]
pub struct Engine {
    pub store: Store,
    pub clock: Clock,
    pub tenants: Tenants,
    pub identity: Identity,
    pub catalogs: Catalogs,
    pub running: Running,
    /// Who is connected, to be told of what was saved.
    pub hubs: Hubs,
    /// The one that asks addresses of webhooks.
    pub client: GuardedClient,
}

/// A record with its type, and what the caller may do with it.
pub struct Found {
    pub record: Stored,
    pub kind: Arc<Kind>,
    pub access: Access,
}

/// The actors of records in one tenant.
#[must_use]
pub fn children(tenant: &TenantEnv, identity: &Identity, catalogs: &Catalogs) -> Vec<ChildSpec> {
    let awaited = Awaited::of(tenant);
    let waiting = days::child(tenant, identity, catalogs, &awaited);
    let feeder = hooks::child(tenant, identity, catalogs);
    let (identity, catalogs) = (identity.clone(), catalogs.clone());
    let recorders = registry_child::<Recorder>(tenant, move |tenant| RecorderEnv {
        store: tenant.store.clone(),
        clock: tenant.clock.clone(),
        identity: identity.clone(),
        catalogs: catalogs.clone(),
        bus: Some(tenant.bus()),
        days: awaited.clone(),
    });
    vec![recorders, waiting, feeder]
}

impl Engine {
    /// The recorder of the caller's tenant.
    pub async fn recorder(&self, scope: &Scope) -> Result<Addr<Recorder>, EngineError> {
        let env = self.tenants.wake(scope.tenant).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => EngineError::NoRecord,
            _ => EngineError::Busy,
        })?;
        env.registrar::<Recorder>().locate(scope.tenant).await.map_err(|error| match error {
            LocateError::Load(error) => error,
            LocateError::CrashLoop { .. } | LocateError::Closed => EngineError::Busy,
        })
    }

    /// Carries operations out as the caller, all of them or none.
    pub async fn commit(
        &self,
        scope: &Scope,
        batch: Option<Uuid>,
        ops: Vec<Op>,
    ) -> Result<Done, EngineError> {
        self.commit_via(scope, Via::Person, batch, ops).await
    }

    /// The same by another way than that of people.
    pub async fn commit_via(
        &self,
        scope: &Scope,
        via: Via,
        batch: Option<Uuid>,
        ops: Vec<Op>,
    ) -> Result<Done, EngineError> {
        let (named, batch) = (batch.is_some(), batch.unwrap_or_else(|| uuid_at(self.clock.now())));
        let task = Task { scope: scope.clone(), via, batch, named, ops };
        self.recorder(scope).await?.send(Commit(task)).await.map_err(|_| EngineError::Busy)?
    }

    /// What would become of operations, without anything becoming of them.
    pub async fn rehearse(&self, scope: &Scope, via: Via, ops: Vec<Op>) -> Result<Done, EngineError> {
        let env = RecorderEnv {
            store: self.store.clone(),
            clock: self.clock.clone(),
            identity: self.identity.clone(),
            catalogs: self.catalogs.clone(),
            bus: None,
            days: Awaited::default(),
        };
        let task = Task { scope: scope.clone(), via, batch: uuid_at(self.clock.now()), named: false, ops };
        rehearse(&env, &task).await
    }

    /// What the tenant's records can be.
    pub async fn catalog(&self, tx: &mut TenantTx) -> Result<Arc<Catalog>, EngineError> {
        self.catalogs.of(tx, &self.switches(tx).await?).await
    }

    async fn switches(&self, tx: &TenantTx) -> Result<BTreeMap<String, bool>, EngineError> {
        Ok(self.identity.tenant(tx.tenant()).await?.profile.modules)
    }

    /// A type, and what the caller may do with records of it. Guests who may do nothing with it are told that
    /// there is none.
    pub async fn kind(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        name: &str,
    ) -> Result<(Arc<Kind>, Access), EngineError> {
        let catalog = self.catalog(tx).await?;
        let kind = catalog.kind(name)?;
        let access = catalog.access(tx, scope, name).await?;
        if access.is_nothing() { Err(EngineError::NoKind) } else { Ok((kind, access)) }
    }

    /// What the caller may do with records of a type.
    pub async fn access(&self, scope: &Scope, name: &str) -> Result<Access, EngineError> {
        let mut tx = self.store.read(scope).await?;
        Ok(self.kind(&mut tx, scope, name).await?.1)
    }

    /// A record on which the caller holds a right; of this type, if one is named.
    pub async fn get(
        &self,
        scope: &Scope,
        kind: Option<&str>,
        id: RecordId,
        right: Right,
    ) -> Result<Found, EngineError> {
        let mut tx = self.store.read(scope).await?;
        self.find(&mut tx, scope, kind, id, right).await
    }

    /// The same in a transaction.
    pub async fn find(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        kind: Option<&str>,
        id: RecordId,
        right: Right,
    ) -> Result<Found, EngineError> {
        let record = records::get(tx, id).await?.ok_or(EngineError::NoRecord)?;
        if kind.is_some_and(|kind| kind != record.kind) {
            return Err(EngineError::NoRecord);
        }
        let hide = |error| if matches!(error, EngineError::NoKind) { EngineError::NoRecord } else { error };
        let (kind, access) = self.kind(tx, scope, &record.kind).await.map_err(hide)?;
        access.require(scope, right, &record)?;
        Ok(Found { record, kind, access })
    }

    /// Records that are likely the same as one: they agree in a field that tells records of the type apart.
    pub async fn duplicates(&self, tx: &mut TenantTx, found: &Found) -> Result<Vec<Stored>, EngineError> {
        let Found { record, kind, access } = found;
        let mut all: Vec<Stored> = Vec::new();
        for name in kind.same_by.iter().filter(|name| !access.is_hidden(name)) {
            let Some(field) = kind.field(name) else { continue };
            let key = record.fields.get(name).and_then(|value| value::key(&field.holds, value));
            let (Some(slot), Some(key)) = (field.slot, key) else { continue };
            for other in records::with_key(tx, kind, slot, &key, LIKELY).await? {
                let is_known = other.id == record.id || all.iter().any(|known| known.id == other.id);
                if !is_known && access.right(other.owner).is_some() {
                    all.push(other);
                }
            }
        }
        Ok(all)
    }
}

//! The record types of one tenant: those of the program with the fields that the tenant has added, and the
//! tenant's own; with them who may do what.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ids::{TenantId, UserId};
use crate::office::identity::{self, groups};
use crate::scope::Scope;
use crate::store::{StoreError, TenantTx};

use super::command::Handler;
use super::consequence::Consequence;
use super::error::EngineError;
use super::field::Field;
use super::hooks::Hook;
use super::kind::Kind;
use super::module::Module;
use super::rights::{Access, Policy, Reach, Subject};
use super::rule::Rule;
use super::store::catalog as rows;

/// What a tenant's records can be.
#[derive(Clone)]
pub struct Catalog {
    pub kinds: BTreeMap<String, Arc<Kind>>,
    pub policies: Vec<(String, Subject, Policy)>,
    pub modules: Arc<[Module]>,
    /// Which modules are switched on.
    pub on: BTreeMap<String, bool>,
    /// Who is told of what happens.
    pub hooks: Arc<[Hook]>,
}

/// The catalogs of all tenants that are awake; cheap to clone.
#[derive(Clone)]
pub struct Catalogs {
    modules: Arc<[Module]>,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    all: HashMap<TenantId, Arc<Catalog>>,
    /// Grows when one is forgotten: what was read before is out of date.
    forgotten: u64,
}

/// Catalogs in memory.
const MOST: usize = 2_000;

impl Catalogs {
    #[must_use]
    pub fn new(modules: Vec<Module>) -> Self {
        Self { modules: modules.into(), known: Arc::default() }
    }

    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The catalog of a tenant; `on` are its modules' switches.
    ///
    /// # Errors
    /// `EngineError` when the database is not reachable or holds what cannot be read.
    pub async fn of(
        &self,
        tx: &mut TenantTx,
        on: &BTreeMap<String, bool>,
    ) -> Result<Arc<Catalog>, EngineError> {
        let tenant = tx.tenant();
        let before = {
            let known = self.lock();
            if let Some(catalog) = known.all.get(&tenant).filter(|catalog| catalog.on == *on) {
                return Ok(catalog.clone());
            }
            known.forgotten
        };
        let catalog = Arc::new(self.read(tx, on).await?);
        let mut known = self.lock();
        if known.forgotten == before {
            if known.all.len() >= MOST {
                known.all.clear();
            }
            known.all.insert(tenant, catalog.clone());
        }
        Ok(catalog)
    }

    /// Makes the next one who asks read the catalog again.
    pub fn forget(&self, tenant: TenantId) {
        let mut known = self.lock();
        known.all.remove(&tenant);
        known.forgotten += 1;
    }

    /// The catalog as the transaction sees it, which may have changed it itself.
    ///
    /// # Errors
    /// As `of`.
    pub async fn fresh(
        &self,
        tx: &mut TenantTx,
        on: &BTreeMap<String, bool>,
    ) -> Result<Catalog, EngineError> {
        self.read(tx, on).await
    }

    /// The types of the program alone.
    #[must_use]
    pub fn of_program(&self, on: &BTreeMap<String, bool>) -> Catalog {
        let built_in = self.modules.iter().flat_map(|module| &module.kinds);
        let kinds = built_in.map(|kind| (kind.name.clone(), Arc::new(kind.clone()))).collect();
        let (policies, hooks) = (Vec::new(), Arc::default());
        Catalog { kinds, policies, modules: self.modules.clone(), on: on.clone(), hooks }
    }

    async fn read(&self, tx: &mut TenantTx, on: &BTreeMap<String, bool>) -> Result<Catalog, EngineError> {
        let built_in = self.modules.iter().flat_map(|module| &module.kinds);
        let mut kinds: BTreeMap<String, Kind> =
            built_in.map(|kind| (kind.name.clone(), kind.clone())).collect();
        for kind in rows::kinds(tx).await? {
            kinds.insert(kind.name.clone(), kind);
        }
        for (kind, field) in rows::fields(tx).await? {
            if let Some(kind) = kinds.get_mut(&kind) {
                kind.fields.push(field);
            }
        }
        let policies = rows::policies(tx).await?;
        let kinds = kinds.into_iter().map(|(name, kind)| (name, Arc::new(kind))).collect();
        let hooks = super::hooks::all(tx).await?.into();
        Ok(Catalog { kinds, policies, modules: self.modules.clone(), on: on.clone(), hooks })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Catalog {
    /// A type that is switched on.
    ///
    /// # Errors
    /// `EngineError::NoKind` when there is none.
    pub fn kind(&self, name: &str) -> Result<Arc<Kind>, EngineError> {
        let kind = self.kinds.get(name).filter(|kind| self.is_on(&kind.module));
        kind.cloned().ok_or(EngineError::NoKind)
    }

    /// Whether a module is switched on. Where nothing is said of modules, all are.
    #[must_use]
    pub fn is_on(&self, module: &str) -> bool {
        let is_own = !self.modules.iter().any(|known| known.name == module);
        is_own || self.on.is_empty() || self.on.get(module).copied().unwrap_or(false)
    }

    /// A command of a type.
    #[must_use]
    pub fn command<'a>(&'a self, kind: &'a str, name: &str) -> Option<&'a Handler> {
        self.commands(kind).find(|handler| handler.json.name == name)
    }

    /// The commands of a type.
    pub fn commands<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Handler> {
        let is_on = |handler: &&Handler| handler.needs.iter().all(|module| self.is_on(module));
        let all = self.modules.iter().flat_map(|module| &module.commands).filter(is_on);
        all.filter(move |handler| handler.kind == kind)
    }

    /// What follows from changes of a type.
    pub fn consequences<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Arc<dyn Consequence>> {
        let all = self.modules.iter().flat_map(|module| &module.consequences);
        all.filter(move |consequence| consequence.kind() == kind)
    }

    /// The fields of days that are waited for, with their types.
    pub fn days(&self) -> impl Iterator<Item = (&Arc<Kind>, &Field)> {
        let on = self.modules.iter().filter(|module| self.is_on(module.name));
        on.flat_map(|module| &module.days).filter_map(|(kind, field)| {
            let kind = self.kinds.get(*kind)?;
            Some((kind, kind.field(field)?))
        })
    }

    /// The rules of the modules that are switched on.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<dyn Rule>> {
        self.modules.iter().filter(|module| self.is_on(module.name)).flat_map(|module| &module.rules)
    }

    /// What someone may do with records of a type.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn access(&self, tx: &mut TenantTx, scope: &Scope, kind: &str) -> Result<Access, StoreError> {
        let policies = || {
            self.policies.iter().filter(|(of, ..)| of == kind).map(|(_, subject, policy)| (*subject, policy))
        };
        let is_grouped = |(subject, policy): (Subject, &Policy)| {
            matches!(subject, Subject::Group(_))
                || [policy.read, policy.edit, policy.delete].contains(&Reach::Team)
        };
        let (mut mine, mut team) = (HashSet::new(), Vec::new());
        if let Some(user) =
            scope.user().filter(|_| !scope.role.is_administrator() && policies().any(is_grouped))
        {
            for group in groups::groups_of(tx, user).await? {
                team.extend(groups::people_of(tx, group).await?);
                mine.insert(group);
            }
            team.sort_unstable();
            team.dedup();
        }
        let is_kept = self.kinds.get(kind).is_some_and(|kind| kind.for_administrators);
        let otherwise = if is_kept { Policy::of_reader(scope.role) } else { Policy::of_role(scope.role) };
        Ok(Access::of(scope, policies(), &mine, team, otherwise))
    }

    /// Whether someone has an account here.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn is_person(&self, tx: &mut TenantTx, id: UserId) -> Result<bool, StoreError> {
        identity::is_person(tx, id).await
    }
}

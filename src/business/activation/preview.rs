//! What an activation would do, told before anything is done.

use crate::business::engine::{Fate, Seeding, all_new_seeds};
use crate::office::identity::messages::{Profile, Tenant};
use crate::scope::{Principal, Role, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::connect::Connecting;
use super::error::ActivationError;
use super::items::{Item, PlannedStep};
use super::parse::program;
use super::plan::Plan;
use super::saga::{Activation, Step};

/// What an activation would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActivationPreview)]
pub struct Preview {
    /// Whether the business would be made, or is there already.
    pub creates: bool,
    /// How many things would be made, changed and left.
    pub make: usize,
    pub change: usize,
    pub leave: usize,
    pub steps: Vec<PlannedStep>,
}

impl Activation {
    /// Compares a plan with what is there; nothing is written.
    ///
    /// # Errors
    /// `ActivationError::SlugTaken` and `DomainTaken` as the activation itself would tell.
    pub async fn preview(&self, plan: &Plan) -> Result<Preview, ActivationError> {
        let there = self.identity.tenant_by_slug(&plan.slug).await?;
        let admin = plan.admin().map(ToString::to_string).unwrap_or_default();
        if let Some(tenant) = there.as_ref().filter(|tenant| tenant.profile.admin != admin) {
            return Err(ActivationError::SlugTaken(tenant.slug.clone()));
        }
        for domain in &plan.domains {
            let owner = self.identity.domain_owner(&domain.host).await?;
            if owner.is_some_and(|owner| there.as_ref().is_none_or(|tenant| tenant.id != owner)) {
                return Err(ActivationError::DomainTaken(domain.host.clone()));
            }
        }
        // One that never came to its end is brought to life from the beginning.
        let steps = match &there {
            Some(tenant) if tenant.profile.activated => self.compare(plan, tenant).await?,
            _ => all_new(plan),
        };
        let items = || steps.iter().flat_map(|step| &step.items);
        let count = |fate| items().filter(|item| item.fate == fate).count();
        let (make, change, leave) = (count(Fate::Make), count(Fate::Change), count(Fate::Leave));
        let creates = there.is_none_or(|tenant| !tenant.profile.activated);
        Ok(Preview { creates, make, change, leave, steps })
    }

    async fn compare(&self, plan: &Plan, tenant: &Tenant) -> Result<Vec<PlannedStep>, ActivationError> {
        let Self { store, clock, identity, catalogs } = self;
        let asked: Vec<_> = plan.people.iter().map(|person| person.email.clone()).collect();
        let known = identity.known(tenant.id, &asked).await?;
        let fate = |is_there| if is_there { Fate::Leave } else { Fate::Make };
        let mut seeds: Vec<_> = asked
            .iter()
            .map(|email| Item::new(fate(known.contains(email)), "person", email.to_string()))
            .collect();
        let principal = match plan.admin() {
            Some(admin) if known.contains(admin) => {
                Principal::User(identity.person_by_email(tenant.id, admin).await?.id)
            }
            _ => Principal::System,
        };
        let scope = Scope { tenant: tenant.id, principal, role: Role::TenantAdmin, session: None };
        let mut tx = store.read(&scope).await?;
        let (on, currency, now) = (&plan.modules, plan.currency.as_str(), clock.now());
        let seeding = Seeding { catalogs, scope: &scope, on, currency, now };
        seeds.extend(seeding.compare(&mut tx, &plan.packs).await?.into_iter().map(Item::from));
        let mut connecting = Connecting { store, tx: &mut tx, now, write: false };
        Ok(steps([
            vec![Item::new(Fate::Leave, "business", plan.slug.clone())],
            vec![Item::new(Fate::Leave, "database", plan.slug.clone())],
            modules(plan, &tenant.name, &tenant.profile),
            connecting.integrations(&plan.integrations).await?,
            seeds,
            connecting.domains(&plan.domains).await?,
            connecting.assistants(&plan.assistants).await?,
            vec![Item::new(Fate::Leave, "opening", plan.slug.clone())],
        ]))
    }
}

fn steps(items: [Vec<Item>; 8]) -> Vec<PlannedStep> {
    Step::ALL.into_iter().zip(items).map(|(step, items)| PlannedStep { step, items }).collect()
}

/// Everything is made.
fn all_new(plan: &Plan) -> Vec<PlannedStep> {
    let make = |what, name: &str| Item::new(Fate::Make, what, name);
    let mut program = program().clone();
    program.on.clone_from(&plan.modules);
    let mut seeds: Vec<_> =
        plan.people.iter().map(|person| make("person", &person.email.to_string())).collect();
    seeds.extend(all_new_seeds(&program, &plan.packs).into_iter().map(Item::from));
    let service = |one: &super::plan::Integration| format!("{} {}", one.purpose, one.provider);
    steps([
        vec![make("business", &plan.slug)],
        vec![make("database", &plan.slug)],
        modules(plan, "", &Profile::default()),
        plan.integrations.iter().map(|one| make("integration", &service(one))).collect(),
        seeds,
        plan.domains.iter().map(|one| make("domain", &one.host)).collect(),
        plan.assistants.iter().map(|one| make("assistant", &one.name)).collect(),
        vec![make("opening", &plan.slug)],
    ])
}

/// What the business says about itself, and its switches; a switch that the document does not name any more goes.
fn modules(plan: &Plan, name: &str, profile: &Profile) -> Vec<Item> {
    let fate = |old: &str, new: &str| match old {
        "" => Fate::Make,
        old if old == new => Fate::Leave,
        _ => Fate::Change,
    };
    let mut items = vec![
        Item::new(fate(name, &plan.name), "setting", "name"),
        Item::new(fate(&profile.locale, &plan.locale), "setting", "locale"),
        Item::new(fate(&profile.time_zone, &plan.time_zone), "setting", "time_zone"),
        Item::new(fate(&profile.currency, &plan.currency), "setting", "currency"),
    ];
    for (name, on) in &plan.modules {
        let fate = match profile.modules.get(name) {
            None => Fate::Make,
            Some(old) if old == on => Fate::Leave,
            Some(_) => Fate::Change,
        };
        items.push(Item::new(fate, "module", name.clone()));
    }
    let gone = profile.modules.keys().filter(|name| !plan.modules.contains_key(*name));
    items.extend(gone.map(|name| Item::new(Fate::Change, "module", name.clone())));
    items
}

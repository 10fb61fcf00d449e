//! What a tenant adds to the types of the program: types, fields, policies. In force with the next request,
//! without a restart.

use uuid::Uuid;

use crate::scope::Scope;
use crate::store::TenantTx;

use super::error::EngineError;
use super::field::{Choice, Field, Holds, is_name};
use super::kind::Kind;
use super::live::EndAll;
use super::rights::{Policy, Subject};
use super::service::Engine;
use super::store::catalog::{self as rows, NewField, OwnField, OwnKind};
use super::store::{lists, records};

/// Types of a tenant's own.
const KINDS: usize = 200;
/// Fields of a tenant's own in one type.
const FIELDS: usize = 500;
/// Options of a choice.
const OPTIONS: usize = 200;
/// Policies of a tenant.
const POLICIES: usize = 2_000;
const LABEL: usize = 80;

impl Engine {
    /// Makes a type of the tenant's own, or changes it.
    pub async fn put_kind(&self, scope: &Scope, name: &str, own: OwnKind) -> Result<(), EngineError> {
        let singular = name.strip_prefix("own.").filter(|singular| is_name(singular));
        if singular.is_none() {
            return Err(EngineError::invalid(
                "a type of your own is called own.name, of small letters, digits and _",
            ));
        }
        check_label(&own.label)?;
        check_label(&own.plural)?;
        check_options(&own.states)?;
        let mut tx = self.store.begin(scope).await?;
        let catalog = self.catalog(&mut tx).await?;
        let is_new = !catalog.kinds.contains_key(name);
        if is_new && catalog.kinds.values().filter(|kind| kind.custom).count() >= KINDS {
            return Err(EngineError::TooMany { what: "types of one's own", limit: KINDS });
        }
        let known = |field: &String| catalog.kinds.get(name).is_some_and(|kind| kind.field(field).is_some());
        if let Some(lost) = own.board.iter().chain(&own.days).find(|field| !known(field)) {
            return Err(EngineError::Invalid(format!("there is no field {lost} yet")));
        }
        let definition =
            serde_json::to_value(&own).map_err(|error| EngineError::Invalid(error.to_string()))?;
        rows::put_kind(&mut tx, name, definition, self.clock.now()).await?;
        tx.commit().await?;
        self.refresh(scope).await
    }

    /// Adds a field to a type, or changes it; what it holds stays what it is.
    pub async fn put_field(
        &self,
        scope: &Scope,
        kind: &str,
        name: &str,
        own: OwnField,
    ) -> Result<(), EngineError> {
        let mut tx = self.store.begin(scope).await?;
        let catalog = self.catalog(&mut tx).await?;
        write_field(&mut tx, &catalog, (kind, name), own, self.clock.now()).await?;
        tx.commit().await?;
        self.refresh(scope).await
    }

    /// Says what a role or group may do, or takes it back.
    pub async fn put_policy(
        &self,
        scope: &Scope,
        kind: &str,
        subject: &str,
        policy: Option<Policy>,
    ) -> Result<(), EngineError> {
        let mut tx = self.store.begin(scope).await?;
        let catalog = self.catalog(&mut tx).await?;
        let kind = catalog.kind(kind)?;
        if Subject::parse(subject).is_none() {
            return Err(EngineError::invalid("a subject is role:NAME or group:ID"));
        }
        match policy {
            None if rows::remove_policy(&mut tx, &kind.name, subject).await? => {}
            None => return Err(EngineError::NoEntry),
            Some(policy) => {
                let unknown =
                    policy.hidden.iter().chain(&policy.read_only).find(|name| kind.field(name).is_none());
                if let Some(name) = unknown {
                    return Err(EngineError::Invalid(format!("there is no field {name}")));
                }
                if catalog.policies.len() >= POLICIES {
                    return Err(EngineError::TooMany { what: "policies", limit: POLICIES });
                }
                let definition =
                    serde_json::to_value(&policy).map_err(|error| EngineError::Invalid(error.to_string()))?;
                rows::put_policy(&mut tx, &kind.name, subject, definition).await?;
            }
        }
        tx.commit().await?;
        self.refresh(scope).await
    }

    /// Everyone works with the catalog of now; who looks at a list asks again, with the rights of now.
    ///
    /// # Errors
    /// `EngineError::Busy` when the recorder does not answer.
    pub async fn refresh(&self, scope: &Scope) -> Result<(), EngineError> {
        self.catalogs.forget(scope.tenant);
        self.recorder(scope).await?.send(EndAll).await.map_err(|_| EngineError::Busy)
    }
}

/// Adds a field to a type, or changes it, in a transaction.
///
/// # Errors
/// `EngineError` says what is wrong with it.
pub async fn write_field(
    tx: &mut TenantTx,
    catalog: &super::catalog::Catalog,
    (kind, name): (&str, &str),
    own: OwnField,
    now: crate::ids::Timestamp,
) -> Result<(), EngineError> {
    let kind = catalog.kind(kind)?;
    check_field_name(&kind, name)?;
    check_field(catalog, &own)?;
    let (known, count) = (kind.field(name), kind.fields.iter().filter(|field| field.custom).count());
    check_change(known, &own.holds)?;
    if known.is_none() && count >= FIELDS {
        return Err(EngineError::TooMany { what: "fields of one's own", limit: FIELDS });
    }
    let slot = match known {
        Some(field) => field.slot,
        None => rows::free_slot(&kind, &own.holds),
    };
    let definition = serde_json::to_value(&own).map_err(|error| EngineError::Invalid(error.to_string()))?;
    let position = count as i64;
    let field = NewField { kind: &kind.name, name, position, slot, definition, at: now };
    rows::put_field(tx, field).await?;
    if let Some(old) = known.filter(|old| old.holds != own.holds) {
        let mut after = Kind::clone(&kind);
        if let Some(field) = after.fields.iter_mut().find(|field| field.name == old.name) {
            field.holds = own.holds;
        }
        reindex(tx, &kind, &after).await?;
    }
    Ok(())
}

/// Writes the keys of all records of a type anew.
async fn reindex(tx: &mut TenantTx, before: &Kind, after: &Kind) -> Result<(), EngineError> {
    let mut last = Uuid::nil();
    loop {
        let page = lists::everything(tx, &after.name, last, 500).await?;
        let Some(latest) = page.last() else { return Ok(()) };
        last = latest.id.0;
        for record in &page {
            records::rekey(tx, before, after, record).await?;
        }
    }
}

pub(super) fn check_field_name(kind: &Kind, name: &str) -> Result<(), EngineError> {
    let is_free = name.strip_prefix("x_").is_some_and(is_name);
    if is_free || kind.custom && is_name(name) && !is_taken(name) {
        return Ok(());
    }
    Err(EngineError::invalid("a field of your own is called x_name, of small letters, digits and _"))
}

/// Names that every record has.
fn is_taken(name: &str) -> bool {
    matches!(
        name,
        "id" | "kind"
            | "state"
            | "owner"
            | "version"
            | "seq"
            | "data"
            | "created_at"
            | "updated_at"
            | "title"
    )
}

fn check_label(label: &str) -> Result<(), EngineError> {
    let good = (1..=LABEL).contains(&label.trim().chars().count()) && !label.chars().any(char::is_control);
    if good { Ok(()) } else { Err(EngineError::Invalid(format!("a label has 1 to {LABEL} characters"))) }
}

fn check_options(options: &[Choice]) -> Result<(), EngineError> {
    if options.len() > OPTIONS {
        return Err(EngineError::TooMany { what: "options", limit: OPTIONS });
    }
    for (place, option) in options.iter().enumerate() {
        check_label(&option.label)?;
        if !is_name(&option.value) || options[..place].iter().any(|other| other.value == option.value) {
            return Err(EngineError::Invalid(format!(
                "\"{}\" is no value of its own, of small letters, digits and _",
                option.value
            )));
        }
    }
    Ok(())
}

pub(super) fn check_field(catalog: &super::catalog::Catalog, own: &OwnField) -> Result<(), EngineError> {
    check_label(&own.label)?;
    match &own.holds {
        Holds::Choice { options } | Holds::Choices { options } if options.is_empty() => {
            Err(EngineError::invalid("a choice has options"))
        }
        Holds::Choice { options } | Holds::Choices { options } => check_options(options),
        Holds::Link { to, .. } => {
            catalog.kind(to).map(|_| ()).map_err(|_| EngineError::Invalid(format!("there is no type {to}")))
        }
        Holds::Number { scale } if *scale > 6 => {
            Err(EngineError::invalid("a number has at most 6 digits behind the point"))
        }
        _ => Ok(()),
    }
}

/// A field goes on to hold what it holds; choices may get more and other options.
fn check_change(known: Option<&Field>, holds: &Holds) -> Result<(), EngineError> {
    let same = |one: &Holds, other: &Holds| match (one, other) {
        (Holds::Choice { .. }, Holds::Choice { .. }) | (Holds::Choices { .. }, Holds::Choices { .. }) => true,
        (Holds::Link { to, .. }, Holds::Link { to: other, .. }) => to == other,
        (one, other) => one == other,
    };
    match known {
        Some(field) if !field.custom => {
            Err(EngineError::Conflict("this field is part of the program".into()))
        }
        Some(field) if !same(&field.holds, holds) => {
            Err(EngineError::Conflict("a field goes on to hold what it holds; add another one".into()))
        }
        _ => Ok(()),
    }
}

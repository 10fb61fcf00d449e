//! What a tenant has added to the types of the program, and its policies.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::{Choice, Field, Holds, SLOTS, Slot, Sort};
use crate::business::engine::kind::Kind;
use crate::business::engine::rights::{Policy, Subject};
use crate::ids::Timestamp;
use crate::store::{StoreError, TenantTx, args, row};

row! {
    struct KindRow {
        name: String,
        definition: Value,
    }
}

row! {
    struct FieldRow {
        kind: String,
        name: String,
        slot: Option<String>,
        definition: Value,
    }
}

row! {
    struct PolicyRow {
        kind: String,
        subject: String,
        definition: Value,
    }
}

/// A type of a tenant's own, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OwnKind)]
#[serde(deny_unknown_fields)]
pub struct OwnKind {
    pub label: String,
    pub plural: String,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub icon: String,
    /// At least one; the first one is that of new records.
    #[serde(default)]
    pub states: Vec<Choice>,
    /// The field whose values are the columns of a board.
    #[serde(default)]
    pub board: Option<String>,
    /// The days that calendar and timeline show: from, to.
    #[serde(default)]
    pub days: Vec<String>,
}

/// A field of a tenant's own, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema, schemars::JsonSchema)]
#[schema(as = OwnField)]
pub struct OwnField {
    pub label: String,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub required: bool,
    #[serde(flatten)]
    pub holds: Holds,
}

/// The types of the tenant's own; each begins with a title, its further fields are rows of their own.
pub async fn kinds(tx: &mut TenantTx) -> Result<Vec<Kind>, EngineError> {
    let sql = "SELECT name, definition FROM record_kinds WHERE tenant_id = $1 ORDER BY name";
    let rows: Vec<KindRow> = tx.all(sql, args![tx.tenant()]).await?;
    let read = |row: KindRow| {
        let own: OwnKind =
            serde_json::from_value(row.definition).map_err(|_| EngineError::Damaged("type"))?;
        Ok(own.kind(row.name))
    };
    rows.into_iter().map(read).collect()
}

impl OwnKind {
    /// The type as the engine works with it.
    #[must_use]
    pub fn kind(self, name: String) -> Kind {
        let title = Field {
            name: "title".into(),
            label: "Title".into(),
            help: String::new(),
            holds: Holds::Text,
            required: true,
            slot: Some(Slot::Text(0)),
            custom: true,
        };
        let active = || vec![Choice { value: "active".into(), label: "Active".into() }];
        Kind {
            module: name.split('.').next().unwrap_or_default().to_owned(),
            name,
            label: self.label,
            plural: self.plural,
            help: self.help,
            icon: self.icon,
            title: title.name.clone(),
            board: self.board,
            days: self.days,
            columns: Vec::new(),
            same_by: vec![title.name.clone()],
            states: if self.states.is_empty() { active() } else { self.states },
            fields: vec![title],
            custom: true,
            for_administrators: false,
            check: None,
        }
    }
}

/// The fields of the tenant's own, with the type that each belongs to.
pub async fn fields(tx: &mut TenantTx) -> Result<Vec<(String, Field)>, EngineError> {
    let sql = "SELECT kind, name, slot, definition FROM record_fields WHERE tenant_id = $1 ORDER BY kind, position, name";
    let rows: Vec<FieldRow> = tx.all(sql, args![tx.tenant()]).await?;
    let read = |row: FieldRow| {
        let own: OwnField =
            serde_json::from_value(row.definition).map_err(|_| EngineError::Damaged("field"))?;
        let OwnField { label, help, required, holds } = own;
        let slot = row.slot.as_deref().and_then(slot_named);
        Ok((row.kind, Field { name: row.name, label, help, holds, required, slot, custom: true }))
    };
    rows.into_iter().map(read).collect()
}

pub async fn policies(tx: &mut TenantTx) -> Result<Vec<(String, Subject, Policy)>, EngineError> {
    let sql =
        "SELECT kind, subject, definition FROM record_policies WHERE tenant_id = $1 ORDER BY kind, subject";
    let rows: Vec<PolicyRow> = tx.all(sql, args![tx.tenant()]).await?;
    let read = |row: PolicyRow| {
        let damaged = EngineError::Damaged("policy");
        let subject = Subject::parse(&row.subject).ok_or_else(|| damaged.clone())?;
        Ok((row.kind, subject, serde_json::from_value(row.definition).map_err(|_| damaged)?))
    };
    rows.into_iter().map(read).collect()
}

pub async fn put_policy(
    tx: &mut TenantTx,
    kind: &str,
    subject: &str,
    policy: Value,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO record_policies (tenant_id, kind, subject, definition) VALUES ($1, $2, $3, $4)
               ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET definition = excluded.definition";
    tx.execute(sql, args![tx.tenant(), kind, subject, policy]).await?;
    Ok(())
}

pub async fn remove_policy(tx: &mut TenantTx, kind: &str, subject: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM record_policies WHERE tenant_id = $1 AND kind = $2 AND subject = $3";
    Ok(tx.execute(sql, args![tx.tenant(), kind, subject]).await? > 0)
}

pub async fn put_kind(
    tx: &mut TenantTx,
    name: &str,
    definition: Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO record_kinds (tenant_id, name, definition, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (tenant_id, name) DO UPDATE SET definition = excluded.definition";
    tx.execute(sql, args![tx.tenant(), name, definition, at]).await?;
    Ok(())
}

/// A field of the tenant's own to be kept.
pub struct NewField<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub position: i64,
    pub slot: Option<Slot>,
    pub definition: Value,
    pub at: Timestamp,
}

pub async fn put_field(tx: &mut TenantTx, field: NewField<'_>) -> Result<(), StoreError> {
    let NewField { kind, name, position, slot, definition, at } = field;
    let sql = "INSERT INTO record_fields (tenant_id, kind, name, position, slot, definition, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (tenant_id, kind, name) DO UPDATE SET definition = excluded.definition, slot = excluded.slot";
    tx.execute(sql, args![tx.tenant(), kind, name, position, slot.map(Slot::column), definition, at]).await?;
    Ok(())
}

fn slot_named(name: &str) -> Option<Slot> {
    (0..SLOTS).flat_map(|place| [Slot::Text(place), Slot::Number(place)]).find(|slot| slot.column() == name)
}

/// The highest slot that no field of a type uses; `None` when all are used or the field does not sort.
#[must_use]
pub fn free_slot(kind: &Kind, holds: &Holds) -> Option<Slot> {
    let slot: fn(u8) -> Slot = match holds.sort() {
        Sort::Text => Slot::Text,
        Sort::Number => Slot::Number,
        Sort::No => return None,
    };
    let is_free = |slot: &Slot| !kind.fields.iter().any(|field| field.slot == Some(*slot));
    (0..SLOTS).rev().map(slot).find(is_free)
}

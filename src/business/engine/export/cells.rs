//! Records as rows of a table: links as title and id, people as address, amounts with their currency.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::business::engine::error::EngineError;
use crate::business::engine::field::{Field, Holds};
use crate::business::engine::kind::Kind;
use crate::business::engine::money;
use crate::business::engine::record::Stored;
use crate::business::engine::rights::Access;
use crate::business::engine::service::Engine;
use crate::business::engine::store::records;
use crate::ids::{RecordId, UserId};
use crate::office::identity;
use crate::scope::Scope;
use crate::store::TenantTx;

use super::Cell;

/// Titles and addresses that are remembered.
const REMEMBERED: usize = 20_000;

/// What a table shows of a record.
#[derive(Clone, Debug)]
pub enum Column {
    Id,
    State,
    Owner,
    CreatedAt,
    UpdatedAt,
    Field(Field),
}

/// A type and what the caller may do with it.
type Known = (Arc<Kind>, Arc<Access>);

/// Makes rows, and remembers what links lead to.
pub(super) struct Cells<'a> {
    engine: &'a Engine,
    scope: &'a Scope,
    titles: HashMap<RecordId, String>,
    people: HashMap<UserId, String>,
    accesses: HashMap<String, Option<Known>>,
}

/// The columns that are asked for, as far as the caller may see them; all unless told.
///
/// # Errors
/// `EngineError::Invalid` for a name that is no column.
pub fn columns(kind: &Kind, access: &Access, names: Option<&str>) -> Result<Vec<Column>, EngineError> {
    let seen = kind.fields.iter().filter(|field| !access.is_hidden(&field.name));
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        let before = [Column::Id, Column::State, Column::Owner].into_iter();
        let after = [Column::CreatedAt, Column::UpdatedAt];
        return Ok(before.chain(seen.cloned().map(Column::Field)).chain(after).collect());
    };
    let column = |name: &str| match name {
        "id" => Some(Column::Id),
        "state" => Some(Column::State),
        "owner" => Some(Column::Owner),
        "created_at" => Some(Column::CreatedAt),
        "updated_at" => Some(Column::UpdatedAt),
        name => seen.clone().find(|field| field.name == name).cloned().map(Column::Field),
    };
    let named = names.split(',').map(|name| {
        column(name.trim()).ok_or_else(|| EngineError::invalid(format!("there is no column {name}")))
    });
    let columns: Vec<_> = named.collect::<Result<_, _>>()?;
    if columns.len() > 200 { Err(EngineError::TooMany { what: "a table", limit: 200 }) } else { Ok(columns) }
}

impl Column {
    /// The names in the first row.
    pub fn headers(&self) -> Vec<String> {
        let one = |name: &str| vec![name.to_owned()];
        match self {
            Self::Id => one("id"),
            Self::State => one("state"),
            Self::Owner => one("owner"),
            Self::CreatedAt => one("created_at"),
            Self::UpdatedAt => one("updated_at"),
            Self::Field(Field { name, holds: Holds::Link { .. }, .. }) => {
                vec![name.clone(), format!("{name}.id")]
            }
            Self::Field(Field { name, holds: Holds::Money, .. }) => {
                vec![format!("{name}.amount"), format!("{name}.currency")]
            }
            Self::Field(field) => one(&field.name),
        }
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(engine: &'a Engine, scope: &'a Scope) -> Self {
        let (titles, people, accesses) = Default::default();
        Self { engine, scope, titles, people, accesses }
    }

    /// The row of a record.
    pub(super) async fn of(
        &mut self,
        tx: &mut TenantTx,
        columns: &[Column],
        record: &Stored,
    ) -> Result<Vec<Cell>, EngineError> {
        let mut row = Vec::with_capacity(columns.len() + 4);
        for column in columns {
            match column {
                Column::Id => row.push(Cell::Text(record.id.to_string())),
                Column::State => row.push(Cell::Text(record.state.clone())),
                Column::Owner => row.push(Cell::Text(self.person(tx, record.owner).await?)),
                Column::CreatedAt => row.push(Cell::Text(record.created_at.to_rfc3339())),
                Column::UpdatedAt => row.push(Cell::Text(record.updated_at.to_rfc3339())),
                Column::Field(field) => {
                    let value = record.fields.get(&field.name).unwrap_or(&Value::Null);
                    self.field(tx, field, value, &mut row).await?;
                }
            }
        }
        Ok(row)
    }

    async fn field(
        &mut self,
        tx: &mut TenantTx,
        field: &Field,
        value: &Value,
        row: &mut Vec<Cell>,
    ) -> Result<(), EngineError> {
        let text = value.as_str().unwrap_or_default();
        match &field.holds {
            Holds::Link { to, .. } => {
                row.push(Cell::Text(self.title(tx, to, text).await?));
                row.push(Cell::Text(text.to_owned()));
            }
            Holds::Person => row.push(Cell::Text(self.person(tx, text.parse().ok()).await?)),
            Holds::Money => {
                let currency = value.get("currency").and_then(Value::as_str).unwrap_or_default();
                let minor = value.get("minor").and_then(Value::as_i64);
                row.push(
                    minor.map_or(Cell::Text(String::new()), |minor| {
                        Cell::Number(money::amount(minor, currency))
                    }),
                );
                row.push(Cell::Text(currency.to_owned()));
            }
            Holds::Number { .. } if !text.is_empty() => row.push(Cell::Number(text.to_owned())),
            Holds::Boolean => {
                row.push(Cell::Text(value.as_bool().map_or_else(String::new, |is| is.to_string())))
            }
            Holds::Choices { .. } | Holds::Tags => row.push(Cell::Text(joined(value))),
            _ => row.push(Cell::Text(text.to_owned())),
        }
        Ok(())
    }

    /// The title of the record that a link leads to; empty where the caller may not see it.
    async fn title(&mut self, tx: &mut TenantTx, to: &str, id: &str) -> Result<String, EngineError> {
        let Ok(id) = id.parse::<RecordId>() else { return Ok(String::new()) };
        if let Some(title) = self.titles.get(&id) {
            return Ok(title.clone());
        }
        if !self.accesses.contains_key(to) {
            let found = self.engine.kind(tx, self.scope, to).await.ok();
            let found = found.map(|(kind, access)| (kind, Arc::new(access)));
            self.accesses.insert(to.to_owned(), found);
        }
        let Some(Some((kind, access))) = self.accesses.get(to) else { return Ok(String::new()) };
        let record = records::get(tx, id).await?;
        let seen =
            record.filter(|record| access.right(record.owner).is_some() && !access.is_hidden(&kind.title));
        let title = seen.map_or_else(String::new, |record| kind.title_of(&record.fields).to_owned());
        if self.titles.len() >= REMEMBERED {
            self.titles.clear();
        }
        self.titles.insert(id, title.clone());
        Ok(title)
    }

    async fn person(&mut self, tx: &mut TenantTx, id: Option<UserId>) -> Result<String, EngineError> {
        let Some(id) = id else { return Ok(String::new()) };
        if let Some(address) = self.people.get(&id) {
            return Ok(address.clone());
        }
        let address = identity::address_of(tx, id).await?.unwrap_or_default();
        if self.people.len() >= REMEMBERED {
            self.people.clear();
        }
        self.people.insert(id, address.clone());
        Ok(address)
    }
}

/// Several values with `;` between them; one within a value is written twice.
fn joined(value: &Value) -> String {
    let many = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let each = many.iter().filter_map(Value::as_str).map(|text| text.replace(';', ";;"));
    each.collect::<Vec<_>>().join(";")
}

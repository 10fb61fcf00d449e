//! Rows in a form that both databases understand: numbers, text and bytes, as SQLite stores them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::TryStreamExt as _;
use serde_json::{Map, Value, json};
use sqlx::Row as _;
use uuid::Uuid;

use crate::ids::{TenantId, Timestamp};

use super::error::StoreError;
use super::migrate::IntoSafe as _;
use super::tx::Inner;
use super::value::{Args, Val};

/// A table with its columns, as the database at hand declares them.
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    kind: Kind,
    /// The database numbers it by itself: its order is kept, its value is not.
    generated: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Bool,
    Text,
    Bytes,
    Uuid,
    Timestamp,
    Json,
}

/// A row on its way: a JSON object whose bytes are `{"b64": …}`.
pub(super) type Line = Map<String, Value>;

/// Bytes as a value of a line.
pub(super) fn from_bytes(bytes: &[u8]) -> Value {
    json!({ "b64": BASE64.encode(bytes) })
}

/// The bytes of a value that `from_bytes` made.
pub(super) fn to_bytes(value: &Value) -> Option<Vec<u8>> {
    BASE64.decode(value.get("b64")?.as_str()?).ok()
}

impl Table {
    /// Reads from the database's own catalogue what a table holds.
    pub(super) async fn describe(database: &mut Inner, name: &str) -> Result<Self, StoreError> {
        let mut columns = Vec::new();
        match database {
            Inner::Sqlite(lease) => {
                let sql = "SELECT name, type, pk, (SELECT max(pk) FROM pragma_table_info($1)) AS keys
                             FROM pragma_table_info($1) ORDER BY cid";
                for row in sqlx::query(sql).bind(name).fetch_all(lease.connection()?).await? {
                    let (kind, key, keys): (String, i64, i64) =
                        (row.get("type"), row.get("pk"), row.get("keys"));
                    let kind = Kind::of(&kind)?;
                    let generated = kind == Kind::Int && key == 1 && keys == 1;
                    columns.push(Column { name: row.get("name"), kind, generated });
                }
            }
            Inner::Postgres(tx) => {
                let sql = "SELECT column_name::text AS name, udt_name::text AS kind, is_identity = 'YES' AS generated
                             FROM information_schema.columns
                            WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position";
                for row in sqlx::query(sql).bind(name).fetch_all(&mut **tx).await? {
                    let kind = Kind::of(row.get("kind"))?;
                    columns.push(Column { name: row.get("name"), kind, generated: row.get("generated") });
                }
            }
        }
        Ok(Self { name: name.to_owned(), columns })
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }

    /// Gives every row whose `key` is the tenant to `take`, without holding them all.
    pub(super) async fn read(
        &self,
        database: &mut Inner,
        key: &str,
        tenant: TenantId,
        mut take: impl AsyncFnMut(Line) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let columns: Vec<&Column> = self.columns.iter().filter(|column| !column.generated).collect();
        match database {
            Inner::Sqlite(lease) => {
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let sql = self.select(&names, key);
                let id = tenant.0.as_bytes().to_vec();
                let mut rows = sqlx::query(sql.into_safe()).bind(id).fetch(lease.connection()?);
                while let Some(row) = rows.try_next().await? {
                    take(line(&columns, &row)?).await?;
                }
            }
            Inner::Postgres(tx) => {
                let neutral: Vec<String> = columns.iter().map(|column| column.neutral()).collect();
                let sql = self.select(&neutral, key);
                let mut rows = sqlx::query(sql.into_safe()).bind(tenant.0).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    take(line(&columns, &row)?).await?;
                }
            }
        }
        Ok(())
    }

    fn select(&self, columns: &[impl AsRef<str>], key: &str) -> String {
        let columns = columns.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
        let order = self.columns.iter().find(|column| column.generated);
        let order = order.map(|column| format!(" ORDER BY {}", column.name)).unwrap_or_default();
        format!("SELECT {columns} FROM {} WHERE {key} = $1{order}", self.name)
    }

    /// Writes a row. Names come from the database; those of the line must be among them.
    pub(super) async fn write(&self, database: &mut Inner, line: &Line) -> Result<(), StoreError> {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, value) in line {
            let column = self.columns.iter().find(|column| column.name == *name && !column.generated);
            let column =
                column.ok_or_else(|| StoreError::Import(format!("{}.{name} is not known", self.name)))?;
            let value = column.value(value);
            let damaged = || StoreError::Import(format!("{}.{name} holds something else", self.name));
            names.push(name.as_str());
            values.push(value.ok_or_else(damaged)?);
        }
        let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", self.name, names.join(", "), places.join(", "));
        match database {
            Inner::Sqlite(lease) => {
                sqlx::query_with(sql.into_safe(), Args(values).sqlite()?)
                    .execute(lease.connection()?)
                    .await?;
            }
            Inner::Postgres(tx) => {
                sqlx::query_with(sql.into_safe(), Args(values).postgres()?).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }
}

impl Kind {
    fn of(declared: &str) -> Result<Self, StoreError> {
        Ok(match declared {
            "INTEGER" | "INT" | "int8" | "int4" | "int2" => Self::Int,
            "TEXT" | "text" | "varchar" => Self::Text,
            "BLOB" | "bytea" => Self::Bytes,
            "bool" => Self::Bool,
            "uuid" => Self::Uuid,
            "timestamptz" => Self::Timestamp,
            "jsonb" => Self::Json,
            other => return Err(StoreError::Damaged(format!("columns of type {other} cannot be exported"))),
        })
    }

    fn null(self) -> Val {
        match self {
            Self::Int => Val::Int(None),
            Self::Bool => Val::Bool(None),
            Self::Text => Val::Text(None),
            Self::Bytes => Val::Bytes(None),
            Self::Uuid => Val::Uuid(None),
            Self::Timestamp => Val::Timestamp(None),
            Self::Json => Val::Json(None),
        }
    }
}

impl Column {
    /// The expression that gives PostgreSQL's value as SQLite stores it.
    fn neutral(&self) -> String {
        let name = &self.name;
        match self.kind {
            Kind::Int => format!("{name}::bigint"),
            Kind::Bool => format!("{name}::int::bigint"),
            Kind::Uuid => format!("uuid_send({name})"),
            Kind::Json => format!("{name}::text"),
            Kind::Timestamp => {
                format!("to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            }
            Kind::Text | Kind::Bytes => name.clone(),
        }
    }

    /// The value of a line as this column takes it; `None` when it is something else.
    fn value(&self, value: &Value) -> Option<Val> {
        if value.is_null() {
            return Some(self.kind.null());
        }
        let text = || value.as_str();
        Some(match self.kind {
            Kind::Int => Val::Int(Some(value.as_i64()?)),
            Kind::Bool => Val::Bool(Some(value.as_i64()? != 0)),
            Kind::Text => Val::Text(Some(text()?.to_owned())),
            Kind::Bytes => Val::Bytes(Some(to_bytes(value)?)),
            Kind::Uuid => Val::Uuid(Some(Uuid::from_slice(&to_bytes(value)?).ok()?)),
            Kind::Timestamp => Val::Timestamp(Some(timestamp(text()?)?)),
            Kind::Json => Val::Json(Some(serde_json::from_str(text()?).ok()?)),
        })
    }
}

fn timestamp(text: &str) -> Option<Timestamp> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// JSON as our own statements write it on SQLite: PostgreSQL puts spaces into it.
fn compact(json: String) -> Result<String, StoreError> {
    let value: Value = serde_json::from_str(&json).map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok(value.to_string())
}

/// Reads a row whose columns are numbers, text and bytes.
fn line<R>(columns: &[&Column], row: &R) -> Result<Line, StoreError>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    for<'r> Option<i64>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> Option<Vec<u8>>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let mut line = Line::new();
    for (place, column) in columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Int | Kind::Bool => json!(row.try_get::<Option<i64>, _>(place)?),
            Kind::Text | Kind::Timestamp => json!(row.try_get::<Option<String>, _>(place)?),
            Kind::Json => json!(row.try_get::<Option<String>, _>(place)?.map(compact).transpose()?),
            Kind::Bytes | Kind::Uuid => {
                row.try_get::<Option<Vec<u8>>, _>(place)?.as_deref().map_or(Value::Null, from_bytes)
            }
        };
        line.insert(column.name.clone(), value);
    }
    Ok(line)
}

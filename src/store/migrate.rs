//! Numbered migrations, built into the binary: one folder per database and place.

use std::sync::OnceLock;

use rust_embed::RustEmbed;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::error::StoreError;

#[derive(RustEmbed)]
#[folder = "migrations/"]
struct Files;

/// What a migration shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    System,
    Tenant,
}

/// One numbered file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Migration {
    pub(super) number: i64,
    pub(super) name: String,
    pub(super) sql: String,
}

impl Place {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Tenant => "tenant",
        }
    }
}

/// The migrations of a folder such as `sqlite/tenant`, in order.
pub(super) fn migrations(database: &str, place: Place) -> Result<&'static [Migration], StoreError> {
    static ALL: OnceLock<[[Vec<Migration>; 2]; 2]> = OnceLock::new();
    let all = match ALL.get() {
        Some(all) => all,
        None => {
            let both = |database| Ok::<_, StoreError>([read(database, "system")?, read(database, "tenant")?]);
            let read = [both("sqlite")?, both("postgres")?];
            ALL.get_or_init(|| read)
        }
    };
    Ok(&all[usize::from(database == "postgres")][usize::from(place == Place::Tenant)])
}

fn read(database: &str, place: &str) -> Result<Vec<Migration>, StoreError> {
    let folder = format!("{database}/{place}/");
    let mut found = Vec::new();
    for path in Files::iter().filter(|path| path.starts_with(&folder)) {
        let damaged = || StoreError::Damaged(format!("migration {path}"));
        let name = path[folder.len()..].to_owned();
        let number = name.split('_').next().and_then(|digits| digits.parse().ok()).ok_or_else(damaged)?;
        let file = Files::get(&path).ok_or_else(damaged)?;
        let sql = String::from_utf8(file.data.into_owned()).map_err(|_| damaged())?;
        found.push(Migration { number, name, sql });
    }
    found.sort_by_key(|migration| migration.number);
    Ok(found)
}

/// The tables that the migrations of a place make, as their texts say.
pub(super) fn tables_of(database: &str, place: Place) -> Result<Vec<String>, StoreError> {
    let mut tables = Vec::new();
    for migration in migrations(database, place)? {
        for line in migration.sql.lines() {
            let Some(rest) = line.trim_start().strip_prefix("CREATE TABLE ") else { continue };
            let name = rest.trim_start_matches("IF NOT EXISTS ");
            tables.extend(name.split([' ', '(']).next().map(str::to_owned));
        }
    }
    tables.sort_unstable();
    Ok(tables)
}

/// Brings one SQLite file up to date; `user_version` tells how far it is.
pub(super) async fn sqlite(connection: &mut SqliteConnection, place: Place) -> Result<(), StoreError> {
    let migrations = migrations("sqlite", place)?;
    let latest = migrations.last().map_or(0, |migration| migration.number);
    let done = version(connection).await?;
    if done > latest {
        return Err(StoreError::Damaged("the database was made by a newer version of the program".into()));
    }
    for migration in migrations.iter().filter(|migration| migration.number > done) {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        // Read again under the lock: another process may have been here meanwhile.
        if version(&mut tx).await? < migration.number {
            tx.execute(migration.sql.clone().into_safe()).await?;
            tx.execute(format!("PRAGMA user_version = {}", migration.number).into_safe()).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await?)
}

/// Text that comes from the binary itself, never from outside.
pub(super) trait IntoSafe {
    fn into_safe(self) -> AssertSqlSafe<String>;
}

impl IntoSafe for String {
    fn into_safe(self) -> AssertSqlSafe<String> {
        AssertSqlSafe(self)
    }
}

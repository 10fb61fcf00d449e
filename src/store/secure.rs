//! PostgreSQL: migrations, the server's role and row level security.

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _, Postgres, Transaction};

use super::error::StoreError;
use super::migrate::{IntoSafe as _, Place, migrations, tables_of};

/// The role that the server works as. It owns no table, so no policy is waived for it.
pub(super) const ROLE: &str = "kontor_app";

/// Serialises the migrations of several servers that start together.
const LOCK: i64 = 0x6b6f_6e74_6f72;

/// Brings a PostgreSQL database up to date, and takes from the server's role all that it need not do.
pub(super) async fn migrate(owner: &mut PgConnection) -> Result<(), StoreError> {
    let mut tx = owner.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    tx.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
           place text NOT NULL, number bigint NOT NULL, PRIMARY KEY (place, number))",
    )
    .await?;
    let mut changed = false;
    for place in [Place::System, Place::Tenant] {
        changed |= migrate_place(&mut tx, place).await?;
    }
    make_role(&mut tx).await?;
    if changed {
        grant(&mut tx).await?;
    }
    force_policies(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn migrate_place(tx: &mut Transaction<'_, Postgres>, place: Place) -> Result<bool, StoreError> {
    let migrations = migrations("postgres", place)?;
    let done: Vec<i64> = sqlx::query_scalar("SELECT number FROM schema_migrations WHERE place = $1")
        .bind(place.name())
        .fetch_all(&mut **tx)
        .await?;
    if done.iter().any(|number| migrations.iter().all(|migration| migration.number != *number)) {
        return Err(StoreError::Damaged("the database was made by a newer version of the program".into()));
    }
    let mut changed = false;
    for migration in migrations.iter().filter(|migration| !done.contains(&migration.number)) {
        tx.execute(migration.sql.clone().into_safe()).await?;
        sqlx::query("INSERT INTO schema_migrations (place, number) VALUES ($1, $2)")
            .bind(place.name())
            .bind(migration.number)
            .execute(&mut **tx)
            .await?;
        changed = true;
    }
    Ok(changed)
}

/// Makes the server's role and lets the connecting role become it, as far as that is not so.
async fn make_role(tx: &mut Transaction<'_, Postgres>) -> Result<(), StoreError> {
    // Roles belong to the whole cluster: a server of another database may be making it right now.
    let made = tx.execute(
        "DO $$ BEGIN
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'kontor_app') THEN
             CREATE ROLE kontor_app NOLOGIN;
           END IF;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
         END $$;
         DO $$ BEGIN
           IF NOT pg_has_role(current_user, 'kontor_app', 'MEMBER') THEN
             EXECUTE format('GRANT kontor_app TO %I', current_user);
           END IF;
         END $$",
    );
    match made.await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => {
            Err(StoreError::Unavailable(format!(
                "this role may not make the role {ROLE}; an administrator of the database runs once: \
                 CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO <the role that Kontor connects as>"
            )))
        }
        Err(error) => Err(error.into()),
    }
}

async fn grant(tx: &mut Transaction<'_, Postgres>) -> Result<(), StoreError> {
    tx.execute(
        "GRANT USAGE ON SCHEMA public TO kontor_app;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kontor_app;
         GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kontor_app;
         REVOKE ALL ON schema_migrations FROM kontor_app;
         GRANT SELECT ON schema_migrations TO kontor_app",
    )
    .await?;
    Ok(())
}

/// Forces row level security on every table of a tenant that does not have it yet; a table that has
/// is not touched, so that a starting server does not wait for the work of a running one.
async fn force_policies(tx: &mut Transaction<'_, Postgres>) -> Result<(), StoreError> {
    for table in unprotected(tx).await? {
        let sql = format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
             ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
             DROP POLICY IF EXISTS tenant ON {table};
             CREATE POLICY tenant ON {table}
               USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
               WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)"
        );
        tx.execute(sql.into_safe()).await?;
    }
    Ok(())
}

/// Tables of tenants whose rows are not guarded: every table with a `tenant_id` that is not the
/// installation's own.
pub(super) async fn unprotected(tx: &mut Transaction<'_, Postgres>) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND NOT c.relname = ANY ($1)
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                     AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant'))
          ORDER BY c.relname",
    )
    .bind(tables_of("postgres", Place::System)?)
    .fetch_all(&mut **tx)
    .await?)
}

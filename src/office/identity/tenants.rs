//! Tenants as the installation knows them: found by id, slug, host name or email address.

use crate::ids::{TenantId, Timestamp, UserId};
use crate::store::{StoreError, SystemTx, args, row};

use super::error::IdentityError;
use super::messages::{Profile, Status, Tenant};
use super::{EmailAddress, Identity};

row! {
    struct TenantRow {
        id: TenantId,
        slug: String,
        name: String,
        status: String,
        data: serde_json::Value,
        created_at: Timestamp,
    }
}

row! {
    pub struct LoginRow {
        pub tenant_id: TenantId,
        pub user_id: UserId,
    }
}

row! {
    struct DomainRow {
        host: String,
        tenant_id: TenantId,
    }
}

impl TenantRow {
    fn tenant(self) -> Result<Tenant, IdentityError> {
        Ok(Tenant {
            id: self.id,
            slug: self.slug,
            name: self.name,
            status: Status::read(&self.status),
            profile: serde_json::from_value(self.data).map_err(|_| IdentityError::Damaged("tenant"))?,
            created_at: self.created_at,
        })
    }
}

impl Identity {
    /// A tenant, as it was within the last second.
    ///
    /// # Errors
    /// `IdentityError::NoTenant` when there is none.
    pub async fn tenant(&self, id: TenantId) -> Result<Tenant, IdentityError> {
        let now = self.shared.clock.monotonic();
        if let Some(tenant) = self.shared.tenants.get(&id, now) {
            return Ok(tenant);
        }
        let reading = self.shared.tenants.begin(now);
        let mut tx = self.shared.store.system().await?;
        let tenant = by_id(&mut tx, id).await?.ok_or(IdentityError::NoTenant)?;
        self.shared.tenants.put(id, tenant.clone(), reading);
        Ok(tenant)
    }

    /// Refuses tenants that do not exist or are suspended.
    ///
    /// # Errors
    /// `IdentityError::NoTenant` or `IdentityError::TenantSuspended`.
    pub async fn check_open(&self, id: TenantId) -> Result<(), IdentityError> {
        match self.tenant(id).await?.status {
            Status::Active => Ok(()),
            Status::Suspended => Err(IdentityError::TenantSuspended),
        }
    }

    /// A tenant by its slug.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn tenant_by_slug(&self, slug: &str) -> Result<Option<Tenant>, IdentityError> {
        by_slug(&mut self.shared.store.system().await?, slug).await
    }

    /// Tenants in the order of their making, beginning after one.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn list_tenants(
        &self,
        after: Option<TenantId>,
        limit: u32,
    ) -> Result<Vec<Tenant>, IdentityError> {
        let mut tx = self.shared.store.system().await?;
        let rows: Vec<TenantRow> = tx
            .all(
                "SELECT id, slug, name, status, data, created_at FROM tenants
                  WHERE $1 IS NULL OR id > $1 ORDER BY id LIMIT $2",
                args![after, i64::from(limit)],
            )
            .await?;
        rows.into_iter().map(TenantRow::tenant).collect()
    }

    /// The tenant for which a host name stands.
    ///
    /// # Errors
    /// `IdentityError` when the store is not reachable.
    pub async fn domain_owner(&self, host: &str) -> Result<Option<TenantId>, IdentityError> {
        let mut tx = self.shared.store.system_read().await?;
        let sql = "SELECT host, tenant_id FROM domains WHERE host = $1";
        let row: Option<DomainRow> = tx.optional(sql, args![host]).await?;
        Ok(row.map(|row| row.tenant_id))
    }

    /// Forgets what was read of a tenant: it has changed.
    pub fn tenant_changed(&self, id: TenantId) {
        self.shared.tenants.drop_where(|key, _| *key == id);
        self.shared.callers.drop_where(|_, caller| caller.scope.tenant == id);
        self.shared.hosts.drop_where(|(), _| true);
    }

    /// The tenant whose host name this is.
    pub(super) async fn tenant_of_host(&self, host: &str) -> Result<Option<TenantId>, IdentityError> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let now = self.shared.clock.monotonic();
        let hosts = match self.shared.hosts.get(&(), now) {
            Some(hosts) => hosts,
            None => {
                let reading = self.shared.hosts.begin(now);
                let mut tx = self.shared.store.system().await?;
                let rows: Vec<DomainRow> = tx.all("SELECT host, tenant_id FROM domains", args![]).await?;
                let hosts: std::collections::HashMap<_, _> =
                    rows.into_iter().map(|row| (row.host, row.tenant_id)).collect();
                self.shared.hosts.put((), hosts.clone(), reading);
                hosts
            }
        };
        Ok(hosts.get(name).copied())
    }
}

const COLUMNS_BY_ID: &str = "SELECT id, slug, name, status, data, created_at FROM tenants WHERE id = $1";

pub async fn by_id(tx: &mut SystemTx, id: TenantId) -> Result<Option<Tenant>, IdentityError> {
    let row: Option<TenantRow> = tx.optional(COLUMNS_BY_ID, args![id]).await?;
    row.map(TenantRow::tenant).transpose()
}

pub async fn by_slug(tx: &mut SystemTx, slug: &str) -> Result<Option<Tenant>, IdentityError> {
    let sql = "SELECT id, slug, name, status, data, created_at FROM tenants WHERE slug = $1";
    let row: Option<TenantRow> = tx.optional(sql, args![slug]).await?;
    row.map(TenantRow::tenant).transpose()
}

/// Writes a tenant that is not there yet.
///
/// # Errors
/// `StoreError::Conflict` when the slug is taken.
pub async fn insert(tx: &mut SystemTx, tenant: &Tenant) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO tenants (id, slug, name, status, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            tenant.id,
            &tenant.slug,
            &tenant.name,
            tenant.status.as_str(),
            data(&tenant.profile),
            tenant.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes what may change about a tenant.
///
/// # Errors
/// `StoreError` when the store is not reachable.
pub async fn update(tx: &mut SystemTx, tenant: &Tenant) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE tenants SET name = $2, status = $3, data = $4 WHERE id = $1",
        args![tenant.id, &tenant.name, tenant.status.as_str(), data(&tenant.profile)],
    )
    .await?;
    Ok(())
}

/// Forgets a tenant with its sign-in names and host names.
///
/// # Errors
/// `StoreError` when the store is not reachable.
pub async fn remove(tx: &mut SystemTx, id: TenantId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM logins WHERE tenant_id = $1",
        "DELETE FROM domains WHERE tenant_id = $1",
        "DELETE FROM alarms WHERE tenant_id = $1",
        "DELETE FROM tenants WHERE id = $1",
    ] {
        tx.execute(sql, args![id]).await?;
    }
    Ok(())
}

/// Lets a host name stand for a tenant.
///
/// # Errors
/// `StoreError::Conflict` when it stands for one already.
pub async fn insert_domain(tx: &mut SystemTx, host: &str, tenant: TenantId) -> Result<(), StoreError> {
    let sql = "INSERT INTO domains (host, tenant_id) VALUES ($1, $2)";
    tx.execute(sql, args![host.to_lowercase(), tenant]).await?;
    Ok(())
}

/// Where one can sign in with an email address.
pub async fn logins(tx: &mut SystemTx, email: &EmailAddress) -> Result<Vec<LoginRow>, StoreError> {
    let sql = "SELECT tenant_id, user_id FROM logins WHERE email = $1 ORDER BY tenant_id LIMIT 20";
    tx.all(sql, args![email.as_str()]).await
}

pub async fn put_login(
    tx: &mut SystemTx,
    email: &EmailAddress,
    tenant: TenantId,
    user: UserId,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO logins (email, tenant_id, user_id) VALUES ($1, $2, $3)
         ON CONFLICT (email, tenant_id) DO UPDATE SET user_id = excluded.user_id",
        args![email.as_str(), tenant, user],
    )
    .await?;
    Ok(())
}

fn data(profile: &Profile) -> serde_json::Value {
    // Texts and booleans always serialize.
    serde_json::to_value(profile).unwrap_or_default()
}

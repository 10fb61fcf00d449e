//! Services, domains and assistants of a business: sealed, kept, and told with their DNS records.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;
use utoipa::ToSchema;

use crate::business::engine::Fate;
use crate::ids::{TenantId, Timestamp};
use crate::store::{Store, StoreError, TenantTx, args, row};

use super::items::Item;
use super::plan::{Assistant, Domain, Integration};

/// What secrets are sealed for.
const SETTINGS: &str = "integration";
const DKIM: &str = "dkim";
/// The name of the key that signs mail.
const SELECTOR: &str = "kontor";

row! {
    struct SealedRow {
        provider: String,
        sealed: Vec<u8>,
    }
}

row! {
    struct DomainRow {
        host: String,
        mail: bool,
        public: Vec<u8>,
        verified_at: Option<Timestamp>,
    }
}

row! {
    struct AssistantRow {
        instructions: String,
    }
}

/// A transaction in which things are compared and, unless it is only a plan, written.
pub struct Connecting<'a> {
    pub store: &'a Store,
    pub tx: &'a mut TenantTx,
    pub now: Timestamp,
    pub write: bool,
}

/// A domain with what is to be entered for it in DNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TenantDomain)]
pub struct DomainJson {
    pub host: String,
    /// Whether the business has its mail there.
    pub mail: bool,
    /// When DNS was seen to hold what it should; this release does not look yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    pub records: Vec<DnsRecord>,
}

/// A line of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DnsRecord {
    pub name: String,
    /// `TXT` or `MX`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub value: String,
}

impl Connecting<'_> {
    /// Services, each with what it is told sealed.
    pub async fn integrations(&mut self, all: &[Integration]) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for one in all {
            let fate = self.integration(one).await?;
            items.push(Item::new(fate, "integration", format!("{} {}", one.purpose, one.provider)));
        }
        Ok(items)
    }

    async fn integration(&mut self, one: &Integration) -> Result<Fate, StoreError> {
        let sql = "SELECT provider, sealed FROM integrations WHERE tenant_id = $1 AND name = $2";
        let tenant = self.tx.tenant();
        let there: Option<SealedRow> = self.tx.optional(sql, args![tenant, &one.purpose]).await?;
        let fate = match there {
            None => Fate::Make,
            Some(there) => {
                let known = self.store.secrets().unseal(self.tx, SETTINGS, &there.sealed).await?;
                let known: Option<BTreeMap<String, String>> = serde_json::from_slice(&known).ok();
                let same = there.provider == one.provider && known.as_ref() == Some(&one.values);
                if same { Fate::Leave } else { Fate::Change }
            }
        };
        if self.write && fate != Fate::Leave {
            let text = serde_json::to_vec(&one.values).unwrap_or_default();
            let sealed = self.store.secrets().seal(self.tx, SETTINGS, &text).await?;
            let sql = "INSERT INTO integrations (tenant_id, name, provider, sealed, updated_at)
                       VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (tenant_id, name) DO UPDATE SET provider = excluded.provider,
                         sealed = excluded.sealed, updated_at = excluded.updated_at";
            self.tx.execute(sql, args![tenant, &one.purpose, &one.provider, sealed, self.now]).await?;
        }
        Ok(fate)
    }

    /// Domains, each with a key of its own that signs mail.
    pub async fn domains(&mut self, all: &[Domain]) -> Result<Vec<Item>, StoreError> {
        let (tenant, mut items) = (self.tx.tenant(), Vec::new());
        let there = domains(self.tx).await?;
        for one in all {
            let fate = match there.iter().find(|row| row.host == one.host) {
                None => Fate::Make,
                Some(row) if row.mail == one.mail => Fate::Leave,
                Some(_) => Fate::Change,
            };
            items.push(Item::new(fate, "domain", one.host.clone()));
            if !self.write || fate == Fate::Leave {
                continue;
            }
            let (private, public) = fresh_key()?;
            let sealed = self.store.secrets().seal(self.tx, DKIM, &private).await?;
            let sql = "INSERT INTO tenant_domains (tenant_id, host, mail, public, sealed, added_at)
                       VALUES ($1, $2, $3, $4, $5, $6)
                       ON CONFLICT (tenant_id, host) DO UPDATE SET mail = excluded.mail";
            self.tx.execute(sql, args![tenant, &one.host, one.mail, public, sealed, self.now]).await?;
        }
        Ok(items)
    }

    /// Assistants; they stay as switched on or off as they are.
    pub async fn assistants(&mut self, all: &[Assistant]) -> Result<Vec<Item>, StoreError> {
        let (tenant, mut items) = (self.tx.tenant(), Vec::new());
        for one in all {
            let sql = "SELECT instructions FROM assistants WHERE tenant_id = $1 AND name = $2";
            let there: Option<AssistantRow> = self.tx.optional(sql, args![tenant, &one.name]).await?;
            let fate = match there {
                None => Fate::Make,
                Some(row) if row.instructions == one.instructions => Fate::Leave,
                Some(_) => Fate::Change,
            };
            items.push(Item::new(fate, "assistant", one.name.clone()));
            if self.write && fate != Fate::Leave {
                let sql =
                    "INSERT INTO assistants (tenant_id, name, instructions, enabled) VALUES ($1, $2, $3, $4)
                           ON CONFLICT (tenant_id, name) DO UPDATE SET instructions = excluded.instructions";
                self.tx.execute(sql, args![tenant, &one.name, &one.instructions, false]).await?;
            }
        }
        Ok(items)
    }
}

async fn domains(tx: &mut TenantTx) -> Result<Vec<DomainRow>, StoreError> {
    let sql = "SELECT host, mail, public, verified_at FROM tenant_domains WHERE tenant_id = $1 ORDER BY host";
    tx.all(sql, args![tx.tenant()]).await
}

/// The domains of a business, with what is to be entered for them.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn told(tx: &mut TenantTx) -> Result<Vec<DomainJson>, StoreError> {
    let tenant = tx.tenant();
    let told = |DomainRow { host, mail, public, verified_at }: DomainRow| {
        let records = records(tenant, &host, mail, &public);
        DomainJson { host, mail, verified_at, records }
    };
    Ok(domains(tx).await?.into_iter().map(told).collect())
}

/// RFC 7208 (SPF), RFC 8463 (DKIM with Ed25519) and RFC 7489 (DMARC).
fn records(tenant: TenantId, host: &str, mail: bool, public: &[u8]) -> Vec<DnsRecord> {
    let line = |name: String, kind, value: String| DnsRecord { name, kind, value };
    let mut records = vec![line(format!("_kontor.{host}"), "TXT", format!("kontor-tenant={tenant}"))];
    if mail {
        let key = BASE64_STANDARD.encode(public);
        let report = format!("v=DMARC1; p=quarantine; rua=mailto:postmaster@{host}");
        records.extend([
            line(host.to_owned(), "MX", format!("10 {host}.")),
            line(host.to_owned(), "TXT", "v=spf1 a mx ~all".to_owned()),
            line(format!("{SELECTOR}._domainkey.{host}"), "TXT", format!("v=DKIM1; k=ed25519; p={key}")),
            line(format!("_dmarc.{host}"), "TXT", report),
        ]);
    }
    records
}

/// A key pair: the private half as PKCS #8, the public half as it stands in DNS.
fn fresh_key() -> Result<(Vec<u8>, Vec<u8>), StoreError> {
    let failed = || StoreError::Unavailable("the machine has no random numbers".into());
    let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| failed())?;
    let key = Ed25519KeyPair::from_pkcs8(pair.as_ref()).map_err(|_| failed())?;
    Ok((pair.as_ref().to_vec(), key.public_key().as_ref().to_vec()))
}

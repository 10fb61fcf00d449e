//! Every SQL statement of webhooks.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, args, row};

use super::messages::{ChangeEndpoint, Format, NewDelivery, NewEndpoint, To};

/// Deliveries that may wait for one endpoint; what comes then is counted and not queued.
const WAITING: i64 = 2_000;
/// Deliveries that an endpoint's list keeps after their end.
const KEPT: i64 = 1_000;
/// Bytes of a body.
pub const BODY: usize = 256 << 10;
/// Endpoints that are looked at together.
const HEADS: i64 = 500;
/// Given up deliveries that are replayed at once.
const DEAD: i64 = 1_000;

row! {
    /// An address that is told of events.
    #[derive(Clone)]
    pub struct EndpointRow {
        pub id: Uuid,
        pub purpose: String,
        pub owner: UserId,
        pub name: String,
        pub url: String,
        format: String,
        pub link: String,
        pub sealed: Vec<u8>,
        pub active: bool,
        /// Why it was switched off, if not by a person.
        pub stopped: Option<String>,
        pub failing_since: Option<Timestamp>,
        /// Events that found the queue full.
        pub dropped: i64,
        pub created_at: Timestamp,
    }
}

impl EndpointRow {
    #[must_use]
    pub fn format(&self) -> Format {
        if self.format == "form" { Format::Form } else { Format::Json }
    }
}

macro_rules! endpoint_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, purpose, owner, name, url, format, link, sealed, active, stopped, failing_since, dropped,
                    created_at FROM webhook_endpoints WHERE tenant_id = $1 ",
            $rest
        )
    };
}

row! {
    struct DeliveryRow {
        seq: i64,
        id: Uuid,
        kind: String,
        state: String,
        attempts: i64,
        status: Option<i64>,
        note: Option<String>,
        created_at: Timestamp,
        due_at: Timestamp,
        finished_at: Option<Timestamp>,
    }
}

/// An event that was told, is to be told, or could not be.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub struct DeliveryJson {
    pub id: Uuid,
    #[serde(skip)]
    pub seq: i64,
    pub kind: String,
    pub state: DeliveryState,
    pub attempts: i64,
    /// The HTTP status of the last answer.
    #[schema(required = true)]
    pub status: Option<i64>,
    /// What went wrong last.
    #[schema(required = true)]
    pub note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Of one that waits, when it is tried next.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub finished_at: Option<Timestamp>,
}

/// What has become of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookDeliveryState)]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Given up; it can be replayed.
    Dead,
}

impl From<DeliveryRow> for DeliveryJson {
    fn from(row: DeliveryRow) -> Self {
        let DeliveryRow { seq, id, kind, state, attempts, status, note, created_at, due_at, finished_at } =
            row;
        let state = match state.as_str() {
            "waiting" => DeliveryState::Waiting,
            "delivered" => DeliveryState::Delivered,
            _ => DeliveryState::Dead,
        };
        Self { id, seq, kind, state, attempts, status, note, created_at, due_at, finished_at }
    }
}

row! {
    /// The next delivery of an endpoint.
    pub struct Head {
        pub endpoint_id: Uuid,
        pub seq: i64,
        pub due_at: Timestamp,
    }
}

row! {
    /// A delivery to be made.
    pub struct Due {
        pub endpoint_id: Uuid,
        pub seq: i64,
        pub id: Uuid,
        pub kind: String,
        pub body: String,
        pub attempts: i64,
    }
}

row! {
    struct Count {
        count: i64,
    }
}

row! {
    struct IdRow {
        id: Uuid,
    }
}

pub async fn count(tx: &mut TenantTx) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) AS count FROM webhook_endpoints WHERE tenant_id = $1";
    Ok(tx.one::<Count>(sql, args![tx.tenant()]).await?.count)
}

pub async fn insert(
    tx: &mut TenantTx,
    id: Uuid,
    new: &NewEndpoint<'_>,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let format = if new.format == Format::Form { "form" } else { "json" };
    let kinds = format!(" {} ", new.kinds.join(" "));
    let sql = "INSERT INTO webhook_endpoints (tenant_id, id, purpose, owner, name, url, format, kinds, link,
                 sealed, active, dropped, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)";
    let args = args![
        tx.tenant(),
        id,
        new.purpose,
        new.owner,
        new.name.trim(),
        new.url,
        format,
        kinds,
        new.link.as_str(),
        sealed,
        true,
        now
    ];
    tx.execute(sql, args).await.map(|_| ())
}

pub async fn change(tx: &mut TenantTx, id: Uuid, change: &ChangeEndpoint<'_>) -> Result<bool, StoreError> {
    let sql = "UPDATE webhook_endpoints SET name = coalesce($3, name), url = coalesce($4, url),
                      active = coalesce($5, active),
                      stopped = CASE WHEN $5 IS NULL THEN stopped ELSE NULL END,
                      failing_since = CASE WHEN $5 IS NULL THEN failing_since ELSE NULL END
                WHERE tenant_id = $1 AND id = $2";
    let args = args![tx.tenant(), id, change.name.map(str::trim), change.url, change.active];
    let changed = tx.execute(sql, args).await? > 0;
    // What waits is tried at once.
    if changed && (change.active == Some(true) || change.url.is_some()) {
        let sql = "UPDATE webhook_deliveries SET due_at = created_at
                    WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'waiting'";
        tx.execute(sql, args![tx.tenant(), id]).await?;
    }
    Ok(changed)
}

pub async fn remove(tx: &mut TenantTx, id: Uuid) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2";
    tx.execute(sql, args![tenant, id]).await?;
    tx.execute("DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2", args![tenant, id]).await?;
    Ok(())
}

pub async fn endpoint(tx: &mut TenantTx, id: Uuid) -> Result<Option<EndpointRow>, StoreError> {
    tx.optional(endpoint_sql!("AND id = $2"), args![tx.tenant(), id]).await
}

pub async fn endpoints(tx: &mut TenantTx, purpose: &str) -> Result<Vec<EndpointRow>, StoreError> {
    tx.all(endpoint_sql!("AND purpose = $2 ORDER BY name, id"), args![tx.tenant(), purpose]).await
}

/// Whether anyone wants to be told at all.
pub async fn any_active(tx: &mut TenantTx) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM webhook_endpoints WHERE tenant_id = $1 AND active LIMIT 1";
    Ok(tx.optional::<IdRow>(sql, args![tx.tenant()]).await?.is_some())
}

row! {
    struct CountRow {
        count: i64,
    }
}

/// How many deliveries wait for an endpoint, counted up to a limit.
pub async fn waiting(tx: &mut TenantTx, endpoint: Uuid, most: i64) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) AS count FROM (
                 SELECT 1 AS one FROM webhook_deliveries
                  WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'waiting' LIMIT $3) AS few";
    Ok(tx.one::<CountRow>(sql, args![tx.tenant(), endpoint, most]).await?.count)
}

macro_rules! enqueue_sql {
    ($which:literal) => {
        concat!(
            "INSERT INTO webhook_deliveries (tenant_id, endpoint_id, seq, id, kind, body, state, attempts,
                                             created_at, due_at)
             SELECT e.tenant_id, e.id, $3, $4, $5, $6, 'waiting', 0, $7, $7 FROM webhook_endpoints e
              WHERE e.tenant_id = $1 AND e.active AND ",
            $which,
            " AND NOT EXISTS (SELECT 1 FROM users u
                               WHERE u.tenant_id = $1 AND u.id = $8 AND u.kind = 'bot')
                AND (SELECT count(*) FROM (
                       SELECT 1 FROM webhook_deliveries d
                        WHERE d.tenant_id = e.tenant_id AND d.endpoint_id = e.id AND d.state = 'waiting'
                        LIMIT 2000) AS few) < $9"
        )
    };
}

/// The statements that queue an event, and count what finds the queue full.
pub fn enqueue(tenant: TenantId, id: Uuid, seq: i64, new: &NewDelivery, now: Timestamp) -> Vec<Statement> {
    let (sql, named): (_, Option<Uuid>) = match new.to {
        To::Endpoint(endpoint) => (enqueue_sql!("e.id = $2"), Some(endpoint)),
        To::Kind => (enqueue_sql!("$2 IS NULL AND e.kinds LIKE '% ' || $5 || ' %'"), None),
    };
    let args =
        args![tenant, named, seq, id, new.kind.as_ref(), new.body.as_str(), now, new.unless_bot, WAITING];
    let mut all = vec![Statement { sql, args }];
    if let Some(endpoint) = named {
        let sql = "UPDATE webhook_endpoints SET dropped = dropped + 1
                    WHERE tenant_id = $1 AND id = $2 AND active
                      AND (SELECT count(*) FROM (
                             SELECT 1 FROM webhook_deliveries d
                              WHERE d.tenant_id = $1 AND d.endpoint_id = $2 AND d.state = 'waiting'
                              LIMIT 2000) AS few) >= $3
                      AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d
                                       WHERE d.tenant_id = $1 AND d.endpoint_id = $2 AND d.id = $4)";
        all.push(Statement { sql, args: args![tenant, endpoint, WAITING, id] });
    }
    all
}

/// The next delivery of every active endpoint, what is due longest first.
pub async fn heads(tx: &mut TenantTx) -> Result<Vec<Head>, StoreError> {
    let sql = "SELECT d.endpoint_id AS endpoint_id, d.seq AS seq, d.due_at AS due_at
                 FROM webhook_endpoints e
                 JOIN webhook_deliveries d ON d.tenant_id = e.tenant_id AND d.endpoint_id = e.id
                WHERE e.tenant_id = $1 AND e.active AND d.seq = (
                        SELECT min(x.seq) FROM webhook_deliveries x
                         WHERE x.tenant_id = e.tenant_id AND x.endpoint_id = e.id AND x.state = 'waiting')
                ORDER BY d.due_at, d.seq LIMIT $2";
    tx.all(sql, args![tx.tenant(), HEADS]).await
}

/// A delivery that still waits.
pub async fn due(tx: &mut TenantTx, endpoint: Uuid, seq: i64) -> Result<Option<Due>, StoreError> {
    let sql = "SELECT endpoint_id, seq, id, kind, body, attempts FROM webhook_deliveries
                WHERE tenant_id = $1 AND endpoint_id = $2 AND seq = $3 AND state = 'waiting'";
    tx.optional(sql, args![tx.tenant(), endpoint, seq]).await
}

/// Writes down how a delivery ended: `delivered` or `dead`.
pub async fn finish(
    tx: &mut TenantTx,
    due: &Due,
    state: &'static str,
    (status, note): (Option<u16>, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql =
        "UPDATE webhook_deliveries SET state = $4, attempts = $5, status = $6, note = $7, finished_at = $8
                WHERE tenant_id = $1 AND endpoint_id = $2 AND seq = $3";
    let (tenant, status) = (tx.tenant(), status.map(i64::from));
    let args = args![tenant, due.endpoint_id, due.seq, state, due.attempts + 1, status, note, now];
    tx.execute(sql, args).await.map(|_| ())
}

/// Puts a delivery off after an attempt that failed.
pub async fn put_off(
    tx: &mut TenantTx,
    due: &Due,
    (status, note): (Option<u16>, &str),
    until: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE webhook_deliveries SET attempts = $4, status = $5, note = $6, due_at = $7
                WHERE tenant_id = $1 AND endpoint_id = $2 AND seq = $3";
    let (tenant, status) = (tx.tenant(), status.map(i64::from));
    let args = args![tenant, due.endpoint_id, due.seq, due.attempts + 1, status, note, until];
    tx.execute(sql, args).await.map(|_| ())
}

/// Writes down since when an endpoint fails; none when it works.
pub async fn set_failing(
    tx: &mut TenantTx,
    endpoint: Uuid,
    since: Option<Timestamp>,
) -> Result<(), StoreError> {
    let sql = "UPDATE webhook_endpoints SET failing_since = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), endpoint, since]).await.map(|_| ())
}

/// Switches an endpoint off, for a reason.
pub async fn stop(tx: &mut TenantTx, endpoint: Uuid, reason: &str) -> Result<(), StoreError> {
    let sql = "UPDATE webhook_endpoints SET active = $3, stopped = $4 WHERE tenant_id = $1 AND id = $2";
    tx.execute(sql, args![tx.tenant(), endpoint, false, reason]).await.map(|_| ())
}

/// Forgets what ended long ago.
pub async fn tidy(tx: &mut TenantTx, endpoint: Uuid) -> Result<(), StoreError> {
    let sql = "DELETE FROM webhook_deliveries
                WHERE tenant_id = $1 AND endpoint_id = $2 AND state <> 'waiting' AND seq < (
                        SELECT d.seq FROM webhook_deliveries d
                         WHERE d.tenant_id = $1 AND d.endpoint_id = $2
                         ORDER BY d.seq DESC LIMIT 1 OFFSET $3)";
    tx.execute(sql, args![tx.tenant(), endpoint, KEPT]).await.map(|_| ())
}

pub async fn deliveries(
    tx: &mut TenantTx,
    endpoint: Uuid,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<DeliveryJson>, StoreError> {
    let sql = "SELECT seq, id, kind, state, attempts, status, note, created_at, due_at, finished_at
                 FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2 AND seq < $3
                ORDER BY seq DESC LIMIT $4";
    let before = before.unwrap_or(i64::MAX);
    let rows: Vec<DeliveryRow> = tx.all(sql, args![tx.tenant(), endpoint, before, limit]).await?;
    Ok(rows.into_iter().map(DeliveryJson::from).collect())
}

/// Lets a delivery that has ended wait again, at the end of the queue; one that waits is tried at once.
pub async fn replay(
    tx: &mut TenantTx,
    endpoint: Uuid,
    id: Uuid,
    seq: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE webhook_deliveries SET state = 'waiting', due_at = $5, finished_at = NULL,
                      attempts = CASE WHEN state = 'waiting' THEN attempts ELSE 0 END,
                      seq = CASE WHEN state = 'waiting' THEN seq ELSE $4 END
                WHERE tenant_id = $1 AND endpoint_id = $2 AND id = $3";
    Ok(tx.execute(sql, args![tx.tenant(), endpoint, id, seq, now]).await? > 0)
}

/// What was given up, in its order.
pub async fn dead(tx: &mut TenantTx, endpoint: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let sql = "SELECT id FROM webhook_deliveries
                WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'dead' ORDER BY seq LIMIT $3";
    let rows: Vec<IdRow> = tx.all(sql, args![tx.tenant(), endpoint, DEAD]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

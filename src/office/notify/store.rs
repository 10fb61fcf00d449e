//! Every SQL statement of the inbox. Those of preferences and pushes are beside them.

use uuid::Uuid;

use crate::ids::{NotificationId, TenantId, Timestamp, UserId};
use crate::store::{Statement, StoreError, TenantTx, Val, args, row};

use super::messages::{Kind, NewNotification, NotificationJson, Place};
use super::push::payload;

/// Lines that a person's inbox keeps; older ones go.
pub const MOST: i64 = 1_000;
/// Ids that one statement marks.
const AT_ONCE: usize = 16;
const TITLE: usize = 200;
const BODY: usize = 500;

row! {
    struct NotificationRow {
        id: NotificationId,
        kind: String,
        actor: Option<UserId>,
        actor_name: String,
        title: String,
        body: String,
        place: String,
        link: String,
        created_at: Timestamp,
        read_at: Option<Timestamp>,
    }
}

row! {
    struct Count {
        count: i64,
    }
}

row! {
    struct IdRow {
        id: NotificationId,
    }
}

row! {
    struct UserRow {
        user_id: UserId,
    }
}

impl From<NotificationRow> for NotificationJson {
    fn from(row: NotificationRow) -> Self {
        let NotificationRow { id, actor, actor_name, title, body, link, created_at, read_at, .. } = row;
        let (kind, place) = (Kind::read(&row.kind), Place::read(&row.place));
        Self { id, kind, actor, actor_name, title, body, place, link, created_at, read_at }
    }
}

/// Writes a notification for someone who can sign in. Who does not want to see this kind in the app
/// gets it hidden and read: it stays known for `once` and for the push.
pub fn insert(
    tenant: TenantId,
    id: NotificationId,
    new: &NewNotification,
    once: Option<&str>,
    now: Timestamp,
) -> Statement {
    let sql =
        "INSERT INTO notifications (tenant_id, user_id, id, kind, actor, actor_name, title, body, place,
                                          link, bundle, once, created_at, shown, read_at)
               SELECT p.tenant_id, p.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, p.wanted,
                      CASE WHEN p.wanted THEN NULL ELSE $13 END
                 FROM (SELECT u.tenant_id, u.id, NOT EXISTS (
                         SELECT 1 FROM notification_choices c
                          WHERE c.tenant_id = $1 AND c.user_id = $2 AND c.channel = 'app'
                            AND c.subject IN ($14, $15) AND NOT c.chosen) AS wanted
                         FROM users u WHERE u.tenant_id = $1 AND u.id = $2 AND u.status = 'active') AS p
                WHERE true
               ON CONFLICT DO NOTHING";
    let args = args![
        tenant,
        new.user,
        id,
        new.kind.as_str(),
        new.actor,
        cut(&new.actor_name, TITLE),
        cut(&new.title, TITLE),
        cut(&new.body, BODY),
        new.place.as_str(),
        &new.link,
        new.group.as_deref(),
        once,
        now,
        kind_subject(new.kind),
        place_subject(new.place),
    ];
    Statement { sql, args }
}

/// Queues a notification that was written for every browser of the person, if they want pushes of it.
pub fn enqueue(tenant: TenantId, id: NotificationId, new: &NewNotification, now: Timestamp) -> Statement {
    let sql = "INSERT INTO push_queue (tenant_id, notification_id, subscription_id, user_id, urgent, bundle,
                                       payload, attempts, created_at, due_at)
               SELECT n.tenant_id, n.id, s.id, n.user_id, $4, $5, $6, 0, $7, $7
                 FROM notifications n
                 JOIN push_subscriptions s ON s.tenant_id = n.tenant_id AND s.user_id = n.user_id
                WHERE n.tenant_id = $1 AND n.user_id = $2 AND n.id = $3
                  AND NOT EXISTS (
                    SELECT 1 FROM notification_choices c
                     WHERE c.tenant_id = $1 AND c.user_id = $2 AND c.channel = 'push'
                       AND c.subject IN ($8, $9) AND NOT c.chosen)
               ON CONFLICT DO NOTHING";
    let urgent = matches!(new.kind, Kind::Mention | Kind::Direct | Kind::Reminder);
    let args = args![
        tenant,
        new.user,
        id,
        urgent,
        new.group.as_deref(),
        payload::of(id, new, now),
        now,
        kind_subject(new.kind),
        place_subject(new.place),
    ];
    Statement { sql, args }
}

/// How preferences name a kind.
pub fn kind_subject(kind: Kind) -> String {
    format!("kind.{}", kind.as_str())
}

/// How preferences name a place.
pub fn place_subject(place: Place) -> String {
    format!("place.{}", place.as_str())
}

/// At most `most` characters, without control characters other than line breaks.
pub fn cut(text: &str, most: usize) -> String {
    let keep = |c: &char| !c.is_control() || *c == '\n';
    let mut letters = text.trim().chars().filter(keep);
    let mut out: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        out.pop();
        out.push('…');
    }
    out
}

/// The inbox of a person, newest first, beginning before one.
pub async fn list(
    tx: &mut TenantTx,
    user: UserId,
    unread: bool,
    before: Option<NotificationId>,
    limit: i64,
) -> Result<Vec<NotificationJson>, StoreError> {
    let tenant = tx.tenant();
    let rows: Vec<NotificationRow> = tx
        .all(
            "SELECT id, kind, actor, actor_name, title, body, place, link, created_at, read_at FROM notifications
              WHERE tenant_id = $1 AND user_id = $2 AND shown AND (NOT $3 OR read_at IS NULL)
                AND ($4 IS NULL OR id < $4)
              ORDER BY id DESC LIMIT $5",
            args![tenant, user, unread, before, limit],
        )
        .await?;
    Ok(rows.into_iter().map(NotificationJson::from).collect())
}

/// One notification, if the person sees it in the app.
pub async fn find(
    tx: &mut TenantTx,
    user: UserId,
    id: NotificationId,
) -> Result<Option<NotificationJson>, StoreError> {
    let tenant = tx.tenant();
    let row: Option<NotificationRow> = tx
        .optional(
            "SELECT id, kind, actor, actor_name, title, body, place, link, created_at, read_at FROM notifications
              WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND shown",
            args![tenant, user, id],
        )
        .await?;
    Ok(row.map(NotificationJson::from))
}

/// What came since a moment and is not read, oldest first.
pub async fn unread_since(
    tx: &mut TenantTx,
    user: UserId,
    since: Timestamp,
) -> Result<Vec<NotificationJson>, StoreError> {
    let tenant = tx.tenant();
    let rows: Vec<NotificationRow> = tx
        .all(
            "SELECT id, kind, actor, actor_name, title, body, place, link, created_at, read_at FROM notifications
              WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL AND created_at >= $3
              ORDER BY id LIMIT $4",
            args![tenant, user, since, MOST],
        )
        .await?;
    Ok(rows.into_iter().map(NotificationJson::from).collect())
}

/// Unread notifications of a person.
pub async fn unread(tx: &mut TenantTx, user: UserId) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT count(*) AS count FROM (
                 SELECT 1 FROM notifications WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL LIMIT $3) AS u";
    Ok(tx.one::<Count>(sql, args![tenant, user, MOST]).await?.count)
}

/// Marks notifications as read, or as unread with `at` none; pushes of read ones need not go out.
pub async fn mark(
    tx: &mut TenantTx,
    user: UserId,
    ids: &[NotificationId],
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    // Of one size, so that the statement stays prepared; nulls are equal to nothing.
    let padded = |chunk: &[NotificationId]| -> Vec<Val> {
        (0..AT_ONCE).map(|place| Val::Uuid(chunk.get(place).map(|id| Uuid::from(*id)))).collect()
    };
    for chunk in ids.chunks(AT_ONCE) {
        let mut args = args![tx.tenant(), user, at];
        args.0.extend(padded(chunk));
        tx.execute(
            "UPDATE notifications SET read_at = $3
              WHERE tenant_id = $1 AND user_id = $2 AND shown AND ((read_at IS NULL) <> ($3 IS NULL))
                AND id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            args,
        )
        .await?;
        if at.is_some() {
            let mut args = args![tx.tenant(), user];
            args.0.extend(padded(chunk));
            tx.execute(
                "DELETE FROM push_queue WHERE tenant_id = $1 AND user_id = $2 AND notification_id
                    IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
                args,
            )
            .await?;
        }
    }
    Ok(())
}

/// Marks everything of a person as read.
pub async fn mark_all(tx: &mut TenantTx, user: UserId, at: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql =
        "UPDATE notifications SET read_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND read_at IS NULL";
    tx.execute(sql, args![tenant, user, at]).await?;
    tx.execute("DELETE FROM push_queue WHERE tenant_id = $1 AND user_id = $2", args![tenant, user]).await?;
    Ok(())
}

/// Marks what belongs together as read.
pub fn read_bundle(tenant: TenantId, user: UserId, bundle: &str, at: Timestamp) -> Vec<Statement> {
    vec![
        Statement {
            sql: "UPDATE notifications SET read_at = $4
                   WHERE tenant_id = $1 AND user_id = $2 AND bundle = $3 AND bundle IS NOT NULL AND read_at IS NULL",
            args: args![tenant, user, bundle, at],
        },
        Statement {
            sql: "DELETE FROM push_queue WHERE tenant_id = $1 AND user_id = $2 AND bundle = $3",
            args: args![tenant, user, bundle],
        },
    ]
}

/// What `read_bundle` marked at that moment.
pub async fn read_at(
    tx: &mut TenantTx,
    user: UserId,
    bundle: &str,
    at: Timestamp,
) -> Result<Vec<NotificationId>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id FROM notifications
                WHERE tenant_id = $1 AND user_id = $2 AND bundle = $3 AND read_at = $4 AND shown";
    let rows: Vec<IdRow> = tx.all(sql, args![tenant, user, bundle, at]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whether anything was read before `old`.
pub async fn has_read_before(tx: &mut TenantTx, old: Timestamp) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT count(*) AS count FROM (
                 SELECT 1 FROM notifications WHERE tenant_id = $1 AND read_at < $2 LIMIT 1) AS old";
    Ok(tx.one::<Count>(sql, args![tenant, old]).await?.count > 0)
}

/// Drops what was read before `old`.
pub async fn drop_read(tx: &mut TenantTx, old: Timestamp) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.execute("DELETE FROM notifications WHERE tenant_id = $1 AND read_at < $2", args![tenant, old]).await
}

/// People with more in their inbox than it keeps.
pub async fn crowded(tx: &mut TenantTx) -> Result<Vec<UserId>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT user_id FROM notifications WHERE tenant_id = $1 GROUP BY user_id HAVING count(*) > $2";
    let rows: Vec<UserRow> = tx.all(sql, args![tenant, MOST]).await?;
    Ok(rows.into_iter().map(|row| row.user_id).collect())
}

/// Drops the oldest of a person's notifications past what an inbox keeps.
pub async fn trim(tx: &mut TenantTx, user: UserId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "DELETE FROM notifications WHERE tenant_id = $1 AND user_id = $2 AND id <= (
           SELECT n.id FROM notifications n WHERE n.tenant_id = $1 AND n.user_id = $2
            ORDER BY n.id DESC LIMIT 1 OFFSET $3)",
        args![tenant, user, MOST],
    )
    .await?;
    Ok(())
}

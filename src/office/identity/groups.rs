//! Groups of people, nested: who is in them, for rights, mentions and mail.

use serde_json::json;
use uuid::Uuid;

use crate::ids::{GroupId, Timestamp, UserId};
use crate::store::{NewEvent, StoreError, TenantTx, args, events_of, row};

use super::messages::GROUP_CHANGED;

/// A group as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    /// By which it is mentioned; one of a kind in its business.
    pub handle: String,
    pub members: Vec<Member>,
}

/// What is directly in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Member {
    User(UserId),
    Group(GroupId),
}

row! {
    struct GroupRow {
        id: GroupId,
        name: String,
        handle: String,
    }
}

row! {
    struct MemberRow {
        group_id: GroupId,
        kind: String,
        member_id: Uuid,
    }
}

row! {
    struct UserIdRow {
        id: UserId,
    }
}

row! {
    struct GroupIdRow {
        id: GroupId,
    }
}

row! {
    struct Count {
        count: i64,
    }
}

impl Member {
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
        }
    }

    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::User(id) => id.0,
            Self::Group(id) => id.0,
        }
    }
}

impl MemberRow {
    fn member(&self) -> Member {
        match self.kind.as_str() {
            "group" => Member::Group(GroupId(self.member_id)),
            _ => Member::User(UserId(self.member_id)),
        }
    }
}

/// The people of a group who can sign in, with those of the groups in it, each once. None for a
/// group that is not there.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn people_of(tx: &mut TenantTx, group: GroupId) -> Result<Vec<UserId>, StoreError> {
    let tenant = tx.tenant();
    // UNION keeps each group once: even a cycle, which nothing writes, would end.
    let rows: Vec<UserIdRow> = tx
        .all(
            "WITH RECURSIVE inside(id) AS (
               SELECT g.id FROM people_groups g WHERE g.tenant_id = $1 AND g.id = $2
               UNION SELECT m.member_id FROM people_group_members m JOIN inside i ON m.group_id = i.id
                      WHERE m.tenant_id = $1 AND m.kind = 'group')
             SELECT DISTINCT u.id AS id FROM inside i
               JOIN people_group_members m ON m.tenant_id = $1 AND m.group_id = i.id AND m.kind = 'user'
               JOIN users u ON u.tenant_id = $1 AND u.id = m.member_id AND u.status = 'active'
              ORDER BY 1",
            args![tenant, group],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The groups that someone is in, with those that these are in.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn groups_of(tx: &mut TenantTx, user: UserId) -> Result<Vec<GroupId>, StoreError> {
    let tenant = tx.tenant();
    let rows: Vec<GroupIdRow> = tx
        .all(
            "WITH RECURSIVE around(id) AS (
               SELECT m.group_id FROM people_group_members m
                WHERE m.tenant_id = $1 AND m.kind = 'user' AND m.member_id = $2
               UNION SELECT m.group_id FROM people_group_members m JOIN around a ON m.member_id = a.id
                      WHERE m.tenant_id = $1 AND m.kind = 'group')
             SELECT id FROM around ORDER BY id",
            args![tenant, user],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Names of groups, in their order.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn names_of(tx: &mut TenantTx, ids: &[GroupId]) -> Result<Vec<(GroupId, String)>, StoreError> {
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        let sql = "SELECT id, name, handle FROM people_groups WHERE tenant_id = $1 AND id = $2";
        let row: Option<GroupRow> = tx.optional(sql, args![tx.tenant(), *id]).await?;
        names.extend(row.map(|row| (row.id, row.name)));
    }
    names.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(names)
}

/// The group with this handle.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn by_handle(tx: &mut TenantTx, handle: &str) -> Result<Option<GroupId>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id, name, handle FROM people_groups WHERE tenant_id = $1 AND handle = $2";
    let row: Option<GroupRow> = tx.optional(sql, args![tenant, handle]).await?;
    Ok(row.map(|row| row.id))
}

pub(super) async fn find(tx: &mut TenantTx, id: GroupId) -> Result<Option<Group>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id, name, handle FROM people_groups WHERE tenant_id = $1 AND id = $2";
    let Some(row) = tx.optional::<GroupRow>(sql, args![tenant, id]).await? else { return Ok(None) };
    let members = members_of(tx, id).await?;
    Ok(Some(Group { id: row.id, name: row.name, handle: row.handle, members }))
}

async fn members_of(tx: &mut TenantTx, id: GroupId) -> Result<Vec<Member>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT group_id, kind, member_id FROM people_group_members
                WHERE tenant_id = $1 AND group_id = $2 ORDER BY kind, member_id";
    let rows: Vec<MemberRow> = tx.all(sql, args![tenant, id]).await?;
    Ok(rows.iter().map(MemberRow::member).collect())
}

/// Groups by handle, beginning after one.
pub(super) async fn list(
    tx: &mut TenantTx,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Group>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT id, name, handle FROM people_groups
                WHERE tenant_id = $1 AND ($2 IS NULL OR handle > $2) ORDER BY handle LIMIT $3";
    let rows: Vec<GroupRow> = tx.all(sql, args![tenant, after, limit]).await?;
    let mut groups = Vec::new();
    for row in rows {
        let members = members_of(tx, row.id).await?;
        groups.push(Group { id: row.id, name: row.name, handle: row.handle, members });
    }
    Ok(groups)
}

/// Which groups are directly in which, in the whole business.
pub(super) async fn nesting(tx: &mut TenantTx) -> Result<Vec<(GroupId, GroupId)>, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT group_id, kind, member_id FROM people_group_members
                WHERE tenant_id = $1 AND kind = 'group'";
    let rows: Vec<MemberRow> = tx.all(sql, args![tenant]).await?;
    Ok(rows.into_iter().map(|row| (row.group_id, GroupId(row.member_id))).collect())
}

/// Makes two changes of groups wait for each other, on both databases: together they could close a
/// cycle that neither sees.
pub(super) async fn lock(tx: &mut TenantTx) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute("UPDATE people_groups SET name = name WHERE tenant_id = $1", args![tenant]).await?;
    Ok(())
}

pub(super) async fn count(tx: &mut TenantTx) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let sql = "SELECT count(*) AS count FROM people_groups WHERE tenant_id = $1";
    Ok(tx.one::<Count>(sql, args![tenant]).await?.count)
}

/// Whether the business has this person or group.
pub(super) async fn exists(tx: &mut TenantTx, member: Member) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let sql = match member {
        Member::User(_) => "SELECT count(*) AS count FROM users WHERE tenant_id = $1 AND id = $2",
        Member::Group(_) => "SELECT count(*) AS count FROM people_groups WHERE tenant_id = $1 AND id = $2",
    };
    Ok(tx.one::<Count>(sql, args![tenant, member.id()]).await?.count > 0)
}

/// Writes a group in place of the one with its id.
///
/// # Errors
/// `StoreError::Conflict` when the handle is another group's.
pub(super) async fn put(tx: &mut TenantTx, group: &Group, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.execute(
        "INSERT INTO people_groups (tenant_id, id, name, handle, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, handle = excluded.handle",
        args![tenant, group.id, &group.name, &group.handle, now],
    )
    .await?;
    let sql = "DELETE FROM people_group_members WHERE tenant_id = $1 AND group_id = $2";
    tx.execute(sql, args![tenant, group.id]).await?;
    for member in &group.members {
        tx.execute(
            "INSERT INTO people_group_members (tenant_id, group_id, kind, member_id)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            args![tenant, group.id, member.kind(), member.id()],
        )
        .await?;
    }
    changed(tx, group.id, now).await
}

/// Deletes a group; those that it was in lose a member.
pub(super) async fn remove(tx: &mut TenantTx, id: GroupId, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for sql in [
        "DELETE FROM people_group_members WHERE tenant_id = $1 AND group_id = $2",
        "DELETE FROM people_group_members WHERE tenant_id = $1 AND kind = 'group' AND member_id = $2",
        "DELETE FROM people_groups WHERE tenant_id = $1 AND id = $2",
    ] {
        tx.execute(sql, args![tenant, id]).await?;
    }
    changed(tx, id, now).await
}

async fn changed(tx: &mut TenantTx, id: GroupId, now: Timestamp) -> Result<(), StoreError> {
    let data = json!({ "group": id });
    tx.publish(NewEvent { entity: events_of(id.0), kind: GROUP_CHANGED, data, at: now }).await
}

//! Groups of people: make, change, delete, and how deep they may be in each other.

use std::collections::{HashMap, HashSet};

use crate::ids::{GroupId, UserId};
use crate::scope::{Permission, Scope};
use crate::store::{StoreError, TenantTx};

use super::error::IdentityError;
use super::groups::{self, Group, Member};
use super::messages::{Person, PersonName, WrongText};
use super::{Identity, store};

/// Groups on the longest way from one to a group within it, both counted.
pub const DEEPEST: usize = 8;
/// People and groups directly in one group.
pub const MOST_MEMBERS: usize = 2_000;
/// Groups of one business.
const MOST_GROUPS: i64 = 2_000;
/// What the composer of messages means by these is no group.
const TAKEN: [&str; 4] = ["channel", "here", "everyone", "all"];

/// The name by which a group is mentioned: 1 to 64 lower case letters, digits, `.`, `-`, `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle(String);

/// A group to be made, or what to change about one.
#[derive(Clone, Debug, Default)]
pub struct GroupChange {
    pub name: Option<PersonName>,
    pub handle: Option<Handle>,
    /// In place of those that are in it.
    pub members: Option<Vec<Member>>,
}

impl Handle {
    /// Reads a handle, with or without the @ before it.
    ///
    /// # Errors
    /// `WrongText` says what is allowed.
    pub fn parse(text: &str) -> Result<Self, WrongText> {
        let text = text.trim().trim_start_matches('@').to_lowercase();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let edge = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if !(1..=64).contains(&text.chars().count())
            || !text.chars().all(allowed)
            || !edge(text.chars().next())
            || !edge(text.chars().last())
        {
            return Err(WrongText(
                "a handle has 1 to 64 letters and digits, with dots, hyphens and underscores between them",
            ));
        }
        if TAKEN.contains(&text.as_str()) {
            return Err(WrongText("channel, here, everyone and all mean something already"));
        }
        Ok(Self(text))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Identity {
    /// Groups by handle, beginning after one; at most `limit` and one more.
    ///
    /// # Errors
    /// `IdentityError::Denied` when the caller may not list people.
    pub async fn list_groups(
        &self,
        scope: &Scope,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Group>, IdentityError> {
        scope.require(Permission::PeopleList)?;
        let mut tx = self.shared.store.read(scope).await?;
        Ok(groups::list(&mut tx, after, i64::from(limit) + 1).await?)
    }

    /// The people of a group, those of the groups in it too.
    ///
    /// # Errors
    /// `IdentityError::NoGroup`, or `Denied` when the caller may not list people.
    pub async fn people_of_group(&self, scope: &Scope, id: GroupId) -> Result<Vec<Person>, IdentityError> {
        scope.require(Permission::PeopleList)?;
        let mut tx = self.shared.store.read(scope).await?;
        if !groups::exists(&mut tx, Member::Group(id)).await? {
            return Err(IdentityError::NoGroup);
        }
        let mut people = Vec::new();
        for user in groups::people_of(&mut tx, id).await? {
            people.extend(store::user(&mut tx, user).await?.map(|(person, _)| person));
        }
        people.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(people)
    }

    /// The people of a group who can sign in, those of the groups in it too.
    ///
    /// # Errors
    /// `StoreError` when the database is not reachable.
    pub async fn people_of(&self, tx: &mut TenantTx, id: GroupId) -> Result<Vec<UserId>, StoreError> {
        groups::people_of(tx, id).await
    }

    /// Makes a group.
    ///
    /// # Errors
    /// `IdentityError::HandleTaken`, `Invalid` for a member that is not there, `GroupLimit`, or
    /// `Denied` when the caller may not.
    pub async fn add_group(
        &self,
        scope: &Scope,
        name: PersonName,
        handle: Handle,
        members: Vec<Member>,
    ) -> Result<Group, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let mut tx = self.shared.store.begin(scope).await?;
        groups::lock(&mut tx).await?;
        if groups::count(&mut tx).await? >= MOST_GROUPS {
            return Err(IdentityError::GroupLimit("a business has at most 2000 groups"));
        }
        let (name, handle) = (name.as_str().to_owned(), handle.as_str().to_owned());
        let group = Group { id: GroupId::at(self.now()), name, handle, members };
        self.put_group(tx, group).await
    }

    /// Changes a group.
    ///
    /// # Errors
    /// As `add_group`, and `Cycle` when the group would be inside of itself.
    pub async fn change_group(
        &self,
        scope: &Scope,
        id: GroupId,
        change: GroupChange,
    ) -> Result<Group, IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let mut tx = self.shared.store.begin(scope).await?;
        groups::lock(&mut tx).await?;
        let before = groups::find(&mut tx, id).await?.ok_or(IdentityError::NoGroup)?;
        let group = Group {
            id,
            name: change.name.map_or(before.name, |name| name.as_str().to_owned()),
            handle: change.handle.map_or(before.handle, |handle| handle.as_str().to_owned()),
            members: change.members.unwrap_or(before.members),
        };
        self.put_group(tx, group).await
    }

    /// Deletes a group; its people stay.
    ///
    /// # Errors
    /// `IdentityError::NoGroup`, or `Denied` when the caller may not.
    pub async fn delete_group(&self, scope: &Scope, id: GroupId) -> Result<(), IdentityError> {
        scope.require(Permission::PeopleManage)?;
        let mut tx = self.shared.store.begin(scope).await?;
        if !groups::exists(&mut tx, Member::Group(id)).await? {
            return Err(IdentityError::NoGroup);
        }
        groups::remove(&mut tx, id, self.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn put_group(&self, mut tx: TenantTx, mut group: Group) -> Result<Group, IdentityError> {
        group.members.sort_unstable();
        group.members.dedup();
        if group.members.len() > MOST_MEMBERS {
            return Err(IdentityError::GroupLimit("a group has at most 2000 members"));
        }
        if groups::by_handle(&mut tx, &group.handle).await?.is_some_and(|other| other != group.id) {
            return Err(IdentityError::HandleTaken);
        }
        for member in &group.members {
            if !groups::exists(&mut tx, *member).await? {
                let message = format!("there is no {} {}", member.kind(), member.id());
                return Err(IdentityError::Invalid { field: "$.members", message });
            }
        }
        let inner = group.members.iter().filter_map(|member| match member {
            Member::Group(id) => Some(*id),
            Member::User(_) => None,
        });
        decide(&groups::nesting(&mut tx).await?, group.id, inner)?;
        groups::put(&mut tx, &group, self.now()).await?;
        match tx.commit().await {
            // Someone else was faster by a moment.
            Err(StoreError::Conflict) => Err(IdentityError::HandleTaken),
            done => Ok(done.map(|()| group)?),
        }
    }
}

/// Whether `group` may have `inner` as the groups directly in it, given which groups are in which.
pub(super) fn decide(
    nesting: &[(GroupId, GroupId)],
    group: GroupId,
    inner: impl Iterator<Item = GroupId>,
) -> Result<(), IdentityError> {
    let (mut down, mut up): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = (HashMap::new(), HashMap::new());
    let kept = nesting.iter().copied().filter(|(outer, _)| *outer != group);
    for (outer, inside) in kept.chain(inner.map(|inside| (group, inside))) {
        down.entry(outer).or_default().push(inside);
        up.entry(inside).or_default().push(outer);
    }
    let below = depth(&down, group)?;
    let above = depth(&up, group)?;
    // Both count the group itself.
    if below + above - 1 > DEEPEST {
        return Err(IdentityError::GroupLimit("groups are at most 8 deep in each other"));
    }
    Ok(())
}

/// Groups on the longest way from `from`, itself counted; goes level by level, so that a group which
/// is reached on many ways costs no more than the levels it is on.
fn depth(edges: &HashMap<GroupId, Vec<GroupId>>, from: GroupId) -> Result<usize, IdentityError> {
    let (mut level, mut depth) = (HashSet::from([from]), 0);
    while !level.is_empty() {
        depth += 1;
        level = level.iter().filter_map(|id| edges.get(id)).flatten().copied().collect();
        if level.contains(&from) {
            return Err(IdentityError::Cycle);
        }
        if depth > DEEPEST {
            return Err(IdentityError::GroupLimit("groups are at most 8 deep in each other"));
        }
    }
    Ok(depth)
}

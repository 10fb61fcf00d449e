//! What someone may do with records of a type: one policy per type and role or group, one decision.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{GroupId, UserId};
use crate::scope::{Action, Object, Principal, Right, Role, Scope, authorize};

use super::error::EngineError;
use super::filter::{Filter, Place};
use super::record::Stored;
use super::value::Key;

/// Which records an action reaches.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[schema(as = RecordReach)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    #[default]
    None,
    /// Those of which one is the owner.
    Own,
    /// Those whose owner is in a group with one.
    Team,
    All,
}

/// What a role or group may do with records of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordPolicy)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    pub read: Reach,
    pub create: bool,
    pub edit: Reach,
    pub delete: Reach,
    /// Fields that it never sees.
    pub hidden: Vec<String>,
    /// Fields that it sees and may not change.
    pub read_only: Vec<String>,
}

/// Whom a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Role(Role),
    Group(GroupId),
}

/// What one person may do with records of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    pub policy: Policy,
    pub me: Option<UserId>,
    /// The people who are in a group with the person.
    pub team: Vec<UserId>,
}

impl Subject {
    /// Reads `role:tenant_user` or `group:ID`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("role", role) => role.parse().ok().map(Self::Role),
            ("group", id) => id.parse().ok().map(Self::Group),
            _ => None,
        }
    }
}

impl Policy {
    /// What applies where the tenant has said nothing.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        match role {
            Role::TenantGuest => Self::default(),
            Role::TenantUser | Role::TenantAdmin | Role::PlatformAdmin => Self::everything(),
        }
    }

    /// What applies then to types that administrators look after.
    #[must_use]
    pub fn of_reader(role: Role) -> Self {
        match role {
            Role::TenantGuest => Self::default(),
            _ => Self { read: Reach::All, ..Self::default() },
        }
    }

    #[must_use]
    pub fn everything() -> Self {
        let (read, edit, delete) = (Reach::All, Reach::All, Reach::All);
        Self { read, create: true, edit, delete, ..Self::default() }
    }

    /// Both policies: who is in two groups may do what either may, and sees what either sees.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        let both = |one: Vec<String>, other: &[String]| {
            one.into_iter().filter(|name| other.contains(name)).collect()
        };
        Self {
            read: self.read.max(other.read),
            create: self.create || other.create,
            edit: self.edit.max(other.edit),
            delete: self.delete.max(other.delete),
            hidden: both(self.hidden, &other.hidden),
            read_only: both(self.read_only, &other.read_only),
        }
    }
}

impl Access {
    /// The access of the program itself.
    #[must_use]
    pub fn full() -> Self {
        Self { policy: Policy::everything(), ..Self::default() }
    }

    /// Decides what someone may do from the policies for their role and groups.
    #[must_use]
    pub fn of<'a>(
        scope: &Scope,
        policies: impl Iterator<Item = (Subject, &'a Policy)>,
        groups: &HashSet<GroupId>,
        team: Vec<UserId>,
        otherwise: Policy,
    ) -> Self {
        if scope.principal == Principal::System || scope.role.is_administrator() {
            return Self { me: scope.user(), team, ..Self::full() };
        }
        let mine = |subject: Subject| match subject {
            Subject::Role(role) => role == scope.role,
            Subject::Group(group) => groups.contains(&group),
        };
        let found = policies.filter(|(subject, _)| mine(*subject)).map(|(_, policy)| policy);
        let policy = found.cloned().reduce(|one, other| one.or(&other));
        Self { policy: policy.unwrap_or(otherwise), me: scope.user(), team }
    }

    /// Refuses what may not be done with a record; one that may not be seen is not there.
    ///
    /// # Errors
    /// `EngineError::NoRecord` or `EngineError::Denied`.
    pub fn require(&self, scope: &Scope, right: Right, record: &Stored) -> Result<(), EngineError> {
        let object = Object::Granted { tenant: scope.tenant, right: self.right(record.owner) };
        authorize(scope, Action::On(right), object).map_err(|denied| match denied {
            crate::scope::Denied::Hidden => EngineError::NoRecord,
            lacks => EngineError::Denied(lacks),
        })
    }

    /// The right that the person holds on records of this owner.
    #[must_use]
    pub fn right(&self, owner: Option<UserId>) -> Option<Right> {
        let within = |reach: Reach| match reach {
            Reach::None => false,
            Reach::Own => owner.is_some() && owner == self.me,
            Reach::Team => owner.is_some_and(|owner| Some(owner) == self.me || self.team.contains(&owner)),
            Reach::All => true,
        };
        [
            (self.policy.delete, Right::Manage),
            (self.policy.edit, Right::Edit),
            (self.policy.read, Right::View),
        ]
        .into_iter()
        .find_map(|(reach, right)| within(reach).then_some(right))
    }

    /// The records that the person sees, as a filter.
    #[must_use]
    pub fn filter(&self) -> Filter {
        let widest = self.policy.read.max(self.policy.edit).max(self.policy.delete);
        let of = |people: Vec<UserId>| {
            Filter::In(Place::Owner, people.into_iter().map(|id| Key::Text(id.to_string())).collect())
        };
        match (widest, self.me) {
            (Reach::All, _) => Filter::everything(),
            (Reach::Own, Some(me)) => of(vec![me]),
            (Reach::Team, Some(me)) => {
                let mut people = self.team.clone();
                people.push(me);
                people.sort_unstable();
                people.dedup();
                of(people)
            }
            (Reach::None, _) | (_, None) => Filter::Any(Vec::new()),
        }
    }

    /// Whether the person may do nothing at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let Policy { read, create, edit, delete, .. } = self.policy;
        !create && [read, edit, delete] == [Reach::None; 3]
    }

    #[must_use]
    pub fn is_hidden(&self, field: &str) -> bool {
        self.policy.hidden.iter().any(|name| name == field)
    }

    #[must_use]
    pub fn is_read_only(&self, field: &str) -> bool {
        self.is_hidden(field) || self.policy.read_only.iter().any(|name| name == field)
    }
}

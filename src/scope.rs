//! Who asks, in which tenant, with which rights, and the one decision about them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ErrorKind;
use crate::ids::{SessionId, TenantId, UserId};

/// Who asks, in which tenant, with which rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub tenant: TenantId,
    pub principal: Principal,
    pub role: Role,
    /// The sign-in session that the request came with; what it opened ends with it.
    pub session: Option<SessionId>,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    User(UserId),
    /// The program itself: migrations, timers, activation.
    System,
}

/// A built-in role: a name for an array of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Someone from outside: sees only what they are added to.
    TenantGuest,
    TenantUser,
    TenantAdmin,
    PlatformAdmin,
}

/// What a role allows without a grant on an object.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Permission {
    #[serde(rename = "documents.create")]
    DocumentsCreate,
    /// To see public channels and to begin rooms.
    #[serde(rename = "chat.channels")]
    ChatChannels,
    /// To see what was reported, to remove messages, to ban and to mute.
    #[serde(rename = "chat.moderation")]
    ChatModeration,
    /// To keep what was said from being destroyed, and to read all of it that is kept.
    #[serde(rename = "chat.holds")]
    ChatHolds,
    #[serde(rename = "people.list")]
    PeopleList,
    #[serde(rename = "people.manage")]
    PeopleManage,
    #[serde(rename = "actors.observe")]
    ActorsObserve,
    #[serde(rename = "tenant.manage")]
    TenantManage,
    #[serde(rename = "platform.manage")]
    PlatformManage,
}

/// What a grant on one object allows; each right includes those before it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    View,
    Comment,
    Edit,
    Manage,
}

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Something that a role allows by itself.
    Use(Permission),
    /// Something that needs a right on the object.
    On(Right),
}

/// What it is done to, with the facts that the decision needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The installation as a whole.
    Platform,
    /// A tenant as a whole.
    Tenant(TenantId),
    /// An object with grants: its tenant and the right that the asking person holds on it.
    Granted { tenant: TenantId, right: Option<Right> },
}

/// A refused request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The person may not know whether the object exists.
    #[error("there is no such object")]
    Hidden,
    #[error("this needs the right to {0:?}")]
    Lacks(Action),
}

impl Denied {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Hidden => ErrorKind::NotFound,
            Self::Lacks(_) => ErrorKind::Forbidden,
        }
    }
}

/// The one decision about rights, for every surface.
///
/// # Errors
/// `Denied::Hidden` when the caller may not know of the object, `Denied::Lacks` when they may know
/// of it and not do this.
pub fn authorize(scope: &Scope, action: Action, object: Object) -> Result<(), Denied> {
    let lacks = Err(Denied::Lacks(action));
    match (action, object) {
        (Action::Use(permission), Object::Platform) => {
            if scope.role.permissions().contains(&permission) {
                Ok(())
            } else {
                lacks
            }
        }
        (Action::Use(permission), Object::Tenant(tenant)) => {
            if tenant != scope.tenant {
                Err(Denied::Hidden)
            } else if scope.role.permissions().contains(&permission) {
                Ok(())
            } else {
                lacks
            }
        }
        (Action::On(needed), Object::Granted { tenant, right }) => match right {
            _ if tenant != scope.tenant => Err(Denied::Hidden),
            _ if scope.principal == Principal::System => Ok(()),
            None => Err(Denied::Hidden),
            Some(held) if held >= needed => Ok(()),
            Some(_) => lacks,
        },
        (Action::Use(_), Object::Granted { .. }) | (Action::On(_), Object::Platform | Object::Tenant(_)) => {
            lacks
        }
    }
}

impl Scope {
    /// The program itself, at work in one tenant.
    #[must_use]
    pub fn system(tenant: TenantId) -> Self {
        Self { tenant, principal: Principal::System, role: Role::TenantAdmin, session: None }
    }

    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self.principal {
            Principal::User(id) => Some(id),
            Principal::System => None,
        }
    }

    /// Whether the role allows this in the caller's own tenant.
    ///
    /// # Errors
    /// `Denied::Lacks` when the role does not hold the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Denied> {
        authorize(self, Action::Use(permission), Object::Tenant(self.tenant))
    }
}

impl Role {
    /// The permissions that the role stands for.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{
            ActorsObserve, ChatChannels, ChatHolds, ChatModeration, DocumentsCreate, PeopleList,
            PeopleManage, PlatformManage, TenantManage,
        };
        match self {
            Self::TenantGuest => &[],
            Self::TenantUser => &[DocumentsCreate, ChatChannels, PeopleList],
            Self::TenantAdmin => &[
                DocumentsCreate,
                ChatChannels,
                ChatModeration,
                ChatHolds,
                PeopleList,
                PeopleManage,
                ActorsObserve,
                TenantManage,
            ],
            Self::PlatformAdmin => &[
                DocumentsCreate,
                ChatChannels,
                ChatModeration,
                ChatHolds,
                PeopleList,
                PeopleManage,
                ActorsObserve,
                TenantManage,
                PlatformManage,
            ],
        }
    }

    /// Whether the role rules over the people of a business.
    #[must_use]
    pub fn is_administrator(self) -> bool {
        matches!(self, Self::TenantAdmin | Self::PlatformAdmin)
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TenantGuest => "tenant_guest",
            Self::TenantUser => "tenant_user",
            Self::TenantAdmin => "tenant_admin",
            Self::PlatformAdmin => "platform_admin",
        }
    }
}

impl Right {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Comment => "comment",
            Self::Edit => "edit",
            Self::Manage => "manage",
        }
    }
}

/// A word that names no role or right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not one of {1}")]
pub struct UnknownWord(String, &'static str);

impl FromStr for Role {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::TenantGuest, Self::TenantUser, Self::TenantAdmin, Self::PlatformAdmin]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| {
                UnknownWord(text.into(), "tenant_guest, tenant_user, tenant_admin, platform_admin")
            })
    }
}

impl FromStr for Right {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::View, Self::Comment, Self::Edit, Self::Manage]
            .into_iter()
            .find(|right| right.as_str() == text)
            .ok_or_else(|| UnknownWord(text.into(), "view, comment, edit, manage"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

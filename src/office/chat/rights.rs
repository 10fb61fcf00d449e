//! Who may do what in a room.

use crate::ids::RoomId;
use crate::scope::{Action, Object, Permission, Principal, Right, Role, Scope, authorize};
use crate::store::TenantTx;

use super::error::ChatError;
use super::model::{MemberRole, RoomKind};
use super::store::rooms::{self, RoomRow};
use super::store::{bans, members};

/// The right that someone holds on a room: a member writes, an owner manages; a public channel is open
/// to everyone in the business, and its administrators manage it.
#[must_use]
pub fn held(scope: &Scope, kind: RoomKind, private: bool, role: Option<MemberRole>) -> Option<Right> {
    if scope.principal == Principal::System {
        return Some(Right::Manage);
    }
    let open = kind == RoomKind::Channel && !private && scope.require(Permission::ChatChannels).is_ok();
    let admin = matches!(scope.role, Role::TenantAdmin | Role::PlatformAdmin);
    match role {
        _ if open && admin => Some(Right::Manage),
        Some(MemberRole::Owner) => Some(Right::Manage),
        Some(MemberRole::Member) => Some(Right::Edit),
        None => open.then_some(Right::View),
    }
}

/// The room, if the person may do this with it.
///
/// # Errors
/// `ChatError::NoRoom` for a room that they may not know of, `Denied` for one that they may only see.
pub async fn room(tx: &mut TenantTx, scope: &Scope, id: RoomId, needed: Right) -> Result<RoomRow, ChatError> {
    let row = rooms::find(tx, id).await?.ok_or(ChatError::NoRoom)?;
    let role = match scope.user() {
        Some(user) if bans::is_banned(tx, id, user).await? => return Err(ChatError::NoRoom),
        Some(user) => members::role_of(tx, id, user).await?,
        None => None,
    };
    let right = held(scope, row.kind()?, row.private, role);
    authorize(scope, Action::On(Right::View), Object::Granted { tenant: tx.tenant(), right })
        .map_err(|_| ChatError::NoRoom)?;
    authorize(scope, Action::On(needed), Object::Granted { tenant: tx.tenant(), right })?;
    Ok(row)
}

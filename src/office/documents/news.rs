//! What documents tell people of: that one was shared with them, that they were mentioned.

use crate::ids::{DocumentId, Timestamp, UserId};
use crate::office::identity::grants::{self, GrantRow};
use crate::office::notify::messages::{Kind, NewNotification, Place, add, add_once};
use crate::scope::Scope;
use crate::store::{StoreError, TenantTx};

use super::store::{DocumentRow, OBJECT_KIND};

/// Tells a person that they may see a document from now on.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn shared(
    tx: &mut TenantTx,
    scope: &Scope,
    document: &DocumentRow,
    grants: &[GrantRow],
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let actor_name = name_in(grants, scope.user());
    let title = format!("{actor_name} shared “{}” with you", document.title);
    add(tx, &news(document, scope, actor_name, user, Kind::Share, title, ""), now).await
}

/// Tells those of `users` who may see the document that they were mentioned in it, each once for the
/// same words.
///
/// # Errors
/// `StoreError` when the database is not reachable.
pub async fn mentioned(
    tx: &mut TenantTx,
    scope: &Scope,
    document: &DocumentRow,
    users: &[UserId],
    excerpt: &str,
    now: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let grants = grants::list(tx, OBJECT_KIND, document.id.0).await?;
    let words = blake3::hash(excerpt.as_bytes()).to_hex();
    let key = format!("mention:{}:{words}", document.id);
    let mut told = Vec::new();
    for user in users.iter().filter(|user| grants.iter().any(|grant| grant.user_id == **user)) {
        let actor_name = name_in(&grants, scope.user());
        let title = format!("{actor_name} mentioned you in “{}”", document.title);
        let new = news(document, scope, actor_name, *user, Kind::Mention, title, excerpt);
        if add_once(tx, &new, &key, now).await? {
            told.push(*user);
        }
    }
    Ok(told)
}

fn news(
    document: &DocumentRow,
    scope: &Scope,
    actor_name: String,
    user: UserId,
    kind: Kind,
    title: String,
    body: &str,
) -> NewNotification {
    NewNotification {
        user,
        kind,
        actor: scope.user(),
        actor_name,
        title,
        body: body.to_owned(),
        place: Place::Documents,
        link: link(document.id),
        group: Some(format!("document:{}", document.id)),
    }
}

fn link(id: DocumentId) -> String {
    format!("/documents/{id}")
}

/// Who holds a right on a document is among its grants, and so is who shares it.
fn name_in(grants: &[GrantRow], user: Option<UserId>) -> String {
    let found = grants.iter().find(|grant| Some(grant.user_id) == user);
    found.map(|grant| grant.name.clone()).unwrap_or_default()
}

//! Comments on records: who follows one hears of them, who is mentioned as well, if they may see it.

use crate::ids::{CommentId, RecordId, UserId};
use crate::office::notify::messages::{Kind as Why, NewNotification, Place, add};
use crate::scope::{Principal, Right, Scope};
use crate::store::TenantTx;

use super::error::EngineError;
use super::live::Said;
use super::service::{Engine, Found};
use super::store::talk::{self, CommentRow};

/// Characters of a comment.
const LONG: usize = 10_000;
/// People who are mentioned in one comment.
const MENTIONED: usize = 50;
/// Followers who are told of one comment.
const FOLLOWERS: i64 = 500;

impl Engine {
    /// Says something about a record; the author follows it from now on.
    pub async fn comment(
        &self,
        scope: &Scope,
        kind: &str,
        id: RecordId,
        body: &str,
        mentioned: &[UserId],
    ) -> Result<CommentRow, EngineError> {
        let author = scope.user().ok_or(EngineError::NoRecord)?;
        let body = checked(body)?;
        if mentioned.len() > MENTIONED {
            return Err(EngineError::TooMany { what: "mentions", limit: MENTIONED });
        }
        let mut tx = self.store.begin(scope).await?;
        let found = self.find(&mut tx, scope, Some(kind), id, Right::View).await?;
        let now = self.clock.now();
        let row = CommentRow {
            id: CommentId::at(now),
            author,
            body: body.to_owned(),
            created_at: now,
            edited_at: None,
        };
        talk::insert_comment(&mut tx, id, &row).await?;
        self.notify(&mut tx, scope, &found, mentioned, body).await?;
        talk::follow(&mut tx, id, author, true).await?;
        tx.commit().await?;
        self.said(scope, id).await;
        Ok(row)
    }

    /// Changes a comment of one's own, or takes it away; who manages the record takes away any.
    pub async fn change_comment(
        &self,
        scope: &Scope,
        kind: &str,
        (record, id): (RecordId, CommentId),
        body: Option<&str>,
    ) -> Result<(), EngineError> {
        let body = body.map(checked).transpose()?;
        let mut tx = self.store.begin(scope).await?;
        let found = self.find(&mut tx, scope, Some(kind), record, Right::View).await?;
        let row = talk::comment(&mut tx, record, id).await?.ok_or(EngineError::NoEntry)?;
        if Some(row.author) != scope.user() {
            if body.is_some() {
                return Err(EngineError::Forbidden("change what someone else said".into()));
            }
            found.access.require(scope, Right::Manage, &found.record)?;
        }
        talk::change_comment(&mut tx, id, body, self.clock.now()).await?;
        tx.commit().await?;
        self.said(scope, record).await;
        Ok(())
    }

    /// Tells the mentioned, the followers and the owner, each once, as far as they may see the record.
    async fn notify(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        found: &Found,
        mentioned: &[UserId],
        body: &str,
    ) -> Result<(), EngineError> {
        let Found { record, kind, .. } = found;
        let me = scope.user().ok_or(EngineError::NoRecord)?;
        let actor_name = self.identity.person(scope, me).await?.name;
        let followers = talk::followers(tx, record.id, FOLLOWERS).await?;
        let of_mentioned = mentioned.iter().map(|user| (*user, Why::Mention));
        let of_followers = followers.into_iter().chain(record.owner).map(|user| (user, Why::Comment));
        let mut told: Vec<UserId> = vec![me];
        let title = kind.title_of(&record.fields).to_owned();
        for (user, why) in of_mentioned.chain(of_followers) {
            if told.contains(&user) || !self.may_see(tx, scope, found, user).await? {
                continue;
            }
            told.push(user);
            let verb = if why == Why::Mention { "mentioned you in" } else { "commented on" };
            let new = NewNotification {
                user,
                kind: why,
                actor: Some(me),
                actor_name: actor_name.clone(),
                title: format!("{actor_name} {verb} “{title}”"),
                body: body.to_owned(),
                place: Place::Business,
                // A point in an address is that of a file.
                link: format!("/business/{}/{}", record.kind.replace('.', "-"), record.id),
                group: Some(format!("record:{}", record.id)),
            };
            add(tx, &new, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn may_see(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        found: &Found,
        user: UserId,
    ) -> Result<bool, EngineError> {
        let Ok(person) = self.identity.person(scope, user).await else { return Ok(false) };
        let theirs = Scope { principal: Principal::User(user), role: person.role, ..scope.clone() };
        let catalog = self.catalog(tx).await?;
        let access = catalog.access(tx, &theirs, &found.record.kind).await?;
        Ok(access.right(found.record.owner).is_some())
    }

    /// Tells those who look at the record.
    async fn said(&self, scope: &Scope, record: RecordId) {
        // Who is not told reads it with the next look.
        if let Ok(recorder) = self.recorder(scope).await {
            recorder.do_send(Said(record));
        }
    }
}

fn checked(body: &str) -> Result<&str, EngineError> {
    let body = body.trim();
    let count = body.chars().count();
    if count == 0 || count > LONG || body.contains('\0') {
        return Err(EngineError::Invalid(format!("a comment has 1 to {LONG} characters")));
    }
    Ok(body)
}

//! What people save and share: for themselves, for a team, for everyone. Views of lists and dashboards are kept
//! alike; only what they say differs.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{GroupId, UserId, uuid_at};
use crate::office::identity::groups;
use crate::scope::{Permission, Scope};
use crate::store::TenantTx;

use super::error::EngineError;
use super::service::Engine;
use super::store::views::{self as rows, SavedRow};
use super::told::{SAVED, Saved};

/// Things of one person, one team or everyone, for one type.
const MOST: usize = 100;
/// Bytes that one says.
const LONG: usize = 16 << 10;
/// Characters of a name.
const NAME: usize = 80;

/// Who sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RecordAudience)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Only who has made it.
    Me,
    /// Everyone in a group.
    Team,
    Everyone,
}

/// With whom something is to be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub audience: Audience,
    pub team: Option<GroupId>,
}

/// Something to be saved.
pub struct New {
    pub name: String,
    pub share: Share,
    pub definition: Value,
}

/// What is to be changed about it.
#[derive(Default)]
pub struct Edit {
    /// The version that the person has seen.
    pub version: i64,
    pub name: Option<String>,
    pub share: Option<Share>,
    pub definition: Option<Value>,
    pub opens: Option<bool>,
    /// Its place among those that are shared alike.
    pub place: Option<usize>,
}

/// Something that was saved, and whether the one who asks may change it.
pub struct Found {
    pub row: SavedRow,
    pub may_change: bool,
}

/// Who asks, with the groups that they are in.
struct Asker<'a> {
    scope: &'a Scope,
    me: UserId,
    groups: Vec<GroupId>,
}

impl Asker<'_> {
    fn sees(&self, row: &SavedRow) -> bool {
        match (row.owner, row.team) {
            (Some(owner), _) => owner == self.me,
            (None, Some(team)) => self.groups.contains(&team),
            (None, None) => true,
        }
    }

    /// Everyone in a team changes what the team shares; what everyone sees, those who manage the business.
    fn may_change(&self, row: &SavedRow) -> bool {
        self.sees(row) && (row.owner.is_some() || row.team.is_some() || self.manages())
    }

    fn manages(&self) -> bool {
        self.scope.require(Permission::TenantManage).is_ok()
    }
}

impl SavedRow {
    #[must_use]
    pub fn audience(&self) -> Audience {
        match (self.owner, self.team) {
            (Some(_), _) => Audience::Me,
            (None, Some(_)) => Audience::Team,
            (None, None) => Audience::Everyone,
        }
    }

    /// Whether both lie on the same pile.
    fn is_beside(&self, other: &Self) -> bool {
        (self.owner, self.team) == (other.owner, other.team)
    }
}

impl Engine {
    /// What the caller sees of a type, the own before that of teams before that of everyone.
    pub async fn saved(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
        kind: &str,
    ) -> Result<Vec<Found>, EngineError> {
        let asker = asker(tx, scope).await?;
        let mut all = rows::all(tx, kind, Some(asker.me)).await?;
        all.retain(|row| asker.sees(row));
        all.sort_by_key(|row| (row.audience() as u8, row.team));
        Ok(all.into_iter().map(|row| Found { may_change: asker.may_change(&row), row }).collect())
    }

    /// The groups that the caller is in, by name: with these they can share.
    pub async fn teams(
        &self,
        tx: &mut TenantTx,
        scope: &Scope,
    ) -> Result<Vec<(GroupId, String)>, EngineError> {
        let asker = asker(tx, scope).await?;
        Ok(groups::names_of(tx, &asker.groups).await?)
    }

    /// Saves something, behind what is there.
    pub async fn save(
        &self,
        mut tx: TenantTx,
        scope: &Scope,
        kind: &str,
        new: New,
    ) -> Result<Found, EngineError> {
        let asker = asker(&mut tx, scope).await?;
        let now = self.clock.now();
        let mut row = SavedRow {
            id: uuid_at(now),
            kind: kind.to_owned(),
            owner: None,
            team: None,
            name: named(&new.name)?,
            place: 0,
            opens: false,
            definition: sized(new.definition)?,
            version: 1,
            changed_by: Some(asker.me),
            changed_at: now,
        };
        share(&mut tx, &asker, &mut row, new.share).await?;
        let beside = beside(&mut tx, &asker, &row).await?;
        row.place = beside.last().map_or(0, |last| last.place + 1);
        rows::put(&mut tx, &row).await?;
        let told = audience_of(&mut tx, &row).await?;
        tx.commit().await?;
        self.tell_saved(scope, kind, told);
        Ok(Found { row, may_change: true })
    }

    /// Changes something that the caller has seen as it is.
    pub async fn edit_saved(
        &self,
        mut tx: TenantTx,
        scope: &Scope,
        (kind, id): (&str, Uuid),
        edit: Edit,
    ) -> Result<Found, EngineError> {
        let asker = asker(&mut tx, scope).await?;
        let mut row = changeable(&mut tx, &asker, kind, id).await?;
        if row.version != edit.version {
            return Err(EngineError::Conflict("someone has changed it meanwhile; read it again".into()));
        }
        let mut told = audience_of(&mut tx, &row).await?;
        if let Some(name) = &edit.name {
            row.name = named(name)?;
        }
        if let Some(definition) = edit.definition {
            row.definition = sized(definition)?;
        }
        if let Some(with) = edit.share {
            move_to(&mut tx, &asker, &mut row, with).await?;
        }
        if let Some(opens) = edit.opens {
            row.opens = opens;
        }
        (row.version, row.changed_by, row.changed_at) = (row.version + 1, Some(asker.me), self.clock.now());
        rows::put(&mut tx, &row).await?;
        settle(&mut tx, &asker, &mut row, edit.place).await?;
        told.extend(audience_of(&mut tx, &row).await?);
        tx.commit().await?;
        self.tell_saved(scope, kind, told);
        Ok(Found { row, may_change: true })
    }

    /// Takes something away.
    pub async fn remove_saved(
        &self,
        mut tx: TenantTx,
        scope: &Scope,
        (kind, id): (&str, Uuid),
    ) -> Result<(), EngineError> {
        let asker = asker(&mut tx, scope).await?;
        let row = changeable(&mut tx, &asker, kind, id).await?;
        rows::remove(&mut tx, id).await?;
        let told = audience_of(&mut tx, &row).await?;
        tx.commit().await?;
        self.tell_saved(scope, kind, told);
        Ok(())
    }

    /// Lets those who see it read it again.
    fn tell_saved(&self, scope: &Scope, kind: &str, told: Told) {
        let hub = self.hubs.of(scope.tenant);
        let data = serde_json::json!(Saved { kind });
        if told.everyone {
            return hub.tell_all(SAVED, &data);
        }
        let mut people = told.people;
        people.sort_unstable();
        people.dedup();
        for person in people {
            hub.tell(person, SAVED, &data);
        }
    }
}

/// Who hears of a change.
struct Told {
    everyone: bool,
    people: Vec<UserId>,
}

impl Told {
    fn extend(&mut self, other: Self) {
        self.everyone |= other.everyone;
        self.people.extend(other.people);
    }
}

async fn audience_of(tx: &mut TenantTx, row: &SavedRow) -> Result<Told, EngineError> {
    let people = match (row.owner, row.team) {
        (Some(owner), _) => vec![owner],
        (None, Some(team)) => groups::people_of(tx, team).await?,
        (None, None) => Vec::new(),
    };
    Ok(Told { everyone: row.audience() == Audience::Everyone, people })
}

async fn asker<'a>(tx: &mut TenantTx, scope: &'a Scope) -> Result<Asker<'a>, EngineError> {
    let me = scope.user().ok_or(EngineError::NoEntry)?;
    Ok(Asker { scope, me, groups: groups::groups_of(tx, me).await? })
}

async fn changeable(
    tx: &mut TenantTx,
    asker: &Asker<'_>,
    kind: &str,
    id: Uuid,
) -> Result<SavedRow, EngineError> {
    let found = rows::find(tx, kind, id).await?.filter(|row| asker.sees(row));
    let row = found.ok_or(EngineError::NoEntry)?;
    if asker.may_change(&row) {
        Ok(row)
    } else {
        Err(EngineError::Forbidden("change what everyone sees".into()))
    }
}

/// Says whose it is.
async fn share(
    tx: &mut TenantTx,
    asker: &Asker<'_>,
    row: &mut SavedRow,
    with: Share,
) -> Result<(), EngineError> {
    (row.owner, row.team) = match (with.audience, with.team) {
        (Audience::Me, None) => (Some(asker.me), None),
        (Audience::Everyone, None) if asker.manages() => (None, None),
        (Audience::Everyone, None) => return Err(EngineError::Forbidden("share with everyone".into())),
        (Audience::Team, Some(team)) => {
            // Who is in no group with them shares with nobody, and learns nothing of the group.
            if !asker.groups.contains(&team) {
                return Err(EngineError::invalid("you are in no such group"));
            }
            (None, Some(team))
        }
        (Audience::Team, None) => return Err(EngineError::invalid("a team is named with it")),
        (_, Some(_)) => return Err(EngineError::invalid("a team is named only to share with one")),
    };
    let count = beside(tx, asker, row).await?.len();
    if count >= MOST {
        Err(EngineError::TooMany { what: "what is saved for one list", limit: MOST })
    } else {
        Ok(())
    }
}

/// Shares it with others than before: behind what they have, and nobody's list opens with it yet.
async fn move_to(
    tx: &mut TenantTx,
    asker: &Asker<'_>,
    row: &mut SavedRow,
    with: Share,
) -> Result<(), EngineError> {
    let before = row.clone();
    share(tx, asker, row, with).await?;
    if !row.is_beside(&before) {
        row.opens = false;
        row.place = beside(tx, asker, row).await?.last().map_or(0, |last| last.place + 1);
    }
    Ok(())
}

/// The others that are shared alike, in their order.
async fn beside(tx: &mut TenantTx, asker: &Asker<'_>, row: &SavedRow) -> Result<Vec<SavedRow>, EngineError> {
    let mut all = rows::all(tx, &row.kind, Some(asker.me)).await?;
    all.retain(|other| other.is_beside(row) && other.id != row.id);
    Ok(all)
}

/// Gives it its place, and lets no other open the list beside it.
async fn settle(
    tx: &mut TenantTx,
    asker: &Asker<'_>,
    row: &mut SavedRow,
    place: Option<usize>,
) -> Result<(), EngineError> {
    let mut others = beside(tx, asker, row).await?;
    if row.opens {
        for other in others.iter().filter(|other| other.opens) {
            rows::opens_no_more(tx, other.id).await?;
        }
    }
    let Some(place) = place else { return Ok(()) };
    others.insert(place.min(others.len()), row.clone());
    for (place, other) in others.iter().enumerate() {
        let place = place as i64;
        if other.place != place {
            rows::set_place(tx, other.id, place).await?;
        }
        if other.id == row.id {
            row.place = place;
        }
    }
    Ok(())
}

fn named(name: &str) -> Result<String, EngineError> {
    let name = name.trim();
    let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(EngineError::Invalid(format!("a name has 1 to {NAME} characters and no control characters")))
    }
}

fn sized(definition: Value) -> Result<Value, EngineError> {
    if definition.to_string().len() > LONG {
        return Err(EngineError::Invalid(format!("what is saved has at most {LONG} bytes")));
    }
    Ok(definition)
}

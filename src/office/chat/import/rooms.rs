//! Which rooms an import fills: those of an earlier one, of the same people, or new ones.

use std::collections::{HashMap, HashSet};

use crate::ids::{RoomId, Timestamp, UserId};
use crate::scope::Scope;
use crate::store::TenantTx;

use super::super::begin::{NAME, channel_name};
use super::super::error::ChatError;
use super::super::model::RoomKind;
use super::super::store::rooms::{self, RoomRow, people_text};
use super::people::People;
use super::post::room_id;

/// People of a group conversation; more are a private channel.
const GROUP: usize = 20;
/// Characters of a description.
const DESCRIPTION: usize = 1_000;
/// Endings that are tried for a name that is taken.
const ENDINGS: usize = 1_000;

/// A room of an export.
pub struct Plan {
    /// Where it comes from: `slack`, `mattermost`.
    pub source: &'static str,
    /// What it is called there, for ever.
    pub key: String,
    /// Of a channel; a conversation has none.
    pub name: Option<String>,
    pub private: bool,
    /// What the export calls the people in it.
    pub members: Vec<String>,
    pub creator: Option<String>,
    pub description: String,
    pub created: Timestamp,
    pub archived: bool,
}

/// A room to be filled.
pub struct Target {
    /// As it is written if it is not there when the messages are.
    pub row: RoomRow,
    pub members: Vec<UserId>,
    /// Whether the people join a room that was not made by an import.
    pub joins: bool,
}

/// Finds rooms for plans; two plans do not get the same name.
pub struct Planner<'a> {
    pub scope: &'a Scope,
    pub people: &'a People,
    /// Whether public channels of the same name become one.
    pub merge: bool,
    pub now: Timestamp,
    names: HashSet<String>,
    conversations: HashMap<String, RoomId>,
}

impl<'a> Planner<'a> {
    pub fn new(scope: &'a Scope, people: &'a People, merge: bool, now: Timestamp) -> Self {
        Self { scope, people, merge, now, names: HashSet::new(), conversations: HashMap::new() }
    }

    /// The room that a plan becomes.
    pub async fn target(&mut self, tx: &mut TenantTx, plan: &Plan) -> Result<Target, ChatError> {
        let account = |id: &String| self.people.known.get(id).and_then(|someone| someone.account);
        let mut members: Vec<UserId> = plan.members.iter().filter_map(account).collect();
        members.sort_unstable();
        members.dedup();
        let mut row = self.row(plan, &members);
        if let Some(known) = rooms::find(tx, row.id).await? {
            return Ok(Target { row: known, members, joins: false });
        }
        let everyone = plan.members.iter().all(|id| account(id).is_some());
        if plan.name.is_none() && everyone && (1..=GROUP).contains(&members.len()) {
            return self.conversation(tx, row, members).await;
        }
        let name = match &plan.name {
            Some(name) => clean_name(name),
            None => self.name_of_people(&plan.members),
        };
        row.private |= plan.name.is_none();
        let known = match rooms::find_like(tx, Some(&name), None).await? {
            Some(id) => rooms::find(tx, id).await?,
            None => None,
        };
        if let Some(known) = known.filter(|known| self.merge && !known.private && !row.private) {
            return Ok(Target { row: known, members, joins: true });
        }
        row.name = Some(self.free_name(tx, &name, plan.source).await?);
        Ok(Target { row, members, joins: false })
    }

    fn row(&self, plan: &Plan, members: &[UserId]) -> RoomRow {
        let creator = plan.creator.as_ref().and_then(|id| self.people.known.get(id)?.account);
        let description: String =
            plan.description.trim().replace('\0', "").chars().take(DESCRIPTION).collect();
        // A channel needs someone who can look after it.
        let opens = |user: &UserId| self.people.active.contains(user);
        let owner = creator.filter(|user| members.contains(user) && opens(user));
        let owner = owner.or_else(|| members.iter().copied().find(opens)).or(creator);
        RoomRow {
            id: room_id(&[&self.scope.tenant.to_string(), plan.source, &plan.key], plan.created),
            kind: RoomKind::Channel.as_str().to_owned(),
            name: None,
            description,
            private: plan.private,
            people: None,
            retention_days: None,
            created_by: owner,
            created_at: plan.created,
            archived_at: plan.archived.then_some(self.now),
            changed: 0,
        }
    }

    async fn conversation(
        &mut self,
        tx: &mut TenantTx,
        mut row: RoomRow,
        members: Vec<UserId>,
    ) -> Result<Target, ChatError> {
        let people = people_text(&members);
        let known = match rooms::find_like(tx, None, Some(&people)).await? {
            Some(id) => rooms::find(tx, id).await?,
            None => None,
        };
        if let Some(known) = known {
            return Ok(Target { row: known, members, joins: false });
        }
        // Two conversations of an export whose people have the same accounts are one.
        row.id = *self.conversations.entry(people.clone()).or_insert(row.id);
        let kind = if members.len() > 2 { RoomKind::Group } else { RoomKind::Direct };
        row.kind = kind.as_str().to_owned();
        row.people = Some(people);
        row.private = true;
        row.archived_at = None;
        row.description = String::new();
        Ok(Target { row, members, joins: false })
    }

    /// What a conversation is called in which someone has no account.
    fn name_of_people(&self, ids: &[String]) -> String {
        let name = |id: &String| self.people.known.get(id).map_or(id.clone(), |someone| someone.name.clone());
        let names: Vec<String> = ids.iter().map(name).collect();
        clean_name(&format!("dm {}", names.join(" ")))
    }

    /// The name, or the first one with an ending that nobody has.
    async fn free_name(&mut self, tx: &mut TenantTx, name: &str, source: &str) -> Result<String, ChatError> {
        for number in 0..ENDINGS {
            let ending = match number {
                0 => String::new(),
                1 => format!("-{source}"),
                _ => format!("-{source}-{number}"),
            };
            let cut: String = name.chars().take(NAME - ending.len()).collect();
            let wanted = format!("{cut}{ending}");
            if !self.names.contains(&wanted) && rooms::find_like(tx, Some(&wanted), None).await?.is_none() {
                self.names.insert(wanted.clone());
                return Ok(wanted);
            }
        }
        Err(ChatError::NameTaken)
    }
}

/// The nearest name that a channel may have.
fn clean_name(name: &str) -> String {
    let sign = |sign: char| {
        let plain = sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | ' ' | '&' | '/' | '+');
        if plain { sign } else { '-' }
    };
    // Twice: some letters become two when they are made small.
    let small: String = name.trim().trim_start_matches('#').to_lowercase();
    let clean: String = small.chars().map(sign).take(NAME).collect();
    channel_name(&clean).unwrap_or_else(|_| "channel".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_one_that_a_channel_may_have() {
        let check = |name: &str, expected: &str| assert_eq!(clean_name(name), expected, "{name}");
        check("General", "general");
        check("#général ☃", "général -");
        check("../../etc", "../../etc");
        check("<script>", "-script-");
        check("", "channel");
        check("\0", "-");
        assert!(channel_name(&clean_name(&"İ".repeat(200))).is_ok());
    }
}

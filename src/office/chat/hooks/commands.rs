//! Slash commands: what is one, who carries it out, and what its person is told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::RoomId;
use crate::scope::{Right, Scope};

use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::rights;
use super::super::service::{Chat, NewMessage};
use super::super::store::commands;
use super::builtin::BUILTIN;

/// Letters of a command's name.
pub const NAME: usize = 32;
/// Wrong letters up to which a name is thought to be meant.
const NEAR: usize = 2;

/// What someone has typed that begins with a slash.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = ChatCommandText)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// `/name and more`; `//text` and `/ text` are posted as text.
    pub text: String,
    /// The root of the thread in which it was typed.
    pub thread: Option<i64>,
    /// Made by the client, so that a command that is sent again happens once.
    pub command_id: Option<Uuid>,
    /// Whether it was sent before and not answered.
    pub resent: bool,
}

/// What became of a command.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = ChatCommandAnswer)]
pub struct CommandAnswer {
    /// What was posted in the person's name.
    #[schema(required = true)]
    pub message: Option<MessageJson>,
    /// Markdown that only this person sees.
    #[schema(required = true)]
    pub ephemeral: Option<String>,
    /// Who says it, if it is not Kontor.
    #[schema(required = true)]
    pub name: Option<String>,
    /// The room to go to.
    #[schema(required = true)]
    pub room: Option<RoomId>,
}

/// A command that someone may give.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatCommand)]
pub struct CommandJson {
    /// Null for those that are built in.
    #[schema(required = true)]
    pub id: Option<Uuid>,
    /// Without the slash.
    pub name: String,
    pub description: String,
    /// What is written behind it: `[@person] [text]`.
    pub hint: String,
}

/// What a text that begins with a slash means.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed<'a> {
    /// Nothing but itself.
    Text(&'a str),
    Command {
        name: String,
        rest: &'a str,
    },
}

impl CommandAnswer {
    pub(super) fn said(message: MessageJson) -> Self {
        Self { message: Some(message), ..Self::default() }
    }

    pub(super) fn told(text: impl Into<String>) -> Self {
        Self { ephemeral: Some(text.into()), ..Self::default() }
    }
}

/// Tells a command from a text.
#[must_use]
pub fn typed(text: &str) -> Typed<'_> {
    let Some(after) = text.strip_prefix('/') else { return Typed::Text(text) };
    if after.starts_with('/') {
        return Typed::Text(after);
    }
    let end = after.find(char::is_whitespace).unwrap_or(after.len());
    if end == 0 {
        return Typed::Text(text);
    }
    Typed::Command { name: after[..end].to_lowercase(), rest: after[end..].trim() }
}

/// Whether a name may stand behind the slash.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    (1..=NAME).contains(&name.len()) && name.bytes().all(plain)
}

impl Chat {
    /// Carries out what someone has typed behind a slash.
    ///
    /// # Errors
    /// `ChatError::UnknownCommand` with the nearest that there is, `CommandFailed` when it cannot be done.
    pub async fn command(
        &self,
        scope: &Scope,
        room: RoomId,
        given: &Given,
    ) -> Result<CommandAnswer, ChatError> {
        let (name, rest) = match typed(&given.text) {
            Typed::Text(text) => return self.say(scope, room, given, text.to_owned()).await,
            Typed::Command { name, rest } => (name, rest),
        };
        let mut tx = self.store.read(scope).await?;
        rights::room(&mut tx, scope, room, Right::Edit).await?;
        if BUILTIN.iter().any(|known| known.name == name) {
            drop(tx);
            return self.builtin(scope, room, given, &name, rest).await;
        }
        match commands::by_name(&mut tx, &name).await? {
            Some(command) => {
                drop(tx);
                self.ask_endpoint(scope, room, given, command, rest).await
            }
            None => {
                let others = commands::all(&mut tx).await?.into_iter().map(|row| row.name);
                let known: Vec<String> =
                    BUILTIN.iter().map(|known| known.name.to_owned()).chain(others).collect();
                Err(unknown(&name, &known))
            }
        }
    }

    /// Posts in the person's name.
    pub(super) async fn say(
        &self,
        scope: &Scope,
        room: RoomId,
        given: &Given,
        text: String,
    ) -> Result<CommandAnswer, ChatError> {
        let Given { thread, command_id, resent, .. } = *given;
        let new = NewMessage { command_id, resent, text, thread, ..NewMessage::default() };
        Ok(CommandAnswer::said(self.post(scope, room, new).await?))
    }

    /// All commands, those that are built in first.
    ///
    /// # Errors
    /// `ChatError` when the database is not reachable.
    pub async fn commands(&self, scope: &Scope) -> Result<Vec<CommandJson>, ChatError> {
        let own = |known: &super::builtin::Builtin| CommandJson {
            id: None,
            name: known.name.to_owned(),
            description: known.description.to_owned(),
            hint: known.hint.to_owned(),
        };
        let mut all: Vec<_> = BUILTIN.iter().map(own).collect();
        let mut tx = self.store.read(scope).await?;
        all.extend(commands::all(&mut tx).await?.into_iter().map(CommandJson::from));
        Ok(all)
    }
}

impl From<commands::CommandRow> for CommandJson {
    fn from(row: commands::CommandRow) -> Self {
        Self { id: Some(row.id), name: row.name, description: row.description, hint: row.hint }
    }
}

fn unknown(name: &str, known: &[String]) -> ChatError {
    let name: String = name.chars().take(NAME).filter(|sign| !sign.is_control()).collect();
    let near =
        known.iter().map(|other| (distance(&name, other), other)).filter(|(far, _)| *far <= NEAR).min();
    let meant = near.map(|(_, other)| format!(" Did you mean /{other}?")).unwrap_or_default();
    ChatError::UnknownCommand(format!(
        "There is no command /{name}.{meant} To post it as text, begin with two slashes."
    ))
}

/// How many letters are to be changed, added or left out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_begins_a_command_unless_it_is_doubled_or_alone() {
        let command = |name: &str, rest| Typed::Command { name: name.into(), rest };
        assert_eq!(typed("/me waves"), command("me", "waves"));
        assert_eq!(typed("/Topic  new\nline "), command("topic", "new\nline"));
        assert_eq!(typed("/help"), command("help", ""));
        assert_eq!(typed("//me"), Typed::Text("/me"));
        assert_eq!(typed("/ me"), Typed::Text("/ me"));
        assert_eq!(typed("/"), Typed::Text("/"));
        assert_eq!(typed("me"), Typed::Text("me"));
    }

    #[test]
    fn an_unknown_command_is_told_with_the_nearest() {
        let known = ["invite".to_owned(), "topic".to_owned()];
        let told = |name: &str| unknown(name, &known).to_string();
        assert!(told("invit").contains("Did you mean /invite?"));
        assert!(told("tpoic").contains("Did you mean /topic?"));
        assert!(!told("deploy").contains("mean"));
        assert!(told(&"x".repeat(100_000)).len() < 200);
        assert_eq!((distance("", "abc"), distance("abc", "abc"), distance("kitten", "sitting")), (3, 0, 3));
    }
}

//! The slash commands that Kontor carries out itself.

use chrono_tz::Tz;

use crate::ids::{RoomId, UserId};
use crate::scope::Scope;

use super::super::begin::{NewRoom, channel_name, description, person};
use super::super::error::ChatError;
use super::super::import::emoji;
use super::super::messages::{ChangeRoom, RemoveMember};
use super::super::model::{MemberRole, RoomKind};
use super::super::profiles::StatusJson;
use super::super::service::Chat;
use super::super::store::later::REMINDER;
use super::super::store::members::{self, Preferences};
use super::super::store::rooms;
use super::super::text::named;
use super::commands::{CommandAnswer, Given};
use super::remind;

/// A command that is always there.
pub struct Builtin {
    pub name: &'static str,
    pub hint: &'static str,
    pub description: &'static str,
}

const fn command(name: &'static str, hint: &'static str, description: &'static str) -> Builtin {
    Builtin { name, hint, description }
}

/// All of them, as `/help` lists them.
pub const BUILTIN: &[Builtin] = &[
    command("archive", "", "Archive this channel"),
    command("dnd", "[30m, 2h or off]", "Show that you are not to be disturbed"),
    command("help", "", "List all commands"),
    command("invite", "@person", "Add people to this channel"),
    command("join", "#channel", "Enter a channel"),
    command("kick", "@person", "Take people out of this channel"),
    command("leave", "", "Leave this channel"),
    command("me", "[text]", "Say what you are doing"),
    command("msg", "@person [text]", "Write to someone directly"),
    command("mute", "", "Be told less of this channel"),
    command("remind", "in 20 minutes [text]", "Be reminded of something"),
    command("rename", "[name]", "Give this channel another name"),
    command("shrug", "[text]", "Add a shrug"),
    command("status", "[:emoji:] [text]", "Say something about yourself; nothing takes it away"),
    command("topic", "[text]", "Say what this channel is about"),
    command("unmute", "", "Be told of this channel again"),
];

/// Markdown of a shrug, in which nothing is emphasis.
const SHRUG: &str = r"¯\\\_(ツ)\_/¯";

impl Chat {
    pub(super) async fn builtin(
        &self,
        scope: &Scope,
        room: RoomId,
        given: &Given,
        name: &str,
        rest: &str,
    ) -> Result<CommandAnswer, ChatError> {
        match name {
            "help" => self.help(scope).await,
            "me" => self.say(scope, room, given, format!("_{}_", needed(rest, "me")?)).await,
            "shrug" => self.say(scope, room, given, format!("{rest} {SHRUG}").trim().to_owned()).await,
            "msg" => self.message_to(scope, given, rest).await,
            "join" => self.enter(scope, rest).await,
            "leave" => self.take_out(scope, room, &[person(scope)?]).await,
            "invite" => self.invite(scope, room, rest).await,
            "kick" => {
                let people = self.people_in(scope, needed(rest, "kick")?).await?;
                self.take_out(scope, room, &people).await
            }
            "mute" | "unmute" => self.mute_room(scope, room, name == "mute").await,
            "topic" | "rename" | "archive" => self.change_channel(scope, room, name, rest).await,
            "remind" => self.remind_of(scope, room, rest).await,
            "dnd" => self.hold_back(scope, rest).await,
            _ => self.set_status(scope, rest).await,
        }
    }

    async fn help(&self, scope: &Scope) -> Result<CommandAnswer, ChatError> {
        let mut lines = Vec::new();
        for command in self.commands(scope).await? {
            let hint = if command.hint.is_empty() { String::new() } else { format!(" {}", command.hint) };
            lines.push(format!("- `/{}{hint}`: {}", command.name, command.description));
        }
        Ok(CommandAnswer::told(lines.join("\n")))
    }

    async fn message_to(&self, scope: &Scope, given: &Given, rest: &str) -> Result<CommandAnswer, ChatError> {
        let (whom, text) = first_mention(rest).ok_or_else(|| usage("msg"))?;
        let members = self.people_in(scope, whom).await?;
        let kind = if members.len() > 1 { RoomKind::Group } else { RoomKind::Direct };
        let new = NewRoom { kind, name: None, description: String::new(), private: true, members };
        let (state, _) = self.make_room(scope, new).await?;
        let to = state.room.id;
        if text.is_empty() {
            return Ok(CommandAnswer { room: Some(to), ..CommandAnswer::default() });
        }
        let said = Given { thread: None, ..given.clone() };
        Ok(CommandAnswer { room: Some(to), ..self.say(scope, to, &said, text.to_owned()).await? })
    }

    async fn enter(&self, scope: &Scope, rest: &str) -> Result<CommandAnswer, ChatError> {
        let token = rest.strip_prefix("<#").and_then(|rest| rest.strip_suffix('>'));
        let room = match token.and_then(|id| id.split('|').next()?.parse().ok()) {
            Some(room) => room,
            None => {
                let name = channel_name(needed(rest, "join")?)?;
                let mut tx = self.store.read(scope).await?;
                rooms::find_like(&mut tx, Some(&name), None).await?.ok_or(ChatError::NoRoom)?
            }
        };
        if self.state(scope, room).await?.membership.is_none() {
            self.put_members(scope, room, &[person(scope)?], MemberRole::Member).await?;
        }
        Ok(CommandAnswer { room: Some(room), ..CommandAnswer::default() })
    }

    async fn invite(&self, scope: &Scope, room: RoomId, rest: &str) -> Result<CommandAnswer, ChatError> {
        let people = self.people_in(scope, needed(rest, "invite")?).await?;
        self.put_members(scope, room, &people, MemberRole::Member).await?;
        Ok(CommandAnswer::default())
    }

    async fn take_out(
        &self,
        scope: &Scope,
        room: RoomId,
        people: &[UserId],
    ) -> Result<CommandAnswer, ChatError> {
        for user in people {
            let remove = RemoveMember { scope: scope.clone(), user: *user };
            self.room(scope, room).await?.send(remove).await.map_err(|_| ChatError::Busy)??;
        }
        Ok(CommandAnswer::default())
    }

    async fn mute_room(&self, scope: &Scope, room: RoomId, on: bool) -> Result<CommandAnswer, ChatError> {
        self.prefer(scope, room, Preferences { muted: Some(on), ..Preferences::default() }).await?;
        let told =
            if on { "This channel is muted for you." } else { "This channel is no longer muted for you." };
        Ok(CommandAnswer::told(told))
    }

    async fn change_channel(
        &self,
        scope: &Scope,
        room: RoomId,
        what: &str,
        rest: &str,
    ) -> Result<CommandAnswer, ChatError> {
        let mut change = ChangeRoom {
            scope: scope.clone(),
            name: None,
            description: None,
            private: None,
            archived: None,
            retention_days: None,
        };
        match what {
            "topic" => change.description = Some(description(rest)?),
            "rename" => change.name = Some(channel_name(rest)?),
            _ => change.archived = Some(true),
        }
        self.room(scope, room).await?.send(change).await.map_err(|_| ChatError::Busy)??;
        Ok(CommandAnswer::default())
    }

    async fn remind_of(&self, scope: &Scope, room: RoomId, rest: &str) -> Result<CommandAnswer, ChatError> {
        let zone: Tz = self.identity.tenant(scope.tenant).await?.profile.time_zone.parse().unwrap_or(Tz::UTC);
        let (at, text) = remind::read(rest, self.clock.now(), zone).ok_or_else(|| usage("remind"))?;
        self.plan(scope, REMINDER, (room, None), text.clone(), at).await?;
        let when = at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
        Ok(CommandAnswer::told(format!("You will be reminded at {when} ({zone}): {text}")))
    }

    async fn hold_back(&self, scope: &Scope, rest: &str) -> Result<CommandAnswer, ChatError> {
        let off = rest.eq_ignore_ascii_case("off");
        let until = match rest {
            _ if off => None,
            "" => Some(self.clock.now() + chrono::TimeDelta::hours(1)),
            rest => {
                let span = remind::span(rest).ok_or_else(|| usage("dnd"))?;
                Some(self.clock.now() + span)
            }
        };
        self.change_profile(scope, None, |_, quiet| {
            quiet.until = until;
            Ok(())
        })
        .await?;
        let told = if off { "Do not disturb is off." } else { "Do not disturb is on." };
        Ok(CommandAnswer::told(told))
    }

    async fn set_status(&self, scope: &Scope, rest: &str) -> Result<CommandAnswer, ChatError> {
        let rest = if rest.eq_ignore_ascii_case("clear") { "" } else { rest };
        let (first, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let name = first.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
        let picture = match name {
            Some(name) => emoji::of_name(name),
            None => (!first.is_empty()
                && !first.contains(|sign: char| sign.is_alphanumeric() || sign.is_ascii()))
            .then(|| first.to_owned()),
        };
        let text = if picture.is_some() { more.trim() } else { rest };
        if text.chars().count() > 100 || text.contains('\0') {
            return Err(ChatError::invalid("a status has at most 100 characters"));
        }
        let status =
            StatusJson { emoji: picture.unwrap_or_default(), text: text.to_owned(), expires_at: None };
        let gone = status.emoji.is_empty() && status.text.is_empty();
        self.change_profile(scope, None, |mine, _| {
            mine.status = (!gone).then(|| status.clone());
            Ok(())
        })
        .await?;
        Ok(CommandAnswer::told(if gone { "Your status is taken away." } else { "Your status is set." }))
    }

    /// The people whom a text names: by mention, or by the whole of their name or address behind an @.
    async fn people_in(&self, scope: &Scope, text: &str) -> Result<Vec<UserId>, ChatError> {
        let mut people = named(text).users;
        if people.is_empty() {
            let name = text.trim().trim_start_matches('@');
            let mut tx = self.store.read(scope).await?;
            // Who has no right to the list of people names nobody who is not in the text.
            scope.require(crate::scope::Permission::PeopleList)?;
            let found = if name.is_empty() { Vec::new() } else { members::called(&mut tx, name).await? };
            match found.as_slice() {
                [one] => people.push(*one),
                [] => return Err(ChatError::invalid(format!("nobody is called {name}"))),
                _ => {
                    return Err(ChatError::invalid(format!("several people are called {name}: mention one")));
                }
            }
        }
        Ok(people)
    }
}

/// Mentions at the front of a text, and what follows.
fn first_mention(rest: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    while let Some(inside) = rest[end..].trim_start().strip_prefix("<@") {
        let start = rest.len() - inside.len();
        end = start + inside.find('>')? + 1;
    }
    if end > 0 {
        return Some((&rest[..end], rest[end..].trim()));
    }
    let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
    (word > 0).then(|| (&rest[..word], rest[word..].trim()))
}

fn needed<'a>(rest: &'a str, name: &str) -> Result<&'a str, ChatError> {
    if rest.is_empty() { Err(usage(name)) } else { Ok(rest) }
}

fn usage(name: &str) -> ChatError {
    let hint = BUILTIN.iter().find(|known| known.name == name).map(|known| known.hint).unwrap_or_default();
    ChatError::CommandFailed(format!("Write /{name} {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stand_before_the_text() {
        let check = |rest: &str, expected| assert_eq!(first_mention(rest), expected, "{rest}");
        check("<@1> <@2> hi <@3>", Some(("<@1> <@2>", "hi <@3>")));
        check("@ana hi there", Some(("@ana", "hi there")));
        check("<@1>", Some(("<@1>", "")));
        check("<@1", None);
        check("", None);
    }

    #[test]
    fn commands_are_named_as_they_can_be_typed_and_in_order() {
        assert!(BUILTIN.iter().all(|known| super::super::commands::is_name(known.name)));
        assert!(BUILTIN.is_sorted_by_key(|known| known.name));
    }
}

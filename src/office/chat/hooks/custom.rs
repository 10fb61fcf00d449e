//! Slash commands that an endpoint of the business answers.

use std::time::Duration;

use chrono::TimeDelta;

use crate::ids::{RoomId, uuid_at};
use crate::office::webhooks::messages::{self as webhooks, EndpointRow};
use crate::protocols::http::outbound::{Answer, OutboundError};
use crate::scope::{Right, Scope};
use crate::store::TenantTx;

use super::super::begin::person;
use super::super::error::ChatError;
use super::super::rights;
use super::super::service::Chat;
use super::super::store::commands::{self, CallRow, CommandRow};
use super::super::store::members;
use super::super::store::rooms::RoomRow;
use super::commands::{CommandAnswer, Given};
use super::incoming::{Speech, speak};
use super::key;
use super::payload::{self, BadPayload, Said};

/// The purpose of endpoints of commands.
pub const PURPOSE: &str = "chat.command";
/// How long an endpoint has for its first answer.
const FIRST: Duration = Duration::from_secs(3);
/// How long its answer address is good.
const LATER: TimeDelta = TimeDelta::minutes(30);

/// Everything that a request to an endpoint needs.
struct Asking {
    endpoint: EndpointRow,
    secret: String,
    body: String,
}

impl Chat {
    /// Asks the endpoint of a command and says what it answers.
    pub(super) async fn ask_endpoint(
        &self,
        scope: &Scope,
        room: RoomId,
        given: &Given,
        command: CommandRow,
        rest: &str,
    ) -> Result<CommandAnswer, ChatError> {
        let Asking { endpoint, secret, body } = self.begin_call(scope, room, given, &command, rest).await?;
        let now = self.clock.now();
        let answer = webhooks::ask(&self.client, &endpoint, &secret, body, FIRST, now).await;
        let Some(said) = read(&command.name, answer)? else { return Ok(CommandAnswer::default()) };
        if !said.in_channel {
            let name = said.name.unwrap_or(command.name);
            return Ok(CommandAnswer { name: Some(name), ..CommandAnswer::told(said.text) });
        }
        let speech = Speech {
            id: command.id,
            name: said.name.unwrap_or(command.name),
            icon: said.icon.unwrap_or(command.icon),
            text: said.text,
            thread: given.thread,
            also: Vec::new(),
        };
        let addr = self.room(scope, room).await?;
        speak(&self.store, &self.identity, scope.tenant, (room, addr), speech).await?;
        Ok(CommandAnswer::default())
    }

    /// Writes the call down, once, and prepares the request.
    async fn begin_call(
        &self,
        scope: &Scope,
        room: RoomId,
        given: &Given,
        command: &CommandRow,
        rest: &str,
    ) -> Result<Asking, ChatError> {
        let (user_id, now) = (person(scope)?, self.clock.now());
        let id = given.command_id.unwrap_or_else(|| uuid_at(now));
        let (hash, answer_key) = key::make(key::ANSWER, scope.tenant)?;
        let mut tx = self.store.begin(scope).await?;
        let row = may_call(&mut tx, scope, room).await?;
        let call = CallRow {
            id,
            user_id,
            command_id: command.id,
            room_id: room,
            thread_seq: given.thread,
            uses: 0,
            until: now + LATER,
        };
        if !commands::call(&mut tx, &call, &hash, now).await? {
            return Err(failed(&command.name, "was sent already"));
        }
        let endpoint = webhooks::endpoint(&mut tx, command.id).await?;
        if !endpoint.active {
            return Err(failed(&command.name, "is switched off"));
        }
        let secret = webhooks::secret(&self.store, &mut tx, &endpoint).await?;
        let name = members::names(&mut tx, &[user_id]).await?.pop().map(|(_, name)| name);
        tx.commit().await?;
        let slug = self.identity.tenant(scope.tenant).await?.slug;
        let url = self.base_url.join(&format!("/api/v1/hooks/answers/{answer_key}"));
        let body = form(scope, &row, &call, command, (&slug, &name.unwrap_or_default()), rest, &url);
        Ok(Asking { endpoint, secret, body })
    }
}

/// The room, if commands may be given in it by this person.
async fn may_call(tx: &mut TenantTx, scope: &Scope, room: RoomId) -> Result<RoomRow, ChatError> {
    let row = rights::room(tx, scope, room, Right::Edit).await?;
    if row.archived_at.is_some() {
        return Err(ChatError::Archived);
    }
    members::role_of(tx, room, person(scope)?).await?.ok_or(ChatError::NotMember)?;
    Ok(row)
}

/// The form that Slack documents; the token is put before it.
fn form(
    scope: &Scope,
    room: &RoomRow,
    call: &CallRow,
    command: &CommandRow,
    (slug, user_name): (&str, &str),
    rest: &str,
    response_url: &str,
) -> String {
    let thread = call.thread_seq.map(|seq| seq.to_string());
    let mut fields = vec![
        ("team_id", scope.tenant.to_string()),
        ("team_domain", slug.to_owned()),
        ("channel_id", room.id.to_string()),
        ("channel_name", room.name.clone().unwrap_or_else(|| "directmessage".into())),
        ("user_id", call.user_id.to_string()),
        ("user_name", user_name.to_owned()),
        ("command", format!("/{}", command.name)),
        ("text", rest.to_owned()),
        ("api_app_id", command.id.to_string()),
        ("is_enterprise_install", "false".to_owned()),
        ("response_url", response_url.to_owned()),
        ("trigger_id", call.id.to_string()),
    ];
    fields.extend(thread.map(|seq| ("thread_seq", seq)));
    // Pairs of text always become a form.
    serde_urlencoded::to_string(fields).unwrap_or_default()
}

/// What an endpoint says; none when it has nothing to say at once.
fn read(name: &str, answer: Result<Answer, OutboundError>) -> Result<Option<Said>, ChatError> {
    let answer = match answer {
        Ok(answer) if (200..300).contains(&answer.status) => answer,
        Ok(answer) => return Err(failed(name, &format!("answered with status {}", answer.status))),
        Err(OutboundError::TimedOut) => return Err(failed(name, "did not answer within 3 seconds")),
        Err(OutboundError::TooLarge { .. }) => return Err(failed(name, "answered more than 64 KiB")),
        Err(_) => return Err(failed(name, "could not be reached")),
    };
    match payload::read_answer(&answer.body) {
        Ok(said) => Ok(Some(said)),
        Err(BadPayload::NoText) => Ok(None),
        Err(BadPayload::Invalid) => Err(failed(name, "answered something that is no message")),
    }
}

fn failed(name: &str, what: &str) -> ChatError {
    ChatError::CommandFailed(format!("/{name} {what}."))
}

//! Outgoing webhooks: an endpoint hears what people say in a room.

use actix::fut::{ActorFutureExt as _, WrapFuture as _};
use actix::{ActorContext as _, AsyncContext as _, Context, Handler};
use serde_json::json;
use uuid::Uuid;

use crate::ids::RoomId;
use crate::office::identity::Identity;
use crate::office::webhooks::messages::{self as webhooks, BODY, Format, NewDelivery, To};
use crate::scope::Scope;
use crate::store::{Statement, TenantTx};

use super::super::error::ChatError;
use super::super::json::MessageJson;
use super::super::messages::ReloadOutgoing;
use super::super::room::Room;
use super::super::speak::POSTED;
use super::super::store::hooks;
use super::payload::ts;

/// The purpose of endpoints of rooms.
pub const PURPOSE: &str = "chat.outgoing";

/// Who else is told of what people say in a room.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// The name of the business in addresses.
    slug: String,
    hooks: Vec<Hook>,
}

#[derive(Clone, Debug)]
struct Hook {
    id: Uuid,
    format: Format,
    /// In lower case; none means every message.
    triggers: Vec<String>,
}

impl Outgoing {
    /// Reads the outgoing webhooks of a room.
    ///
    /// # Errors
    /// `ChatError` when the database is not reachable.
    pub async fn load(tx: &mut TenantTx, identity: &Identity, room: RoomId) -> Result<Self, ChatError> {
        let rows = hooks::outgoing(tx, room).await?;
        if rows.is_empty() {
            return Ok(Self::default());
        }
        let mut hooks = Vec::with_capacity(rows.len());
        for row in rows {
            let endpoint = webhooks::endpoint(tx, row.id).await?;
            let triggers = row.words().iter().map(|word| word.to_lowercase()).collect();
            hooks.push(Hook { id: row.id, format: endpoint.format(), triggers });
        }
        Ok(Self { slug: identity.tenant(tx.tenant()).await?.slug, hooks })
    }
}

impl Hook {
    /// The word with which a text calls the hook; an empty one when it hears everything.
    fn trigger(&self, text: &str) -> Option<String> {
        if self.triggers.is_empty() {
            return Some(String::new());
        }
        let lower = text.trim_start().to_lowercase();
        let begins = |word: &&String| {
            let rest = lower.strip_prefix(word.as_str());
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        self.triggers.iter().find(begins).cloned()
    }
}

impl Room {
    /// Adds what tells the room's endpoints of a message to the statements that store it; tells whether
    /// there is something. What a hook says is told to nobody, nor is what a bot says.
    pub(in super::super) fn tell_hooks(&self, message: &MessageJson, into: &mut Vec<Statement>) -> bool {
        let Some(author) = message.author else { return false };
        let mut told = false;
        for hook in &self.outgoing.hooks {
            let Some(trigger) = hook.trigger(&message.text) else { continue };
            let body = match hook.format {
                Format::Form => self.form(message, &trigger),
                Format::Json => self.event(message, &trigger),
            };
            if body.len() > BODY {
                continue;
            }
            let new = NewDelivery {
                to: To::Endpoint(hook.id),
                kind: POSTED.into(),
                body,
                unless_bot: Some(author),
            };
            into.extend(webhooks::statements(self.env.tenant, &new, message.created_at));
            told = true;
        }
        told
    }

    /// The form of Slack's outgoing webhooks; the queue puts the token before it.
    fn form(&self, message: &MessageJson, trigger: &str) -> String {
        let (author, thread) =
            (message.author.map(|id| id.to_string()), message.thread.map(|seq| seq.to_string()));
        let name =
            message.author.and_then(|author| self.members.get(&author)).map(|member| member.name.as_str());
        let (tenant, room, at) = (self.env.tenant.to_string(), self.id.to_string(), ts(message.created_at));
        let mut fields = vec![
            ("team_id", tenant.as_str()),
            ("team_domain", &self.outgoing.slug),
            ("channel_id", &room),
            ("channel_name", self.row.name.as_deref().unwrap_or_default()),
            ("timestamp", &at),
            ("user_id", author.as_deref().unwrap_or_default()),
            ("user_name", name.unwrap_or_default()),
            ("text", &message.text),
            ("trigger_word", trigger),
        ];
        fields.extend(thread.as_deref().map(|seq| ("thread_seq", seq)));
        // Pairs of text always become a form.
        serde_urlencoded::to_string(fields).unwrap_or_default()
    }

    /// The event in our own words.
    fn event(&self, message: &MessageJson, trigger: &str) -> String {
        json!({
            "type": POSTED,
            "at": message.created_at,
            "tenant": { "id": self.env.tenant, "slug": self.outgoing.slug },
            "room": { "id": self.id, "name": self.row.name },
            "trigger_word": trigger,
            "message": message,
        })
        .to_string()
    }
}

impl Handler<ReloadOutgoing> for Room {
    type Result = ();

    /// Says nothing meanwhile, so that the next message is told to whom it is for.
    fn handle(&mut self, _: ReloadOutgoing, ctx: &mut Context<Self>) {
        let (env, id) = (self.env.clone(), self.id);
        let load = async move {
            let mut tx = env.store.read(&Scope::system(env.tenant)).await?;
            Outgoing::load(&mut tx, &env.identity, id).await
        };
        ctx.wait(load.into_actor(self).map(|outgoing, room, ctx| match outgoing {
            Ok(outgoing) => room.outgoing = outgoing,
            Err(error) => {
                // The next incarnation reads them.
                tracing::warn!(room = %room.id, %error, "a room does not know its webhooks");
                ctx.stop();
            }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_the_first_word_of_a_text() {
        let triggers = vec!["deploy".into(), "#ask".into()];
        let hook = Hook { id: Uuid::nil(), format: Format::Json, triggers };
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(hook.trigger(text).as_deref(), expected, "{text}");
        };
        check("deploy web", Some("deploy"));
        check("  Deploy: web", Some("deploy"));
        check("deployed", None);
        check("please deploy", None);
        check("#ask", Some("#ask"));
        check("", None);
        let all = Hook { triggers: Vec::new(), ..hook };
        assert_eq!(all.trigger("anything").as_deref(), Some(""));
    }
}

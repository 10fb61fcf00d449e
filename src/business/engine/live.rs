//! Lists and records that people look at now: whatever changes in them is told within the same moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix::{Addr, Context, Handler, Message};
use futures::future::LocalBoxFuture;
use serde::Deserialize as _;
use serde_json::Value;
use uuid::Uuid;

use crate::ids::{RecordId, UserId};
use crate::protocols::http::problem::ApiError;
use crate::protocols::ws::live::listeners::{ListenerId, Listeners};

use crate::protocols::ws::live::{Command, Feature, Listener, Subscription};
use crate::scope::Right;

use super::error::EngineError;
use super::kind::Kind;
use super::recorder::Recorder;
use super::rights::Access;
use super::service::Engine;
use super::told;
use super::watchers::{List, Looked, View};

/// Different lists that are looked at in one business.
const LISTS: usize = 5_000;
/// Records that are looked at.
const RECORDS: usize = 20_000;
/// Those who look at one list or record.
const LISTENERS: usize = 10_000;

/// Asks for the topic of a list.
pub struct Watch {
    pub view: View,
    pub kind: Arc<Kind>,
}

impl Message for Watch {
    type Result = Result<Uuid, EngineError>;
}

/// Begins to tell someone of a list or a record; the right is checked.
pub struct Look {
    pub at: At,
    pub listener: Listener,
    /// What this person may see of the list's type, for a list that someone else has asked for.
    pub access: Option<Access>,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    List(Uuid),
    Record(RecordId),
}

impl Message for Look {
    type Result = Result<ListenerId, EngineError>;
}

/// Of which type the records of a list are.
pub struct Listed(pub Uuid);

impl Message for Listed {
    type Result = Result<String, EngineError>;
}

/// Ends it.
pub struct LookAway(pub At, pub ListenerId);

impl Message for LookAway {
    type Result = ();
}

/// Says in which field of a record someone is.
pub struct Focus {
    pub record: RecordId,
    pub user: UserId,
    pub field: Option<String>,
}

impl Message for Focus {
    type Result = ();
}

/// Something was said about a record.
pub struct Said(pub RecordId);

impl Message for Said {
    type Result = ();
}

impl Handler<Said> for Recorder {
    type Result = ();

    fn handle(&mut self, Said(record): Said, _: &mut Context<Self>) {
        self.watchers.tell_said(record);
    }
}

/// Ends every list and record that is looked at.
pub struct EndAll;

impl Message for EndAll {
    type Result = ();
}

impl Handler<EndAll> for Recorder {
    type Result = ();

    fn handle(&mut self, _: EndAll, _: &mut Context<Self>) {
        self.watchers.end_all();
    }
}

impl Handler<Watch> for Recorder {
    type Result = Result<Uuid, EngineError>;

    fn handle(&mut self, Watch { view, kind }: Watch, ctx: &mut Context<Self>) -> Self::Result {
        self.arm_idle(ctx);
        let watchers = &mut self.watchers;
        if let Some(list) = watchers.ids.get(&view).and_then(|id| Some((id, watchers.lists.get_mut(id)?))) {
            list.1.unwatched = false;
            return Ok(*list.0);
        }
        if watchers.lists.len() >= LISTS {
            return Err(EngineError::TooMany { what: "lists that are looked at", limit: LISTS });
        }
        let id = crate::ids::uuid_at(self.env.clock.now());
        let listeners = Listeners::new(format!("list:{id}"));
        watchers.ids.insert(view.clone(), id);
        watchers.lists.insert(id, List { view, kind, listeners, unwatched: false });
        Ok(id)
    }
}

impl Handler<Listed> for Recorder {
    type Result = Result<String, EngineError>;

    fn handle(&mut self, Listed(id): Listed, _: &mut Context<Self>) -> Self::Result {
        self.watchers.lists.get(&id).map(|list| list.view.kind.clone()).ok_or(EngineError::NoEntry)
    }
}

impl Handler<Look> for Recorder {
    type Result = Result<ListenerId, EngineError>;

    fn handle(&mut self, Look { at, listener, access }: Look, ctx: &mut Context<Self>) -> Self::Result {
        self.arm_idle(ctx);
        let user = listener.scope.user();
        let full = EngineError::TooMany { what: "a list", limit: LISTENERS };
        match at {
            At::List(id) => {
                let list = self.watchers.lists.get_mut(&id).ok_or(EngineError::NoEntry)?;
                // Someone who would see something else is not told what this list shows.
                if !access.is_some_and(|access| list.view.is_for(&access)) {
                    return Err(EngineError::NoEntry);
                }
                if list.listeners.len() >= LISTENERS {
                    return Err(full);
                }
                let id = list.listeners.add(user, listener.outlet);
                list.listeners.release(id, 0, false, None);
                Ok(id)
            }
            At::Record(id) => {
                if self.watchers.records.len() >= RECORDS {
                    return Err(EngineError::TooMany { what: "records that are looked at", limit: RECORDS });
                }
                let looked = self.watchers.records.entry(id).or_insert_with(|| Looked {
                    listeners: Listeners::new(format!("record:{id}")),
                    people: BTreeMap::new(),
                });
                if looked.listeners.len() >= LISTENERS {
                    return Err(full);
                }
                let id = looked.listeners.add(user, listener.outlet);
                looked.listeners.release(id, 0, false, None);
                if let Some(user) = user {
                    looked.people.insert(id, (user, None));
                    looked.tell_people();
                }
                Ok(id)
            }
        }
    }
}

impl Handler<LookAway> for Recorder {
    type Result = ();

    fn handle(&mut self, LookAway(at, listener): LookAway, _: &mut Context<Self>) {
        match at {
            At::List(id) => {
                if let Some(list) = self.watchers.lists.get_mut(&id) {
                    list.listeners.remove(listener);
                }
            }
            At::Record(id) => {
                let Some(looked) = self.watchers.records.get_mut(&id) else { return };
                looked.listeners.remove(listener);
                looked.people.remove(&listener);
                if looked.listeners.is_empty() {
                    self.watchers.records.remove(&id);
                } else {
                    looked.tell_people();
                }
            }
        }
    }
}

impl Handler<Focus> for Recorder {
    type Result = ();

    fn handle(&mut self, Focus { record, user, field }: Focus, _: &mut Context<Self>) {
        let Some(looked) = self.watchers.records.get_mut(&record) else { return };
        for place in looked.people.values_mut().filter(|place| place.0 == user) {
            place.1.clone_from(&field);
        }
        looked.tell_people();
    }
}

/// Records as a feature of the live socket.
pub struct RecordsLive {
    pub engine: Engine,
    /// `list` or `record`.
    pub prefix: &'static str,
}

/// Ends a subscription when it is dropped.
struct Subscribed {
    recorder: Addr<Recorder>,
    at: At,
    id: ListenerId,
}

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.recorder.do_send(LookAway(self.at, self.id));
    }
}

impl Feature for RecordsLive {
    fn prefix(&self) -> &'static str {
        self.prefix
    }

    fn commands(&self) -> &'static [&'static str] {
        if self.prefix == "record" { &["record."] } else { &[] }
    }

    fn subscribe(&self, listener: Listener) -> LocalBoxFuture<'static, Result<Subscription, ApiError>> {
        let engine = self.engine.clone();
        Box::pin(async move {
            let (prefix, id) = listener.topic.split_once(':').ok_or(EngineError::NoEntry)?;
            let id = Uuid::try_parse(id).map_err(|_| EngineError::NoEntry)?;
            let recorder = engine.recorder(&listener.scope).await?;
            let (at, access) = if prefix == "list" {
                let kind = recorder.send(Listed(id)).await.map_err(|_| EngineError::Busy)??;
                (At::List(id), Some(engine.access(&listener.scope, &kind).await?))
            } else {
                engine.get(&listener.scope, None, RecordId(id), Right::View).await?;
                (At::Record(RecordId(id)), None)
            };
            let look = Look { at, listener, access };
            let id = recorder.send(look).await.map_err(|_| EngineError::Busy)??;
            Ok(Box::new(Subscribed { recorder, at, id }) as Subscription)
        })
    }

    fn command(&self, command: Command) -> LocalBoxFuture<'static, Result<Value, ApiError>> {
        let engine = self.engine.clone();
        Box::pin(async move {
            if command.name != "record.focus" {
                return Err(ApiError::invalid("there is no such command"));
            }
            let told::Focus { record, field } = told::Focus::deserialize(&command.params)
                .map_err(|error| ApiError::invalid(format!("the parameters: {error}")))?;
            let user = command.scope.user().ok_or(EngineError::NoEntry)?;
            if field.as_ref().is_some_and(|field| field.len() > 100) {
                return Err(ApiError::invalid("a field has a short name"));
            }
            engine.get(&command.scope, None, record, Right::View).await?;
            let recorder = engine.recorder(&command.scope).await?;
            recorder.send(Focus { record, user, field }).await.map_err(|_| EngineError::Busy)?;
            Ok(Value::Null)
        })
    }
}

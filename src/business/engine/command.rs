//! What can be done with a record beyond changing its fields: a command decides, the engine writes.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::ids::{RecordId, Timestamp, UserId};

use super::error::EngineError;
use super::field::label_of;
use super::kind::{Record, States, read};
use super::record::Stored;
use super::types::Link;

/// Something that is done with a record of one type.
pub trait Command: DeserializeOwned + JsonSchema + 'static {
    /// Type and imperative, `crm.deal.win`.
    const NAME: &'static str;
    type Target: Record;
    type Error: std::error::Error;
    /// Further modules without which it is not there.
    const NEEDS: &'static [&'static str] = &[];
    /// The states of a record in which people are offered it; without any, in all.
    const OFFERED: &'static [<Self::Target as Record>::State] = &[];

    /// What it has to know beside its target.
    #[must_use]
    fn asks(&self, _target: &Target<Self::Target>) -> Vec<Ask> {
        Vec::new()
    }

    /// Decides what becomes of the record; reads nothing, writes nothing.
    ///
    /// # Errors
    /// Why it cannot be done.
    fn decide(
        self,
        target: &Target<Self::Target>,
        known: &Known,
    ) -> Result<Change<Self::Target>, Self::Error>;
}

/// A record of type `T` to decide about.
pub struct Target<T: Record> {
    pub id: RecordId,
    pub state: T::State,
    pub owner: Option<UserId>,
    pub fields: T,
    /// The moment of the decision.
    pub now: Timestamp,
    /// Who decides.
    pub by: Option<UserId>,
}

/// A record that a command has to know of.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// This one.
    Record(RecordId),
    /// The oldest of a type that has this value in a field.
    Where { kind: &'static str, field: &'static str, value: Value },
    /// Every one of a type that has this value in a field, the oldest first; too many are refused.
    Each { kind: &'static str, field: &'static str, value: Value },
    /// The active people of the group with this handle.
    People(String),
}

/// What was asked for, in the order of asking.
#[derive(Debug, Default)]
pub struct Known(pub Vec<Found>);

/// What was found for one question.
#[derive(Debug)]
pub enum Found {
    Records(Vec<Stored>),
    People(Vec<UserId>),
}

impl Known {
    /// The answer to the asked at this place, when it is of this type.
    #[must_use]
    pub fn get<T: Record>(&self, place: usize) -> Option<(Link<T>, T)> {
        let stored = self.all(place).first().filter(|stored| stored.kind == T::KIND)?;
        Some((Link::to(stored.id), read(&stored.fields).ok()?))
    }

    /// Everything that was found for the asked at this place.
    #[must_use]
    pub fn all(&self, place: usize) -> &[Stored] {
        match self.0.get(place) {
            Some(Found::Records(found)) => found,
            _ => &[],
        }
    }

    /// The people who were found for the asked at this place.
    #[must_use]
    pub fn people(&self, place: usize) -> &[UserId] {
        match self.0.get(place) {
            Some(Found::People(found)) => found,
            _ => &[],
        }
    }
}

/// What is to become of a record, and of others with it, in one transaction.
pub struct Change<T: Record> {
    pub(super) state: Option<T::State>,
    pub(super) fields: Option<T>,
    pub(super) created: Vec<New>,
    pub(super) changed: Vec<(RecordId, Map<String, Value>)>,
    pub(super) published: Vec<(&'static str, Value)>,
}

/// A record to be made.
#[derive(Clone, Debug)]
pub struct New {
    pub id: RecordId,
    pub kind: String,
    pub fields: Map<String, Value>,
    pub owner: Option<UserId>,
}

impl New {
    /// A record of type `R`.
    #[must_use]
    pub fn of<R: Record>(id: RecordId, record: &R, owner: Option<UserId>) -> Self {
        Self { id, kind: R::KIND.to_owned(), fields: fields_of(record), owner }
    }
}

impl<T: Record> Default for Change<T> {
    fn default() -> Self {
        Self { state: None, fields: None, created: Vec::new(), changed: Vec::new(), published: Vec::new() }
    }
}

impl<T: Record> Change<T> {
    /// To a state.
    #[must_use]
    pub fn to(state: T::State) -> Self {
        Self { state: Some(state), ..Self::default() }
    }

    /// With these fields.
    #[must_use]
    pub fn with(mut self, fields: T) -> Self {
        self.fields = Some(fields);
        self
    }

    /// Makes another record with it.
    #[must_use]
    pub fn create<R: Record>(mut self, id: Link<R>, record: &R, owner: Option<UserId>) -> Self {
        self.created.push(New::of(id.id, record, owner));
        self
    }

    /// Makes a record of whatever type with it.
    #[must_use]
    pub fn make(mut self, new: New) -> Self {
        self.created.push(new);
        self
    }

    /// Changes fields of another record with it.
    #[must_use]
    pub fn change(mut self, id: RecordId, fields: Map<String, Value>) -> Self {
        self.changed.push((id, fields));
        self
    }

    /// Tells the modules of it, after the commit.
    #[must_use]
    pub fn publish(mut self, name: &'static str, data: Value) -> Self {
        self.published.push((name, data));
        self
    }
}

/// What a command decided, without its types.
pub(super) struct Decision {
    pub state: Option<String>,
    pub fields: Option<Map<String, Value>>,
    pub created: Vec<New>,
    pub changed: Vec<(RecordId, Map<String, Value>)>,
    pub published: Vec<(&'static str, Value)>,
}

/// A command as clients know it.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = RecordCommand)]
pub struct CommandJson {
    /// Imperative: `win`.
    pub name: &'static str,
    pub label: String,
    /// The states of a record in which it is of use; without any, in all.
    #[schema(value_type = Vec<String>)]
    pub offered: Vec<Value>,
    /// JSON Schema of its parameters.
    #[schema(value_type = Object)]
    pub params: Value,
}

/// A command as the engine calls it.
pub struct Handler {
    pub kind: &'static str,
    pub json: CommandJson,
    /// Modules without which it is not there.
    pub needs: &'static [&'static str],
    pub(super) ask: AskFn,
    pub(super) run: RunFn,
}

type AskFn = fn(&Value, &Stored, Around) -> Result<Vec<Ask>, EngineError>;
type RunFn = fn(&Value, &Stored, Around, &Known) -> Result<Decision, EngineError>;

/// When and by whom.
#[derive(Clone, Copy)]
pub(super) struct Around {
    pub now: Timestamp,
    pub by: Option<UserId>,
}

/// The command for the engine.
pub(super) fn handler<C: Command>() -> Handler {
    let name = C::NAME.rsplit('.').next().unwrap_or(C::NAME);
    Handler {
        kind: C::Target::KIND,
        needs: C::NEEDS,
        json: CommandJson {
            name,
            label: label_of(name),
            offered: C::OFFERED.iter().map(|state| json!(state)).collect(),
            params: schemars::schema_for!(C).to_value(),
        },
        ask: |params, stored, around| Ok(params_of::<C>(params)?.asks(&target(stored, around)?)),
        run: |params, stored, around, known| {
            let command = params_of::<C>(params)?;
            let decided = command.decide(&target(stored, around)?, known);
            let change = decided.map_err(|error| EngineError::Conflict(error.to_string()))?;
            let Change { state, fields, created, changed, published } = change;
            Ok(Decision {
                state: state.as_ref().map(name_of),
                fields: fields.as_ref().map(fields_of),
                created,
                changed,
                published,
            })
        },
    }
}

fn params_of<C: Command>(params: &Value) -> Result<C, EngineError> {
    let params = if params.is_null() { json!({}) } else { params.clone() };
    C::deserialize(params).map_err(|error| EngineError::Invalid(format!("the parameters: {error}")))
}

fn target<T: Record>(stored: &Stored, Around { now, by }: Around) -> Result<Target<T>, EngineError> {
    let state = T::State::deserialize(Value::from(stored.state.as_str()))
        .map_err(|_| EngineError::Damaged("state"))?;
    let fields = read(&stored.fields).map_err(|_| EngineError::Damaged("record"))?;
    Ok(Target { id: stored.id, state, owner: stored.owner, fields, now, by })
}

/// The name of a state.
fn name_of<S: States>(state: &S) -> String {
    serde_json::to_value(state).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The fields of a struct, those that are empty left out.
fn fields_of<T: Record>(record: &T) -> Map<String, Value> {
    let Ok(Value::Object(fields)) = serde_json::to_value(record) else { return Map::new() };
    fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

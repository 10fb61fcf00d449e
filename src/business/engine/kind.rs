//! Record types: a plain struct tells its fields, the engine gives everything else.

use std::collections::HashSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserializer, Serialize, forward_to_deserialize_any};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::field::{Choice, Field, Holds, OnDelete, assign_slots, label_of};
use super::types::FIELD;

/// What a schema says of a link: what becomes of the record when the linked one is deleted.
const ON_DELETE: &str = "x-on-delete";
/// What a schema says of a link: that following it never comes back.
const ACYCLIC: &str = "x-acyclic";

/// A type of records.
///
/// Its doc comment says what it is, the doc comments of its fields help whoever fills them in, and the
/// types of its fields choose how they are read, indexed and shown. An `Option` may stay empty. New
/// fields go to the end: a field's place gives it its column.
pub trait Record: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Module and singular, `crm.deal`: part of routes and events, never changed.
    const KIND: &'static str;
    /// The states that it goes through; `Plain` when there is only one.
    type State: States;

    /// How it is shown, where that does not follow from its fields.
    #[must_use]
    fn shown() -> Shown {
        Shown::default()
    }

    /// Checks what the types of the fields leave open.
    ///
    /// # Errors
    /// The name of a field and what is wrong with it.
    fn check(&self) -> Result<(), (&'static str, String)> {
        Ok(())
    }
}

/// The states of a record type: an enum whose default is the first.
pub trait States:
    Serialize + DeserializeOwned + JsonSchema + Default + Clone + PartialEq + Send + Sync
{
}

impl<T> States for T where
    T: Serialize + DeserializeOwned + JsonSchema + Default + Clone + PartialEq + Send + Sync
{
}

/// The only state of records without a life of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Plain {
    #[default]
    Active,
}

/// How a type is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// The field that names a record; the first one unless told.
    pub title: Option<&'static str>,
    /// The field whose values are the columns of a board.
    pub board: Option<&'static str>,
    /// The days that calendar and timeline show: from, to.
    pub days: Option<(&'static str, Option<&'static str>)>,
    /// The fields that a list shows first.
    pub columns: &'static [&'static str],
    /// Fields by which two records are likely the same.
    pub same_by: &'static [&'static str],
    /// Name of an icon of the web app.
    pub icon: &'static str,
    /// Whether, unless a policy says otherwise, only administrators make and change it.
    pub for_administrators: bool,
    /// The plural, where it is not made with an s.
    pub plural: Option<&'static str>,
}

/// A record type as the engine works with it: built in, or made by a tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordKind)]
pub struct Kind {
    /// Module and singular: `crm.deal`.
    pub name: String,
    pub module: String,
    pub label: String,
    pub plural: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    pub icon: String,
    /// The field that names a record.
    pub title: String,
    pub board: Option<String>,
    pub days: Vec<String>,
    pub columns: Vec<String>,
    pub same_by: Vec<String>,
    /// The states, the first one that of new records.
    pub states: Vec<Choice>,
    pub fields: Vec<Field>,
    /// Whether the tenant has made it.
    pub custom: bool,
    #[serde(skip)]
    pub for_administrators: bool,
    #[serde(skip)]
    pub check: Option<Check>,
}

/// Checks the fields of a record as a whole.
pub type Check = fn(&Map<String, Value>) -> Result<(), (String, String)>;

impl Kind {
    /// The type that a struct describes.
    ///
    /// # Panics
    /// When the struct describes none; a test makes every type of the program.
    #[must_use]
    pub fn of<T: Record>() -> Self {
        let schema = schema_of::<T>();
        let shown = T::shown();
        let (module, singular) = T::KIND.split_once('.').expect("a type is named module.singular");
        let mut fields: Vec<Field> = names_of::<T>()
            .iter()
            .map(|name| field(&schema, name).unwrap_or_else(|why| panic!("{}.{name}: {why}", T::KIND)))
            .collect();
        assign_slots(&mut fields);
        let label = label_of(singular);
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let first = fields.first().map(|field| field.name.clone()).unwrap_or_default();
        let some = fields.iter().take(6).map(|field| field.name.clone()).collect();
        Self {
            name: T::KIND.to_owned(),
            module: module.to_owned(),
            plural: shown.plural.map_or_else(|| format!("{label}s"), str::to_owned),
            label,
            help: text(&schema, "description"),
            icon: shown.icon.to_owned(),
            title: shown.title.map_or(first, str::to_owned),
            board: shown.board.map(str::to_owned),
            days: shown
                .days
                .into_iter()
                .flat_map(|(from, to)| [Some(from), to])
                .flatten()
                .map(str::to_owned)
                .collect(),
            columns: if shown.columns.is_empty() { some } else { owned(shown.columns) },
            same_by: owned(shown.same_by),
            states: choices(schema_of::<T::State>().as_value()),
            fields,
            custom: false,
            for_administrators: shown.for_administrators,
            check: Some(check::<T>),
        }
    }

    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The state of new records.
    #[must_use]
    pub fn first_state(&self) -> &str {
        self.states.first().map_or("active", |state| &state.value)
    }

    /// What names this record.
    #[must_use]
    pub fn title_of<'a>(&self, fields: &'a Map<String, Value>) -> &'a str {
        fields.get(&self.title).and_then(Value::as_str).unwrap_or_default()
    }

    /// What is wrong with the type itself.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut faults: Vec<String> = self
            .fields
            .iter()
            .filter(|field| !seen.insert(&field.name))
            .map(|field| format!("{} is there twice", field.name))
            .collect();
        let named = [&self.title]
            .into_iter()
            .chain(&self.board)
            .chain(&self.days)
            .chain(&self.columns)
            .chain(&self.same_by);
        faults.extend(
            named.filter(|name| !seen.contains(name)).map(|name| format!("there is no field {name}")),
        );
        let lost = |field: &&Field| field.slot.is_none() && field.holds.sort() != super::field::Sort::No;
        let astray = |field: &&Field| matches!(&field.holds, Holds::Link { to, acyclic: true, .. } if *to != self.name);
        faults.extend(
            self.fields.iter().filter(astray).map(|field| format!("{} leads to another type", field.name)),
        );
        faults.extend(
            self.fields.iter().filter(lost).map(|field| format!("no slot is left for {}", field.name)),
        );
        faults
    }
}

fn check<T: Record>(fields: &Map<String, Value>) -> Result<(), (String, String)> {
    let record =
        T::deserialize(Value::Object(fields.clone())).map_err(|error| (String::new(), error.to_string()))?;
    record.check().map_err(|(field, fault)| (field.to_owned(), fault))
}

/// Reads the fields of a record as its struct.
///
/// # Errors
/// What does not fit, which nothing that the engine has stored does.
pub fn read<T: Record>(fields: &Map<String, Value>) -> Result<T, serde_json::Error> {
    T::deserialize(Value::Object(fields.clone()))
}

fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>()
}

fn field(schema: &Schema, name: &str) -> Result<Field, String> {
    let found = schema.as_value().pointer(&format!("/properties/{name}")).ok_or("is not in the schema")?;
    let optional = is_optional(found);
    let holds = holds(found).ok_or("is of a type that no field holds")?;
    // A flag and a list are never missing: they are off, or empty.
    let required = !(optional || holds.is_many() || holds == Holds::Boolean);
    Ok(Field {
        name: name.to_owned(),
        label: label_of(name),
        help: found.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        holds,
        required,
        slot: None,
        custom: false,
    })
}

/// What a schema says that the field holds, looking through `Option`.
fn holds(schema: &Value) -> Option<Holds> {
    if let Some(field) = schema.get(FIELD) {
        let mut holds: Holds = serde_json::from_value(field.clone()).ok()?;
        if let Holds::Link { on_delete, acyclic, .. } = &mut holds {
            if let Some(asked) = schema.get(ON_DELETE) {
                *on_delete = serde_json::from_value::<OnDelete>(asked.clone()).ok()?;
            }
            *acyclic = schema.get(ACYCLIC).and_then(Value::as_bool).unwrap_or_default();
        }
        return Some(holds);
    }
    if let Some(any) = schema.get("anyOf").or_else(|| schema.get("allOf")).and_then(Value::as_array) {
        let mut inner = any.iter().find(|one| one.get("type") != Some(&Value::from("null")))?.clone();
        for key in [ON_DELETE, ACYCLIC] {
            if let (Some(outer), Some(inner)) = (schema.get(key), inner.as_object_mut()) {
                inner.insert(key.into(), outer.clone());
            }
        }
        return holds(&inner);
    }
    let options = choices(schema);
    if !options.is_empty() {
        return Some(Holds::Choice { options });
    }
    if is_type(schema, "array") {
        let options = choices(schema.get("items")?);
        return (!options.is_empty()).then_some(Holds::Choices { options });
    }
    [("string", Holds::Text), ("boolean", Holds::Boolean)]
        .into_iter()
        .find_map(|(name, holds)| is_type(schema, name).then_some(holds))
}

/// The values of an enum without fields, as `schemars` writes it with and without doc comments.
fn choices(schema: &Value) -> Vec<Choice> {
    let choice = |value: &Value, label: Option<&str>| {
        let value = value.as_str()?.to_owned();
        let label = label.map_or_else(|| label_of(&value), |label| label.trim_end_matches('.').to_owned());
        Some(Choice { value, label })
    };
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().filter_map(|value| choice(value, None)).collect();
    }
    let several = schema.get("oneOf").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |schema: &Value| -> Vec<Choice> {
        match schema.get("const") {
            Some(value) => choice(value, schema.get("title").and_then(Value::as_str)).into_iter().collect(),
            None => choices(schema),
        }
    };
    several.iter().flat_map(one).collect()
}

fn is_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(all)) => all.iter().any(|one| one == name),
        _ => false,
    }
}

fn is_optional(schema: &Value) -> bool {
    let is_null = |one: &Value| is_type(one, "null");
    is_null(schema)
        || schema.get("anyOf").and_then(Value::as_array).is_some_and(|any| any.iter().any(is_null))
}

fn text(schema: &Schema, key: &str) -> String {
    schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The names of a struct's fields in their order, which its schema does not keep: what its
/// `Deserialize` asks for.
fn names_of<T: DeserializeOwned>() -> &'static [&'static str] {
    struct Names<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Names<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("only the names are wanted"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = fields;
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut names: &'static [&'static str] = &[];
    // It never comes to a value.
    let _ = T::deserialize(Names(&mut names));
    names
}

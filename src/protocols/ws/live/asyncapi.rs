//! The description of the live socket as AsyncAPI 3.0, put together from what the features say of their
//! commands and events.

use std::collections::BTreeMap;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{OpenApi, ToSchema};

use crate::protocols::http::problem::{Fault, Problem};

use super::wire::{ClientMessage, ServerMessage, TopicFrom};

/// The finished description.
pub struct AsyncApi(pub Value);

/// Something that is said on the live socket, with the types of what it carries.
pub struct Entry {
    name: &'static str,
    summary: &'static str,
    way: Way,
    carries: Value,
    schemas: Vec<(String, RefOr<Schema>)>,
}

/// Who says it, and how.
enum Way {
    /// A client wants something done; the answer carries this.
    Command { answer: Value },
    /// It has happened: stored and numbered, or on `me`.
    Event { topic: &'static str },
    /// Of the moment, never stored.
    Signal { topic: &'static str },
}

impl Entry {
    /// A command with its parameters and its answer.
    #[must_use]
    pub fn command<P: ToSchema, A: ToSchema>(name: &'static str, summary: &'static str) -> Self {
        let (mut schemas, carries) = schemas_of::<P>();
        let (further, answer) = schemas_of::<A>();
        schemas.extend(further);
        Self { name, summary, way: Way::Command { answer }, carries, schemas }
    }

    /// An event of a topic, such as `room:ID`.
    #[must_use]
    pub fn event<T: ToSchema>(topic: &'static str, name: &'static str, summary: &'static str) -> Self {
        let (schemas, carries) = schemas_of::<T>();
        Self { name, summary, way: Way::Event { topic }, carries, schemas }
    }

    /// A signal of a topic.
    #[must_use]
    pub fn signal<T: ToSchema>(topic: &'static str, name: &'static str, summary: &'static str) -> Self {
        let (schemas, carries) = schemas_of::<T>();
        Self { name, summary, way: Way::Signal { topic }, carries, schemas }
    }

    fn key(&self) -> String {
        match &self.way {
            Way::Command { .. } => format!("command.{}", self.name),
            Way::Event { topic } | Way::Signal { topic } => {
                let topic = topic.split(':').next().unwrap_or_default();
                format!("{topic}.{}", self.name)
            }
        }
    }

    /// The message as it is on the wire.
    fn payload(&self) -> Value {
        match &self.way {
            Way::Command { .. } => object(&[
                ("op", json!({ "const": "command" })),
                ("id", json!({ "type": "string", "format": "uuid" })),
                ("name", json!({ "const": self.name })),
                ("params", self.carries.clone()),
                ("resent", json!({ "type": "boolean", "default": false })),
            ]),
            Way::Event { topic } => {
                let event = object(&[
                    ("seq", json!({ "type": "integer", "description": "absent on `me`" })),
                    ("kind", json!({ "const": self.name })),
                    ("at", json!({ "type": "string", "format": "date-time" })),
                    ("by", json!({ "type": ["string", "null"], "format": "uuid" })),
                    ("data", self.carries.clone()),
                ]);
                object(&[
                    ("op", json!({ "const": "events" })),
                    ("topic", json!({ "type": "string", "examples": [topic] })),
                    ("events", json!({ "type": "array", "items": event })),
                ])
            }
            Way::Signal { topic } => object(&[
                ("op", json!({ "const": "signal" })),
                ("topic", json!({ "type": "string", "examples": [topic] })),
                ("kind", json!({ "const": self.name })),
                ("data", self.carries.clone()),
            ]),
        }
    }

    fn message(&self) -> Value {
        let mut message = json!({ "name": self.name, "summary": self.summary, "payload": self.payload() });
        match &self.way {
            Way::Command { answer } => message["x-answer"] = answer.clone(),
            Way::Event { topic } | Way::Signal { topic } => message["x-topic"] = json!(topic),
        }
        message["x-carries"] = self.carries.clone();
        message
    }
}

/// A type with everything that it refers to, and the reference to it.
fn schemas_of<T: ToSchema>() -> (Vec<(String, RefOr<Schema>)>, Value) {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    let name = T::name().into_owned();
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    schemas.push((name, T::schema()));
    (schemas, reference)
}

/// Fields that are always there are required, but for those with a default and the numbers of events.
fn object(fields: &[(&str, Value)]) -> Value {
    let optional = ["resent", "seq", "at", "by"];
    let required: Vec<&str> =
        fields.iter().map(|(name, _)| *name).filter(|name| !optional.contains(name)).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Puts the description together.
#[must_use]
pub fn assemble(entries: Vec<Entry>) -> AsyncApi {
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    let mut take = |found: Vec<(String, RefOr<Schema>)>| {
        for (name, schema) in found {
            schemas.insert(name, json!(schema));
        }
    };
    let (client, from_client) = schemas_of::<ClientMessage>();
    let (server, from_server) = schemas_of::<ServerMessage<'_>>();
    let parts = [client, server, schemas_of::<TopicFrom>().0, schemas_of::<Problem>().0];
    parts.into_iter().for_each(&mut take);
    take(schemas_of::<Fault>().0);
    let mut messages: BTreeMap<String, Value> = BTreeMap::new();
    messages.insert("client".into(), json!({ "summary": "Anything a client says", "payload": from_client }));
    messages
        .insert("server".into(), json!({ "summary": "Anything the server says", "payload": from_server }));
    let mut commands = vec!["client".to_owned()];
    let mut told = vec!["server".to_owned()];
    for entry in entries {
        let key = entry.key();
        messages.insert(key.clone(), entry.message());
        match entry.way {
            Way::Command { .. } => commands.push(key),
            Way::Event { .. } | Way::Signal { .. } => told.push(key),
        }
        take(entry.schemas);
    }
    AsyncApi(document(&messages, &schemas, (&commands, &told)))
}

fn document(
    messages: &BTreeMap<String, Value>,
    schemas: &BTreeMap<String, Value>,
    (commands, told): (&[String], &[String]),
) -> Value {
    let of_channel: Map<String, Value> = messages
        .keys()
        .map(|key| (key.clone(), json!({ "$ref": format!("#/components/messages/{key}") })))
        .collect();
    let refs = |keys: &[String]| -> Vec<Value> {
        keys.iter().map(|key| json!({ "$ref": format!("#/channels/live/messages/{key}") })).collect()
    };
    let channel = json!({ "$ref": "#/channels/live" });
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kontor live", "version": env!("CARGO_PKG_VERSION"),
            "description": "One WebSocket on which a client hears of everything that it may see. \
                docs/live-protocol.md says how topics, cursors and commands work; several messages may leave \
                together as a JSON array.",
        },
        "defaultContentType": "application/json",
        "servers": servers(),
        "channels": { "live": {
            "address": "/api/v1/live",
            "messages": of_channel,
            "bindings": { "ws": { "method": "GET", "query": { "type": "object", "properties": {
                "v": { "const": "1" }, "ticket": { "type": "string" } } } } },
        } },
        "operations": {
            "hear": { "action": "send", "channel": channel, "messages": refs(told),
                "summary": "What the server tells." },
            "ask": { "action": "receive", "channel": channel, "messages": refs(commands),
                "summary": "What a client says; a command is answered by `done` or `failed` with its id." },
        },
        "components": {
            "messages": messages, "schemas": schemas, "securitySchemes": security(),
        },
    })
}

fn servers() -> Value {
    let ways = ["bearer", "ticket", "cookie"];
    let ways = ways.map(|way| json!({ "$ref": format!("#/components/securitySchemes/{way}") }));
    json!({ "own": { "host": "localhost:8080", "protocol": "ws", "security": ways } })
}

fn security() -> Value {
    json!({
        "bearer": { "type": "http", "scheme": "bearer" },
        "cookie": { "type": "httpApiKey", "in": "cookie", "name": "kontor_session" },
        "ticket": { "type": "httpApiKey", "in": "query", "name": "ticket" },
    })
}

#[derive(OpenApi)]
#[openapi(paths(asyncapi))]
pub struct Api;

/// The route of the description.
pub fn configure(config: &mut ServiceConfig) {
    config.service(asyncapi);
}

/// The description of the live socket, as AsyncAPI 3.0.
#[utoipa::path(get, path = "/api/asyncapi.json", tag = "operation",
    responses((status = 200, body = serde_json::Value)), extensions(("x-right" = json!("public"))))]
#[get("/api/asyncapi.json")]
async fn asyncapi(api: Data<AsyncApi>) -> HttpResponse {
    HttpResponse::Ok().json(&api.0)
}

impl Serialize for AsyncApi {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// No answer but that it is done.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveNothing)]
pub struct Nothing {}

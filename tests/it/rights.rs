//! Walks every route of the OpenAPI document as everyone, and holds the answers against `x-right`.

mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kontor::scope::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Client;
use crate::on_both;
use world::{World, value};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    right: String,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    /// From outside, added to nothing.
    Guest,
    /// Of the tenant, without a grant.
    Colleague,
    /// Of the tenant, with the right to view.
    Viewer,
    /// Of the tenant, with the right to edit.
    Editor,
    Owner,
    TenantAdmin,
    PlatformAdmin,
    /// Administrator of another tenant.
    Stranger,
    /// With the operator's token, of no tenant.
    Operator,
}

const EVERYONE: [Who; 10] = [
    Who::Nobody,
    Who::Guest,
    Who::Colleague,
    Who::Viewer,
    Who::Editor,
    Who::Owner,
    Who::TenantAdmin,
    Who::PlatformAdmin,
    Who::Stranger,
    Who::Operator,
];

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(kontor::app::api()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let right = operation["x-right"].as_str();
            let right = right.unwrap_or_else(|| panic!("{method} {path} does not state its right (x-right)"));
            let method = method.to_uppercase().parse().unwrap();
            found.push(Operation { method, path: path.clone(), right: right.to_owned() });
        }
    }
    found
}

impl Who {
    /// The right that this person holds on the document.
    fn grant(self) -> Option<&'static str> {
        match self {
            Self::Viewer => Some("view"),
            Self::Editor => Some("edit"),
            Self::Owner => Some("manage"),
            _ => None,
        }
    }

    /// The right on an object of this kind: a room knows members and owners only, administrators hold every
    /// right on the records of their business.
    fn grant_on(self, kind: &str) -> Option<&'static str> {
        match (kind, self) {
            ("room", Self::Viewer) => None,
            // One's own, and all for administrators.
            ("import", Self::Editor | Self::TenantAdmin | Self::PlatformAdmin) => Some("manage"),
            ("import", _) => None,
            ("record" | "records", Self::TenantAdmin | Self::PlatformAdmin) => Some("manage"),
            ("records", Self::Stranger) => Some("manage"),
            // One that everyone sees and administrators change.
            ("view", Self::Viewer | Self::Editor | Self::Owner) => Some("view"),
            ("view" | "dashboard", Self::TenantAdmin | Self::PlatformAdmin) => Some("manage"),
            ("dashboard", Self::Nobody | Self::Operator | Self::Stranger) => None,
            ("dashboard", _) => Some("view"),
            _ => self.grant(),
        }
    }

    fn role(self) -> Option<Role> {
        Some(match self {
            Self::Nobody => return None,
            Self::Guest => Role::TenantGuest,
            Self::Colleague | Self::Viewer | Self::Editor | Self::Owner => Role::TenantUser,
            Self::TenantAdmin | Self::Stranger => Role::TenantAdmin,
            Self::PlatformAdmin | Self::Operator => Role::PlatformAdmin,
        })
    }

    fn may_use(self, permission: &str) -> bool {
        self.role().is_some_and(|role| {
            role.permissions().iter().any(|held| serde_json::to_value(held).unwrap() == permission)
        })
    }
}

/// What must come back: a refusal, or anything that is none.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Status(u16),
    NoRefusal,
    /// The operator of the platform is nobody in particular: of no tenant, without documents.
    NoFault,
}

fn expected(operation: &Operation, who: Who) -> Expected {
    use Expected::{NoFault, NoRefusal, Status};
    let right = operation.right.as_str();
    let names_object = operation.path.contains('{');
    match (right, who) {
        ("public", _) => NoFault,
        (_, Who::Nobody) => Status(401),
        ("platform.manage", who) if !who.may_use(right) => Status(403),
        ("platform.manage", _) => NoRefusal,
        (_, Who::Operator) => NoFault,
        ("signed-in", Who::Stranger) if operation.path.contains("/emoji/") => Status(404),
        // The administrator has said it; others see it and change it not, or do not see it.
        ("author", Who::TenantAdmin) => NoRefusal,
        ("author", who) => Status(if who.grant_on("record").is_some() { 403 } else { 404 }),
        // One's own things: what is not there, or somebody else's, is gone already.
        ("signed-in" | "own", _) => NoRefusal,
        _ => match right.split_once(':') {
            Some((kind, needed)) => match who.grant_on(kind) {
                None => Status(404),
                Some(held) if rank(held) >= rank(needed) => NoRefusal,
                Some(_) => Status(403),
            },
            None if !who.may_use(right) => Status(403),
            // Types of records have the same names everywhere.
            None if operation.path.starts_with("/api/v1/record-") => NoRefusal,
            None if who == Who::Stranger && names_object => Status(404),
            None => NoRefusal,
        },
    }
}

fn rank(right: &str) -> usize {
    let order = ["view", "comment", "edit", "manage"];
    order.iter().position(|known| *known == right).unwrap_or_else(|| panic!("{right} is no right"))
}

/// A body that the route accepts.
fn body(operation: &Operation) -> Option<Value> {
    let fresh = uuid::Uuid::new_v4().simple();
    let path = operation.path.strip_prefix("/api/v1").unwrap_or(&operation.path);
    Some(match (operation.method.as_str(), path) {
        ("POST", "/documents") | ("PATCH", "/documents/{id}") => json!({ "title": "Title" }),
        ("PUT", "/documents/{id}/grants/{user_id}") => json!({ "right": "view" }),
        ("POST", "/documents/{id}/versions") => json!({ "label": "Label" }),
        ("POST", "/chat/rooms") => json!({ "kind": "channel", "name": fresh.to_string() }),
        ("PATCH", "/chat/rooms/{room}") => json!({ "private": true }),
        ("PUT", "/chat/rooms/{room}/members/{user}") => json!({ "role": "member" }),
        ("POST", "/chat/rooms/{room}/messages") => json!({ "text": "hello" }),
        ("PATCH", "/chat/rooms/{room}/messages/{seq}") => json!({ "topic": "greetings" }),
        ("PUT", "/chat/rooms/{room}/read") => json!({ "seq": 1 }),
        ("PUT", "/chat/rooms/{room}/threads/{seq}") => json!({ "following": true }),
        ("POST", "/chat/rooms/{room}/commands") => json!({ "text": "/help" }),
        ("POST", "/chat/rooms/{room}/hooks/incoming") => json!({ "name": "CI" }),
        ("POST", "/chat/rooms/{room}/hooks/outgoing") => {
            json!({ "name": "CI", "url": "https://hooks.example/x" })
        }
        ("POST", "/chat/custom-commands") => {
            json!({ "name": fresh.to_string(), "url": "https://hooks.example/x" })
        }
        ("POST", "/bots") => json!({ "name": "Bot" }),
        ("POST", "/bots/{id}/tokens") => json!({ "name": "CI" }),
        ("PUT", "/chat/drafts/{room}") => json!({ "text": "he" }),
        ("POST", "/chat/rooms/{room}/bookmarks") => {
            json!({ "title": "Docs", "url": "https://example.org/docs" })
        }
        ("PATCH", "/chat/rooms/{room}/bookmarks/{bookmark}") => json!({ "title": "Plans", "place": 0 }),
        ("PUT", "/chat/rooms/{room}/bookmarks/rule") => json!({ "managers_only": true }),
        ("POST", "/chat/rooms/{room}/messages/{seq}/reports") => json!({ "reason": "rude" }),
        ("POST", "/chat/moderation/reports/{case}/decision") => json!({ "actions": [] }),
        ("PUT", "/chat/rooms/{room}/bans/{user}" | "/chat/moderation/mutes/{user}") => {
            json!({ "reason": "rude" })
        }
        ("POST", "/chat/holds") => {
            json!({ "name": "Case", "reason": "Court", "rooms": [uuid::Uuid::new_v4()] })
        }
        ("PUT", "/notifications/pause") => json!({ "until": null }),
        ("POST", "/people") => {
            json!({ "email": format!("{fresh}@acme.example"), "name": "New", "role": "tenant_user",
                "password": "a password of ten" })
        }
        ("PATCH", "/people/{id}") => json!({ "name": "Target" }),
        ("POST", "/documents/{id}/mentions") => json!({ "users": [uuid::Uuid::new_v4()], "excerpt": "" }),
        ("PUT", "/notifications/read") => json!({ "all": true }),
        ("PUT", "/notifications/unread") => json!({ "ids": [] }),
        ("POST", "/groups") => json!({ "name": "Team", "handle": fresh.to_string() }),
        ("PATCH", "/groups/{id}") => json!({ "name": "Team of many" }),
        ("POST", "/auth/password") => json!({ "current": "wrong", "new": "a password of ten" }),
        ("PATCH", "/tenant/modules") => json!({ "projects": true }),
        ("POST", "/activations" | "/activations/plan") => json!({
            "business": { "name": "New", "slug": format!("new-{}", &fresh.to_string()[..12]), "locale": "en",
                "time_zone": "UTC", "currency": "EUR" },
            "admin": { "email": "admin@new.example", "name": "Admin", "password": "a password of ten" },
        }),
        ("POST", "/records/{kind}") => json!({ "fields": { "subject": "Call", "sort": "call" } }),
        ("POST", "/records/{kind}/{id}/merge") => json!({ "from": uuid::Uuid::new_v4() }),
        ("POST", "/records/{kind}/{id}/comments") | ("PATCH", "/records/{kind}/{id}/comments/{comment}") => {
            json!({ "body": "hello" })
        }
        ("PUT", "/records/{kind}/imports/{import}") => json!({ "mapping": ["subject", "sort"] }),
        ("POST", "/forms/{tenant}/{form}") => json!({ "name": "Eve" }),
        ("POST", "/record-undo") => json!({ "batch": uuid::Uuid::new_v4() }),
        ("POST", "/record-dashboards") => json!({ "name": "Mine", "audience": "me" }),
        ("PATCH", "/record-dashboards/{dashboard}") => json!({ "version": 1, "name": "Ours" }),
        ("POST", "/webhooks") => json!({ "name": "ERP", "url": "https://hooks.example/x" }),
        ("POST", "/record-kinds/{kind}/views") => json!({ "name": "Mine", "look": { "layout": "table" } }),
        ("PATCH", "/record-kinds/{kind}/views/{view}") => json!({ "version": 1, "name": "All of them" }),
        ("PUT", "/record-kinds/{kind}") => json!({ "label": "Boat", "plural": "Boats" }),
        ("PUT", "/record-kinds/{kind}/fields/{field}") => json!({ "label": "Size", "type": "text" }),
        ("GET" | "DELETE", _) => return None,
        _ => json!({}),
    })
}

async fn ask(client: &Client, operation: &Operation, path: &str) -> u16 {
    let mut request = client.request(operation.method.clone(), &format!("/{path}"));
    if let Some(body) = body(operation) {
        request = request.json(&body);
    }
    request.send().await.unwrap().status().as_u16()
}

on_both!(every_route_gives_what_its_right_says_and_nothing_more, |server| {
    let world =
        World { server: &server, acme: server.tenant("acme").await, globex: server.tenant("globex").await };
    let mut faults = Vec::new();
    for operation in operations() {
        // What nobody changes is there for all who look at it or are refused; who changes something gets their own.
        let mut shared = None;
        for who in EVERYONE {
            // A sign-out ends the session that the others of this walk share.
            let client = match operation.path.as_str() {
                "/api/v1/auth/sign-out" if who.role().is_some() => world.acme.admin().await,
                _ => world.client(who).await,
            };
            let expected = expected(&operation, who);
            let changes = operation.method != Method::GET && !matches!(expected, Expected::Status(_));
            let path = match shared.take().filter(|_| !changes) {
                Some(path) => path,
                None => world.fill(&operation.path).await,
            };
            shared = (!changes).then(|| path.clone());
            let status = ask(&client, &operation, &path).await;
            let as_expected = match expected {
                Expected::Status(wanted) => status == wanted,
                Expected::NoRefusal => !matches!(status, 401 | 403 | 404) && status < 500,
                Expected::NoFault => status < 500,
            };
            if !as_expected {
                let Operation { method, right, .. } = &operation;
                faults.push(format!("{method} {path} ({right}) as {who:?}: {status}, not {expected:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
});

#[test]
fn every_route_in_the_code_is_in_the_description() {
    let described: BTreeSet<_> = operations()
        .into_iter()
        .map(|operation| (operation.method.as_str().to_lowercase(), operation.path))
        .collect();
    let mut missing = Vec::new();
    for (method, path) in routes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let whole = format!("/api/v1{path}");
        let known = |path: &str| described.contains(&(method.clone(), path.to_owned()));
        if !known(&path) && !known(&whole) {
            missing.push(format!("{method} {path}"));
        }
    }
    assert!(missing.is_empty(), "without a description, and so without a stated right: {missing:?}");
}

/// Every `#[get("…")]` and its like below a folder.
fn routes_in(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(routes_in(&path));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        for line in text.lines().map(str::trim) {
            for method in METHODS {
                let route =
                    line.strip_prefix(&format!("#[{method}(\"")).and_then(|rest| rest.split('"').next());
                found.extend(route.map(|route| (method.to_owned(), route.to_owned())));
            }
        }
    }
    found
}

on_both!(an_id_of_another_tenant_is_an_id_of_nothing, |server| {
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ana, eve) = (acme.user("ana").await, globex.user("eve").await);
    let made = value(ana.post("/documents", json!({ "title": "Secret" })).await, 201).await;
    let id = made["id"].as_str().unwrap();
    // A right for someone of another tenant cannot even be written down.
    let path = format!("/documents/{id}/grants/{}", eve.user_id());
    assert_eq!(ana.put(&path, json!({ "right": "view" })).await.status(), 404);
    let own = value(eve.get("/documents").await, 200).await;
    assert_eq!(own["items"], json!([]));
    let real = eve.get(&format!("/documents/{id}")).await;
    let guessed = eve.get(&format!("/documents/{}", uuid::Uuid::new_v4())).await;
    assert_eq!((real.status().as_u16(), guessed.status().as_u16()), (404, 404));
    let detail = |problem: &Value| problem["detail"].clone();
    let (real, guessed): (Value, Value) = (real.json().await.unwrap(), guessed.json().await.unwrap());
    assert_eq!(detail(&real), detail(&guessed), "the answer tells whether the document exists");
});

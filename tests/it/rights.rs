//! Walks every route of the OpenAPI document as everyone, and holds the answers against `x-right`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kontor::scope::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, TestServer, TestTenant};
use crate::on_both;

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

/// Everyone, and things to lay hands on.
struct World<'a> {
    server: &'a TestServer,
    acme: TestTenant<'a>,
    globex: TestTenant<'a>,
}

impl World<'_> {
    async fn client(&self, who: Who) -> Client {
        match who {
            Who::Nobody => self.server.nobody(),
            Who::Operator => self.server.operator(),
            Who::Stranger => self.globex.admin().await,
            Who::TenantAdmin => self.acme.admin().await,
            Who::Guest => self.acme.someone("guest", Role::TenantGuest).await,
            Who::PlatformAdmin => self.acme.someone("root", Role::PlatformAdmin).await,
            other => self.acme.user(&format!("{other:?}").to_lowercase()).await,
        }
    }

    /// A document that viewer and editor hold rights on, with a version and a file.
    async fn document(&self) -> (String, String, String) {
        let owner = self.client(Who::Owner).await;
        let made = value(owner.post("/documents", json!({ "title": "Plan" })).await, 201).await;
        let id = made["id"].as_str().unwrap().to_owned();
        for who in [Who::Viewer, Who::Editor] {
            let path = format!("/documents/{id}/grants/{}", self.client(who).await.user_id());
            value(owner.put(&path, json!({ "right": who.grant() })).await, 200).await;
        }
        let version = value(owner.post(&format!("/documents/{id}/versions"), json!({})).await, 201).await;
        let path = format!("/documents/{id}/files?name=a.txt");
        let file = value(owner.upload(&path, "text/plain", b"text".to_vec()).await, 201).await;
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        (id, text(&version), text(&file))
    }

    /// A private channel that the owner owns and the editor is in, with a message and a file.
    async fn fill_room(&self, path: &str) -> String {
        let owner = self.client(Who::Owner).await;
        let name = uuid::Uuid::new_v4().simple().to_string();
        let editor = self.client(Who::Editor).await.user_id();
        let new = json!({ "kind": "channel", "name": name, "private": true, "members": [editor] });
        let id = value(owner.post("/chat/rooms", new).await, 201).await["id"].as_str().unwrap().to_owned();
        let file = format!("/chat/rooms/{id}/files?name=a.txt");
        let file = owner.upload(&file, "text/plain", b"text".to_vec());
        let hash = value(file.await, 201).await["hash"].as_str().unwrap().to_owned();
        let editor = self.client(Who::Editor).await;
        let said = editor.post(&format!("/chat/rooms/{id}/messages"), json!({ "text": "hello" })).await;
        let seq = value(said, 201).await["seq"].to_string();
        let user = self.acme.user("target").await.user_id().to_string();
        if path.contains("{user}") && path.ends_with("/members/{user}") {
            let path = format!("/chat/rooms/{id}/members/{user}");
            assert_eq!(owner.put(&path, json!({ "role": "member" })).await.status(), 204);
        }
        let path = self.fill_hook(path, &id).await;
        let mark = json!({ "title": "Plan", "url": "https://example.org" });
        let marks = value(owner.post(&format!("/chat/rooms/{id}/bookmarks"), mark).await, 201).await;
        path.replace("{room}", &id)
            .replace("{bookmark}", marks["bookmarks"][0]["id"].as_str().unwrap())
            .replace("{hash}", &hash)
            .replace("{seq}", &seq)
            .replace("{user}", &user)
            .replace("{emoji}", "👍")
            .replace("/previews", "/previews?url=https://a.example/")
    }

    /// A record of a type on which viewer, editor and owner hold rights by their groups, and other people none.
    async fn fill_record(&self, path: &str) -> String {
        let admin = self.acme.admin().await;
        let put = async |subject: &str, policy: Value| {
            let path = format!("/record-policies/crm.activity/{subject}");
            assert_eq!(admin.put(&path, policy).await.status(), 204);
        };
        for role in ["role:tenant_user", "role:tenant_guest"] {
            put(role, json!({})).await;
        }
        for (who, policy) in [
            (Who::Viewer, json!({ "read": "all" })),
            (Who::Editor, json!({ "read": "all", "create": true, "edit": "all" })),
            (Who::Owner, json!({ "read": "all", "create": true, "edit": "all", "delete": "all" })),
        ] {
            let handle = format!("record-{who:?}").to_lowercase();
            let made = admin.post("/groups", json!({ "name": handle, "handle": handle })).await;
            if made.status() == 201 {
                let id = value(made, 201).await["id"].as_str().unwrap().to_owned();
                let members =
                    json!({ "members": [{ "kind": "user", "id": self.client(who).await.user_id() }] });
                assert_eq!(admin.patch(&format!("/groups/{id}"), members).await.status(), 200);
                put(&format!("group:{id}"), policy).await;
            }
        }
        let new = json!({ "fields": { "subject": "Call", "sort": "call" } });
        let made = value(admin.post("/records/crm.activity", new).await, 201).await;
        let id = made["record"]["id"].as_str().unwrap();
        let said =
            admin.post(&format!("/records/crm.activity/{id}/comments"), json!({ "body": "hello" })).await;
        let comment = value(said, 201).await["id"].as_str().unwrap().to_owned();
        let mut path = path.to_owned();
        if path.contains("{file}") {
            let to = format!("/records/crm.activity/{id}/files");
            let file = value(admin.upload(&to, "text/plain", b"text".to_vec()).await, 201).await;
            path = path.replace("{file}", file["id"].as_str().unwrap());
        }
        let path = self.fill_import(&path).await;
        path.replace("{kind}", "crm.activity")
            .replace("{id}", id)
            .replace("{comment}", &comment)
            .replace("{command}", "complete")
    }

    /// A view that everyone sees who sees the type.
    async fn fill_view(&self, path: &str) -> String {
        let path = self.fill_record(path).await;
        if !path.contains("{view}") {
            return path;
        }
        let new = json!({ "name": "All", "audience": "everyone", "look": { "layout": "table" } });
        let made = self.acme.admin().await.post("/record-kinds/crm.activity/views", new).await;
        path.replace("{view}", value(made, 201).await["id"].as_str().unwrap())
    }

    /// A webhook of records that was told of a record.
    async fn fill_record_hook(&self, path: &str) -> String {
        let admin = self.acme.admin().await;
        // There is room for fifty.
        for hook in value(admin.get("/webhooks").await, 200).await["items"].as_array().unwrap() {
            let path = format!("/webhooks/{}", hook["id"].as_str().unwrap());
            assert_eq!(admin.delete(&path).await.status(), 204);
        }
        let new =
            json!({ "name": "ERP", "url": "https://hooks.example/x", "wants": { "kinds": ["crm.company"] } });
        let made = value(admin.post("/webhooks", new).await, 201).await;
        let id = made["id"].as_str().unwrap();
        let company = json!({ "fields": { "name": "One" } });
        value(admin.post("/records/crm.company", company).await, 201).await;
        let told = value(admin.get(&format!("/webhooks/{id}/deliveries")).await, 200).await;
        let delivery = told["items"][0]["id"].as_str().unwrap();
        path.replace("{hook}", id).replace("{delivery}", delivery)
    }

    /// A file that the editor has brought.
    async fn fill_import(&self, path: &str) -> String {
        if !path.contains("{import}") {
            return path.to_owned();
        }
        let editor = self.client(Who::Editor).await;
        let file = b"subject,sort\nCall,call\n".to_vec();
        let made = editor.upload("/records/crm.activity/imports?name=a.csv", "text/csv", file).await;
        path.replace("{import}", value(made, 201).await["id"].as_str().unwrap())
    }

    /// A hold, or the message of `fill_room`, reported.
    async fn fill_moderation(&self, path: &str) -> String {
        let (owner, admin) = (self.client(Who::Owner).await, self.acme.admin().await);
        let user = self.acme.user("target").await.user_id();
        if path.contains("{hold}") {
            let hold = json!({ "name": "Case", "reason": "Court", "people": [user] });
            let hold = value(admin.post("/chat/holds", hold).await, 201).await;
            return path.replace("{hold}", hold["id"].as_str().unwrap());
        }
        if path.contains("{case}") {
            let message = self.fill_room("/chat/rooms/{room}/messages/{seq}/reports").await;
            assert_eq!(owner.post(&message, json!({ "reason": "rude" })).await.status(), 204);
            let waiting = value(admin.get("/chat/moderation/reports?limit=1").await, 200).await;
            return path.replace("{case}", waiting["items"][0]["id"].as_str().unwrap());
        }
        self.fill_room(path).await
    }

    /// A webhook of the room with something that was told.
    async fn fill_hook(&self, path: &str, room: &str) -> String {
        let Some((_, kind)) = path.split_once("/hooks/").filter(|_| path.contains("{hook}")) else {
            return path.to_owned();
        };
        let owner = self.client(Who::Owner).await;
        let base = format!("/chat/rooms/{room}/hooks/{}", kind.split('/').next().unwrap());
        let outgoing = json!({ "name": "CI", "url": "https://hooks.example/x" });
        let new = if kind.starts_with("incoming") { json!({ "name": "CI" }) } else { outgoing };
        let hook = value(owner.post(&base, new).await, 201).await["id"].as_str().unwrap().to_owned();
        let mut path = path.replace("{hook}", &hook);
        if path.contains("{delivery}") {
            let said = owner.post(&format!("/chat/rooms/{room}/messages"), json!({ "text": "hello" })).await;
            value(said, 201).await;
            let told = value(owner.get(&format!("{base}/{hook}/deliveries")).await, 200).await;
            path = path.replace("{delivery}", told["items"][0]["id"].as_str().unwrap());
        }
        path
    }

    /// A bot with a token.
    async fn fill_bot(&self, path: &str) -> String {
        let admin = self.acme.admin().await;
        let bot = value(admin.post("/bots", json!({ "name": "Bot" })).await, 201).await;
        let id = bot["id"].as_str().unwrap().to_owned();
        let token =
            value(admin.post(&format!("/bots/{id}/tokens"), json!({ "name": "CI" })).await, 201).await;
        path.replace("{id}", &id).replace("{token}", token["id"].as_str().unwrap())
    }

    /// The path with the ids of things that are there.
    async fn fill(&self, path: &str) -> String {
        if path.starts_with("/api/v1/documents/{id}") {
            let (id, version, file) = self.document().await;
            let user = self.client(Who::Colleague).await.user_id().to_string();
            return path
                .replace("{id}", &id)
                .replace("{version_id}", &version)
                .replace("{file_id}", &file)
                .replace("{user_id}", &user);
        }
        if path.starts_with("/api/v1/records/{kind}") {
            return self.fill_record(path).await;
        }
        if path.starts_with("/api/v1/record-policies/{kind}") {
            self.fill_record(path).await;
            return path.replace("{kind}", "crm.activity").replace("{subject}", "role:tenant_guest");
        }
        if path.starts_with("/api/v1/webhooks/{hook}") {
            return self.fill_record_hook(path).await;
        }
        if path.contains("{dashboard}") {
            let new = json!({ "name": "All", "audience": "everyone" });
            let admin = self.acme.admin().await;
            let old = value(admin.get("/record-dashboards").await, 200).await;
            for one in old["items"].as_array().unwrap() {
                admin.delete(&format!("/record-dashboards/{}", one["id"].as_str().unwrap())).await;
            }
            let made = value(admin.post("/record-dashboards", new).await, 201).await;
            return path.replace("{dashboard}", made["id"].as_str().unwrap());
        }
        if path.starts_with("/api/v1/record-kinds/{kind}/views") {
            return self.fill_view(path).await;
        }
        if path.starts_with("/api/v1/record-kinds/{kind}") {
            return path
                .replace("{kind}", if path.contains("{field}") { "crm.activity" } else { "own.boat" })
                .replace("{field}", "x_size");
        }
        if path.starts_with("/api/v1/chat/rooms/{room}") || path.starts_with("/api/v1/chat/drafts/{room}") {
            return self.fill_room(path).await;
        }
        let moderated = ["/api/v1/chat/moderation/", "/api/v1/chat/holds/"];
        if path.contains('{') && moderated.iter().any(|prefix| path.starts_with(prefix)) {
            return self.fill_moderation(path).await;
        }
        if path.starts_with("/api/v1/bots/{id}") {
            return self.fill_bot(path).await;
        }
        if path.contains("/forms/{tenant}/{form}") {
            let nothing = uuid::Uuid::new_v4().to_string();
            return path.replace("{tenant}", &self.acme.id().to_string()).replace("{form}", &nothing);
        }
        if path.contains("{key}") {
            return path.replace("{key}", "kh1.unknown");
        }
        if path.contains("{command}") {
            let name = uuid::Uuid::new_v4().simple().to_string();
            let new = json!({ "name": name, "url": "https://hooks.example/x" });
            let made = value(self.acme.admin().await.post("/chat/custom-commands", new).await, 201).await;
            let id = made["id"].as_str().unwrap().to_owned();
            return path.replace("{command}", &id);
        }
        if path.starts_with("/api/v1/chat/emoji/{name}") {
            let name = uuid::Uuid::new_v4().simple().to_string();
            let admin = self.acme.admin().await;
            let to = format!("/chat/emoji?name={name}");
            let made = admin.upload(&to, "image/gif", DOT.to_vec()).await;
            value(made, 201).await;
            return path.replace("{name}", &name);
        }
        if path.starts_with("/api/v1/people/{id}") {
            let target = self.acme.user("target").await.user_id().to_string();
            return path.replace("{id}", &target);
        }
        if path.starts_with("/api/v1/notifications/push-subscriptions/{id}") {
            // One that is not there is ended already.
            return path.replace("{id}", &uuid::Uuid::new_v4().to_string());
        }
        if path.contains("{plan}") {
            return path.replace("{plan}", &uuid::Uuid::new_v4().to_string());
        }
        if path.starts_with("/api/v1/groups/{id}") {
            let handle = uuid::Uuid::new_v4().simple().to_string();
            let new = json!({ "name": "Team", "handle": handle });
            let made = value(self.acme.admin().await.post("/groups", new).await, 201).await;
            return path.replace("{id}", made["id"].as_str().unwrap());
        }
        if path.starts_with("/api/v1/tenants/{id}") || path.contains("{slug}") {
            let slug = format!("victim-{}", uuid::Uuid::new_v4().simple().to_string().split_off(24));
            let victim = self.server.tenant(&slug).await.id().to_string();
            return path.replace("{id}", &victim).replace("{slug}", &slug);
        }
        if path == "/api/v1/chat/search" {
            return format!("{path}?q=hello");
        }
        assert!(!path.contains('{'), "say in rights.rs what to put into {path}");
        path.to_owned()
    }
}

/// The smallest GIF.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

async fn value(answer: reqwest::Response, status: u16) -> Value {
    assert_eq!(answer.status().as_u16(), status, "{}", answer.url());
    answer.json().await.unwrap()
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
        for who in EVERYONE {
            // A sign-out ends the session that the others of this walk share.
            let client = match operation.path.as_str() {
                "/api/v1/auth/sign-out" if who.role().is_some() => world.acme.admin().await,
                _ => world.client(who).await,
            };
            let path = world.fill(&operation.path).await;
            let status = ask(&client, &operation, &path).await;
            let expected = expected(&operation, who);
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

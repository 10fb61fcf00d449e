//! Everyone, and for each route something to lay hands on.

use kontor::scope::Role;
use serde_json::{Value, json};

use crate::harness::{Client, TestServer, TestTenant};

use super::Who;

/// Everyone, and things to lay hands on.
pub struct World<'a> {
    pub server: &'a TestServer,
    pub acme: TestTenant<'a>,
    pub globex: TestTenant<'a>,
}

impl World<'_> {
    pub async fn client(&self, who: Who) -> Client {
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
    pub async fn fill(&self, path: &str) -> String {
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
        assert!(!path.contains('{'), "say in rights/world.rs what to put into {path}");
        path.to_owned()
    }
}

/// The smallest GIF.
pub const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

pub async fn value(answer: reqwest::Response, status: u16) -> Value {
    assert_eq!(answer.status().as_u16(), status, "{}", answer.url());
    answer.json().await.unwrap()
}

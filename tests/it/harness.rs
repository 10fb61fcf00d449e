//! A server of a test's own: the real composition root, a free port, a database that ends with it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use kontor::actors::Clock;
use kontor::app::App;
use kontor::business::activation::{self, Activation};
use kontor::business::engine::Catalogs;
use kontor::business::modules;
use kontor::config::{Settings, Sync};
use kontor::ids::{DocumentId, RoomId, TenantId, UserId};
use kontor::office::chat::messages::Crash as CrashRoom;
use kontor::office::chat::room::Room;
use kontor::office::documents::document::Document;
use kontor::office::documents::messages::Crash;
use kontor::office::identity::messages::{NewPerson, Password, PersonName, Tenant};
use kontor::office::identity::{EmailAddress, OperatorToken};
use kontor::scope::{Role, Scope};
pub use kontor::store::testing::Engine;
use kontor::store::testing::TestPlace;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// How long a test waits for what must happen at the end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Declares a test that runs on SQLite and on PostgreSQL, each with a server of its own, with other settings
/// if they are named.
#[macro_export]
macro_rules! on_both {
    ($name:ident, |$server:ident| $body:block) => {
        $crate::on_both!($name, |_| {}, |$server| $body);
    };
    ($name:ident, $settings:expr, |$server:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "some tests need nothing of their file")]
            use super::*;
            use $crate::harness::{Engine, TestServer};

            #[test]
            fn on_sqlite() {
                $crate::harness::run_with(Engine::Sqlite, $settings, async |$server: TestServer| {
                    $body
                    $server.finish().await;
                });
            }

            #[test]
            fn on_postgres() {
                $crate::harness::run_with(Engine::Postgres, $settings, async |$server: TestServer| {
                    $body
                    $server.finish().await;
                });
            }
        }
    };
}

/// Runs a test with a server of its own.
pub fn run(engine: Engine, test: impl AsyncFnOnce(TestServer)) {
    run_with(engine, |_| {}, test);
}

/// Runs a test with a server of its own and other settings.
pub fn run_with(engine: Engine, change: impl FnOnce(&mut Settings), test: impl AsyncFnOnce(TestServer)) {
    actix_rt::System::new().block_on(async {
        test(TestServer::start_with(engine, Clock::system(), change).await).await;
    });
}

/// A running server.
pub struct TestServer {
    app: App,
    http: reqwest::Client,
    operator: String,
    /// People that the test has met, signed in.
    known: Mutex<HashMap<(String, String), Client>>,
    tenants: Mutex<HashMap<String, Tenant>>,
    // Last, so that the server is gone before its database.
    _place: TestPlace,
}

/// A business of a test.
pub struct TestTenant<'a> {
    server: &'a TestServer,
    pub tenant: Tenant,
}

/// Someone who is signed in, or nobody.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    user: Option<UserId>,
}

impl TestServer {
    /// A server on SQLite.
    pub async fn start() -> Self {
        Self::start_on(Engine::Sqlite).await
    }

    pub async fn start_on(engine: Engine) -> Self {
        Self::start_with(engine, Clock::system(), |_| {}).await
    }

    /// A server with another clock or other settings.
    pub async fn start_with(engine: Engine, clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let place = TestPlace::new(engine).await;
        let mut settings = Settings { data: place.folder().to_owned(), ..Settings::default() };
        settings.http.listen = ([127, 0, 0, 1], 0).into();
        settings.http.workers = Some(2);
        settings.database.url = place.database_url();
        settings.database.sqlite_sync = Sync::Normal;
        settings.limits.requests_per_second = 10_000;
        settings.limits.anonymous_per_second = 10_000;
        change(&mut settings);
        let app = App::start(&settings, clock).await.unwrap();
        let operator = OperatorToken::read(place.folder()).unwrap().unwrap();
        let (known, tenants) = (Mutex::default(), Mutex::default());
        Self { app, http: reqwest::Client::new(), operator, known, tenants, _place: place }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.app.address.to_string()
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// The business with this slug, brought to life at its first mention.
    pub async fn tenant(&self, slug: &str) -> TestTenant<'_> {
        self.tenant_with(slug, json!({})).await
    }

    /// A business with these modules switched on or off.
    pub async fn tenant_with(&self, slug: &str, modules: Value) -> TestTenant<'_> {
        let found = self.tenants.lock().unwrap().get(slug).cloned();
        if let Some(tenant) = found {
            return TestTenant { server: self, tenant };
        }
        let document = json!({
            "business": { "name": slug, "slug": slug, "locale": "en-GB", "time_zone": "Europe/Berlin",
                "currency": "EUR" },
            "admin": { "email": format!("admin@{slug}.example"), "name": "Admin", "password": password("admin") },
            "modules": modules,
        });
        let plan = activation::parse(document.to_string().as_bytes()).unwrap();
        let done = self.activation().activate(&plan, &mut |_| Ok(())).await.unwrap();
        self.tenants.lock().unwrap().insert(slug.to_owned(), done.tenant.clone());
        TestTenant { server: self, tenant: done.tenant }
    }

    pub fn activation(&self) -> Activation {
        let App { store, clock, identity, .. } = &self.app;
        let (store, clock, identity) = (store.clone(), clock.clone(), identity.clone());
        Activation { store, clock, identity, catalogs: Catalogs::new(modules()) }
    }

    /// The operator of the platform.
    pub fn operator(&self) -> Client {
        self.client(Some(self.operator.clone()), None)
    }

    /// Someone who is not signed in.
    pub fn nobody(&self) -> Client {
        self.client(None, None)
    }

    /// Someone with a token of any kind.
    pub fn holder(&self, token: &str) -> Client {
        self.client(Some(token.to_owned()), None)
    }

    fn client(&self, token: Option<String>, user: Option<UserId>) -> Client {
        Client { http: self.http.clone(), base: format!("http://{}", self.app.address), token, user }
    }

    /// Lets every business leave memory.
    pub async fn passivate_all(&self) {
        let tenants: Vec<TenantId> = self.tenants.lock().unwrap().values().map(|tenant| tenant.id).collect();
        for tenant in tenants {
            self.app.tenants.stop(tenant).await;
        }
    }

    /// Makes the live actor of a document panic.
    pub async fn crash_document(&self, slug: &str, id: DocumentId) {
        let tenant = self.tenants.lock().unwrap()[slug].id;
        let env = self.app.tenants.wake(tenant).await.unwrap();
        let Some(document) = env.registrar::<Document>().peek(id).await else { return };
        assert!(document.send(Crash).await.is_err(), "the document did not crash");
    }

    /// Makes the live actor of a room panic.
    pub async fn crash_room(&self, slug: &str, id: RoomId) {
        let tenant = self.tenants.lock().unwrap()[slug].id;
        let env = self.app.tenants.wake(tenant).await.unwrap();
        let Some(room) = env.registrar::<Room>().peek(id).await else { return };
        assert!(room.send(CrashRoom).await.is_err(), "the room did not crash");
    }

    /// Stops the server; every event must have been delivered and every actor must have ended.
    pub async fn finish(self) {
        let tenants: Vec<_> = self.tenants.lock().unwrap().drain().collect();
        for (slug, tenant) in tenants {
            self.wait_delivered(&slug, tenant.id).await;
        }
        let awake = self.app.tenants.clone();
        tokio::time::timeout(PATIENCE, self.app.stop()).await.expect("the server stops in time");
        assert_eq!(awake.awake(), 0, "a tenant is still awake after the stop");
    }

    /// Stops the server and leaves its place to another one.
    pub async fn leave(self) -> TestPlace {
        let Self { app, _place, .. } = self;
        tokio::time::timeout(PATIENCE, app.stop()).await.expect("the server stops in time");
        _place
    }

    async fn wait_delivered(&self, slug: &str, tenant: TenantId) {
        // What a suspended business wrote waits until it is resumed.
        if self.app.identity.check_open(tenant).await.is_err() {
            return;
        }
        let mut left = Vec::new();
        for _ in 0..200 {
            left = match self.app.store.outbox_batch(tenant, 10).await {
                Ok(left) if left.is_empty() => return,
                Ok(left) => left,
                // The test has deleted it.
                Err(_) => return,
            };
            tokio::time::sleep(PATIENCE / 200).await;
        }
        panic!("events of {slug} were not delivered: {left:?}");
    }
}

impl TestTenant<'_> {
    pub fn id(&self) -> TenantId {
        self.tenant.id
    }

    /// The program itself, with every right in this business.
    pub fn operator_scope(&self) -> Scope {
        Scope { role: Role::PlatformAdmin, ..Scope::system(self.tenant.id) }
    }

    /// A person without special rights.
    pub async fn user(&self, name: &str) -> Client {
        self.someone(name, Role::TenantUser).await
    }

    /// A person with a role, made and signed in at first mention.
    pub async fn someone(&self, name: &str, role: Role) -> Client {
        let key = (self.tenant.slug.clone(), name.to_owned());
        if let Some(client) = self.server.known.lock().unwrap().get(&key) {
            return client.clone();
        }
        let identity = &self.server.app.identity;
        let new = NewPerson {
            email: EmailAddress::parse(&self.email(name)).unwrap(),
            name: PersonName::parse(name).unwrap(),
            role,
            password: Some(Password::parse(password(name)).unwrap()),
        };
        let (person, _) = identity.add_person(&self.operator_scope(), new).await.unwrap();
        let user = person.id;
        let signed_in = identity.open_session(self.tenant.clone(), person).await.unwrap();
        let client = self.server.client(Some(signed_in.token), Some(user));
        self.server.known.lock().unwrap().insert(key, client.clone());
        client
    }

    /// The administrator with whom the business began, signed in anew.
    pub async fn admin(&self) -> Client {
        let identity = &self.server.app.identity;
        let email = EmailAddress::parse(&self.email("admin")).unwrap();
        let person = identity.person_by_email(self.tenant.id, &email).await.unwrap();
        let user = person.id;
        let signed_in = identity.open_session(self.tenant.clone(), person).await.unwrap();
        self.server.client(Some(signed_in.token), Some(user))
    }

    pub fn email(&self, name: &str) -> String {
        format!("{name}@{}.example", self.tenant.slug)
    }
}

/// The password of everyone with this name.
pub fn password(name: &str) -> String {
    format!("password of {name}")
}

/// A path below `/api/v1`, or one from the root when it begins with `//`.
fn address(base: &str, path: &str) -> String {
    match path.strip_prefix("//") {
        Some(path) => format!("{base}/{path}"),
        None => format!("{base}/api/v1{path}"),
    }
}

impl Client {
    pub fn user_id(&self) -> UserId {
        self.user.unwrap()
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// A request below `/api/v1`, with the client's token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, address(&self.base, path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.unwrap()
    }

    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.request(Method::PUT, path).json(&body).send().await.unwrap()
    }

    pub async fn patch(&self, path: &str, body: Value) -> Response {
        self.request(Method::PATCH, path).json(&body).send().await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.unwrap()
    }

    pub async fn upload(&self, path: &str, media_type: &str, body: Vec<u8>) -> Response {
        let request = self.request(Method::POST, path).header("content-type", media_type);
        request.body(body).send().await.unwrap()
    }
}

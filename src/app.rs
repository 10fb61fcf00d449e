//! The composition root: the only file that names every feature.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web::{self, Data, ServiceConfig};
use futures::FutureExt as _;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::actors::{Alarms, Arbiters, Clock, Exit, Outbox, Root, TenantError, Tenants, TenantsConfig};
use crate::business::activation::{self, Activation};
use crate::business::crm::{self, http::Forms};
use crate::business::engine::catalog::Catalogs;
use crate::business::engine::import::Running;
use crate::business::engine::live::RecordsLive;
use crate::business::engine::{self, Engine};
use crate::business::modules;
use crate::config::Settings;
use crate::office::admin;
use crate::office::chat::hooks::key::BaseUrl;
use crate::office::chat::{
    self, hooks::answers::HookAnswers, previews::Previews, profiles::AllProfiles, service::Chat,
};
use crate::office::documents::limits::DocumentLimits;
use crate::office::documents::{self, http::Documents, upgrade::SyncUpgrade};
use crate::office::identity::{self, Identity, IdentitySettings, OperatorToken};
use crate::office::notify::{self, Notify, http::Notifications};
use crate::office::webhooks::messages::TakesAnswers;
use crate::office::webhooks::{self, Webhooks};
use crate::protocols::http::health::{self, Health};
use crate::protocols::http::listener::Listener;
use crate::protocols::http::outbound::{GuardedClient, Policy};
use crate::protocols::http::problem::ApiError;
use crate::protocols::http::rate_limit::{Rate, RateLimits};
use crate::protocols::http::scoped::Authenticator;
use crate::protocols::http::security::Https;
use crate::protocols::http::upgrade::{UpgradeHandler, UpgradeHandlers};
use crate::protocols::http::{json, openapi};
use crate::protocols::ws::live::asyncapi::{self, AsyncApi};
use crate::protocols::ws::live::hub::Hubs;
use crate::protocols::ws::live::session;
use crate::protocols::ws::live::upgrade::LiveUpgrade;
use crate::protocols::ws::live::{Feature, Live};
use crate::store::{Store, StoreConfig, StoreError};

/// A running server.
pub struct App {
    pub address: SocketAddr,
    pub store: Store,
    pub clock: Clock,
    pub tenants: Tenants,
    pub identity: Identity,
    health: Arc<Health>,
    listener: Listener,
    arbiters: Arbiters,
    root: Root,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the address {0} cannot be listened on: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("no thread can be started: {0}")]
    Threads(std::io::Error),
    #[error("the actors do not start: {0:?}")]
    Actors(Exit),
    #[error("the operator's token can be neither read nor written: {0}")]
    Token(std::io::Error),
    #[error(transparent)]
    Metrics(#[from] ApiError),
}

impl App {
    /// Starts everything: store, actors, and the listener last.
    ///
    /// # Errors
    /// `StartError` says which part does not start.
    pub async fn start(settings: &Settings, clock: Clock) -> Result<Self, StartError> {
        let store = Store::open(&StoreConfig::from(settings)).await?;
        let arbiters = Arbiters::start(settings.workers()).map_err(StartError::Threads)?;
        let identity = Identity::new(store.clone(), clock.clone(), identity_settings(settings)?);
        let (hubs, profiles) = (Hubs::new(clock.clone()), AllProfiles::default());
        let notify = notify(settings, &identity, &hubs);
        let catalogs = Catalogs::new(modules());
        let tenants = tenants(settings, &store, &clock, &arbiters, &notify, &profiles, &catalogs);
        let outbox = Outbox::child(store.clone(), tenants.clone(), clock.clone());
        let alarms = Alarms::child(store.clone(), tenants.clone(), clock.clone());
        let children = vec![tenants.child(), outbox, alarms];
        let root = Root::start(children, clock.clone()).await.map_err(StartError::Actors)?;
        let (metrics, draining) = (health::count()?, AtomicBool::new(false));
        let health = Arc::new(Health { store: store.clone(), metrics, draining });
        let chat = Chat {
            store: store.clone(),
            clock: clock.clone(),
            tenants: tenants.clone(),
            identity: identity.clone(),
            hubs,
            profiles,
            client: notify.client.clone(),
            hook_limits: RateLimits::new(HOOKS, UNKNOWN_HOOKS),
            base_url: BaseUrl::default(),
        };
        let parts = Parts::new(settings, chat, notify, health.clone(), catalogs);
        let upgrades = upgrades(&parts, &arbiters);
        let base_url = parts.chat.base_url.clone();
        let listen = settings.http.listen;
        let listener =
            Listener::start(listen, settings.workers(), upgrades, move |config| routes(config, &parts))
                .map_err(|error| StartError::Listen(listen, error))?;
        let address = listener.address;
        let own = format!("http://{address}");
        base_url.set(settings.http.public_url.as_deref().unwrap_or(&own));
        Ok(Self { address, store, clock, tenants, identity, health, listener, arbiters, root })
    }

    /// Waits until the actors have given up, which they do only when nothing can go on.
    pub async fn ended(&self) -> Exit {
        self.root.ended().await
    }

    /// Stops everything in the opposite order; returns when all that was accepted is stored.
    pub async fn stop(self) {
        self.health.draining.store(true, Ordering::Relaxed);
        // Requests under way and the actors end side by side: neither waits for the other's time.
        futures::join!(self.listener.stop(), self.root.stop());
        self.arbiters.stop().await;
    }
}

/// What the routes work with; every HTTP thread has its own.
#[derive(Clone)]
struct Parts {
    chat: Chat,
    catalogs: Catalogs,
    running: Running,
    limits: DocumentLimits,
    mentions: RateLimits,
    forms: RateLimits,
    notify: Notify,
    health: Arc<Health>,
    api: Arc<OpenApi>,
    https: Https,
}

impl Parts {
    fn new(settings: &Settings, chat: Chat, notify: Notify, health: Arc<Health>, catalogs: Catalogs) -> Self {
        Self {
            chat,
            catalogs,
            running: Running::default(),
            limits: settings.documents.clone(),
            mentions: RateLimits::new(MENTIONS, MENTIONS),
            forms: Forms::limits(),
            notify,
            health,
            api: Arc::new(api()),
            https: Https(settings.is_secure()),
        }
    }

    fn documents(&self) -> Documents {
        let Chat { store, clock, tenants, identity, .. } = self.chat.clone();
        let (limits, mentions) = (self.limits.clone(), self.mentions.clone());
        Documents { store, clock, tenants, identity, limits, mentions }
    }

    fn engine(&self) -> Engine {
        let Chat { store, clock, tenants, identity, hubs, client, .. } = self.chat.clone();
        Engine {
            store,
            clock,
            tenants,
            identity,
            catalogs: self.catalogs.clone(),
            running: self.running.clone(),
            hubs,
            client,
        }
    }

    fn notifications(&self) -> Notifications {
        let Chat { store, clock, .. } = self.chat.clone();
        Notifications { store, clock, notify: self.notify.clone() }
    }
}

fn routes(config: &mut ServiceConfig, parts: &Parts) {
    let authenticator: Arc<dyn Authenticator> = Arc::new(parts.chat.identity.clone());
    config
        .app_data(Data::new(authenticator))
        .app_data(Data::new(parts.chat.clock.clone()))
        .app_data(Data::new(parts.https))
        .app_data(Data::from(parts.health.clone()))
        .app_data(Data::new(live_api()))
        .app_data(Data::from(parts.api.clone()));
    json::configure(config);
    health::configure(config);
    openapi::configure(config);
    asyncapi::configure(config);
    let v1 = web::scope("/api/v1")
        .configure(|v1| identity::http::configure(v1, parts.chat.identity.clone()))
        .configure(|v1| documents::http::configure(v1, parts.documents()))
        .configure(|v1| notify::http::configure(v1, parts.notifications()))
        .configure(|v1| chat::http::configure(v1, parts.chat.clone()))
        .configure(|v1| engine::http::configure(v1, parts.engine()))
        .configure(|v1| {
            crm::http::configure(v1, Forms { engine: parts.engine(), limits: parts.forms.clone() })
        })
        .configure(|v1| admin::http::configure(v1, parts.chat.tenants.clone()))
        .configure(|v1| {
            let Chat { store, clock, identity, .. } = parts.chat.clone();
            let catalogs = parts.catalogs.clone();
            activation::http::configure(v1, Activation { store, clock, identity, catalogs });
        });
    config.service(v1);
}

/// The description of every route.
#[must_use]
pub fn api() -> OpenApi {
    openapi::assemble([
        identity::http::openapi(),
        documents::http::openapi(),
        notify::http::openapi(),
        chat::http::openapi(),
        engine::http::openapi(),
        crm::http::openapi(),
        admin::http::Api::openapi(),
        activation::http::openapi(),
        health::Api::openapi(),
        asyncapi::Api::openapi(),
    ])
}

/// The description of the live socket.
#[must_use]
pub fn live_api() -> AsyncApi {
    let mut entries = session::live_api();
    entries.extend(notify::told::live_api());
    entries.extend(chat::told::live_api());
    entries.extend(engine::told::live_api());
    asyncapi::assemble(entries)
}

fn upgrades(parts: &Parts, arbiters: &Arbiters) -> UpgradeHandlers {
    let sync: Arc<dyn UpgradeHandler> = Arc::new(SyncUpgrade { documents: parts.documents() });
    let live: Arc<dyn UpgradeHandler> = Arc::new(LiveUpgrade {
        live: Live {
            features: features(parts),
            hubs: parts.chat.hubs.clone(),
            clock: parts.chat.clock.clone(),
        },
        doorkeeper: Arc::new(parts.chat.identity.clone()),
        arbiters: arbiters.clone(),
    });
    Arc::from([sync, live])
}

/// What speaks on the live socket.
fn features(parts: &Parts) -> Arc<[Arc<dyn Feature>]> {
    let records = |prefix| RecordsLive { engine: parts.engine(), prefix };
    Arc::from([
        chat::live::feature(parts.chat.clone()),
        Arc::new(records("list")) as Arc<dyn Feature>,
        Arc::new(records("record")),
    ])
}

fn tenants(
    settings: &Settings,
    store: &Store,
    clock: &Clock,
    arbiters: &Arbiters,
    notify: &Notify,
    profiles: &AllProfiles,
    catalogs: &Catalogs,
) -> Tenants {
    let limits = settings.documents.clone();
    let (identity, hubs, notify) = (notify.identity.clone(), notify.hubs.clone(), notify.clone());
    let (profiles, catalogs) = (profiles.clone(), catalogs.clone());
    let previews = previews(settings, &notify.client);
    let answers = Arc::from([
        Arc::new(HookAnswers(identity.clone())) as Arc<dyn TakesAnswers>,
        Arc::new(engine::hooks::HookAnswers),
    ]);
    let webhooks = Webhooks { client: notify.client.clone(), answers };
    Tenants::new(TenantsConfig {
        store: store.clone(),
        clock: clock.clone(),
        arbiters: arbiters.clone(),
        children: Arc::new(move |tenant| {
            // First those that hear of what the others do.
            let mut children = notify::children(tenant, &notify);
            children.extend(documents::children(tenant, &limits));
            children.push(identity::sockets::child(tenant, &hubs));
            let (identity, previews) = (&notify.identity, previews.as_ref());
            children.extend(webhooks::children(tenant, &webhooks));
            children.extend(chat::children(tenant, identity, &hubs, &profiles, previews));
            children.extend(engine::children(tenant, identity, &catalogs));
            children
        }),
        check: Arc::new(move |tenant| {
            let identity = identity.clone();
            async move { identity.check_open(tenant).await.map_err(TenantError::from) }.boxed()
        }),
        idle: Duration::from_secs(settings.tenant_idle_seconds),
    })
}

/// How previews are made; none when they are switched off.
fn previews(settings: &Settings, client: &GuardedClient) -> Option<Previews> {
    let own = settings.http.public_url.as_deref().and_then(|url| url.parse().ok());
    settings.chat.link_previews.then(|| Previews { client: client.clone(), own })
}

fn notify(settings: &Settings, identity: &Identity, hubs: &Hubs) -> Notify {
    let (identity, hubs) = (identity.clone(), hubs.clone());
    let client = GuardedClient::new(Policy { loopback: settings.outbound.loopback });
    // RFC 8292, 2.1: an address of the sender, by HTTPS.
    let contact = settings.http.public_url.clone().filter(|url| url.starts_with("https://"));
    Notify { identity, hubs, client, contact }
}

/// How identity works in this installation.
///
/// # Errors
/// `StartError::Token` when the operator's token can be neither read nor written.
pub fn identity_settings(settings: &Settings) -> Result<IdentitySettings, StartError> {
    let rate = |per_second: u32| {
        let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        Rate { per_second, burst: per_second.saturating_mul(FIVE) }
    };
    Ok(IdentitySettings {
        secure_cookies: settings.is_secure(),
        public_url: settings.http.public_url.as_ref().map(|url| url.to_lowercase()),
        behind_proxy: settings.http.behind_proxy,
        hashing: settings.workers(),
        operator: Some(OperatorToken::load_or_make(&settings.data).map_err(StartError::Token)?),
        principal: rate(settings.limits.requests_per_second),
        address: rate(settings.limits.anonymous_per_second),
    })
}

/// How often one incoming webhook speaks.
const HOOKS: Rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN.saturating_add(29) };
/// How often one address asks for hooks that are none.
const UNKNOWN_HOOKS: Rate =
    Rate { per_second: NonZeroU32::MIN.saturating_add(4), burst: NonZeroU32::MIN.saturating_add(49) };
/// How often one person mentions others in documents.
const MENTIONS: Rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN.saturating_add(29) };
/// Seconds of requests that may come at once.
const FIVE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);

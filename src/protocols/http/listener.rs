//! The HTTP server: actix's HTTP/1 service, with upgraded connections given away.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_server::{Server, ServerHandle};
use actix_service::map_config;
use actix_web::dev::AppConfig;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};

use super::upgrade::{self, UpgradeHandlers};
use super::{request_log, security, static_files, unread};

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long requests under way may take to end when the server stops.
const DRAIN_SECONDS: u64 = 3;

/// A listening server.
pub struct Listener {
    pub address: SocketAddr,
    handle: ServerHandle,
}

impl Listener {
    /// Listens on `address` and serves what `configure` adds, on `workers` threads.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn start(
        address: SocketAddr,
        workers: usize,
        handlers: UpgradeHandlers,
        configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        let (listener, address) = bind(address)?;
        let builder = Server::build().workers(workers).disable_signals().shutdown_timeout(DRAIN_SECONDS);
        // Idle connections end at once when the server stops, instead of at the end of their keep-alive.
        let stopping = builder.graceful_shutdown_signal();
        let server = builder
            .listen("http", listener, move || {
                let configure = configure.clone();
                let app = actix_web::App::new()
                    .wrap(Compress::default())
                    .wrap(from_fn(security::middleware))
                    .wrap(from_fn(request_log::middleware))
                    .wrap(from_fn(unread::middleware))
                    .configure(configure)
                    .default_service(web::to(static_files::serve));
                let stopping = stopping.clone();
                HttpService::build()
                    .graceful_shutdown_signal(move || {
                        let stopping = stopping.clone();
                        async move { stopping.notified().await }
                    })
                    .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
                    .client_request_timeout(HEAD_TIMEOUT)
                    .client_disconnect_timeout(Duration::from_secs(1))
                    .local_addr(address)
                    .upgrade(upgrade::service(handlers.clone()))
                    .h1(map_config(app, |_| AppConfig::default()))
                    .tcp()
            })?
            .run();
        let handle = server.handle();
        actix_rt::spawn(server);
        Ok(Self { address, handle })
    }

    /// Accepts no more connections and waits for the requests under way.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

fn bind(address: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

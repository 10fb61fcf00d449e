//! `kontor activate`: a business from one file, in the folder itself or through a running server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::actors::Clock;
use crate::app;
use crate::business::activation::connect::DomainJson;
use crate::business::activation::{Activated, Activation, ActivationError, Plan, parse};
use crate::business::engine::Catalogs;
use crate::business::modules;
use crate::config::Settings;
use crate::office::identity::{Identity, OperatorToken};
use crate::store::{Store, StoreConfig};

use super::{Failure, operate, serve};

/// The file has faults.
const FAULTS: u8 = 2;

#[derive(clap::Args)]
pub(super) struct Activate {
    /// The business, in JSON
    file: PathBuf,
    /// Through the server at this address, which may run on another machine
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Token of the operator or of an administrator of the platform [default: the one in the folder]
    #[arg(long, value_name = "TOKEN", env = "KONTOR_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

pub(super) fn activate(settings: &Settings, command: &Activate) -> Result<ExitCode, Failure> {
    let text =
        std::fs::read(&command.file).map_err(|error| format!("{}: {error}", command.file.display()))?;
    let plan = match parse(&text) {
        Ok(plan) => plan,
        Err(ActivationError::Faults(faults)) => {
            eprintln!("kontor: {} cannot be activated:", command.file.display());
            for fault in faults {
                eprintln!("  {}: {}", fault.path, fault.message);
            }
            return Ok(ExitCode::from(FAULTS));
        }
        Err(error) => return Err(error.into()),
    };
    operate::run(async {
        match &command.server {
            Some(server) => remote(settings, command, server, text).await,
            None => local(settings, &plan).await,
        }
    })
}

async fn local(settings: &Settings, plan: &Plan) -> Result<ExitCode, Failure> {
    let _lock = serve::lock(&settings.data)?;
    let store = Store::open(&StoreConfig::from(settings)).await?;
    let clock = Clock::system();
    let identity = Identity::new(store.clone(), clock.clone(), app::identity_settings(settings)?);
    let catalogs = Catalogs::new(modules());
    let activation = Activation { store: store.clone(), clock, identity, catalogs };
    let done = activation.activate(plan, &mut |_| Ok(())).await?;
    store.release(done.tenant.id).await;
    tell(settings, &done);
    Ok(ExitCode::SUCCESS)
}

fn tell(settings: &Settings, done: &Activated) {
    headline(&done.tenant.name, &done.tenant.slug, done.created);
    let address = settings.http.public_url.clone();
    println!("  address  {}", address.unwrap_or_else(|| format!("http://{}", settings.http.listen)));
    for account in &done.accounts {
        sign_in(account.email.as_str(), account.password.as_ref().map(|password| password.as_str()));
    }
    done.domains.iter().for_each(zone);
}

/// What is to be entered in DNS, in the form of a zone file.
fn zone(domain: &DomainJson) {
    let state = if domain.verified_at.is_some() { "verified" } else { "not verified yet" };
    println!("  domain   {}  ({state}), to be entered in DNS:", domain.host);
    for record in &domain.records {
        let quote = if record.kind == "TXT" { "\"" } else { "" };
        println!("    {}. IN {} {quote}{}{quote}", record.name, record.kind, record.value);
    }
}

fn headline(name: &str, slug: &str, created: bool) {
    println!("{name} ({slug}) {}", if created { "is alive" } else { "was alive already" });
}

fn sign_in(email: &str, made_up: Option<&str>) {
    match made_up {
        Some(password) => println!("  sign in  {email}  password {password}  (shown once)"),
        None => println!("  sign in  {email}"),
    }
}

async fn remote(
    settings: &Settings,
    command: &Activate,
    server: &str,
    text: Vec<u8>,
) -> Result<ExitCode, Failure> {
    let token = token(&settings.data, command)?;
    let server = server.trim_end_matches('/');
    let answer = reqwest::Client::new()
        .post(format!("{server}/api/v1/activations"))
        .bearer_auth(token)
        .header("content-type", "application/json")
        .body(text)
        .send()
        .await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    if status.is_success() {
        tell_remote(server, &body);
        return Ok(ExitCode::SUCCESS);
    }
    let faults = body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    if faults.is_empty() {
        return Err(format!("{server}: {status}: {}", body["detail"].as_str().unwrap_or_default()).into());
    }
    for fault in faults {
        let part = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        eprintln!("  {}: {}", part("path"), part("message"));
    }
    Ok(ExitCode::from(FAULTS))
}

fn tell_remote(server: &str, body: &Value) {
    let tenant = &body["tenant"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    headline(&text(&tenant["name"]), &text(&tenant["slug"]), body["created"] == Value::Bool(true));
    println!("  address  {server}");
    for account in std::iter::once(&body["admin"]).chain(body["users"].as_array().into_iter().flatten()) {
        sign_in(&text(&account["email"]), account["password"].as_str());
    }
}

fn token(data: &Path, command: &Activate) -> Result<String, Failure> {
    if let Some(token) = &command.token {
        return Ok(token.clone());
    }
    let found = OperatorToken::read(data).map_err(|error| format!("{}: {error}", data.display()))?;
    found.ok_or_else(|| format!("no server has worked on {}: say --token", data.display()).into())
}

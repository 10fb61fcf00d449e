//! What an operator does on the machine itself: businesses, people, backups.

use std::io::{BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::actors::Clock;
use crate::app;
use crate::config::Settings;
use crate::ids::TenantId;
use crate::office::identity::messages::{self, ChangePerson, NewPerson, Password, PersonName, Status};
use crate::office::identity::{EmailAddress, Identity};
use crate::scope::{Role, Scope};
use crate::store::{self, Store, StoreConfig};

use super::{Failure, serve};

#[derive(Subcommand)]
pub(super) enum Tenant {
    /// List all businesses
    List,
    /// Refuse sign-ins to a business; its data stays
    Suspend { slug: String },
    /// Let people sign in to a suspended business again
    Resume { slug: String },
    /// Write a business with all its files to one file
    Export {
        slug: String,
        /// A new file
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Bring an exported business into this installation
    Import { file: PathBuf },
    /// Delete a business with everything in it, for ever
    Delete {
        slug: String,
        /// Say that this is meant
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum User {
    /// Add a person; a missing password is made up and shown once
    Add {
        /// The business, by its slug
        #[arg(long)]
        tenant: String,
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// tenant_guest, tenant_user, tenant_admin or platform_admin
        #[arg(long, default_value = "tenant_user")]
        role: Role,
        #[arg(long, env = "KONTOR_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Give a person another password; their sign-ins end
    Passwd {
        /// The business, by its slug
        #[arg(long)]
        tenant: String,
        #[arg(long)]
        email: String,
        #[arg(long, env = "KONTOR_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
}

/// The store of an installation that no server works on.
struct Installation {
    store: Store,
    identity: Identity,
    _lock: std::fs::File,
}

impl Installation {
    async fn open(settings: &Settings) -> Result<Self, Failure> {
        let lock = serve::lock(&settings.data)?;
        let store = Store::open(&StoreConfig::from(settings)).await?;
        let identity = Identity::new(store.clone(), Clock::system(), app::identity_settings(settings)?);
        Ok(Self { store, identity, _lock: lock })
    }

    async fn tenant(&self, slug: &str) -> Result<messages::Tenant, Failure> {
        let found = self.identity.tenant_by_slug(slug).await?;
        found.ok_or_else(|| format!("there is no business {slug:?}; `kontor tenant list` shows all").into())
    }
}

pub(super) fn tenant(settings: &Settings, command: &Tenant) -> Result<(), Failure> {
    run(async {
        let here = Installation::open(settings).await?;
        match command {
            Tenant::List => list(&here).await,
            Tenant::Suspend { slug } => set_status(&here, slug, Status::Suspended).await,
            Tenant::Resume { slug } => set_status(&here, slug, Status::Active).await,
            Tenant::Export { slug, output } => export(&here, slug, output).await,
            Tenant::Import { file } => import(&here, file).await,
            Tenant::Delete { slug, yes } => delete(&here, slug, *yes).await,
        }
    })
}

async fn list(here: &Installation) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let page = here.identity.list_tenants(after, 200).await?;
        for tenant in &page {
            println!("{}\t{}\t{}\t{}", tenant.id, tenant.slug, tenant.status.as_str(), tenant.name);
        }
        match page.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(()),
        }
    }
}

async fn set_status(here: &Installation, slug: &str, status: Status) -> Result<(), Failure> {
    let tenant = here.tenant(slug).await?;
    here.identity.set_tenant_status(tenant.id, status).await?;
    println!("{slug} is {}", status.as_str());
    Ok(())
}

async fn export(here: &Installation, slug: &str, output: &Path) -> Result<(), Failure> {
    let tenant = here.tenant(slug).await?;
    let broken = |error| format!("{}: {error}", output.display());
    // It holds the tenant's secrets: for the eyes of its owner only.
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(output);
    let written = store::export(&here.store, tenant.id, BufWriter::new(file.map_err(broken)?)).await?;
    written.get_ref().sync_all().map_err(broken)?;
    println!("{slug} is in {}", output.display());
    Ok(())
}

async fn import(here: &Installation, file: &Path) -> Result<(), Failure> {
    let opened = std::fs::File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let tenant = store::import(&here.store, BufReader::new(opened)).await?;
    let tenant = here.identity.tenant(tenant).await?;
    println!("{} is here, as it was", tenant.slug);
    Ok(())
}

async fn delete(here: &Installation, slug: &str, yes: bool) -> Result<(), Failure> {
    let tenant = here.tenant(slug).await?;
    if !yes {
        return Err(format!("this deletes {:?} for ever; say --yes if it is meant", tenant.name).into());
    }
    here.identity.delete_tenant(tenant.id).await?;
    println!("{slug} is deleted");
    Ok(())
}

pub(super) fn user(settings: &Settings, command: &User) -> Result<(), Failure> {
    run(async {
        let here = Installation::open(settings).await?;
        match command {
            User::Add { tenant, email, name, role, password } => {
                let scope = operator(here.tenant(tenant).await?.id);
                let password = password.as_deref().map(Password::parse).transpose()?;
                let (email, name) = (EmailAddress::parse(email)?, PersonName::parse(name)?);
                let new = NewPerson { email, name, role: *role, password };
                let (person, made_up) = here.identity.add_person(&scope, new).await?;
                println!("{} may sign in to {tenant}", person.email);
                tell(made_up.as_ref());
            }
            User::Passwd { tenant, email, password } => {
                let id = here.tenant(tenant).await?.id;
                let person = here.identity.person_by_email(id, &EmailAddress::parse(email)?).await?;
                let made_up = match password {
                    Some(_) => None,
                    None => Some(here.identity.make_up_password()?),
                };
                let password = match password {
                    Some(text) => Some(Password::parse(text.as_str())?),
                    None => made_up.clone(),
                };
                let change = ChangePerson { password, ..ChangePerson::default() };
                here.identity.change_person(&operator(id), person.id, change).await?;
                println!("{email} has another password, and is signed out everywhere");
                tell(made_up.as_ref());
            }
        }
        Ok(())
    })
}

/// Whoever can write the folder may do everything.
fn operator(tenant: TenantId) -> Scope {
    Scope { role: Role::PlatformAdmin, ..Scope::system(tenant) }
}

fn tell(made_up: Option<&Password>) {
    if let Some(password) = made_up {
        println!("password (shown once): {}", password.as_str());
    }
}

pub(super) fn backup(settings: &Settings, target: &Path) -> Result<(), Failure> {
    run(async {
        // Beside a running server: a backup only reads.
        let store = Store::open(&StoreConfig::from(settings)).await?;
        let made = store::backup(&store, target).await?;
        store.close().await;
        println!("{} database files and {} blobs are in {}", made.files, made.blobs, target.display());
        for missing in made.missing {
            println!("{missing}");
        }
        Ok(())
    })
}

pub(super) fn migrate(settings: &Settings) -> Result<(), Failure> {
    run(async {
        let _lock = serve::lock(&settings.data)?;
        Store::open(&StoreConfig::from(settings)).await?;
        println!("the database is up to date");
        Ok(())
    })
}

/// Runs one job on this thread.
pub(super) fn run<T>(job: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(job)
}

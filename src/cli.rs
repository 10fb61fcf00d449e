//! The command line: what can be told to Kontor from a shell.

mod activate;
mod chat;
mod operate;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{ConfigError, Flags, LogFormat, Settings};

/// The office and the business of a company in one self-hosted binary.
#[derive(Parser)]
#[command(name = "kontor", version, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  kontor activate examples/acme.json --data ./data    bring a business to life
  kontor serve --data ./data                          serve it on http://127.0.0.1:8080
  kontor serve --database postgres://kontor@localhost/kontor
  kontor tenant export acme --output acme.kontor      take a business along

Settings come from a TOML file (--config), from variables such as KONTOR__HTTP__LISTEN=0.0.0.0:80,
and from flags; later ones win.";

#[derive(Args)]
struct Common {
    /// Settings file in TOML
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder that holds everything [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDR")]
    http: Option<String>,
    /// PostgreSQL instead of SQLite files: postgres://USER@HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM
    Serve,
    /// Bring a business to life from one JSON document
    #[command(after_help = "The file:
  {\"business\": {\"name\", \"slug\", \"locale\", \"time_zone\", \"currency\"},
   \"admin\": {\"email\", \"name\", \"password\"?},
   \"users\": [{\"email\", \"name\", \"role\", \"password\"?}], \"modules\": {\"crm\": true}}
A missing password is made up and shown once. Sent again, the same file changes nothing.")]
    Activate(activate::Activate),
    /// Look after the businesses of this installation
    #[command(subcommand)]
    Tenant(operate::Tenant),
    /// Look after the people of a business
    #[command(subcommand)]
    User(operate::User),
    /// Take in what was said in another system
    #[command(subcommand)]
    Chat(chat::Chat),
    /// Copy everything to a folder, consistently, while the server runs or not
    Backup {
        /// A new folder
        target: PathBuf,
    },
    /// Bring the database up to date without serving
    Migrate,
    /// Print the OpenAPI document
    Openapi,
    /// Print the AsyncAPI document of the live socket
    Asyncapi,
}

/// Why a command has failed, for people.
type Failure = Box<dyn std::error::Error>;

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // One TLS for everything that connects; a second installation is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match execute(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kontor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode, Failure> {
    let settings = || load(&cli.common);
    match &cli.command {
        Command::Openapi => println!("{}", crate::app::api().to_pretty_json()?),
        Command::Asyncapi => println!("{}", serde_json::to_string_pretty(&crate::app::live_api())?),
        Command::Serve => {
            let settings = settings()?;
            start_log(&settings);
            serve::serve(settings)?;
        }
        Command::Activate(command) => return activate::activate(&settings()?, command),
        Command::Tenant(command) => operate::tenant(&settings()?, command)?,
        Command::User(command) => operate::user(&settings()?, command)?,
        Command::Chat(command) => chat::chat(&settings()?, command)?,
        Command::Backup { target } => operate::backup(&settings()?, target)?,
        Command::Migrate => operate::migrate(&settings()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn load(common: &Common) -> Result<Settings, ConfigError> {
    Settings::load(&Flags {
        config: common.config.clone(),
        data: common.data.clone(),
        http: common.http.clone(),
        database: common.database.clone(),
    })
}

fn start_log(settings: &Settings) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(&settings.log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log.format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().init(),
    }
}

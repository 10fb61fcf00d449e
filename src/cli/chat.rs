//! `kontor chat`: takes in what was said in another system, while no server works on the folder.

use std::path::PathBuf;

use clap::Subcommand;

use crate::actors::Clock;
use crate::config::Settings;
use crate::office::chat::import::report::ImportProgress;
use crate::office::chat::import::{Format, Importer, Options};

use super::Failure;
use super::operate::{Installation, operator, run};

#[derive(Subcommand)]
pub(super) enum Chat {
    /// Import the export of a Slack workspace or of Mattermost; done again, it adds nothing twice
    Import {
        /// The business, by its slug
        #[arg(long)]
        tenant: String,
        /// slack (the ZIP of a workspace export) or mattermost (bulk export, JSON lines or ZIP)
        #[arg(long)]
        format: Format,
        /// Merge public channels into public channels of the same name
        #[arg(long)]
        merge: bool,
        file: PathBuf,
    },
}

pub(super) fn chat(settings: &Settings, command: &Chat) -> Result<(), Failure> {
    let Chat::Import { tenant, format, merge, file } = command;
    let opened = std::fs::File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    run(async {
        let here = Installation::open(settings).await?;
        let scope = operator(here.tenant(tenant).await?.id);
        let (store, identity) = (here.store.clone(), here.identity.clone());
        let importer = Importer { store, clock: Clock::system(), identity, live: None };
        let mut tell = |at: &ImportProgress| {
            eprintln!("{:?}: {} of {}, {} messages", at.step, at.done, at.of, at.messages);
        };
        let options = Options { format: *format, merge: *merge };
        let report = importer.import(&scope, opened, options, &mut tell).await?;
        println!("{}", serde_json::to_string_pretty(&report)?);
        Ok(())
    })
}

//! `kontor serve`: runs until it is told to stop.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::actors::{Clock, runtime};
use crate::app::App;
use crate::config::Settings;

use super::Failure;

/// The whole of a stop; after it the process ends as it is, and the log holds what was acknowledged.
const STOP: Duration = Duration::from_secs(10);

pub(super) fn serve(settings: Settings) -> Result<(), Failure> {
    let _lock = lock(&settings.data)?;
    // Arbiters and this thread end alike: what is dropped last still finds its runtime.
    let runtime = runtime()?;
    actix_rt::System::with_tokio_rt(|| runtime).block_on(async move {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let app = App::start(&settings, Clock::system()).await?;
        tracing::info!(address = %app.address, data = %settings.data.display(), "Kontor serves");
        println!("Kontor serves on http://{}", app.address);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            exit = app.ended() => tracing::error!(?exit, "the actors have given up"),
        }
        tracing::info!("stopping");
        if tokio::time::timeout(STOP, app.stop()).await.is_err() {
            tracing::error!("the stop took too long");
        }
        Ok(())
    })
}

/// Makes sure that one process at a time works on a folder.
///
/// # Errors
/// When another one does.
pub(super) fn lock(data: &Path) -> Result<File, Failure> {
    std::fs::create_dir_all(data).map_err(|error| format!("{}: {error}", data.display()))?;
    let file = File::create(data.join("kontor.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(format!(
            "a server works on {}: tell it what to do with --server http://ADDRESS, or stop it first",
            data.display()
        )
        .into()),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

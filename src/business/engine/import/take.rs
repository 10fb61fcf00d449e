//! A file comes in: it is read once, where it holds nobody up, and its rows are kept in parts.

use std::fs::File;

use tokio::sync::mpsc;
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::service::Engine;
use crate::business::engine::store::imports;
use crate::scope::Scope;

use super::about::About;
use super::part::{Part, Row};
use super::reader;

/// Parts on their way into the store.
const WAITING: usize = 2;
/// Rows that are shown, and signs of their cells.
const SAMPLE: usize = 20;
const SHOWN: usize = 200;

impl Engine {
    /// Reads a file into the parts of an import.
    pub(super) async fn keep(&self, scope: &Scope, import: Uuid, file: File) -> Result<About, EngineError> {
        let (parts, mut waiting) = mpsc::channel(WAITING);
        let reading = tokio::task::spawn_blocking(move || read(file, &parts));
        let mut number = 0;
        while let Some(body) = waiting.recv().await {
            let mut tx = self.store.begin(scope).await?;
            imports::add_part(&mut tx, import, number, body).await?;
            tx.commit().await?;
            number += 1;
        }
        // A reader that panics has met a file that no reader should: it is told like any other fault.
        let about = reading.await.map_err(|_| EngineError::invalid("the file cannot be read"))??;
        if about.header.is_empty() { Err(EngineError::invalid("the file has no rows")) } else { Ok(about) }
    }
}

fn read(file: File, parts: &mpsc::Sender<Vec<u8>>) -> Result<About, EngineError> {
    let (mut part, mut head, mut rows) = (Part::default(), About::default(), 0);
    let send = |part: &mut Part| -> Result<(), String> {
        let body = std::mem::take(part).pack().map_err(|error| error.to_string())?;
        parts.blocking_send(body).map_err(|_| "the file cannot be kept".to_owned())
    };
    let about = reader::read(file, &mut |row| {
        rows += 1;
        show(&mut head, &row);
        part.push(row);
        if part.is_full() { send(&mut part) } else { Ok(()) }
    });
    let about = about.map_err(EngineError::Invalid)?;
    if !part.rows.is_empty() {
        send(&mut part).map_err(EngineError::Invalid)?;
    }
    Ok(About { header: head.header, sample: head.sample, rows, ..about })
}

fn show(head: &mut About, (_, cells): &Row) {
    let cut = |text: &str| text.chars().take(SHOWN).collect::<String>();
    let cells = || cells.iter().map(|cell| cut(cell.text())).collect();
    if head.header.is_empty() {
        head.header = cells();
    } else if head.sample.len() < SAMPLE {
        head.sample.push(cells());
    }
}

//! The rows that were left out, as they were, each with what is wrong with it.

use bytes::Bytes;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::business::engine::error::EngineError;
use crate::business::engine::export::{Pieces, escape, unescape};
use crate::business::engine::service::Engine;
use crate::business::engine::store::imports;
use crate::scope::Scope;

use super::about::Import;
use super::part::Part;

/// The name of the column that says what is wrong.
const WHY: &str = "error";

/// The rows that were left out, as CSV.
#[must_use]
pub fn faults(engine: Engine, scope: Scope, import: &Import) -> Pieces {
    let (out, pieces) = mpsc::channel(2);
    let (id, header) = (import.id, import.about.header.clone());
    actix_rt::spawn(async move {
        if let Err(error) = write(&engine, &scope, id, header, &out).await {
            // Who asked has gone away.
            let _ = out.send(Err(error)).await;
        }
    });
    pieces
}

async fn write(
    engine: &Engine,
    scope: &Scope,
    id: Uuid,
    header: Vec<String>,
    out: &mpsc::Sender<Result<Bytes, EngineError>>,
) -> Result<(), EngineError> {
    let width = header.len();
    let mut piece = Vec::new();
    line(&mut piece, width, header.iter().map(String::as_str), WHY)?;
    for number in 0.. {
        if out.send(Ok(std::mem::take(&mut piece).into())).await.is_err() {
            break;
        }
        let mut tx = engine.store.read(scope).await?;
        let Some(body) = imports::part(&mut tx, id, number).await? else { break };
        let faults = imports::faults(&mut tx, id, number).await?;
        drop(tx);
        if faults.is_empty() {
            continue;
        }
        let rows = Part::unpack(&body)?;
        for (at, cells) in &rows {
            if let Ok(place) = faults.binary_search_by_key(at, |(at, _)| *at) {
                line(&mut piece, width, cells.iter().map(|cell| cell.text()), &faults[place].1)?;
            }
        }
    }
    Ok(())
}

fn line<'a>(
    piece: &mut Vec<u8>,
    width: usize,
    cells: impl Iterator<Item = &'a str>,
    why: &str,
) -> Result<(), EngineError> {
    // What was escaped stays so, once.
    let mut row: Vec<String> = cells.map(|cell| escape(unescape(cell)).into_owned()).collect();
    row.resize(row.len().max(width), String::new());
    row.push(escape(why).into_owned());
    let mut writer =
        csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(&mut *piece);
    writer.write_record(&row).map_err(|_| EngineError::Damaged("table"))?;
    writer.flush().map_err(|_| EngineError::Damaged("table"))
}
